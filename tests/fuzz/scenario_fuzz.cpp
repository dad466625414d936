// The text of a scenario, read, made a Plan and, where that is small, run. A line "#file NAME" ends one file and begins
// another: the first is the scenario; lines "#set key=value" are overrides. Files that are not among them are the
// shipped ones. Studies are read as far as their design.
#include <algorithm>
#include <fstream>
#include <sstream>
#include <vector>

#include "host/plan/notes.hpp"
#include "host/scenario/read_scenario.hpp"
#include "host/study/points.hpp"
#include "host/study/study_spec.hpp"
#include "output/json.hpp"
#include "output/print.hpp"
#include "tests/fuzz/fuzz.hpp"
#include "tests/fuzz/small_run.hpp"

namespace {

using namespace vt;

struct Given {
  fuzz::Files files;
  std::vector<std::string> overrides;
};

Given taken_apart(std::string_view text) {
  constexpr std::string_view next_file = "#file ", set = "#set ";
  Given input;
  std::string* file = &input.files["s"];
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size() - 1) + 1;
    const std::string_view line = text.substr(0, end), words = line.substr(0, line.find_last_not_of('\n') + 1);
    text.remove_prefix(end);
    if (words.starts_with(next_file))
      file = &input.files[std::string(words.substr(next_file.size()))];
    else if (words.starts_with(set))
      input.overrides.emplace_back(words.substr(set.size()));
    else
      file->append(line);
  }
  return input;
}

/// A shipped file, read once.
std::optional<std::string> shipped(const std::string& path, const Position& asked_at, Problems& problems) {
  static std::map<std::string, std::optional<std::string>> texts;
  const bool is_plain = path.find("..") == std::string::npos && path.find('\0') == std::string::npos;
  const auto [at, is_new] = texts.try_emplace(path);
  if (is_new && is_plain) {
    std::ifstream file(VTRIAL_SOURCE_DIR "/scenarios/" + path, std::ios::binary);
    std::ostringstream text;
    if (path.ends_with(".toml") || path.ends_with(".csv"))
      if (file && text << file.rdbuf()) at->second = text.str();
  }
  if (!at->second) problems.add(asked_at, "there is no file '" + path + "'");
  const std::optional<std::string> text = at->second;
  constexpr std::size_t most_texts = 1000;  // names that mutations make up
  if (texts.size() > most_texts) std::erase_if(texts, [](const auto& one) { return !one.second; });
  return text;
}

/// Of a study: its factors, endpoints and points; the trial itself is looked at as others are.
void look_at_study(MergedScenario& merged, const FileText& text_of, Problems& problems) {
  MergedScenario copy = merged;
  const StudySpec study = read_study(std::move(copy), text_of, problems);
  if (problems.empty()) (void)make_design(study);
  forget_study(merged.tree);
}

/// What was resolved is TOML, and resolves to itself.
void require_same_again(const Scenario& scenario, const FileText& text_of) {
  Problems problems;
  const fuzz::Files file{{"s", scenario.resolved_toml}};
  const std::optional<Scenario> again = read_scenario("s", {}, fuzz::texts_of(file, text_of), problems);
  fuzz::require(again && problems.empty(), "what was resolved can be read", scenario.resolved_toml);
  fuzz::require(again->resolved_toml == scenario.resolved_toml, "resolved once is resolved", scenario.resolved_toml);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const Given input = taken_apart({reinterpret_cast<const char*>(data), size});
  const FileText text_of = fuzz::texts_of(input.files, shipped);
  Problems problems;
  const std::vector<Override> overrides = parse_overrides(input.overrides, problems);
  std::optional<MergedScenario> merged = merge_scenario("s", overrides, text_of, problems);
  fuzz::require(merged.has_value() || !problems.empty(), "a tree or a problem");
  if (merged && is_study(*merged)) look_at_study(*merged, text_of, problems);
  if (!merged) return fuzz::require_readable(problems), 0;
  Scenario scenario = read_merged(*merged, text_of, problems);
  scenario.resolved_toml = resolved_toml(*merged);
  std::optional<BuiltPlan> built;
  if (problems.empty()) built = build_plan(scenario, problems);
  fuzz::require(built.has_value() == problems.empty(), "a plan or a problem");
  fuzz::require_readable(problems);
  if (!built) return 0;
  require_same_again(scenario, text_of);
  note_oversights(scenario, *built, problems);
  if (const std::optional<Results> results = fuzz::small_run(std::move(*built)))
    (void)results_json(*results).dump(-1, ' ', false, Json::error_handler_t::replace);
  return 0;
}
