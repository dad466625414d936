#include <algorithm>
#include <cstring>
#include <map>

#include "output/hdf5/handle.hpp"

/// \file Texts of variable length, read from the bytes of the file. The library follows the references in such a table
/// without looking where they lead, and a damaged one ends the process. What is read here is the format: HDF5 File
/// Format Specification 3.0, III.E (global heap) and IV.B (reference: four bytes of length, address of a collection,
/// index).

namespace vt::hdf5 {
namespace {

/// The bytes of the files that are open in this thread.
thread_local std::map<hid_t, std::string_view> open_images;

constexpr std::size_t kReference = 16, kHeader = 16;
constexpr std::size_t kMostTexts = std::size_t{1} << 24;

/// A little-endian number of the file; its place has been looked at.
template <class T>
T number_at(std::string_view bytes, std::size_t at) {
  T value = 0;
  for (std::size_t i = 0; i < sizeof(T); ++i)
    value |= static_cast<T>(static_cast<T>(static_cast<unsigned char>(bytes[at + i])) << (8 * i));
  return value;
}

bool holds(std::string_view bytes, std::uint64_t at, std::uint64_t size) {
  return at <= bytes.size() && size <= bytes.size() - at;
}

/// Objects of a collection by index.
using Collection = std::map<std::uint16_t, std::string_view>;

Collection collection_at(std::string_view bytes, std::uint64_t address, const std::string& name) {
  const std::string flaw = "a text of " + name + " stands where none can be";
  require(holds(bytes, address, kHeader) && bytes.substr(address, 5) == std::string_view("GCOL\x01", 5), flaw);
  const std::uint64_t size = number_at<std::uint64_t>(bytes, address + 8);
  require(size >= kHeader && holds(bytes, address, size), flaw);
  const std::string_view all = bytes.substr(address, size);
  Collection found;
  for (std::size_t at = kHeader; holds(all, at, kHeader);) {
    const auto index = number_at<std::uint16_t>(all, at);
    const auto length = number_at<std::uint64_t>(all, at + 8);
    if (index == 0) break;  // what is free
    require(holds(all, at + kHeader, length), flaw);
    found.emplace(index, all.substr(at + kHeader, length));
    at += kHeader + (length + 7) / 8 * 8;
  }
  return found;
}

}  // namespace

Image::Image(const std::string& bytes) : file_(open_image(bytes)) { open_images[file_] = bytes; }

Image::~Image() { open_images.erase(file_); }

std::vector<std::string> read_texts(hid_t where, const std::string& name) {
  const Handle data(H5Dopen2(where, name.c_str(), H5P_DEFAULT), H5Dclose, "open dataset " + name);
  const Handle type(H5Dget_type(data), H5Tclose, "read the type of " + name);
  require(H5Tget_class(type) == H5T_STRING && H5Tis_variable_str(type) > 0, name + " is not a table of texts");
  const Handle space(H5Dget_space(data), H5Sclose, "read the shape of " + name);
  const hssize_t n = H5Sget_simple_extent_npoints(space);
  check(n, "measure " + name);
  require(static_cast<std::uint64_t>(n) <= kMostTexts, name + " is larger than any such table can be");
  std::vector<std::string> texts;
  if (n == 0) return texts;
  const Handle file(H5Iget_file_id(data), H5Fclose, "find the file of " + name);
  const auto image = open_images.find(file);
  require(image != open_images.end(), name + " is in a file that is not open here");
  const std::string_view bytes = image->second;
  const Handle list(H5Dget_create_plist(data), H5Pclose, "read how " + name + " is stored");
  const Handle of_file(H5Fget_create_plist(file), H5Pclose, "read how the file is stored");
  std::size_t address_size = 0, length_size = 0;
  check(H5Pget_sizes(of_file, &address_size, &length_size), "read how the file is stored");
  require(H5Pget_layout(list) == H5D_CONTIGUOUS && address_size == 8 && length_size == 8,
          name + " is stored otherwise than this program does");
  const haddr_t begin = H5Dget_offset(data);
  const auto count = static_cast<std::size_t>(n);
  require(begin != HADDR_UNDEF && holds(bytes, begin, count * kReference), name + " stands where no table can be");
  std::map<std::uint64_t, Collection> collections;
  std::uint64_t room = bytes.size();  // no two of them share a byte
  const auto take = [&](std::uint64_t size) {
    require(size <= room, "texts of " + name + " stand where none can be");
    room -= size;
  };
  texts.reserve(count);
  for (std::size_t i = 0; i < count; ++i) {
    const std::size_t at = begin + i * kReference;
    const auto length = number_at<std::uint32_t>(bytes, at);
    const auto address = number_at<std::uint64_t>(bytes, at + 4);
    const auto index = number_at<std::uint32_t>(bytes, at + 12);
    if (length == 0) {
      texts.emplace_back();
      continue;
    }
    const auto [collection, is_new] = collections.try_emplace(address);
    if (is_new) {
      collection->second = collection_at(bytes, address, name);
      for (const auto& [number, object] : collection->second) take(object.size());
    }
    const auto text = collection->second.find(static_cast<std::uint16_t>(index));
    require(index <= 0xffff && text != collection->second.end() && length <= text->second.size(),
            "a text of " + name + " stands where none can be");
    const std::string_view found = text->second.substr(0, length);
    text->second = {};  // each belongs to one place
    texts.emplace_back(found.substr(0, std::min(found.find('\0'), found.size())));
  }
  return texts;
}

}  // namespace vt::hdf5
