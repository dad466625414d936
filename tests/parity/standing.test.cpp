/// \file How patients stand is kept beside their courses: the two agree on every day of every life.

#include <gtest/gtest.h>

#include <cstring>

#include "kernels/simulate.hpp"
#include "tests/support/scenario_file.hpp"
#include "tests/support/trial.hpp"

namespace vt { namespace {

using namespace test;

/// Compares after each visit and at each day's end.
struct Auditor {
  Standing* seen;  ///< everything that came up, in any lane
  int* different;

  template <int L>
  void compare(const Cohort<L>& cohort) const {
    Standing expected{};
    for (int lane = 0; lane < cohort.patients; ++lane) expected = restand(expected, lane, cohort.course[lane]);
    *different += std::memcmp(&cohort.standing, &expected, sizeof expected) != 0;
    for (int lane = 0; lane < cohort.patients; ++lane) *different += cohort.arm[lane] != cohort.course[lane].arm;
    *seen = {seen->enrolled | expected.enrolled, seen->in_trial | expected.in_trial, seen->failed | expected.failed,
             seen->off_drug | expected.off_drug, seen->holding | expected.holding};
  }
  template <int L>
  void visited(const Plan&, std::int32_t, const Cohort<L>& cohort, const Visits<L>&) const {
    compare(cohort);
  }
  template <int L>
  void decided(const Plan&, std::int32_t, const Cohort<L>& cohort) const {
    compare(cohort);
  }
  template <int L>
  void lived(const Plan&, std::int32_t, const Cohort<L>& cohort) const {
    compare(cohort);
  }
};

/// Six patients at a time on eight places.
template <Absorption absorption>
void audit(const Plan& plan, const Auditor& auditor) {
  std::vector<std::uint64_t> words(all_words(plan));
  std::vector<Record> rows(8);
  for (std::uint64_t first = 0; first < 60; first += 6) {
    Lanes<Id, 8> who;
    for (int lane = 0; lane < 8; ++lane) who.put(lane, {first + static_cast<std::uint64_t>(lane < 6 ? lane : 5)});
    simulate<absorption>(plan, who, 6, TallyWords{words.data()}, rows.data(), auditor);
  }
}

TEST(Standing, agrees_with_the_courses_on_every_day) {
  Standing seen{};
  int different = 0;
  for (const char* name : {"tops.toml", "everything.toml", "../tests/parity/population.toml"}) {
    const BuiltPlan built = build(read(scenario_path(name), {"trial.patients=60"}));
    const Plan& plan = built.buffer.plan();
    const Auditor auditor{&seen, &different};
    if (plan.pharmacokinetics.absorption == Absorption::general)
      audit<Absorption::general>(plan, auditor);
    else
      audit<Absorption::zero_order>(plan, auditor);
  }
  EXPECT_EQ(different, 0);
  for (const std::uint64_t lanes : {seen.enrolled, seen.in_trial, seen.off_drug, seen.holding})
    EXPECT_EQ(lanes, 0x3fu);  // the facts that came up, in every place in use
}

}  // namespace
}  // namespace vt
