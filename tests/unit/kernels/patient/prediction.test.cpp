#include "kernels/patient/prediction.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <random>

namespace vt { namespace {

constexpr SteadyPk kWidmer{14.3, 347, 0.609, 0, 1};
constexpr SteadyPk kZeroOrder{10.62, 244.18, 1.5, 0, 1};

// The model of Widmer 2006, 400 mg once daily at steady state; values computed independently with 50 digits.
TEST(SteadyLevel, of_a_published_profile) {
  const double hours[] = {1, 2, 4, 12, 24};
  const double expected[] = {1216.63, 1447.08, 1561.21, 1199.73, 732.17};
  for (int i = 0; i < 5; ++i)
    EXPECT_NEAR(steady_level(Absorption::first_order, kWidmer, 400, 24, hours[i]), expected[i], 0.05);
  EXPECT_NEAR(steady_level(Absorption::zero_order, kZeroOrder, 400, 24, 24), 919.95, 0.05);
  EXPECT_NEAR(steady_level(Absorption::zero_order, kZeroOrder, 400, 24, 1.5), 2447.7, 0.5);
}

template <Absorption absorption>
void expect_superposition(const SteadyPk& pk, double interval_h) {
  const PkDay rates{pk.clearance_L_per_h, pk.volume_L, pk.clearance_L_per_h / pk.volume_L, pk.bioavailability,
                    pk.absorption};
  for (double after = 0.25; after <= 30; after += 0.25) {
    double mg = 0;
    for (int dose = 0; dose < 200; ++dose)
      mg += contribution<absorption>({400 * pk.bioavailability, pk.lag_h, pk.absorption, 400}, rates,
                                     after + dose * interval_h)
                .central_mg;
    const double expected = mg / pk.volume_L * 1000;
    EXPECT_NEAR(steady_level(absorption, pk, 400, interval_h, after) / expected, 1, 3e-5) << after;
  }
}

TEST(SteadyLevel, is_the_sum_of_many_doses) {
  expect_superposition<Absorption::first_order>({14.3, 347, 0.609, 0.2, 0.9}, 24);
  expect_superposition<Absorption::first_order>({10, 250, 0.04, 0, 1}, 12);       // ka = k
  expect_superposition<Absorption::first_order>({10, 250, 0.0400001, 0, 1}, 24);  // nearly
  expect_superposition<Absorption::zero_order>({10.62, 244.18, 2.5, 0.3, 1.1}, 24);
  expect_superposition<Absorption::zero_order>({10.62, 244.18, 1.5, 0, 1}, 8);
}

TEST(SteadyLevel, is_the_sum_of_doses_whose_inputs_overlap_or_lag_past_the_next_ones) {
  expect_superposition<Absorption::zero_order>({4, 40, 20, 0, 1}, 8);
  expect_superposition<Absorption::zero_order>({4, 40, 16, 0, 1}, 8);  // never less and never more than two at once
  expect_superposition<Absorption::zero_order>({10.62, 244.18, 13, 11, 1}, 8);
  expect_superposition<Absorption::zero_order>({10.62, 244.18, 3, 20, 1}, 8);
  expect_superposition<Absorption::first_order>({14.3, 347, 0.609, 20, 1}, 8);
}

SteadyPk general(const SteadyPk& pk, double flow, double peripheral, double transit, int stages) {
  SteadyPk with = pk;
  with.flow_L_per_h = flow, with.peripheral_L = peripheral, with.transit_per_h = transit, with.stages = stages;
  return with;
}

TEST(GeneralPrior, without_its_further_parts_is_the_one_compartment) {
  const SteadyPk first = general(kWidmer, 0, 1, 1, 0), zero = general(kZeroOrder, 0, 1, 1, -1);
  for (const double after : {0.5, 3.0, 12.0, 24.0, 30.0}) {
    EXPECT_NEAR(steady_level(Absorption::general, first, 400, 24, after) /
                    steady_level(Absorption::first_order, kWidmer, 400, 24, after),
                1, 1e-9);
    EXPECT_NEAR(steady_level(Absorption::general, zero, 400, 24, after) /
                    steady_level(Absorption::zero_order, kZeroOrder, 400, 24, after),
                1, 1e-9);
    EXPECT_NEAR(single_level(Absorption::general, first, 400, after) /
                    single_level(Absorption::first_order, kWidmer, 400, after),
                1, 1e-9);
  }
}

// Area over an interval at steady state = F·dose/clearance, whatever the distribution; and the sum of many single
// doses.
TEST(GeneralPrior, keeps_the_balance_of_mass_and_superposes) {
  const SteadyPk models[] = {general({13.2, 172, 1.22, 0, 0.9}, 3.75, 43.6, 4 / 0.537, 4),
                             general({10.62, 244.18, 2.0, 0.4, 1}, 20, 120, 1, -1)};
  for (const SteadyPk& pk : models) {
    constexpr int n = 4800;
    double area = 0;
    for (int i = 0; i < n; ++i)
      area += steady_level(Absorption::general, pk, 400, 24, pk.lag_h + (i + 0.5) * 24 / n) * 24 / n;
    EXPECT_NEAR(area / (1000 * 400 * pk.bioavailability / pk.clearance_L_per_h), 1, 1e-5);
    double sum = 0;
    for (int i = 0; i < 200; ++i) sum += single_level(Absorption::general, pk, 400, 7.0 + 24.0 * i);
    EXPECT_NEAR(sum / steady_level(Absorption::general, pk, 400, 24, 7.0), 1, 1e-9);
  }
}

// 60 days of a mode that is left by half: 257 doses every 8 h are far from all that counts.
TEST(GeneralPrior, superposes_inputs_that_overlap_and_modes_that_last) {
  const SteadyPk models[] = {general({4, 40, 20, 0, 1}, 3, 60, 1, -1), general({4, 40, 20, 15, 1}, 0, 1, 1, -1),
                             general({13.2, 172, 1.22, 20, 0.9}, 3.75, 43.6, 4 / 0.537, 4),
                             general({5, 50, 1, 0, 1}, 2, 4000, 1, 0)};
  for (const SteadyPk& pk : models)
    for (const double after : {0.5, 3.9, 4.1, 8.0, 21.0}) {
      double sum = 0;
      for (int i = 0; i < 20'000; ++i) sum += single_level(Absorption::general, pk, 400, after + 8.0 * i);
      EXPECT_NEAR(sum / steady_level(Absorption::general, pk, 400, 8, after), 1, 1e-9) << pk.lag_h << ", " << after;
    }
}

TEST(LevelOf, equal_doses_known_one_by_one_and_before_is_the_steady_level) {
  for (const Absorption absorption : {Absorption::first_order, Absorption::zero_order, Absorption::general}) {
    const SteadyPk pk = absorption == Absorption::first_order  ? kWidmer
                        : absorption == Absorption::zero_order ? kZeroOrder
                                                               : general(kWidmer, 8, 90, 6, 3);
    for (const double after : {0.5, 6.0, 24.0, 30.0}) {
      Recall recall{};
      for (int i = 13; i >= 0; --i) recall.dose[recall.doses++] = {after + 24.0 * i, 400};
      recall.tail_mg = 400, recall.tail_doses = 300, recall.tail_h = after + 24.0 * 14;
      EXPECT_NEAR(level_of(absorption, pk, recall, 24) / steady_level(absorption, pk, 400, 24, after), 1, 1e-12);
      recall.tail_doses = 2;  // treatment began two doses earlier: sixteen single doses
      double sum = 0;
      for (int i = 0; i < 16; ++i) sum += single_level(absorption, pk, 400, after + 24.0 * i);
      EXPECT_NEAR(level_of(absorption, pk, recall, 24) / sum, 1, 1e-12);
    }
  }
}

// Doses every 8 h, the last nine known one by one; the newest of the others still lags or enters when the level is
// drawn.
TEST(LevelOf, doses_whose_inputs_overlap_is_the_steady_level) {
  const std::pair<Absorption, SteadyPk> models[] = {{Absorption::zero_order, {4, 40, 20, 3, 1}},
                                                    {Absorption::zero_order, {4, 40, 20, 0, 1}},
                                                    {Absorption::first_order, {14.3, 347, 0.609, 20, 1}},
                                                    {Absorption::general, general({4, 40, 20, 3, 1}, 3, 60, 1, -1)}};
  for (const auto& [absorption, pk] : models)
    for (const int known : {0, 1, 9}) {
      const double after = 5;
      Recall recall{};
      for (int i = known - 1; i >= 0; --i) recall.dose[recall.doses++] = {after + 8.0 * i, 400};
      recall.tail_mg = 400, recall.tail_h = after + 8.0 * known;
      recall.tail_doses = 3000;
      EXPECT_NEAR(level_of(absorption, pk, recall, 8) / steady_level(absorption, pk, 400, 8, after), 1, 1e-12);
      for (const int before : {1, 2, 5}) {
        recall.tail_doses = before;
        double sum = 0;
        for (int i = 0; i < known + before; ++i) sum += single_level(absorption, pk, 400, after + 8.0 * i);
        EXPECT_NEAR(level_of(absorption, pk, recall, 8), sum, 1e-9 * steady_level(absorption, pk, 400, 8, after));
      }
    }
}

TEST(SingleLevel, is_what_one_dose_leaves) {
  for (const double t : {0.1, 0.4, 1.0, 2.5, 24.0, 100.0}) {
    const PkDay rates{14.3, 347, 14.3 / 347, 0.9, 0.609};
    const SteadyPk pk{14.3, 347, 0.609, 0.3, 0.9};
    const double mg = contribution<Absorption::first_order>({360, 0.3, 0.609, 400}, rates, t).central_mg;
    EXPECT_NEAR(single_level(Absorption::first_order, pk, 400, t), mg / 347 * 1000, 1e-9);
    const PkDay slow{14.3, 347, 14.3 / 347, 0.9, 1.5};
    const double entered = contribution<Absorption::zero_order>({360, 0.3, 1.5, 400}, slow, t).central_mg;
    EXPECT_NEAR(single_level(Absorption::zero_order, {14.3, 347, 1.5, 0.3, 0.9}, 400, t), entered / 347 * 1000, 1e-9);
  }
}

TEST(RecallDoses, keeps_the_newest_within_the_window) {
  DoseHistory history{};
  for (int i = 0; i < 40; ++i) add_dose(history, 24.0 * i, i);
  Recall recall{};
  recall_doses(history, 24.0 * 30, 24.0 * 38 + 1, recall);
  ASSERT_EQ(recall.doses, 9);
  EXPECT_EQ(recall.dose[0].mg, 30);
  EXPECT_EQ(recall.dose[8].mg, 38);
  EXPECT_EQ(recall.dose[8].time_h, 1);
  recall_doses(history, 0, 1e9, recall);
  EXPECT_EQ(recall.doses, kHistory);
  EXPECT_EQ(recall.dose[0].mg, 40 - kHistory);
}

PredictionPlan plan_of(Absorption absorption, double sd_clearance, double sd_volume, double correlation, double cv) {
  PredictionPlan plan{};
  plan.is_set = 1;
  plan.absorption = absorption;
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
    if (plan.absorption == Absorption::first_order) {
      f = ka / (v * (ka - k)) *
          (std::exp(-k * t) / (1 - std::exp(-k * tau)) - std::exp(-ka * t) / (1 - std::exp(-ka * tau)));
    } else {
      const double d = ka;  // duration
      const double last = t < d ? 1 - std::exp(-k * t) : (1 - std::exp(-k * d)) * std::exp(-k * (t - d));
      const double earlier = (1 - std::exp(-k * d)) * std::exp(-k * (t + tau - d)) / (1 - std::exp(-k * tau));
      f = (last + earlier) / (d * cl);
    }
    f *= 1000 * e.level[i].dose_mg;
    const double r = (e.level[i].ng_per_mL - f) / (plan.residual_cv * f);
    sum += r * r + 2 * std::log(plan.residual_cv * f);
  }
  return sum;
}

/// The lowest point of a grid over ± 4, refined about the best point until its meshes are 1e-4 wide.
Fit search(const PredictionPlan& plan, const Evidence& e) {
  Fit best{{0, 0}, objective(plan, e, 0, 0)};
  for (double width = 4, mesh = 0.05; mesh > 5e-5; width = 2 * mesh, mesh /= 10) {
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
    const PredictionPlan plan = plan_of(first_order ? Absorption::first_order : Absorption::zero_order,
                                        0.2 + 0.4 * u(random), trial % 5 == 0 ? 0.0 : 0.2 + 0.5 * u(random),
                                        trial % 5 == 0 ? 0.0 : 1.6 * u(random) - 0.8, 0.1 + 0.3 * u(random));
    Evidence e{};
    e.prior = first_order ? kWidmer : kZeroOrder;
    e.levels = 1 + trial % 4;
    for (int i = 0; i < e.levels; ++i) {
      const double interval = trial % 3 == 0 ? 12 : 24, after = 0.5 + (interval + 2) * u(random);
      const double typical = steady_level(plan.absorption, e.prior, 400, interval, after);
      e.level[i] = {typical * std::exp(1.2 * z(random)), after, 400, interval, 0, 0};
    }
    const Deviation found = most_likely(plan, e);
    const Fit expected = search(plan, e);
    EXPECT_LT(objective(plan, e, found.clearance, found.volume), expected.misfit + 1e-7) << trial;
    EXPECT_NEAR(found.clearance, expected.eta.clearance, 2e-3) << trial;
    EXPECT_NEAR(found.volume, expected.eta.volume, 2e-3) << trial;
  }
}

TEST(MostLikely, is_the_typical_patient_where_the_level_is_typical_and_precise) {
  const PredictionPlan plan = plan_of(Absorption::first_order, 0.36, 0.63, 0, 0.01);
  Evidence e{};
  e.prior = kWidmer;
  e.levels = 1;
  e.level[0] = {steady_level(Absorption::first_order, kWidmer, 400, 24, 10), 10, 400, 24, 0, 0};
  const Deviation eta = most_likely(plan, e);
  EXPECT_NEAR(eta.clearance, 0, 1e-3);
  EXPECT_NEAR(eta.volume, 0, 1e-3);
}

TEST(Extrapolation, halves_a_level_in_one_half_life_and_scales_it_with_the_dose) {
  const PredictionPlan plan = plan_of(Absorption::first_order, 0.36, 0.63, 0, 0.3);
  const Level level{2000, 6, 400, 24, 0, 0};
  EXPECT_NEAR(extrapolate(plan, level, 400, 24), 1000, 1e-9);
  EXPECT_NEAR(extrapolate(plan, level, 600, 24), 1500, 1e-9);
}

// The peak by its definition: nothing is higher between two doses.
TEST(PeakTime, is_the_highest_point_between_two_of_many_doses) {
  struct Case {
    Absorption absorption;
    SteadyPk pk;
    double interval_h;
  };
  const Case cases[] = {{Absorption::first_order, kWidmer, 24},
                        {Absorption::first_order, {10, 250, 0.05, 0.3, 1}, 8},  // one dose alone: 22 h
                        {Absorption::first_order, {10, 250, 0.04, 0, 1}, 24},   // ka = k
                        {Absorption::zero_order, {10, 250, 1.5, 0.25, 1}, 24},
                        {Absorption::zero_order, {4, 40, 20, 0, 1}, 8},
                        {Absorption::zero_order, {4, 40, 13, 10, 1}, 8},
                        {Absorption::general, general({4, 40, 20, 0, 1}, 3, 60, 1, -1), 8}};
  for (const auto& [absorption, pk, interval_h] : cases) {
    double highest = 0, highest_h = 0;
    for (int i = 1; i <= 8000; ++i) {
      const double t = interval_h * i / 8000, level = steady_level(absorption, pk, 400, interval_h, t);
      if (level > highest) highest = level, highest_h = t;
    }
    EXPECT_NEAR(peak_h(absorption, pk, interval_h), highest_h, interval_h / 4000)
        << pk.absorption << ", " << interval_h;
  }
}

TEST(KnownLevels, are_the_newest_that_have_arrived) {
  PredictionPlan plan = plan_of(Absorption::first_order, 0.36, 0.63, 0, 0.3);
  Course course{};
  for (int i = 0; i < 6; ++i) {
    course.level[course.levels % kLevels] = {100.0 * i, 24, i == 4 ? 0.0 : 400.0, 24, 10 * i, 0};
    course.levels += 1;
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
