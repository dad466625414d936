#include "host/cli/load.hpp"

#include <fmt/format.h>

#include <filesystem>

#include "host/plan/notes.hpp"
#include "host/scenario/merge.hpp"
#include "host/scenario/read_targets.hpp"

namespace vt {

LoadedScenario load(const std::string& path, const std::vector<std::string>& set, std::optional<std::uint64_t> patients,
                    std::optional<std::uint64_t> seed) {
  Problems problems;
  std::vector<Override> overrides = parse_overrides(set, problems);
  if (patients) overrides.push_back({"trial.patients", std::to_string(*patients)});
  if (seed) overrides.push_back({"trial.seed", std::to_string(*seed)});
  std::optional<Scenario> scenario = read_scenario(path, overrides, problems);
  std::optional<BuiltPlan> built;
  if (scenario) built = build_plan(*scenario, problems);
  if (!problems.empty() || !scenario || !built) throw ScenarioError(problems.sorted());
  note_oversights(*scenario, built->buffer.plan(), problems);
  std::vector<std::string> notes;
  for (const Problem& note : problems.sorted_notes()) notes.push_back(to_string(note));
  return {std::move(*scenario), std::move(*built), std::move(notes)};
}

void say_notes(const std::vector<std::string>& notes) {
  for (const std::string& note : notes) fmt::print(stderr, "note: {}\n", note);
}

std::vector<Target> load_targets(const std::string& path, const Results& results) {
  Problems problems;
  TargetFile file = read_targets(path, problems);
  if (!problems.empty()) throw ScenarioError(problems.sorted());
  const std::string scenario = std::filesystem::path(results.scenario_path).stem().string();
  if (!file.scenario.empty() && file.scenario != scenario)
    fmt::print(stderr, "note: {} is about the scenario '{}', the results are of '{}'\n", path, file.scenario, scenario);
  return std::move(file.targets);
}

std::vector<Comparison> compare_with_neighbour(const Results& results, const std::string& scenario) {
  const std::filesystem::path path(scenario);
  const std::filesystem::path targets = path.parent_path() / "targets" / path.filename();
  if (!std::filesystem::is_regular_file(targets)) return {};
  return compare(results, load_targets(targets.string(), results));
}

}  // namespace vt
