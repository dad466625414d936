#include "kernels/drug/variant.hpp"

#include <gtest/gtest.h>

#include <cmath>

namespace vt { namespace {

constexpr double kDose = 400, kClearance = 10.62, kVolume = 244.18;

PkDay day_of(double absorption) { return {kClearance, kVolume, kClearance / kVolume, 1, absorption}; }

/// Amount after `days` of one dose a day at 6 h.
template <Variant variant>
Body after_days(int days, const PkDay& day, const Input& dose) {
  Body body{0, 0};
  Input pending{0, 0, 1};
  for (int d = 0; d < days; ++d) {
    Body next = InputOf<variant>::eliminate(body, day, kHoursPerDay);
    for (const Input& input : {pending, dose}) {
      const Body added = InputOf<variant>::contribution(input, day, kHoursPerDay);
      next = {next.central_mg + added.central_mg, next.depot_mg + added.depot_mg};
    }
    pending = InputOf<variant>::remainder(dose);
    body = next;
  }
  const Body carried = InputOf<variant>::eliminate(body, day, dose.start_h);
  const Body late = InputOf<variant>::contribution(pending, day, dose.start_h);
  return {carried.central_mg + late.central_mg, carried.depot_mg + late.depot_mg};
}

double trough(const Body& body) { return body.central_mg / kVolume * kNgPerMlPerMgPerL; }

TEST(ZeroOrderInput, reaches_the_closed_form_of_the_steady_state) {
  const double k = kClearance / kVolume, d1 = 1.5;
  const double expected =
      1000 * kDose / (d1 * kClearance) * (1 - std::exp(-k * d1)) * std::exp(-k * (24 - d1)) / (1 - std::exp(-k * 24));
  EXPECT_NEAR(expected, 919.95, 0.005);  // pharmacokinetics reference, typical default patient
  EXPECT_NEAR(trough(after_days<Variant::zero_order>(100, day_of(d1), {kDose, 6, d1})), expected, 1e-9 * expected);
}

TEST(ZeroOrderInput, that_runs_past_midnight_is_carried_over) {
  const double k = kClearance / kVolume, d1 = 20;
  const double expected =
      1000 * kDose / (d1 * kClearance) * (1 - std::exp(-k * d1)) * std::exp(-k * (24 - d1)) / (1 - std::exp(-k * 24));
  EXPECT_NEAR(trough(after_days<Variant::zero_order>(100, day_of(d1), {kDose, 6, d1})), expected, 1e-9 * expected);
}

TEST(ZeroOrderInput, that_begins_after_midnight_enters_the_next_day) {
  const Input late{kDose, 26, 1.5};
  EXPECT_EQ(ZeroOrder::entered_mg(late, 24), 0);
  const Input rest = ZeroOrder::remainder(late);
  EXPECT_EQ(rest.mg, kDose);
  EXPECT_EQ(rest.start_h, 2);
  EXPECT_EQ(rest.length_h, 1.5);
}

TEST(FirstOrderInput, reaches_the_closed_form_of_the_steady_state) {
  const double k = kClearance / kVolume, ka = 0.609;
  const double expected = 1000 * kDose * ka / (kVolume * (ka - k)) *
                          (std::exp(-k * 24) / (1 - std::exp(-k * 24)) - std::exp(-ka * 24) / (1 - std::exp(-ka * 24)));
  EXPECT_NEAR(trough(after_days<Variant::first_order>(100, day_of(ka), {kDose, 6, 1})), expected, 1e-9 * expected);
}

TEST(FirstOrderInput, is_smooth_where_absorption_equals_elimination) {
  // At ka = k the share is k·t·e^(−kt); just beside it the general formula must agree.
  const double k = 0.05, t = 10;
  EXPECT_NEAR(absorbed_share(k, k, t), k * t * std::exp(-k * t), 1e-16);
  EXPECT_NEAR(absorbed_share(k * (1 + 1e-9), k, t) / absorbed_share(k, k, t), 1, 2e-9);
  EXPECT_NEAR(absorbed_share(0.6, k, t), 0.6 / (0.6 - k) * (std::exp(-k * t) - std::exp(-0.6 * t)), 1e-15);
}

TEST(FirstOrderInput, before_its_time_adds_nothing) {
  const Body none = FirstOrder::contribution({kDose, 12, 1}, day_of(0.6), 11);
  EXPECT_EQ(none.central_mg, 0);
  EXPECT_EQ(none.depot_mg, 0);
}

TEST(Trend, goes_from_its_first_day_to_its_lasting_value) {
  const Trend clearance = {0.30, 1.0 / 7};
  EXPECT_NEAR(10.62 * trend_factor(clearance, 0), 13.8, 0.02 * 13.8);
  EXPECT_NEAR(10.62 * trend_factor(clearance, 29), 10.6, 0.02 * 10.6);
  EXPECT_EQ(trend_factor(clearance, -5), trend_factor(clearance, 0));
}

TEST(Trend, that_does_not_move_has_the_factor_of_the_day_before) {
  for (const double change : {0.0, 0.3, -0.9, 25.0, 1e-15})
    for (const double days : {0.5, 7.0, 60.0}) {
      const Trend trend{change, 1 / days};
      for (int day = -10; day < 4000; ++day) {
        if (!is_moving(trend, day)) {
          ASSERT_EQ(trend_factor(trend, day), trend_factor(trend, day - 1)) << change << " " << days << " " << day;
        }
      }
      EXPECT_EQ(is_moving(trend, 1), change != 0.0);
      EXPECT_FALSE(is_moving(trend, (41 + std::fabs(change)) * days + 1));
    }
}

}  // namespace
}  // namespace vt
