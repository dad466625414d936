#include <gtest/gtest.h>

#include "tests/unit/host/formula/formula_bench.hpp"

namespace {

const vt::test::Bench table{{{"trough", 900.0}, {"anc", 2.0}, {"platelets", 90.0}}};

/// The opening quote stands in column 10, so the first character in column 11.
void expect_problem(const std::string& text, const std::string& problem) {
  EXPECT_EQ(table.problems_of(text), problem) << text;
}

TEST(FormulaMistakes, UnknownNamesComeWithASuggestion) {
  expect_problem(
      "anc < 1 or platelet < 50",
      "f:1:22: unknown name 'platelet' (nothing of that name can be used in this formula); did you mean 'platelets'?");
  expect_problem("2 * exq(anc)", "f:1:15: unknown function 'exq'; did you mean 'exp'?");
  expect_problem("anc + log", "f:1:17: 'log' is a function; write log(x)");
  expect_problem("anc (2)", "f:1:11: 'anc' is a value, not a function; write anc * (...)");
}

TEST(FormulaMistakes, AreReportedTogether) {
  expect_problem(
      "nac + torugh",
      "f:1:11: unknown name 'nac' (nothing of that name can be used in this formula); did you mean 'anc'?\n"
      "f:1:17: unknown name 'torugh' (nothing of that name can be used in this formula); did you mean 'trough'?");
  expect_problem("anc = 1 && trough < 5",
                 "f:1:15: '=' is not an operator (a formula compares, it does not assign); write ==\n"
                 "f:1:19: '&&' is not an operator (formulas use words for logic); write and");
}

TEST(FormulaMistakes, OperatorsOfOtherLanguagesAreTranslated) {
  expect_problem("anc | trough", "f:1:15: '|' is not an operator (formulas use words for logic); write or");
  expect_problem("!anc", "f:1:11: '!' is not an operator (formulas use words for logic); write not");
  expect_problem("anc ** 2", "f:1:15: '**' is not an operator (a power is written with ^); write ^");
  expect_problem("anc \u2264 2", "f:1:15: '\u2264' is not an operator (operators are plain ASCII); write <=");
  expect_problem("anc > 1 AND trough > 2", "f:1:19: 'AND' is not an operator (words are lower case); write and");
  expect_problem("anc ? 1 : 2",
                 "f:1:15: '?' has no meaning in a formula; write if(condition, a, b)\n"
                 "f:1:19: ':' has no meaning in a formula; write if(condition, a, b)");
}

TEST(FormulaMistakes, UnitsAreRefused) {
  expect_problem("trough < 1000 ng/mL",
                 "f:1:20: '1000 ng/mL' has a unit (numbers in formulas are plain, in the units of the observable "
                 "table); write 1000");
  expect_problem("2 anc", "f:1:13: an operator is missing before 'anc'; write for instance * or and");
  expect_problem(
      "anc < 10 %",
      "f:1:20: '%' has no meaning in a formula; write a plain number, in the unit of what it is compared with");
}

TEST(FormulaMistakes, ComparisonsDoNotChain) {
  expect_problem("1 < anc < 2",
                 "f:1:19: comparisons do not chain (each has one left and one right side); write a < b and b < c");
  EXPECT_EQ(table.problems_of("(1 < anc) == (anc < 2)"), "");
}

TEST(FormulaMistakes, NumbersAreWellFormed) {
  for (const char* text : {".5", "1.", "1__000", "1_", "1_.5", "1._5", "1e5_"})
    EXPECT_NE(table.problems_of(text).find("f:1:11: '" + std::string(text) + "' is not a number"), std::string::npos)
        << text;
  EXPECT_NE(table.problems_of("1e999").find("too large or too small"), std::string::npos);
  EXPECT_EQ(table.problems_of("1_000.5e-3 + 0"), "");
}

TEST(FormulaMistakes, StructureIsChecked) {
  expect_problem("", "f:1:11: the formula is empty; write a number or an expression");
  expect_problem("anc +", "f:1:16: the formula ends where a value is expected");
  expect_problem("(anc", "f:1:11: '(' is never closed; add ')'");
  expect_problem("anc)", "f:1:14: ')' closes nothing; remove it");
  expect_problem("anc * / 2", "f:1:17: '/' stands where a value is expected");
  expect_problem("0,5 * anc",
                 "f:1:12: ',' stands outside of a function (numbers have a point, groups of digits an underscore); "
                 "write 0.5 or 1_000");
  expect_problem("clamp(anc, 1)", "f:1:11: 'clamp' does not take 2 arguments; write clamp(x, low, high)");
  expect_problem("exp()", "f:1:11: 'exp' does not take 0 arguments; write exp(x)");
  expect_problem("exp(anc", "f:1:11: the parenthesis of 'exp' is never closed; add ')'");
  expect_problem("1 + not anc", "f:1:15: 'not' stands after an operator that binds tighter; write (not ...)");
  expect_problem("trough @ day 29",
                 "f:1:18: '@' is not followed by a visit in quotes or an event (a past value is named by what it is "
                 "of); write trough @ 'day 29' or trough @ event.NAME");
  expect_problem(
      "trough @ ''",
      "f:1:11: unknown name 'trough@' (nothing of that name can be used in this formula); did you mean 'trough'?\n"
      "f:1:20: the visit after '@' is empty; write trough @ 'day 29'");
}

TEST(FormulaMistakes, WhatCanNeverHaveAValueIsRefused) {
  expect_problem("anc + 1/0", "f:1:18: the formula never has a value (division by 0 or a quotient that is too large)");
  expect_problem("log(1 - 2)",
                 "f:1:11: the formula never has a value (the logarithm of a number that is not positive)");
  expect_problem("anc * 1e300^2", "f:1:22: the formula never has a value (a result that is too large)");
}

TEST(FormulaMistakes, SizesHaveLimits) {
  std::string constants = "anc";
  for (int i = 0; i < 300; ++i) constants += " + anc*" + std::to_string(i) + ".5";
  EXPECT_NE(table.problems_of(constants).find("300 different constants (at most 256)"), std::string::npos);
  std::string tree = "(anc + trough)";
  for (int i = 0; i < 4; ++i) tree = "(" + tree + " - " + tree + ")";
  EXPECT_NE(vt::test::Bench({table.observables, {}, 0, 35}).problems_of(tree).find("needs 5 temporaries (there are 3)"),
            std::string::npos);
  EXPECT_NE(table.problems_of(std::string(100'000, '(')).find("nested too deeply"), std::string::npos);
  EXPECT_NE(table.problems_of(std::string(100'000, '-')).find("nested too deeply"), std::string::npos);
  std::string sum = "anc";
  for (int i = 0; i < 2000; ++i) sum += "+anc";
  EXPECT_NE(table.problems_of(sum).find("too long"), std::string::npos);
}

TEST(FormulaMistakes, WithoutAColumnTheLineIsEnough) {
  EXPECT_EQ(table.problems_of("anc)", 0), "f:1: ')' closes nothing; remove it");
}

}  // namespace
