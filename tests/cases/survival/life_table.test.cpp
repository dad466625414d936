/// \file Means and medians of times to events, against the exponential distribution.

#include <gtest/gtest.h>

#include <cmath>

#include "tests/support/trial.hpp"

namespace vt { namespace {

using namespace test;

/// Hazard ln 2 / 10 a day: median 10 days, mean over 90 days (1 − 2⁻⁹)·10/ln 2 = 14.399 days, S(30) = 1/8. Events lie
/// evenly within their day but for its hazard: the mean is right to λ/12 ≈ 0.006 days, the median to λ/8 of a day.
TEST(LifeTable, GivesTheMeanAndTheMedianOfTheTimeItself) {
  const Results results = simulate(read(source_dir() + "/tests/cases/survival/hazard.toml"));
  const double hazard = std::log(2) / 10, patients = 20000;
  const double mean = (1 - std::exp(-90 * hazard)) / hazard;
  const double within_day = hazard / 12;
  const double error_of_mean = 5 / hazard / std::sqrt(patients) + within_day;
  const double error_of_median = 5 * 0.5 / std::sqrt(patients) / (0.5 * hazard) + hazard / 8;
  for (const char* name : {"daily", "weekly", "monthly"}) {
    EXPECT_NEAR(value(results, name, "rmst"), mean, error_of_mean) << name;
    EXPECT_NEAR(value(results, name, "median"), 10, error_of_median) << name;
    EXPECT_EQ(value(results, name, "rmst"), value(results, "daily", "rmst"));
    EXPECT_EQ(value(results, name, "median"), value(results, "daily", "median"));
  }
  const ResultTally& weekly = tally(results, "weekly");
  const double at_30 = estimate(weekly, pool(weekly, {}), {Statistic::Kind::survival, 0, 30, {}}).value;
  EXPECT_NEAR(at_30, 0.125, 5 * std::sqrt(0.125 * 0.875 / patients));
}

/// What a visit finds happened on that day, neither before nor at the end of an interval.
TEST(LifeTable, CountsAConditionOnTheDayItIsFound) {
  const Results results = simulate(read(source_dir() + "/tests/cases/survival/hazard.toml"));
  EXPECT_EQ(value(results, "found", "rmst"), 30);
  EXPECT_EQ(value(results, "found", "median"), 30);
}

}}  // namespace vt
