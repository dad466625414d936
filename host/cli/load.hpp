#pragma once
#include <optional>
#include <string>
#include <vector>

#include "host/plan/build_plan.hpp"
#include "host/scenario/scenario.hpp"
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

/// "note: …" on standard error, a line each, also where the user wants quiet.
void say_notes(const std::vector<std::string>& notes);

/// Published results of the file; says so on standard error if they are of another scenario than the results.
/// \throws ScenarioError
std::vector<Target> load_targets(const std::string& path, const Results& results);

/// The results beside targets/NAME.toml next to the scenario NAME.toml; nothing where there is no such file.
std::vector<Comparison> compare_with_neighbour(const Results& results, const std::string& scenario);

}  // namespace vt
