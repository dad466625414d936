#include "kernels/patient/interactions.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <string>

#include "kernels/patient/pharmacokinetics.hpp"

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

/// What a volunteer's single dose comes to: clearance 13.1 L/h, volume 267 L, ka 1.0 1/h.
struct SingleDose {
  double peak = 0, auc_24h = 0, auc_20d = 0;
};

SingleDose single_dose(bool induced) {
  Induction state{0, 0, induced ? 1.0 : 0.0};
  for (int day = -8; day < 0; ++day) state = turn_over(state, rifampicin(), 1);
  SingleDose found;
  Body body{0, 0};
  for (int day = 0; day < 20; ++day) {
    const Modifiers m = modify({1, 1}, state, rifampicin());
    const double clearance = 13.1 * m.clearance, volume = 267;
    const PkDay rates = {clearance, volume, clearance / volume, m.bioavailability, 1.0};
    const Input dose = {day == 0 ? 400 * rates.bioavailability : 0.0, 0, 1};
    for (int i = 1; day == 0 && i <= 2400; ++i)
      found.peak =
          std::max(found.peak, contribution<Absorption::first_order>(dose, rates, 0.01 * i).central_mg / volume);
    const Body before = body, added = contribution<Absorption::first_order>(dose, rates, kHoursPerDay);
    body = eliminate<Absorption::first_order>(body, rates, kHoursPerDay);
    body = {body.central_mg + added.central_mg, body.depot_mg + added.depot_mg};
    const double auc = (before.central_mg + before.depot_mg + dose.mg - body.central_mg - body.depot_mg) / clearance;
    found.auc_20d += auc;
    if (day == 0) found.auc_24h = auc;
    state = turn_over(state, rifampicin(), 1);
  }
  return found;
}

// Bolton 2004, 400 mg after eight days of rifampicin: peak −54 %, AUC −68 % to 24 h and −74 % in all.
TEST(Rifampicin, lowers_peak_and_area_of_a_single_dose_as_observed) {
  const SingleDose alone = single_dose(false), with = single_dose(true);
  EXPECT_NEAR(with.peak / alone.peak - 1, -0.54, 0.05);
  EXPECT_NEAR(with.auc_24h / alone.auc_24h - 1, -0.68, 0.05);
  EXPECT_NEAR(with.auc_20d / alone.auc_20d - 1, -0.74, 0.03);
}

}  // namespace
}  // namespace vt
