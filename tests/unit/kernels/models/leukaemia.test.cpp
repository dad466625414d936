#include "kernels/models/leukaemia.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "kernels/random/draws.hpp"
#include "tests/reference/fine_step.hpp"

namespace vt { namespace {

Leukaemia::Traits traits_of(const reference::CmlParameters& p) {
  return {p.regrowth,
          p.kill_max,
          p.kappa * p.fold,
          p.kappa * p.fold * p.clone_fold,
          p.wake,
          p.sleep,
          1 / p.baseline,
          p.immune,
          1 / p.immune_load,
          exp(-p.wake),
          0};
}

LeukaemiaPlan plan_of(const reference::CmlParameters& p) {
  LeukaemiaPlan plan{};
  plan.hill = 1;
  plan.per_normal = p.normal_ratio > 0 ? 1 / p.normal_ratio : 0;
  plan.immune = p.window ? kBrakeWindow : kFallingBrake;
  return plan;
}

Leukaemia::State live(Leukaemia::State state, const reference::CmlParameters& p, double exposure, int days) {
  const Leukaemia::Traits traits = traits_of(p);
  const LeukaemiaPlan plan = plan_of(p);
  for (int day = 0; day < days; ++day) state = respond<true>(state, traits, exposure, exposure, plan, 1 / p.capacity);
  return state;
}

struct Case {
  double exposure;
  int days;
  double tolerance;  // of rates frozen over a day against a fine step, measured: 1.2 % at 90 days, 0.9 % later
};

class DailyPropagator : public testing::TestWithParam<Case> {};

TEST_P(DailyPropagator, agrees_with_the_fine_step_solution) {
  const auto [exposure, days, tolerance] = GetParam();
  reference::CmlParameters p;
  p.immune = 0.0389;
  const auto exact = reference::cml({100, 4.51, 1e-4}, p, exposure, days);
  const Leukaemia::State found = live({100, 4.51, 1e-4, 0}, p, exposure, days);
  EXPECT_NEAR(found.sensitive / exact[0], 1, tolerance);
  EXPECT_NEAR(found.quiescent / exact[1], 1, tolerance);
  // The clone grows by a sum of rates taken at each day's start, which is off by half a day of the rates' change: at
  // most the growth rate and the immune rate themselves.
  EXPECT_NEAR(std::log(found.clone / exact[2]), 0, 0.5 * (p.regrowth + p.immune));
}

INSTANTIATE_TEST_SUITE_P(exposures, DailyPropagator,
                         testing::Values(Case{0.5, 90, 0.015}, Case{1, 90, 0.015}, Case{2, 90, 0.015},
                                         Case{0.5, 180, 0.01}, Case{1, 180, 0.01}, Case{2, 180, 0.01},
                                         Case{1, 365, 0.01}, Case{2, 365, 0.01}));

TEST(Leukaemia, a_brake_with_a_window_agrees_with_the_fine_step_solution) {
  reference::CmlParameters p;
  p.immune = 0.06;
  p.window = true;
  // Down through the window under the drug; below it, without drug, cells grow up to where the brake holds them.
  for (const double exposure : {0.0, 0.5, 1.0, 2.0}) {
    const double start = exposure > 0 ? 100 : 1e-3;
    const auto exact = reference::cml({start, 0.0451 * start, 0}, p, exposure, 365);
    const Leukaemia::State found = live({start, 0.0451 * start, 0, 0}, p, exposure, 365);
    EXPECT_NEAR(found.sensitive / exact[0], 1, 0.01) << exposure;  // measured: 0.6 %
  }
}

TEST(Leukaemia, beside_normal_cells_quiescent_ones_wake_into_free_places) {
  reference::CmlParameters p;
  p.normal_ratio = 0.06;
  for (const double exposure : {0.0, 0.3, 1.0, 2.0}) {
    const auto exact = reference::cml({100, 451, 0}, p, exposure, 20);
    const Leukaemia::State found = live({100, 451, 0, 0}, p, exposure, 20);
    EXPECT_NEAR(found.sensitive / exact[0], 1, 0.02) << exposure;  // measured: 1.5 %; 10 % without free places
  }
  // Untreated cells take nearly all places, and the load stays below the capacity whatever wakes.
  const double most = p.capacity * p.baseline, filled = load_percent(live({100, 451, 1, 0}, p, 0, 2000));
  EXPECT_LT(filled, most);
  EXPECT_GT(filled, 0.999 * most);
  p.normal_ratio = 0;
  EXPECT_GT(load_percent(live({100, 451, 1, 0}, p, 0, 2000)), 2 * most);
}

TEST(Leukaemia, cells_are_counted_beside_normal_ones) {
  EXPECT_EQ(cells_at(0.37, 0), 0.37);  // not counted: as many as the load says
  for (const double normal : {0.05, 0.06, 0.3}) {
    for (const double share : {1e-6, 0.01, 0.5, 0.8, 1.0, 1.04}) {
      // 1 + ν places; for each normal cell share/(1 + ν − share) leukaemic ones, at the start 1/ν.
      const double odds = share / (1 + normal - share);
      EXPECT_NEAR(cells_at(share, 1 / normal) / (odds * normal), 1, 1e-12) << share;
    }
    EXPECT_NEAR(cells_at(1, 1 / normal), 1, 1e-15);
  }
  EXPECT_NEAR(cells_at(0.8, 20), 0.16, 1e-15);
  EXPECT_GT(cells_at(2, 20), 0);  // beyond all places: many, still a number
}

TEST(Leukaemia, without_growth_or_brake_the_propagator_is_exact) {
  // With regrowth 0 the rates are constant, and Y'' of the linear system is known: only the quiescent pool's gain is
  // approximated; with sleep = 0 nothing is but the exponential, by 5e-11 a day.
  reference::CmlParameters p;
  p.regrowth = 0;
  p.sleep = 0;
  const double kill = p.kill_max / (1 + p.kappa), days = 100;
  const Leukaemia::State found = live({100, 4.51, 0, 0}, p, 1, 100);
  const double woken = p.wake * 4.51 * (std::exp(-p.wake * days) - std::exp(-kill * days)) / (kill - p.wake);
  EXPECT_NEAR(found.sensitive / (100 * std::exp(-kill * days) + woken), 1, 5e-11 * days);
  EXPECT_NEAR(found.quiescent / (4.51 * std::exp(-p.wake * days)), 1, 1e-12);
}

TEST(Leukaemia, an_insensitive_clone_is_not_killed) {
  reference::CmlParameters p;  // clone_fold 1e12 stands for T315I
  const Leukaemia::State after = live({1e-3, 0, 1e-3, 0}, p, 2, 30);
  EXPECT_GT(after.clone, 1e-3 * std::exp(0.99 * p.regrowth * 30));
  EXPECT_LT(after.sensitive, 1e-3);
}

// Days with much and little disease in turns of 30: the share of days on which a clone arises is the chance of that
// day, and neighbouring days know nothing of each other.
TEST(Leukaemia, mutants_arise_every_day_by_themselves_with_the_chance_of_the_load) {
  LeukaemiaPlan plan{};
  plan.influx_high_per_day = 0.04;
  plan.influx_low_per_day = 0.01;
  plan.influx_load_percent = 1;
  plan.influx_size_percent = 1e-6;
  constexpr int patients = 4000, days = 240;
  double arisen[2] = {}, in_succession = 0, lived[2] = {};
  for (std::uint64_t id = 0; id < patients; ++id) {
    const auto words = [&](int day) { return draw(7, id, static_cast<std::uint32_t>(Stream::mutation), day, 0); };
    double calm_until = -1 + calm_days(most_influx(plan), words(-1));
    bool yesterday = false;
    for (int day = 0; day < days; ++day) {
      const int is_high = day / 30 % 2;
      const Leukaemia::State now = {is_high ? 50.0 : 0.5, 0, 0, calm_until};
      const Leukaemia::State then = mutate(now, plan, day, words(day));
      const bool today = then.clone > 0;
      calm_until = then.calm_until;
      lived[is_high] += 1;
      arisen[is_high] += today;
      in_succession += is_high && day % 30 != 0 && today && yesterday;
      yesterday = today;
    }
  }
  const auto expect_binomial = [](double found, double n, double p) {
    EXPECT_NEAR(found, n * p, 4 * std::sqrt(n * p * (1 - p)));
  };
  expect_binomial(arisen[0], lived[0], 0.01);
  expect_binomial(arisen[1], lived[1], 0.04);
  expect_binomial(in_succession, lived[1] * 29 / 30, 0.04 * 0.04);
}

TEST(Leukaemia, chances_of_none_and_of_more_than_one_a_day_have_their_calm_days) {
  LeukaemiaPlan plan{};
  EXPECT_EQ(most_influx(plan), 0);
  plan.influx_low_per_day = 3;
  EXPECT_LT(most_influx(plan), 1);
  EXPECT_LT(calm_days(most_influx(plan), {0, 0, 0x80000000u, 0}), 1);  // every day
  EXPECT_EQ(calm_days(1e-300, {0, 0, 0x80000000u, 0}), 1e9);
}

TEST(Leukaemia, hill_one_is_the_hyperbola) {
  const Leukaemia::Traits traits = traits_of({});
  const Brakes power = brakes<false>(traits, 3, 0.7, 0.2, 1.0, kFallingBrake),
               hyperbola = brakes<true>(traits, 3, 0.7, 0.2, 1.0, kFallingBrake);
  EXPECT_NEAR(power.kill, hyperbola.kill, 1e-16);
  EXPECT_NEAR(power.clone_kill, hyperbola.clone_kill, 1e-16);
  EXPECT_EQ(brakes<true>(traits, 3, 0, 0, 1.0, kFallingBrake).kill, 0);
  EXPECT_EQ(brakes<false>(traits, 3, 0, 0, 2.0, kFallingBrake).kill, 0);
}

TEST(Leukaemia, the_immune_brake_falls_with_the_load) {
  reference::CmlParameters p;
  p.immune = 0.04;
  for (const double load : {0.0, 0.19, 1.9}) {
    const double brake = p.immune / (1 + std::pow(load / p.immune_load, 2));
    EXPECT_NEAR(brakes<true>(traits_of(p), load, 1, 1, 1, kFallingBrake).immune, brake, 1e-17);
    EXPECT_NEAR(brakes<false>(traits_of(p), load, 1, 1, 2, kFallingBrake).immune, brake, 1e-17);
  }
}

TEST(Leukaemia, an_immune_brake_with_a_window_is_hardest_at_its_load) {
  reference::CmlParameters p;
  p.immune = 0.04;
  const auto brake = [&](double u) {
    const double found = brakes<true>(traits_of(p), u * p.immune_load, 1, 1, 1, kBrakeWindow).immune;
    EXPECT_NEAR(brakes<false>(traits_of(p), u * p.immune_load, 1, 1, 2, kBrakeWindow).immune, found, 1e-17);
    return found;
  };
  EXPECT_EQ(brake(0), 0);
  EXPECT_NEAR(brake(1), 0.04, 1e-17);
  EXPECT_NEAR(brake(1.0 / 3), 0.03, 1e-17);  // 4/3 over (4/3)²
  EXPECT_NEAR(brake(3), 0.03, 1e-17);
  EXPECT_NEAR(brake(1000), 0.04 * 4000 / 1001.0 / 1001.0, 1e-17);
}

TEST(Leukaemia, the_mean_of_an_exponential_is_smooth_where_its_ends_meet) {
  for (const double x : {-2.0, -0.1, -0.0313, -0.0312, -1e-8, 0.0, 1e-5, 0.0312, 0.0313, 0.5})
    EXPECT_NEAR(mean_between(std::exp(0.3), std::exp(0.3 + x), x) /
                    (x == 0 ? std::exp(0.3) : std::exp(0.3) * std::expm1(x) / x),
                1, 1e-10)
        << x;
}

}  // namespace
}  // namespace vt
