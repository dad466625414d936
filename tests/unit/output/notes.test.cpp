#include "output/notes.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <nlohmann/json.hpp>

#include "output/hdf5/results_file.hpp"
#include "output/print.hpp"
#include "output/report/report.hpp"
#include "tests/unit/output/sample_results.hpp"

namespace vt { namespace {

constexpr double kNone = std::numeric_limits<double>::quiet_NaN();

/// Four replicates, two of which have an estimate: mean −0.5, SD √0.5; one of the four is significant.
Results with_test() {
  Results r;
  r.replicates = 4;
  r.tests = {{.name = "cox",
              .what = "time to death",
              .kind = TestKind::cox,
              .terms = {"B"},
              .estimate = {-1, kNone, kNone, 0},
              .standard_error = {1, kNone, kNone, 1},
              .p = {0.01, kNone, kNone, 0.9},
              .patients = {60, 60, 60, 60},
              .events = {4, 0, 1, 3}}};
  return r;
}

TEST(Notes, SayOfHowManyReplicatesAMeanIs) {
  const Results r = with_test();
  const std::vector<std::string> notes = notes_on(r);
  ASSERT_EQ(notes.size(), 1u);
  EXPECT_EQ(notes[0].rfind("analysis 'cox', B: 2 of 4 replicates have an estimate", 0), 0u) << notes[0];
  const auto json = results_json(r);
  const auto& summary = json["tests"][0]["summary"][0];
  EXPECT_EQ(summary["estimates"], 2);
  EXPECT_EQ(summary["replicates"], 4);
  EXPECT_EQ(summary["mean_of_estimates"], -0.5);
  EXPECT_EQ(summary["share_significant_of_all"], 0.25);
  EXPECT_NE(print_results(r).find("with estimate"), std::string::npos);
}

/// Four replicates of pairs: too few, none that differs, all by the same, and one with an answer.
TEST(Notes, SayWhyAPairedTestHasNoP) {
  Results r;
  r.replicates = 4;
  r.tests = {{.name = "t",
              .kind = TestKind::paired_t,
              .terms = {"B"},
              .estimate = {kNone, 0, 0.05, 0.1},
              .standard_error = {kNone, 0, 0, 0.2},
              .p = {kNone, 1, kNone, 0.6},
              .patients = {1, 20, 20, 20},
              .events = {1, 0, 20, 20}}};
  const std::vector<std::string> notes = notes_on(r);
  ASSERT_EQ(notes.size(), 3u);
  EXPECT_EQ(notes[0],
            "analysis 't', B: in 1 of 4 replicates fewer than two patients with a value in every life: no estimate");
  EXPECT_EQ(notes[1].rfind("analysis 't', B: in 1 of 4 replicates no pair of lives differs", 0), 0u) << notes[1];
  EXPECT_EQ(notes[2].rfind("analysis 't', B: in 1 of 4 replicates all pairs of lives differ by the same", 0), 0u);
}

TEST(Notes, GoThroughTheFileAndAreShown) {
  Results r = with_test();
  r.notes = {"tally 'µ': first", "second <note>"};
  const Results read = parse_results_file(results_file_bytes(r), "x.h5");
  EXPECT_EQ(read.notes, r.notes);
  EXPECT_EQ(content_hash(read), content_hash(with_test()));
  for (const std::string& text : {print_info(read), print_results(read)})
    EXPECT_NE(text.find("note: second <note>\n"), std::string::npos) << text;
  EXPECT_NE(report_html(read, {}).find("<li>second &lt;note&gt;</li>"), std::string::npos);
}

TEST(Notes, NumbersAreWithheldWhereMoreThanOneInAHundredFailed) {
  Results r;
  r.arms = {{"A", "400 mg", 1000}};
  for (const auto& [failed, is_said, is_withheld] :
       {std::tuple{1u, false, false}, {2u, true, false}, {10u, true, false}, {11u, true, true}}) {
    r.failures = {{.reason = "a reason", .patients = failed}};
    EXPECT_EQ(!failed_share(r).empty(), is_said) << failed;
    EXPECT_EQ(!withheld(r).empty(), is_withheld) << failed;
    EXPECT_EQ(notes_on(r).size(), is_said ? 1u : 0u);
  }
}

TEST(Notes, SayThatGroupsAreNotOfOneSize) {
  Results r;
  ResultTally tally;
  tally.name = "t";
  ResultAxis axis;
  axis.name = axis.title = "u", axis.kind = ResultAxisKind::quantiles;
  axis.labels = {"T1", "T2", "T3", "not measured"};
  tally.axes = {axis};
  r.tallies = {tally};
  r.tallies[0].axes[0].group_patients = {30, 34, 36, 50};
  EXPECT_TRUE(notes_on(r).empty());
  r.tallies[0].axes[0].group_patients = {20, 40, 40, 50};
  ASSERT_EQ(notes_on(r).size(), 1u);
  EXPECT_NE(notes_on(r)[0].find("20.0 %, 40.0 %, 40.0 %"), std::string::npos) << notes_on(r)[0];
}

}}  // namespace vt
