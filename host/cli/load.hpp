#pragma once
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "host/plan/build_plan.hpp"
#include "host/scenario/scenario.hpp"
#include "host/study/run_study.hpp"
#include "output/compare.hpp"

namespace vt {

struct LoadedScenario {
  Scenario scenario;
  BuiltPlan built;
  std::vector<std::string> notes;  ///< Problems::sorted_notes, as text
};

/// Reads and compiles a scenario. \throws ScenarioError with every problem
LoadedScenario load(const std::string& path, const std::vector<std::string>& set,
                    std::optional<std::uint64_t> patients = {}, std::optional<std::uint64_t> seed = {});

/// The same with what stands for options of the command line. \throws ScenarioError
LoadedScenario load_changed(const std::string& path, const std::vector<Override>& overrides);

/// A study, its points looked at.
struct LoadedStudy {
  StudySpec study;
  Design design;
  KeptPlans plans;
  std::shared_ptr<TextsOnce> texts;  ///< of the files that its trials read
  std::vector<std::string> notes;
  FileText text_of() const;
};

/// Whether a file that can be read is a study.
bool is_study_file(const std::string& path);

/// Nothing if the scenario is none. \throws ScenarioError with every problem of the study and of its points
std::optional<LoadedStudy> load_study(const std::string& path, const std::vector<std::string>& set,
                                      std::optional<std::uint64_t> patients, std::optional<std::uint64_t> seed,
                                      int threads, bool keeps_plans = false);

/// "note: …" on standard error, a line each, also where the user wants quiet; `about` stands before each.
void say_notes(const std::vector<std::string>& notes, const std::string& about = "");

/// Every file that the scenario is made from.
std::vector<std::string> files_read(const Scenario& scenario);

/// targets/NAME.toml next to the scenario NAME.toml.
std::string targets_beside(const std::string& scenario);

/// \throws ScenarioError if that file has mistakes
void check_targets_beside(const std::string& scenario);

/// Results beside published ones, and a note if these are of another scenario, or "".
struct LoadedComparison {
  std::vector<Comparison> comparisons;
  std::string doubt;
};
/// \throws ScenarioError
LoadedComparison compare_with(const std::string& targets, const Results& results);
/// With targets_beside(scenario); nothing where there is no such file.
LoadedComparison compare_with_neighbour(const Results& results, const std::string& scenario);

}  // namespace vt
