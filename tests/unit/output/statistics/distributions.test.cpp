#include "output/statistics/distributions.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>

namespace vt { namespace {

// mpmath 1.2.1 with 60 digits, of the double x: gammainc(df/2, x/2, inf, regularized=True). Both sides are rounded once
// to a double: four units in the last place are enough.
TEST(ChiSquareAbove, HasTheTailsOfTheTable) {
  const struct {
    double x, df, above;
  } table[] = {{1e-300, 1, 1},
               {1e-8, 1, 0.99992021154405269422},
               {1e-3, 3, 0.99999159208094195384},
               {100, 1, 1.5239706048321052132e-23},
               {300, 100, 7.4121008573228767906e-22},
               {1000, 1000, 0.49405285382923964195},
               {1300, 1, 1.1303728441492742445e-284},
               {1368.8, 1, 1.265639279607556138e-299},
               {1400, 4, 6.9116332571755993706e-302},
               {1410, 2, 6.6433977979979518149e-307},
               {1420, 20, 5.7281232492061864501e-289}};
  for (const auto& row : table) EXPECT_DOUBLE_EQ(chi_square_above(row.x, row.df), row.above) << row.x << ", " << row.df;
}

// P(X > x) = exp(-x/2) for two degrees of freedom, P(|Z| > √x) for one.
TEST(ChiSquareAbove, IsOfClosedForm) {
  for (const double x : {1e-10, 0.5, 3.0, 90.0, 600.0}) {
    EXPECT_DOUBLE_EQ(chi_square_above(x, 2), std::exp(-x / 2));
    EXPECT_NEAR(chi_square_above(x, 1) / two_sided_p(std::sqrt(x)), 1, (x + 4) * 2e-16);  // half an ulp of √x
  }
}

TEST(ChiSquareAbove, EndsAtZeroAndOne) {
  EXPECT_EQ(chi_square_above(0, 1), 1);
  EXPECT_EQ(chi_square_above(-1, 3), 1);
  EXPECT_EQ(chi_square_above(2000, 1), 0);
  EXPECT_EQ(chi_square_above(std::numeric_limits<double>::max(), 4), 0);
  EXPECT_EQ(chi_square_above(std::numeric_limits<double>::infinity(), 1), 0);
  EXPECT_TRUE(std::isnan(chi_square_above(std::nan(""), 1)));
  EXPECT_TRUE(std::isnan(chi_square_above(1, 0)));
  EXPECT_TRUE(std::isnan(chi_square_above(1, std::nan(""))));
}

// mpmath 1.2.1 with 60 digits: erfc(z/√2). z/√2 is rounded twice, so that the relative error is up to z²·2⁻⁵² and
// erfc's.
TEST(TwoSidedP, HasTheTailsOfTheTable) {
  const struct {
    double z, p;
  } table[] = {{0, 1},
               {1e-300, 1},
               {1e-8, 0.99999999202115439197},
               {5, 5.7330314375838782335e-7},
               {10, 1.5239706048321052132e-23},
               {37, 1.1451142445049153645e-299},
               {37.5, 9.2107060191639096877e-308}};
  for (const auto& row : table)
    for (const double z : {row.z, -row.z}) EXPECT_NEAR(two_sided_p(z) / row.p, 1, (z * z + 4) * 2.3e-16) << z;
  EXPECT_EQ(two_sided_p(40), 0);
}

// mpmath and scipy.stats.norm.isf. Relative errors of a few units in the last place.
TEST(NormalTail, IsThatOfTheTableBothWays) {
  const struct {
    double z, p;
  } table[] = {{-3, 0.9986501019683699},    {0, 0.5},
               {1.9599639845400545, 0.025}, {5, 2.866515718791939e-07},
               {8.493793224109599, 1e-17},  {20, 2.7536241186062337e-89},
               {37.0470962993612, 1e-300}};
  for (const auto& row : table) {
    EXPECT_NEAR(normal_above(row.z) / row.p, 1, (row.z * row.z + 4) * 2.3e-16) << row.z;
    EXPECT_NEAR(z_above(row.p), row.z, 1e-15 * std::max(1.0, row.z * row.z)) << row.z;
  }
  for (double z = 7.9; z < 8.1; z += 0.001) EXPECT_NEAR(z_above(normal_above(z)), z, 1e-14);  // two formulas meet
  for (const double p : {0.0, 1.0, -1.0, std::nan("")}) EXPECT_TRUE(std::isnan(z_above(p))) << p;
}

}}  // namespace vt
