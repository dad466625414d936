#include "host/cli/load_qualification.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <system_error>

#include "host/scenario/toml/toml_reader.hpp"

namespace vt {

namespace {

LoadedScenario load_run(const QualificationRun& run, std::optional<std::uint64_t> patients) {
  std::error_code unknown;
  if (!std::filesystem::exists(run.scenario, unknown))
    throw ScenarioError({{run.where, fmt::format("run '{}' names {} (there is no such file); write where it is, seen "
                                                 "from this file",
                                                 run.name, run.scenario)}});
  if (is_study_file(run.scenario))
    throw ScenarioError({{run.where, fmt::format("run '{}' names {}, which is a study (a run is one trial); name the "
                                                 "trial that it varies",
                                                 run.name, run.scenario)}});
  std::vector<Override> overrides = run.changes;
  if (patients)
    overrides.push_back({"trial.patients", std::to_string(*patients), "--patients"});
  else if (run.patients)
    overrides.push_back({"trial.patients", std::to_string(*run.patients), "patients", run.where});
  return load_changed(run.scenario, overrides);
}

/// Rows that will not be testable, as far as it can be seen before.
std::vector<std::string> missing_tallies(const LoadedQualification& loaded) {
  std::vector<std::string> notes;
  const std::vector<QualificationRun>& runs = loaded.qualification.runs;
  const auto look = [&](const Target& row, const std::string& run, const std::string& tally) {
    const auto place = std::ranges::find(runs, run, &QualificationRun::name) - runs.begin();
    const auto& tallies = loaded.trials[static_cast<std::size_t>(place)].built.tallies;
    if (std::ranges::find(tallies, tally, &ResultTally::name) == tallies.end())
      notes.push_back(fmt::format("'{}' asks for the tally '{}', which run '{}' does not have", row.name, tally, run));
  };
  for (const QualificationRow& row : loaded.qualification.rows) {
    const Target& t = row.target;
    look(t, t.run, t.tally);
    for (const OtherSide* other : {&t.over, &t.minus})
      if (!other->empty()) look(t, other->run, other->tally.empty() ? t.tally : other->tally);
  }
  return notes;
}

}  // namespace

bool is_qualification_file(const std::string& path) {
  Problems unread;
  const auto text = read_text_file(path, {path, 0, 0}, unread);
  const auto tree = text ? read_toml(*text, path, unread) : std::nullopt;
  return tree && tree->find("run") != nullptr;
}

std::vector<LoadedQualification> load_qualifications(const std::vector<std::string>& paths,
                                                     std::optional<std::uint64_t> patients) {
  Problems unread;
  std::vector<LoadedQualification> all;
  for (const std::string& path : paths) all.push_back({read_qualification(path, unread), {}, {}});
  if (!unread.empty()) throw ScenarioError(unread.sorted());
  std::vector<Problem> problems;
  for (LoadedQualification& one : all)
    for (const QualificationRun& run : one.qualification.runs) {
      try {
        one.trials.push_back(load_run(run, patients));
      } catch (const ScenarioError& error) {
        problems.insert(problems.end(), error.problems().begin(), error.problems().end());
      }
    }
  if (!problems.empty()) throw ScenarioError(std::move(problems));
  for (LoadedQualification& one : all) one.notes = missing_tallies(one);
  return all;
}

LoadedQualification load_qualification(const std::string& path, std::optional<std::uint64_t> patients) {
  return std::move(load_qualifications({path}, patients)[0]);
}

}  // namespace vt
