#include "output/statistics/two_proportions.hpp"

#include <gtest/gtest.h>

#include <cmath>

namespace vt { namespace {

TwoByTwo counts(double treated_events, double treated, double control_events, double control) {
  return {treated_events, treated - treated_events, control_events, control - control_events};
}

// R package rpact 3.3.4: getStageResults(…, thetaH0 = difference, normalApproximation = TRUE)$testStatistics.
TEST(TwoProportions, HasTheScoreTestOfFarringtonAndManning) {
  const struct {
    double treated_events, treated, control_events, control, difference, z;
  } table[] = {
      {83, 100, 88, 100, -0.1, 0.994765056803217}, {20, 100, 30, 100, 0.0, -1.63299316185545},
      {56, 70, 48, 80, -0.1, 3.93420607451459},    {56, 70, 48, 80, 0.1, 1.34773871811343},
      {10, 10, 9, 10, -0.2, 1.99225561697996},     {0, 20, 0, 25, -0.05, 1.14707866935281},
      {45, 50, 47, 50, -0.07, 0.540267107877009},
  };
  for (const auto& row : table) {
    const ZTest test = test_difference(counts(row.treated_events, row.treated, row.control_events, row.control),
                                       row.difference, Variance::null);
    EXPECT_NEAR(test.z, row.z, 1e-12) << row.z;
    EXPECT_DOUBLE_EQ(test.z, (test.estimate - row.difference) / test.standard_error) << row.z;
  }
}

// 7 of 34 against 1 of 34 (Fagerland, Lydersen & Laake 2015, Stat Methods Med Res 24:224). Pearson's chi-square by
// hand: 68·(7·33 − 27·1)²/(34·34·8·60) = 5.1.
TEST(TwoProportions, PooledIsPearsonsChiSquare) {
  const ZTest test = test_difference(counts(7, 34, 1, 34), 0, Variance::null);
  EXPECT_NEAR(test.z * test.z, 5.1, 1e-12);
  EXPECT_DOUBLE_EQ(test.estimate, 6.0 / 34);
}

// By hand: 0.2 − 0.3, √(0.2·0.8/100 + 0.3·0.7/100).
TEST(TwoProportions, UnpooledIsWalds) {
  const ZTest test = test_difference(counts(20, 100, 30, 100), -0.05, Variance::unpooled);
  EXPECT_DOUBLE_EQ(test.standard_error, std::sqrt(0.0037));
  EXPECT_DOUBLE_EQ(test.z, -0.05 / std::sqrt(0.0037));
}

TEST(TwoProportions, ChangesSignWhereTheGroupsChangePlaces) {
  for (const Variance variance : {Variance::null, Variance::unpooled}) {
    const ZTest one = test_difference(counts(13, 40, 31, 55), 0.12, variance);
    const ZTest other = test_difference(counts(31, 55, 13, 40), -0.12, variance);
    EXPECT_NEAR(one.z, -other.z, 1e-13);
  }
}

// Of all pairs with the difference, none is more likely.
TEST(RestrictedShares, AreTheMostLikely) {
  const auto log_likelihood = [](const TwoShares& p, const TwoShares& seen, double ratio) {
    const auto part = [](double share, double chance) { return share > 0 ? share * std::log(chance) : 0; };
    return ratio * (part(seen.treated, p.treated) + part(1 - seen.treated, 1 - p.treated)) +
           part(seen.control, p.control) + part(1 - seen.control, 1 - p.control);
  };
  for (const double treated : {0.0, 0.1, 0.5, 1.0})
    for (const double control : {0.0, 0.3, 1.0})
      for (const double ratio : {0.5, 3.0})
        for (const double difference : {-0.9, -0.1, 0.0, 0.2}) {
          const TwoShares seen = {treated, control}, p = restricted_shares(seen, ratio, difference);
          EXPECT_NEAR(p.treated - p.control, difference, 1e-15);
          const double best = log_likelihood(p, seen, ratio);
          if (p.treated == 0 || p.control == 0 || p.treated == 1 || p.control == 1) continue;  // of likelihood 1 or 0
          for (const double off : {-1e-3, 1e-3}) {
            const TwoShares near = {p.treated + off, p.control + off};
            if (near.treated <= 0 || near.treated >= 1 || near.control <= 0 || near.control >= 1) continue;
            EXPECT_LE(log_likelihood(near, seen, ratio), best + 1e-15) << treated << control << ratio << difference;
          }
        }
}

TEST(TwoProportions, HasNoAnswerWhereThereIsNoError) {
  EXPECT_TRUE(std::isnan(test_difference(counts(0, 10, 0, 10), 0, Variance::null).z));
  EXPECT_TRUE(std::isnan(test_difference(counts(10, 10, 0, 10), 0, Variance::unpooled).z));
  EXPECT_TRUE(std::isnan(test_difference(counts(0, 0, 5, 10), 0, Variance::null).z));
  EXPECT_TRUE(std::isnan(test_difference(counts(5, 10, 5, 10), 1, Variance::null).z));
}

}}  // namespace vt
