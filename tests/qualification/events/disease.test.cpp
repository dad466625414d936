/// \file What follows from an event, and what a laboratory finds of a small clone.

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "kernels/course/file/assays.hpp"
#include "tests/support/trial.hpp"

namespace vt { namespace {

using namespace test;

EventSpec on_day(const std::string& name, int day) {
  EventSpec event;
  event.name = name;
  event.when = {"day >= " + std::to_string(day), {}};
  event.every_day = 1;
  return event;
}

TallySpec proportion(const std::string& name, const std::string& score, const std::string& at) {
  TallySpec tally;
  tally.name = name;
  tally.score = {score, {}};
  tally.at = {at, {}};
  AxisSpec visits;
  visits.form = AxisForm::visit, visits.text = "visit";
  tally.by = {visits};
  return tally;
}

Scenario tops(const std::string& patients) {
  Scenario scenario = read(scenario_path("tops.toml"), {"trial.patients=" + patients});
  for (ArmSpec& arm : scenario.arms) {
    arm.rules.clear();
    arm.leave_per_year = 0;
  }
  scenario.rules.clear();
  scenario.tallies.clear();
  for (VisitSpec& visit : scenario.visits) visit.missed = 0;
  return scenario;
}

TEST(AdverseEvent, is_severe_in_its_share_and_lasts_a_log_normal_time) {
  Scenario scenario = tops("8000");
  scenario.events = {on_day("rash", 10)};
  scenario.events[0].grades = {0.93, 0, 0.07, 0};
  scenario.events[0].duration_day = 32;  // half of them last until day 42
  scenario.events[0].duration_sd_log = 0.8;
  scenario.tallies = {proportion("severe", "severe.rash", "blood_count"),
                      proportion("active", "active.rash", "blood_count")};
  const Results results = simulate(scenario);
  const auto at = [&](const std::string& name, const std::string& day) {
    return value(results, name, "itt", {{"visit", day}});
  };
  const auto four_sd = [](double p) { return 4 * std::sqrt(p * (1 - p) / 8000); };  // false alarm 1 in 16,000
  EXPECT_EQ(at("active", "day 7"), 0);
  EXPECT_EQ(at("severe", "day 7"), 0);
  EXPECT_NEAR(at("severe", "day 14"), 0.07, four_sd(0.07));
  EXPECT_EQ(at("severe", "day 14"), at("severe", "day 56"));
  EXPECT_NEAR(at("active", "day 42"), 0.5, four_sd(0.5));
  const double later = 0.5 * std::erfc(std::log(46 / 32.0) / 0.8 / std::sqrt(2.0));
  EXPECT_NEAR(at("active", "day 56"), later, four_sd(later));
}

Expression of(double number) {
  Expression expression;
  expression.number = number;
  return expression;
}

/// Everybody is switched on day 0, by an event or by a rule at the first visit of this kind, to a drug of this
/// strength.
Scenario switched(double exposure, double clone_fold = 1, double on_blood = 0) {
  Scenario scenario = tops("400");
  scenario.model<Leukaemia>().entries.erase("influx_high");
  scenario.model<Leukaemia>().entries.erase("influx_low");
  scenario.second_drug.model = "steady_state";
  scenario.second_drug.entries["exposure"] = of(exposure);
  scenario.second_drug.entries["resistance_fold"] = scenario.model<Leukaemia>().entries["resistance_fold"];
  scenario.second_drug.entries["clone_fold"] = of(clone_fold);
  scenario.second_drug.entries["on_blood"] = of(on_blood);
  scenario.events = {on_day("switch", 0)};
  scenario.events[0].switches_drug = true;
  return scenario;
}

template <class Value>
double mean_log(const Scenario& scenario, Value value) {
  RunOptions options;
  options.keep_records = true;
  double sum = 0;
  for (const Record& row : records(simulate(scenario, options))) sum += std::log(value(row));
  return sum / 400;
}

TEST(SecondDrug, acts_on_the_clone_like_its_exposure) {
  const auto sensitive = [](const Record& row) { return recorded<Leukaemia>(row.models).sensitive; };
  const double without = mean_log(switched(0), sensitive), typical = mean_log(switched(1), sensitive);
  EXPECT_GT(without, std::log(50.0));
  EXPECT_LT(typical, std::log(1.0));
  EXPECT_LT(mean_log(switched(4), sensitive), typical - 0.3);
  EXPECT_EQ(mean_log(switched(1), [](const Record& row) { return 1 + row.taken_mg; }), 0);
}

TEST(SecondDrug, reaches_a_mutant_by_its_own_fold) {
  Scenario scenario = switched(1);
  const auto with = [&](double first_fold, double second_fold) {
    scenario.model<Leukaemia>().entries["clone_ratio"] = of(1e-2);
    scenario.model<Leukaemia>().entries["clone_fold"] = of(first_fold);
    scenario.second_drug.entries["clone_fold"] = of(second_fold);
    return mean_log(scenario, [](const Record& row) { return recorded<Leukaemia>(row.models).clone; });
  };
  // Whatever resists the first drug, the second one kills by its own fold: the same clone but for rounding.
  EXPECT_NEAR(with(25, 3), with(2, 3), 1e-9);
  EXPECT_GT(with(25, 25), with(25, 1) + 1);
}

TEST(SecondDrug, acts_on_blood_as_far_as_it_says) {
  const auto cells = [](const Record& row) { return recorded<Neutrophils>(row.models).circulating; };
  EXPECT_LT(mean_log(switched(1, 1, 2), cells), mean_log(switched(1, 1, 0), cells) - 0.1);
}

TEST(SecondDrug, that_is_always_missed_is_none) {
  const auto sensitive = [](const Record& row) { return recorded<Leukaemia>(row.models).sensitive; };
  Scenario missed = switched(4);
  missed.second_drug.entries["taken"] = of(0);
  EXPECT_EQ(mean_log(missed, sensitive), mean_log(switched(0), sensitive));
  missed.second_drug.entries["taken"] = of(0.5);
  const double half = mean_log(missed, sensitive);
  EXPECT_GT(half, mean_log(switched(4), sensitive) + 0.3);
  EXPECT_LT(half, mean_log(switched(0), sensitive) - 0.3);
}

TEST(SecondDrug, is_held_and_given_again_like_the_first) {
  const auto sensitive = [](const Record& row) { return recorded<Leukaemia>(row.models).sensitive; };
  const auto held = [](const std::string& until) {
    Scenario scenario = switched(4);
    RuleSpec rule;
    rule.name = "rest";
    rule.at = {{"blood_count", {}}};
    rule.when = {"day == 14", {}};
    rule.action = Action::hold;
    rule.until = {until, {}};
    rule.resume = {{300, 24, {"test", 1, 1}}};  // says nothing of the second drug's dose
    scenario.rules = {rule};
    for (ArmSpec& arm : scenario.arms) arm.rules = {{"rest", {}}};
    for (const char* score : {"on_hold", "days_on_hold == 28", "days_on_dose == 0", "dose_changes == 0"})
      scenario.tallies.push_back(
          proportion(std::string("t") + std::to_string(scenario.tallies.size()), score, "blood_count"));
    return scenario;
  };
  const Results results = simulate(held("day >= 42"));
  const auto at = [&](const std::string& name, const std::string& day) {
    return value(results, name, "itt", {{"visit", day}});
  };
  EXPECT_EQ(at("t0", "day 14"), 0);  // tallies count before rules decide
  EXPECT_EQ(at("t0", "day 21"), 1);
  EXPECT_EQ(at("t0", "day 56"), 0);
  EXPECT_EQ(at("t1", "day 56"), 1);
  EXPECT_EQ(at("t2", "day 56"), 1);
  EXPECT_EQ(at("t3", "day 56"), 1);
  const double never = mean_log(switched(4), sensitive), weeks = mean_log(held("day >= 42"), sensitive),
               for_good = mean_log(held("0 > 1"), sensitive);
  EXPECT_LT(never, weeks);
  EXPECT_LT(weeks, for_good - 1);
  EXPECT_GT(for_good, std::log(10.0));
}

TEST(SecondDrug, is_what_a_rule_switches_to) {
  Scenario scenario = switched(1);
  scenario.events.clear();
  RuleSpec rule;
  rule.name = "switch";
  rule.at = {{"blood_count", {}}};
  rule.when = {"day >= 14", {}};
  rule.action = Action::switch_drug;
  scenario.rules = {rule};
  for (ArmSpec& arm : scenario.arms) arm.rules = {{"switch", {}}};
  scenario.tallies = {proportion("switched", "on_second_drug", "blood_count"),
                      proportion("treated", "on_treatment", "blood_count")};
  const Results results = simulate(scenario);
  const auto at = [&](const std::string& name, const std::string& day) {
    return value(results, name, "itt", {{"visit", day}});
  };
  EXPECT_EQ(at("switched", "day 14"), 0);  // tallies count before rules decide
  EXPECT_EQ(at("switched", "day 21"), 1);
  EXPECT_EQ(at("treated", "day 14"), 1);
  EXPECT_EQ(at("treated", "day 21"), 0);
  double most = 0;
  RunOptions options;
  options.keep_records = true;
  for (const Record& row : records(simulate(scenario, options))) most = std::max(most, row.taken_mg);
  EXPECT_LE(most, 14 * 800);
  EXPECT_GT(most, 10 * 800);
}

TEST(Detection, finds_the_poisson_share_of_samples) {
  for (const double percent : {0.0005, 0.002, 0.01}) {
    int found = 0;
    const int n = 20000;
    double copies = 0;
    for (std::uint64_t i = 0; i < n; ++i) {
      const Sample sample = take_sample(50000, 0, percent, draw(1, i, 90, 0, 0), draw(1, i, 90, 0, 1));
      found += sample.is_detected;
      copies += sample.control_copies;
    }
    const double p = 1 - std::exp(-percent / 100 * 50000);
    EXPECT_NEAR(found / double(n), p, 4 * std::sqrt(p * (1 - p) / n)) << percent;
    EXPECT_DOUBLE_EQ(copies / n, 50000);
  }
  EXPECT_TRUE(take_sample(0, 0, 1e-30, {}, {}).is_detected);
}

TEST(Detection, reports_nothing_found_as_zero_with_the_depth_of_the_sample) {
  Scenario scenario = tops("2000");
  scenario.assays.entries["pcr_copies"] = of(50000);
  scenario.tallies = {proportion("none", "bcr_abl_is == 0", "pcr"),
                      proportion("deep", "control_copies >= 50000", "pcr"),
                      proportion("least", "lowest_bcr_abl_is <= bcr_abl_is", "pcr"),
                      proportion("fell", "previous_bcr_abl_is > bcr_abl_is", "pcr")};
  const Results results = simulate(scenario);
  const auto at = [&](const std::string& name, const std::string& visit, const std::string& what = "itt") {
    return value(results, name, what, {{"visit", visit}});
  };
  EXPECT_EQ(at("deep", "month 3"), 1);
  EXPECT_EQ(at("least", "month 12"), 1);
  EXPECT_EQ(value(results, "fell", "evaluable", {{"visit", "month 3"}}), 0);
  EXPECT_GT(at("fell", "month 6"), 0.8);
  EXPECT_GT(at("none", "month 12"), at("none", "month 3"));
  EXPECT_LT(at("none", "month 12"), 0.2);
}

TEST(ExposureDays, add_up_the_relative_exposure) {
  Scenario scenario = tops("300");
  remove_variability(scenario);
  scenario.pk.trends.clear();
  TallySpec days;
  days = proportion("days", "exposure_days / (relative_exposure * day)", "trough");
  days.has_range = true;
  days.high = 4;
  scenario.tallies = {days};
  scenario.adherence = {};
  scenario.adherence.model = "perfect";
  const Results results = simulate(scenario);
  // The first days are a little below the plateau: exposure_days lags by less than half a day's plateau each.
  EXPECT_NEAR(value(results, "days", "mean", {{"visit", "month 12"}}), 1, 0.01);
}

}  // namespace
}  // namespace vt
