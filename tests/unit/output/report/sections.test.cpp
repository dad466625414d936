#include "output/report/sections/sections.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "output/report/report.hpp"
#include "tests/support/has.hpp"
#include "tests/unit/output/report/small_trials.hpp"

namespace vt { namespace {

using test::has;
using test::trial_of;

Comparison row(const char* name, TargetKind kind, Verdict verdict) {
  Comparison made;
  made.target.name = name, made.target.kind = kind, made.target.statistic = "itt",
  made.target.source = "A. Author 2005";
  made.target.value = 0.3, made.target.low = 0.25, made.target.high = 0.35;
  made.verdict = verdict;
  made.simulated = {verdict == Verdict::inside ? 0.31 : 0.5, 0.01, {0.29, 0.33}, 100};
  if (verdict == Verdict::not_testable) made.simulated = kNoEstimate, made.reason = "there is no such tally";
  return made;
}

TEST(ComparisonSection, KeepsTheOrderAndPutsTheVerdictBesideTheName) {
  const std::string body = report::comparison_section({row("first", TargetKind::predicted, Verdict::inside),
                                                       row("second", TargetKind::predicted, Verdict::outside),
                                                       row("third", TargetKind::fitted, Verdict::inside),
                                                       row("fourth", TargetKind::predicted, Verdict::not_testable)})
                               .body;
  EXPECT_TRUE(has(body, "<h3>Predicted: 1 of 3 inside, 1 missed, 1 not testable</h3>"));
  EXPECT_TRUE(has(body, "<h3>Fitted: 1 of 1 inside</h3>"));
  EXPECT_TRUE(has(body,
                  "second<br><span class=\"note\">A. Author 2005</span></th><td role=\"cell\" "
                  "data-heading=\"verdict\"><span class=\"miss\">MISS"));
  EXPECT_TRUE(has(body, "<li>second: MISS, simulated 50.0 %, accepted 25.0 to 35.0 %</li>")) << body;
  EXPECT_TRUE(has(body, "<li>fourth: not testable. there is no such tally</li>"));
  EXPECT_TRUE(has(body, "not testable</span><br>there is no such tally"));
  EXPECT_LT(body.find("row\">first<br"), body.find("row\">second<br"));
  EXPECT_LT(body.find("row\">second<br"), body.find("row\">fourth<br"));
  EXPECT_LT(body.find("row\">fourth<br"), body.find("row\">third<br"));  // fitted ones behind
  EXPECT_EQ(report::comparison_section({}).body, "");
}

TEST(ComparisonSection, SaysWhichValuesNobodyRead) {
  std::vector<Comparison> rows = {row("first", TargetKind::predicted, Verdict::inside),
                                  row("second", TargetKind::predicted, Verdict::inside),
                                  row("third", TargetKind::fitted, Verdict::inside)};
  rows[0].target.tag = "V";
  EXPECT_FALSE(has(report::comparison_section(rows).body, "read in no publication"));
  rows[1].target.tag = "ML";
  EXPECT_TRUE(has(report::comparison_section(rows).body,
                  "was not adjusted to these results. 1 of them was read in no publication"));
  EXPECT_FALSE(has(report::comparison_section(rows).body, "named from memory"));
  rows[0].target.source = rows[1].target.source = "A. Author 2005 (from memory of the literature)";
  EXPECT_TRUE(has(report::comparison_section(rows).body, " Of 1 other the source is named from memory"));
}

TEST(TallySections, GoBySubjectAndThenByTheScenario) {
  const std::vector<ResultAxis> axes = {test::two_arms(), test::two_visits()};
  std::vector<ResultTally> tallies;
  for (const auto& [name, subject] : std::initializer_list<std::pair<const char*, Subject>>{{"z", Subject::response},
                                                                                            {"a", Subject::response},
                                                                                            {"m", Subject::safety},
                                                                                            {"o", Subject::other},
                                                                                            {"e", Subject::exposure}}) {
    tallies.push_back(test::share(name, axes, {1, 2, 3, 4}));
    tallies.back().subject = subject;
  }
  const auto sections = report::tally_sections(trial_of(tallies), {});
  std::vector<std::string> ids;
  for (const report::Section& section : sections) ids.push_back(section.id);
  EXPECT_EQ(ids, (std::vector<std::string>{"exposure", "response", "safety", "other"}));
  const std::string& response = sections[1].body;
  EXPECT_LT(response.find("The share z"), response.find("The share a"));
  // Each tally's numbers and differences stand behind its figure, before the next tally.
  const std::size_t numbers = response.find("<summary>Numbers: The share z (z)</summary>");
  EXPECT_LT(response.find("<svg"), numbers);
  EXPECT_LT(response.find("Differences to low", numbers), response.find("The share a"));
}

TEST(TallySections, SayOfWhomADifferenceIs) {
  ResultTally tally = test::share("x", {test::two_arms()}, {20, 40});
  EXPECT_TRUE(has(report::tally_sections(trial_of({tally}), {})[0].body, "Differences to low, of all randomised"));
  tally.estimand = Estimand::on_treatment;
  EXPECT_TRUE(has(report::tally_sections(trial_of({tally}), {})[0].body, "Differences to low, of those evaluable"));
}

TEST(TallySections, CutLongTablesAndSaySo) {
  std::vector<std::string> days;
  for (int d = 0; d < 700; ++d) days.push_back("day " + std::to_string(d));
  const ResultAxis visits = test::axis(ResultAxisKind::visit, "visit", days);
  const auto sections =
      report::tally_sections(trial_of({test::share("x", {visits}, std::vector<std::int64_t>(700, 7))}), {});
  ASSERT_EQ(sections.size(), 1u);
  EXPECT_TRUE(has(sections[0].body, "The first 400 cells; all are in the results file."));
  EXPECT_FALSE(has(sections[0].body, "<td>day 650</td>"));
}

ResultTest test_of(TestKind kind, std::vector<double> estimates, std::vector<double> p) {
  ResultTest test;
  test.name = "compare", test.what = "low against high", test.kind = kind, test.terms = {"high"};
  test.standard_error.assign(p.size(), 0.5);
  test.patients.assign(p.size(), 200), test.events.assign(p.size(), 60);
  test.estimate = std::move(estimates), test.p = std::move(p);
  return test;
}

TEST(TestsSection, OfOneTrialHasRatioIntervalAndP) {
  Results results = test::two_arm_trial();
  results.tests = {test_of(TestKind::cox, {std::log(2.0)}, {0.17})};
  const std::string body = report::tests_section(results).body;
  // 2·exp(± 1.96·0.5) = 0.751, 5.33
  EXPECT_TRUE(has(body,
                  "<td>hazard ratio</td><td class=\"r\">2</td><td class=\"r\">0.751 – 5.33</td><td "
                  "class=\"r\">0.17</td><td class=\"r\">200</td><td class=\"r\">60</td>"))
      << body;
}

// Wilson's interval of 8 of 10, by hand: 0.4902 to 0.9433.
TEST(TestsSection, OverReplicatesIsThePowerWithItsInterval) {
  Results results = test::two_arm_trial();
  std::vector<double> p(10, 0.01);
  p[3] = 0.2, p[4] = 0.05;
  results.tests = {test_of(TestKind::proportions, std::vector<double>(10, 0.1), p)};
  const std::string body = report::tests_section(results).body;
  EXPECT_TRUE(has(body, "<td class=\"r\">80.0 %</td><td class=\"r\">49.0 % – 94.3 %</td><td class=\"r\">10</td>"))
      << body;
  EXPECT_EQ(report::tests_section({}).body, "");
}

TEST(AssumptionsSection, CountsByBasis) {
  Results results;
  results.sources = {{"a", "1", "", "A. Author 2005", "published", ""},
                     {"b", "2", "L", "B. Author 2006", "published", ""},
                     {"c", "3", "", "here", "calibrated", "median trough"},
                     {"d", "4", "", "here", "assumed", ""},
                     {"e", "5", "", "command line: --set e=5", "", ""}};
  const std::string body = report::assumptions_section(results).body;
  EXPECT_TRUE(has(body, "Of 5 numbers of the model: 2 published, 1 calibrated, 1 assumed, 1 without a basis.")) << body;
  EXPECT_TRUE(has(body, "<td>c</td><td>3</td><td></td><td>median trough</td><td>here</td>"));
  EXPECT_FALSE(has(body, "<h3>Derived"));
  EXPECT_FALSE(has(body, "named from memory"));
  results.sources[0].source = "A. Author 2005 (from memory of the literature)";
  EXPECT_TRUE(has(report::assumptions_section(results).body,
                  "Taken from a publication as it stands. Of 1 the source is named from memory"));
}

TEST(Warnings, NameWhatChangesTheReading) {
  EXPECT_EQ(report::warnings_html(trial_of({})), "");
  ResultTally number = test::share("level", {}, {});
  number.randomised = {100}, number.evaluable = {90}, number.clamped = {4};
  Results results = trial_of({number});
  results.unclear = {{"tally 'level'", "trough > 5", 12}};
  results.failures = {{"not finite", "", 1, 0}};  // 1 of 200: not withheld, but more than 0.1 %
  const std::string box = report::warnings_html(results);
  EXPECT_TRUE(has(box, "The share level (4 of 90 values)")) << box;
  EXPECT_TRUE(has(box, "tally &#39;level&#39; could not be told"));
  EXPECT_TRUE(has(box, "1 of 200 patients failed"));
}

TEST(ReportOrder, AnswersBeforeItExplains) {
  Results results = trial_of({test::share("mmr", {test::two_arms(), test::two_visits()}, {5, 20, 10, 40})});
  results.tallies[0].subject = Subject::response;
  results.tests = {test_of(TestKind::cox, {0}, {1})};
  results.sources = {{"a", "1", "", "A. Author 2005", "published", ""}};
  results.notes = {"A note."};
  results.provenance.command_line = "vtrial run trial.toml";
  const std::string page = report_html(results, {row("first", TargetKind::predicted, Verdict::inside)});
  std::size_t at = 0;
  for (const char* id :
       {"design", "answer", "published", "response", "tests", "rules", "assumptions", "notes", "provenance"}) {
    const std::size_t section = page.find(" id=\"" + std::string(id) + "\"");
    ASSERT_NE(section, std::string::npos) << id;
    EXPECT_GT(section, at) << id;
    at = section;
    EXPECT_TRUE(has(page, "<a href=\"#" + std::string(id) + "\">")) << id;  // in the contents
  }
  EXPECT_FALSE(has(page, "id=\"safety\""));
  EXPECT_TRUE(has(page, "<pre>vtrial run trial.toml</pre>"));
  EXPECT_EQ(page, report_html(results, {row("first", TargetKind::predicted, Verdict::inside)}));
}

}  // namespace
}  // namespace vt
