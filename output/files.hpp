#pragma once
/// \file Whole files, all or nothing.

#include <string>
#include <string_view>

namespace vt {

/// Writes `content`, then `more`, to a temporary name in the same directory, fsyncs, renames, fsyncs the directory.
/// Whatever goes wrong before the rename, `path` is as it was and the temporary file is gone. A symbolic link is
/// followed; devices are refused. \throws IoError
void write_whole_file(const std::string& path, std::string_view content, std::string_view more = {});

/// \throws IoError, also for directories and devices
std::string read_whole_file(const std::string& path);

}  // namespace vt
