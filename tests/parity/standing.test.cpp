/// \file How patients stand is kept beside their courses: the two agree on every day of every life.

#include <gtest/gtest.h>

#include "kernels/simulate.hpp"
#include "tests/support/scenario_file.hpp"
#include "tests/support/trial.hpp"

namespace vt { namespace {

using namespace test;

/// Compares after each visit and at each day's end.
struct Auditor {
  std::uint64_t* seen;  ///< all facts that came up, together
  int* different;

  template <int L>
  void compare(const Cohort<L>& cohort) const {
    for (int lane = 0; lane < L; ++lane) {
      const std::uint64_t expected = lane < cohort.patients ? standing_of(cohort.course[lane]) : 0;
      *different += cohort.standing[lane] != expected;
      *seen |= expected;
    }
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

TEST(Standing, agrees_with_the_courses_on_every_day) {
  std::uint64_t seen = 0;
  int different = 0;
  for (const char* name : {"tops.toml", "everything.toml", "../tests/parity/population.toml"}) {
    const BuiltPlan built = build(read(scenario_path(name), {"trial.patients=60"}));
    const Plan& plan = built.buffer.plan();
    std::vector<std::uint64_t> words(all_words(plan));
    std::vector<Record> rows(8);
    for (std::uint64_t first = 0; first < 60; first += 6)  // six patients on eight places
      simulate<Absorption::zero_order, 8>(plan, first, 6, TallyWords{words.data()}, rows.data(),
                                          Auditor{&seen, &different});
  }
  EXPECT_EQ(different, 0);
  EXPECT_EQ(seen & 0xff, kEnrolled | kInTrial | kOffDrug | kHolds);  // the facts that came up
}

}  // namespace
}  // namespace vt
