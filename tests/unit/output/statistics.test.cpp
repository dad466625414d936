#include <gtest/gtest.h>

#include <cmath>
#include <numeric>

#include "output/sha256.hpp"
#include "output/statistics/quantile_groups.hpp"
#include "output/tally/moments.hpp"
#include "tests/unit/output/sample_results.hpp"

namespace vt { namespace {

/// Counts of a number tally without axes, filled with the given integers (scale 1).
ResultTally numbers(const std::vector<std::int64_t>& values) {
  ResultTally tally;
  tally.kind = find_result_kind("number");
  tally.low = -1e12, tally.high = 1e12;
  tally.binning = {.from = -1e12, .width = 2e12, .equal = 1};
  tally.randomised = tally.evaluable = {static_cast<std::int64_t>(values.size())};
  tally.clamped = {0};
  Int128 squares = 0;
  for (const std::int64_t v : values) squares += Int128{v} * v;
  tally.sum = {std::accumulate(values.begin(), values.end(), std::int64_t{0})};
  tally.square_low = {static_cast<std::int64_t>(squares & 0x7fffffff)};
  tally.square_high = {static_cast<std::int64_t>(squares >> 31)};
  tally.histogram = tally.evaluable;
  return tally;
}

// FIPS 180-4 examples (NIST CAVP, SHA256ShortMsg).
TEST(Sha256, GivesTheDigestsOfTheStandard) {
  EXPECT_EQ(sha256_hex(""), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  EXPECT_EQ(sha256_hex("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(sha256_hex("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq"),
            "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
}

TEST(Sha256, TakesIntegersAsLittleEndianBytesAndTextsWithTheirLength) {
  Sha256 hash;
  hash.integer(3);
  hash.bytes("abc", 3);
  Sha256 text;
  text.text("abc");
  const std::string digest = text.hex();
  EXPECT_EQ(digest, hash.hex());
  EXPECT_EQ(digest, sha256_hex(std::string("\3\0\0\0\0\0\0\0abc", 11)));
}

TEST(Binning, HasSixtyFourBinsOfEqualWidthToTheOctave) {
  const Binning binning{10, 2};
  EXPECT_EQ(binning.bins(), 128u);
  EXPECT_EQ(binning.edge(0), 1024);
  EXPECT_EQ(binning.edge(1), 1040);
  EXPECT_EQ(binning.edge(63), 2032);
  EXPECT_EQ(binning.edge(64), 2048);
  EXPECT_EQ(binning.edge(128), 4096);
  EXPECT_EQ((Binning{-3, 1}).edge(32), 0.1875);
}

// Newcombe 1998, Stat Med 17:857, table I, method 3 (score): 81/263, 15/148, 0/20, 1/29.
TEST(Wilson, GivesThePublishedIntervals) {
  const struct {
    double events, n, low, high;
  } published[] = {{81, 263, 0.2553, 0.3662}, {15, 148, 0.0624, 0.1605}, {0, 20, 0, 0.1611}, {1, 29, 0.0061, 0.1718}};
  for (const auto& row : published) {
    const Interval interval = wilson(row.events / row.n, row.n);
    EXPECT_NEAR(interval.low, row.low, 5e-5);
    EXPECT_NEAR(interval.high, row.high, 5e-5);
  }
  EXPECT_EQ(wilson(0, 20).low, 0);
  EXPECT_EQ(wilson(1, 20).high, 1);
  EXPECT_TRUE(std::isnan(wilson(0, 0).low));
}

TEST(Moments, AreThoseOfTheIntegers) {
  const ResultTally tally = numbers({2, 4, 4, 4, 5, 5, 7, 9});  // mean 5, Σ(x − 5)² = 32
  const Pooled pooled = pool(tally, {});
  EXPECT_EQ(mean(tally, pooled), 5);
  ResultTally finer = tally;
  finer.scale = 8;
  EXPECT_EQ(mean(finer, pooled), 0.625);
  EXPECT_DOUBLE_EQ(standard_deviation(tally, pooled), std::sqrt(32.0 / 7));
  EXPECT_DOUBLE_EQ(estimate(tally, pooled, {Statistic::Kind::mean}).standard_error, std::sqrt(32.0 / 7 / 8));
}

TEST(Moments, LoseNothingToCancellation) {
  const std::int64_t offset = 3'000'000'000;  // squares near 9e18, differences of 1
  const ResultTally tally = numbers({offset, offset + 1, offset + 2}), negative = numbers({-offset, -offset - 1});
  EXPECT_EQ(mean(tally, pool(tally, {})), static_cast<double>(offset + 1));
  EXPECT_DOUBLE_EQ(standard_deviation(tally, pool(tally, {})), 1);
  EXPECT_DOUBLE_EQ(standard_deviation(negative, pool(negative, {})), std::sqrt(0.5));
}

/// 1.5 and 2.5, each in its own octave with its own 31 bits.
TEST(Moments, AreAddedOverOctavesOfAnyMagnitude) {
  ResultTally tally;
  tally.kind = find_result_kind("number");
  tally.high = 4, tally.scale = 0x1p29;  // q of the octave of 2 lies in [2^30, 2^31]
  tally.binning = {.first_octave = 0, .octaves = 3, .linear = 1};
  EXPECT_EQ(tally.step(2), 0x1p-29);
  EXPECT_EQ(tally.step(1), 0x1p-30);
  EXPECT_EQ(tally.step(0), 0x1p-30);
  tally.randomised = tally.evaluable = {2};
  tally.clamped = {0};
  const std::int64_t a = 3 * (std::int64_t{1} << 29), b = 5 * (std::int64_t{1} << 28);  // 1.5·2^30, 2.5·2^29
  tally.sum = {0, a, b};
  tally.square_low = {0, 0, 0}, tally.square_high = {0, a * a >> 31, b * b >> 31};  // multiples of 2^31
  tally.histogram.resize(tally.binning.bins());
  tally.histogram[64 + 32] = tally.histogram[128 + 16] = 1;
  EXPECT_EQ(shape_flaw(tally), "");
  EXPECT_EQ(mean(tally, pool(tally, {})), 2);
  EXPECT_EQ(standard_deviation(tally, pool(tally, {})), std::sqrt(0.5));
  EXPECT_EQ(tally.binning.edge(32), 0.5);  // of equal bins below 2^0
  EXPECT_EQ(tally.binning.edge(64 + 32), 1.5);
  EXPECT_EQ(tally.binning.edge(192), 4);
}

TEST(Moments, AreUndefinedWithoutEnoughValues) {
  const ResultTally none = numbers({}), one = numbers({4});
  EXPECT_TRUE(std::isnan(mean(none, pool(none, {}))));
  EXPECT_TRUE(std::isnan(standard_deviation(one, pool(one, {}))));
}

TEST(Quantile, IsLinearWithinABin) {
  const Binning binning{0, 1};  // bins of width 1/64 from 1
  std::vector<std::int64_t> histogram(64);
  histogram[0] = 4;
  histogram[32] = 4;
  EXPECT_DOUBLE_EQ(quantile(histogram, binning, 0.25), 1 + 0.5 / 64);
  EXPECT_DOUBLE_EQ(quantile(histogram, binning, 0.5), 1 + 1.0 / 64);
  EXPECT_DOUBLE_EQ(quantile(histogram, binning, 0.75), 1.5 + 0.5 / 64);
  EXPECT_DOUBLE_EQ(quantile(histogram, binning, 1), 1.5 + 1.0 / 64);
  EXPECT_DOUBLE_EQ(quantile(histogram, binning, 0), 1);
  EXPECT_TRUE(std::isnan(quantile(std::vector<std::int64_t>(64), binning, 0.5)));
}

// A uniform histogram of n = 6400 on [1, 2): the SE of the median is √(p(1−p)/n)/f = 0.5/80 = 0.00625.
TEST(Quantile, HasTheErrorOfAnOrderStatistic) {
  ResultTally tally = numbers({});
  tally.binning = {0, 1};
  tally.histogram.assign(64, 100);
  tally.evaluable = tally.randomised = {6400};
  const Estimate e = estimate(tally, pool(tally, {}), *parse_statistic("median"));
  EXPECT_NEAR(e.value, 1.5, 1e-12);
  EXPECT_NEAR(e.standard_error, 0.00625, 1e-12);
  EXPECT_NEAR(e.interval.high, 1.5 + kZ95 * 0.00625, 1e-12);
}

TEST(Statistic, IsReadFromText) {
  EXPECT_EQ(parse_statistic("median")->p, 0.5);
  EXPECT_EQ(parse_statistic("p25")->p, 0.25);
  EXPECT_EQ(parse_statistic("quantile=0.9")->p, 0.9);
  EXPECT_EQ(parse_statistic("itt")->kind, Statistic::Kind::itt);
  for (const char* bad : {"", "p", "p0", "p100", "pfizer", "quantile=", "quantile=1.5", "Median", "p25x"}) {
    EXPECT_FALSE(parse_statistic(bad)) << bad;
  }
}

TEST(Pool, AddsWhatIsNotNamed) {
  const Results results = test::sample_results();
  const ResultTally& trough = results.tallies[3];
  const Pooled all = pool(trough, {}), one = pool(trough, {{"visit", "day 29"}, {"daily_dose_mg", 400.0}});
  EXPECT_EQ(all.randomised, 4 * 6000);
  EXPECT_EQ(all.repeats, 4);
  EXPECT_EQ(one.randomised, 2000);
  EXPECT_EQ(one.repeats, 1);
  EXPECT_EQ(std::accumulate(one.histogram.begin(), one.histogram.end(), std::int64_t{0}), one.evaluable);
  EXPECT_EQ(pool(trough, {{"visit", 29.0}, {"daily_dose_mg", "400"}}).sum, one.sum);
}

TEST(Pool, SaysWhatThereIsToChooseFrom) {
  const Results results = test::sample_results();
  EXPECT_NE(selection_flaw(results.tallies[3], {{"dose", 400.0}}).find("visit, daily_dose_mg"), std::string::npos);
  EXPECT_NE(selection_flaw(results.tallies[3], {{"visit", "month 7"}}).find("'month 6'"), std::string::npos);
  EXPECT_THROW(pool(results.tallies[3], {{"visit", "month 7"}}), std::invalid_argument);
}

TEST(Estimate, CountsAPatientOnceInItsErrorWhereVisitsArePooled) {
  const Results results = test::sample_results();
  const ResultTally& mmr = results.tallies[0];
  const Pooled pooled = pool(mmr, {});
  const Estimate e = estimate(mmr, pooled, {Statistic::Kind::itt});
  const double p = static_cast<double>(pooled.events) / 18000;
  EXPECT_DOUBLE_EQ(e.value, p);
  EXPECT_DOUBLE_EQ(e.standard_error, std::sqrt(p * (1 - p) / 6000));
}

/// One octaves axis over [1, 2), patients as given per bin; the last entry is "not measured".
ResultTally over_bins(const std::vector<std::int64_t>& patients) {
  ResultTally tally;
  tally.axes.push_back({"x", ResultAxisKind::octaves, "", "", {}, {}, 4, 0, 1, {}, {}});
  tally.randomised.assign(65, 0);
  for (std::size_t i = 0; i + 1 < patients.size(); ++i) tally.randomised[i] = patients[i];
  tally.randomised[64] = patients.back();
  tally.evaluable = tally.events = tally.randomised;
  return tally;
}

TEST(QuantileGroups, AreCutAtTheNearestEdge) {
  const ResultTally cut =
      collapse_quantiles(over_bins({10, 12, 10, 8, 5, 5, 7}));  // 50 measured, quarters at 12.5, 25, 37.5
  const ResultAxis& axis = cut.axes[0];
  EXPECT_EQ(axis.kind, ResultAxisKind::quantiles);
  EXPECT_EQ(axis.cuts, (std::vector<double>{1 + 1.0 / 64, 1 + 2.0 / 64, 1 + 4.0 / 64}));  // 10, 22, 40
  EXPECT_EQ(axis.group_patients, (std::vector<std::int64_t>{10, 12, 18, 10, 7}));
  EXPECT_EQ(cut.events, axis.group_patients);
  EXPECT_EQ(axis.labels[0], "Q1 (< 1.02)");
  EXPECT_EQ(axis.labels[1], "Q2 (1.02–1.03)");
  EXPECT_EQ(axis.labels[3], "Q4 (≥ 1.06)");
  EXPECT_EQ(axis.labels[4], "not measured");
}

TEST(QuantileGroups, LookBeyondEmptyBinsAndSurviveEmptyTallies) {
  EXPECT_EQ(collapse_quantiles(over_bins({1, 0, 0, 1, 0, 1, 1, 0})).axes[0].group_patients,
            (std::vector<std::int64_t>{1, 1, 1, 1, 0}));
  EXPECT_EQ(collapse_quantiles(over_bins({9, 0})).axes[0].labels.size(), 5u);
  EXPECT_EQ(collapse_quantiles(over_bins({0, 3})).axes[0].group_patients, (std::vector<std::int64_t>{0, 0, 0, 0, 3}));
}

TEST(QuantileGroups, ArePooledOverArmsAndKeepEveryPatient) {
  Results results = test::sample_results();
  const ResultTally fine = results.tallies[0];
  const std::string before = content_hash(results);
  collapse_quantiles(results);
  const ResultTally& cut = results.tallies[0];
  EXPECT_EQ(shape_flaw(cut), "");
  EXPECT_EQ(cut.cells(), 2u * 3u * 5u);
  for (const auto table : {&ResultTally::randomised, &ResultTally::evaluable, &ResultTally::events}) {
    EXPECT_EQ(std::accumulate((cut.*table).begin(), (cut.*table).end(), std::int64_t{0}),
              std::accumulate((fine.*table).begin(), (fine.*table).end(), std::int64_t{0}));
  }
  const ResultAxis& axis = cut.axes[2];
  EXPECT_EQ(std::accumulate(axis.group_patients.begin(), axis.group_patients.end(), std::int64_t{0}), 6000);
  const double measured = 6000.0 - static_cast<double>(axis.group_patients[4]);
  for (int g = 0; g < 4; ++g) EXPECT_NEAR(static_cast<double>(axis.group_patients[g]) / measured, 0.25, 0.01);
  EXPECT_EQ(pool(cut, {{"trough_day_29", "Q2"}, {"visit", "month 3"}}).randomised, axis.group_patients[1]);
  EXPECT_EQ(content_hash(results), before);
  collapse_quantiles(results);
  EXPECT_EQ(content_hash(results), before);
}

}  // namespace
}  // namespace vt
