/// \file Means over the last days, as formulas see them.

#include <gtest/gtest.h>

#include <fmt/format.h>

#include <algorithm>

#include "host/plan/names/observables.hpp"
#include "tests/support/trial.hpp"

namespace vt { namespace {

using namespace test;

/// TOPS with a visit every day up to day 100 that tallies what is given.
Scenario daily(const std::vector<std::string>& scores) {
  Scenario scenario = read(scenario_path("tops.toml"), {"trial.patients=150"});
  VisitSpec visit;
  visit.name = "daily";
  for (int day = 0; day <= 100; ++day) {
    visit.days.push_back(day);
    visit.labels.push_back(std::to_string(day));
  }
  scenario.visits.push_back(visit);
  scenario.tallies.clear();
  for (ArmSpec& arm : scenario.arms) arm.leave_per_year = 0;
  for (const std::string& score : scores) {
    TallySpec spec;
    spec.name = spec.score.value = score;
    spec.at = {"daily", {}};
    spec.has_range = true;
    spec.low = 0;
    spec.high = 65536;
    spec.unit = "ng/mL";
    AxisSpec axis;
    axis.form = AxisForm::visit, axis.text = "visit";
    spec.by = {axis};
    scenario.tallies.push_back(spec);
  }
  return scenario;
}

/// Mean over patients, by day. Nobody misses a visit.
std::vector<double> by_day(const Results& results, const std::string& name) {
  std::vector<double> means;
  for (int day = 0; day <= 100; ++day)
    means.push_back(day == 0 ? 0 : value(results, name, "mean", {{"visit", std::to_string(day)}}));
  return means;
}

TEST(Windows, are_means_of_what_daily_visits_see) {
  const std::vector<std::string> scores = {"trough_true", "average_concentration"};
  const std::vector<std::string> means = {"mean_trough_{}d", "mean_concentration_{}d"};
  for (std::size_t i = 0; i < 2; ++i) {
    std::vector<std::string> all = {scores[i]};
    for (const int n : {1, 7, 28, 84}) all.push_back(fmt::format(fmt::runtime(means[i]), n));
    const Results results = simulate(daily(all));
    const std::vector<double> value_of = by_day(results, scores[i]);
    for (const int n : {1, 7, 28, 84}) {
      const std::vector<double> mean_of = by_day(results, fmt::format(fmt::runtime(means[i]), n));
      for (int day = 1; day <= 100; ++day) {
        const int days = std::min(n, day);
        double sum = 0;
        for (int d = day - days + 1; d <= day; ++d) sum += value_of[static_cast<std::size_t>(d)];
        // Tallies hold numbers to 2⁻²⁴ of the range's end.
        ASSERT_NEAR(mean_of[static_cast<std::size_t>(day)], sum / days, 0.01) << scores[i] << n << " day " << day;
      }
    }
  }
}

TEST(Windows, have_a_length_that_can_be_kept) {
  EXPECT_EQ(find_observable("mean_trough_0d"), nullptr);
  EXPECT_EQ(find_observable("mean_trough_85d"), nullptr);
  EXPECT_EQ(find_observable("mean_trough_Nd"), nullptr);
  EXPECT_EQ(find_observable("mean_trough_28"), nullptr);
  EXPECT_EQ(find_observable("mean_trough_28dx"), nullptr);
  EXPECT_EQ(find_observable("mean_trough_d"), nullptr);
  const ObservableName* entry = find_observable("mean_concentration_84d");
  ASSERT_NE(entry, nullptr);
  EXPECT_EQ(entry->source, Source::mean_concentration);
  EXPECT_EQ(window_days(*entry, "mean_concentration_84d"), 84u);
}

TEST(Windows, cost_nothing_where_nobody_asks) {
  EXPECT_EQ(build(read(scenario_path("tops.toml"))).buffer.plan().sums_troughs, 0u);
  EXPECT_EQ(build(daily({"mean_trough_7d"})).buffer.plan().sums_troughs, 1u);
  EXPECT_EQ(build(daily({"mean_trough_7d"})).buffer.plan().sums_concentrations, 0u);
}

}  // namespace
}  // namespace vt
