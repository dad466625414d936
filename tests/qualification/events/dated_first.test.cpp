/// \file Events that are confirmed by further looks and dated at the first of them: what is known when, and how long
/// lives are observed. Days told by hand.

#include <gtest/gtest.h>

#include "tests/support/plain_trial.hpp"
#include "tests/support/scenario_file.hpp"
#include "tests/support/trial.hpp"

namespace vt { namespace {

using namespace test;

/// Everybody is looked at on days 0, 10, 20 … 100; the trial ends with day 105.
std::string trial_text(const std::string& when, const std::string& more = "", const std::string& of_event = "") {
  return std::string("title = \"t\"\n[trial]\nseed = 3\npatients = 64\nduration = \"105 day\"\n") + kPlainPk +
         kPlainArm +
         "[[visit]]\nname = \"daily\"\nevery = \"1 day\"\nmeasure = []\n[[event]]\nname = \"x\"\nwhen = \"" + when +
         "\"\nevery = \"10 day\"\nconfirm = 2\ndated = \"first\"\n" + of_event + more;
}

/// An event of every patient.
std::string on_day(int day, const std::string& name, const std::string& brings) {
  return "[[event]]\nname = \"" + name + "\"\nwhen = \"day >= " + std::to_string(day) + "\"\nevery = \"1 day\"\n" +
         brings + "\n";
}

/// Everybody's time to x ends on this day, with this outcome.
void expect_end(const std::string& text, const std::string& outcome, std::size_t day,
                const std::string& of_tally = "") {
  const ScenarioFile file(text + "[[tally]]\nname = \"t\"\nkind = \"time_to_event\"\nevent = \"x\"\n" + of_tally);
  const Results results = simulate(read(file.path()));
  const ResultTally& t = tally(results, "t");
  const Pooled all = pool(t, {});
  for (std::size_t o = 0; o < t.outcomes.size(); ++o)
    for (std::size_t i = 0; i < t.times.size(); ++i)
      EXPECT_EQ(all.counts[o * t.times.size() + i], t.outcomes[o] == outcome && i == day ? 64 : 0)
          << text << t.outcomes[o] << " on day " << t.times[i];
}

void expect_on_every_day(const std::string& text, const std::string& condition) {
  const ScenarioFile file(text + "[[tally]]\nname = \"t\"\nscore = \"" + condition + "\"\nat = \"daily\"\n");
  const Pooled all = pool(tally(simulate(read(file.path())), "t"), {});
  EXPECT_GT(all.evaluable, 0) << condition;
  EXPECT_EQ(all.events, all.evaluable) << condition;
}

TEST(DatedFirst, falls_on_the_first_look_and_is_known_at_the_last) {
  const std::string text = trial_text("day >= 20 and day <= 30");
  expect_end(text, "x", 20);
  expect_on_every_day(text, "event.x == (day >= 30)");
  expect_on_every_day(text, "otherwise(day_of.x, -1) == if(day >= 30, 20, -1)");
  expect_on_every_day(text, "times.x == (day >= 30)");
}

TEST(DatedFirst, begins_anew_where_a_look_does_not_confirm) {
  expect_end(trial_text("day == 20 or day >= 40"), "x", 40);
  expect_end(trial_text("day == 20 or day == 30 or day >= 50"), "x", 20);
  std::string thrice = trial_text("day == 20 or day == 30 or day >= 50");
  thrice.replace(thrice.find("confirm = 2"), 11, "confirm = 3");
  expect_end(thrice, "x", 50);
  expect_on_every_day(thrice, "event.x == (day >= 70)");
}

TEST(DatedFirst, is_none_where_it_was_not_confirmed) { expect_end(trial_text("day == 20"), "censored", 105); }

// From the first look in a row on nobody knows whether the patient has it: observation ends on the day before.
TEST(DatedFirst, under_way_at_the_end_is_censored_before_its_first_look) {
  expect_end(trial_text("day >= 100"), "censored", 99);
  expect_end(trial_text("day >= 20", on_day(25, "gone", "ends_trial = true")), "censored", 19);
  expect_end(trial_text("day >= 0", on_day(5, "gone", "ends_trial = true")), "censored", 0);
  // Taken off the drug between the looks, and confirmed afterwards.
  expect_end(trial_text("day >= 20", on_day(25, "off", "ends_treatment = true")), "x", 20,
             "estimand = \"on-treatment\"\n");
}

// What ends the life for good is known, whatever was under way.
TEST(DatedFirst, under_way_at_death_leaves_the_death) {
  expect_end(trial_text("day >= 20", on_day(25, "death", "fatal = true")), "death", 25, "competing = [\"death\"]\n");
}

TEST(DatedFirst, has_consequences_from_the_day_on_which_it_is_found) {
  const std::string off = trial_text("day >= 20", "", "ends_treatment = true\n");
  expect_end(off, "x", 20);
  expect_on_every_day(off, "on_treatment == (day < 30)");
  const std::string leaves = trial_text("day >= 20", "", "ends_trial = true\n");
  expect_end(leaves, "x", 20);
  expect_on_every_day(leaves, "day < 30");
}

// It lasts from its day on; what comes after it is looked for once it is known.
TEST(DatedFirst, lasts_from_its_day_on) {
  const std::string text = trial_text("day >= 20",
                                      "[[event]]\nname = \"y\"\nwhen = \"day > 0\"\nevery = \"10 day\"\n"
                                      "after = \"x\"\n",
                                      "duration = \"15 day\"\n");
  expect_on_every_day(text, "active.x == (day >= 30 and day < 35)");
  expect_on_every_day(text, "days_with.x == if(day < 30, 0, min(day - 19, 15))");
  expect_on_every_day(text, "otherwise(day_of.y, -1) == if(day >= 30, 30, -1)");
}

}  // namespace
}  // namespace vt
