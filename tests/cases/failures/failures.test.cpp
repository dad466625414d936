/// \file What is said of patients whose trial cannot be computed, and of formulas without a value.

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "host/trace/trace.hpp"
#include "kernels/failure.hpp"
#include "tests/support/scenario_file.hpp"
#include "tests/support/trial.hpp"

namespace vt { namespace {

using namespace test;

/// 200 days of full adherence in 2 replicates; x is uniform on 0 … 1.
std::string trial_text(const std::string& more, const std::string& bases = "") {
  return "title = \"failures\"\nbase = [\"" + scenario_path("library/populations/reference_subject.toml") + "\", \"" +
         scenario_path("library/pk/schmidli2005.toml") + "\"" + bases + R"toml(]
[trial]
seed = 1
patients = 300
replicates = 2
duration = "200 day"
[adherence]
model = "perfect"
source = "test"
basis = "assumed"
[[covariate]]
name = "x"
distribution = "uniform"
low = 0
high = 1
source = "test"
basis = "assumed"
[[arm]]
name = "a"
regimen = { dose = "400 mg", every = "24 h" }
rules = ["r"]
[[visit]]
name = "v"
at = ["day 100", "day 200"]
measure = ["trough"]
[[rule]]
name = "r"
at = "v"
do = "hold"
source = "test"
basis = "assumed"
)toml" + more;
}

std::string event(const std::string& hazard) {
  return "[[event]]\nname = \"e\"\nsource = \"test\"\nbasis = \"assumed\"\nhazard = \"" + hazard + "\"\n";
}
const std::string kNothing = "when = \"day < 0\"\nuntil = \"day < 0\"\n";

Scenario scenario_with(const std::string& more) {
  const ScenarioFile file(trial_text(more));
  return read(file.path());
}

bool says(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

// One in ten has x > 0.9 and a hazard with 1/0 on day 63, the first of its days from day 60 on.
TEST(Failure, names_formula_step_inputs_day_and_patient) {
  const Scenario scenario = scenario_with(kNothing + event("if(x > 0.9 and day > 60, max(x - 2, 0)^-4, 0)"));
  RunOptions options;
  options.keep_records = true;
  const Results results = simulate(scenario, options);
  std::uint64_t failures = 0, first = 0;
  for (const Record& row : records(results))
    if (row.failure != 0) first = failures++ == 0 ? row.patient : first;
  ASSERT_EQ(results.failures.size(), 1u);
  const FailureCount& failure = results.failures[0];
  EXPECT_EQ(failure.patients, failures);
  EXPECT_NEAR(static_cast<double>(failures), 60, 30);  // four SDs of a binomial of 600 and 0.1
  EXPECT_EQ(failure.smallest_id, first);
  EXPECT_EQ(failure.reason, "the hazard of event 'e' has no value");
  EXPECT_TRUE(says(failure.example, ": 0 to the power of -4; x = 0.9")) << failure.example;
  EXPECT_TRUE(says(failure.example, "day 63")) << failure.example;

  const BuiltPlan built = build(scenario);
  const Trace found = trace(scenario, built, number_in_replicate(first), replicate_of(first));
  EXPECT_EQ(found.failure, failure.reason + ": " + failure.example);
  EXPECT_EQ(found.failed_on, 63);
  EXPECT_EQ(found.days.back().day, 63);
  EXPECT_TRUE(says(tell(scenario, built, found), "cannot be computed any further: the hazard"));
  EXPECT_EQ(trace_json(scenario, built, found)["failure"]["day"], 63);
}

TEST(Failure, of_a_negative_hazard_is_another_one) {
  const Results results = simulate(scenario_with(kNothing + event("x - 0.5")));
  ASSERT_EQ(results.failures.size(), 1u);
  EXPECT_TRUE(says(results.failures[0].reason, "the hazard of event 'e' is outside its range"));
}

TEST(Failure, of_a_parameter_names_it_with_its_value) {
  const Results results = simulate(scenario_with(
      kNothing +
      "[pk]\nvolume = { formula = \"if(x < 0.5, 0, 300)\", unit = \"L\", source = \"test\", basis = \"assumed\" }\n"));
  ASSERT_EQ(results.failures.size(), 1u);
  EXPECT_TRUE(says(results.failures[0].reason, "pk.volume is 0")) << results.failures[0].reason;
  EXPECT_EQ(results.failures[0].example, "pk.volume = 0 L");
}

TEST(Failure, of_a_probability_above_1) {
  const Results results = simulate(scenario_with("when = \"day > 0\"\nuntil = \"day < 0\"\nprobability = \"1 + x\"\n"));
  ASSERT_EQ(results.failures.size(), 1u);
  EXPECT_TRUE(says(results.failures[0].reason, "the probability of rule 'r' is outside its range"));
  EXPECT_EQ(results.failures[0].patients, 600u);
}

// The condition is log10(0) at the visit of day 100, in each of the 600 patients once, and holds for nobody at the
// second.
TEST(FormulaWithoutValue, is_counted_and_said) {
  const Results results =
      simulate(scenario_with("when = \"log10(day - 100) > 5\"\nuntil = \"day < 0\"\n"
                             R"toml(
[[tally]]
name = "t"
score = "trough/(200 - day)"
range = ["1 ng/mL", "20000 ng/mL"]
at = "v"
by = ["visit"]
)toml"));
  EXPECT_TRUE(results.failures.empty());
  ASSERT_EQ(results.without_value.size(), 2u);
  EXPECT_EQ(results.without_value[0].what, "the condition of rule 'r'");
  EXPECT_EQ(results.without_value[0].times, 600u);
  EXPECT_EQ(results.without_value[1].what, "the score of tally 't'");
  EXPECT_EQ(results.without_value[1].times, 600u);
  ASSERT_EQ(results.notes.size(), 2u);
  EXPECT_TRUE(says(results.notes[0], "the condition of rule 'r' (log10(day - 100) > 5) had no value 600 times"));
}

// At the first visit there is no result before the last.
TEST(FormulaWithoutValue, is_not_one_of_something_unmeasured) {
  EXPECT_TRUE(
      simulate(scenario_with("when = \"log10(previous_trough) > 5\"\nuntil = \"day < 0\"\n")).without_value.empty());
}

// Everybody stops at day 100 for good. Then the hazard of progression is the tumour's growth without the drug.
TEST(ProgressionOfPatientsWhoStopped, can_be_computed_at_no_exposure) {
  const ScenarioFile file(
      trial_text("when = \"day > 50\"\nuntil = \"day < 0\"\n"
                 R"toml(
[[tally]]
name = "progression"
kind = "time_to_event"
event = "progression"
)toml",
                 ", \"" + scenario_path("library/disease/gist_tumour.toml") + "\", \"" +
                     scenario_path("library/disease/gist_genotypes.toml") + "\", \"" +
                     scenario_path("library/disease/gist_progression.toml") + '"'));
  const Results results = simulate(read(file.path(), {"trial.duration=1200 day", "trial.patients=100"}));
  EXPECT_TRUE(results.failures.empty());
  const ResultTally& progression = tally(results, "progression");
  EXPECT_EQ(progression.evaluable[0], 200);
}

}}  // namespace vt
