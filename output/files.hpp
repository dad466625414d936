#pragma once
/// \file Whole files, all or nothing.

#include <cstdint>
#include <string>
#include <string_view>

namespace vt {

/// Writes `content`, then `more`, to a temporary name in the same directory, fsyncs, renames, fsyncs the directory.
/// Whatever goes wrong before the rename, `path` is as it was and the temporary file is gone. A symbolic link is
/// followed; devices are refused. \throws IoError
void write_whole_file(const std::string& path, std::string_view content, std::string_view more = {});

/// Removes temporary files that write_whole_file has left in the folder of `path`, of any file, where the process that
/// wrote them was killed: it was one of this machine, is no more, and nobody holds the file's lock.
void remove_leftovers(const std::string& path);

/// \throws IoError, also for directories and devices
std::string read_whole_file(const std::string& path);

/// The first and the last `most` bytes of a file, and its size. \throws IoError
struct Ends {
  std::uint64_t size = 0;
  std::string first, last;
};
Ends read_ends(const std::string& path, std::size_t most);

/// Do both names lead to one file, by links, other spellings or case? Files that do not exist are no file's equal.
bool is_same_file(const std::string& a, const std::string& b);

/// Does what write_whole_file will do up to the rename, with `bytes` of the disk taken; all is given back at the end.
class WriteTrial {
 public:
  WriteTrial(const std::string& path, std::uint64_t bytes);  ///< \throws IoError
  WriteTrial(const WriteTrial&) = delete;
  WriteTrial& operator=(const WriteTrial&) = delete;
  ~WriteTrial();
  /// Would a file written to `path` take the place of this one?
  bool is_also(const std::string& path) const;

 private:
  std::string target_, temporary_;
};

}  // namespace vt
