// Doses are decimal numbers: one that differs from a rung of a ladder, a value of an axis or a constant of a formula in
// the last bit is that dose (mrgsolve's issue 466).
#include <gtest/gtest.h>

#include "host/scenario/toml/merge.hpp"
#include "tests/support/population.hpp"

namespace vt::test { namespace {

/// Daily doses of one patient: `more` dose rules at daily visits, from `start` mg on.
std::vector<double> daily_doses(const std::string& start, const std::string& rules, const std::string& every = "24 h") {
  std::string text = R"(
[trial]
seed = 1
patients = 1
duration = "6 day"
[pk]
model = "one_compartment"
absorption = "first_order"
clearance = "10 L/h"
volume = "200 L"
absorption_rate = "1 1/h"
source = "t"
basis = "assumed"
[[ladder]]
name = "L"
steps = [{ dose = "400 mg", every = "24 h" }, { dose = "440 mg", every = "24 h" }, { dose = "600 mg", every = "24 h" }]
[[visit]]
name = "v"
every = "1 day"
from = "day 1"
until = "day 5"
measure = []
[[arm]]
name = "a"
ladder = "L"
regimen = { dose = ")" +
                     start + "\", every = \"" + every + "\" }\nrules = [";
  std::string tables, names;
  for (std::size_t from = 0, k = 0; from < rules.size(); ++k) {
    const std::size_t end = std::min(rules.find('|', from), rules.size());
    names += "\"r" + std::to_string(k) + "\", ";
    tables += "[[rule]]\nname = \"r" + std::to_string(k) + "\"\nat = [\"v\"]\nsource = \"t\"\n" +
              rules.substr(from, end - from) + "\n";
    from = end + 1;
  }
  text += names + "]\n" + tables + "[record]\npatients = 1\ndaily = [\"daily_dose_mg\", \"dose_changes\"]\n";
  const Results results = simulate(scenario_of(text));
  return {results.daily.values.begin(), results.daily.values.begin() + 12};
}

const std::string kMore =
    "when = \"day == 1\"\ndo = \"multiply dose\"\nfactor = 1.1\nlowest = \"0.01 mg\"\nhighest = \"10000 mg\"";

double last_dose(const std::vector<double>& daily) { return daily[5]; }
double changes(const std::vector<double>& daily) { return daily[11]; }

TEST(EqualDoses, AStepDownLeavesTheRungThatIsTheDose) {  // 400 · 1.1 = 440, one step down: 400
  const auto daily = daily_doses("400 mg", kMore + "|when = \"day == 3\"\ndo = \"step down\"");
  EXPECT_EQ(daily[2], 440.0);
  EXPECT_EQ(last_dose(daily), 400.0);
  EXPECT_EQ(changes(daily), 2.0);
}

TEST(EqualDoses, AStepUpLeavesTheRungThatIsTheDose) {  // 440 · (1/1.1) = 400 but for the last bit, one step up: 440
  const auto daily = daily_doses("440 mg",
                                 "when = \"day == 1\"\ndo = \"multiply dose\"\nfactor = 0.909090909090909\nlowest = "
                                 "\"1 mg\"\nhighest = \"10000 mg\"|when = \"day == 3\"\ndo = \"step up\"");
  EXPECT_EQ(daily[2], 400.0);
  EXPECT_EQ(last_dose(daily), 440.0);
}

TEST(EqualDoses, AFormulaReadsTheDecimalNumber) {  // 400 · 1.1 · 1.1 = 484
  const auto daily = daily_doses(
      "400 mg", kMore +
                    "|when = \"day == 2\"\ndo = \"multiply dose\"\nfactor = 1.1\nlowest = \"1 mg\"\nhighest = "
                    "\"10000 mg\"|when = \"daily_dose_mg == 484\"\ndo = \"step up\"");
  EXPECT_EQ(last_dose(daily), 600.0);
}

TEST(EqualDoses, ThreeIntakesMakeTheirSum) {  // 3 · (3 · 133 · 1.1 / 3) mg
  EXPECT_EQ(last_dose(daily_doses("133 mg", kMore, "8 h")), 438.9);
}

TEST(EqualDoses, TheSameDoseIsNoChange) {
  EXPECT_EQ(changes(daily_doses("440 mg",
                                "when = \"day == 1\"\ndo = \"set dose\"\ndaily_dose = \"400*1.1\"\nlowest = \"1 "
                                "mg\"\nhighest = \"10000 mg\"")),
            0.0);
}

TEST(EqualDoses, TabletsOfTenthsAreCounted) {  // three of 0.1 mg; half a tablet goes up
  const auto set = [](const std::string& daily) {
    return last_dose(daily_doses("1 mg", "when = \"day == 1\"\ndo = \"set dose\"\ndaily_dose = \"" + daily +
                                             "\"\nround_to = \"0.1 mg\"\nlowest = \"0.1 mg\"\nhighest = \"10 mg\""));
  };
  EXPECT_EQ(set("0.3"), 0.3);
  EXPECT_EQ(set("0.15"), 0.2);
  EXPECT_EQ(set("0.35"), 0.4);
}

TEST(EqualDoses, ALadderOfEqualStepsIsRefused) {  // 3 · 0.1 mg a day is 0.3 mg a day
  const std::string problems =
      problems_of(trial_around("[[ladder]]\nname = \"L\"\nsteps = [{ dose = \"0.3 mg\", every = \"24 h\" }, { dose = "
                               "\"0.1 mg\", every = \"8 h\" "
                               "}]\n"));
  EXPECT_NE(problems.find("(the steps of a ladder ascend)"), std::string::npos) << problems;
}

TEST(EqualDoses, ShareACellOfAnAxis) {
  std::string text = trial_around(
      "[[visit]]\nname = \"v\"\nat = [\"day 1\"]\nmeasure = []\n[[tally]]\nname = \"t\"\nscore = \"day > 0\"\nat = "
      "\"v\"\nby = [\"daily_dose_mg\"]\n[[arm]]\nname = \"x\"\nregimen = { dose = \"0.3 mg\", every = \"24 h\" "
      "}\n[[arm]]\nname = \"y\"\nregimen = { dose = \"0.1 mg\", every = \"8 h\" }\n",
      "patients = 30");
  const Results results = simulate(scenario_of(text));
  const ResultTally& t = tally(results, "t");
  EXPECT_EQ(t.axes[0].labels, (std::vector<std::string>{"0.3 mg", "400 mg", "not measured"}));
  EXPECT_EQ(t.randomised, (std::vector<std::int64_t>{20, 10, 0}));
}

TEST(EqualDoses, TabletsFinerThanAMicrogramAreRefused) {
  std::string text = trial_around("");
  text.replace(text.find("dose = \"400 mg\""), 15,
               "dose = { formula = \"0.001\", round_to = [\"0.00025 mg\"], max = \"1 mg\" }");
  const std::string problems = problems_of(text);
  EXPECT_NE(problems.find("tablets are counted in whole micrograms"), std::string::npos) << problems;
}

}}  // namespace vt::test
