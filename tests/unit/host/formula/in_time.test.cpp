#include <gtest/gtest.h>

#include <map>

#include "host/formula/formula.hpp"

namespace vt { namespace {

/// Of names: rises, rises2, flag and signed never fall, falls never rises, fixed is constant; any other varies. A flag
/// is 0 or 1; signed may be below 0, the others are not.
InTime of(std::string_view formula) {
  return in_time(formula, [](std::string_view name) -> Going {
    if (name == "flag") return {InTime::never_falls, kShare};
    if (name == "signed") return {InTime::never_falls};
    static const std::map<std::string_view, InTime> known = {{"rises", InTime::never_falls},
                                                             {"rises2", InTime::never_falls},
                                                             {"falls", InTime::never_rises},
                                                             {"fixed", InTime::constant}};
    const auto found = known.find(name);
    return {found == known.end() ? InTime::varies : found->second, kFromZero};
  });
}

TEST(FormulaInTime, AConditionThatComesToHoldForGoodNeverFalls) {
  for (const char* formula : {"rises >= 3",
                              "rises > fixed",
                              "3 <= rises",
                              "falls < 1.0",
                              "falls < 1 or rises >= 3",
                              "rises and rises2 > 2",
                              "not falls >= 1",
                              "max(rises, rises2) >= 3",
                              "rises + rises2 > 1",
                              "rises - falls > 0",
                              "rises",
                              "otherwise(fixed <= 180, 0)",
                              "fixed == 1 and rises > 2",
                              "flag == 1",
                              "1 == flag",
                              "flag != 0",
                              "signed >= 1",
                              "max(signed, 0)",
                              "rises + flag",
                              "defined(fixed)",
                              "defined(fixed) and rises > 2"})
    EXPECT_EQ(of(formula), InTime::never_falls) << formula;
}

TEST(FormulaInTime, WhatCeasesForGoodNeverRises) {
  for (const char* formula : {"rises < 3", "falls >= 1", "not rises", "not (falls < 1 or rises > 2)", "flag == 0",
                              "flag != 1", "not defined(fixed)"})
    EXPECT_EQ(of(formula), InTime::never_rises) << formula;
}

TEST(FormulaInTime, WhatNamesOfBothKindsOrOthersMakeVaries) {
  for (const char* formula :
       {"x < 1", "rises >= 3 and x", "rises > 1 and rises2 < 2", "rises == 2", "flag == 0.5", "x == 1",
        "rises * rises2 > 1", "if(fixed, rises, rises2)", "otherwise(rises, 5) > 3", "defined(rises)", "rises >"})
    EXPECT_EQ(of(formula), InTime::varies) << formula;
}

// Anything but 0 is true: from -1 over 0 to 1 a value rises, and is true, false and true.
TEST(FormulaInTime, AValueThatPassesZeroHoldsNotForGood) {
  for (const char* formula :
       {"signed", "not signed", "signed or rises > 1", "signed and rises > 1", "flag - 1", "not (flag - 1)",
        "rises - 2", "-falls", "floor(signed)", "min(signed, rises)", "log(rises)", "(rises - 2) or flag"})
    EXPECT_EQ(of(formula), InTime::varies) << formula;
}

// As the value of a visit to come, which has none before and stays what it is from then on.
TEST(FormulaInTime, WhatNothingChangesMayComeToHaveAValue) {
  for (const char* formula : {"not defined(fixed) or rises > 1", "not defined(fixed) and rises > 1"})
    EXPECT_EQ(of(formula), InTime::varies) << formula;
}

TEST(FormulaInTime, WhatNothingChangesIsConstant) {
  for (const char* formula : {"1", "fixed == 2", "not fixed", "if(fixed, 1, 2)", "fixed*fixed"})
    EXPECT_EQ(of(formula), InTime::constant) << formula;
}

}  // namespace
}  // namespace vt
