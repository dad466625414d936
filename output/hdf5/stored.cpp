#include "output/hdf5/stored.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace vt::hdf5 {
namespace {

constexpr std::string_view kOfScales[] = {"CLASS", "NAME", "DIMENSION_LIST", "REFERENCE_LIST", "DIMENSION_LABELS"};

/// Integers and numbers of the machine, and how their type is called; -1 for other types.
struct NumberType {
  hid_t id = -1;
  std::string name;
};
NumberType number_type(hid_t type) {
  const std::size_t size = H5Tget_size(type);
  const H5T_class_t kind = H5Tget_class(type);
  if (kind == H5T_FLOAT && size == 8) return {H5T_IEEE_F64LE, "f8"};
  if (kind == H5T_FLOAT && size == 4) return {H5T_IEEE_F32LE, "f4"};  // of netCDF's dimensions
  if (kind != H5T_INTEGER) return {};
  const bool is_signed = H5Tget_sign(type) == H5T_SGN_2;
  if (size == 8) return is_signed ? NumberType{H5T_STD_I64LE, "i8"} : NumberType{H5T_STD_U64LE, "u8"};
  if (size == 1 && !is_signed) return {H5T_STD_U8LE, "u1"};
  return {};
}

}  // namespace

Handle open_object(hid_t group, const std::string& name) {
  return Handle(H5Oopen(group, name.c_str(), H5P_DEFAULT), H5Oclose, "open " + name);
}

bool is_group(hid_t object) { return H5Iget_type(object) == H5I_GROUP; }

bool is_hard_link(hid_t group, const std::string& name) {
  H5L_info_t link;
  check(H5Lget_info(group, name.c_str(), &link, H5P_DEFAULT), "look at " + name);
  return link.type == H5L_TYPE_HARD;
}

std::vector<std::string> attribute_names(hid_t object) {
  std::vector<std::string> names;
  hsize_t next = 0;
  const auto keep = [](hid_t, const char* name, const H5A_info_t*, void* to) -> herr_t {
    static_cast<std::vector<std::string>*>(to)->push_back(name);
    return 0;
  };
  // In the order of the file's own index, as links (handle.cpp).
  check(H5Aiterate2(object, H5_INDEX_NAME, H5_ITER_NATIVE, &next, keep, &names), "list attributes");
  std::ranges::sort(names);
  std::erase_if(names,
                [](const std::string& name) { return std::ranges::find(kOfScales, name) != std::end(kOfScales); });
  return names;
}

std::string stored_attribute(hid_t object, const std::string& name) {
  const Handle attribute(H5Aopen(object, name.c_str(), H5P_DEFAULT), H5Aclose, "open attribute " + name);
  const Handle type(H5Aget_type(attribute), H5Tclose, "read the type of attribute " + name);
  if (H5Tget_class(type) == H5T_STRING) return "text " + text_attribute(object, name.c_str());
  const Handle space(H5Aget_space(attribute), H5Sclose, "read the shape of attribute " + name);
  const NumberType number = number_type(type);
  require(number.id >= 0 && H5Sget_simple_extent_npoints(space) == 1, "attribute " + name + " is no number or text");
  std::string bytes(H5Tget_size(number.id), '\0');
  check(H5Aread(attribute, number.id, bytes.data()), "read attribute " + name);
  return number.name + ' ' + bytes;
}

Stored stored_values(hid_t group, const std::string& name,
                     std::vector<std::string> (*texts)(hid_t, const std::string&)) {
  const Handle data(H5Dopen2(group, name.c_str(), H5P_DEFAULT), H5Dclose, "open dataset " + name);
  const Handle type(H5Dget_type(data), H5Tclose, "read the type of " + name);
  Stored stored;
  stored.shape = shape_of(group, name);
  if (H5Tget_class(type) == H5T_STRING) {
    stored.type = "text";
    stored.texts = texts(group, name);
    return stored;
  }
  const NumberType number = number_type(type);
  require(number.id >= 0, name + " has another type than expected");
  stored.type = number.name;
  require_in_this_file(data, name);
  if (H5Dget_storage_size(data) == 0) return stored;  // a dimension alone: nothing was ever written into it
  stored.bytes.resize(elements_to_read(data, name, H5Tget_size(number.id)) * H5Tget_size(number.id));
  if (!stored.bytes.empty())
    check(H5Dread(data, number.id, H5S_ALL, H5S_ALL, H5P_DEFAULT, stored.bytes.data()), "read " + name);
  return stored;
}

std::vector<std::string> own_texts(hid_t group, const std::string& name) {
  const Handle data(H5Dopen2(group, name.c_str(), H5P_DEFAULT), H5Dclose, "open dataset " + name);
  const Handle type(H5Dget_type(data), H5Tclose, "read the type of " + name);
  const Handle space(H5Dget_space(data), H5Sclose, "read the shape of " + name);
  std::vector<char*> pointers(static_cast<std::size_t>(H5Sget_simple_extent_npoints(space)));
  if (pointers.empty()) return {};
  const Handle transfer = text_transfer(pointers.size());
  check(H5Dread(data, type, H5S_ALL, H5S_ALL, transfer, pointers.data()), "read " + name);
  std::vector<std::string> texts;
  for (const char* text : pointers) texts.emplace_back(text == nullptr ? "" : text);
  check(H5Dvlen_reclaim(type, space, H5P_DEFAULT, pointers.data()), "read " + name);
  return texts;
}

}  // namespace vt::hdf5
