#include "output/study/study_report.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "output/report/report.hpp"
#include "output/study/study_figures.hpp"
#include "output/text.hpp"
#include "tests/support/has.hpp"
#include "tests/unit/output/sample_studies.hpp"

namespace vt { namespace {

using test::drawn;
using test::grid;

std::size_t times(const std::string& text, const std::string& part) {
  std::size_t n = 0;
  for (std::size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + part.size())) ++n;
  return n;
}

using test::has;

void expect_whole(const std::string& page, std::size_t figures) {
  EXPECT_EQ(times(page, "<svg role=\"img\""), 2 * figures);  // on two sheets
  EXPECT_EQ(times(page, "<svg "), 2 * times(page, "Numbers in this figure"));
  for (std::size_t id = 1; id <= figures; ++id)
    for (const char* sheet : {"", "-narrow"})
      EXPECT_EQ(times(page, "<title id=\"figure-" + short_number(static_cast<double>(id)) + sheet + "-title\""), 1u)
          << id << sheet;
  for (const char* bad :
       {"<script", "http:", "https:", "style=\"", "\"nan", "nan\"", ",nan", ">nan", "\"inf", ",inf", "inf\""})
    EXPECT_EQ(times(page, bad), 0u) << bad;
  EXPECT_TRUE(has(page, "</html>"));
}

TEST(StudyReport, OfOneFactorHasCurvesAndTheFront) {
  const Study study = grid({6});
  const std::string page = study_report_html(study);
  expect_whole(page, 3);  // front, two endpoints
  EXPECT_TRUE(has(page, "6 design points (every combination"));
  EXPECT_TRUE(has(page, content_hash(study)));
  EXPECT_TRUE(has(page, ">gain (%), the more the better</text>"));
  EXPECT_TRUE(has(page, ">harm (mg), the less the better</text>"));
  EXPECT_TRUE(has(page, "gain over f0"));
  EXPECT_EQ(page, study_report_html(study));
}

TEST(StudyReport, OfTwoFactorsHasHeatMaps) {
  const std::string page = study_report_html(grid({3, 4}));
  expect_whole(page, 3);
  EXPECT_TRUE(has(page, "gain over f0 and f1"));  // it varies most with the first, which moves it by whole rows
  EXPECT_TRUE(has(page, "Nothing is averaged"));
}

TEST(StudyReport, SaysAtWhichLevelsTheOtherFactorsAre) {
  const std::string all = study_report_html(grid({2, 3, 4}));
  expect_whole(all, 3);
  EXPECT_TRUE(has(all, ">f2 3</text>"));  // a panel for each of the third factor's levels
  EXPECT_FALSE(has(all, "points are shown"));
  const std::string some = study_report_html(grid({3, 3, 5, 4}));  // 20 combinations are too many panels
  EXPECT_TRUE(has(some, "All at f3 1. 45 of 180 points are shown"));
}

TEST(StudyReport, ShowsAsManyPointsAsHaveRoom) {
  const std::string page = study_report_html(grid({500, 3}));
  expect_whole(page, 3);
  EXPECT_TRUE(has(page, "The first 200 of 1500 points"));
  EXPECT_LT(page.size(), std::size_t{2000000});
}

TEST(StudyReport, OfDrawnPointsHasADotChartAgainstEveryFactor) {
  const std::string page = study_report_html(drawn("latin_hypercube", {}));
  expect_whole(page, 2);
  EXPECT_TRUE(has(page, ">slope (mg)</text>"));
  EXPECT_TRUE(has(page, "0 mg to 0.975 mg"));
}

TEST(StudyReport, DrawsIndicesAndStatesTheNoise) {
  StudySensitivity one;
  one.noise = 0.123;
  one.sobol = {{0.5, 0.2, 0}, {0.1, 0.1, 0.1}, {0.7, 0.3, 0}, {0.1, 0.1, 0.1}, {}, {}};
  const std::string sobol = study_report_html(drawn("saltelli", one));
  expect_whole(sobol, 2);
  EXPECT_TRUE(has(sobol, "with its interactions (ST)"));
  EXPECT_TRUE(has(sobol, "12.3 % is Monte-Carlo noise"));
  EXPECT_TRUE(has(sobol, "<td>slope 0.7 ± 0.10, shift 0.3 ± 0.10, ")) << sobol;
  one.sobol.S2.assign(9, kNaN), one.sobol.S2_conf.assign(9, kNaN);
  one.sobol.S2[1] = one.sobol.S2[2] = one.sobol.S2[5] = one.sobol.S2_conf[1] = one.sobol.S2_conf[2] =
      one.sobol.S2_conf[5] = 0.1;
  const std::string pairs = study_report_html(drawn("saltelli", one));
  EXPECT_TRUE(has(pairs, "slope × shift"));
  EXPECT_TRUE(has(pairs, "Beyond chance, of 3 pairs looked at together (Bonferroni): none."));
  one.sobol.S2[1] = 0.125;
  EXPECT_TRUE(has(study_report_html(drawn("saltelli", one)), "(Bonferroni): slope × shift."));
  EXPECT_TRUE(has(print_study(drawn("saltelli", one)),
                  "of 3 pairs looked at together (Bonferroni):\n    slope × shift: S2 0.125 ± 0.10\n"));
  one.sobol = {};
  one.morris = {{1, 2, 3}, {1, 2, 3}, {0.1, 0.2, 0.3}, {0.5, 0.5, 0.5}};
  const std::string morris = study_report_html(drawn("morris", one));
  expect_whole(morris, 2);
  EXPECT_TRUE(has(morris, ">slope</text>"));
  one.convergence = {{4, 8}, {}, {}, {{1, 2, 3}, {2, 2, 2.5}}};
  const std::string convergence = study_report_html(drawn("morris", one));
  expect_whole(convergence, 4);
  EXPECT_TRUE(has(convergence, "Whether trajectories are enough for gain"));
  one.convergence = {}, one.morris = {};
  one.pawn = {{0.1, 0.1, 0.1}, {0.2, 0.3, 0.2}, {0.2, 0.3, 0.2}, {0.4, 0.5, 0.4}, 0.25};
  const std::string pawn = study_report_html(drawn("latin_hypercube", one));
  expect_whole(pawn, 4);
  EXPECT_TRUE(has(pawn, "minimum to maximum over slices"));
  one.pawn = {};
  one.ranks = {{0.5, -0.9, 0}, {0.4, -0.95, -0.1}, {0.6, -0.8, 0.1}};
  const std::string ranks = study_report_html(drawn("latin_hypercube", one));
  expect_whole(ranks, 4);                                               // and the points
  EXPECT_LT(ranks.find(">shift</text>"), ranks.find(">slope</text>"));  // the larger size first
}

TEST(StudyReport, HoldsEndpointsWithoutValues) {
  Study study = grid({3, 3});
  for (Estimate& at : study.endpoints[0].estimates) at = kNoEstimate;
  study.endpoints[0].reasons.assign(9, "nobody was <measured>");
  const std::string page = study_report_html(study);
  expect_whole(page, 1);  // the other endpoint's
  EXPECT_TRUE(has(page, "No point meets all limits"));
  EXPECT_TRUE(has(page, "nobody was &lt;measured&gt;"));
  StudySensitivity none;
  none.noise = 0;
  none.sobol = {{kNaN, kNaN, kNaN}, {kNaN, kNaN, kNaN}, {kNaN, kNaN, kNaN}, {kNaN, kNaN, kNaN}, {}, {}};
  const std::string indices = study_report_html(drawn("saltelli", none));
  expect_whole(indices, 0);
  EXPECT_TRUE(has(indices, "gain has no indices"));
  expect_whole(study_report_html({}), 0);
  expect_whole(study_report_html(grid({1})), 1);  // one point: no curve
}

TEST(StudyReport, LetsNoTextBecomeMarkup) {
  Study study = grid({2, 3, 2});
  study.title = study.notes.emplace_back("<b>bold</b>");
  for (StudyFactor& factor : study.factors) {
    factor.name = factor.key = "<b>" + factor.name + "</b>";
    for (std::string& label : factor.labels) label = "\"><img src=x>" + label;
  }
  for (StudyEndpoint& e : study.endpoints) e.name = e.title = e.unit = "<b>&" + e.name;
  const std::string page = study_report_html(study);
  expect_whole(page, 3);
  Study designs = test::power();
  for (std::string& arm : designs.arms) arm = "<b>" + arm;
  for (PowerResult& one : designs.power) one.design = "<b>&" + one.design, one.curve = "<b>&" + one.curve;
  for (std::string& label : designs.factors[0].labels) label = "\"><img src=x>" + label;
  const std::string of_designs = study_report_html(designs);
  EXPECT_FALSE(has(of_designs, "<b>"));
  EXPECT_FALSE(has(of_designs, "<img"));
  EXPECT_FALSE(has(page, "<b>"));
  EXPECT_FALSE(has(page, "<img"));
}

TEST(StudyReport, ComparesPointsUnderTheSameCircumstances) {
  Study study = grid({3, 2});
  EXPECT_EQ(times(study_report_html(study), "<polyline points"), 2u);  // the front, on two sheets
  study.factors[1].is_circumstance = true;
  study.points[2].patients = 300;
  const std::string page = study_report_html(study);
  expect_whole(page, 3);
  EXPECT_TRUE(has(page, "no other such point under the same circumstances beats"));
  EXPECT_EQ(times(page, "<polyline points"), 4u);  // one in each panel, on two sheets
  EXPECT_TRUE(has(page, ">f1 0</text>"));
  EXPECT_TRUE(has(page, "<td class=\"r\">300</td>"));
  Study many = grid({3, 10});
  many.factors[1].is_circumstance = true;
  EXPECT_EQ(times(study_report_html(many), "<polyline points"), 0u);  // too many panels: all in one
}

TEST(StudyReport, OfTrialDesignsShowsWhatTheyFindAndCost) {
  const Study study = test::power();
  const std::string page = study_report_html(study);
  expect_whole(page, 6);  // rates, sizes, bounds, endings, patients, days
  EXPECT_TRUE(has(page, "5 trial designs at 2 design points"));
  EXPECT_TRUE(has(page, "each conducted 20 times over at most 300 virtual patients"));
  EXPECT_TRUE(has(page, "drawn anew in every replicate, median 5 L/h"));
  EXPECT_TRUE(has(page, ">three looks, adherence = 1</text>"));
  EXPECT_TRUE(has(page, "<td>one look, adherence = 0</td><td class=\"r\">75.0 %</td>"));
  EXPECT_TRUE(has(page, "<td class=\"r\">25.0 %</td><td class=\"r\">–</td>"));  // nothing is rejected at the first look
  EXPECT_TRUE(has(page, ">trials that find an arm better (%)</text>"));
  EXPECT_TRUE(has(page, "20 trials wanted more patients than were simulated"));
  const WantedSize size = wanted_sizes(study.power)[0];
  EXPECT_TRUE(has(page, "<td class=\"r\">" + short_number(std::ceil(size.patients)) + "</td>"));
  EXPECT_TRUE(has(page, "sizes: power over the number of patients"));
  EXPECT_TRUE(has(page, content_hash(study)));
}

TEST(StudyReport, OfOneDesignWithOneLookHasNoLooksAndNoSizes) {
  Study study = test::power();
  std::erase_if(study.power, [](const PowerResult& one) { return one.design != "one look" || one.point != 0; });
  study.factors.clear(), study.points.resize(1), study.points[0].coordinates.clear();
  const std::string page = study_report_html(study);
  expect_whole(page, 3);
  EXPECT_FALSE(has(page, ">Looks</h2>"));
  EXPECT_FALSE(has(page, ">Question</h2>"));
  EXPECT_FALSE(has(page, ">Points</h2>"));
}

TEST(StudyReport, OfASearchShowsTheWay) {
  expect_whole(study_report_html(test::searched(1)), 3);  // the way there, two endpoints
  const std::string page = study_report_html(test::searched());
  EXPECT_TRUE(has(page, "harm: as optimised and fresh"));
  EXPECT_TRUE(has(page, "4 generations of 10 points, seed 3"));
}

TEST(StudyFigures, NumberThePointsOfTheFront) {
  Study study = grid({4});
  for (std::size_t p : {0u, 1u})
    study.endpoints[0].estimates[p] = study.endpoints[1].estimates[p] = with_error(0, 0, 1);
  const auto figure = report::front_figure(study, {0, 1, 2, 3}, "figure-1");
  ASSERT_TRUE(figure);
  EXPECT_TRUE(has(figure->svg, ">1, 2</text>"));
  EXPECT_TRUE(has(figure->svg, ">3</text>"));
}

TEST(StudyFigures, TakeNumbersEvenly) {
  EXPECT_EQ(report::evenly(3, 10), (std::vector<std::size_t>{0, 1, 2}));
  EXPECT_EQ(report::evenly(9, 3), (std::vector<std::size_t>{0, 4, 8}));
  EXPECT_TRUE(report::evenly(0, 3).empty());
}

}  // namespace
}  // namespace vt
