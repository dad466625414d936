/// \file Columns of a table of patients that are entries of models, through the whole program.

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <string>

#include "tests/support/plain_trial.hpp"
#include "tests/support/scenario_file.hpp"
#include "tests/support/trial.hpp"

namespace vt { namespace {

using namespace test;

/// Two patients, in the order of the table, whose tumour is looked at before it grows.
std::string trial(const std::string& table) {
  return fmt::format(R"toml([trial]
seed = 1
patients = 2
duration = "2 day"
[population]
table = {{ file = "{}", source = "test" }}
[adherence]
model = "bernoulli"
taken = 0.9
source = "test"
basis = "assumed"
[tumour]
model = "size_and_density"
baseline = 100
limit = 1e6
growth = "0 1/day"
kill = "0 1/day"
source = "test"
basis = "assumed"
[[tally]]
name = "size"
score = "tumour_size_true"
range = [1, 1000]
at = "end"
)toml",
                     table) +
         kPlainPk + kPlainArm;
}

TEST(TableColumns, of_a_tumour_are_its_patients) {
  const ScenarioFile table("tumour.baseline\n30\n50\n", ".csv");
  const ScenarioFile file(trial(table.path()));
  EXPECT_NEAR(value(simulate(read(file.path())), "size", "mean"), 40, 1e-6);
}

// Which doses they concern is said under [adherence]: a column alone was taken and had no effect.
TEST(TableColumns, of_habits_are_refused) {
  const ScenarioFile table("adherence.taken\n0.2\n0.2\n", ".csv");
  const ScenarioFile file(trial(table.path()));
  try {
    (void)build(read(file.path()));
    FAIL() << "was taken";
  } catch (const ScenarioError& error) {
    EXPECT_NE(to_string(error.problems().at(0)).find("is a habit"), std::string::npos);
  }
}

}}  // namespace vt
