#include "output/report/sections/flow.hpp"

#include <gtest/gtest.h>

#include "output/report/sections/sections.hpp"
#include "tests/support/has.hpp"
#include "tests/unit/output/report/small_trials.hpp"

namespace vt { namespace {

using report::Flow;
using report::flow_of;

using test::has;

/// What has to add up in every trial whose results tell how patients ended.
void expect_sums(const Results& results) {
  const Flow flow = flow_of(results);
  EXPECT_EQ(flow.screened, static_cast<std::int64_t>(results.patients * results.replicates));
  EXPECT_EQ(flow.not_included + flow.included, flow.screened);
  const auto lives = flow.is_every_arm ? static_cast<std::int64_t>(flow.arms.size()) : 1;
  EXPECT_EQ(flow.allocated + flow.missing, flow.included * lives);
  std::int64_t allocated = 0, failed = 0, of_failures = 0;
  for (const auto& arm : flow.arms) {
    EXPECT_EQ(arm.to_the_end + arm.left + arm.failed, arm.allocated);
    allocated += arm.allocated, failed += arm.failed;
  }
  for (const FailureCount& f : results.failures) of_failures += static_cast<std::int64_t>(f.patients);
  EXPECT_EQ(allocated, flow.allocated);
  EXPECT_EQ(failed, of_failures);
}

TEST(Flow, AddsUp) {
  const Results results = test::two_arm_trial();
  expect_sums(results);
  const Flow flow = flow_of(results);
  EXPECT_EQ(flow.screened, 250);
  EXPECT_EQ(flow.not_included, 50);
  EXPECT_EQ(flow.allocated, 200);
  EXPECT_EQ(flow.missing, 0);
  EXPECT_FALSE(flow.is_every_arm);
  EXPECT_EQ(flow.arms[0].failed, 1);
  EXPECT_EQ(flow.arms[1].failed, 2);
  EXPECT_EQ(flow.arms[1].left, 18);
}

TEST(Flow, CountsEveryPatientInEveryArmWhereArmsAreLives) {
  Results results = test::two_arm_trial();
  for (ArmResult& arm : results.arms) arm.patients = 200, arm.share = 0;
  results.leaving[0].patients = {190, 180};
  expect_sums(results);
  EXPECT_TRUE(flow_of(results).is_every_arm);
  results.patients = 300;  // a partial file: its tallies tell
  EXPECT_FALSE(flow_of(results).is_every_arm);
  results.tallies = {test::share("x", {test::two_arms()}, {1, 2})};
  results.tallies[0].is_of_lives = true;
  EXPECT_TRUE(flow_of(results).is_every_arm);
  EXPECT_EQ(flow_of(results).missing, 100);
  expect_sums(results);
}

TEST(Flow, TellsWhoIsMissingFromAPartialFile) {
  Results results = test::two_arm_trial();
  results.patients = 125, results.replicates = 4;
  expect_sums(results);
  EXPECT_EQ(flow_of(results).missing, 250);
  EXPECT_TRUE(has(report::design_section(results).body, "Not in this file (n = 250)"));
  EXPECT_TRUE(has(report::warnings_html(results), "250 patients are missing"));
}

TEST(Flow, OfAnOldFileWithoutReasonsIsTheAllocationAlone) {
  Results results = test::two_arm_trial();
  results.leaving.clear();
  for (ArmResult& arm : results.arms) arm.share = 0;
  const Flow flow = flow_of(results);
  EXPECT_FALSE(flow.knows_ends);
  EXPECT_EQ(flow.arms[0].failed, 0);
  const std::string body = report::design_section(results).body;
  EXPECT_FALSE(has(body, "Left the trial"));
  EXPECT_FALSE(has(body, "randomised 0"));
}

TEST(Design, DrawsTheWayThroughTheTrialWithItsNumbers) {
  const report::Section section = report::design_section(test::two_arm_trial());
  for (const char* text : {"Screened (n = 250)", "Not included (n = 50)", "Allocated (n = 200)", "randomised 1 : 1",
                           "high (n = 100)", "In the trial to its end (n = 80)", "Left the trial (n = 18)",
                           "Could not be computed (n = 2)", "discontinued: 14", "died: 4", "7 times in 7 patients"})
    EXPECT_TRUE(has(section.body, text)) << text << section.body;
  EXPECT_FALSE(has(section.body, "died: 0"));
  EXPECT_TRUE(has(section.body, "<td>left: discontinued</td><td class=\"r\">9</td><td class=\"r\">14</td>"));
}

TEST(Design, OfManyArmsIsATable) {
  Results results = test::two_arm_trial();
  results.arms.resize(7, {"more", "300 mg every 24 h", 0, 1});
  for (LeavingResult& left : results.leaving) left.patients.resize(7);
  for (RuleResult& rule : results.rules) rule.fired.resize(7), rule.patients.resize(7);
  const std::string body = report::design_section(results).body;
  EXPECT_FALSE(has(body, "<svg"));
  EXPECT_TRUE(has(body, "<td>allocated</td><td class=\"r\">100</td>"));
  EXPECT_TRUE(has(body, "randomised 1 : 1 : 1 : 1 : 1 : 1 : 1"));
}

TEST(Design, OfNothingIsNoSection) { EXPECT_EQ(report::design_section({}).body, ""); }

}  // namespace
}  // namespace vt
