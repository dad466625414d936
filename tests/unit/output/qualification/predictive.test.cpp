#include "output/qualification/predictive.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <tuple>

namespace vt { namespace {

// Expected values: scipy 1.17, betabinom(m, x + 0.5, n - x + 0.5).ppf and beta(p (n + 1), (1 - p) (n + 1)).ppf.

TEST(Predictive, CountsAreThoseOfABetaBinomialLaw) {
  const struct {
    double events, patients;
    std::uint64_t size, low, high;
  } cases[] = {{200, 1000, 157, 21, 42},        {0, 500, 54, 0, 1}, {500, 500, 20, 20, 20}, {13.4, 5000, 319, 0, 3},
               {9000, 10000, 5000, 4448, 4550}, {3, 40, 20, 0, 5}};
  for (const auto& c : cases) {
    const CountInterval found = predictive_counts(c.events, c.patients, c.size);
    EXPECT_EQ(found.low, c.low) << c.events;
    EXPECT_EQ(found.high, c.high) << c.events;
  }
}

TEST(Predictive, RanksOfQuantilesAreThoseOfOrderStatistics) {
  const struct {
    double p;
    std::uint64_t size;
    double low, high;
  } cases[] = {{0.5, 157, 0.42238733434796, 0.57761266565204},
               {0.5, 20, 0.29337648473319405, 0.7066235152668059},
               {0.25, 319, 0.20415907823149354, 0.29880039572557127},
               {0.9, 54, 0.8089264424649204, 0.9637832438966698},
               {0.5, 1, 0.025, 0.975}};
  for (const auto& c : cases) {
    const Interval found = ranks_of_quantile(c.p, c.size);
    EXPECT_NEAR(found.low, c.low, 1e-12);
    EXPECT_NEAR(found.high, c.high, 1e-12);
  }
}

/// 1000 patients a cell: 200 events in A, 400 in B.
Results shares() {
  Results results;
  ResultTally tally;
  tally.name = "mmr";
  tally.axes.push_back({"arm", ResultAxisKind::arm, "", "", {"A", "B"}, {}, 0, 0, 0, {}, {}});
  tally.randomised = tally.evaluable = {1000, 1000};
  tally.events = {200, 400};
  results.tallies = {tally};
  return results;
}

Target target(Selection where) {
  Target t;
  t.name = "t", t.tally = "mmr", t.statistic = "itt", t.where = std::move(where), t.low = 0, t.high = 1;
  return t;
}

PredictiveInterval of(const Target& t, const std::vector<std::uint64_t>& sizes) {
  const Results results = shares();
  return predictive_interval({{"", &results}}, t, sizes);
}

TEST(Predictive, SharesHaveWholeCountsAndHoldPublishedOnesAsRounded) {
  const PredictiveInterval found = of(target({{"arm", "A"}}), {157});
  EXPECT_DOUBLE_EQ(found.interval.low, 21.0 / 157);
  EXPECT_DOUBLE_EQ(found.interval.high, 42.0 / 157);
  EXPECT_TRUE(found.holds(0.27));     // 42.39, printed for 42 of 157
  EXPECT_FALSE(found.holds(0.2739));  // 43 of 157
  EXPECT_TRUE(found.holds(0.1338));
  EXPECT_FALSE(found.holds(0.127));
}

TEST(Predictive, DifferencesAndRatiosHaveTheErrorsOfBothStudies) {
  Target t = target({{"arm", "B"}});
  t.minus.where = {{"arm", "A"}};
  const double variance = 0.24 * (1.0 / 319 + 1.0 / 1000) + 0.16 * (1.0 / 157 + 1.0 / 1000);
  PredictiveInterval found = of(t, {319, 157});
  EXPECT_NEAR(found.interval.low, 0.2 - kZ95 * std::sqrt(variance), 1e-12);
  EXPECT_NEAR(found.interval.high, 0.2 + kZ95 * std::sqrt(variance), 1e-12);
  std::swap(t.minus, t.over);
  found = of(t, {319, 157});
  const double of_log = 0.24 / 0.16 * (1.0 / 319 + 1.0 / 1000) + 0.16 / 0.04 * (1.0 / 157 + 1.0 / 1000);
  EXPECT_NEAR(found.interval.high, 2 * std::exp(kZ95 * std::sqrt(of_log)), 1e-12);
  EXPECT_NEAR(found.interval.low, 2 * std::exp(-kZ95 * std::sqrt(of_log)), 1e-12);
}

/// 400 replicates of 54 patients, with 1, 2, … 40 events ten times each.
Results replicates() {
  Results results;
  ResultTally tally;
  tally.name = "mmr";
  ResultAxis axis;
  axis.name = "replicate", axis.kind = ResultAxisKind::replicate;
  for (int r = 0; r < 400; ++r) {
    axis.labels.push_back(std::to_string(r)), axis.values.push_back(r);
    tally.randomised.push_back(54), tally.evaluable.push_back(54), tally.events.push_back(r % 40 + 1);
  }
  tally.axes = {axis};
  results.tallies = {tally};
  return results;
}

TEST(Predictive, ReplicatesOfTheStudysSizeTellByThemselves) {
  const Results results = replicates();
  const Runs runs = {{"", &results}};
  const PredictiveInterval found = predictive_interval(runs, target({}), {54});
  EXPECT_EQ(found.law, "400 replicates of the study");
  // At 401·0.025 = 10.025: between the tenth of the 400, 1 event, and the eleventh, 2.
  EXPECT_NEAR(found.interval.low, 1.025 / 54, 1e-12);
  EXPECT_NEAR(found.interval.high, 39.975 / 54, 1e-12);
  // Of another size: scipy's betabinom with a mean of 20.5/54 and the weight by the analysis of variance, 4.5797
  // patients.
  for (const auto& [size, low, high] : {std::tuple<std::uint64_t, double, double>{157, 7, 127}, {20, 0, 17}}) {
    const PredictiveInterval other = predictive_interval(runs, target({}), {size});
    EXPECT_EQ(other.law, "beta-binomial, as 400 replicates differ");
    EXPECT_NEAR(other.interval.low * static_cast<double>(size), low, 1e-9);
    EXPECT_NEAR(other.interval.high * static_cast<double>(size), high, 1e-9);
  }
  EXPECT_EQ(predictive_interval(runs, target({{"replicate", 3.0}}), {54}).law, "beta-binomial");
  Target spread = target({});
  spread.over_replicates = "median";
  EXPECT_EQ(predictive_interval(runs, spread, {54}).law, "no law: a statistic of replicates");
}

TEST(Predictive, SayWhyThereIsNoInterval) {
  EXPECT_EQ(of(target({{"arm", "A"}}), {}).law, "the study's size is not given");
  EXPECT_EQ(of(target({{"arm", "C"}}), {10}).law.substr(0, 4), "axis");
  Target t = target({});
  t.spread = "arm";
  EXPECT_EQ(of(t, {10}).law, "no law: the largest of several changes");
  t.spread = "", t.statistic = "n";
  EXPECT_FALSE(of(t, {10}).is_known());
}

/// 4000 values: 1 to 4 ng/mL, as many in each of the bins of width 1 from 0 on but the first.
Results numbers() {
  Results results;
  ResultTally tally;
  tally.name = "trough", tally.kind = find_result_kind("number"), tally.unit = "ng/mL";
  tally.low = 0, tally.high = 4;
  tally.binning.equal = 4, tally.binning.width = 1;
  tally.randomised = tally.evaluable = {4000};
  tally.events = {}, tally.clamped = {0};
  tally.histogram = {1000, 1000, 1000, 1000};
  tally.sum = {1000 * (1 + 2 + 3 + 4)}, tally.square_low = {1000 * (1 + 4 + 9 + 16)}, tally.square_high = {0};
  results.tallies = {tally};
  return results;
}

TEST(Predictive, MediansAreQuantilesAndMeansHaveTheStudysError) {
  const Results results = numbers();
  Target t = target({});
  t.tally = "trough", t.statistic = "median";
  const PredictiveInterval median = predictive_interval({{"", &results}}, t, {157});
  EXPECT_NEAR(median.interval.low, 4 * 0.42238733434796, 1e-9);  // the histogram is flat from 0 to 4
  EXPECT_NEAR(median.interval.high, 4 * 0.57761266565204, 1e-9);
  t.statistic = "mean";
  const Comparison mean = compare(results, {t}).at(0);
  const double sd = mean.simulated.standard_error * std::sqrt(4000.0);
  const PredictiveInterval found = predictive_interval({{"", &results}}, t, {157});
  EXPECT_NEAR(found.interval.high - mean.simulated.value, kZ95 * sd * std::sqrt(1.0 / 157 + 1.0 / 4000), 1e-9);
  EXPECT_NEAR(mean.simulated.value - found.interval.low, kZ95 * sd * std::sqrt(1.0 / 157 + 1.0 / 4000), 1e-9);
  EXPECT_GT(sd, 1);
}

}  // namespace
}  // namespace vt
