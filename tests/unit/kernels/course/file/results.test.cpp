#include "kernels/course/file/results.hpp"

#include <gtest/gtest.h>

#include <memory>

namespace vt { namespace {

constexpr int kAnc = static_cast<int>(Result::anc);

TEST(File, holds_the_last_result_the_one_before_and_the_extremes) {
  const Filed one = with(Filed{}, 3.0);
  EXPECT_EQ(one.last, 3.0);
  EXPECT_EQ(one.lowest, 3.0);  // not 0, which stands in an empty file
  EXPECT_EQ(one.highest, 3.0);
  EXPECT_EQ(one.results, 1.0);
  const Filed three = with(with(one, 5.0), 4.0);
  EXPECT_EQ(three.last, 4.0);
  EXPECT_EQ(three.previous, 5.0);
  EXPECT_EQ(three.lowest, 3.0);
  EXPECT_EQ(three.highest, 5.0);
  EXPECT_EQ(three.results, 3.0);
  EXPECT_EQ(with(Filed{}, -2.0).highest, -2.0);
}

TEST(Report, of_many_patients_at_once_is_that_of_one_after_another) {
  const auto together = std::make_unique<Cohort<64>>(), alone = std::make_unique<Cohort<64>>();
  const Plan plan{};
  std::uint64_t who = 0x5555aaaa0f0f3333;
  ASSERT_TRUE(are_many<64>(who));
  for (int day = 0; day < 5; ++day, who = who << 7 | who >> 57) {
    double value[64];
    for (int lane = 0; lane < 64; ++lane) value[lane] = (lane * 37 + day * 11) % 17 - 8;
    report(plan, day, Result::anc, who, value, *together);
    for (int lane = 0; lane < 64; ++lane)
      if (has_lane(who, lane)) report(plan, *alone, lane, Result::anc, value[lane], day, 0);
  }
  for (int lane = 0; lane < 64; ++lane) {
    const Filed a = together->file[kAnc][lane], b = alone->file[kAnc][lane];
    EXPECT_EQ(a.last, b.last);
    EXPECT_EQ(a.previous, b.previous);
    EXPECT_EQ(a.lowest, b.lowest);
    EXPECT_EQ(a.highest, b.highest);
    EXPECT_EQ(a.results, b.results);
  }
}

TEST(Report, waits_for_the_laboratory) {
  const auto cohort = std::make_unique<Cohort<1>>();
  Plan plan{};
  plan.assays.wait_days[kAnc] = 5;
  for (const int day : {10, 11, 12}) report(plan, *cohort, 0, Result::anc, day, day, 5);
  EXPECT_EQ(due_today(cohort->course[0], 15), 1u << kAnc);
  deliver(plan, *cohort, 0, 14);
  EXPECT_EQ(cohort->file[kAnc][0].results, 0.0);
  deliver(plan, *cohort, 0, 15);
  EXPECT_EQ(cohort->file[kAnc][0].last, 10.0);
  deliver(plan, *cohort, 0, 30);
  EXPECT_EQ(cohort->file[kAnc][0].last, 12.0);  // of two that wait, a third takes the place of the second
  EXPECT_EQ(cohort->file[kAnc][0].results, 2.0);
}

}  // namespace
}  // namespace vt
