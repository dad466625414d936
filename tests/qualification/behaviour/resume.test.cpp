/// \file What is given behind a hold, by the dose before it or along the ladder; steps that skip a rung.

#include <gtest/gtest.h>

#include "tests/support/plain_trial.hpp"
#include "tests/support/scenario_file.hpp"
#include "tests/support/trial.hpp"

namespace vt { namespace {

using namespace test;

/// Held on day 10 and on day 40, each time for ten days; `begins` is the first dose.
std::string trial_text(const std::string& begins, const std::string& resume, const std::string& more = "",
                       const std::string& rules = "") {
  return std::string("title = \"t\"\n[trial]\nseed = 3\npatients = 64\nduration = \"100 day\"\n") + kPlainPk + R"toml(
[[ladder]]
name = "down"
steps = [
  { dose = "100 mg", every = "24 h" }, { dose = "200 mg", every = "24 h" }, { dose = "300 mg", every = "24 h" },
  { dose = "200 mg", every = "12 h" }, { dose = "600 mg", every = "24 h" }, { dose = "800 mg", every = "24 h" },
]
[[visit]]
name = "daily"
every = "1 day"
measure = []
[[rule]]
name = "hold"
at = "daily"
when = "day == 10 or day == 40"
do = "hold"
until = "day == 20 or day == 50"
)toml" + resume +
         more + "[[arm]]\nname = \"a\"\nladder = \"down\"\nregimen = { dose = \"" + begins +
         "\", every = \"24 h\" }\nrules = [\"hold\"" + rules + "]\n";
}

void expect_doses(const std::string& text, const std::string& by_day) {
  const ScenarioFile file(text + "[[tally]]\nname = \"t\"\nscore = \"daily_dose_mg == " + by_day +
                          "\"\nat = \"daily\"\n");
  const Pooled all = pool(tally(simulate(read(file.path())), "t"), {});
  EXPECT_EQ(all.evaluable, 100 * 64) << by_day;
  EXPECT_EQ(all.events, all.evaluable) << by_day;
}

/// Visits of a day see the dose before its rules.
std::string doses(int first, int after_one, int after_two) {
  return "if(day <= 20, " + std::to_string(first) + ", if(day <= 50, " + std::to_string(after_one) + ", " +
         std::to_string(after_two) + "))";
}

const std::string kByDose = R"toml(resume = [
  { from = "800 mg", dose = "600 mg", every = "24 h" }, { from = "600 mg", dose = "200 mg", every = "12 h" },
  { from = "400 mg", dose = "300 mg", every = "24 h" },
]
)toml";

TEST(Resume, goes_by_the_dose_before_the_hold) {
  expect_doses(trial_text("800 mg", kByDose), doses(800, 600, 400));
  expect_doses(trial_text("600 mg", kByDose), doses(600, 400, 300));
  expect_doses(trial_text("400 mg", kByDose), doses(400, 300, 300));  // from 300 mg: nothing is said
}

TEST(Resume, goes_by_what_is_prescribed_when_the_hold_ends) {
  const std::string lower =
      "[[rule]]\nname = \"lower\"\nat = \"daily\"\nwhen = \"day == 15\"\ndo = \"set\"\n"
      "regimen = { dose = \"600 mg\", every = \"24 h\" }\n";
  expect_doses(trial_text("800 mg", kByDose, lower, ", \"lower\""), "if(day <= 15, 800, " + doses(600, 400, 300) + ")");
}

TEST(Resume, goes_down_the_ladder) {
  expect_doses(trial_text("800 mg", "resume = \"step down\"\n"), doses(800, 600, 400));
  expect_doses(trial_text("800 mg", "resume = \"step down\"\nsteps = 2\n"), doses(800, 400, 200));
  expect_doses(trial_text("200 mg", "resume = \"step down\"\nsteps = 2\n"), doses(200, 100, 100));
}

// The second rule begins while the first holds, and lets go five days behind it.
TEST(Resume, of_holds_that_overlap_reduces_the_dose_once) {
  const std::string by_day =
      "resume = [{ from = \"800 mg\", dose = \"600 mg\", every = \"24 h\" },\n"
      "{ from = \"600 mg\", dose = \"200 mg\", every = \"12 h\" }]\n";
  const auto other = [](const std::string& resume) {
    return "[[rule]]\nname = \"other\"\nat = \"daily\"\nwhen = \"day == 15 or day == 45\"\ndo = \"hold\"\n"
           "until = \"day == 25 or day == 55\"\n" +
           resume;
  };
  const auto doses = [](int first, int after_one, int after_two) {
    return "if(day <= 25, " + std::to_string(first) + ", if(day <= 55, " + std::to_string(after_one) + ", " +
           std::to_string(after_two) + "))";
  };
  const std::string one = "resume = \"step down\"\n", two = one + "steps = 2\n";
  expect_doses(trial_text("800 mg", one, other(one), ", \"other\""), doses(800, 600, 400));
  expect_doses(trial_text("800 mg", one, other(by_day), ", \"other\""), doses(800, 600, 400));
  expect_doses(trial_text("800 mg", by_day, other(one), ", \"other\""), doses(800, 600, 400));
  // The lower one counts, whichever rule lets go first.
  expect_doses(trial_text("800 mg", two, other(one), ", \"other\""), doses(800, 400, 200));
  expect_doses(trial_text("800 mg", one, other(two), ", \"other\""), doses(800, 400, 200));
  // A rule that reduces during the hold does so beside it.
  const std::string lower = "[[rule]]\nname = \"lower\"\nat = \"daily\"\nwhen = \"day == 22\"\ndo = \"step down\"\n";
  expect_doses(trial_text("800 mg", one, other(one) + lower, ", \"other\", \"lower\""),
               "if(day <= 22, 800, " + doses(600, 400, 300) + ")");
}

TEST(Steps, skip_rungs_and_end_with_the_ladder) {
  const auto step = [](const char* how, int steps) {
    return std::string("[[rule]]\nname = \"go\"\nat = \"daily\"\nwhen = \"day == 20 or day == 50\"\ndo = \"") + how +
           "\"\nsteps = " + std::to_string(steps) + "\n";
  };
  const std::string never = "at_most = 1\nresume = [{ dose = \"900 mg\", every = \"24 h\" }]\n";
  expect_doses(trial_text("800 mg", never, step("step down", 2), ", \"go\""), doses(800, 400, 200));
  expect_doses(trial_text("100 mg", never, step("step up", 3), ", \"go\""), doses(100, 400, 800));
  // One change of dose, not two.
  const ScenarioFile file(trial_text("800 mg", never, step("step down", 2), ", \"go\"") +
                          "[[tally]]\nname = \"t\"\nscore = \"dose_changes == 2\"\nat = \"end\"\n");
  EXPECT_EQ(pool(tally(simulate(read(file.path())), "t"), {}).events, 64);
}

}  // namespace
}  // namespace vt
