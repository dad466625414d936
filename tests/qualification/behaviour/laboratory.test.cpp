/// \file The laboratory: errors, delays, samples after the dose, costs, tests with two outcomes.

#include <gtest/gtest.h>

#include <cmath>

#include "tests/support/trial.hpp"

namespace vt { namespace {

using namespace test;

VisitSpec visit(const std::string& name, std::vector<std::int32_t> days, const std::string& measure = "") {
  VisitSpec spec;
  spec.name = name;
  for (const std::int32_t day : days) spec.labels.push_back("day " + std::to_string(day));
  spec.days = std::move(days);
  if (!measure.empty()) spec.measure = {{measure, {}}};
  return spec;
}

/// TOPS without rules, leaving or missed visits, with troughs on days 29 and 60 only; its visit "look" is added.
Scenario plain(const std::vector<std::string>& set, std::vector<std::int32_t> look) {
  std::vector<std::string> all = {"trial.patients=300", "assays.trough_limit=0 ng/mL"};
  all.insert(all.end(), set.begin(), set.end());
  Scenario scenario = read(scenario_path("tops.toml"), all);
  scenario.rules.clear();
  scenario.tallies.clear();
  for (ArmSpec& arm : scenario.arms) {
    arm.rules.clear();
    arm.leave_per_year = 0;
  }
  scenario.visits = {visit("trough", {29, 60}, "trough"), visit("look", std::move(look))};
  scenario.visits[0].window_h = scenario.visits[0].sample_sd_h = 0;
  return scenario;
}

Pooled count(Scenario scenario, const std::string& condition, const std::string& at) {
  TallySpec spec;
  spec.name = "holds";
  spec.score = {condition, {}};
  spec.at = {at, {}};
  scenario.tallies = {spec};
  return pool(tally(simulate(scenario), "holds"), {});
}

void expect_always(const Scenario& scenario, const std::string& condition, const std::string& at) {
  const Pooled all = count(scenario, condition, at);
  EXPECT_GT(all.evaluable, 0) << condition;
  EXPECT_EQ(all.events, all.randomised) << condition;
}

double mean_of(Scenario scenario, const std::string& score, const std::string& at, const std::string& statistic,
               double high, const std::string& unit = "") {
  TallySpec spec;
  spec.name = "number";
  spec.score = {score, {}};
  spec.at = {at, {}};
  spec.has_range = true;
  spec.high = high;
  spec.unit = unit;
  scenario.tallies = {spec};
  return value(simulate(scenario), "number", statistic);
}

TEST(Results, arrive_after_their_delay) {
  const Scenario scenario = plain({"assays.trough_delay=14 day"}, {29, 42, 43, 73, 74});
  expect_always(scenario, "defined(trough) == (day >= 43)", "look");
  expect_always(scenario, "defined(trough @ 'day 29') == (day >= 43)", "look");
  expect_always(scenario, "day < 43 or day >= 74 or otherwise(trough, 0) == otherwise(trough @ 'day 29', 1)", "look");
  expect_always(scenario, "day < 74 or otherwise(trough, 0) == otherwise(trough @ 'day 60', 1)", "look");
  expect_always(scenario, "day < 74 or otherwise(previous_trough, 0) == otherwise(trough @ 'day 29', 1)", "look");
}

TEST(Results, without_delay_are_those_with_delay_earlier) {
  const double early = mean_of(plain({}, {29, 43}), "trough", "look", "mean", 65536, "ng/mL");
  const double late =
      mean_of(plain({"assays.trough_delay=14 day"}, {43, 44}), "trough", "look", "mean", 65536, "ng/mL");
  EXPECT_EQ(early, late);
}

TEST(Results, call_the_patient_when_they_arrive) {
  Scenario scenario = plain({"assays.trough_delay=14 day"}, {50});
  VisitSpec called = visit("called", {});
  called.on_result = "trough";
  scenario.visits.push_back(called);
  RuleSpec rule;
  rule.name = "less";
  rule.at = {{"called", {}}};
  rule.when = {"defined(trough)", {}};
  rule.action = Action::multiply_dose;
  rule.dose.number = 0.5;
  rule.lowest_mg = 1;
  rule.highest_mg = 1000;
  scenario.rules = {rule};
  for (ArmSpec& arm : scenario.arms) arm.rules = {{"less", {}}};
  expect_always(scenario, "dose_changes == 1 and days_since_change == 7", "look");

  scenario = plain({}, {50});  // known at once: it could never take place
  scenario.visits.push_back(called);
  Problems problems;
  EXPECT_FALSE(build_plan(scenario, problems).has_value());
  EXPECT_EQ(problems.size(), 1u);
}

TEST(LateSample, is_known_on_the_next_day_and_higher_than_the_trough) {
  Scenario scenario = plain({"assays.trough_cv=0"}, {29, 30});
  scenario.visits[0].is_late = true;
  scenario.visits[0].late_low_h = 2;
  scenario.visits[0].late_high_h = 4;
  expect_always(scenario, "defined(trough) == (day > 29)", "look");
  expect_always(scenario, "defined(trough @ 'day 29') == (day > 29)", "look");
  // Two to four hours after a dose the level of nearly everybody who took it lies above the next morning's.
  const Pooled above = count(scenario, "day < 30 or otherwise(trough, 0) > 1.05*trough_true", "look");
  EXPECT_GT(static_cast<double>(above.events), 0.90 * static_cast<double>(above.randomised));
  expect_always(scenario, "cost_so_far == 0", "look");
}

TEST(Errors, have_their_size) {
  // 600 samples: the standard error of a standard deviation is 2.9 % of it; bounds of 5 of them.
  const auto spread = [](const std::string& key, const std::string& score) {
    Scenario scenario = plain({"assays.trough_cv=0", key, "trial.patients=600"}, {29});
    return mean_of(scenario, score, "look", "sd", 64);
  };
  EXPECT_NEAR(spread("assays.trough_cv=0.2", "10*trough/trough_true"), 2.0, 0.3);
  EXPECT_NEAR(spread("assays.trough_sd_log=0.2", "30 + 10*log(trough/trough_true)"), 2.0, 0.3);
  EXPECT_NEAR(spread("assays.trough_sd=20 ng/mL", "30 + 0.1*(trough - trough_true)"), 2.0, 0.3);
  EXPECT_LT(spread("assays.trough_sd=0 ng/mL", "10*trough/trough_true"), 1e-6);
}

TEST(Limit, is_flagged) {
  const Scenario scenario = plain({"assays.trough_limit=1000 ng/mL"}, {29, 60});
  expect_always(scenario, "trough_below_limit == (trough < 1000)", "look");
  expect_always(scenario, "not trough_below_limit or trough == 500", "look");
  EXPECT_GT(count(scenario, "trough_below_limit", "look").events, 30);
}

TEST(Costs, add_up) {
  Scenario scenario = plain({"assays.trough_cost=80", "assays.bcr_abl_cost=150"}, {100});
  scenario.visits[0].measure.push_back({"bcr_abl", {}});
  scenario.visits.push_back(visit("again", {61}, "trough"));
  expect_always(scenario, "cost_so_far == 3*80 + 2*150", "look");
}

TEST(Test, errs_as_often_as_it_says) {
  Scenario scenario = plain({"trial.patients=6000"}, {29});
  TestSpec test;
  test.name = "fast_test";
  test.condition = {"daily_dose_mg > 500", {}};  // 4,000 of 6,000 patients
  test.sensitivity = 0.8;
  test.specificity = 0.9;
  scenario.tests = {test};
  scenario.visits.push_back(visit("test", {29}, "fast_test"));
  const auto positive = [&](const std::string& among) {
    return static_cast<double>(count(scenario, "fast_test and " + among, "look").events);
  };
  EXPECT_NEAR(positive("daily_dose_mg > 500"), 3200, 5 * 25.3);  // binomial SD: false alarm 6e-7
  EXPECT_NEAR(positive("daily_dose_mg < 500"), 200, 5 * 13.4);
  scenario.visits.back().days = {30};
  EXPECT_EQ(count(scenario, "defined(fast_test)", "look").events, 0);
}

}  // namespace
}  // namespace vt
