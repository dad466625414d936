/// \file Numbers of any magnitude in a tally's range, and who is counted.

#include <gtest/gtest.h>

#include <cmath>
#include <nlohmann/json.hpp>

#include "output/notes.hpp"
#include "output/print.hpp"
#include "tests/support/trial.hpp"

namespace vt { namespace {

using namespace test;

Scenario magnitudes() { return read(source_dir() + "/tests/cases/tallies/magnitudes.toml"); }

std::int64_t sum(const std::vector<std::int64_t>& counts) {
  std::int64_t all = 0;
  for (const std::int64_t n : counts) all += n;
  return all;
}

/// 1 + u with u uniform: mean 1.5, SD 1/√12, quantile p 1 + p. The same patients in every range: sums differ by the
/// rounding of 31 bits, 2⁻³¹ of a value, quantiles by a bin, 1/64 of a value.
TEST(NumberTallies, HoldValuesOfAnyMagnitudeWithinTheRange) {
  const Results results = simulate(magnitudes());
  const double sd = std::sqrt(1.0 / 12), patients = 4000;
  const double mean_error = 5 * sd / std::sqrt(patients), quantile_error = 5 * 0.5 / std::sqrt(patients) + 1.0 / 64;
  EXPECT_NEAR(value(results, "narrow", "mean"), 1.5, mean_error);
  for (const auto& [name, unit] :
       {std::pair{"narrow", 1.0}, {"wide", 1.0}, {"from_zero", 1.0}, {"far_from_zero", 1.0}, {"tiny", 1e-12}}) {
    EXPECT_NEAR(value(results, name, "mean") / unit, value(results, "narrow", "mean"), 2 * 0x1p-31) << name;
    EXPECT_NEAR(value(results, name, "sd") / unit, value(results, "narrow", "sd"), 4 * 0x1p-31) << name;
    for (const auto& [statistic, p] : {std::pair{"p5", 0.05}, {"median", 0.5}, {"p95", 0.95}})
      EXPECT_NEAR(value(results, name, statistic) / unit, 1 + p, quantile_error) << name << " " << statistic;
  }
  for (const char* statistic : {"mean", "sd", "median", "p95"}) EXPECT_EQ(value(results, "zero", statistic), 0);
}

TEST(NumberTallies, SayWhichValuesWereClamped) {
  const Results results = simulate(magnitudes());
  const std::vector<std::string> notes = notes_on(results);
  ASSERT_EQ(notes.size(), 1u);
  const std::string count = std::to_string(tally(results, "clamped").clamped[0]);
  EXPECT_EQ(notes[0].rfind("tally 'clamped': " + count + " of 4000 values lay outside its range, 0 to 1.5", 0), 0u)
      << notes[0];
}

/// Whoever fails on day 30 (u > 0.95: a hazard below 0) has been counted on day 20 and is taken back.
TEST(Tallies, HoldNobodyWhoFailedLater) {
  Scenario scenario = magnitudes();
  EventSpec event;
  event.name = "trouble";
  event.hazard.formula = "if(day >= 30 and u > 0.95, -1, 1e-12)";
  event.every_day = 1;
  scenario.events.push_back(event);
  for (const std::uint64_t block : {64, 4096}) {
    RunOptions options;
    options.block = block;
    const Results results = simulate(scenario, options);
    ASSERT_EQ(results.failures.size(), 1u);
    const auto failed = static_cast<std::int64_t>(results.failures[0].patients);
    EXPECT_NEAR(static_cast<double>(failed), 200, 5 * std::sqrt(200 * 0.95));
    const ResultTally& visits = tally(results, "visits");
    for (const std::size_t day : {0, 1}) {
      EXPECT_EQ(visits.randomised[day], 4000 - failed);
      EXPECT_EQ(visits.events[day], 4000 - failed);
    }
    EXPECT_EQ(tally(results, "narrow").randomised[0], 4000 - failed);
    EXPECT_EQ(sum(tally(results, "narrow").histogram), 4000 - failed);
    EXPECT_FALSE(withheld(results).empty());
    EXPECT_NE(print_results(results).find("no statistic is shown"), std::string::npos);
    EXPECT_EQ(print_results(results).find("median"), std::string::npos);
    EXPECT_TRUE(results_json(results)["tallies"][0].contains("withheld"));
  }
}

}}  // namespace vt
