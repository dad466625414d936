/// \file What users may rely on at the edges of a scenario.

#include <gtest/gtest.h>

#include "host/scenario/read_scenario.hpp"
#include "host/scenario/toml/toml_reader.hpp"
#include "tests/support/trial.hpp"

namespace vt { namespace {

using namespace test;

Scenario tops(std::vector<std::string> set = {}) {
  set.push_back("trial.patients=1500");
  return read(scenario_path("tops.toml"), set);
}

VisitSpec visit(const std::string& name, std::vector<std::int32_t> days) {
  VisitSpec spec;
  spec.name = name;
  for (const std::int32_t day : days) spec.labels.push_back("day " + std::to_string(day));
  spec.days = std::move(days);
  return spec;
}

TallySpec number(const std::string& name, const std::string& score, const std::string& at, double low, double high,
                 const std::string& unit = "") {
  TallySpec spec;
  spec.name = name;
  spec.score = {score, {}};
  spec.at = {at, {}};
  spec.has_range = true;
  spec.low = low;
  spec.high = high;
  spec.unit = unit;
  return spec;
}

TEST(RunIn, takes_no_drug_even_when_patients_are_seen) {
  Scenario scenario = tops({"trial.start=day -20"});
  scenario.visits.push_back(visit("screening", {-14, -1, 0}));
  scenario.tallies = {number("auc", "otherwise(auc_24h, 0)", "screening", 0, 65536),
                      number("dose", "dose_intensity_mg", "late", 0, 1024, "mg")};
  scenario.visits.push_back(visit("late", {1}));
  for (ArmSpec& arm : scenario.arms) arm.rules.clear();
  RunOptions options;
  options.keep_records = true;
  const Results results = simulate(scenario, options);
  EXPECT_EQ(value(results, "auc", "mean"), 0);
  // One day prescribed: 400 mg in a third of the patients, 800 mg in the others.
  EXPECT_NEAR(value(results, "dose", "mean"), (400 + 2 * 800) / 3.0, 1e-3);
}

TEST(Visits, of_the_most_kinds_that_there_is_room_for_take_place) {
  Scenario scenario = tops();
  while (scenario.visits.size() < kMaxVisitKinds)
    scenario.visits.push_back(visit("extra" + std::to_string(scenario.visits.size()), {100}));
  scenario.tallies = {number("day", "day", scenario.visits.back().name, 0, 512, "day")};
  const Results results = simulate(scenario);
  EXPECT_EQ(tally(results, "day").randomised[0], 1500);
  EXPECT_GT(tally(results, "day").evaluable[0], 1400);
  EXPECT_EQ(value(results, "day", "mean"), 100);
}

TEST(NumberTally, has_the_unit_of_what_it_scores) {
  Scenario scenario = tops();
  scenario.tallies = {number("a", "trough", "trough", 1, 100, "mg"), number("b", "day", "pcr", 1, 100)};
  scenario.tallies.push_back(scenario.tallies[0]);
  scenario.tallies[2].name = "c";
  scenario.tallies[2].has_range = false;  // without a range a concentration would be taken for a condition
  Problems problems;
  EXPECT_FALSE(build_plan(scenario, problems).has_value());
  EXPECT_EQ(problems.size(), 3u);
}

TEST(Month, is_reached_on_the_day_that_its_name_stands_for) {
  Scenario scenario = tops();
  VisitSpec months = visit("months", {});
  for (int m = 1; m <= 12; ++m) {
    const auto day = static_cast<std::int32_t>(m * 30.4375 + 0.5);
    for (const std::int32_t d : {day - 1, day}) {
      months.days.push_back(d);
      months.labels.push_back(std::to_string(d));
    }
  }
  months.missed = 0;
  scenario.visits.push_back(months);
  scenario.tallies.clear();
  for (int m = 1; m <= 12; ++m) {
    TallySpec reached;
    reached.name = "m" + std::to_string(m);
    reached.score = {"month >= " + std::to_string(m), {}};
    reached.at = {"months", {}};
    AxisSpec axis;
    axis.form = AxisForm::visit, axis.text = "visit";
    reached.by = {axis};
    scenario.tallies.push_back(reached);
  }
  const Results results = simulate(scenario);
  for (int m = 1; m <= 12; ++m) {
    const auto day = static_cast<std::int32_t>(m * 30.4375 + 0.5);
    EXPECT_EQ(value(results, "m" + std::to_string(m), "proportion", {{"visit", std::to_string(day - 1)}}), 0) << m;
    EXPECT_EQ(value(results, "m" + std::to_string(m), "proportion", {{"visit", std::to_string(day)}}), 1) << m;
  }
}

TEST(NumberTally, holds_zeros) {
  Scenario scenario = tops();
  scenario.tallies = {number("held", "times_held", "pcr", 0, 64)};
  const Results results = simulate(scenario);
  const ResultTally& held = tally(results, "held");
  EXPECT_EQ(held.clamped[0], 0);
  EXPECT_LT(value(results, "held", "mean"), 0.9);
  EXPECT_GT(value(results, "held", "mean"), 0.05);
  EXPECT_LT(value(results, "held", "p5"), 0.01);
}

/// TOPS without its rules, and one of ours in both arms.
Scenario with_rule(RuleSpec rule, std::uint32_t at_most = 0) {
  Scenario scenario = tops();
  rule.name = "ours";
  rule.most_times = at_most;
  scenario.rules = {rule};
  for (ArmSpec& arm : scenario.arms) {
    arm.rules = {{"ours", {}}};
    arm.leave_per_year = 0;
  }
  for (VisitSpec& v : scenario.visits) v.missed = 0;
  return scenario;
}

RuleSpec rule(const std::string& at, const std::string& when, const std::string& action) {
  RuleSpec spec;
  spec.at = {{at, {}}};
  spec.when = {when, {}};
  spec.action = find_action(action);
  return spec;
}

TEST(Rule, stop_ends_the_trial_of_those_for_whom_it_holds) {
  Scenario scenario = with_rule(rule("pcr", "month > 2.5 and month < 4 and bcr_abl_is > 10", "stop"));
  RunOptions options;
  options.keep_records = true;
  const Results results = simulate(scenario, options);
  const double stopped = 1 - value(results, "early_response", "proportion", {{"visit", "month 3"}});
  std::int64_t left = 0;
  for (const Record& r : records(results)) {
    if (r.left == 0) continue;
    ++left;
    EXPECT_EQ(r.left, static_cast<std::uint64_t>(Left::stopped));
    EXPECT_EQ(r.left_day, 91u);
    EXPECT_LT(r.central_mg, 1e-6);
  }
  EXPECT_GT(left, 100);
  EXPECT_EQ(left, static_cast<std::int64_t>(stopped * 1500 + 0.5));
  EXPECT_EQ(pool(tally(results, "mmr"), {{"visit", "month 6"}}).evaluable, 1500 - left);
}

TEST(Rule, steps_go_along_the_ladder_and_stop_at_its_ends) {
  const auto doses = [](const Results& r, double dose) {
    return pool(tally(r, "trough_by_dose"), {{"visit", "month 12"}, {"daily_dose_mg", dose}}).evaluable;
  };
  const Results once = simulate(with_rule(rule("dose_review", "day > 0", "step down"), 1));
  EXPECT_EQ(doses(once, 300), 500);   // 400 mg arm, one step down
  EXPECT_EQ(doses(once, 600), 1000);  // 800 mg arm, one step down
  const Results always = simulate(with_rule(rule("dose_review", "day > 0", "step down")));
  EXPECT_EQ(doses(always, 300), 500);
  EXPECT_EQ(doses(always, 400), 1000);
  const Results up = simulate(with_rule(rule("dose_review", "day > 0", "step up")));
  EXPECT_EQ(doses(up, 400), 500);
  EXPECT_EQ(doses(up, 800), 1000);
}

TEST(Rule, set_prescribes_a_regimen_and_a_probability_is_followed_that_often) {
  RuleSpec set = rule("trough", "day < 30", "set");
  set.regimen = {600, 24, {"test", 1, 1}};
  set.probability.number = 0.25;
  const Results results = simulate(with_rule(set));
  const auto n = pool(tally(results, "trough_by_dose"), {{"visit", "month 6"}, {"daily_dose_mg", 600.0}}).evaluable;
  EXPECT_NEAR(static_cast<double>(n), 375, 5 * 16.8);  // binomial SD 16.8: false alarm 6e-7
}

TEST(Rule, hold_withholds_until_its_condition_and_resumes_the_lower_dose) {
  RuleSpec hold = rule("dose_review", "month < 1.5", "hold");
  hold.until = {"days_on_hold >= 14", {}};
  hold.recheck_day = 7;
  hold.resume = {{300, 24, {"test", 1, 1}}};
  RunOptions options;
  options.keep_records = true;
  const Results results = simulate(with_rule(hold), options);
  for (const Record& r : records(results)) {
    EXPECT_EQ(r.holds, 1u);
    EXPECT_EQ(r.days_held, 14u);
  }
  EXPECT_EQ(pool(tally(results, "trough_by_dose"), {{"visit", "month 6"}, {"daily_dose_mg", 300.0}}).evaluable, 1500);
}

// Held from the visit on day 30 until the recheck on day 44.
TEST(Rule, hold_is_over_for_the_days_since_it_ended) {
  RuleSpec hold = rule("dose_review", "month < 1.5", "hold");
  hold.until = {"days_on_hold >= 14", {}};
  hold.recheck_day = 7;
  Scenario scenario = with_rule(hold);
  VisitSpec looks = visit("looks", {30, 43, 44, 45, 180});
  looks.missed = 0;
  scenario.visits.push_back(looks);
  TallySpec since;
  since.name = "since";
  since.score = {"days_since_hold == day - 44", {}};
  since.at = {"looks", {}};
  AxisSpec axis;
  axis.form = AxisForm::visit, axis.text = "visit";
  since.by = {axis};
  scenario.tallies.push_back(since);
  const Results results = simulate(scenario);
  for (const char* before : {"day 30", "day 43", "day 44"})
    EXPECT_EQ(pool(tally(results, "since"), {{"visit", before}}).evaluable, 0) << before;
  for (const char* after : {"day 45", "day 180"}) {
    EXPECT_EQ(pool(tally(results, "since"), {{"visit", after}}).evaluable, 1500) << after;
    EXPECT_EQ(value(results, "since", "proportion", {{"visit", after}}), 1) << after;
  }
}

TEST(Patients, who_stopped_stay_among_the_randomised) {
  Scenario scenario = tops();
  for (ArmSpec& arm : scenario.arms) arm.leave_per_year = 5;
  const Results results = simulate(scenario);
  const ResultTally& mmr = tally(results, "mmr");
  EXPECT_EQ(pool(mmr, {{"visit", "month 12"}}).randomised, 1500);
  // exp(−5) stay for a year and 94 % of them come: 9.5 of 1500 on average; more than 40 has a chance below 1e-12.
  EXPECT_LT(pool(mmr, {{"visit", "month 12"}}).evaluable, 40);
}

TEST(Models, that_are_exchanged_leave_nothing_of_the_old_one) {
  const std::string text = "title = \"x\"\nbase = [\"" + scenario_path("tops.toml") + "\", \"" +
                           scenario_path("library/populations/cml_further_covariates.toml") + "\", \"" +
                           scenario_path("library/pk/gotta2014.toml") + "\"]\n";
  const FileText files = [&](const std::string& path, const Position& asked_at,
                             Problems& problems) -> std::optional<std::string> {
    if (path == "exchanged.toml") return text;
    return read_text_file(path, asked_at, problems);
  };
  Problems problems;
  const auto scenario = read_scenario("exchanged.toml", {}, files, problems);
  ASSERT_TRUE(scenario.has_value());
  for (const Problem& problem : problems.sorted()) ADD_FAILURE() << to_string(problem);
  EXPECT_TRUE(scenario->pk.trends.empty());
  EXPECT_FALSE(scenario->pk.entries.contains("exposure_scale"));
  EXPECT_FALSE(scenario->pk.entries.contains("bioavailability_occasion_sd"));
}

TEST(Replicates, are_different_patients) {
  Scenario scenario = tops({"trial.replicates=2"});
  scenario.patients = 50;
  RunOptions options;
  options.keep_records = true;
  const auto rows = records(simulate(scenario, options));
  ASSERT_EQ(rows.size(), 100u);
  EXPECT_EQ(rows[50].patient, std::uint64_t{1} << 32);
  EXPECT_NE(rows[0].dose_history, rows[50].dose_history);
}

}  // namespace
}  // namespace vt
