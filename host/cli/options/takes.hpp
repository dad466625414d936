#pragma once
#include <string>
#include <string_view>

#include "host/cli/options/tree.hpp"

namespace vt {

/// What an option or an argument takes, by the name of its value: for completion.
struct Takes {
  std::string_view value;   ///< as it is called in the help
  std::string_view ending;  ///< of files: "toml"; "": any
  bool has_folders_only = false, has_scenarios = false, has_qualifications = false, has_commands = false;
};
inline constexpr Takes kTakes[] = {
    {.value = "SCENARIO", .ending = "toml", .has_scenarios = true},
    {.value = "QUALIFICATION", .ending = "toml", .has_qualifications = true},
    {.value = "FILE.toml", .ending = "toml"},
    {.value = "TARGETS.toml", .ending = "toml"},
    {.value = "FILE.h5", .ending = "h5"},
    {.value = "FILE.html", .ending = "html"},
    {.value = "FILE.json", .ending = "json"},
    {.value = "FILE", .ending = ""},
    {.value = "PATH", .ending = ""},
    {.value = "DIRECTORY", .ending = "", .has_folders_only = true},
    {.value = "COMMAND", .ending = "", .has_commands = true},
};

/// Null: numbers, names, what nobody can complete.
inline const Takes* taken_by(const OptionFacts& option) {
  for (const Takes& takes : kTakes)
    if (takes.value == option.value) return &takes;
  return nullptr;
}

}  // namespace vt
