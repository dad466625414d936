/// \file What follows from an event, and what a laboratory finds of a small clone.

#include <gtest/gtest.h>

#include <cmath>

#include "kernels/patient/assays.hpp"
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
  visits.kind = visits.text = "visit";
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
  scenario.events[0].severe_share = 0.07;
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

TEST(SecondDrug, acts_on_the_clone_like_its_exposure) {
  Scenario scenario = tops("400");
  scenario.response.entries.erase("influx_high");
  scenario.response.entries.erase("influx_low");
  scenario.events = {on_day("switch", 0)};
  scenario.events[0].ends_treatment = true;
  const auto mmr = [&] {
    RunOptions options;
    options.keep_records = true;
    double sum = 0, taken = 0;
    for (const Record& row : records(simulate(scenario, options))) {
      sum += std::log(row.sensitive);
      taken += row.taken_mg;
    }
    EXPECT_EQ(taken, 0);
    return sum / 400;
  };
  const double without = mmr();
  scenario.events[0].second_drug = 1;
  const double typical = mmr();
  scenario.events[0].second_drug = 4;
  const double strong = mmr();
  EXPECT_GT(without, std::log(50.0));
  EXPECT_LT(typical, std::log(1.0));
  EXPECT_LT(strong, typical - 0.3);
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
  Expression copies;
  copies.number = 50000;
  scenario.assays.entries["pcr_copies"] = copies;
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
  days.is_number = true;
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
