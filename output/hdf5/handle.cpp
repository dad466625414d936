#include "output/hdf5/handle.hpp"

#include <algorithm>
#include <cstdlib>
#include <utility>

namespace vt::hdf5 {
namespace {

herr_t keep_first(unsigned, const H5E_error2_t* error, void* to) {
  std::string& text = *static_cast<std::string*>(to);
  if (text.empty() && error->desc != nullptr) text = error->desc;
  return 0;
}

std::string innermost_reason() {
  std::string text;
  H5Ewalk2(H5E_DEFAULT, H5E_WALK_UPWARD, keep_first, &text);
  H5Eclear2(H5E_DEFAULT);
  return text.empty() ? "no reason given" : text;
}

/// Access through memory, in the format of HDF5 1.8.
Handle memory_access() {
  Handle access(H5Pcreate(H5P_FILE_ACCESS), H5Pclose, "prepare a file in memory");
  check(H5Pset_libver_bounds(access, H5F_LIBVER_V18, H5F_LIBVER_V18), "choose the file format");
  check(H5Pset_fapl_core(access, std::size_t{1} << 20, false), "prepare a file in memory");
  return access;
}

/// Members and attributes in order, without time stamps. A group is read and written fastest as one list; heap and
/// search trees pay where it has many members.
void describe_group(const Handle& creation) {
  constexpr unsigned order = H5P_CRT_ORDER_TRACKED | H5P_CRT_ORDER_INDEXED, most_listed = 40, least_sorted = 30;
  check(H5Pset_obj_track_times(creation, false), "switch off time stamps");
  check(H5Pset_link_creation_order(creation, order), "keep the order of groups");
  check(H5Pset_attr_creation_order(creation, order), "keep attribute order");
  check(H5Pset_link_phase_change(creation, most_listed, least_sorted), "prepare a group");
  check(H5Pset_attr_phase_change(creation, most_listed, least_sorted), "prepare a group");
}

}  // namespace

Quiet::Quiet() {
  // Nothing is left to be done at exit, and the library's clean-up stumbles over what damaged files made it leave open.
  [[maybe_unused]] static const herr_t once = H5dont_atexit();
  H5Eget_auto2(H5E_DEFAULT, &function_, &data_);
  H5Eset_auto2(H5E_DEFAULT, nullptr, nullptr);
}

Quiet::~Quiet() { H5Eset_auto2(H5E_DEFAULT, function_, data_); }

Handle::Handle(hid_t id, Close closer, std::string_view doing) : id_(id), close_(closer) { check(id, doing); }

void Handle::close(std::string_view doing) {
  const hid_t id = id_;
  id_ = -1;
  if (id >= 0) check(close_(id), doing);
}

void check(std::int64_t status, std::string_view doing) {
  if (status < 0) throw Failure("cannot " + std::string(doing) + ": " + innermost_reason());
}

void require(bool is_so, const std::string& otherwise) {
  if (!is_so) throw Failure(otherwise);
}

// H5Fget_file_image() would be simpler, but clears a flag of the superblock without mending the checksum over it.
MemoryFile::MemoryFile() {
  const Handle creation(H5Pcreate(H5P_FILE_CREATE), H5Pclose, "prepare a file");
  describe_group(creation);
  file_.emplace(H5Fcreate("results in memory", H5F_ACC_TRUNC, creation, access()), H5Fclose, "create a file in memory");
}

MemoryFile::MemoryFile(const std::string& bytes) {
  const Handle list = access();
  check(H5Pset_file_image(list, const_cast<char*>(bytes.data()), bytes.size()), "take the file's bytes");
  file_.emplace(H5Fopen("results in memory", H5F_ACC_RDWR, list), H5Fclose, "read it as HDF5");
}

Handle MemoryFile::access() {
  Handle list = memory_access();
  H5FD_file_image_callbacks_t callbacks{};
  callbacks.image_malloc = [](std::size_t size, H5FD_file_image_op_t, void*) { return std::malloc(size); };
  callbacks.image_realloc = [](void* old, std::size_t size, H5FD_file_image_op_t, void*) {
    return std::realloc(old, size);
  };
  callbacks.image_free = keep;
  callbacks.udata_copy = [](void* self) { return self; };
  callbacks.udata_free = [](void*) -> herr_t { return 0; };
  callbacks.udata = this;
  check(H5Pset_file_image_callbacks(list, &callbacks), "prepare a file in memory");
  return list;
}

MemoryFile::~MemoryFile() {
  file_.reset();
  std::free(memory_);
}

herr_t MemoryFile::keep(void* memory, H5FD_file_image_op_t when, void* self) {
  if (when == H5FD_FILE_IMAGE_OP_FILE_CLOSE) std::swap(static_cast<MemoryFile*>(self)->memory_, memory);
  std::free(memory);
  return 0;
}

std::string_view MemoryFile::finish() {
  check(H5Fflush(*file_, H5F_SCOPE_GLOBAL), "finish the file");
  const ssize_t size = H5Fget_file_image(*file_, nullptr, 0);
  check(size, "measure the file");
  file_->close("close the file in memory");
  if (memory_ == nullptr) throw Failure("cannot close the file in memory: something in it is still open");
  return {static_cast<const char*>(memory_), static_cast<std::size_t>(size)};
}

Handle create_group(hid_t where, const std::string& name) {
  Handle creation(H5Pcreate(H5P_GROUP_CREATE), H5Pclose, "prepare a group");
  describe_group(creation);
  return Handle(H5Gcreate2(where, name.c_str(), H5P_DEFAULT, creation, H5P_DEFAULT), H5Gclose, "create group " + name);
}

Handle text_transfer(std::size_t elements) {
  constexpr std::size_t bytes = 16, least = 256, most = std::size_t{1} << 20;  // an element; the library's own room
  Handle transfer(H5Pcreate(H5P_DATASET_XFER), H5Pclose, "prepare a transfer");
  check(H5Pset_buffer(transfer, elements < most / bytes ? std::max(least, elements * bytes) : most, nullptr, nullptr),
        "prepare a transfer");
  return transfer;
}

Handle open_image(const std::string& bytes) {
  const Handle access = memory_access();
  // The library copies the bytes and never writes to them; its interface lacks the const.
  check(H5Pset_file_image(access, const_cast<char*>(bytes.data()), bytes.size()), "take the file's bytes");
  return Handle(H5Fopen("results in memory", H5F_ACC_RDONLY, access), H5Fclose, "read it as HDF5");
}

Handle open_group(hid_t where, const std::string& name) {
  return Handle(H5Gopen2(where, name.c_str(), H5P_DEFAULT), H5Gclose, "open group " + name);
}

bool has(hid_t where, const std::string& name) {
  const htri_t found = H5Lexists(where, name.c_str(), H5P_DEFAULT);
  check(found, "look for " + name);
  return found > 0;
}

bool has_attribute(hid_t where, const char* name) {
  const htri_t found = H5Aexists(where, name);
  check(found, std::string("look for attribute ") + name);
  return found > 0;
}

namespace {

struct Link {
  std::string name;
  bool is_in_order;
  std::int64_t order;
};

/// In the order of the file's own index. Any other makes the library build a table of its own first, and where the
/// group is damaged that frees what it never filled.
std::vector<Link> links_of(hid_t group) {
  std::vector<Link> links;
  const auto keep = [](hid_t, const char* name, const H5L_info_t* link, void* to) -> herr_t {
    static_cast<std::vector<Link>*>(to)->push_back({name, link->corder_valid != 0, link->corder});
    return 0;
  };
  check(H5Literate(group, H5_INDEX_NAME, H5_ITER_NATIVE, nullptr, keep, &links), "list a group");
  return links;
}

template <class Key>
std::vector<std::string> names_by(std::vector<Link> links, Key key) {
  std::ranges::stable_sort(links, {}, key);
  std::vector<std::string> names;
  for (Link& link : links) names.push_back(std::move(link.name));
  return names;
}

}  // namespace

std::vector<std::string> group_names(hid_t where) { return names_by(links_of(where), &Link::name); }

std::vector<std::string> names_as_written(hid_t where) {
  const std::vector<Link> links = links_of(where);
  require(std::ranges::all_of(links, &Link::is_in_order), "a group keeps no order");
  return names_by(links, &Link::order);
}

}  // namespace vt::hdf5
