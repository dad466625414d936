#include "output/statistics/paired_tests.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include "output/statistics/over_replicates.hpp"
#include "output/statistics/test_summary.hpp"

namespace vt { namespace {

// Expected: R 4.2, t.test(b, a, paired = TRUE), wilcox.test(b, a, paired = TRUE, exact = FALSE), binom.test.
const std::vector<double> kBefore = {3, 2, 4, 5, 1, 0, 2, 2, 7, 6, 3, 4};
const std::vector<double> kAfter = {2, 4, 6, 5, 3, 1, 1, 5, 6, 9, 3, 8};

TEST(PairedTests, student_agrees_with_R) {
  const PairedTest t = paired_t(kBefore, kAfter);
  EXPECT_NEAR(t.estimate, 7.0 / 6, 1e-14);
  EXPECT_NEAR(t.standard_error, 0.50502525189390779, 1e-14);
  EXPECT_NEAR(t.p, 0.041290305116455012, 1e-13);
  EXPECT_NEAR(paired_t(kAfter, kBefore).estimate, -t.estimate, 1e-14);
}

// 2.2621571627982055 is the 97.5 % point of Student's t with 9 degrees of freedom, 12.706204736174705 with one (the
// incomplete beta function at 40 digits; with one also tan(0.475 π); scipy 1.10 is off by 2e-11).
// With 1.96 errors a p above 0.05 could stand beside an interval without 0.
TEST(PairedTests, the_interval_of_a_mean_difference_is_of_students_t) {
  ResultTest test;
  test.kind = TestKind::paired_t, test.terms = {"high", "higher"}, test.patients = {10, 2};
  test.estimate = {1, -2, 1, 3}, test.standard_error = {0.5, 0.25, 0.5, 1};
  EXPECT_NEAR(interval_of(test, 0).low, 1 - 0.5 * 2.2621571627982055, 1e-14);
  EXPECT_NEAR(interval_of(test, 1).high, -2 + 0.25 * 2.2621571627982055, 1e-14);
  EXPECT_NEAR(interval_of(test, 3).high, 3 + 12.706204736174705, 1e-12);  // of the second replicate
  test.kind = TestKind::mcnemar;
  EXPECT_EQ(interval_of(test, 0).high, 1 + 0.5 * kZ95);
  test.kind = TestKind::paired_t, test.patients = {10, 1};
  EXPECT_TRUE(std::isnan(interval_of(test, 2).low));
}

TEST(PairedTests, wilcoxon_agrees_with_R_where_there_are_ties_and_zeros) {
  const PairedTest w = signed_rank(kBefore, kAfter);
  EXPECT_NEAR(w.estimate, (2 * 47.5 - 55) / 55, 1e-14);
  EXPECT_NEAR(w.p, 0.044720756798576553, 1e-13);
}

TEST(PairedTests, nothing_differs_where_lives_are_alike) {
  for (const auto test : {mcnemar, paired_t, signed_rank}) {
    const PairedTest alike = test(kBefore, kBefore);
    EXPECT_EQ(alike.estimate, 0);
    EXPECT_EQ(alike.standard_error, 0);
    EXPECT_EQ(alike.p, 1);
    EXPECT_TRUE(std::isnan(test({}, {}).estimate));
  }
  EXPECT_TRUE(std::isnan(paired_t(std::vector{1.0}, std::vector{2.0}).estimate));
  EXPECT_EQ(signed_rank(std::vector{1.0}, std::vector{2.0}).estimate, 1);
}

/// Numbers from 4 to 5, and the same ones moved by some units of the last place, most of them upwards.
std::vector<double> some(double units) {
  std::vector<double> numbers;
  for (int i = 0; i < 20; ++i) numbers.push_back((4 + i / 20.0) * (1 + (i % 3 == 0 ? -units : units) * 2.2e-16));
  return numbers;
}

// scipy #16861: ttest_rel and wilcoxon test what rounding left, with any p.
TEST(PairedTests, rounding_is_no_difference) {
  for (const double units : {1.0, 8.0, 100.0}) {
    EXPECT_EQ(paired_t(some(0), some(units)).p, 1) << units;
    EXPECT_EQ(signed_rank(some(0), some(units)).p, 1) << units;
    EXPECT_FALSE(differ(PairedKind::numbers, some(0)[1], some(units)[1]));
  }
  EXPECT_LT(paired_t(some(0), some(1e6)).p, 1);  // 2e-10 of the values are none of rounding
  EXPECT_TRUE(differ(PairedKind::numbers, 0, 1e-300));
}

TEST(PairedTests, a_shift_of_everybody_has_no_error_and_ties_all_ranks) {
  std::vector<double> shifted = some(0), mixed = some(0);
  for (double& x : shifted) x += 0.05;
  for (std::size_t i = 0; i < mixed.size(); ++i) mixed[i] += i % 4 == 0 ? -0.1 : 0.1;
  const PairedTest shift = paired_t(some(0), shifted);
  EXPECT_NEAR(shift.estimate, 0.05, 1e-15);
  EXPECT_EQ(shift.standard_error, 0);
  EXPECT_TRUE(std::isnan(shift.p));
  // Expected: scipy.stats.wilcoxon of ±1, method = "asymptotic", correction = True.
  const PairedTest ranks = signed_rank(some(0), mixed);
  EXPECT_DOUBLE_EQ(ranks.estimate, 0.5);
  EXPECT_NEAR(ranks.p, 0.026775711700042722, 1e-13);
}

// However large a pair's numbers are, it does not hide that others differ.
TEST(PairedTests, the_first_pair_may_be_of_another_size) {
  const std::vector<double> first = {1e13, 1, 2, 3}, second = {1e13, 2, 4, 6};
  const PairedTest found = paired_t(first, second);
  EXPECT_NEAR(found.estimate, 1.5, 1e-12);
  EXPECT_NEAR(found.standard_error, std::sqrt(5.0 / 3 / 4), 1e-12);  // of 0, 1, 2, 3
  const std::vector<double> turned_first = {1, 2, 3, 1e13}, turned_second = {2, 4, 6, 1e13};
  EXPECT_DOUBLE_EQ(paired_t(turned_first, turned_second).p, found.p);
}

TEST(PairedTests, responses_differ_where_one_is_0) {
  EXPECT_FALSE(differ(PairedKind::responses, 1, 2));
  EXPECT_TRUE(differ(PairedKind::responses, 0, 2));
  EXPECT_TRUE(differ(PairedKind::numbers, 1, 2));
}

TEST(PairedTests, mcnemar_is_the_exact_binomial_test_of_those_that_differ) {
  const auto of = [](int both, int lost, int gained, int neither) {
    std::vector<double> first, second;
    const auto add = [&](int n, double a, double b) {
      first.insert(first.end(), static_cast<std::size_t>(n), a),
          second.insert(second.end(), static_cast<std::size_t>(n), b);
    };
    add(both, 1, 1), add(lost, 1, 0), add(gained, 0, 1), add(neither, 0, 0);
    return mcnemar(first, second);
  };
  EXPECT_NEAR(of(30, 3, 14, 13).p, 0.012725830078124997, 1e-14);
  EXPECT_NEAR(of(2, 0, 5, 1).p, 0.0625, 1e-14);
  EXPECT_NEAR(of(50, 500, 400, 50).p, 0.00095644413691894686, 1e-13);
  const PairedTest m = of(30, 3, 14, 13);
  EXPECT_DOUBLE_EQ(m.estimate, 11.0 / 60);
  EXPECT_DOUBLE_EQ(m.standard_error, std::sqrt(17 - 121.0 / 60) / 60);
  EXPECT_EQ(of(5, 2, 2, 0).p, 1);
  EXPECT_EQ(of(5, 0, 0, 5).p, 1);
}

TEST(OverReplicates, quantiles_are_those_of_R_type_7) {
  const std::vector<double> sample = {5, 1, kNaN, 4, 2, 3, 9, 7};
  const auto quantile = [&](double p) { return of_sample(sample, {Statistic::Kind::quantile, p}); };
  EXPECT_NEAR(quantile(0.025).value, 1.15, 1e-12);
  EXPECT_EQ(quantile(0.5).value, 4);
  EXPECT_NEAR(quantile(0.975).value, 8.7, 1e-12);
  EXPECT_EQ(quantile(0.5).n, 7);
  EXPECT_GT(quantile(0.5).standard_error, 0);
  EXPECT_NEAR(of_sample(sample, {Statistic::Kind::mean}).value, 31.0 / 7, 1e-12);
  EXPECT_NEAR(of_sample(sample, {Statistic::Kind::sd}).value, 2.819996622760558, 1e-12);
  const double never = std::numeric_limits<double>::infinity();
  const std::vector<double> some = {3, never, 1, 2, never};
  EXPECT_EQ(of_sample(some, {Statistic::Kind::quantile, 0.5}).value, 3);
  EXPECT_EQ(of_sample(some, {Statistic::Kind::quantile, 0.9}).value, never);
  EXPECT_TRUE(std::isnan(of_sample(some, {Statistic::Kind::mean}).value));
  EXPECT_EQ(spread_texts({Statistic::Kind::mean}, some), (std::vector<std::string>{"5", "1.1", "3", "∞", "–"}));
  EXPECT_TRUE(std::isnan(of_sample(std::vector<double>{kNaN}, {Statistic::Kind::mean}).value));
}

/// Of n uniform values the k-th lies at k/(n + 1) on the average: with values there the interval holds its width.
TEST(OverReplicates, predictive_intervals_hold_95_percent_from_39_values_on) {
  const auto held = [](int n) {
    std::vector<double> uniform;
    for (int k = n; k >= 1; --k) uniform.push_back(static_cast<double>(k) / (n + 1));
    const Interval found = predictive_of_sample(uniform);
    return found.high - found.low;
  };
  for (const int n : {39, 40, 100, 1000}) EXPECT_NEAR(held(n), 0.95, 1e-12) << n;
  EXPECT_NEAR(held(19), 0.9, 1e-12);
  EXPECT_TRUE(std::isnan(predictive_of_sample({}).low));
  const double never = std::numeric_limits<double>::infinity();
  std::vector<double> some(100, 3.0);
  some[7] = some[8] = some[9] = never;
  EXPECT_EQ(predictive_of_sample(some).high, never);
}

}}  // namespace vt
