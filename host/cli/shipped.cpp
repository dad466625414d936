#include "host/cli/shipped.hpp"

#include <filesystem>
#include <set>
#include <string_view>
#include <utility>

#include "host/qualification/qualification.hpp"
#include "host/scenario/toml/find_base.hpp"

namespace vt {

namespace fs = std::filesystem;

std::string with_shipped(const std::string& name) {
  std::error_code none;
  const bool is_there = fs::is_regular_file(name, none);
  if (is_there || name.empty() || fs::path(name).is_absolute() || name.starts_with(".")) return name;
  constexpr std::string_view folder_of_sources = "scenarios/";
  const std::string inside = name.starts_with(folder_of_sources) ? name.substr(folder_of_sources.size()) : name;
  for (const std::string& folder : scenario_folders())
    for (const char* const ending : {"", ".toml"}) {
      const fs::path file = fs::path(folder) / (inside + ending);
      if (fs::is_regular_file(file, none)) return file.string();
    }
  return name;
}

std::string with_shipped_targets(const std::string& name) {
  std::error_code none;
  if (name.empty() || fs::is_regular_file(name, none)) return name;
  const std::string inside = with_shipped("targets/" + name);
  return fs::is_regular_file(inside, none) ? inside : with_shipped(name);
}

std::vector<std::string> shipped_scenarios() {
  std::set<std::string> names;
  for (const std::string& folder : scenario_folders())
    for (const char* const below : {"", "studies"}) {
      std::error_code none;
      for (const fs::directory_entry& file : fs::directory_iterator(fs::path(folder) / below, none))
        if (file.path().extension() == ".toml") names.insert((fs::path(below) / file.path().stem()).string());
    }
  return {names.begin(), names.end()};
}

std::vector<std::string> shipped_qualifications() {
  Problems none;
  std::vector<std::string> names;
  for (const std::string& file : all_qualifications(scenario_folders(), none))
    names.push_back(fs::path(file).stem().string());
  return names;
}

std::vector<std::string> with_shipped(std::vector<std::string> names) {
  for (std::string& name : names) name = with_shipped(name);
  return names;
}

}  // namespace vt
