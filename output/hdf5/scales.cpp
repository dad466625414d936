#include "output/hdf5/scales.hpp"

#include <algorithm>

namespace vt::hdf5 {
namespace {

hobj_ref_t reference_to(hid_t object) {
  hobj_ref_t reference{};
  check(H5Rcreate(&reference, object, ".", H5R_OBJECT, -1), "refer to a dataset");
  return reference;
}

/// A list of `size` elements as an attribute.
void put_list(hid_t where, const char* name, hid_t type, const void* elements, std::size_t size) {
  const hsize_t count = size;
  const Handle space(H5Screate_simple(1, &count, nullptr), H5Sclose, "make a data space");
  const Handle attribute(H5Acreate2(where, name, type, space, H5P_DEFAULT, H5P_DEFAULT), H5Aclose,
                         std::string("create attribute ") + name);
  check(H5Awrite(attribute, type, elements), std::string("write attribute ") + name);
}

}  // namespace

void SharedScales::attach(const Handle& table, const std::vector<const Handle*>& scales) {
  if (scales.empty()) return;
  const hobj_ref_t user = reference_to(table);
  std::vector<hobj_ref_t> references;
  for (const Handle* scale : scales) references.push_back(reference_to(*scale));
  std::vector<hvl_t> list;
  for (std::size_t d = 0; d < references.size(); ++d) {
    list.push_back({1, &references[d]});
    auto known = std::ranges::find(uses_, references[d], &decltype(uses_)::value_type::first);
    if (known == uses_.end()) known = uses_.insert(uses_.end(), {references[d], {}});
    known->second.push_back({user, static_cast<unsigned>(d)});
  }
  const Handle type(H5Tvlen_create(H5T_STD_REF_OBJ), H5Tclose, "make a type of references");
  put_list(table, "DIMENSION_LIST", type, list.data(), list.size());
}

void SharedScales::finish() {
  const Handle type(H5Tcreate(H5T_COMPOUND, sizeof(Use)), H5Tclose, "make a type of references");
  check(H5Tinsert(type, "dataset", HOFFSET(Use, table), H5T_STD_REF_OBJ), "make a type of references");
  check(H5Tinsert(type, "dimension", HOFFSET(Use, dimension), H5T_NATIVE_INT), "make a type of references");
  for (const auto& [reference, uses] : uses_) {
    const Handle scale(H5Rdereference2(group_, H5P_DEFAULT, H5R_OBJECT, &reference), H5Dclose, "open a scale");
    put_list(scale, "REFERENCE_LIST", type, uses.data(), uses.size());
  }
  uses_.clear();
}

}  // namespace vt::hdf5
