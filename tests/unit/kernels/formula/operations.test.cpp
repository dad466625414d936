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

TEST(FormulaOperations, LogAndPowStopAtTheSmallestNormalNumber) {
  EXPECT_TRUE(formula::is_number(formula::logarithm(0x1p-1022)));
  EXPECT_FALSE(formula::is_number(formula::logarithm(0x1p-1023)));
  EXPECT_TRUE(formula::is_number(formula::power(0x1p-1022, 0.5)));
  EXPECT_FALSE(formula::is_number(formula::power(0x1p-1023, 0.5)));
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
