#include <algorithm>

#include "output/hdf5/handle.hpp"

namespace vt::hdf5 {
namespace {

constexpr hsize_t kMostElements = hsize_t{1} << 30;  ///< beyond this a file is not believed
constexpr std::size_t kMostText = std::size_t{1} << 26;

Handle open_dataset(hid_t where, const std::string& name) {
  return Handle(H5Dopen2(where, name.c_str(), H5P_DEFAULT), H5Dclose, "open dataset " + name);
}

Handle open_attribute(hid_t where, const char* name) {
  return Handle(H5Aopen(where, name, H5P_DEFAULT), H5Aclose, std::string("open attribute ") + name);
}

std::size_t elements_of(hid_t space, const std::string& name) {
  const hssize_t n = H5Sget_simple_extent_npoints(space);
  check(n, "measure " + name);
  require(static_cast<hsize_t>(n) <= kMostElements, name + " is larger than any such table can be");
  return static_cast<std::size_t>(n);
}

template <class T>
std::vector<T> read_values(hid_t where, const std::string& name, H5T_class_t kind, hid_t memory_type) {
  const Handle data = open_dataset(where, name);
  const Handle type(H5Dget_type(data), H5Tclose, "read the type of " + name);
  require(H5Tget_class(type) == kind, name + " has another type than expected");
  std::vector<T> values(elements_to_read(data, name, sizeof(T)));
  if (!values.empty()) check(H5Dread(data, memory_type, H5S_ALL, H5S_ALL, H5P_DEFAULT, values.data()), "read " + name);
  return values;
}

template <class T>
T attribute_value(hid_t where, const char* name, H5T_class_t kind, hid_t memory_type) {
  const Handle attribute = open_attribute(where, name);
  const Handle type(H5Aget_type(attribute), H5Tclose, std::string("read the type of attribute ") + name);
  const Handle space(H5Aget_space(attribute), H5Sclose, std::string("read the shape of attribute ") + name);
  require(H5Tget_class(type) == kind && elements_of(space, name) == 1,
          std::string("attribute ") + name + " has another type than expected");
  T value{};
  check(H5Aread(attribute, memory_type, &value), std::string("read attribute ") + name);
  return value;
}

}  // namespace

void require_in_this_file(hid_t data, const std::string& name) {
  const Handle list(H5Dget_create_plist(data), H5Pclose, "read how " + name + " is stored");
  require(H5Pget_layout(list) != H5D_VIRTUAL && H5Pget_external_count(list) == 0, name + " is stored in another file");
}

std::size_t elements_to_read(hid_t data, const std::string& name, std::size_t bytes_each) {
  require_in_this_file(data, name);
  const Handle space(H5Dget_space(data), H5Sclose, "read the shape of " + name);
  const std::size_t elements = elements_of(space, name);
  constexpr std::uint64_t tightest = 1100, small = 8192;  // bytes that one of a compressed file stands for, at most
  require(elements * bytes_each / tightest <= H5Dget_storage_size(data) + small,
          name + " is larger than what is stored of it");
  return elements;
}

std::string text_attribute(hid_t where, const char* name) {
  const Handle attribute = open_attribute(where, name);
  const Handle type(H5Aget_type(attribute), H5Tclose, std::string("read the type of attribute ") + name);
  const Handle space(H5Aget_space(attribute), H5Sclose, std::string("read the shape of attribute ") + name);
  require(H5Tget_class(type) == H5T_STRING && H5Tis_variable_str(type) == 0 && elements_of(space, name) == 1,
          std::string("attribute ") + name + " is not a fixed-length text");
  const std::size_t size = H5Tget_size(type);
  require(size > 0 && size <= kMostText, std::string("attribute ") + name + " has no sensible length");
  std::string text(size, '\0');
  check(H5Aread(attribute, type, text.data()), std::string("read attribute ") + name);
  text.resize(std::min(text.find('\0'), text.size()));
  return text;
}

std::int64_t integer_attribute(hid_t where, const char* name) {
  return attribute_value<std::int64_t>(where, name, H5T_INTEGER, H5T_NATIVE_INT64);
}
std::uint64_t unsigned_attribute(hid_t where, const char* name) {
  return attribute_value<std::uint64_t>(where, name, H5T_INTEGER, H5T_NATIVE_UINT64);
}
double number_attribute(hid_t where, const char* name) {
  return attribute_value<double>(where, name, H5T_FLOAT, H5T_NATIVE_DOUBLE);
}

std::vector<std::int64_t> read_integers(hid_t where, const std::string& name) {
  return read_values<std::int64_t>(where, name, H5T_INTEGER, H5T_NATIVE_INT64);
}
std::vector<std::uint64_t> read_unsigned(hid_t where, const std::string& name) {
  return read_values<std::uint64_t>(where, name, H5T_INTEGER, H5T_NATIVE_UINT64);
}
std::vector<double> read_numbers(hid_t where, const std::string& name) {
  return read_values<double>(where, name, H5T_FLOAT, H5T_NATIVE_DOUBLE);
}
std::vector<std::uint8_t> read_bytes(hid_t where, const std::string& name) {
  return read_values<std::uint8_t>(where, name, H5T_INTEGER, H5T_NATIVE_UINT8);
}

std::string dataset_attribute(hid_t where, const std::string& dataset, const char* name) {
  return text_attribute(open_dataset(where, dataset), name);
}
std::string dataset_attribute_or(hid_t where, const std::string& dataset, const char* name,
                                 const std::string& otherwise) {
  return has_attribute(open_dataset(where, dataset), name) ? dataset_attribute(where, dataset, name) : otherwise;
}

double dataset_number(hid_t where, const std::string& dataset, const char* name) {
  return number_attribute(open_dataset(where, dataset), name);
}

Shape shape_of(hid_t where, const std::string& name) {
  const Handle data = open_dataset(where, name);
  const Handle space(H5Dget_space(data), H5Sclose, "read the shape of " + name);
  const int rank = H5Sget_simple_extent_ndims(space);
  require(rank >= 0 && rank <= H5S_MAX_RANK, name + " has no sensible shape");
  hsize_t sizes[H5S_MAX_RANK] = {};
  check(H5Sget_simple_extent_dims(space, sizes, nullptr), "read the shape of " + name);
  return Shape(sizes, sizes + rank);
}

}  // namespace vt::hdf5
