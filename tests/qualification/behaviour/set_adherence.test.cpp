/// \file Rules that change how patients take the drug: doses counted by hand, and trials without the rule.

#include <gtest/gtest.h>

#include <fmt/format.h>

#include <sstream>

#include "host/explain/explain.hpp"
#include "tests/support/plain_trial.hpp"
#include "tests/support/scenario_file.hpp"
#include "tests/support/trial.hpp"

namespace vt { namespace {

using namespace test;

/// One arm on 100 mg a day, looked at on some days; the rule "remind" fires on day 10.
std::string trial_text(const std::string& adherence, const std::string& rule, const std::string& visits,
                       const std::string& rules = "\"remind\"") {
  return std::string("title = \"t\"\n[trial]\nseed = 3\npatients = 640\nduration = \"400 day\"\n") + kPlainPk +
         "[adherence]\nsource = \"t\"\nbasis = \"assumed\"\n" + adherence + "\n" + kPlainArm + "rules = [" + rules +
         "]\n[[visit]]\nname = \"call\"\nat = \"day 10\"\nmeasure = []\n[[visit]]\nname = \"look\"\nat = [" + visits +
         "]\nmeasure = [\"pill_count\"]\n" +
         "[[rule]]\nname = \"remind\"\nat = \"call\"\nwhen = \"day >= 0\"\ndo = \"set adherence\"\nsource = "
         "\"t\"\nbasis = "
         "\"assumed\"\n" +
         rule + "\n";
}

std::string scored(const std::string& score) {
  return "[[tally]]\nname = \"t\"\nscore = \"" + score + "\"\nat = \"look\"\n";
}

Results run_text(const std::string& text) {
  const ScenarioFile file(text);
  return simulate(read(file.path()));
}

/// Expects a condition to hold for everybody at every look.
void expect_always(const std::string& text, const std::string& condition) {
  const Results results = run_text(text + scored(condition));
  const Pooled all = pool(tally(results, "t"), {});
  EXPECT_GT(all.evaluable, 0) << condition;
  EXPECT_EQ(all.events, all.evaluable) << condition;
}

double mean_of(const std::string& text, const std::string& number, const std::string& day) {
  const Results results = run_text(text + scored(number) + "range = [\"0 %\", \"256 %\"]\nby = [\"visit\"]\n");
  return value(results, "t", "mean", {{"visit", day}});
}

const std::string kNever = "model = \"bernoulli\"\ntaken = 0";

// Nothing is taken but from the day of the rule on, that day's dose included: 20 of 30 doses.
TEST(SetAdherence, holds_from_the_days_dose_on) {
  expect_always(trial_text(kNever, "taken = 1", "\"day 30\""), "abs(doses_taken_percent - 100*20/30) < 1e-9");
}

// Doses of days 10 to 14 of 30.
TEST(SetAdherence, wears_off_after_its_time) {
  expect_always(trial_text(kNever, "taken = 1\nfor = \"5 day\"", "\"day 30\""),
                "abs(doses_taken_percent - 100*5/30) < 1e-9");
  expect_always(trial_text(kNever, "taken = 1\nfor = \"5 day\"", "\"day 15\""),
                "abs(doses_taken_percent - 100*5/15) < 1e-9");
}

// Days 10 to 14; begun anew on day 12 it lasts until day 16.
TEST(SetAdherence, begins_anew_where_it_fires_again) {
  const std::string again =
      "[[visit]]\nname = \"again\"\nat = \"day 12\"\nmeasure = []\n[[rule]]\nname = \"more\"\nat = \"again\"\n"
      "when = \"day > 0\"\ndo = \"set adherence\"\ntaken = 1\nfor = \"5 day\"\nsource = \"t\"\nbasis = \"assumed\"\n";
  expect_always(trial_text(kNever, "taken = 1\nfor = \"5 day\"", "\"day 30\"", "\"remind\", \"more\"") + again,
                "abs(doses_taken_percent - 100*7/30) < 1e-9");
}

// Odds of 1 times 3: a quarter is taken, SD .0011 of the mean of 640 patients over 240 days. What fires again every
// month does not multiply again.
TEST(SetAdherence, multiplies_the_odds_of_the_patients_own) {
  const std::string half = "model = \"bernoulli\"\ntaken = 0.5";
  const std::string monthly =
      "[[visit]]\nname = \"monthly\"\nevery = \"30 day\"\nmeasure = []\n[[rule]]\nname = \"more\"\nat = \"monthly\"\n"
      "when = \"day > 10\"\ndo = \"set adherence\"\nmiss_odds = 3\nsource = \"t\"\nbasis = \"assumed\"\n";
  EXPECT_NEAR(mean_of(trial_text(half, "miss_odds = 3", "\"day 10\", \"day 250\"", "\"remind\", \"more\"") + monthly,
                      "pill_count", "day 250"),
              25.0, 0.5);
}

// Of two doses a day the odds of missing are twice those of one: 1/(1 + 2/4) with odds of 1/4.
TEST(SetAdherence, means_the_share_once_daily) {
  std::string text = trial_text("model = \"bernoulli\"\ntaken = 0\nmiss_odds = { twice_daily = 2 }", "taken = 0.8",
                                "\"day 10\", \"day 250\"");
  text.replace(text.find("every = \"24 h\""), 14, "every = \"12 h\"");
  EXPECT_NEAR(mean_of(text, "pill_count", "day 250"), 100.0 / 1.5, 0.4);
}

// The logit of .9 falls by 2 a year, whatever holds meanwhile: pills counted from day 100 on are those of a trial
// without the rule, patient by patient.
TEST(SetAdherence, gives_back_the_patients_own_way) {
  for (const char* own : {"model = \"bernoulli\"\ntaken = 0.9\ndecline = \"2 1/year\"",
                          "model = \"three_state\"\ntaken = 0.7\nmiss_after_miss = 0.5\nholiday_share = 0.5\n"
                          "holiday_after_holiday = 0.6\ndecline = \"2 1/year\"",
                          "model = \"holidays\"\ntaken = 0.9\nholiday_rate = \"1 1/month\"\nholiday_shortest = \"2 "
                          "day\"\nholiday_longest = \"5 day\""}) {
    const std::string days = "\"day 100\", \"day 400\"";
    const bool has_rate = std::string(own).find("holiday_rate") != std::string::npos;
    const bool has_share = std::string(own).find("holiday_share") != std::string::npos;
    const std::string more = has_rate ? "holiday_rate = \"0 1/day\"\n" : has_share ? "holiday_share = 0\n" : "";
    const double with = mean_of(trial_text(own, "taken = 1\nfor = \"60 day\"\n" + more, days), "pill_count", "day 400");
    const double without = mean_of(trial_text(own, "taken = 1", days, ""), "pill_count", "day 400");
    EXPECT_EQ(with, without) << own;
    EXPECT_LT(without, 95) << own;
  }
}

/// Looked at on day 12, too, when a rule changes something for five days.
std::string for_a_time(const std::string& change) {
  return "[[visit]]\nname = \"again\"\nat = \"day 12\"\nmeasure = []\n[[rule]]\nname = \"more\"\nat = \"again\"\n"
         "when = \"day > 0\"\ndo = \"set adherence\"\nfor = \"5 day\"\nsource = \"t\"\nbasis = \"assumed\"\n" +
         change;
}

// Taken on days 10 to 29 but 12 to 16.
TEST(SetAdherence, gives_back_what_was_changed_for_good) {
  const std::string both = "\"remind\", \"more\"";
  expect_always(trial_text(kNever, "taken = 1", "\"day 30\"", both) + for_a_time("taken = 0\n"),
                "abs(doses_taken_percent - 100*15/30) < 1e-9");
  // What was for a time is over with the change for good, and not back behind it.
  expect_always(trial_text("model = \"bernoulli\"\ntaken = 1", "taken = 0\nfor = \"1 day\"", "\"day 30\"", both) +
                    for_a_time("taken = 0\n"),
                "abs(doses_taken_percent - 100*24/30) < 1e-9");
  // Every second dose without holidays, also behind five days of holidays.
  expect_always(trial_text("model = \"three_state\"\ntaken = 0.5\nmiss_after_miss = 0\nholiday_share = 0.9\n"
                           "holiday_after_holiday = 0.1",
                           "holiday_share = 0", "\"day 100\", \"day 200\"", both) +
                    for_a_time("holiday_share = 0.9\n"),
                "day < 150 or pill_count == 50");
  // Who was brought back for good does not stop again.
  expect_always(
      trial_text("model = \"bernoulli\"\ntaken = 1\nstops_after = \"6 day\"", "restarts = true", "\"day 30\"", both) +
          for_a_time("restarts = true\n"),
      "abs(doses_taken_percent - 100*26/30) < 1e-9");
}

// The odds of the change for good decline meanwhile: it is the patient's own way, times 1.
TEST(SetAdherence, of_a_change_for_good_declines_meanwhile) {
  const std::string own = "model = \"bernoulli\"\ntaken = 0.9\ndecline = \"2 1/year\"",
                    days = "\"day 100\", \"day 400\"";
  const double with =
      mean_of(trial_text(own, "miss_odds = 1", days, "\"remind\", \"more\"") + for_a_time("taken = 0\n"), "pill_count",
              "day 400");
  EXPECT_EQ(with, mean_of(trial_text(own, "taken = 1", days, ""), "pill_count", "day 400"));
}

// And while it holds nothing is missed; holidays of at most five days are over by day 15.
TEST(SetAdherence, changes_holidays) {
  expect_always(
      trial_text("model = \"holidays\"\ntaken = 1\nholiday_rate = \"3 1/month\"\nholiday_shortest = \"2 day\"\n"
                 "holiday_longest = \"5 day\"",
                 "holiday_rate = \"0 1/day\"", "\"day 15\", \"day 200\""),
      "day < 100 or pill_count == 100");
  // Without holidays and with runs of one dose, odds of 1 are every second dose: 50 of 100.
  expect_always(trial_text("model = \"three_state\"\ntaken = 0.5\nmiss_after_miss = 0\nholiday_share = 0.9\n"
                           "holiday_after_holiday = 0.1",
                           "holiday_share = 0", "\"day 100\", \"day 200\""),
                "day < 150 or pill_count == 50");
}

const std::string kStops = "model = \"bernoulli\"\ntaken = 1\nstops_after = \"6 day\"";

TEST(SetAdherence, brings_back_only_where_it_says_so) {
  expect_always(trial_text(kStops, "taken = 1", "\"day 30\""), "abs(doses_taken_percent - 100*6/30) < 1e-9");
  expect_always(trial_text(kStops, "restarts = true", "\"day 30\""), "abs(doses_taken_percent - 100*26/30) < 1e-9");
  // Who was brought back for a time stops again.
  expect_always(trial_text(kStops, "restarts = true\nfor = \"5 day\"", "\"day 30\""),
                "abs(doses_taken_percent - 100*11/30) < 1e-9");
  // Who has not stopped yet is not kept from it.
  expect_always(
      trial_text("model = \"bernoulli\"\ntaken = 1\nstops_after = \"12 day\"", "restarts = true", "\"day 30\""),
      "abs(doses_taken_percent - 100*12/30) < 1e-9");
  // A model without misses can be left, too.
  expect_always(trial_text("model = \"perfect\"\nstops_after = \"6 day\"", "restarts = true", "\"day 30\""),
                "abs(doses_taken_percent - 100*26/30) < 1e-9");
}

TEST(SetAdherence, takes_formulas) {
  expect_always(trial_text(kNever, "taken = \"if(day == 10, 1, 0)\"", "\"day 30\""),
                "abs(doses_taken_percent - 100*20/30) < 1e-9");
  // What is not known: it does not fire.
  expect_always(trial_text(kNever, "taken = \"if(days_since_hold > 0, 1, 1)\"", "\"day 30\""),
                "doses_taken_percent == 0 and fired.remind == 0");
  // No share: the patients fail.
  const Results failed = run_text(trial_text(kNever, "taken = \"day\"", "\"day 30\"") + scored("day > 0"));
  EXPECT_EQ(pool(tally(failed, "t"), {}).evaluable, 0);
  ASSERT_EQ(failed.failures.size(), 1u);
}

TEST(SetAdherence, is_told_in_words) {
  const ScenarioFile file(trial_text(kStops, "miss_odds = 0.3\nrestarts = true\nfor = \"90 day\"", "\"day 30\""));
  const Scenario scenario = read(file.path());
  std::string told, words;  // in one line
  for (std::istringstream text(explain(scenario, build(scenario))); text >> words;) told += words + " ";
  EXPECT_NE(told.find("change how the patient takes the drug for 90 days: the odds of missing a dose are the patient's "
                      "own × 0.3 and who has stopped taking the drug takes it again"),
            std::string::npos)
      << told;
}

}  // namespace
}  // namespace vt
