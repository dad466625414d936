#include "kernels/day.hpp"

#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <memory>
#include <utility>
#include <vector>

namespace vt { namespace {

/// One patient without variability on 400 mg every day at 6 h.
template <int L>
std::unique_ptr<Cohort<L>> patient(double absorption, double lag_h) {
  auto cohort = std::make_unique<Cohort<L>>();
  cohort->patients = L;
  for (int lane = 0; lane < L; ++lane) {
    cohort->id.put(lane, {static_cast<std::uint64_t>(lane)});
    cohort->pk.put(lane, {10.62, 244.18, absorption, lag_h, 1, 1 / 244.18, 1 / absorption});
    cohort->occasion.put(lane, {1});
    cohort->body.put(lane, {});
    cohort->sampled_h.put(lane, {});
    for (int i = 0; i < kIntakesPerDay; ++i) {
      cohort->prescription[i].put(lane, {i == 0 ? 400.0 : 0.0, 6, 0, 0, 1, std::uint64_t{1} << 32});
      cohort->pending[i].put(lane, {0, 0, 1, 0});
    }
  }
  return cohort;
}

Plan plan_of(Variant variant) {
  Plan plan{};
  plan.intakes = 1;
  plan.drug.pharmacokinetics.variant = variant;
  plan.drug.pharmacokinetics.carries_over = 1;
  plan.drug.pharmacokinetics.occasion_days = 28;
  plan.drug.pharmacokinetics.reference_ng_per_mL = 1000;
  for (Trend* trend : {&plan.drug.pharmacokinetics.clearance_trend, &plan.drug.pharmacokinetics.volume_trend,
                       &plan.drug.pharmacokinetics.bioavailability_trend})
    *trend = {0, 1};
  return plan;
}

template <Variant variant>
double steady_auc(double rate_or_duration, double lag_h) {
  const Plan plan = plan_of(variant);
  auto cohort = patient<1>(rate_or_duration, lag_h);
  for (int day = 0; day < 200; ++day) {
    set_rates<variant>(plan, day, *cohort);
    take_doses<variant>(plan, day, *cohort);
    absorb_and_eliminate<variant>(plan, *cohort);
  }
  return cohort->exposure[0].auc_mg_h_per_L;
}

// In the steady state what enters leaves: AUC·CL = F·dose, to 1e-10.
TEST(Day, area_times_clearance_is_the_dose) {
  EXPECT_NEAR(steady_auc<Variant::zero_order>(1.5, 0) * 10.62 / 400, 1, 1e-10);
  EXPECT_NEAR(steady_auc<Variant::zero_order>(12, 11) * 10.62 / 400, 1, 1e-10);
  EXPECT_NEAR(steady_auc<Variant::first_order>(0.609, 0.2) * 10.62 / 400, 1, 1e-10);
  EXPECT_NEAR(steady_auc<Variant::first_order>(10.62 / 244.18, 0) * 10.62 / 400, 1, 1e-10);
}

TEST(Day, lanes_and_a_single_patient_have_the_same_bits) {
  const Plan plan = plan_of(Variant::zero_order);
  auto alone = patient<1>(1.5, 0);
  auto together = patient<64>(1.5, 0);
  for (int day = 0; day < 50; ++day) {
    set_rates<Variant::zero_order>(plan, day, *alone);
    set_rates<Variant::zero_order>(plan, day, *together);
    take_doses<Variant::zero_order>(plan, day, *alone);
    take_doses<Variant::zero_order>(plan, day, *together);
    absorb_and_eliminate<Variant::zero_order>(plan, *alone);
    absorb_and_eliminate<Variant::zero_order>(plan, *together);
    ASSERT_EQ(bits_of(alone->body[0].central_mg), bits_of(together->body[0].central_mg)) << day;
    ASSERT_EQ(bits_of(alone->exposure[0].auc_mg_h_per_L), bits_of(together->exposure[0].auc_mg_h_per_L)) << day;
  }
}

/// Doses around 22:30, give or take an hour and a half: many a one runs past midnight, and one or none is taken.
template <int L>
void take_late(Cohort<L>& c) {
  for (int lane = 0; lane < L; ++lane)
    for (int i = 0; i < 2; ++i)
      c.prescription[i].put(lane, {i == 0 ? 400.0 : 300.0, i == 0 ? 6.0 : 22.5, 1.5, 0, 1, bernoulli_threshold(0.7)});
}

template <Variant variant>
void expect_the_same_bits_around_midnight(double rate_or_duration) {
  Plan plan = plan_of(variant);
  plan.intakes = 2;
  auto together = patient<64>(rate_or_duration, 0.5);
  take_late(*together);
  std::vector<std::unique_ptr<Cohort<1>>> alone;
  for (int lane = 0; lane < 64; ++lane) {
    alone.push_back(patient<1>(rate_or_duration, 0.5));
    alone.back()->id.put(0, together->id[lane]);
    take_late(*alone.back());
  }
  const auto live = [&](int day, auto& c) {
    set_rates<variant>(plan, day, c);
    take_doses<variant>(plan, day, c);
    absorb_and_eliminate<variant>(plan, c);
  };
  int carried = 0;
  for (int day = 0; day < 30; ++day) {
    live(day, *together);
    for (int lane = 0; lane < 64; ++lane) {
      const Cohort<1>& one = *alone[static_cast<std::size_t>(lane)];
      live(day, *alone[static_cast<std::size_t>(lane)]);
      carried += one.pending[1][0].mg > 0 ? 1 : 0;
      ASSERT_EQ(bits_of(one.body[0].central_mg), bits_of(together->body[lane].central_mg)) << day;
      ASSERT_EQ(bits_of(one.body[0].depot_mg), bits_of(together->body[lane].depot_mg)) << day;
      ASSERT_EQ(bits_of(one.exposure[0].auc_mg_h_per_L), bits_of(together->exposure[lane].auc_mg_h_per_L)) << day;
      ASSERT_EQ(bits_of(one.pending[1][0].mg), bits_of(together->pending[1][lane].mg)) << day;
      ASSERT_EQ(bits_of(one.pending[1][0].length_h), bits_of(together->pending[1][lane].length_h)) << day;
    }
  }
  EXPECT_GT(carried, 200);
  EXPECT_LT(carried, 64 * 30 - 200);
}

TEST(Day, around_midnight_lanes_and_a_single_patient_have_the_same_bits) {
  expect_the_same_bits_around_midnight<Variant::zero_order>(1.5);
  expect_the_same_bits_around_midnight<Variant::first_order>(0.6);
}

// What has been swallowed is in the body, has left it or is yet to enter: nothing is lost at midnight.
TEST(Day, around_midnight_nothing_is_lost) {
  Plan plan = plan_of(Variant::zero_order);
  plan.intakes = 2;
  auto c = patient<64>(3, 0.5);
  take_late(*c);
  std::array<double, 64> swallowed{}, left{};
  for (int day = 0; day < 30; ++day) {
    set_rates<Variant::zero_order>(plan, day, *c);
    take_doses<Variant::zero_order>(plan, day, *c);
    absorb_and_eliminate<Variant::zero_order>(plan, *c);
    for (int lane = 0; lane < 64; ++lane) {
      const auto k = static_cast<std::size_t>(lane);
      for (int i = 0; i < 2; ++i) swallowed[k] += c->intake[i][lane].mg;
      left[k] += c->exposure[lane].auc_mg_h_per_L * 10.62;
      const double yet_to_enter = c->pending[0][lane].mg + c->pending[1][lane].mg;
      ASSERT_NEAR(left[k] + c->body[lane].central_mg + yet_to_enter, swallowed[k], 1e-9) << day;
    }
  }
}

/// What the prescription says on a day, in lane 5; in all others 400 mg every morning. Nobody takes anything on days 0
/// and 1 and 12 to 14; the second intake begins on day 5, its hour changes on day 13, when nobody takes it.
template <int L>
void prescribe_for_a_day(int day, int lane_five, Cohort<L>& c) {
  const bool nobody_takes = day < 2 || (day >= 12 && day < 15);
  const auto intake = [](double mg, double hour) { return Intake{mg, hour, 0, 0, 1, std::uint64_t{1} << 32}; };
  for (int lane = 0; lane < L; ++lane) {
    const double mg = nobody_takes || (lane == lane_five && day > 30) ? 0.0 : 400.0;
    c.prescription[0].put(lane, intake(mg, 6));
    c.prescription[1].put(lane, intake(day < 5 ? 0.0 : mg / 2, day < 13 ? 18 : 19));
  }
  c.sampled_h.put(lane_five, {day == 20 ? 8.5 : 0.0});  // the first dose is later on that day
}

/// Days of one patient alone, who computes everything anew, beside those of a cohort that keeps what it can.
template <Variant variant>
void expect_kept_numbers_to_be_those_computed_anew(double trend, double occasion_sd) {
  constexpr int five = 5;
  Plan plan = plan_of(variant);
  plan.intakes = 2;
  plan.drug.pharmacokinetics.carries_over = 0;
  plan.drug.pharmacokinetics.clearance_trend = {trend, 0.1};
  plan.drug.pharmacokinetics.bioavailability_occasion_sd = occasion_sd;
  plan.drug.pharmacokinetics.occasion_days = 9;
  EXPECT_EQ(keeps_shares<64>(plan), trend == 0);
  auto alone = patient<1>(1.5, 0.25);
  auto together = patient<64>(1.5, 0.25);
  alone->id.put(0, {five});
  for (auto& remains : together->remains)  // what stood there before is nobody's, even where its times are right
    for (int lane = 0; lane < 64; ++lane) remains.put(lane, {&remains == together->remains ? 6.25 : 18.25, 1e9, 1e9});
  for (int day = 0; day < 40; ++day) {
    prescribe_for_a_day(day, 0, *alone);
    prescribe_for_a_day(day, five, *together);
    begin_occasion(plan, day, *alone);
    begin_occasion(plan, day, *together);
    set_rates<variant>(plan, day, *alone);
    if (rates_change<variant>(plan, day, *together)) set_rates<variant>(plan, day, *together);
    take_doses<variant>(plan, day, *alone);
    take_doses<variant>(plan, day, *together);
    absorb_and_eliminate<variant>(plan, *alone);
    absorb_and_eliminate<variant>(plan, *together);
    Lanes<Scalar, 1> morning;
    Lanes<Scalar, 64> mornings;
    find_morning<variant>(plan, *alone, morning);
    find_morning<variant>(plan, *together, mornings);
    ASSERT_EQ(bits_of(alone->body[0].central_mg), bits_of(together->body[five].central_mg)) << day;
    ASSERT_EQ(bits_of(alone->body[0].depot_mg), bits_of(together->body[five].depot_mg)) << day;
    ASSERT_EQ(bits_of(alone->exposure[0].auc_mg_h_per_L), bits_of(together->exposure[five].auc_mg_h_per_L)) << day;
    ASSERT_EQ(bits_of(morning[0].x), bits_of(mornings[five].x)) << day;
  }
  Lanes<Scalar, 1> morning;
  find_morning<variant>(plan, *alone, morning);
  const double mg = InputOf<variant>::eliminate(alone->body[0], alone->today[0], kMorning_h).central_mg;
  EXPECT_NEAR(morning[0].x * 244.18 / mg, 1, 1e-14);
}

TEST(Day, numbers_kept_from_day_to_day_are_those_computed_anew) {
  for (const double trend : {0.0, 0.3})
    for (const double occasion_sd : {0.0, 0.2}) {
      expect_kept_numbers_to_be_those_computed_anew<Variant::zero_order>(trend, occasion_sd);
      expect_kept_numbers_to_be_those_computed_anew<Variant::first_order>(trend, occasion_sd);
    }
}

// The same doses as inputs that may run past midnight, to the last few bits.
TEST(Day, inputs_within_the_day_are_a_special_case) {
  Plan within = plan_of(Variant::zero_order), beyond = within;
  within.drug.pharmacokinetics.carries_over = 0;
  auto a = patient<1>(1.5, 0.25), b = patient<1>(1.5, 0.25);
  for (int day = 0; day < 40; ++day)
    for (auto [plan, c] : {std::pair{&within, a.get()}, std::pair{&beyond, b.get()}}) {
      set_rates<Variant::zero_order>(*plan, day, *c);
      take_doses<Variant::zero_order>(*plan, day, *c);
      absorb_and_eliminate<Variant::zero_order>(*plan, *c);
    }
  EXPECT_NEAR(a->body[0].central_mg / b->body[0].central_mg, 1, 1e-15);
  EXPECT_NEAR(a->exposure[0].auc_mg_h_per_L / b->exposure[0].auc_mg_h_per_L, 1, 1e-15);
}

TEST(Day, a_missed_dose_leaves_only_elimination) {
  // Default patient, closed form: 919.95 at 24 h, 323.9 at 48 h after one missed dose.
  const Plan plan = plan_of(Variant::zero_order);
  auto cohort = patient<1>(1.5, 0);
  const auto live = [&](int day) {
    set_rates<Variant::zero_order>(plan, day, *cohort);
    take_doses<Variant::zero_order>(plan, day, *cohort);
    absorb_and_eliminate<Variant::zero_order>(plan, *cohort);
  };
  for (int day = 0; day < 200; ++day) live(day);
  cohort->prescription[0].put(0, {0, 6, 0, 0, 1, std::uint64_t{1} << 32});
  live(200);
  const double mg = ZeroOrder::eliminate(cohort->body[0], cohort->today[0], 6).central_mg;
  EXPECT_NEAR(mg / 244.18 * 1000, 323.9, 0.05);
}

TEST(Day, the_first_dose_is_not_before_the_sample) {
  const Plan plan = plan_of(Variant::zero_order);
  auto cohort = patient<1>(1.5, 0);
  cohort->sampled_h.put(0, {8.5});
  set_rates<Variant::zero_order>(plan, 0, *cohort);
  take_doses<Variant::zero_order>(plan, 0, *cohort);
  EXPECT_EQ(cohort->intake[0][0].start_h, 8.5);
}

TEST(Day, timing_errors_keep_a_dose_inside_its_day) {
  const Plan plan = plan_of(Variant::zero_order);
  auto cohort = patient<64>(1.5, 0);
  const double low = normal_cdf(-4.0), span = normal_cdf(4.0) - low;  // ± 6 h at SD 1.5 h
  for (int lane = 0; lane < 64; ++lane)
    cohort->prescription[0].put(lane, {400, 6, 1.5, low, span, std::uint64_t{1} << 32});
  double least = 24, most = 0;
  set_rates<Variant::zero_order>(plan, 0, *cohort);
  for (int day = 0; day < 1000; ++day) {
    take_doses<Variant::zero_order>(plan, day, *cohort);
    for (int lane = 0; lane < 64; ++lane) {
      least = std::min(least, cohort->intake[0][lane].start_h);
      most = std::max(most, cohort->intake[0][lane].start_h);
    }
  }
  EXPECT_GE(least, 0);
  EXPECT_LE(most, 12);
  EXPECT_LT(least, 1.5);  // 64,000 draws reach three SD: false alarm below 1e-30
  EXPECT_GT(most, 10.5);
}

}  // namespace
}  // namespace vt
