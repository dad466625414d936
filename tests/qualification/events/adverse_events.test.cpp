/// \file Grades of adverse events, and their return when the drug is given again.

#include <gtest/gtest.h>

#include <cmath>

#include "tests/support/scenario_file.hpp"
#include "tests/support/trial.hpp"

namespace vt { namespace {

using namespace test;

/// Everybody has a rash on day 1 that lasts five days; a daily visit holds the drug while `hold` holds.
std::string trial(const std::string& event, const std::string& hold) {
  return R"t(title = "rash"
[trial]
patients = 8000
duration = "260 day"
[pk]
model = "one_compartment"
absorption = "first_order"
clearance = "10 L/h"
volume = "250 L"
absorption_rate = "1 1/h"
source = "test"
basis = "assumed"
[[arm]]
name = "a"
regimen = { dose = "400 mg", every = "24 h" }
rules = ["rest"]
[[rule]]
name = "rest"
at = "daily"
when = ")t" +
         hold +
         R"t("
do = "hold"
until = "not active.rash"
resume = [{ dose = "400 mg", every = "24 h" }, { dose = "300 mg", every = "24 h" }]
[[visit]]
name = "daily"
every = "1 day"
measure = []
[[event]]
name = "rash"
hazard = "if(day < 1, 100, 0)"
every = "1 day"
source = "test"
basis = "assumed"
)t" + event;
}

std::string proportion(const std::string& name, const std::string& score) {
  return "[[tally]]\nname = \"" + name + "\"\nscore = \"" + score + "\"\nat = \"daily\"\nby = [\"visit\"]\n";
}

double share(const Results& results, const std::string& name, int day) {
  return value(results, name, "proportion", {{"visit", "day " + std::to_string(day)}});
}

double four_sd(double p) { return 4 * std::sqrt(p * (1 - p) / 8000); }  // false alarm 1 in 16,000

Results run(const std::string& text, const std::vector<std::string>& set = {}) {
  const ScenarioFile file(text);
  return simulate(read(file.path(), set));
}

TEST(Grades, have_their_shares_and_end_with_the_event) {
  const Results results =
      run(trial("grades = [0.4, 0.3, 0.2, 0.1]\nduration = \"5 day\"\n" + proportion("two", "worst_grade.rash >= 2") +
                    proportion("three", "worst_grade.rash >= 3") + proportion("four", "worst_grade.rash == 4") +
                    proportion("severe", "severe.rash") + proportion("now", "grade.rash >= 1") +
                    proportion("active", "active.rash") + proportion("worst", "grade.rash == worst_grade.rash"),
                "0 > 1"),
          {"trial.duration=12 day"});
  for (const auto& [name, p] : {std::pair("two", 0.6), {"three", 0.3}, {"four", 0.1}}) {
    EXPECT_NEAR(share(results, name, 1), p, four_sd(p)) << name;
    EXPECT_EQ(share(results, name, 1), share(results, name, 12)) << name;
  }
  for (int day = 1; day <= 12; ++day) {
    EXPECT_EQ(share(results, "severe", day), share(results, "three", day));
    EXPECT_EQ(share(results, "now", day), day < 6 ? 1 : 0) << day;
    EXPECT_EQ(share(results, "active", day), day < 6 ? 1 : 0) << day;
    EXPECT_EQ(share(results, "worst", day), day < 6 ? 1 : 0) << day;
  }
}

TEST(DaysWith, are_those_on_which_the_event_has_been_active) {
  const Results once =
      run(trial("duration = \"4.5 day\"\n" + proportion("all", "days_with.rash == min(day, 5)"), "0 > 1"),
          {"trial.duration=12 day"});
  for (int day = 1; day <= 12; ++day) EXPECT_EQ(share(once, "all", day), 1) << day;
  // Other durations in each episode: the first one from day 1 on, and from its end until the second one begins.
  const Results again = run(
      trial("duration = { median = \"5 day\", sd_log = 0.5 }\nrecurrence = { probability = 1, mean_delay = \"10 day\" "
            "}\n" +
                proportion("first", "times.rash > 1 or not active.rash or days_with.rash == day") +
                proportion("once", "times.rash == 1") + proportion("active", "active.rash") +
                "[[tally]]\nname = \"days\"\nscore = \"days_with.rash\"\nrange = [\"0 day\", \"512 day\"]\nat = "
                "\"daily\"\nby = [\"visit\"]\n",
            "active.rash"),
      {"trial.duration=60 day"});
  double days = 0;
  for (int day = 1; day <= 60; ++day) {
    days += share(again, "active", day);
    EXPECT_EQ(share(again, "first", day), 1) << day;
    EXPECT_NEAR(value(again, "days", "mean", {{"visit", "day " + std::to_string(day)}}), days, 1e-6) << day;
  }
  EXPECT_LT(share(again, "once", 60), 0.2);
}

TEST(DaysWith, of_what_lasts_as_long_as_the_drug_is_given_are_refused) {
  const ScenarioFile file(trial(proportion("days", "days_with.rash > 5"), "0 > 1"));
  Problems problems;
  EXPECT_FALSE(build_plan(read(file.path()), problems).has_value());
  ASSERT_EQ(problems.size(), 1u);
  EXPECT_NE(problems.sorted()[0].text.find("uses 'days_with.rash' (the event rash lasts as long as"),
            std::string::npos);
}

const std::string kTimes = proportion("twice", "times.rash >= 2") + proportion("thrice", "times.rash >= 3") +
                           proportion("four_times", "times.rash >= 4");

TEST(Recurrence, follows_each_new_start_with_its_chance_and_delay) {
  const Results results = run(trial(
      "duration = \"5 day\"\nrecurrence = { probability = 0.4, mean_delay = \"10 day\" }\n" + kTimes, "active.rash"));
  // Day 6: over, the drug is given again; from the look of day 7 on it may come back.
  EXPECT_EQ(share(results, "twice", 7), 0);
  for (const int day : {10, 17, 27, 47}) {
    const double p = 0.4 * (1 - std::exp(-(day - 7) / 10.0));
    EXPECT_NEAR(share(results, "twice", day), p, four_sd(p)) << day;
  }
  EXPECT_NEAR(share(results, "twice", 260), 0.4, four_sd(0.4));
  EXPECT_NEAR(share(results, "thrice", 260), 0.16, four_sd(0.16));
  EXPECT_NEAR(share(results, "four_times", 260), 0.064, four_sd(0.064));
}

TEST(Recurrence, needs_a_hold_during_the_event) {
  const std::string event = "duration = \"5 day\"\nrecurrence = { probability = 1, mean_delay = \"1 day\" }\n" + kTimes;
  EXPECT_EQ(share(run(trial(event, "0 > 1")), "twice", 260), 0);
  EXPECT_EQ(share(run(trial(event, "day == 20")), "twice", 260), 0);
  EXPECT_EQ(share(run(trial(event, "day == 4")), "twice", 260), 1);
}

TEST(Recurrence, may_depend_on_what_has_become_of_the_dose) {
  // The first new start is at 400 mg, the second one and all later ones at 300 mg.
  const Results results =
      run(trial("duration = \"5 day\"\nrecurrence = { probability = \"if(dose_changes > 0, 0.2, 0.4)\", "
                "mean_delay = \"5 day\" }\n" +
                    kTimes,
                "active.rash"));
  EXPECT_NEAR(share(results, "twice", 260), 0.4, four_sd(0.4));
  EXPECT_NEAR(share(results, "thrice", 260), 0.08, four_sd(0.08));
  EXPECT_NEAR(share(results, "four_times", 260), 0.016, four_sd(0.016));
}

TEST(Recurrence, of_what_lasts_as_long_as_the_drug_is_given_follows_the_first_hold) {
  const Results results = run(trial(
      "recurrence = { probability = 0.4, mean_delay = \"10 day\" }\n" + kTimes + proportion("active", "active.rash"),
      "day == 20"));
  EXPECT_EQ(share(results, "active", 20), 1);  // seen before the hold begins
  EXPECT_EQ(share(results, "active", 22), 0);
  EXPECT_NEAR(share(results, "twice", 260), 0.4, four_sd(0.4));
  EXPECT_EQ(share(results, "active", 260), share(results, "twice", 260));
  EXPECT_EQ(share(results, "thrice", 260), 0);
}

TEST(Recurrence, has_grades_of_its_own) {
  const Results results =
      run(trial("grades = [1, 0, 0, 0]\nduration = \"5 day\"\nrecurrence = { probability = 1, mean_delay = \"1 day\", "
                "grades = [0, 0, 0.3, 0.7] }\n" +
                    proportion("severe", "severe.rash") +
                    proportion("four", "times.rash == 2 and worst_grade.rash == 4") + kTimes,
                "active.rash and times.rash == 1"));
  EXPECT_EQ(share(results, "severe", 7), 0);
  EXPECT_EQ(share(results, "twice", 60), 1);
  EXPECT_EQ(share(results, "severe", 60), 1);
  EXPECT_NEAR(share(results, "four", 60), 0.7, four_sd(0.7));
}

// What no event asks for takes no random number from what others have: the same first days with and without.
TEST(Recurrence, leaves_the_first_time_as_it_was) {
  const std::string first = "grades = [0.4, 0.3, 0.2, 0.1]\nduration = { median = \"30 day\", sd_log = 0.8 }\n";
  const std::string tallies =
      proportion("active", "active.rash and times.rash == 1") + proportion("three", "grade.rash >= 3");
  const std::string again = "recurrence = { probability = 1, mean_delay = \"1000 day\" }\n";
  const Results without = run(trial(first + tallies, "0 > 1")), with = run(trial(first + again + tallies, "0 > 1"));
  for (const int day : {1, 20, 60, 200}) {
    EXPECT_EQ(share(without, "active", day), share(with, "active", day));
    EXPECT_EQ(share(without, "three", day), share(with, "three", day));
  }
}

}  // namespace
}  // namespace vt
