#include <gtest/gtest.h>

#include <cmath>
#include <nlohmann/json.hpp>

#include "output/compare.hpp"
#include "output/hdf5/results_file.hpp"
#include "output/print.hpp"
#include "output/report/figures.hpp"
#include "output/report/report.hpp"
#include "output/statistics/survival.hpp"
#include "output/tally/contrasts.hpp"

/// \file Tallies of times, of pairs, and with thresholds, through file, text, JSON, report and comparison.

namespace vt { namespace {

/// Two arms of 100: progression competes with death; the rest is censored in the last interval.
ResultTally times_tally() {
  ResultTally t;
  t.name = "progression", t.title = "Progression", t.score = "progression", t.kind = find_result_kind("time_to_event");
  t.axes = {{"arm", ResultAxisKind::arm, "", "Arm", {"A", "B"}, {}, 0, 0, 0, {}, {}}};
  t.outcomes = {"progression", "death", "censored"};
  t.times = {0, 7, 14};
  t.counts = {0, 10, 20, 0, 5, 5, 0, 0, 60,   // A
              0, 5,  10, 0, 0, 5, 0, 0, 80};  // B
  t.randomised = {100, 101};
  t.evaluable = {100, 100};
  return t;
}

ResultTally pair_tally() {
  ResultTally t;
  t.name = "pair", t.score = "left == 0", t.kind = find_result_kind("paired"), t.pair = {"A", "B"};
  t.outcomes = {"both", "A only", "B only", "neither"};
  t.counts = {40, 10, 30, 20};
  t.randomised = t.evaluable = {100};
  return t;
}

ResultTally number_tally() {
  ResultTally t;
  t.name = "trough", t.score = "trough", t.kind = find_result_kind("number"), t.unit = "ng/mL";
  t.low = -4, t.high = 4, t.scale = 1;
  t.binning.from = -4, t.binning.width = 2, t.binning.equal = 4;
  t.randomised = t.evaluable = {4};
  t.sum = {2}, t.square_low = {14}, t.square_high = {0}, t.clamped = {0};  // -2 0 1 3
  t.histogram = {0, 1, 2, 1};
  t.thresholds = {0, 2};
  t.above = {3, 1};
  return t;
}

Results results() {
  Results r;
  r.title = "made up";
  r.tallies = {pair_tally(), times_tally(), number_tally()};
  return r;
}

Target target(const char* tally, const char* statistic, double low, double high) {
  Target t;
  t.name = std::string(tally) + " " + statistic, t.tally = tally, t.statistic = statistic;
  t.value = 0.5 * (low + high), t.low = low, t.high = high;
  return t;
}

TEST(Times, GoThroughTheFile) {
  const Results written = results();
  const Results read = parse_results_file(results_file_bytes(written), "x.h5");
  EXPECT_EQ(content_hash(read), content_hash(written));
  ASSERT_EQ(read.tallies.size(), 3u);
  for (const ResultTally& t : read.tallies) {
    const ResultTally expected = t.name == "pair" ? pair_tally() : t.name == "trough" ? number_tally() : times_tally();
    EXPECT_EQ(t.kind, expected.kind);
    EXPECT_EQ(t.outcomes, expected.outcomes);
    EXPECT_EQ(t.times, expected.times);
    EXPECT_EQ(t.counts, expected.counts);
    EXPECT_EQ(t.pair, expected.pair);
    EXPECT_EQ(t.thresholds, expected.thresholds);
    EXPECT_EQ(t.above, expected.above);
    EXPECT_EQ(t.binning.edge(1), expected.binning.edge(1));
    EXPECT_EQ(t.estimand, Estimand::itt);
  }
}

TEST(Times, EveryCountIsInTheContentHash) {
  const std::string plain = content_hash(results());
  for (const auto& change :
       {+[](Results& r) { ++r.tallies[0].counts[1]; }, +[](Results& r) { ++r.tallies[1].counts[1]; },
        +[](Results& r) { r.tallies[1].times[1] = 8; }, +[](Results& r) { ++r.tallies[2].above[0]; },
        +[](Results& r) { r.tallies[2].thresholds[0] = 1; }}) {
    Results changed = results();
    change(changed);
    EXPECT_NE(content_hash(changed), plain);
  }
}

TEST(Times, AreComparedWithTargets) {
  // By hand, arm A: after day 7 85 of 100 are without event; of progression 10 %, then 85 % · 20/85. Mean time: 7 days
  // of all and 7 of 85 %, less the 3 days by which visits of 7 days find an event on average before their end.
  std::vector<Target> targets = {target("progression", "survival", 0.5999, 0.6001),
                                 target("progression", "cumulative_incidence", 0.2999, 0.3001),
                                 target("progression", "cumulative_incidence", 0.0999, 0.1001),
                                 target("progression", "rmst", 11.749, 11.751),
                                 target("progression", "survival", 0.2499, 0.2501),
                                 target("pair", "difference", 0.1999, 0.2001),
                                 target("trough", "above=2", 0.2499, 0.2501)};
  for (std::size_t i = 0; i < 5; ++i) targets[i].where = {{"arm", "A"}};
  targets[2].cause = "death";
  targets[4].minus.where = {{"arm", "B"}}, targets[4].low = -0.2001, targets[4].high = -0.1999;
  for (const Comparison& row : compare(results(), targets))
    EXPECT_EQ(row.verdict, Verdict::inside) << row.target.name << " " << row.simulated.value << " " << row.reason;
  targets[0].day = 7, targets[0].low = 0.8499, targets[0].high = 0.8501;
  EXPECT_EQ(compare(results(), targets)[0].verdict, Verdict::inside);
  targets[1].cause = "relapse";
  EXPECT_EQ(compare(results(), targets)[1].verdict, Verdict::not_testable);
  targets[3].statistic = "itt";
  EXPECT_EQ(compare(results(), targets)[3].verdict, Verdict::not_testable);
}

TEST(Times, AreShownInTextJsonAndReport) {
  const std::string text = print_results(results());
  for (const char* part : {"progression", "death", "censored", "60.0 %", "B against A", "20.0 %"})
    EXPECT_NE(text.find(part), std::string::npos) << part << "\n" << text;
  const auto json = results_json(results());
  EXPECT_EQ(json["tallies"][1]["survival"][0][2], 0.6);
  EXPECT_EQ(json["tallies"][1]["incidence"].size(), 2u);            // cells
  EXPECT_EQ(json["tallies"][1]["incidence"][0].size(), 2u);         // causes
  EXPECT_EQ(json["tallies"][1]["incidence_low"][0][1].size(), 3u);  // times
  EXPECT_EQ(json["tallies"][2]["threshold"][0], 0);
  EXPECT_EQ(json["tallies"][2]["attainment"][0][0], 0.75);
  std::vector<Target> targets = {target("progression", "cumulative_incidence", 0.2, 0.4)};
  targets[0].where = {{"arm", "A"}};
  const auto figures = report::figures_of(times_tally(), compare(results(), targets), 1);
  ASSERT_EQ(figures.size(), 1u);  // of the event; of the competing cause the caption says how many by the end
  EXPECT_TRUE(figures[0].has_published);
  EXPECT_NE(figures[0].caption.find("competing: death, by the end"), std::string::npos) << figures[0].caption;
  targets.push_back(targets[0]);
  targets[1].cause = "death";
  const auto both = report::figures_of(times_tally(), compare(results(), targets), 1);
  ASSERT_EQ(both.size(), 2u);  // a target asks for it
  EXPECT_TRUE(both[1].has_published);
  EXPECT_NE(both[1].title.find("cumulative incidence of death"), std::string::npos) << both[1].title;
  const std::string page = report_html(results(), {});
  EXPECT_NE(page.find("competing: death"), std::string::npos);
  EXPECT_NE(page.find("share at or above"), std::string::npos);
  for (const char* bad : {"\"nan", "nan\"", ",nan", ">nan", "\"inf", ",inf"})
    EXPECT_EQ(page.find(bad), std::string::npos) << bad;
}

TEST(Contrasts, CompareEveryArmWithTheFirst) {
  ResultTally t;
  t.name = "mmr";
  t.axes = {{"visit", ResultAxisKind::visit, "", "", {"v1", "v2"}, {}, 0, 0, 0, {}, {}},
            {"arm", ResultAxisKind::arm, "", "", {"A", "B"}, {}, 0, 0, 0, {}, {}}};
  t.randomised = {100, 100, 100, 200};
  t.evaluable = {100, 100, 50, 100};
  t.events = {10, 10, 20, 60};
  const auto list = contrasts(t);
  ASSERT_EQ(list.size(), 2u);
  EXPECT_EQ(list[1].where, "v2");
  EXPECT_EQ(list[1].arm, "B");
  EXPECT_EQ(list[1].against, "A");
  EXPECT_DOUBLE_EQ(list[1].difference.value, 0.3 - 0.2);
  EXPECT_NEAR(list[1].needed.value, 10, 1e-9);
  EXPECT_TRUE(list[0].needed.through_infinity);
  Results of_it;
  of_it.tallies = {t};
  const auto json = results_json(of_it)["tallies"][0];
  EXPECT_EQ(json["difference"][3], list[1].difference.value);
  EXPECT_EQ(json["difference_low"][3], list[1].difference.interval.low);
  EXPECT_EQ(json["number_needed_high"][3], list[1].needed.interval.high);
  EXPECT_TRUE(json["difference"][2].is_null()) << "the first arm is what others are compared with";
  t.estimand = Estimand::on_treatment;
  EXPECT_NEAR(contrasts(t)[1].difference.value, 0.6 - 0.4, 1e-12);
  Results r;
  r.tallies = {t};
  Target asked = target("mmr", "number_needed", 4, 6);
  asked.where = {{"arm", "B"}, {"visit", "v2"}}, asked.minus.where = {{"arm", "A"}, {"visit", "v2"}};
  const Comparison row = compare(r, {asked})[0];
  EXPECT_EQ(row.verdict, Verdict::inside);
  EXPECT_NEAR(row.simulated.value, 5, 1e-9);
}

}}  // namespace vt
