#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "output/report/figures.hpp"
#include "output/report/tallies/shares.hpp"
#include "tests/support/has.hpp"
#include "tests/unit/output/report/tally_shapes.hpp"

namespace vt::report { namespace {

using namespace test;

std::vector<Figure> figures(const ResultTally& tally, const std::vector<Comparison>& rows = {}) {
  return figures_of(tally, rows, 1);
}

TEST(FiguresOfTallies, AreTitledInWords) {
  EXPECT_EQ(figures(even_tally({arms(), visits()}, {100, 100, 40}))[0].title, "Some score");
  ResultTally named = even_tally({arms(), visits()}, {100, 100, 40});
  named.title = "Response to it";
  EXPECT_EQ(figures(named)[0].title, "Response to it");
}

TEST(FiguresOfTallies, ShowAllRandomisedAndTheEvaluableWhereTheseDiffer) {
  // 400 of 1000 against 400 of 500: 40 % (37 – 43) against 80 % (76 – 83).
  const auto apart = figures(even_tally({arms(), visits()}, {1000, 500, 400}));
  ASSERT_EQ(apart.size(), 1u);
  EXPECT_TRUE(has(apart[0].svg, "of all patients randomised") && has(apart[0].svg, "of the patients evaluable"));
  EXPECT_TRUE(has(apart[0].caption, "differ by more than their intervals")) << apart[0].caption;
  // 400 of 1000 against 400 of 990: 40 % (37 – 43) and 40.4 % (37 – 43).
  const auto alike = figures(even_tally({arms(), visits()}, {1000, 990, 400}));
  EXPECT_FALSE(has(alike[0].svg, "of the patients evaluable"));
  EXPECT_TRUE(has(alike[0].caption, "Of all patients randomised")) << alike[0].caption;
  const auto complete = figures(even_tally({arms(), visits()}, {1000, 1000, 400}));
  EXPECT_TRUE(has(complete[0].caption, "nobody is missing.")) << complete[0].caption;
  ResultTally until_month_6 = even_tally({arms(), visits()}, {1000, 1000, 400});
  until_month_6.evaluable[2] = until_month_6.events[2] = 0;  // of the first arm nobody is there at month 9
  EXPECT_TRUE(has(figures(until_month_6)[0].caption, "where nothing is drawn nobody is evaluable"));
}

TEST(FiguresOfTallies, OfThreeAxesHaveAPanelForEachCellOfTheThirdAndNoDuplicates) {
  const ResultTally tally = even_tally({arms(), visits(), sexes()}, {100, 100, 40});
  const auto all = figures(tally);
  ASSERT_EQ(all.size(), 1u);
  for (const char* name : {"women", "men", "not measured"}) EXPECT_TRUE(has(all[0].svg, name)) << name;
  EXPECT_EQ(all[0].data.rows.size(), 18u);
  // Both sexes together only where that is what was published.
  const auto pooled = figures(tally, {published(tally, "itt", {{"arm", "low dose"}, {"visit", "month 6"}}, 0.5)});
  ASSERT_EQ(pooled.size(), 2u);
  EXPECT_FALSE(pooled[0].has_published);
  EXPECT_TRUE(pooled[1].has_published);
  EXPECT_TRUE(has(pooled[1].caption, "Published: a published value (Somebody 2001)")) << pooled[1].caption;
}

TEST(FiguresOfTallies, OfAnEffectOverGroupsOfExposureHaveTheseOnTheirAxis) {
  ResultTally tally = even_tally({visits(), exposure_groups()}, {100, 100, 40});
  tally.subject = Subject::response;
  const auto all = figures(tally);
  ASSERT_EQ(all.size(), 1u);
  EXPECT_EQ(all[0].subject, Subject::exposure_response);
  EXPECT_TRUE(has(all[0].svg, "month 9"));        // a curve
  EXPECT_FALSE(has(all[0].svg, "not measured"));  // no exposure
  EXPECT_TRUE(has(all[0].caption, "in the table only")) << all[0].caption;
  EXPECT_EQ(all[0].data.rows.size(), 9u);
  tally.subject = Subject::dose;
  EXPECT_EQ(figures(tally)[0].subject, Subject::dose);
}

// Of 100 patients all, 60 and 40 are seen, 20, 9 and 4 of them with what has happened so far: 20, 15 and 10 %.
TEST(FiguresOfTallies, DrawNoCumulativeCurveThatFalls) {
  ResultTally tally = share_tally({visits()}, {{100, 100, 20}, {100, 60, 9}, {100, 40, 4}});
  ASSERT_TRUE(has(figures(tally)[0].svg, "<polyline"));
  tally.is_cumulative = true;
  const auto falling = figures(tally);
  ASSERT_EQ(falling.size(), 1u);
  EXPECT_FALSE(has(falling[0].svg, "<polyline"));
  EXPECT_TRUE(has(falling[0].caption, "Not joined")) << falling[0].caption;
  tally.events = {20, 15, 12};  // 20, 25 and 30 %
  const auto rising = figures(tally);
  EXPECT_TRUE(has(rising[0].svg, "data-cumulative"));
  EXPECT_FALSE(has(rising[0].caption, "Not joined")) << rising[0].caption;
}

// At month 6 no fewer than the 20 of month 3 have had it. 45 were seen without it then and 28 later: at most 55.
TEST(FiguresOfTallies, SayBetweenWhichSharesOfAllACumulativeOneLies) {
  ResultTally tally = share_tally({visits()}, {{100, 100, 20}, {100, 60, 15}, {100, 40, 12}});
  tally.is_cumulative = true;
  const Shares shares = shares_of(tally, {0, {}, {}});
  const auto limits = limits_of(shares.cells[0][0]);
  const double low[] = {0.2, 0.2, 0.2}, high[] = {0.2, 0.55, 0.72};
  for (std::size_t i = 0; i < 3; ++i) {
    EXPECT_EQ(limits[i].low, low[i]) << i;
    EXPECT_EQ(limits[i].high, high[i]) << i;
  }
  EXPECT_TRUE(has(figures(tally)[0].caption, "20.0 % to 72.0 %")) << figures(tally)[0].caption;
  // Patients move between cells: nothing can be said.
  const auto unknown = limits_of(
      shares_of(share_tally({visits()}, {{100, 90, 20}, {90, 60, 15}, {80, 40, 12}}), {0, {}, {}}).cells[0][0]);
  EXPECT_TRUE(std::isnan(unknown[1].low) && std::isnan(unknown[1].high));
}

// As many patients at every visit are the same ones in an arm. In a group of something else they may be others.
TEST(FiguresOfTallies, SayNothingOfAllInGroupsThatPatientsMayLeave) {
  const std::vector<Counts> counts = {{100, 100, 10}, {100, 100, 20}, {100, 90, 15},
                                      {100, 90, 30},  {100, 80, 15},  {100, 80, 30}};
  const auto told = [](ResultTally tally) {
    tally.is_cumulative = true;
    const Figure figure = figures(tally)[0];
    const bool is_in_table = std::ranges::count(figure.data.heading, ">at most") == 1;
    EXPECT_EQ(has(figure.caption, "Of all randomised it is"), is_in_table) << figure.caption;
    return is_in_table;
  };
  ResultTally by_arm = share_tally({visits(), arms()}, counts);
  EXPECT_TRUE(told(by_arm));
  EXPECT_FALSE(told(share_tally({visits(), axis_of("dose", ResultAxisKind::values, {"400", "600"})}, counts)));
  by_arm.among = "dose < 600";  // may change, too
  EXPECT_FALSE(told(by_arm));
}

TEST(FiguresOfTallies, SayWhichValuesNobodyRead) {
  const ResultTally tally = even_tally({arms(), visits()}, {100, 100, 40});
  Comparison row = published(tally, "itt", {{"arm", "low dose"}, {"visit", "month 6"}}, 0.5);
  EXPECT_FALSE(has(figures(tally, {row})[0].caption, "no value read"));
  row.target.tag = "A";
  EXPECT_TRUE(has(figures(tally, {row})[0].caption, "(Somebody 2001; no value read in a publication)"))
      << figures(tally, {row})[0].caption;
}

TEST(FiguresOfTallies, OverlayAFewArmsAndPoolVisitsOnlyWhereATargetAsks) {
  const ResultTally tally = number_tally({arms(), visits()});
  const auto all = figures(tally);
  ASSERT_EQ(all.size(), 1u);
  EXPECT_EQ(all[0].data.rows.size(), 6u);
  EXPECT_TRUE(has(all[0].caption, "band in which 5 to 95 %")) << all[0].caption;
  const auto asked = figures(tally, {published(tally, "median", {{"arm", "low dose"}}, 1400)});
  ASSERT_EQ(asked.size(), 2u);
  EXPECT_EQ(asked[1].title, "Some score, all visits together");
  EXPECT_TRUE(asked[1].has_published && !asked[0].has_published);
}

TEST(FiguresOfTallies, OfANumberNameItsThresholds) {
  ResultTally tally = number_tally({arms(), visits()});
  tally.thresholds = {1000};
  tally.above.assign(tally.cells(), 100);
  const auto all = figures(tally);
  ASSERT_EQ(all.size(), 2u);
  EXPECT_TRUE(has(all[0].svg, "1000 ng/mL"));
  EXPECT_EQ(all[1].title, "Some score: share at or above 1000 ng/mL");
  EXPECT_TRUE(has(all[1].svg, "visit (month)"));
  tally.thresholds = {1000, 2000};
  tally.above.assign(2 * tally.cells(), 50);
  EXPECT_TRUE(has(figures(tally)[1].caption, "All visits together")) << figures(tally)[1].caption;
}

TEST(FiguresOfTallies, StackDosesOverTime) {
  const ResultAxis doses =
      axis_of("daily dose", ResultAxisKind::values, {"300 mg", "400 mg", "800 mg"}, {300, 400, 800}, Subject::dose);
  std::vector<Counts> cells;
  for (int i = 0; i < 6; ++i)  // arm × visit
    for (const Counts& counts : {Counts{25, 25, 0}, Counts{75, 75, 0}, Counts{0, 0, 0}}) cells.push_back(counts);
  ResultTally tally = share_tally({arms(), visits(), doses}, cells);
  tally.subject = Subject::dose;
  const auto all = figures(tally);
  ASSERT_EQ(all.size(), 1u);
  EXPECT_EQ(all[0].title, "Daily dose over time");
  EXPECT_EQ(all[0].subject, Subject::dose);
  EXPECT_EQ(all[0].data.rows.size(), 12u);  // nobody gets 800 mg
  EXPECT_EQ(all[0].data.rows[0], (std::vector<std::string>{"low dose", "month 3", "300 mg", "25", "25.0 %"}));
  EXPECT_FALSE(has(all[0].svg, "800 mg"));
  tally.subject = Subject::response;
  ASSERT_EQ(figures(tally).size(), 2u);
  EXPECT_EQ(figures(tally)[0].subject, Subject::dose);
  EXPECT_EQ(figures(tally)[1].subject, Subject::response);
}

// Ten patients: two events on day 1, three censored on day 2, an event on day 3, four censored on day 4.
TEST(FiguresOfTallies, OfTimesHaveNumbersAtRisk) {
  const auto all = figures(times_tally({"relapse", "censored"}, {{0, 2, 0, 1, 0}, {0, 0, 3, 0, 4}}));
  ASSERT_EQ(all.size(), 1u);
  EXPECT_EQ(all[0].subject, Subject::time_to_event);
  const char* at_risk[] = {"10", "10", "8", "5", "4"};
  ASSERT_EQ(all[0].data.rows.size(), 5u);
  for (std::size_t i = 0; i < 5; ++i) {
    EXPECT_EQ(all[0].data.rows[i][2], at_risk[i]) << i;
    EXPECT_TRUE(has(all[0].svg, std::string(">") + at_risk[i] + "</text>")) << at_risk[i];
  }
}

TEST(FiguresOfTallies, OfTimesNameCompetingCauses) {
  const std::vector<std::vector<std::int64_t>> counts = {{0, 2, 0, 1}, {0, 1, 1, 0}, {0, 0, 0, 5}};
  const auto all = figures(times_tally({"loss_of_response", "death", "censored"}, counts));
  ASSERT_EQ(all.size(), 1u);
  EXPECT_TRUE(has(all[0].svg, "loss of response") && has(all[0].svg, "death"));
  EXPECT_TRUE(has(all[0].svg, "data-cumulative"));
  ResultTally by_arm = times_tally({"loss_of_response", "death", "censored"}, counts);
  by_arm.axes = {arms()};
  by_arm.randomised = by_arm.evaluable = {10, 10};
  const std::vector<std::int64_t> one = by_arm.counts;
  by_arm.counts.insert(by_arm.counts.end(), one.begin(), one.end());
  const auto each = figures(by_arm);
  ASSERT_EQ(each.size(), 1u);
  EXPECT_EQ(each[0].title, "Time to it: cumulative incidence of loss of response");
  EXPECT_TRUE(has(each[0].caption, "competing: death, by the end")) << each[0].caption;
}

TEST(FiguresOfTallies, AreNotShownAgainWithoutAnAxis) {
  const ResultTally by_arm = number_tally({arms(), visits()});
  ResultTally pooled = number_tally({visits()});
  pooled.name = "pooled";
  EXPECT_FALSE(is_shown_by_another({by_arm, pooled}, 0));
  EXPECT_TRUE(is_shown_by_another({by_arm, pooled}, 1));
  EXPECT_TRUE(figures_among({by_arm, pooled}, 1, {}, 1).empty());
  const auto rows = {published(pooled, "median", {{"visit", "month 3"}}, 1400)};
  EXPECT_EQ(figures_among({by_arm, pooled}, 1, rows, 1).size(), 1u);
  EXPECT_FALSE(is_shown_by_another({by_arm, by_arm}, 0));  // twins: the first one stays
  EXPECT_TRUE(is_shown_by_another({by_arm, by_arm}, 1));
  pooled.among = "day > 7";
  EXPECT_FALSE(is_shown_by_another({by_arm, pooled}, 1));
}

TEST(FiguresOfTallies, OfAProfileAreBandsOverItsHours) {
  ResultTally profile = number_tally({arms(), axis_of("hours after the first intake", ResultAxisKind::values,
                                                      {"0 h", "1 h", "2 h", "8 h", "24 h"}, {0, 1, 2, 8, 24})});
  profile.axes[1].unit = "h";
  const auto all = figures(profile);
  ASSERT_EQ(all.size(), 1u);
  EXPECT_TRUE(has(all[0].svg, "hours after the first intake (h)"));
  EXPECT_TRUE(has(all[0].svg, "low dose") && has(all[0].svg, "high dose"));
  EXPECT_EQ(all[0].data.rows.size(), 10u);
  EXPECT_EQ(all[0].data.rows.front().size(), 8u);  // arm, hour, n, 5 to 95 %, quartiles, median
  ResultTally each_day = number_tally({arms(), visits(), profile.axes[1]});
  const auto panels = figures(each_day);
  ASSERT_EQ(panels.size(), 1u);
  for (const char* name : {"month 3", "month 6", "month 9"}) EXPECT_TRUE(has(panels[0].svg, name)) << name;
}

TEST(FiguresOfTallies, OfManyVisitsDrawSomeEvenlyAndSayWhatTheTableLeavesOut) {
  std::vector<std::string> labels;
  std::vector<double> days;
  for (int day = 0; day < 3001; ++day) labels.push_back("day " + std::to_string(day)), days.push_back(day);
  const ResultTally tally = even_tally({arms(), axis_of("visit", ResultAxisKind::visit, labels, days)}, {100, 100, 40});
  const Figure figure = figures(tally)[0];
  EXPECT_EQ(figure.data.rows.size(), 600u);
  EXPECT_TRUE(has(figure.caption, "first 600 of 6002 rows")) << figure.caption;
  EXPECT_LT(figure.svg.size(), 300'000u);  // two curves of 501 points with their intervals, on two sheets
}

TEST(FiguresOfTallies, KeepTheOrderOfTheScenario) {
  const ResultAxis order = axis_of("arm", ResultAxisKind::arm, {"zeta", "alpha"});
  const std::string svg = figures(even_tally({order, visits()}, {100, 100, 40}))[0].svg;
  EXPECT_LT(svg.find("zeta"), svg.find("alpha"));
}

TEST(FiguresOfTallies, OfTimesFromAnEventAreOfThoseWhoHaveIt) {
  ResultTally tally = times_tally({"relapse", "censored"}, {{0, 2, 0, 1, 0}, {0, 0, 3, 0, 4}});
  EXPECT_TRUE(has(figures(tally)[0].caption, "all patients allocated")) << figures(tally)[0].caption;
  tally.from = "stable_response";
  EXPECT_TRUE(has(figures(tally)[0].caption, "of the patients with stable response, from its day on"));
  EXPECT_FALSE(has(figures(tally)[0].caption, "all patients allocated"));
}

}  // namespace
}  // namespace vt::report
