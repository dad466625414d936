/// \file Parameters that change on one day, and library models that have them.

#include <gtest/gtest.h>

#include <fmt/format.h>
#include <cmath>

#include "tests/support/scenario_file.hpp"
#include "tests/support/trial.hpp"

namespace vt { namespace {

using namespace test;

/// Troughs and areas of every day behind one dose at day 0, of a patient without variation.
Results one_dose(const std::string& pk, const std::vector<std::string>& settings = {}) {
  const ScenarioFile file(R"(title = "steps"
[trial]
patients = 1
duration = "60 day"
[pk]
source = "test"
basis = "assumed"
)" + pk + R"(
[[arm]]
name = "a"
regimen = { schedule = [{ from = "day 0", dose = "400 mg", every = "24 h" }, { from = "day 1", dose = "0 mg", every = "24 h" }] }
[[visit]]
name = "daily"
every = "1 day"
measure = []
[[tally]]
name = "auc"
score = "auc_24h"
range = ["0 ng*h/mL", "131072 ng*h/mL"]
at = "daily"
by = ["visit"]
[[tally]]
name = "trough"
score = "trough_true"
range = ["0 ng/mL", "8192 ng/mL"]
at = "daily"
by = ["visit"]
)");
  return simulate(read(file.path(), settings));
}
double on(const Results& results, const std::string& tally, int day) {
  return value(results, tally, "mean", {{"visit", fmt::format("day {}", day)}});
}
double area(const Results& results) {
  double sum = 0;
  for (int day = 1; day <= 60; ++day) sum += on(results, "auc", day);
  return sum;
}

const std::string kOne =
    "model = \"one_compartment\"\nabsorption = \"first_order\"\nabsorption_rate = \"1 1/h\"\n"
    "clearance = \"10 L/h\"\nvolume = \"400 L\"\n";
const std::string kTwo =
    "model = \"two_compartments\"\nabsorption = \"zero_order\"\nabsorption_duration = \"2 h\"\n"
    "clearance = \"10 L/h\"\nvolume = \"400 L\"\nintercompartmental_clearance = \"0 L/h\"\n"
    "peripheral_volume = \"100 L\"\n";

// The drug that is there at midnight goes on in another volume: V·k is the clearance, so that the area is that of the
// dose, whatever the steps.
TEST(VolumeStep, loses_nothing_and_moves_the_concentration) {
  for (const std::string& pk : {kOne, kTwo}) {
    const Results without = one_dose(pk), with = one_dose(pk + "volume_step = { factor = 1.6, from = \"day 2\" }\n");
    EXPECT_NEAR(area(without), 400e3 / 10, 1);
    EXPECT_NEAR(area(with), 400e3 / 10, 1);
    EXPECT_EQ(on(without, "trough", 1), on(with, "trough", 1));
    EXPECT_EQ(on(without, "auc", 2), on(with, "auc", 2));  // of day 1
    // Six hours at the old rate or the new one behind the same amount at midnight.
    const double k = 10.0 / 400, slower = k / 1.6;
    EXPECT_NEAR(on(with, "trough", 2) / on(without, "trough", 2), std::exp(6 * (k - slower)) / 1.6, 1e-6);
    EXPECT_NEAR(on(with, "trough", 4) / on(with, "trough", 3), std::exp(-24 * slower), 1e-6);
  }
}

TEST(ClearanceStep, acts_from_the_start_of_its_day_on) {
  for (const std::string& pk : {kOne, kTwo}) {
    const Results without = one_dose(pk), with = one_dose(pk + "clearance_step = { factor = 2, from = \"day 2\" }\n");
    const double k = 10.0 / 400;
    EXPECT_EQ(on(without, "auc", 2), on(with, "auc", 2));
    EXPECT_NEAR(on(with, "trough", 2) / on(without, "trough", 2), std::exp(-6 * k), 1e-6);
    EXPECT_NEAR(on(with, "trough", 4) / on(with, "trough", 3), std::exp(-24 * 2 * k), 1e-6);
  }
}

TEST(MetaboliteBesideStages, has_the_area_of_the_dose_and_what_the_gut_wall_adds) {
  std::string text =
      "model = \"two_compartments\"\nabsorption = \"transit\"\nabsorption_rate = \"1.2 1/h\"\n"
      "transit_rate = \"5 1/h\"\ntransit_stages = 4\nclearance = \"13 L/h\"\nvolume = \"170 L\"\n"
      "intercompartmental_clearance = \"4 L/h\"\nperipheral_volume = \"44 L\"\n"
      "metabolite_clearance = \"40 L/h\"\nmetabolite_volume = \"60 L\"\n"
      "metabolite_intercompartmental_clearance = \"5 L/h\"\nmetabolite_peripheral_volume = \"90 L\"\n";
  const auto metabolite = [](const std::string& pk) {
    const ScenarioFile file(
        "title = \"m\"\n[trial]\npatients = 1\nduration = \"40 day\"\n[pk]\nsource = \"test\"\nbasis "
        "= \"assumed\"\n" +
        pk +
        "[[arm]]\nname = \"a\"\nregimen = { dose = \"400 mg\", every = \"24 h\" }\n[[visit]]\nname = "
        "\"v\"\nat = \"day 40\"\nmeasure = []\n[[tally]]\nname = \"auc\"\nscore = "
        "\"metabolite_auc_24h\"\nrange = [\"0 ng*h/mL\", \"131072 ng*h/mL\"]\nat = \"v\"\n");
    return value(simulate(read(file.path())), "auc", "mean");
  };
  EXPECT_NEAR(metabolite(text), 400e3 / 40, 0.01);
  // Of what comes to the gut wall 0.8 passes and 0.2 becomes 1.5 mg of metabolite for each mg.
  EXPECT_NEAR(metabolite(text + "gut_extraction = 0.2\ngut_metabolite = 1.5\n"), 400e3 / 40 * (1 + 1.5 * 0.2 / 0.8),
              0.01);
}

}  // namespace
}  // namespace vt
