#include <gtest/gtest.h>

#include <map>

#include "host/formula/formula.hpp"

namespace vt { namespace {

/// Of names: rises, rises2 and flag never fall, falls never rises, fixed is constant; any other varies. A flag is 0
/// or 1.
InTime of(std::string_view formula) {
  return in_time(formula, [](std::string_view name) -> Going {
    if (name == "flag") return {InTime::never_falls, kShare};
    static const std::map<std::string_view, InTime> known = {{"rises", InTime::never_falls},
                                                             {"rises2", InTime::never_falls},
                                                             {"falls", InTime::never_rises},
                                                             {"fixed", InTime::constant}};
    const auto found = known.find(name);
    return {found == known.end() ? InTime::varies : found->second};
  });
}

TEST(FormulaInTime, AConditionThatComesToHoldForGoodNeverFalls) {
  for (const char* formula :
       {"rises >= 3", "rises > fixed", "3 <= rises", "falls < 1.0", "falls < 1 or rises >= 3", "rises and rises2 > 2",
        "not falls >= 1", "max(rises, rises2) >= 3", "rises + rises2 > 1", "rises - falls > 0", "rises",
        "otherwise(fixed <= 180, 0)", "fixed == 1 and rises > 2", "flag == 1", "1 == flag", "flag != 0"})
    EXPECT_EQ(of(formula), InTime::never_falls) << formula;
}

TEST(FormulaInTime, WhatCeasesForGoodNeverRises) {
  for (const char* formula :
       {"rises < 3", "falls >= 1", "not rises", "not (falls < 1 or rises > 2)", "flag == 0", "flag != 1"})
    EXPECT_EQ(of(formula), InTime::never_rises) << formula;
}

TEST(FormulaInTime, WhatNamesOfBothKindsOrOthersMakeVaries) {
  for (const char* formula :
       {"x < 1", "rises >= 3 and x", "rises > 1 and rises2 < 2", "rises == 2", "flag == 0.5", "x == 1",
        "rises * rises2 > 1", "if(fixed, rises, rises2)", "otherwise(rises, 5) > 3", "defined(rises)", "rises >"})
    EXPECT_EQ(of(formula), InTime::varies) << formula;
}

TEST(FormulaInTime, WhatNothingChangesIsConstant) {
  for (const char* formula : {"1", "fixed == 2", "not fixed", "if(fixed, 1, 2)", "fixed*fixed"})
    EXPECT_EQ(of(formula), InTime::constant) << formula;
}

}  // namespace
}  // namespace vt
