#include "kernels/drug/interactions.hpp"

#include <gtest/gtest.h>

#include <cmath>

namespace vt { namespace {

Interaction rifampicin() {
  Interaction interaction{};
  interaction.clearance_ratio = 1.89;
  interaction.bioavailability_ratio = 0.49;
  interaction.liver_keep = std::exp2(-24.0 / 48);
  interaction.gut_keep = std::exp2(-24.0 / 24);
  return interaction;
}

TEST(Interaction, approaches_its_full_effect_by_its_half_life_and_leaves_by_it) {
  Induction state{0, 0, 1};
  for (int day = 0; day < 2; ++day) state = turn_over(state, rifampicin(), 1);
  EXPECT_NEAR(state.liver, 0.5, 1e-15);
  EXPECT_NEAR(state.gut, 0.75, 1e-15);
  for (int day = 0; day < 2; ++day) state = turn_over(state, rifampicin(), 0);
  EXPECT_NEAR(state.liver, 0.25, 1e-15);
}

TEST(Interaction, leaves_those_who_do_not_take_it_alone) {
  Induction state{0, 0, 0};
  for (int day = 0; day < 10; ++day) state = turn_over(state, rifampicin(), 1);
  const Modifiers after = modify({1, 1}, state, rifampicin());
  EXPECT_EQ(after.clearance, 1);
  EXPECT_EQ(after.bioavailability, 1);
}

TEST(Window, lets_courses_follow_one_another_until_the_stop) {
  Window window{-3, -1, 10};
  std::string days;
  for (int day = -5; day < 12; ++day) {
    window = course_on(window, day, 4);
    days += is_within(window, day) == 1 ? 'x' : '.';
  }
  EXPECT_EQ(days, "..xx..xx..xx..x..");  // from day −3: two days on, two days off; day 9 would be the second
}

TEST(Window, of_one_course_ends_for_good) {
  Window window{2.5, 5, 5};
  std::string days;
  for (int day = 0; day < 9; ++day) {
    window = course_on(window, day, 0);
    days += is_within(window, day) == 1 ? 'x' : '.';
  }
  EXPECT_EQ(days, "...xx....");
}

}  // namespace
}  // namespace vt
