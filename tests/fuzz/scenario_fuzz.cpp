// libFuzzer over the text of a scenario. A line "#file" ends one file and begins the next: the first is the scenario,
// the others are its bases "1", "2", …; lines "#set key=value" are overrides.
//
// clang++ -std=c++20 -g -O1 -fsanitize=fuzzer,address,undefined -I. tests/fuzz/scenario_fuzz.cpp \
//   host/scenario/*.cpp host/problems.cpp -lfmt -o scenario_fuzz && ./scenario_fuzz CORPUS -max_len=20000
#include <cstdint>
#include <cstdlib>
#include <map>
#include <string>
#include <string_view>

#include "host/scenario/read_scenario.hpp"

namespace {

struct Input {
  std::map<std::string, std::string> files;
  std::vector<std::string> overrides;
};

Input taken_apart(std::string_view text) {
  constexpr std::string_view next_file = "#file", set = "#set ";
  Input input;
  int n_files = 0;
  std::string* file = &input.files["s"];
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size() - 1) + 1;
    const std::string_view line = text.substr(0, end);
    text.remove_prefix(end);
    if (line.substr(0, next_file.size()) == next_file)
      file = &input.files[std::to_string(++n_files)];
    else if (line.substr(0, set.size()) == set)
      input.overrides.emplace_back(line.substr(set.size(), line.find_last_not_of('\n') + 1 - set.size()));
    else
      file->append(line);
  }
  return input;
}

std::optional<vt::Scenario> read(const std::map<std::string, std::string>& files,
                                 const std::vector<vt::Override>& overrides, vt::Problems& problems) {
  const vt::FileText text_of = [&](const std::string& path, const vt::Position& asked_at,
                                   vt::Problems& all) -> std::optional<std::string> {
    const auto at = files.find(path);
    if (at != files.end()) return at->second;
    all.add(asked_at, "there is no file '" + path + "'");
    return std::nullopt;
  };
  return vt::read_scenario("s", overrides, text_of, problems);
}

void require(bool holds) {
  if (!holds) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const Input input = taken_apart({reinterpret_cast<const char*>(data), size});
  vt::Problems problems;
  const std::vector<vt::Override> overrides = vt::parse_overrides(input.overrides, problems);
  const std::optional<vt::Scenario> scenario = read(input.files, overrides, problems);
  require(scenario.has_value() || !problems.empty());
  for (const vt::Problem& problem : problems.sorted()) require(!problem.text.empty() && !problem.where.file.empty());
  if (!scenario) return 0;
  // What was resolved is TOML, and resolves to itself where nothing was wrong.
  vt::Problems again_problems;
  const std::optional<vt::Scenario> again = read({{"s", scenario->resolved_toml}}, {}, again_problems);
  if (!problems.empty()) return 0;
  require(again.has_value() && again_problems.empty() && again->resolved_toml == scenario->resolved_toml);
  return 0;
}
