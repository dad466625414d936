/// \file How far blood counts in few steps a day are from those in many: the table of
/// scenarios/methods/blood_counts.md.

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "tests/support/scenario_file.hpp"
#include "tests/support/trial.hpp"

namespace vt { namespace {

using namespace test;

constexpr std::uint64_t kPatients = 256;

/// A year of TOPS in which no rule looks at the counts, so that two lives differ in nothing else: neutrophils and
/// platelets of each patient, day by day. `settings`: of both lineages.
DailyValues count(const std::string& settings, int steps) {
  const std::string more =
      "source = \"test\"\nbasis = \"assumed\"\nsteps_per_day = " + std::to_string(steps) + "\n" + settings;
  const ScenarioFile file("title = \"steps\"\nbase = [\"" + scenario_path("tops.toml") +
                          "\"]\n[blood_counts.neutrophils]\n" + more + "\n[blood_counts.platelets]\n" + more);
  Scenario scenario = read(file.path(), {"trial.patients=" + std::to_string(kPatients)});
  for (ArmSpec& arm : scenario.arms) arm.rules.clear();
  scenario.record.patients = kPatients;
  scenario.record.daily = {{"anc_true", {}}, {"platelets_true", {}}};
  return simulate(scenario).daily;
}

/// Of each patient the largest relative error of the year: that of the median patient, and of the 99th percentile.
struct Errors {
  double median, percentile_99;
};

Errors errors(const DailyValues& counts, const DailyValues& exact, std::size_t lineage) {
  std::vector<double> largest(kPatients);
  for (std::size_t i = 0; i < kPatients; ++i)
    for (std::size_t day = 0; day < exact.days.size(); ++day) {
      const std::size_t k = (2 * i + lineage) * exact.days.size() + day;
      largest[i] = std::max(largest[i], std::abs(counts.values[k] / exact.values[k] - 1));
    }
  std::sort(largest.begin(), largest.end());
  return {largest[kPatients / 2], largest[kPatients * 99 / 100]};
}

/// The larger error of the two lineages is what the table says: the median's give or take a tenth (a figure has two
/// digits), the 99th percentile's, which is the third largest of 256, as far as other draws move it.
void expect_errors(const std::string& settings, const DailyValues& exact, int steps, const Errors& table) {
  const DailyValues counts = count(settings, steps);
  const Errors neutrophils = errors(counts, exact, 0), platelets = errors(counts, exact, 1);
  EXPECT_NEAR(std::max(neutrophils.median, platelets.median) / table.median, 1, 0.1) << settings << steps;
  const double ratio = std::max(neutrophils.percentile_99, platelets.percentile_99) / table.percentile_99;
  EXPECT_GT(ratio, 1 / 1.5) << settings << steps;
  EXPECT_LT(ratio, 1.5) << settings << steps;
}

constexpr int kMany = 96;  ///< a day; their own error is a hundredth of the errors that are measured, or less

TEST(BloodSteps, of_tops_have_the_errors_of_the_table) { expect_errors("", count("", kMany), 1, {1.8e-4, 2.6e-3}); }

TEST(BloodSteps, as_long_as_a_stage_or_longer_have_the_errors_of_the_table) {
  const std::pair<double, Errors> rows[] = {// stages in a step of a day
                                            {1, {2.9e-4, 3.8e-3}},
                                            {1.5, {6.9e-4, 5.8e-3}},
                                            {2, {1.9e-3, 8.9e-3}},
                                            {4, {2.0e-2, 6.6e-2}}};
  for (const auto& [stages, table] : rows) {
    // A formula: a number would be refused.
    const std::string transit =
        "transit = { formula = \"4/" + std::to_string(stages) + " + 0*weight_kg\", unit = \"day\" }\n";
    expect_errors(transit, count(transit, kMany), 1, table);
  }
}

TEST(BloodSteps, that_follow_the_concentration_have_the_errors_of_the_table) {
  const std::string follow = "input = \"concentration\"\n", linear = follow + "exponent = 1\n";
  expect_errors(linear, count(linear, kMany), 4, {1.3e-5, 1.7e-4});
  const DailyValues exact = count(follow, kMany);
  expect_errors(follow, exact, 4, {8.3e-4, 4.7e-3});
  expect_errors(follow, exact, 8, {2.5e-4, 1.8e-3});
}

}  // namespace
}  // namespace vt
