#include <gtest/gtest.h>

#include "tests/unit/host/formula/formula_bench.hpp"

namespace {

using vt::test::Bench;
using vt::test::value;

const Bench bench{{{"anc", 2.0}, {"platelets", 90.0}, {"eta.CL", 0.1}, {"weight_kg", 70.0}}, {{"cl", 14.3}}};

TEST(FormulaCompiler, AComparisonOfTwoObservablesTakesThreeInstructions) {
  const auto formula = bench.compiled("anc < 1.0 or platelets < 50");
  EXPECT_EQ(formula.instructions.size(), 3u);
  EXPECT_EQ(formula.constants, (std::vector<double>{1.0, 50.0}));
  EXPECT_EQ(formula.names, (std::vector<std::string>{"anc", "platelets"}));
  EXPECT_EQ(formula.needs, 0b101u);
  EXPECT_EQ(formula.defined_slot, 0);
}

TEST(FormulaCompiler, AnObservableAloneTakesNoInstruction) {
  const auto formula = bench.compiled("(platelets)");
  EXPECT_TRUE(formula.instructions.empty());
  EXPECT_EQ(formula.result_slot, 2);
}

TEST(FormulaCompiler, ConstantsAreComputedOnceWithTheKernelsOwnFunctions) {
  const auto formula = bench.compiled("cl * (60/70)^0.75 * exp(0.1)");
  EXPECT_EQ(formula.constant, 14.3 * vt::pow(60.0 / 70.0, 0.75) * vt::exp(0.1));
  EXPECT_EQ(formula.names, (std::vector<std::string>{"cl"}));
  EXPECT_EQ(bench.evaluate("cl * 2"), value(28.6));
  EXPECT_EQ(bench.compiled("cl * (weight_kg/70)^0.75 * exp(eta.CL)").constant, std::nullopt);
  EXPECT_EQ(bench.compiled("otherwise(3, anc)").constant, 3.0);
}

TEST(FormulaCompiler, EqualConstantsAreStoredOnce) {
  EXPECT_EQ(bench.compiled("anc*7 + platelets*7 - 7").constants, (std::vector<double>{7.0}));
}

TEST(FormulaCompiler, LongSumsNeedOneTemporaryOrTwo) {
  std::string left = "anc", right = "anc";
  for (int i = 0; i < 90; ++i) left += " + anc", right = "anc + (" + right + ")";
  const Bench narrow{bench.observables, {}, 0, 33};
  EXPECT_EQ(narrow.evaluate(left), value(182));
  EXPECT_EQ(narrow.evaluate(right), value(182));
}

TEST(FormulaCompiler, FourTemporariesSufficeForAFullTreeOfSixteenObservables) {
  std::string tree = "(anc + platelets)";
  for (int level = 0; level < 3; ++level) tree = "(" + tree + " - " + tree + "*2)";
  EXPECT_EQ(Bench({bench.observables, {}, 0, 36}).evaluate(tree), value(-92));
}

TEST(FormulaCompiler, SlotZeroIsNeverATemporary) {
  vt::Problems problems;
  const auto none = [](std::string_view) { return std::optional<vt::Symbol>{}; };
  const auto formula = vt::compile_formula("1 + 2", {}, none, {}, 0, 4, problems);
  ASSERT_TRUE(formula);
  EXPECT_EQ(formula->result_slot, 1);
}

TEST(NamesInFormula, AreListedOnceInOrderWithoutFunctions) {
  EXPECT_EQ(vt::names_in_formula("exp(eta.CL) * weight_kg + weight_kg - trough @ 'day 29' and not x"),
            (std::vector<std::string>{"eta.CL", "weight_kg", "trough@day 29", "x"}));
  EXPECT_EQ(vt::names_in_formula("a = $ b"), (std::vector<std::string>{"a", "b"}));
  EXPECT_TRUE(vt::names_in_formula("").empty());
}

}  // namespace
