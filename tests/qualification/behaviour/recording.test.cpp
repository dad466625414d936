/// \file What rules did, how patients left, and what is written down of single patients.

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <numeric>

#include "host/campaign/workers/isa.hpp"
#include "host/campaign/record_patients.hpp"
#include "output/hdf5/results_file.hpp"
#include "tests/support/trial.hpp"

namespace vt { namespace {

using namespace test;

Scenario tops(std::uint64_t recorded) {
  Scenario scenario = read(scenario_path("tops.toml"), {"trial.patients=600"});
  scenario.record.patients = recorded;
  scenario.record.decisions = true;
  return scenario;
}

std::int64_t total(const std::vector<std::int64_t>& counts) {
  return std::accumulate(counts.begin(), counts.end(), std::int64_t{0});
}

TEST(RuleCounts, are_those_of_the_patients) {
  RunOptions options;
  options.keep_records = true;
  const Scenario scenario = tops(600);
  const Results results = simulate(scenario, options);
  ASSERT_EQ(results.rules.size(), 3u);
  std::int64_t holds = 0, discontinued = 0;
  for (const Record& r : records(results)) {
    holds += static_cast<std::int64_t>(r.holds);
    discontinued += r.left == static_cast<std::uint64_t>(Left::discontinued) ? 1 : 0;
  }
  EXPECT_EQ(results.rules[0].name, "cytopenia_400");
  EXPECT_EQ(results.rules[0].fired[1], 0);  // not a rule of the second arm
  EXPECT_EQ(results.rules[1].fired[0], 0);
  EXPECT_EQ(total(results.rules[0].fired) + total(results.rules[1].fired), holds);
  EXPECT_GT(holds, 0);
  // Once more from the decisions, all patients being recorded.
  for (const RuleResult& rule : results.rules) {
    std::int64_t fired = 0, patients = 0;
    std::uint64_t last = ~std::uint64_t{0};
    for (const DecisionRow& row : results.decisions) {
      if (row.rule != rule.name || row.action != rule.action) continue;
      ++fired;
      patients += row.patient != last ? 1 : 0;
      last = row.patient;
    }
    EXPECT_EQ(fired, total(rule.fired)) << rule.name;
    EXPECT_EQ(patients, total(rule.patients)) << rule.name;
  }
  ASSERT_EQ(results.leaving.size(), static_cast<std::size_t>(kLeft) - 1);  // who is not included did not leave
  EXPECT_EQ(total(results.leaving[1].patients), discontinued);
  EXPECT_EQ(total(results.leaving[0].patients), 600 - discontinued);
}

TEST(Decisions, tell_every_change_in_order) {
  const Results results = simulate(tops(200));
  ASSERT_TRUE(results.has_decisions);
  ASSERT_FALSE(results.decisions.empty());
  bool held = false, resumed = false, stepped = false, gone = false;
  for (std::size_t i = 0; i < results.decisions.size(); ++i) {
    const DecisionRow& row = results.decisions[i];
    EXPECT_LT(row.patient, 200u);
    if (i > 0) {
      const DecisionRow& before = results.decisions[i - 1];
      ASSERT_TRUE(before.patient < row.patient || (before.patient == row.patient && before.day <= row.day));
      if (before.patient == row.patient) {
        EXPECT_EQ(before.after_mg, row.before_mg);  // nothing is left out
      }
    }
    held = held || (row.action == "hold" && row.before_mg >= 300 && row.after_mg == 0);
    resumed = resumed || (row.action == "resume" && row.before_mg == 0 && row.after_mg >= 300);
    stepped = stepped || (row.action == "step down" && row.before_mg == 800 && row.after_mg == 600);
    gone = gone || (row.action == "discontinue" && row.rule.empty() && row.after_mg == 0);
  }
  EXPECT_TRUE(held && resumed && stepped && gone);
}

TEST(Decisions, do_not_depend_on_the_number_of_recorded_patients_or_threads) {
  RunOptions options;
  options.threads = 1;
  options.block = 64;
  const Results few = simulate(tops(30)), many = simulate(tops(600), options);
  ASSERT_GT(many.decisions.size(), few.decisions.size());
  for (std::size_t i = 0; i < few.decisions.size(); ++i) {
    EXPECT_EQ(few.decisions[i].patient, many.decisions[i].patient);
    EXPECT_EQ(few.decisions[i].day, many.decisions[i].day);
    EXPECT_EQ(few.decisions[i].after_mg, many.decisions[i].after_mg);
  }
  Scenario none = tops(0);
  const Results without = simulate(none);
  EXPECT_FALSE(without.has_decisions);
  EXPECT_EQ(content_hash(without), content_hash(few));  // recording changes no patient
}

/// Same decisions, same values of every day, same bits.
void expect_same_rows(const Results& a, const Results& b) {
  EXPECT_EQ(a.daily.patients, b.daily.patients);
  ASSERT_EQ(a.daily.values.size(), b.daily.values.size());
  EXPECT_EQ(std::memcmp(a.daily.values.data(), b.daily.values.data(), a.daily.values.size() * sizeof(double)), 0);
  ASSERT_EQ(a.decisions.size(), b.decisions.size());
  for (std::size_t i = 0; i < a.decisions.size(); ++i) {
    EXPECT_EQ(a.decisions[i].patient, b.decisions[i].patient);
    EXPECT_EQ(a.decisions[i].day, b.decisions[i].day);
    EXPECT_EQ(a.decisions[i].rule, b.decisions[i].rule);
  }
}

TEST(Recording, does_not_depend_on_how_the_work_is_divided) {
  Scenario scenario = tops(100);
  scenario.patients = 150;
  scenario.replicates = 3;
  scenario.record.daily = {{"trough_true", {}}, {"anc_true", {}}};
  const auto with = [&](std::uint64_t recorded, int threads, std::uint64_t block) {
    Scenario some = scenario;
    some.record.patients = recorded;
    RunOptions options;
    options.threads = threads;
    options.block = block;
    options.keep_records = true;
    return simulate(some, options);
  };
  const Results together = with(100, 1, 450);  // one unit, which has more patients than are recorded
  EXPECT_EQ(together.daily.patients.size(), 100u);
  EXPECT_EQ(together.daily.values.size(), 100u * 2 * 366);
  EXPECT_FALSE(together.decisions.empty());
  const Results none = with(0, 1, 450);
  EXPECT_EQ(together.records, none.records);  // of all replicates, in their places
  EXPECT_EQ(content_hash(together), content_hash(none));
  for (const auto& [threads, block] : {std::pair(2, 64), std::pair(2, 7), std::pair(1, 100)}) {
    const Results divided = with(100, threads, static_cast<std::uint64_t>(block));
    EXPECT_EQ(content_hash(divided), content_hash(together));
    expect_same_rows(divided, together);
  }
}

TEST(Recording, of_patients_whom_no_unit_had_has_the_same_rows) {
  Scenario scenario = tops(600);  // as where a GPU had them
  scenario.record.daily = {{"trough_true", {}}};
  const BuiltPlan built = build(scenario);
  PatientRecording recording(built, 0);
  Results late;
  recording.finish(choose_cpu_build().run, late);
  EXPECT_TRUE(late.has_decisions);
  expect_same_rows(late, simulate(scenario));
}

TEST(Recording, leaves_no_decision_out_where_there_are_many) {
  std::vector<std::string> set = {"trial.patients=60"};
  for (const std::string rule : {"rule.cytopenia_400", "rule.cytopenia_800"}) {
    set.push_back(rule + ".when='not on_hold'");
    set.push_back(rule + ".until='on_hold'");
  }
  Scenario scenario = read(scenario_path("tops.toml"), set);
  scenario.record.patients = 60;
  scenario.record.decisions = true;
  const Results results = simulate(scenario);
  EXPECT_GT(results.decisions.size(), 16u * 60);  // for which there is room at first
  for (std::size_t r = 0; r < 2; ++r) {
    const RuleResult& rule = results.rules[r];
    const auto held = std::ranges::count_if(
        results.decisions, [&](const DecisionRow& row) { return row.rule == rule.name && row.action == rule.action; });
    EXPECT_EQ(held, total(rule.fired)) << rule.name;
  }
}

TEST(DailyValues, are_what_visits_see) {
  Scenario scenario = tops(600);
  for (VisitSpec& visit : scenario.visits) visit.missed = 0;
  for (ArmSpec& arm : scenario.arms) arm.leave_per_year = 0;
  scenario.record.daily = {{"trough_true", {}}, {"daily_dose_mg", {}}, {"mean_trough_7d", {}}};
  TallySpec spec;
  spec.name = "true";
  spec.score = {"trough_true", {}};
  spec.unit = "ng/mL";
  spec.at = {"trough", {}};
  spec.has_range = true;
  spec.high = 65536;
  AxisSpec axis;
  axis.form = AxisForm::visit, axis.text = "visit";
  spec.by = {axis};
  scenario.tallies = {spec};
  const Results results = simulate(scenario);
  const DailyValues& daily = results.daily;
  ASSERT_EQ(daily.days.size(), 366u);
  ASSERT_EQ(daily.values.size(), 600u * 3 * 366);
  EXPECT_EQ(daily.units[0], "ng/mL");
  const auto at = [&](std::size_t patient, std::size_t name, std::size_t day) {
    return daily.values[(patient * 3 + name) * 366 + day];
  };
  EXPECT_TRUE(std::isnan(at(0, 0, 0)));  // before the first dose there is no trough
  double mean = 0, week = 0;
  for (std::size_t p = 0; p < 600; ++p) mean += at(p, 0, 29) / 600;
  for (std::size_t day = 23; day < 30; ++day) week += at(5, 0, day) / 7;
  EXPECT_NEAR(mean, value(results, "true", "mean", {{"visit", "day 29"}}), 0.01);
  EXPECT_NEAR(week, at(5, 2, 29), 1e-9);
}

TEST(Recording, survives_the_file) {
  Scenario scenario = tops(20);
  scenario.record.daily = {{"trough_true", {}}};
  const Results results = simulate(scenario);
  const Results read = parse_results_file(results_file_bytes(results), "memory");
  ASSERT_EQ(read.decisions.size(), results.decisions.size());
  for (std::size_t i = 0; i < read.decisions.size(); ++i) {
    EXPECT_EQ(read.decisions[i].patient, results.decisions[i].patient);
    EXPECT_EQ(read.decisions[i].rule, results.decisions[i].rule);
    EXPECT_EQ(read.decisions[i].after_mg, results.decisions[i].after_mg);
  }
  ASSERT_EQ(read.rules.size(), results.rules.size());
  EXPECT_EQ(read.rules[2].fired, results.rules[2].fired);
  EXPECT_EQ(read.rules[2].patients, results.rules[2].patients);
  ASSERT_EQ(read.leaving.size(), results.leaving.size());
  EXPECT_EQ(read.leaving[1].reason, "discontinued");
  EXPECT_EQ(read.leaving[1].patients, results.leaving[1].patients);
}

TEST(Recording, refuses_what_is_no_observable) {
  Scenario scenario = tops(20);
  scenario.record.daily = {{"trough_tru", {}}};
  Problems problems;
  EXPECT_FALSE(build_plan(scenario, problems).has_value());
  ASSERT_EQ(problems.size(), 1u);
  EXPECT_NE(problems.sorted()[0].text.find("'trough_true'"), std::string::npos);
}

}  // namespace
}  // namespace vt
