#include <fmt/format.h>
#include <hdf5_hl.h>

#include <algorithm>
#include <utility>

#include "output/hdf5/handle.hpp"
#include "output/text.hpp"

namespace vt::hdf5 {
namespace {

constexpr std::size_t kChunk = std::size_t{1} << 16;  ///< elements

Handle text_type(std::size_t size) {
  Handle type(H5Tcopy(H5T_C_S1), H5Tclose, "make a text type");
  check(H5Tset_size(type, size), "make a text type");
  check(H5Tset_cset(type, H5T_CSET_UTF8), "make a text type");
  return type;
}

Handle space_of(const Shape& shape) {
  const std::vector<hsize_t> sizes(shape.begin(), shape.end());
  const hid_t id =
      sizes.empty() ? H5Screate(H5S_SCALAR) : H5Screate_simple(static_cast<int>(sizes.size()), sizes.data(), nullptr);
  return Handle(id, H5Sclose, "make a data space");
}

/// Whole trailing dimensions, as many as fit into a chunk.
std::vector<hsize_t> chunk_of(const Shape& shape) {
  std::vector<hsize_t> chunk(shape.begin(), shape.end());
  std::size_t room = kChunk;
  for (std::size_t i = chunk.size(); i-- > 0;) {
    chunk[i] = std::clamp<hsize_t>(chunk[i], 1, room);
    room = std::max<std::size_t>(1, room / chunk[i]);
  }
  return chunk;
}

Handle creation_list(const Shape& shape, bool chunked, bool compress) {
  Handle list(H5Pcreate(H5P_DATASET_CREATE), H5Pclose, "prepare a dataset");
  check(H5Pset_obj_track_times(list, false), "switch off time stamps");
  check(H5Pset_attr_creation_order(list, H5P_CRT_ORDER_TRACKED | H5P_CRT_ORDER_INDEXED), "keep attribute order");
  const std::vector<hsize_t> chunk = chunk_of(shape);
  if (!chunked || chunk.empty() || std::count(shape.begin(), shape.end(), 0u) > 0) return list;
  check(H5Pset_chunk(list, static_cast<int>(chunk.size()), chunk.data()), "set chunks");
  if (compress && H5Zfilter_avail(H5Z_FILTER_DEFLATE) > 0) {
    check(H5Pset_shuffle(list), "set compression");
    check(H5Pset_deflate(list, 1), "set compression");
  }
  check(H5Pset_fletcher32(list), "set checksums");
  return list;
}

template <class T>
Handle write_values(hid_t where, const std::string& name, const Shape& shape, const std::vector<T>& values,
                    hid_t file_type, hid_t memory_type, bool chunked, hid_t transfer = H5P_DEFAULT) {
  std::size_t elements = 1;
  for (const std::size_t size : shape) elements *= size;
  if (elements != values.size()) throw std::logic_error("dataset " + name + ": values do not fill the shape");
  const Handle list = creation_list(shape, chunked, elements > kChunk && file_type == H5T_STD_I64LE);
  const Handle space = space_of(shape);
  Handle data(H5Dcreate2(where, name.c_str(), file_type, space, H5P_DEFAULT, list, H5P_DEFAULT), H5Dclose,
              "create dataset " + name);
  if (elements > 0) check(H5Dwrite(data, memory_type, H5S_ALL, H5S_ALL, transfer, values.data()), "write " + name);
  return data;
}

template <class T>
void put_value(hid_t where, const char* name, hid_t file_type, hid_t memory_type, T value) {
  const Handle space = space_of({});
  const Handle attribute(H5Acreate2(where, name, file_type, space, H5P_DEFAULT, H5P_DEFAULT), H5Aclose,
                         std::string("create attribute ") + name);
  check(H5Awrite(attribute, memory_type, &value), std::string("write attribute ") + name);
}

Handle mark_scale(Handle data, const std::string& name) {
  check(H5DSset_scale(data, name.c_str()), "make a dimension scale of " + name);
  return data;
}

}  // namespace

void put(hid_t where, const char* name, std::string_view text) {
  const std::string padded = text.empty() ? std::string(1, '\0') : valid_utf8(text);
  const Handle type = text_type(padded.size());
  const Handle space = space_of({});
  const Handle attribute(H5Acreate2(where, name, type, space, H5P_DEFAULT, H5P_DEFAULT), H5Aclose,
                         std::string("create attribute ") + name);
  check(H5Awrite(attribute, type, padded.data()), std::string("write attribute ") + name);
}

void replace(hid_t where, const char* name, std::string_view text) {
  if (has_attribute(where, name)) check(H5Adelete(where, name), std::string("replace attribute ") + name);
  put(where, name, text);
}

void put(hid_t where, const char* name, std::int64_t value) {
  put_value(where, name, H5T_STD_I64LE, H5T_NATIVE_INT64, value);
}
void put(hid_t where, const char* name, std::uint64_t value) {
  put_value(where, name, H5T_STD_U64LE, H5T_NATIVE_UINT64, value);
}
void put(hid_t where, const char* name, double value) {
  put_value(where, name, H5T_IEEE_F64LE, H5T_NATIVE_DOUBLE, value);
}

Handle write(hid_t where, const std::string& name, const Shape& shape, const std::vector<std::int64_t>& values) {
  return write_values(where, name, shape, values, H5T_STD_I64LE, H5T_NATIVE_INT64, true);
}
Handle write(hid_t where, const std::string& name, const Shape& shape, const std::vector<std::uint64_t>& values) {
  return write_values(where, name, shape, values, H5T_STD_U64LE, H5T_NATIVE_UINT64, true);
}
Handle write(hid_t where, const std::string& name, const Shape& shape, const std::vector<double>& values) {
  return write_values(where, name, shape, values, H5T_IEEE_F64LE, H5T_NATIVE_DOUBLE, true);
}
Handle write(hid_t where, const std::string& name, const Shape& shape, const std::vector<std::uint8_t>& values) {
  return write_values(where, name, shape, values, H5T_STD_U8LE, H5T_NATIVE_UINT8, true);
}
Handle write(hid_t where, const std::string& name, const Shape& shape, const std::vector<std::string>& values) {
  std::vector<std::string> texts;
  texts.reserve(values.size());
  for (const std::string& value : values) texts.push_back(valid_utf8(value));
  std::vector<const char*> pointers;
  pointers.reserve(texts.size());
  for (const std::string& text : texts) pointers.push_back(text.c_str());
  const Handle type = text_type(H5T_VARIABLE);
  return write_values(where, name, shape, pointers, type, type, false, text_transfer(pointers.size()));
}

Handle write_scale(hid_t where, const std::string& name, const std::vector<std::string>& values) {
  return mark_scale(write(where, name, {values.size()}, values), name);
}
Handle write_scale(hid_t where, const std::string& name, const std::vector<double>& values) {
  return mark_scale(write_values(where, name, {values.size()}, values, H5T_IEEE_F64LE, H5T_NATIVE_DOUBLE, false), name);
}

Handle write_dimension(hid_t where, const std::string& name, std::size_t size) {
  const Handle list = creation_list({size}, false, false);
  const Handle space = space_of({size});
  Handle data(H5Dcreate2(where, name.c_str(), H5T_IEEE_F32LE, space, H5P_DEFAULT, list, H5P_DEFAULT), H5Dclose,
              "create dimension " + name);
  return mark_scale(std::move(data), fmt::format("This is a netCDF dimension but not a netCDF variable.{:10}", size));
}

void attach(const Handle& data, const Handle& scale, unsigned axis) {
  check(H5DSattach_scale(data, scale, axis), "attach a dimension scale");
}

}  // namespace vt::hdf5
