#pragma once
/// \file Published models for one typical patient: full adherence, no timing error, no variability.

#include "tests/support/scenario_file.hpp"
#include "tests/support/trial.hpp"

namespace vt::test {

/// Full adherence, no timing error, one arm; troughs on day 200. `regimen` is what stands in its braces.
inline std::string trial_text(const std::string& pk, const std::string& regimen, const std::string& more = "") {
  return "title = \"oracle\"\nbase = [\"" + scenario_path("library/populations/reference_subject.toml") + "\", \"" +
         scenario_path("library/pk/" + pk + ".toml") + "\"]\n" + R"(
[trial]
seed = 1
patients = 1
duration = "200 day"
[adherence]
model = "perfect"
source = "test"
basis = "assumed"
[[arm]]
name = "a"
regimen = { )" +
         regimen + R"( }
[[visit]]
name = "v"
at = ["day 200"]
measure = ["trough"]
sample_sd = "0 h"
[[tally]]
name = "trough"
score = "trough"
range = ["1 ng/mL", "20000 ng/mL"]
at = "v"
by = ["arm"]
)" + more;
}

inline const std::string kOnce = R"(dose = "400 mg", every = "24 h")";

inline Results typical_results(const std::string& text, const std::vector<std::string>& set = {}) {
  const ScenarioFile file(text);
  Scenario scenario = read(file.path(), set);
  remove_variability(scenario);
  return simulate(scenario);
}

}  // namespace vt::test
