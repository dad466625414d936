#include "host/problems.hpp"

#include <gtest/gtest.h>

namespace {

TEST(Problems, AreSortedByPlaceWithoutRepetition) {
  vt::Problems problems;
  problems.add({"b.toml", 1, 1}, "last");
  problems.add({"a.toml", 10, 2}, "third");
  problems.add({"a.toml", 9, 30}, "second");
  problems.add({"a.toml", 9, 4}, "first");
  problems.add({"a.toml", 10, 2}, "third");
  const std::vector<vt::Problem> sorted = problems.sorted();
  ASSERT_EQ(sorted.size(), 4u);
  EXPECT_EQ(sorted[0].text, "first");
  EXPECT_EQ(sorted[1].text, "second");
  EXPECT_EQ(sorted[2].text, "third");
  EXPECT_EQ(sorted[3].text, "last");
  EXPECT_EQ(problems.size(), 5u);
}

TEST(Problems, TwoMistakesAtOnePlaceAreBothKept) {
  vt::Problems problems;
  problems.add({"a.toml", 1, 1}, "x");
  problems.add({"a.toml", 1, 1}, "y");
  EXPECT_EQ(problems.sorted().size(), 2u);
}

TEST(Problem, IsWrittenWithAsMuchOfItsPlaceAsIsKnown) {
  EXPECT_EQ(to_string(vt::Problem{{"a.toml", 3, 9}, "wrong"}), "a.toml:3:9: wrong");
  EXPECT_EQ(to_string(vt::Problem{{"a.toml", 3, 0}, "wrong"}), "a.toml:3: wrong");
  EXPECT_EQ(to_string(vt::Problem{{"a.toml", 0, 0}, "wrong"}), "a.toml: wrong");
  EXPECT_EQ(to_string(vt::Problem{{}, "wrong"}), "wrong");
}

TEST(ScenarioError, SaysEveryProblemOnItsLine) {
  const vt::ScenarioError error({{{"a.toml", 1, 2}, "one"}, {{"a.toml", 3, 4}, "two"}});
  EXPECT_STREQ(error.what(), "a.toml:1:2: one\na.toml:3:4: two");
  EXPECT_EQ(error.problems().size(), 2u);
}

TEST(DidYouMean, FindsSlipsOfTheFinger) {
  const std::vector<std::string> names{"trough", "platelets", "anc", "weight_kg"};
  EXPECT_EQ(vt::did_you_mean("trouhg", names), "; did you mean 'trough'?");
  EXPECT_EQ(vt::did_you_mean("platlets", names), "; did you mean 'platelets'?");
  EXPECT_EQ(vt::did_you_mean("ANC", names), "; did you mean 'anc'?");
}

TEST(DidYouMean, FindsANameWhoseUnitWasForgotten) {
  EXPECT_EQ(vt::did_you_mean("weight", {"height", "weight_kg"}), "; did you mean 'weight_kg'?");
  EXPECT_EQ(vt::did_you_mean("weight", {"age_years", "weight_kg"}), "; did you mean 'weight_kg'?");
}

TEST(DidYouMean, IsSilentWhenNothingIsNear) {
  EXPECT_EQ(vt::did_you_mean("bilirubin", {"trough", "anc"}), "");
  EXPECT_EQ(vt::did_you_mean("xy", {"anc"}), "");
  EXPECT_EQ(vt::did_you_mean("", {"anc"}), "");
  EXPECT_EQ(vt::did_you_mean("anc", {}), "");
}

}  // namespace
