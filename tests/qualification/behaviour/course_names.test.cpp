/// \file What formulas see of comedications that are taken now, and of rules that have fired: days told by hand.

#include <gtest/gtest.h>

#include "tests/support/plain_trial.hpp"
#include "tests/support/population.hpp"
#include "tests/support/scenario_file.hpp"

namespace vt { namespace {

using namespace test;

/// Looked at every day. "grapefruit juice" is taken by nobody before a rule of day 20 starts it until that of day 30.
std::string trial_text(const std::string& more, const std::string& rules = "") {
  return std::string("title = \"t\"\n[trial]\nseed = 3\npatients = 200\nduration = \"60 day\"\nstart = \"day -4\"\n") +
         kPlainPk + kPlainArm + "rules = [\"check level\", \"start\", \"end\"" + rules + "]" + R"toml(
[[visit]]
name = "daily"
every = "1 day"
from = "day -4"
measure = []
[[covariate]]
name = "male"
distribution = "bernoulli"
p = 0.5
source = "t"
basis = "assumed"
[[interaction]]
perpetrator = "rifampicin"
taken_when = "male"
start = "day 7"
stop = "day 12"
clearance_ratio = 2
source = "t"
basis = "assumed"
[[interaction]]
perpetrator = "grapefruit juice"
fraction = 0
clearance_ratio = 0.5
source = "t"
basis = "assumed"
[[interaction]]
perpetrator = "courses"
start = "day 0"
stop = "day 50"
course = "3 day"
every = "10 day"
clearance_ratio = 1.5
source = "t"
basis = "assumed"
[[rule]]
name = "check level"
at = "daily"
when = "day == 5 or day == 9"
do = "stop comedication"
with = "grapefruit juice"
[[rule]]
name = "start"
at = "daily"
when = "day == 20"
do = "start comedication"
with = "grapefruit juice"
[[rule]]
name = "end"
at = "daily"
when = "day == 30"
do = "stop comedication"
with = "grapefruit juice"
[[rule]]                            # of no arm
name = "elsewhere"
at = "daily"
when = "day >= 0"
do = "resume"
)toml" + more;
}

void expect_on_every_day(const std::string& condition) {
  const ScenarioFile file(trial_text("[[tally]]\nname = \"t\"\nscore = \"" + condition + "\"\nat = \"daily\"\n"));
  const Pooled all = pool(tally(simulate(read(file.path())), "t"), {});
  EXPECT_EQ(all.evaluable, 65 * 200) << condition;
  EXPECT_EQ(all.events, all.evaluable) << condition;
}

TEST(ComedicationNow, is_1_on_the_days_on_which_it_is_taken) {
  const std::string rifampicin = "(male and day >= 7 and day < 12)";
  const std::string courses = "(day >= 0 and day < 50 and day - 10*floor(day/10) < 3)";
  const std::string juice = "(day > 20 and day <= 30)";  // from the rule's day on; its visit does not know yet
  expect_on_every_day("comedication.rifampicin == " + rifampicin);
  expect_on_every_day("comedication.courses == " + courses);
  expect_on_every_day("comedication.'grapefruit juice' == " + juice);
  expect_on_every_day("interacting_drug_now == (" + rifampicin + " or " + courses + " or " + juice + ")");
}

TEST(Fired, is_known_from_the_next_visit_on) {
  expect_on_every_day("fired.'check level' == (day > 5)");
  expect_on_every_day("times_fired.'check level' == (day > 5) + (day > 9)");
  expect_on_every_day("otherwise(day_fired.'check level', -1) == if(day > 9, 9, if(day > 5, 5, -1))");
  expect_on_every_day("fired.elsewhere == 0 and times_fired.elsewhere == 0 and not defined(day_fired.elsewhere)");
}

// At the end of the lives, of rules of the last day, too; as a column of daily records; in conditions of rules.
TEST(Fired, is_known_in_the_end_and_to_rules) {
  const ScenarioFile file(trial_text(R"toml([[rule]]
name = "follow"
at = "daily"
when = "day_fired.start <= day - 3 and times_fired.follow < 2"
do = "sample"
sample = "daily"
after = "1 day"
[[rule]]
name = "late"
at = "daily"
when = "day == 60"
do = "resume"
[[tally]]
name = "t"
score = "day_fired.follow == 24 and times_fired.follow == 2 and fired.end"
at = "end"
[record]
patients = 1
daily = ["fired.check level", "comedication.grapefruit juice"]
)toml",
                                     ", \"follow\", \"late\""));
  const Results results = simulate(read(file.path()));
  EXPECT_EQ(pool(tally(results, "t"), {}).events, 200);
}

const char* kWrong[][2] = {
    {"fired.'check levl'", "did you mean 'fired.'check level''?"},
    {"comedication.rifampin", "did you mean 'comedication.rifampicin'?"},
    {"times_fired.'check level", "a quote is never closed"},
    {"fired.'check level' @ 'day 5'", "fired.check level@day 5"},
};
TEST(NamesBehindADot, are_refused_where_nothing_has_them) {
  for (const auto& [name, text] : kWrong) {
    const std::string problems =
        problems_of(trial_text(std::string("[[tally]]\nname = \"t\"\nscore = \"") + name + " > 0\"\nat = \"daily\"\n"));
    EXPECT_NE(problems.find(text), std::string::npos) << name << "\n" << problems;
  }
}

}  // namespace
}  // namespace vt
