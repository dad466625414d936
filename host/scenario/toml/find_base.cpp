#include "host/scenario/toml/find_base.hpp"

#include <filesystem>

#include <fmt/format.h>

namespace vt {

namespace fs = std::filesystem;

std::vector<std::string> scenario_folders() {
  std::error_code unknown;
  const fs::path program = fs::read_symlink("/proc/self/exe", unknown);
  const fs::path beside = program.parent_path() / ".." / "share" / "vtrial" / "scenarios";
  return {beside.lexically_normal().string(), VTRIAL_SCENARIO_DIR, VTRIAL_INSTALLED_SCENARIO_DIR};
}

std::string find_base(const Node& named, const FileText& text_of, Problems& problems,
                      std::vector<std::string>& shipped) {
  const std::string beside = (fs::path(named.where.file).parent_path() / named.text).lexically_normal().string();
  std::error_code none;
  if (fs::exists(beside, none) || fs::path(named.text).is_absolute()) return beside;
  Problems unheard;  // texts need not be files
  if (text_of(beside, named.where, unheard)) return beside;
  for (const std::string& folder : scenario_folders()) {
    const fs::path found = (fs::path(folder) / named.text).lexically_normal();
    if (!fs::is_regular_file(found, none)) continue;
    shipped.push_back(folder);
    return found.string();
  }
  std::string folders;
  for (const std::string& folder : scenario_folders())
    if (fs::is_directory(folder, none)) folders += (folders.empty() ? "" : " and ") + folder;
  problems.add(
      named.where,
      folders.empty()
          ? fmt::format("there is no file '{}' (and there are no scenarios that come with the program)", beside)
          : fmt::format("there is no file '{}' (and no '{}' among the scenarios that come with the program, in {})",
                        beside, named.text, folders));
  return "";
}

void note_shipped(const Position& where, const std::vector<std::string>& shipped, Problems& problems) {
  if (shipped.empty()) return;
  const bool is_one = shipped.size() == 1;
  problems.note(where,
                fmt::format("{} of base {} from {}, which comes with the program (none of the name is beside the file)",
                            is_one ? "one file" : fmt::format("{} files", shipped.size()), is_one ? "is" : "are",
                            shipped.front()));
}

}  // namespace vt
