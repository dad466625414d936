#include <gtest/gtest.h>

#include <cmath>

#include "tests/unit/host/formula/formula_bench.hpp"

namespace {

using vt::test::Bench;
using vt::test::domain_error;
using vt::test::undefined;
using vt::test::value;

const Bench bench{
    {{"a", 5.0}, {"b", 3.0}, {"zero", 0.0}, {"minus", -2.0}, {"gone", std::nullopt}, {"lost", std::nullopt}},
    {{"k", 2.0}}};

TEST(FormulaLanguage, OperatorsBindAsInArithmetic) {
  EXPECT_EQ(bench.evaluate("a - b - 1"), value(1));
  EXPECT_EQ(bench.evaluate("a + b * 2"), value(11));
  EXPECT_EQ(bench.evaluate("(a + b) * 2"), value(16));
  EXPECT_EQ(bench.evaluate("a / b / 2"), value(5.0 / 3.0 / 2.0));
  EXPECT_EQ(bench.evaluate("-a^2"), value(-25));
  EXPECT_EQ(bench.evaluate("2^3^2"), value(512));
  EXPECT_EQ(bench.evaluate("a * -b"), value(-15));
  EXPECT_EQ(bench.evaluate("a - -b"), value(8));
  EXPECT_EQ(bench.evaluate("2^-k * a"), value(vt::pow(2.0, -2.0) * 5.0));
}

TEST(FormulaLanguage, ConstantsMayStandOnEitherSide) {
  EXPECT_EQ(bench.evaluate("1 - a"), value(-4));
  EXPECT_EQ(bench.evaluate("10 / a"), value(2));
  EXPECT_EQ(bench.evaluate("3 < a"), value(1));
  EXPECT_EQ(bench.evaluate("5 <= a"), value(1));
  EXPECT_EQ(bench.evaluate("5 > a"), value(0));
  EXPECT_EQ(bench.evaluate("6 >= a"), value(1));
  EXPECT_EQ(bench.evaluate("2^a"), value(vt::pow(2.0, 5.0)));
}

TEST(FormulaLanguage, LogicGivesOneOrZero) {
  EXPECT_EQ(bench.evaluate("a and b"), value(1));
  EXPECT_EQ(bench.evaluate("zero or b"), value(1));
  EXPECT_EQ(bench.evaluate("zero or zero"), value(0));
  EXPECT_EQ(bench.evaluate("not a"), value(0));
  EXPECT_EQ(bench.evaluate("not not a"), value(1));
  EXPECT_EQ(bench.evaluate("zero and a or b"), value(1));
  EXPECT_EQ(bench.evaluate("not a < b and b == 3"), value(1));
  EXPECT_EQ(bench.evaluate("a != b"), value(1));
}

TEST(FormulaLanguage, FunctionsDoWhatTheirNamesSay) {
  EXPECT_EQ(bench.evaluate("exp(b)"), value(vt::exp(3.0)));
  EXPECT_EQ(bench.evaluate("ln(a)"), value(vt::log(5.0)));
  EXPECT_EQ(bench.evaluate("log(a)"), value(vt::log(5.0)));
  EXPECT_NEAR(*bench.evaluate("log10(20*a)").value, 2.0, 1e-15);
  EXPECT_EQ(bench.evaluate("sqrt(a - 1)"), value(2));
  EXPECT_EQ(bench.evaluate("abs(minus)"), value(2));
  EXPECT_EQ(bench.evaluate("min(a, b, minus)"), value(-2));
  EXPECT_EQ(bench.evaluate("max(a, b, 7)"), value(7));
  EXPECT_EQ(bench.evaluate("clamp(a, 0, 4)"), value(4));
  EXPECT_EQ(bench.evaluate("clamp(minus, 0, 4)"), value(0));
  EXPECT_EQ(bench.evaluate("if(a > b, a, b)"), value(5));
  EXPECT_EQ(bench.evaluate("if(a < b, 1, 2)"), value(2));
  EXPECT_EQ(bench.evaluate("expit(zero)"), value(0.5));
  EXPECT_NEAR(*bench.evaluate("expit(logit(a/10 - 0.25))").value, 0.25, 1e-15);
}

TEST(FormulaLanguage, FloorIsTheLargestIntegerNotAbove) {
  for (const double x :
       {0.0, 0.3, 1.0, -0.3, -1.0, -2.5, 1e15 + 0.5, -1e15 - 0.5, 0x1p52, -0x1p52, 1e300, 4503599627370495.5})
    EXPECT_EQ(vt::test::Bench({{{"x", x}}}).evaluate("floor(x)"), value(std::floor(x))) << x;
}

TEST(FormulaLanguage, ExpitNeverOverflows) {
  EXPECT_EQ(Bench({{{"x", 1e6}}}).evaluate("expit(x)"), value(1));
  EXPECT_EQ(Bench({{{"x", -1e6}}}).evaluate("expit(x)"), value(0));
}

TEST(FormulaLanguage, SmallPowersAreProductsAndRoots) {
  EXPECT_EQ(bench.evaluate("minus^2"), value(4));
  EXPECT_EQ(bench.evaluate("minus^3"), value(-8));
  EXPECT_EQ(bench.evaluate("minus^k"), value(4));
  EXPECT_EQ(bench.evaluate("zero^0.5"), value(0));
  EXPECT_EQ(bench.evaluate("minus^4"), value(16));
  EXPECT_EQ(bench.evaluate("minus^5"), value(-32));
  EXPECT_EQ(bench.evaluate("minus^(b - 1)"), value(4));
  EXPECT_EQ(bench.evaluate("minus^-1"), value(-0.5));
}

TEST(FormulaLanguage, PowersOfZeroAreTheirLimits) {
  for (const char* text : {"zero^4", "zero^a", "(-zero)^0.75", "zero^1e-300", "(zero/950)^4", "zero^1e300"})
    EXPECT_EQ(bench.evaluate(text), value(0)) << text;
  EXPECT_EQ(bench.evaluate("zero^zero"), value(1));
  EXPECT_EQ(bench.evaluate("zero^(-a)"), domain_error());
  EXPECT_EQ(bench.evaluate("0^4 + zero"), value(0));  // folded
  EXPECT_EQ(bench.evaluate("0^0 + zero"), value(1));
}

TEST(FormulaLanguage, WhatIsTooSmallIsZero) {
  EXPECT_EQ(bench.evaluate("exp(-1000 * a)"), value(0));
  EXPECT_EQ(bench.evaluate("10^(-400 - zero)"), value(0));
  EXPECT_EQ(bench.evaluate("expit(-1000 * a)"), value(0));
}

// 1e-310, below the smallest normal number: ln and square root from 40-digit arithmetic.
TEST(FormulaLanguage, TheSmallestNumbersHaveLogarithmsAndPowers) {
  const Bench tiny({{{"x", 1e-310}}});
  EXPECT_DOUBLE_EQ(*tiny.evaluate("log(x)").value, -713.80137882815418);
  EXPECT_NEAR(*tiny.evaluate("x^0.25 * 1e77").value, std::pow(10.0, -0.5), 1e-14);
}

TEST(FormulaLanguage, WhateverIsNotFiniteIsADomainError) {
  for (const char* text :
       {"a / zero", "zero / zero", "log(zero)", "log(minus)", "sqrt(minus)", "zero^minus", "minus^1.5", "exp(a*1000)",
        "a^10000", "a*1e308", "1e308*a - 1e308*a", "logit(a)", "logit(zero)", "logit(zero + 1)"})
    EXPECT_EQ(bench.evaluate(text), domain_error()) << text;
}

TEST(FormulaLanguage, AnErrorIsNeverHidden) {
  for (const char* text :
       {"log(minus) < 1", "log(minus) != 1", "not log(minus)", "a > 0 or log(minus)", "zero and a / zero",
        "min(a, log(minus))", "max(sqrt(minus), a)", "clamp(log(minus), 0, 1)", "a / (b / zero)", "exp(-a*1e308)",
        "1e308*a > 0", "exp(-(a / zero))", "expit(a / zero)", "0 * (a / zero)", "if(log(minus), 1, 1)",
        "floor(1e308 * a) > 0", "abs(log(minus)) == 0", "(a / zero)^-1"})
    EXPECT_EQ(bench.evaluate(text), domain_error()) << text;
}

TEST(FormulaLanguage, AnErrorInTheBranchNotTakenIsForgiven) {
  EXPECT_EQ(bench.evaluate("if(minus > 0, log(minus), 7)"), value(7));
  EXPECT_EQ(bench.evaluate("if(minus <= 0, 7, log(minus))"), value(7));
  EXPECT_EQ(bench.evaluate("if(zero == 0, 0, a / zero)"), value(0));
  EXPECT_EQ(bench.evaluate("otherwise(a, log(minus))"), value(5));
  EXPECT_EQ(bench.evaluate("if(k == 0, a / (k - 2), 1)"), value(1));
}

TEST(FormulaLanguage, UndefinedSpreadsAndGoesBeforeErrors) {
  for (const char* text : {"gone", "gone + 1", "gone > 0 or a", "zero and gone", "gone + log(minus)", "a / zero + gone",
                           "if(gone, a, b)", "otherwise(gone, lost)", "if(a, gone, b)", "0 * gone"})
    EXPECT_EQ(bench.evaluate(text), undefined()) << text;
}

TEST(FormulaLanguage, DefinedAndOtherwiseLookAtWhatIsMissing) {
  EXPECT_EQ(bench.evaluate("defined(gone)"), value(0));
  EXPECT_EQ(bench.evaluate("defined(a)"), value(1));
  EXPECT_EQ(bench.evaluate("defined(a + gone)"), value(0));
  EXPECT_EQ(bench.evaluate("defined(a + b)"), value(1));
  EXPECT_EQ(bench.evaluate("defined(3)"), value(1));
  EXPECT_EQ(bench.evaluate("otherwise(gone, a)"), value(5));
  EXPECT_EQ(bench.evaluate("otherwise(gone, otherwise(lost, 8))"), value(8));
  EXPECT_EQ(bench.evaluate("otherwise(a, gone)"), value(5));
  EXPECT_EQ(bench.evaluate("defined(otherwise(gone, lost))"), value(0));
  EXPECT_EQ(bench.evaluate("not defined(gone) and a > b"), value(1));
}

TEST(FormulaLanguage, IfNeedsOnlyTheBranchItTakes) {
  EXPECT_EQ(bench.evaluate("if(defined(gone), gone, a)"), value(5));
  EXPECT_EQ(bench.evaluate("if(a > b, a, gone)"), value(5));
  EXPECT_EQ(bench.evaluate("if(a > b, a + b, gone + b)"), value(8));
  EXPECT_EQ(bench.evaluate("if(a > b, gone, a)"), undefined());
}

TEST(FormulaLanguage, ObservablesFromSlot64OnAreAlwaysDefined) {
  const Bench high{{{"x", 2.0}}, {}, 100, 128};
  EXPECT_EQ(high.evaluate("x + 1"), value(3));
  EXPECT_EQ(high.evaluate("defined(x)"), value(1));
  EXPECT_EQ(high.compiled("x + 1").needs, 0u);
}

TEST(FormulaLanguage, ThePastIsANameWithItsVisit) {
  const Bench past{{{"trough@day 29", 900.0}}};
  EXPECT_EQ(past.evaluate("trough @ 'day 29' < 1000"), value(1));
  EXPECT_EQ(past.evaluate("trough@\"day 29\" - 100"), value(800));
  EXPECT_EQ(past.evaluate("trough @ ' day  29 '"), value(900));
}

TEST(FormulaLanguage, TheResultIsNeverMinusZero) {
  EXPECT_FALSE(std::signbit(*bench.evaluate("-zero").value));
  EXPECT_FALSE(std::signbit(*bench.compiled("-0").constant));
}

}  // namespace
