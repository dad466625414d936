#include "kernels/numerics/normal.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "kernels/lanes.hpp"
#include "kernels/numerics/philox.hpp"
#include "tests/unit/kernels/numerics/reference_table.hpp"

namespace {

using reference::Row;
using reference::rows_of;
using reference::Worst;
using reference::worst_of;

double uniform_of(std::uint64_t i) {
  const vt::Words w = vt::philox(31, i, 4);
  return vt::uniform(w.w[0], w.w[1]);
}

// The hashes were made by g++ 12 -O0 without vector instructions; clang 14, -O3, AVX2 and AVX-512 give the same.
TEST(Normal, KeepsEveryBitOnEveryCompiler) {
  reference::BitHash quantiles, probabilities;
  for (std::uint64_t i = 0; i < 100000; ++i) {
    quantiles.feed(vt::bits_of(vt::normal_quantile(uniform_of(i))));
    probabilities.feed(vt::bits_of(vt::normal_cdf(vt::fma(uniform_of(i), 46.0, -37.5))));
  }
  EXPECT_EQ(quantiles.value(), 16429553429895921992u);
  EXPECT_EQ(probabilities.value(), 415010891951692856u);
}

struct Chance {
  double x;
};

TEST(Normal, GivesALaneTheBitsOfAScalarCall) {
  constexpr int n_lanes = 64;
  vt::Lanes<Chance, n_lanes> lanes;
  for (int lane = 0; lane < n_lanes; ++lane) lanes.put(lane, {uniform_of(static_cast<std::uint64_t>(lane))});
  vt::Lanes<Chance, n_lanes> out = lanes;
  const auto both = [](const Chance& a) VT_INLINE {
    return Chance{vt::normal_quantile(a.x) + vt::normal_cdf(a.x) + vt::truncated_normal(a.x, 0.2, 0.3) +
                  vt::coarse_truncated_normal(a.x, 0.2, 0.3)};
  };
  vt::advance(out, both);
  for (int lane = 0; lane < n_lanes; ++lane) {
    volatile double x = lanes[lane].x;
    EXPECT_EQ(vt::bits_of(out[lane].x), vt::bits_of(both({x}).x));
  }
}

// Limits: the errors that the docstrings promise.
TEST(Normal, StaysWithinItsPromisedErrorOfTheTable) {
  const Worst quantile = worst_of(rows_of("normal_quantile", 1), [](const Row& r) { return vt::normal_quantile(r.x); });
  EXPECT_GE(quantile.n_rows, 2000u) << "the table was not found";
  EXPECT_LE(quantile.ulps, 1.6) << "at " << quantile.x;
  EXPECT_GT(quantile.ulps, 0.4);
  const Worst cdf = worst_of(rows_of("normal_cdf", 1), [](const Row& r) { return vt::normal_cdf(r.x); });
  EXPECT_GE(cdf.n_rows, 2000u);
  EXPECT_LE(cdf.ulps, 4.5) << "at " << cdf.x;
  EXPECT_GT(cdf.ulps, 0.4);
}

TEST(NormalQuantile, IsOdd) {
  for (std::uint64_t i = 0; i < 10000; ++i) {
    const double p = uniform_of(i);  // a multiple of 2^-53, so that 1 − p is exact
    ASSERT_EQ(vt::normal_quantile(1.0 - p), -vt::normal_quantile(p));
  }
  EXPECT_EQ(vt::normal_quantile(0.5), 0.0);
}

TEST(CoarseNormalQuantile, LiesWithinItsPromisedErrorOfTheAccurateOne) {
  double worst = 0.0;
  const auto look_at = [&](double p) {
    const double error = vt::coarse_normal_quantile(p) - vt::normal_quantile(p);
    worst = std::max(worst, std::fabs(error));
  };
  for (std::uint64_t i = 0; i < 200000; ++i) look_at(uniform_of(i));
  for (double p = 0.5; p > 0x1p-33; p *= 0.9999) {  // from the last uniform of a word to the last
    look_at(p);
    look_at(1.0 - p);
  }
  for (const double p : {0x1p-33, 1.0 - 0x1p-33}) look_at(p);
  EXPECT_LE(worst, 9e-8);
  EXPECT_GT(worst, 5e-8);
}

TEST(CoarseNormalQuantile, EndsWhereTheUniformsOfAWordDo) {
  const double last = vt::coarse_normal_quantile(0x1p-33);
  for (const double p : {0.0, 0x1p-60, 0x1p-34}) {
    EXPECT_NEAR(vt::coarse_normal_quantile(p), last, 1e-7);
    EXPECT_NEAR(vt::coarse_normal_quantile(1.0 - p), -last, 1e-7);
  }
  EXPECT_NEAR(last, -6.34, 0.01);
}

TEST(CoarseNormalQuantile, IsOddAndGrows) {
  double last = -9.0;
  for (double p = 0x1p-33; p < 0.5; p *= 1.0 + 0x1p-12) {
    const double z = vt::coarse_normal_quantile(p);
    ASSERT_GT(z, last) << p;
    last = z;
  }
  for (std::uint64_t i = 0; i < 10000; ++i) {
    const double p = uniform_of(i);
    ASSERT_EQ(vt::coarse_normal_quantile(1.0 - p), -vt::coarse_normal_quantile(p));
  }
  EXPECT_EQ(vt::coarse_normal_quantile(0.5), 0.0);
}

// The formula changes at p = 0.1 and 0.9; density 0.1755 there.
TEST(NormalQuantile, HasNoStepWhereItsFormulaChanges) {
  double p = 0.1;
  for (int i = 0; i < 100; ++i) p = std::nextafter(p, 0.0);
  for (int i = 0; i < 200; ++i) {
    const double next = std::nextafter(p, 1.0);
    const double step = vt::normal_quantile(next) - vt::normal_quantile(p);
    ASSERT_NEAR(step, (next - p) / 0.1755, 4 * 0x1p-52);  // each end within 2 ulp of 2^-52
    p = next;
  }
}

TEST(NormalQuantile, IsFiniteForEveryArgument) {
  for (const double p : {-1.0, 0.0, 1e-300, 1.0, 2.0}) EXPECT_LT(std::fabs(vt::normal_quantile(p)), 8.4);
  EXPECT_EQ(vt::normal_quantile(0.0), vt::normal_quantile(0x1p-54));
  EXPECT_EQ(vt::normal_quantile(1.0), -vt::normal_quantile(0x1p-54));
}

TEST(NormalCdf, KeepsRelativeAccuracyFarOut) {
  EXPECT_EQ(vt::normal_cdf(0.0), 0.5);
  EXPECT_NEAR(vt::normal_cdf(-30.0) / 0x1.7795ad05ea397p-656, 1.0, 5 * 0x1p-52);  // 50-digit table
  EXPECT_EQ(vt::normal_cdf(-1e300), vt::normal_cdf(-37.5));
  EXPECT_GT(vt::normal_cdf(-1e300), 0.0);
  EXPECT_EQ(vt::normal_cdf(1e300), 1.0);
}

// 50 digits.
TEST(LogNormalCdf, AndItsSlopeAreAccurateOnBothSides) {
  const double table[][3] = {{-1000, -500007.82669481218431, 1000.00099999800001},
                             {-38.5, -745.69527029041108133, 38.525939096854493696},
                             {-37.5, -707.66898931750719107, 37.526628874883653599},
                             {-10, -53.231285150512470578, 10.098093233962511963},
                             {-1, -1.8410216450092635058, 1.5251352761609812091},
                             {0, -0.69314718055994530942, 0.79788456080286535588},
                             {0.5, -0.36894641528865639307, 0.50916043383703348583},
                             {3, -0.0013508099647481937988, 0.0044378390421256637933},
                             {8, -6.2209605742717860585e-16, 5.0522710835368954309e-15}};
  for (const auto& [x, logarithm, slope] : table) {
    EXPECT_NEAR(vt::log_normal_cdf(x), logarithm, 2e-15 * std::fmax(1.0, -logarithm)) << x;
    EXPECT_NEAR(vt::log_normal_cdf_slope(x) / slope, 1.0, x > 0 ? 1e-14 : 1e-15) << x;
  }
  EXPECT_EQ(vt::log_normal_cdf(1e100), 0.0);
}

// 50 digits; from 1e100 on the excess over a is exponential.
TEST(FurtherOut, InvertsTheTail) {
  const double table[][3] = {{0, 1, 0.90045259663779034115},
                             {5, 1e-9, 1.9280810471184913764e-10},
                             {5, 1, 0.18945855307092359267},
                             {10, 30, 2.6309165469374118105},
                             {37.9, 3, 0.079018421637843709179},
                             {1e4, 2.5, 0.00024999999437500027812},
                             {1e100, 3, 3e-100}};
  for (const auto& [a, t, x] : table) EXPECT_NEAR(vt::further_out(a, t) / x, 1.0, 1e-13 + 1e-15 / t) << a;
  EXPECT_EQ(vt::further_out(7.0, 0.0), 0.0);
}

TEST(TruncatedNormal, StaysBetweenItsBounds) {
  const double low = vt::normal_cdf(-1.5), span = vt::normal_cdf(0.75) - low;
  for (std::uint64_t i = 0; i < 10000; ++i) {
    const double z = vt::truncated_normal(uniform_of(i), low, span);
    ASSERT_GT(z, -1.5 - 1e-14);  // Φ and its inverse each within 5 ulp
    ASSERT_LT(z, 0.75 + 1e-14);
  }
  EXPECT_TRUE(std::isfinite(vt::truncated_normal(1.0 - 0x1p-53, 0.5, 0.5)));
  EXPECT_TRUE(std::isfinite(vt::truncated_normal(0x1p-53, 0.0, 1e-30)));
}

/// sup |F_n − F|·√n of values already sorted, F as a function.
template <class Distribution>
double kolmogorov(std::vector<double> x, Distribution distribution) {
  std::sort(x.begin(), x.end());
  const double n = static_cast<double>(x.size());
  double distance = 0.0;
  for (std::size_t i = 0; i < x.size(); ++i) {
    const double f = distribution(x[i]), below = static_cast<double>(i) / n;
    distance = std::max({distance, f - below, below + 1.0 / n - f});
  }
  return distance * std::sqrt(n);
}

// 2.69 is exceeded with probability 2·exp(−2·2.69²) = 1e-6. The distribution is the C library's erfc, not ours.
TEST(NormalQuantile, TurnsUniformDrawsIntoNormalOnes) {
  std::vector<double> z, truncated;
  for (std::uint64_t i = 0; i < 200000; ++i) {
    z.push_back(vt::normal_quantile(uniform_of(i)));
    truncated.push_back(
        vt::truncated_normal(uniform_of(i), vt::normal_cdf(-1.0), vt::normal_cdf(2.0) - vt::normal_cdf(-1.0)));
  }
  const auto phi = [](double x) { return 0.5 * std::erfc(-x / std::sqrt(2.0)); };
  EXPECT_LT(kolmogorov(z, phi), 2.69);
  EXPECT_LT(kolmogorov(truncated, [&](double x) { return (phi(x) - phi(-1.0)) / (phi(2.0) - phi(-1.0)); }), 2.69);
}

}  // namespace
