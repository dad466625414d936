#include "kernels/formula/operations.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

namespace {

namespace formula = vt::formula;
constexpr double infinity = std::numeric_limits<double>::infinity();
const double nan = std::numeric_limits<double>::quiet_NaN();

TEST(FormulaOperations, TheLargestPowerIsThatOfTheLargestExponent) {
  EXPECT_EQ(formula::largest_power, vt::exp(formula::largest_exponent));
  EXPECT_LT(formula::largest_power, vt::pow(10.0, 400.0));
  EXPECT_TRUE(formula::is_number(formula::power(10.0, 307.9)));
  EXPECT_FALSE(formula::is_number(formula::power(10.0, 308.0)));
  EXPECT_TRUE(formula::is_number(formula::exponential(709.0)));
  EXPECT_FALSE(formula::is_number(formula::exponential(709.0000001)));
}

TEST(FormulaOperations, TheSmallestPowerIsWherePowClampsAndWhatIsSmallerIsZero) {
  EXPECT_EQ(formula::smallest_power, vt::exp(formula::smallest_exponent));
  EXPECT_EQ(formula::smallest_power, vt::pow(10.0, -400.0));
  EXPECT_EQ(formula::power(10.0, -400.0), 0.0);
  EXPECT_GT(formula::power(10.0, -307.0), 0.9e-307);
  EXPECT_EQ(formula::exponential(-708.0), formula::smallest_power);
  EXPECT_EQ(formula::exponential(-708.0000001), 0.0);
}

// Against libm. Logarithms about −745: two roundings of 1.1e-13. Powers: two of 0.95 ulp each and their product.
TEST(FormulaOperations, LogAndPowGoOnBelowTheSmallestNormalNumber) {
  EXPECT_EQ(formula::log_to_normal, 54 * 0x1.62e42fefa39efp-1);
  for (const double x : {0x1p-1022, 0x1.8p-1023, 0x1p-1074}) {
    EXPECT_NEAR(formula::logarithm(x), std::log(x), 2.3e-13) << x;
    EXPECT_NEAR(formula::power(x, 0.5) / std::sqrt(x), 1.0, 1e-15) << x;
    EXPECT_NEAR(formula::power(x, -0.75) * std::pow(x, 0.75), 1.0, 1e-15) << x;
  }
  EXPECT_FALSE(formula::is_number(formula::power(0x1p-1074, -1.0)));
}

TEST(FormulaOperations, PowersOfZeroAndOfNegativeNumbers) {
  for (const double zero : {0.0, -0.0}) {
    for (const double p : {1e-300, 0.75, 1.0, 4.0, 1e300}) EXPECT_EQ(formula::power(zero, p), 0.0) << p;
    EXPECT_EQ(formula::power(zero, 0.0), 1.0);
    for (const double p : {-1e-300, -1.0, -4.0}) EXPECT_FALSE(formula::is_number(formula::power(zero, p))) << p;
  }
  EXPECT_EQ(formula::power(-2.0, 4.0), 16.0);
  EXPECT_EQ(formula::power(-2.0, 5.0), -32.0);
  EXPECT_EQ(formula::power(-2.0, -3.0), -0.125);
  EXPECT_EQ(formula::power(-1.0, 0x1p53), 1.0);
  EXPECT_EQ(formula::power(-1.0, 0x1p53 - 1.0), -1.0);
  EXPECT_EQ(formula::power(-2.0, 0.0), 1.0);
  EXPECT_FALSE(formula::is_number(formula::power(-2.0, 0.5)));
}

TEST(FormulaOperations, WholeEqualsFloorAroundEveryPowerOfTwo) {
  for (int e = -3; e < 70; ++e)
    for (const double step : {-1.0, -0.5, -0x1p-40, 0.0, 0x1p-40, 0.5, 1.0})
      for (const double sign : {-1.0, 1.0}) {
        const double x = sign * (std::ldexp(1.0, e) + step);
        EXPECT_EQ(formula::whole(x), std::floor(x)) << x;
      }
}

TEST(FormulaOperations, NoOperationTurnsAnErrorBackIntoANumber) {
  for (const double bad : {infinity, -infinity, nan, -nan})
    for (const double good : {-2.0, 0.0, 0.5, 3.0}) {
      for (const auto f : {formula::exponential, formula::logarithm, formula::whole, formula::logistic,
                           formula::is_zero, formula::magnitude})
        EXPECT_FALSE(formula::is_number(f(bad)));
      for (const auto f :
           {formula::quotient, formula::power, formula::minimum, formula::maximum, formula::is_less,
            formula::is_at_most, formula::is_equal, formula::is_unequal, formula::are_both, formula::is_either}) {
        EXPECT_FALSE(formula::is_number(f(bad, good))) << bad << ' ' << good;
        EXPECT_FALSE(formula::is_number(f(good, bad))) << good << ' ' << bad;
        EXPECT_FALSE(formula::is_number(f(bad, bad)));
      }
      EXPECT_FALSE(formula::is_number(formula::chosen(bad, good, good)));
      EXPECT_EQ(formula::chosen(1.0, good, bad), good);
      EXPECT_EQ(formula::chosen(0.0, bad, good), good);
    }
  EXPECT_FALSE(formula::is_number(formula::root(nan)));
  EXPECT_FALSE(formula::is_number(formula::root(infinity)));
}

}  // namespace
