#pragma once
/// \file The HDF5 C library with owners for its identifiers and exceptions for its return values. Files are made and
/// read in memory: the disk is touched by output/files alone, so no error of the disk can happen inside the library.

#include <hdf5.h>

#include <cstdint>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace vt::hdf5 {

/// A call of the library that failed; what() holds its innermost reason.
class Failure : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// While alive, the library is silent about errors on this thread.
class Quiet {
 public:
  Quiet();
  ~Quiet();
  Quiet(const Quiet&) = delete;
  Quiet& operator=(const Quiet&) = delete;

 private:
  H5E_auto2_t function_ = nullptr;
  void* data_ = nullptr;
};

/// Owner of one identifier.
class Handle {
 public:
  using Close = herr_t (*)(hid_t);
  /// \throws Failure if id is negative; `doing` says what was tried
  Handle(hid_t id, Close close, std::string_view doing);
  Handle(Handle&& other) noexcept : id_(other.id_), close_(other.close_) { other.id_ = -1; }
  Handle(const Handle&) = delete;
  Handle& operator=(const Handle&) = delete;
  ~Handle() {
    if (id_ >= 0) close_(id_);
  }
  operator hid_t() const { return id_; }
  /// Closes, and says if that failed.
  void close(std::string_view doing);

 private:
  hid_t id_;
  Close close_;
};

/// \throws Failure if status is negative
void check(std::int64_t status, std::string_view doing);
/// \throws Failure(otherwise) about a file that is not as it has to be
void require(bool is_so, const std::string& otherwise);

// Writing. Texts are made valid UTF-8.

/// A new file in memory, HDF5 1.8 format, without time stamps.
class MemoryFile {
 public:
  MemoryFile();
  explicit MemoryFile(const std::string& bytes);  ///< one that is there, to be written on. \throws Failure
  ~MemoryFile();
  MemoryFile(const MemoryFile&) = delete;
  MemoryFile& operator=(const MemoryFile&) = delete;
  operator hid_t() const { return *file_; }
  /// Closes the file and returns its bytes, which this owns. Everything in it must have been closed before.
  std::string_view finish();
  /// Called by the library when it lets go of the file's memory.
  static herr_t keep(void* memory, H5FD_file_image_op_t, void* self);

 private:
  Handle access();
  void* memory_ = nullptr;  ///< of the closed file, from malloc
  std::optional<Handle> file_;
};
Handle create_group(hid_t where, const std::string& name);

/// For writing texts of variable length: as much room for their conversion as `elements` need, where the
/// library would clear a megabyte for each table.
Handle text_transfer(std::size_t elements);

/// Puts a text in the place of one that may be there.
void replace(hid_t where, const char* name, std::string_view text);
void put(hid_t where, const char* name, std::string_view text);
void put(hid_t where, const char* name, std::int64_t value);
void put(hid_t where, const char* name, std::uint64_t value);
void put(hid_t where, const char* name, double value);

using Shape = std::vector<std::size_t>;  ///< empty = a scalar

/// Datasets with more than a scalar are chunked and checksummed; long integer tables are compressed too.
Handle write(hid_t where, const std::string& name, const Shape&, const std::vector<std::int64_t>&);
Handle write(hid_t where, const std::string& name, const Shape&, const std::vector<std::uint64_t>&);
Handle write(hid_t where, const std::string& name, const Shape&, const std::vector<double>&);
Handle write(hid_t where, const std::string& name, const Shape&, const std::vector<std::uint8_t>&);
Handle write(hid_t where, const std::string& name, const Shape&, const std::vector<std::string>&);

/// Coordinates along one dimension, to be attached to the data (not checksummed: contiguous).
Handle write_scale(hid_t where, const std::string& name, const std::vector<std::string>&);
Handle write_scale(hid_t where, const std::string& name, const std::vector<double>&);
/// A dimension without coordinates, as netCDF writes it: a scale that holds nothing and takes no room.
Handle write_dimension(hid_t where, const std::string& name, std::size_t size);
void attach(const Handle& data, const Handle& scale, unsigned axis);

// Reading

/// \throws Failure if the bytes are no HDF5 file
Handle open_image(const std::string& bytes);

/// A file that is read from these bytes, which outlive it.
class Image {
 public:
  explicit Image(const std::string& bytes);  ///< \throws Failure if they are no HDF5 file
  Image(const Image&) = delete;
  Image& operator=(const Image&) = delete;
  ~Image();
  operator hid_t() const { return file_; }

 private:
  Handle file_;
};

Handle open_group(hid_t where, const std::string& name);
bool has(hid_t where, const std::string& name);
bool has_attribute(hid_t where, const char* name);
std::vector<std::string> group_names(hid_t where);
/// In the order in which they were written.
std::vector<std::string> names_as_written(hid_t where);

std::string text_attribute(hid_t where, const char* name);
std::int64_t integer_attribute(hid_t where, const char* name);
std::uint64_t unsigned_attribute(hid_t where, const char* name);
double number_attribute(hid_t where, const char* name);

std::vector<std::int64_t> read_integers(hid_t where, const std::string& name);
std::vector<std::uint64_t> read_unsigned(hid_t where, const std::string& name);
std::vector<double> read_numbers(hid_t where, const std::string& name);
std::vector<std::uint8_t> read_bytes(hid_t where, const std::string& name);
/// Of an Image. \throws Failure, also where a text leads out of the file
std::vector<std::string> read_texts(hid_t where, const std::string& name);
/// Of a dataset, an attribute of text.
std::string dataset_attribute(hid_t where, const std::string& dataset, const char* name);
/// `otherwise` where it has none of this name.
std::string dataset_attribute_or(hid_t where, const std::string& dataset, const char* name,
                                 const std::string& otherwise);
double dataset_number(hid_t where, const std::string& dataset, const char* name);
/// \throws Failure if values of a dataset come from other files
void require_in_this_file(hid_t data, const std::string& name);
/// How many elements a dataset has. \throws Failure if they are more than can be in the file, or in another one
std::size_t elements_to_read(hid_t data, const std::string& name, std::size_t bytes_each);
Shape shape_of(hid_t where, const std::string& name);

}  // namespace vt::hdf5
