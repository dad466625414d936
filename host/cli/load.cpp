#include "host/cli/load.hpp"

#include <fmt/format.h>

#include <filesystem>

#include "host/cli/streams.hpp"
#include "host/plan/notes.hpp"
#include "host/scenario/sections.hpp"
#include "host/scenario/tallies/read_targets.hpp"
#include "host/scenario/toml/merge.hpp"
#include "host/scenario/toml/toml_reader.hpp"
#include "host/study/optimise/run_optimise.hpp"
#include "host/study/run_study.hpp"

namespace vt {

namespace {

std::vector<Override> overrides_of(const std::vector<std::string>& set, std::optional<std::uint64_t> patients,
                                   std::optional<std::uint64_t> seed, Problems& problems) {
  std::vector<Override> overrides = parse_overrides(set, problems);
  if (patients) overrides.push_back({"trial.patients", std::to_string(*patients), "--patients"});
  if (seed) overrides.push_back({"trial.seed", std::to_string(*seed), "--seed"});
  return overrides;
}

std::vector<std::string> notes_in(const Problems& problems) {
  std::vector<std::string> notes;
  for (const Problem& note : problems.sorted_notes()) notes.push_back(to_string(note));
  return notes;
}

}  // namespace

namespace {

LoadedScenario load_with(const std::string& path, const std::vector<Override>& overrides, Problems& problems) {
  std::optional<Scenario> scenario = read_scenario(path, overrides, problems);
  std::optional<BuiltPlan> built;
  if (scenario) built = build_plan(*scenario, problems);
  if (!problems.empty() || !scenario || !built) throw ScenarioError(problems.sorted());
  note_oversights(*scenario, *built, problems);
  return {std::move(*scenario), std::move(*built), notes_in(problems)};
}

}  // namespace

LoadedScenario load(const std::string& path, const std::vector<std::string>& set, std::optional<std::uint64_t> patients,
                    std::optional<std::uint64_t> seed) {
  Problems problems;
  const std::vector<Override> overrides = overrides_of(set, patients, seed, problems);
  return load_with(path, overrides, problems);
}

LoadedScenario load_changed(const std::string& path, const std::vector<Override>& overrides) {
  Problems problems;
  return load_with(path, overrides, problems);
}

FileText LoadedStudy::text_of() const {
  return [texts = texts](const std::string& file, const Position& asked_at, Problems& problems) {
    return (*texts)(file, asked_at, problems);
  };
}

bool is_study_file(const std::string& path) {
  Problems unread;
  const std::optional<MergedScenario> merged = merge_scenario(path, {}, read_text_file, unread);
  return merged && is_study(*merged);
}

std::optional<LoadedStudy> load_study(const std::string& path, const std::vector<std::string>& set,
                                      std::optional<std::uint64_t> patients, std::optional<std::uint64_t> seed,
                                      int threads, bool keeps_plans) {
  Problems problems;
  std::optional<MergedScenario> merged =
      merge_scenario(path, overrides_of(set, patients, seed, problems), read_text_file, problems);
  if (!merged || !is_study(*merged)) return std::nullopt;
  LoadedStudy loaded{{}, {}, {}, std::make_shared<TextsOnce>(read_text_file), {}};
  loaded.study = read_study(std::move(*merged), loaded.text_of(), problems);
  if (problems.empty()) loaded.design = make_design(loaded.study);
  const std::atomic<bool> never = false;
  if (problems.empty())
    loaded.study.kept_tallies = check_points(loaded.study, loaded.design, loaded.text_of(), threads, never,
                                             keeps_plans ? &loaded.plans : nullptr, problems);
  if (problems.empty() && loaded.study.optimise)
    check_ends_of_factors(loaded.study, loaded.text_of(), threads, problems);
  if (!problems.empty()) throw ScenarioError(problems.sorted());
  loaded.notes = notes_in(problems);
  return loaded;
}

void say_notes(const std::vector<std::string>& notes, const std::string& about) {
  for (const std::string& note : notes) say("note: {}{}\n", about, note);
}

std::vector<std::string> files_read(const Scenario& scenario) {
  std::vector<std::string> files = scenario.files;
  for (const Text* table : {&scenario.table.file, &scenario.dose_records.file})
    if (table->is_set()) files.push_back(path_beside(*table));
  files.insert(files.end(), scenario.prior.files.begin(), scenario.prior.files.end());
  return files;
}

std::string targets_beside(const std::string& scenario) {
  const std::filesystem::path path(scenario);
  return (path.parent_path() / "targets" / path.filename()).string();
}

namespace {

TargetFile targets_of(const std::string& path) {
  Problems problems;
  TargetFile file = read_targets(path, problems);
  if (!problems.empty()) throw ScenarioError(problems.sorted());
  return file;
}

}  // namespace

void check_targets_beside(const std::string& scenario) {
  if (const std::string path = targets_beside(scenario); std::filesystem::is_regular_file(path)) targets_of(path);
}

LoadedComparison compare_with(const std::string& targets, const Results& results) {
  const TargetFile file = targets_of(targets);
  LoadedComparison found{compare(results, file.targets), ""};
  const std::string scenario = std::filesystem::path(results.scenario_path).stem().string();
  if (!file.scenario.empty() && file.scenario != scenario)
    found.doubt =
        fmt::format("{} is about the scenario '{}', the results are of '{}'", targets, file.scenario, scenario);
  return found;
}

LoadedComparison compare_with_neighbour(const Results& results, const std::string& scenario) {
  const std::string targets = targets_beside(scenario);
  if (!std::filesystem::is_regular_file(targets)) return {};
  return compare_with(targets, results);
}

}  // namespace vt
