#include "kernels/drug/prediction/prediction.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <random>

namespace vt { namespace {

constexpr SteadyPk kWidmer{14.3, 347, 0.609, 0, 1};
constexpr SteadyPk kZeroOrder{10.62, 244.18, 1.5, 0, 1};

PredictionPlan plan_of(Variant variant, double sd_clearance, double sd_volume, double correlation, double cv) {
  PredictionPlan plan{};
  plan.is_set = 1;
  plan.variant = variant;
  plan.input = variant == Variant::zero_order ? AbsorptionModel::zero_order : AbsorptionModel::first_order;
  plan.estimates_volume = sd_volume > 0 ? 1 : 0;
  plan.levels = 4;
  plan.clearance_sd = sd_clearance;
  plan.volume_sd = sd_volume;
  plan.residual_cv = cv;
  plan.half_life_h = 18;
  const double rest = 1 - correlation * correlation;
  plan.precision_clearance = 1 / (sd_clearance * sd_clearance * rest);
  if (sd_volume > 0) {
    plan.precision_volume = 1 / (sd_volume * sd_volume * rest);
    plan.precision_both = -correlation / (sd_clearance * sd_volume * rest);
  }
  return plan;
}

/// The objective once more, from its definition, with the library of the host.
double objective(const PredictionPlan& plan, const Evidence& e, double a, double b) {
  double sum = plan.precision_clearance * a * a + 2 * plan.precision_both * a * b + plan.precision_volume * b * b;
  for (int i = 0; i < e.levels; ++i) {
    const double cl = e.prior.clearance_L_per_h * std::exp(a), v = e.prior.volume_L * std::exp(b);
    const double k = cl / v, ka = e.prior.absorption, tau = e.level[i].interval_h, t = e.level[i].after_h;
    double f;
    if (plan.variant == Variant::first_order) {
      f = ka / (v * (ka - k)) *
          (std::exp(-k * t) / (1 - std::exp(-k * tau)) - std::exp(-ka * t) / (1 - std::exp(-ka * tau)));
    } else {
      const double d = ka;  // duration
      const double last = t < d ? 1 - std::exp(-k * t) : (1 - std::exp(-k * d)) * std::exp(-k * (t - d));
      const double earlier = (1 - std::exp(-k * d)) * std::exp(-k * (t + tau - d)) / (1 - std::exp(-k * tau));
      f = (last + earlier) / (d * cl);
    }
    f *= 1000 * e.level[i].dose_mg;
    const double limit = plan.limit_ng_per_mL;
    if (plan.below_limit == BelowLimit::censored && e.level[i].ng_per_mL < limit) {
      sum -= 2 * std::log(0.5 * std::erfc((f - limit) / (plan.residual_cv * f * std::sqrt(2.0))));
      continue;
    }
    const double r = (e.level[i].ng_per_mL - f) / (plan.residual_cv * f);
    sum += r * r + 2 * std::log(plan.residual_cv * f);
  }
  return sum;
}

/// The lowest point of a grid of this mesh over ± 4, refined about the best point until its meshes are 1e-4 wide.
Fit search(const PredictionPlan& plan, const Evidence& e, double mesh = 0.05) {
  Fit best{{0, 0}, objective(plan, e, 0, 0)};
  for (double width = 4; mesh > 5e-5; width = 2 * mesh, mesh /= 10) {
    const Deviation centre = best.eta;
    for (double a = -width; a <= width; a += mesh)
      for (double b = -width; b <= width; b += mesh) {
        const double v = plan.estimates_volume ? centre.volume + b : 0;
        const double value = objective(plan, e, centre.clearance + a, v);
        if (value < best.misfit) best = {{centre.clearance + a, v}, value};
        if (!plan.estimates_volume) break;
      }
  }
  return best;
}

TEST(MostLikely, is_the_optimum_that_a_fine_grid_finds) {
  std::mt19937_64 random(6);
  std::uniform_real_distribution<double> u(0, 1);
  std::normal_distribution<double> z;
  for (int trial = 0; trial < 60; ++trial) {
    const bool first_order = trial % 2 == 0;
    const PredictionPlan plan = plan_of(first_order ? Variant::first_order : Variant::zero_order, 0.2 + 0.4 * u(random),
                                        trial % 5 == 0 ? 0.0 : 0.2 + 0.5 * u(random),
                                        trial % 5 == 0 ? 0.0 : 1.6 * u(random) - 0.8, 0.1 + 0.3 * u(random));
    Evidence e{};
    e.prior = first_order ? kWidmer : kZeroOrder;
    e.levels = 1 + trial % 4;
    for (int i = 0; i < e.levels; ++i) {
      const double interval = trial % 3 == 0 ? 12 : 24, after = 0.5 + (interval + 2) * u(random);
      const double typical = steady_level(plan.variant, e.prior, 400, interval, after);
      e.level[i] = {typical * std::exp(1.2 * z(random)), after, 400, interval, 0, 0};
    }
    const Deviation found = most_likely(plan, e);
    const Fit expected = search(plan, e);
    EXPECT_LT(objective(plan, e, found.clearance, found.volume), expected.misfit + 1e-7) << trial;
    EXPECT_NEAR(found.clearance, expected.eta.clearance, 2e-3) << trial;
    EXPECT_NEAR(found.volume, expected.eta.volume, 2e-3) << trial;
  }
}

// Levels that agree with each other and the prior badly, many below the limit: several valleys. The grid may miss the
// deepest one as well; what is found may then be lower than it, but never higher. Nothing is random but by its seed.
TEST(MostLikely, is_the_deepest_of_several_valleys) {
  std::mt19937_64 random(11);
  std::uniform_real_distribution<double> u(0, 1);
  std::normal_distribution<double> z;
  constexpr double limit = 10;
  for (int trial = 0; trial < 240; ++trial) {
    const bool first_order = trial % 2 == 0;
    PredictionPlan plan = plan_of(first_order ? Variant::first_order : Variant::zero_order, 0.2 + 0.5 * u(random),
                                  0.2 + 0.6 * u(random), 1.6 * u(random) - 0.8, 0.1 + 0.3 * u(random));
    plan.below_limit = trial % 4 < 2 ? BelowLimit::half : BelowLimit::censored;
    plan.limit_ng_per_mL = limit;
    Evidence e{};
    e.prior = first_order ? kWidmer : kZeroOrder;
    if (trial % 3 == 0) e.prior.clearance_L_per_h *= 3;
    e.levels = 1 + trial % 4;
    for (int i = 0; i < e.levels; ++i) {
      const double after = 0.5 + 26 * u(random);
      const double typical = steady_level(plan.variant, e.prior, 400, 24, after);
      const double level = u(random) < 0.1 ? 0 : typical * std::exp(0.8 * z(random));
      e.level[i] = {level < limit ? 0.5 * limit : level, after, 400, 24, 0, 0};
    }
    const Deviation found = most_likely(plan, e);
    EXPECT_LT(objective(plan, e, found.clearance, found.volume), search(plan, e, 0.1).misfit + 1e-6) << trial;
  }
}

// By central differences: their error is about h² of the third derivative and 1e-16/h of the value.
TEST(PartOfLevel, has_the_derivatives_it_says) {
  PredictionPlan plan = plan_of(Variant::first_order, 0.36, 0.63, 0, 0.3);
  plan.limit_ng_per_mL = 100;
  constexpr double h = 1e-4;
  for (const double measured : {50.0, 400.0})
    for (const double f : {1.0, 60.0, 100.0, 150.0, 400.0, 5000.0}) {
      const Level level{measured, 24, 400, 24, 0, 0};
      const auto at = [&](double shift) { return part_of(plan, level, f * std::exp(shift)); };
      const double size = 1 + std::abs(at(0).slope) + std::abs(at(0).bend) + std::abs(at(0).misfit);
      EXPECT_NEAR(at(0).slope, (at(h).misfit - at(-h).misfit) / (4 * h), 1e-5 * size) << measured << ", " << f;
      EXPECT_NEAR(at(0).bend, (at(h).slope - at(-h).slope) / (2 * h), 1e-5 * size) << measured << ", " << f;
      EXPECT_GE(at(0).misfit, least_misfit(plan, level));
    }
}

// The limit divided by ten moves a censored level's estimate, half of it as if it had been measured.
TEST(BelowLimit, is_a_bound_a_value_or_nothing) {
  PredictionPlan plan = plan_of(Variant::first_order, 0.36, 0, 0, 0.3);
  plan.limit_ng_per_mL = 5000;
  Course course{};
  course.prior[0] = 14.3, course.prior[1] = 347, course.prior[2] = 0.609, course.prior[4] = 1;
  course.levels.newest[0] = {2500, 24, 400, 24, 0, 0};
  course.levels.count = 1;
  const auto clearance = [&](BelowLimit what) {
    plan.below_limit = what;
    return most_likely(plan, known_levels(plan, course, 1)).clearance;
  };
  EXPECT_NEAR(clearance(BelowLimit::censored), 0, 1e-3);  // 732 ng/mL are expected: 19 SD below the limit
  EXPECT_LT(clearance(BelowLimit::half), -0.4);
  plan.below_limit = BelowLimit::ignored;
  EXPECT_EQ(known_levels(plan, course, 1).levels, 0);
  course.levels.newest[1] = {600, 24, 400, 24, 0, 0}, course.levels.newest[2] = {6000, 24, 400, 24, 0, 0},
  course.levels.count = 3;
  ASSERT_EQ(known_levels(plan, course, 1).levels, 1);
  EXPECT_EQ(known_levels(plan, course, 1).level[0].ng_per_mL, 6000);
}

// A lag of 2 h: a level from before the first dose enters says nothing, whatever was measured.
TEST(KnownLevels, that_no_dose_can_have_reached_are_left_out) {
  const PredictionPlan plan = plan_of(Variant::first_order, 0.36, 0.63, 0, 0.3);
  Course course{};
  course.prior[3] = 2;
  DoseHistory history{};
  for (const double hours : {1.0, 3.0}) {
    course.levels.newest[course.levels.count] = {100, hours, 400, 24, 0, 0};
    history.recall[course.levels.count].dose[0] = {hours, 400}, history.recall[course.levels.count].doses = 1;
    course.levels.count += 1;
  }
  const Evidence e = known_levels(plan, course, 1, &history);
  ASSERT_EQ(e.levels, 1);
  EXPECT_EQ(e.level[0].after_h, 3);
}

TEST(MostLikely, is_the_typical_patient_where_the_level_is_typical_and_precise) {
  const PredictionPlan plan = plan_of(Variant::first_order, 0.36, 0.63, 0, 0.01);
  Evidence e{};
  e.prior = kWidmer;
  e.levels = 1;
  e.level[0] = {steady_level(Variant::first_order, kWidmer, 400, 24, 10), 10, 400, 24, 0, 0};
  const Deviation eta = most_likely(plan, e);
  EXPECT_NEAR(eta.clearance, 0, 1e-3);
  EXPECT_NEAR(eta.volume, 0, 1e-3);
}

TEST(Extrapolation, halves_a_level_in_one_half_life_and_scales_it_with_the_dose) {
  const PredictionPlan plan = plan_of(Variant::first_order, 0.36, 0.63, 0, 0.3);
  const Level level{2000, 6, 400, 24, 0, 0};
  EXPECT_NEAR(extrapolate(plan, level, 400, 24), 1000, 1e-9);
  EXPECT_NEAR(extrapolate(plan, level, 600, 24), 1500, 1e-9);
}

TEST(KnownLevels, are_the_newest_that_have_arrived) {
  PredictionPlan plan = plan_of(Variant::first_order, 0.36, 0.63, 0, 0.3);
  Course course{};
  for (int i = 0; i < 6; ++i) {
    course.levels.newest[course.levels.count % kLevels] = {100.0 * i, 24, i == 4 ? 0.0 : 400.0, 24, 10 * i, 0};
    course.levels.count += 1;
  }
  Evidence e = known_levels(plan, course, 50);  // of 2, 3, 4, 5; at 4 nothing was taken
  ASSERT_EQ(e.levels, 3);
  EXPECT_EQ(e.level[0].ng_per_mL, 200);
  EXPECT_EQ(e.level[2].ng_per_mL, 500);
  EXPECT_EQ(known_levels(plan, course, 49).levels, 2);  // the last one is not there yet
  plan.levels = 1;
  e = known_levels(plan, course, 50);
  ASSERT_EQ(e.levels, 1);
  EXPECT_EQ(e.level[0].ng_per_mL, 500);
}

}  // namespace
}  // namespace vt
