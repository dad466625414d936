#include "output/compare.hpp"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "tests/unit/output/sample_results.hpp"

namespace vt { namespace {

Results two_arms() {
  Results results;
  ResultTally tally;
  tally.name = "mmr";
  tally.axes.push_back({"arm", ResultAxisKind::arm, "", "", {"A", "B"}, {}, 0, 0, 0, {}, {}});
  tally.randomised = {100, 200};
  tally.evaluable = {80, 160};
  tally.events = {20, 80};
  results.tallies = {tally};
  return results;
}

Target target(const char* statistic, Selection where, double low, double high) {
  Target t;
  t.name = "t", t.tally = "mmr", t.statistic = statistic, t.where = std::move(where), t.low = low, t.high = high;
  return t;
}

Comparison one(const Target& t) { return compare(two_arms(), {t}).at(0); }

TEST(Compare, TakesTheSharesOfTheCellsNamed) {
  EXPECT_DOUBLE_EQ(one(target("itt", {{"arm", "A"}}, 0, 1)).simulated.value, 0.2);
  EXPECT_DOUBLE_EQ(one(target("proportion", {{"arm", "A"}}, 0, 1)).simulated.value, 0.25);
  EXPECT_DOUBLE_EQ(one(target("evaluable", {}, 0, 1)).simulated.value, 0.8);
  EXPECT_DOUBLE_EQ(one(target("n", {}, 0, 1000)).simulated.value, 240);
}

TEST(Compare, FormsRatiosAndDifferencesWithTheirErrors) {
  Target t = target("itt", {{"arm", "B"}}, 1.9, 2.1);
  t.over.where = {{"arm", "A"}};
  const Comparison over = one(t);
  EXPECT_DOUBLE_EQ(over.simulated.value, 2);
  EXPECT_DOUBLE_EQ(over.simulated.standard_error, 2 * std::sqrt(0.24 / 200 / 0.16 + 0.16 / 100 / 0.04));
  t.over = {}, t.minus.where = {{"arm", "A"}};
  EXPECT_DOUBLE_EQ(one(t).simulated.value, 0.2);
  EXPECT_DOUBLE_EQ(one(t).simulated.standard_error, std::sqrt(0.24 / 200 + 0.16 / 100));
}

TEST(Compare, TakesTheOtherSideFromAnotherStatisticTallyOrRun) {
  Results other = two_arms();
  other.tallies[0].name = "ccyr", other.tallies[0].events = {40, 20};
  other.tallies.push_back(two_arms().tallies[0]);
  other.tallies[1].events = {10, 20};
  const Results first = two_arms();
  Target t = target("itt", {{"arm", "A"}}, 0, 1);  // 20 of 100, 80 evaluable
  const auto value = [&] { return compare(Runs{{"", &first}, {"later", &other}}, {t}).at(0).simulated.value; };
  t.over = {{{"arm", "A"}}, "", "", "proportion"};
  EXPECT_DOUBLE_EQ(value(), 80.0 / 100);
  t.over = {{{"arm", "B"}}, "later", "", ""};
  EXPECT_DOUBLE_EQ(value(), (20.0 / 100) / (20.0 / 200));
  t.over = {}, t.minus = {{{"arm", "A"}}, "later", "ccyr", ""};
  EXPECT_DOUBLE_EQ(value(), 0.2 - 0.4);
  t.minus.run = "never";
  EXPECT_EQ(compare(Runs{{"", &first}}, {t}).at(0).reason, "there is no run 'never'");
  EXPECT_EQ(describe(t),
            "mmr: share of randomised patients where arm = A, minus that of ccyr where arm = A in run never");
}

TEST(Compare, TakesTheLargestChangeFromTheFirstCell) {
  Target t = target("itt", {}, -0.1, 0.1);
  t.spread = "arm";
  EXPECT_DOUBLE_EQ(one(t).simulated.value, 1);
  EXPECT_EQ(one(t).verdict, Verdict::outside);
}

TEST(Compare, CountsTheLimitsAsInside) {
  EXPECT_EQ(one(target("itt", {{"arm", "A"}}, 0.2, 0.3)).verdict, Verdict::inside);
  EXPECT_EQ(one(target("itt", {{"arm", "A"}}, 0.1, 0.2)).verdict, Verdict::inside);
  EXPECT_EQ(one(target("itt", {{"arm", "A"}}, 0.21, 0.3)).verdict, Verdict::outside);
}

TEST(Compare, ShowsAMissByLittleWithMoreDigits) {
  Comparison row;
  row.target.statistic = "itt", row.target.low = 0.58, row.target.high = 0.74;
  row.simulated.value = 0.57964;
  row.verdict = Verdict::outside;
  EXPECT_EQ(target_number(row.target, row.target.low), "58.0 %");
  EXPECT_EQ(simulated_number(row), "57.964 %");  // not 58.0 %, which would be inside
  row.simulated.value = 0.5712;
  EXPECT_EQ(simulated_number(row), "57.1 %");
}

TEST(Compare, SaysWhyARowCannotBeTested) {
  const double inf = std::numeric_limits<double>::infinity();
  Target unknown = target("itt", {}, 0, 1);
  unknown.tally = "ccyr";
  for (const Target& t :
       {unknown, target("median", {}, 0, 1), target("modus", {}, 0, 1), target("itt", {{"arm", "C"}}, 0, 1),
        target("itt", {{"visit", 1.0}}, 0, 1), target("itt", {}, -inf, inf)}) {
    EXPECT_EQ(one(t).verdict, Verdict::not_testable);
    EXPECT_FALSE(one(t).reason.empty());
  }
}

TEST(Compare, HoldsWhatIsNotTestableAgainstARequiredRow) {
  Target t = target("median", {}, 0, 1);
  EXPECT_FALSE(any_required_miss({one(t)}));
  t.required = true;
  EXPECT_TRUE(any_required_miss({one(t)}));
  EXPECT_FALSE(any_required_miss({one(target("itt", {}, 0, 1))}));
}

TEST(Compare, PrintsFittedApartFromPredictedAndNamesMisses) {
  const auto rows = compare(test::sample_results(), test::sample_targets());
  const std::string text = print_comparison(rows);
  EXPECT_LT(text.find("Predicted"), text.find("Fitted"));
  EXPECT_NE(text.find("MISS"), std::string::npos);
  EXPECT_NE(text.find("The made-up model has linear kinetics."), std::string::npos);
  EXPECT_NE(text.find("the results have no tally 'deaths'"), std::string::npos);
  const auto json = comparison_json(rows);
  EXPECT_EQ(json["rows"].size(), rows.size());
  EXPECT_EQ(json["fitted"]["rows"], 1);
  EXPECT_TRUE(json["required_miss"]);
}

}  // namespace
}  // namespace vt
