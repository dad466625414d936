#include "output/statistics/sensitivity.hpp"
#include "output/statistics/estimate.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <numbers>
#include <random>

namespace vt { namespace {

/// Rows in SALib's order (A, AB…, BA…, B of a base point), taken apart.
SaltelliValues taken_apart(const std::vector<double>& y, std::size_t k, bool second_order) {
  const std::size_t rows = (second_order ? 2 : 1) * k + 2;
  SaltelliValues v{y.size() / rows, k, {}, {}, {}, {}};
  for (std::size_t i = 0; i < v.n; ++i) {
    const double* row = y.data() + i * rows;
    v.a.push_back(row[0]);
    v.ab.insert(v.ab.end(), row + 1, row + 1 + k);
    if (second_order) v.ba.insert(v.ba.end(), row + 1 + k, row + 1 + 2 * k);
    v.b.push_back(row[rows - 1]);
  }
  return v;
}

/// Numbers without meaning, exact in any language: ((7919 i) mod 1009)/1009 + (i² mod 31)/4.
std::vector<double> made_up(std::size_t n) {
  std::vector<double> y;
  for (std::size_t i = 0; i < n; ++i)
    y.push_back(static_cast<double>(i * 7919 % 1009) / 1009 + 0.25 * static_cast<double>(i * i % 31));
  return y;
}

/// SALib 1.6.0, SALib.analyze.sobol.analyze of these numbers, 32 base points, 3 factors.
TEST(SobolIndices, AreThoseOfSALib) {
  const SobolIndices with = sobol_indices(taken_apart(made_up(32 * 8), 3, true), 0, 1);
  const double S1[] = {-0.09694999257659198, -0.4069492816561426, -0.18110153915835892};
  const double ST[] = {0.9117183735646894, 0.5793195989649773, 1.2856186653543393};
  for (int i = 0; i < 3; ++i) {
    EXPECT_NEAR(with.S1[i], S1[i], 1e-12);
    EXPECT_NEAR(with.ST[i], ST[i], 1e-12);
  }
  EXPECT_NEAR(with.S2[1], 0.725422837348803, 1e-12);
  EXPECT_NEAR(with.S2[2], 0.1750207620866755, 1e-12);
  EXPECT_NEAR(with.S2[5], 0.810539943301846, 1e-12);
  EXPECT_TRUE(std::isnan(with.S2[3]));
  const SobolIndices without = sobol_indices(taken_apart(made_up(32 * 5), 3, false), 0, 1);
  EXPECT_NEAR(without.S1[1], 0.4336261717028223, 1e-12);
  EXPECT_NEAR(without.ST[2], 1.3754228794325887, 1e-12);
  EXPECT_TRUE(without.S2.empty());
}

TEST(SobolIndices, OfAConstantAreNoNumbers) {
  for (const double value : {0.25, 0.1}) {  // of which the mean is exact, and is not
    const SobolIndices none = sobol_indices(taken_apart(std::vector<double>(32 * 5, value), 3, false), 10, 1);
    for (const double s : none.S1) EXPECT_TRUE(std::isnan(s)) << value;
    for (const double s : none.ST) EXPECT_TRUE(std::isnan(s)) << value;
  }
}

TEST(SobolIndices, DoNotDependOnTheMean) {
  std::vector<double> far = made_up(32 * 5);
  const SobolIndices near = sobol_indices(taken_apart(far, 3, false), 0, 1);
  for (double& y : far) y += 4096;
  const SobolIndices moved = sobol_indices(taken_apart(far, 3, false), 0, 1);
  for (std::size_t f = 0; f < 3; ++f) EXPECT_NEAR(moved.S1[f], near.S1[f], 1e-9);
}

double ishigami(const double* u) {
  const auto x = [&](int i) { return std::numbers::pi * (2 * u[i] - 1); };
  return std::sin(x(0)) + 7 * std::pow(std::sin(x(1)), 2) + 0.1 * std::pow(x(2), 4) * std::sin(x(0));
}

/// Of 400 studies with 1,024 base points that are drawn at random, 92.5 to 97.5 % of the bootstrap's intervals hold the
/// exact index: S1 0.31391, 0.44241, 0 and ST 0.55759, 0.44241, 0.24368.
TEST(SobolIndices, IntervalsHoldTheTruthAsOftenAsTheySay) {
  constexpr int repeats = 400, k = 3, n = 1024;
  const double S1[] = {0.3139051911478101, 0.4424111447900409, 0},
               ST[] = {0.5575888552099592, 0.4424111447900409, 0.2436836640621491};
  int first[k] = {}, total[k] = {};
  std::mt19937_64 engine(5);
  const auto random = [&] { return static_cast<double>(engine() >> 11) * 0x1p-53; };
  for (int r = 0; r < repeats; ++r) {
    SaltelliValues v{n, k, {}, {}, {}, {}};
    for (int i = 0; i < n; ++i) {
      double a[k], b[k];
      for (int f = 0; f < k; ++f) a[f] = random(), b[f] = random();
      v.a.push_back(ishigami(a));
      for (int f = 0; f < k; ++f) {
        double one[k] = {a[0], a[1], a[2]};
        one[f] = b[f];
        v.ab.push_back(ishigami(one));
      }
      v.b.push_back(ishigami(b));
    }
    const SobolIndices s = sobol_indices(v, 200, static_cast<std::uint64_t>(r));
    for (int f = 0; f < k; ++f) {
      first[f] += std::fabs(s.S1[f] - S1[f]) <= s.S1_conf[f];
      total[f] += std::fabs(s.ST[f] - ST[f]) <= s.ST_conf[f];
    }
  }
  for (int f = 0; f < k; ++f) {
    EXPECT_GE(first[f], 0.925 * repeats) << f;
    EXPECT_LE(first[f], 0.975 * repeats) << f;
    EXPECT_GE(total[f], 0.925 * repeats) << f;
    EXPECT_LE(total[f], 0.975 * repeats) << f;
  }
}

/// A sum of terms of one factor each: of 45 pairs none does anything together. In 200 studies with 64 random base
/// points some interval excludes 0 from below in 35 %; those beyond chance should be in 2.5 %, and are in 7 % at most
/// where that is so: three standard errors, √(0.025·0.975/200), and what the bootstrap of so few base points misses.
TEST(PairsBeyondChance, AreSeldomThoseThatDoNothing) {
  constexpr int repeats = 200, k = 10, n = 64;
  int alone = 0, together = 0;
  std::mt19937_64 engine(7);
  const auto sum = [](const std::vector<double>& x) {
    double y = 0;
    for (std::size_t f = 0; f < x.size(); ++f) y += static_cast<double>(f + 1) * std::pow(x[f], 1.5);
    return y;
  };
  for (int r = 0; r < repeats; ++r) {
    SaltelliValues v{n, k, {}, {}, {}, {}};
    for (int i = 0; i < n; ++i) {
      std::vector<double> a(k), b(k);
      for (std::size_t f = 0; f < k; ++f)
        for (double* x : {&a[f], &b[f]}) *x = static_cast<double>(engine() >> 11) * 0x1p-53;
      v.a.push_back(sum(a)), v.b.push_back(sum(b));
      for (std::size_t f = 0; f < k; ++f) {
        std::swap(a[f], b[f]);
        v.ab.push_back(sum(a)), v.ba.push_back(sum(b));
        std::swap(a[f], b[f]);
      }
    }
    const SobolIndices s = sobol_indices(v, 200, static_cast<std::uint64_t>(r));
    bool is_any = false;
    for (std::size_t at = 0; at < s.S2.size(); ++at) is_any = is_any || s.S2[at] > s.S2_conf[at];
    alone += is_any, together += !pairs_beyond_chance(s).empty();
  }
  EXPECT_GT(alone, 0.25 * repeats);
  EXPECT_LT(together, 0.07 * repeats);
}

/// Of three pairs the interval is z(1 − 0.025/3)/z(0.975) = 2.39398/1.95996 as wide, of t with one degree of freedom
/// t(1 − 0.025/3)/t(0.975) = 38.18846/12.70620.
TEST(PairsBeyondChance, HaveIntervalsForAllPairsAtOnce) {
  SobolIndices s;
  s.S2 = {kNaN, 1.2215, 1.2214, kNaN, kNaN, -5, kNaN, kNaN, kNaN};
  s.S2_conf = {kNaN, 1, 1, kNaN, kNaN, 1, kNaN, kNaN, kNaN};
  EXPECT_EQ(pairs_of(s), 3u);
  EXPECT_EQ(pairs_beyond_chance(s), (std::vector<std::size_t>{1}));
  s.freedom = 1;
  EXPECT_TRUE(pairs_beyond_chance(s).empty());
  s.S2[2] = 3.006, s.S2[1] = 3.005;
  EXPECT_EQ(pairs_beyond_chance(s), (std::vector<std::size_t>{2}));
  s.S2_conf.assign(9, kNaN);
  EXPECT_TRUE(pairs_beyond_chance(s).empty());
  EXPECT_TRUE(pairs_beyond_chance({}).empty());
}

TEST(PairsBeyondChance, KnowHowManyRandomisationsThereWere) {
  SobolIndices one;
  one.S1 = one.ST = {0.5, 0.5}, one.S2 = {kNaN, 0.1, kNaN, kNaN};
  EXPECT_EQ(combined({one, one, one}).freedom, 2);
  EXPECT_EQ(pairs_beyond_chance(combined({one, one, one})), (std::vector<std::size_t>{1}));
}

TEST(RankCorrelation, SharesRanksOfEqualValues) {
  EXPECT_DOUBLE_EQ(rank_correlation({1, 1, 2, 2, 3, 3}, {1, 2, 2, 3, 1, 3}), 0.25);  // by hand, with mean ranks
  EXPECT_DOUBLE_EQ(rank_correlation({1, 2, 9}, {5, 4, -7}), -1);
  EXPECT_TRUE(std::isnan(rank_correlation({1, 1, 1}, {1, 2, 3})));
}

TEST(MorrisIndices, AreMeansOfEffects) {
  const MorrisIndices m = morris_indices({1, -2, 3, 2, 1, 6}, 2, 100, 1);  // three trajectories, two factors
  EXPECT_DOUBLE_EQ(m.mu[0], 5.0 / 3);
  EXPECT_DOUBLE_EQ(m.mu[1], 2);
  EXPECT_DOUBLE_EQ(m.mu_star[1], 10.0 / 3);
  EXPECT_DOUBLE_EQ(m.sigma[1], 4);
  EXPECT_GT(m.mu_star_conf[1], 0);
}

/// y = x1 − x2 + x1·x3 of twelve points, with a tie, against residuals of ranks worked out with numpy's lstsq.
TEST(RankCorrelations, AreThoseOfResidualsOfRanks) {
  const std::vector<std::vector<double>> x = {{0.1, 0.9, 0.3}, {0.4, 0.2, 0.8}, {0.7, 0.5, 0.1}, {0.2, 0.6, 0.6},
                                              {0.9, 0.1, 0.5}, {0.3, 0.8, 0.9}, {0.6, 0.4, 0.2}, {0.8, 0.7, 0.7},
                                              {0.5, 0.3, 0.4}, {1.0, 1.0, 0.0}, {0.0, 0.0, 1.0}, {0.5, 0.55, 0.45}};
  std::vector<double> y;
  for (const auto& p : x) y.push_back(p[0] - p[1] + p[0] * p[2]);
  const RankCorrelations r = partial_rank_correlations(x, y);
  const double expected[] = {0.8650162103709785, -0.7728152143112664, 0.5064610037069294};
  for (std::size_t i = 0; i < 3; ++i) {
    EXPECT_NEAR(r.prcc[i], expected[i], 1e-12);
    EXPECT_LT(r.prcc_low[i], r.prcc[i]);
    EXPECT_GT(r.prcc_high[i], r.prcc[i]);
  }
}

/// A monotone function of one factor alone has the rank correlation 1; a constant has none.
TEST(RankCorrelations, OfOneFactorAndOfNone) {
  std::vector<std::vector<double>> x;
  std::vector<double> y, same;
  for (int i = 0; i < 20; ++i) x.push_back({i * 7 % 20 + 0.0}), y.push_back(std::exp(x.back()[0])), same.push_back(1);
  EXPECT_NEAR(partial_rank_correlations(x, y).prcc[0], 1, 1e-12);
  EXPECT_TRUE(std::isnan(partial_rank_correlations(x, same).prcc[0]));
  y[3] = kNaN;  // a point without a value
  EXPECT_TRUE(std::isnan(partial_rank_correlations(x, y).prcc[0]));
}

/// scipy 1.13's ks_2samp of the same slices, the last one with its end.
TEST(PawnIndices, AreDistancesOfKolmogorovAndSmirnov) {
  std::vector<std::vector<double>> x;
  std::vector<double> y;
  for (int i = 0; i < 200; ++i) {
    x.push_back({i * 7919 % 1009 / 1009.0, i * 104729 % 997 / 997.0, static_cast<double>(i % 3)});
    y.push_back(std::sin(5 * x.back()[0]) + 0.3 * x.back()[1] * x.back()[2] + i * i % 31 / 62.0);
  }
  const PawnIndices pawn = pawn_indices(x, y, 10, 200, 1);
  const double expected[][4] = {{0.36, 0.577, 0.595, 0.73},
                                {0.095, 0.1475, 0.1525, 0.175},
                                {0.08514925373134329, 0.1322531282979044, 0.1487313432835821, 0.16287878787878787}};
  for (std::size_t f = 0; f < 3; ++f) {
    EXPECT_NEAR(pawn.minimum[f], expected[f][0], 1e-12) << f;
    EXPECT_NEAR(pawn.mean[f], expected[f][1], 1e-12) << f;
    EXPECT_NEAR(pawn.median[f], expected[f][2], 1e-12) << f;
    EXPECT_NEAR(pawn.maximum[f], expected[f][3], 1e-12) << f;
  }
  EXPECT_GT(pawn.dummy, pawn.median[1]);  // slices of 20 of 200: 0.2 by chance
  EXPECT_LT(pawn.dummy, pawn.median[0]);
}

}  // namespace
}  // namespace vt
