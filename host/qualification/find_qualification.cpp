#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <filesystem>
#include <system_error>

#include "host/qualification/qualification.hpp"

namespace vt {

namespace {

namespace fs = std::filesystem;

constexpr const char* kEnding = ".toml";

/// Files of the first folder that has any, by name.
std::vector<fs::path> qualifications_in(const std::vector<std::string>& folders) {
  for (const std::string& folder : folders) {
    std::vector<fs::path> files;
    std::error_code none;
    for (const fs::directory_entry& entry : fs::directory_iterator(fs::path(folder) / "qualification", none))
      if (entry.path().extension() == kEnding) files.push_back(entry.path());
    std::ranges::sort(files);
    if (!files.empty()) return files;
  }
  return {};
}

std::string looked_in(const std::vector<std::string>& folders) {
  std::string text;
  for (const std::string& folder : folders)
    text += (text.empty() ? "" : ", ") + (fs::path(folder) / "qualification").string();
  return text;
}

}  // namespace

std::string find_qualification(const std::string& name, const std::vector<std::string>& folders, Problems& problems) {
  if (name.find('/') != std::string::npos || name.ends_with(kEnding)) return name;
  for (const std::string& folder : folders) {
    const fs::path file = fs::path(folder) / "qualification" / (name + kEnding);
    std::error_code none;
    if (fs::is_regular_file(file, none)) return file.string();
  }
  std::vector<std::string> known;
  for (const fs::path& file : qualifications_in(folders)) known.push_back(file.stem().string());
  problems.add({name, 0, 0}, fmt::format("is no qualification ({}){}; name a file as ./{}.toml",
                                         known.empty() ? "there is none in " + looked_in(folders)
                                                       : fmt::format("known are {}", fmt::join(known, ", ")),
                                         did_you_mean(name, known), name));
  return "";
}

std::vector<std::string> all_qualifications(const std::vector<std::string>& folders, Problems& problems) {
  std::vector<std::string> paths;
  for (const fs::path& file : qualifications_in(folders)) paths.push_back(file.string());
  if (paths.empty())
    problems.add({"vtrial qualify", 0, 0},
                 fmt::format("there is no qualification in {}; name a file", looked_in(folders)));
  return paths;
}

}  // namespace vt
