#include <gtest/gtest.h>

#include "host/campaign/campaign.hpp"
#include "tests/support/trial.hpp"

namespace vt { namespace {

std::vector<BuiltPlan> some_trials() {
  std::vector<BuiltPlan> plans;
  for (const char* patients : {"trial.patients=700", "trial.patients=64", "trial.patients=1300"})
    plans.push_back(test::build(test::read(test::scenario_path("tops.toml"), {patients})));
  return plans;
}

/// With an engine that takes units of many trials at a time every trial finds what it finds alone.
TEST(Together, EveryTrialFindsWhatItFindsAlone) {
  const Engine alone = make_engine(Backend::cpu, 1);
  std::size_t most = 0;
  Engine together = alone;
  together.seats[0].together = [&](std::span<const PlanUnit> units) {
    most = std::max(most, units.size());
    for (const PlanUnit& one : units) alone.seats[0].run(*one.plan, one.unit, one.words, one.records);
  };
  const std::atomic<bool> never = false;
  RunOptions options;
  options.in_parts = true;
  const std::vector<TrialFound> one = run_together(some_trials(), alone, options, never);
  const std::vector<TrialFound> other = run_together(some_trials(), together, options, never);
  ASSERT_EQ(one.size(), 3u);
  EXPECT_GT(most, 3u);
  for (std::size_t t = 0; t < 3; ++t) {
    EXPECT_EQ(content_hash(one[t].results), content_hash(other[t].results)) << t;
    EXPECT_EQ(one[t].results.patients, other[t].results.patients);
    EXPECT_EQ(one[t].shares, other[t].shares) << t;
    ASSERT_EQ(one[t].without.size(), other[t].without.size());
    for (std::size_t p = 0; p < one[t].without.size(); ++p)
      EXPECT_EQ(one[t].without[p].tallies[0].evaluable, other[t].without[p].tallies[0].evaluable);
  }
}

}}  // namespace vt
