#include "kernels/patient/day.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <memory>

namespace vt { namespace {

/// One patient without variability on 400 mg every day at 6 h.
template <int L>
std::unique_ptr<Cohort<L>> patient(double absorption, double lag_h) {
  auto cohort = std::make_unique<Cohort<L>>();
  cohort->patients = L;
  for (int lane = 0; lane < L; ++lane) {
    cohort->id.put(lane, {static_cast<std::uint64_t>(lane)});
    cohort->pk.put(lane, {10.62, 244.18, absorption, lag_h, 1});
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

Plan plan_of(Absorption absorption) {
  Plan plan{};
  plan.intakes = 1;
  plan.pharmacokinetics.absorption = absorption;
  plan.pharmacokinetics.carries_over = 1;
  plan.pharmacokinetics.occasion_days = 28;
  plan.pharmacokinetics.reference_ng_per_mL = 1000;
  for (Trend* trend : {&plan.pharmacokinetics.clearance_trend, &plan.pharmacokinetics.volume_trend,
                       &plan.pharmacokinetics.bioavailability_trend})
    *trend = {0, 1};
  return plan;
}

template <Absorption absorption>
double steady_auc(double rate_or_duration, double lag_h) {
  const Plan plan = plan_of(absorption);
  auto cohort = patient<1>(rate_or_duration, lag_h);
  for (int day = 0; day < 200; ++day) {
    set_rates<absorption>(plan, day, *cohort);
    take_doses<absorption>(plan, day, *cohort);
    absorb_and_eliminate<absorption>(plan, *cohort);
  }
  return cohort->exposure[0].auc_mg_h_per_L;
}

// In the steady state what enters leaves: AUC·CL = F·dose, to 1e-10.
TEST(Day, area_times_clearance_is_the_dose) {
  EXPECT_NEAR(steady_auc<Absorption::zero_order>(1.5, 0) * 10.62 / 400, 1, 1e-10);
  EXPECT_NEAR(steady_auc<Absorption::zero_order>(12, 11) * 10.62 / 400, 1, 1e-10);
  EXPECT_NEAR(steady_auc<Absorption::first_order>(0.609, 0.2) * 10.62 / 400, 1, 1e-10);
  EXPECT_NEAR(steady_auc<Absorption::first_order>(10.62 / 244.18, 0) * 10.62 / 400, 1, 1e-10);
}

TEST(Day, lanes_and_a_single_patient_have_the_same_bits) {
  const Plan plan = plan_of(Absorption::zero_order);
  auto alone = patient<1>(1.5, 0);
  auto together = patient<64>(1.5, 0);
  for (int day = 0; day < 50; ++day) {
    set_rates<Absorption::zero_order>(plan, day, *alone);
    set_rates<Absorption::zero_order>(plan, day, *together);
    take_doses<Absorption::zero_order>(plan, day, *alone);
    take_doses<Absorption::zero_order>(plan, day, *together);
    absorb_and_eliminate<Absorption::zero_order>(plan, *alone);
    absorb_and_eliminate<Absorption::zero_order>(plan, *together);
    ASSERT_EQ(bits_of(alone->body[0].central_mg), bits_of(together->body[0].central_mg)) << day;
    ASSERT_EQ(bits_of(alone->exposure[0].auc_mg_h_per_L), bits_of(together->exposure[0].auc_mg_h_per_L)) << day;
  }
}

TEST(Day, a_missed_dose_leaves_only_elimination) {
  // Default patient, closed form: 919.95 at 24 h, 323.9 at 48 h after one missed dose.
  const Plan plan = plan_of(Absorption::zero_order);
  auto cohort = patient<1>(1.5, 0);
  const auto live = [&](int day) {
    set_rates<Absorption::zero_order>(plan, day, *cohort);
    take_doses<Absorption::zero_order>(plan, day, *cohort);
    absorb_and_eliminate<Absorption::zero_order>(plan, *cohort);
  };
  for (int day = 0; day < 200; ++day) live(day);
  cohort->prescription[0].put(0, {0, 6, 0, 0, 1, std::uint64_t{1} << 32});
  live(200);
  const double mg = eliminate<Absorption::zero_order>(cohort->body[0], cohort->today[0], 6).central_mg;
  EXPECT_NEAR(mg / 244.18 * 1000, 323.9, 0.05);
}

TEST(Day, the_first_dose_is_not_before_the_sample) {
  const Plan plan = plan_of(Absorption::zero_order);
  auto cohort = patient<1>(1.5, 0);
  cohort->sampled_h.put(0, {8.5});
  set_rates<Absorption::zero_order>(plan, 0, *cohort);
  take_doses<Absorption::zero_order>(plan, 0, *cohort);
  EXPECT_EQ(cohort->intake[0][0].start_h, 8.5);
}

TEST(Day, timing_errors_keep_a_dose_inside_its_day) {
  const Plan plan = plan_of(Absorption::zero_order);
  auto cohort = patient<64>(1.5, 0);
  const double low = normal_cdf(-4.0), span = normal_cdf(4.0) - low;  // ± 6 h at SD 1.5 h
  for (int lane = 0; lane < 64; ++lane)
    cohort->prescription[0].put(lane, {400, 6, 1.5, low, span, std::uint64_t{1} << 32});
  double least = 24, most = 0;
  set_rates<Absorption::zero_order>(plan, 0, *cohort);
  for (int day = 0; day < 1000; ++day) {
    take_doses<Absorption::zero_order>(plan, day, *cohort);
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
