#include <gtest/gtest.h>

#include <algorithm>

#include "output/print.hpp"
#include "output/report/sections/sections.hpp"
#include "tests/support/has.hpp"
#include "tests/unit/output/report/small_trials.hpp"
#include "tests/unit/output/report/tally_shapes.hpp"

namespace vt { namespace {

using test::has;
using test::trial_of;

// Wilson's intervals of 20 and 40 of 100, and Newcombe's of their difference (1998, Stat Med 17:873, method 10), by
// hand.
TEST(Headline, IsAtTheLastVisitWithDifferencesToTheFirstArm) {
  const Results results = trial_of({test::share("mmr", {test::two_arms(), test::two_visits()}, {5, 20, 10, 40})});
  const std::string body = report::headline_section(results).body;
  EXPECT_TRUE(has(body, ">20.0 % (13.3–28.9)<")) << body;
  EXPECT_TRUE(has(body,
                  ">40.0 % (30.9–49.8)</span><br><span class=\"note\">difference <span class=\"unbroken\">+20.0 "
                  "points</span> <span class=\"unbroken\">(+7.3 to +31.9)</span></span>"))
      << body;
  EXPECT_TRUE(has(body, "at month 6"));
  EXPECT_FALSE(has(body, "month 3"));
}

TEST(Headline, TellsOfTheEvaluableWhereSomeAreMissing) {
  Results results = trial_of({test::share("mmr", {test::two_arms(), test::two_visits()}, {5, 20, 10, 40})});
  results.tallies[0].evaluable = {100, 80, 100, 100};
  const std::string body = report::headline_section(results).body;
  EXPECT_TRUE(has(body, "of those evaluable <span class=\"unbroken\">25.0 %")) << body;
  results.tallies[0].evaluable = {100, 0, 100, 0};  // nobody at the last visit
  results.tallies[0].events = {5, 0, 10, 0};
  EXPECT_TRUE(has(report::headline_section(results).body, "at month 3"));
}

TEST(Headline, OfWhatHoldsForGoodIsOfTheEvaluable) {
  Results results = trial_of({test::share("ever", {test::two_arms(), test::two_visits()}, {5, 20, 10, 40})});
  results.tallies[0].evaluable = {100, 80, 100, 50};
  results.tallies[0].is_cumulative = true;
  const std::string body = report::headline_section(results).body;
  EXPECT_TRUE(has(body, "of those evaluable, at month 6")) << body;  // 20 of 80, 40 of 50
  EXPECT_TRUE(has(body, ">25.0 % (") && has(body, ">80.0 % (") && has(body, "+55.0 points")) << body;
  const std::string screen = print_summary(results, {});
  EXPECT_TRUE(has(screen, "of evaluable") && has(screen, "25.0 % (")) << screen;
}

TEST(Headline, FollowsTheScenarioAndLeavesOutGroupsOfOtherThings) {
  const ResultAxis dose = test::axis(ResultAxisKind::values, "daily_dose_mg", {"100", "200"});
  Results results =
      trial_of({test::share("z", {test::two_arms()}, {1, 2}), test::share("a", {test::two_arms()}, {3, 4}),
                test::share("by_dose", {test::two_arms(), dose}, {1, 2, 3, 4}),
                test::share("all", {test::two_visits()}, {1, 2})});
  std::ranges::sort(results.tallies, {}, &ResultTally::name);
  const std::string body = report::headline_section(results).body;
  EXPECT_LT(body.find("The share z"), body.find("The share a"));
  EXPECT_FALSE(has(body, "by_dose"));
  EXPECT_FALSE(has(body, "The share all"));  // of no arm
}

TEST(Headline, HasTwelveRowsAtMostAndSaysHowManyThereAre) {
  std::vector<ResultTally> many;
  for (int i = 0; i < 14; ++i) many.push_back(test::share("t" + std::to_string(i), {test::two_arms()}, {1, 2}));
  const std::string body = report::headline_section(trial_of(many)).body;
  EXPECT_TRUE(has(body, "The first 12 of 14"));
  EXPECT_TRUE(has(body, "The share t11"));
  EXPECT_FALSE(has(body, "The share t12"));
}

TEST(Headline, OfLivesHasNoIntervalOfADifferenceButOfPairs) {
  ResultTally shares = test::share("mmr", {test::two_arms()}, {20, 40});
  shares.is_of_lives = true;
  ResultTally pairs = test::share("gain", {}, {0});
  pairs.events.clear();
  pairs.kind = find_result_kind("paired");
  pairs.pair = {"low", "high"};
  pairs.outcomes = {"both", "low only", "high only", "neither"};
  pairs.counts = {15, 5, 25, 55};
  const std::string body = report::headline_section(trial_of({shares, pairs})).body;
  EXPECT_TRUE(has(body, "difference <span class=\"unbroken\">+20.0 points</span></span>")) << body;
  // (25 − 5)/100 ± 1.96 √((30/100 − 0.2²)/100) = 0.2 ± 0.0999
  EXPECT_TRUE(has(body, "+20.0 points</span> <span class=\"unbroken\">(+10.0 to +30.0)")) << body;
  EXPECT_TRUE(has(body, "lives of the same patients"));
}

// (5 − 25)/100 ± 1.96 √((30/100 − 0.2²)/100)
TEST(Headline, OnTheScreenHasNoDashBeforeASign) {
  ResultTally pairs = test::share("gain", {}, {0});
  pairs.events.clear();
  pairs.kind = find_result_kind("paired");
  pairs.pair = {"low", "high"};
  pairs.outcomes = {"both", "low only", "high only", "neither"};
  pairs.counts = {15, 25, 5, 55};
  const std::string screen = print_summary(trial_of({pairs}), {});
  EXPECT_TRUE(has(screen, "-20.0 % (-30.0 to -10.0)")) << screen;
}

TEST(Headline, OfPairsInWhichNobodyDiffersHasNoInterval) {
  ResultTally pairs = test::share("gain", {}, {0});
  pairs.events.clear();
  pairs.kind = find_result_kind("paired");
  pairs.pair = {"low", "high"};
  pairs.outcomes = {"both", "low only", "high only", "neither"};
  pairs.counts = {15, 0, 0, 85};
  const std::string body = report::headline_section(trial_of({pairs})).body;
  EXPECT_TRUE(
      has(body, "+0.0 points</span><br><span class=\"note\">patients who differ <span class=\"unbroken\">0 of 100<"))
      << body;
}

// 50 of 1490 and 50 of 1510, in halves: 1500 ± 1.96 √(10,000/99)/10 = 1500 ± 1.97.
TEST(Headline, OfPairsOfNumbersHasTheMeanOfTheirDifferences) {
  ResultTally pairs = test::number_tally({});
  pairs.title = "Trough", pairs.pair = {"low", "high"};
  pairs.sum[1] = 50 * (2980 + 3020), pairs.square_low[1] = 50 * (2980 * 2980 + 3020 * 3020);
  const std::string body = report::headline_section(trial_of({pairs})).body;
  EXPECT_TRUE(has(body, "ng/mL, difference within patients, high minus low, mean and its 95 % interval")) << body;
  EXPECT_TRUE(has(body, ">1500 (1498 – 1502)<")) << body;
}

TEST(Headline, IsWithheldWhereMoreThanOnePercentFailed) {
  Results results = trial_of({test::share("mmr", {test::two_arms()}, {20, 40})});
  results.failures = {{"not finite", "", 3, 0}};
  EXPECT_EQ(report::headline_section(results).body, "");
  EXPECT_TRUE(has(report::warnings_html(results), "3 of 200 patients failed"));
}

}  // namespace
}  // namespace vt
