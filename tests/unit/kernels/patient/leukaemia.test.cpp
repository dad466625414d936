#include "kernels/patient/leukaemia.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "tests/reference/fine_step.hpp"

namespace vt { namespace {

LeukaemiaTraits traits_of(const reference::CmlParameters& p) {
  return {p.regrowth, p.kill_max,        p.kappa * p.fold, p.kappa * p.fold * p.clone_fold, p.wake, p.sleep, p.baseline,
          p.immune,   1 / p.immune_load, exp(-p.wake),     1 / (p.capacity * p.baseline)};
}

Leukaemia live(Leukaemia state, const reference::CmlParameters& p, double exposure, int days) {
  const LeukaemiaTraits traits = traits_of(p);
  for (int day = 0; day < days; ++day) state = respond<true>(state, traits, exposure, exposure, 1.0);
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
  const Leukaemia found = live({100, 4.51, 1e-4}, p, exposure, days);
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

TEST(Leukaemia, without_growth_or_brake_the_propagator_is_exact) {
  // With regrowth 0 the rates are constant, and Y'' of the linear system is known: only the quiescent pool's gain is
  // approximated; with sleep = 0 nothing is.
  reference::CmlParameters p;
  p.regrowth = 0;
  p.sleep = 0;
  const double kill = p.kill_max / (1 + p.kappa), days = 100;
  const Leukaemia found = live({100, 4.51, 0}, p, 1, 100);
  const double woken = p.wake * 4.51 * (std::exp(-p.wake * days) - std::exp(-kill * days)) / (kill - p.wake);
  EXPECT_NEAR(found.sensitive / (100 * std::exp(-kill * days) + woken), 1, 1e-12);
  EXPECT_NEAR(found.quiescent / (4.51 * std::exp(-p.wake * days)), 1, 1e-12);
}

TEST(Leukaemia, an_insensitive_clone_is_not_killed) {
  reference::CmlParameters p;  // clone_fold 1e12 stands for T315I
  const Leukaemia after = live({1e-3, 0, 1e-3}, p, 2, 30);
  EXPECT_GT(after.clone, 1e-3 * std::exp(0.99 * p.regrowth * 30));
  EXPECT_LT(after.sensitive, 1e-3);
}

TEST(Leukaemia, hill_one_is_the_hyperbola) {
  const auto share = [](const Effect& e) { return e.numerator / e.denominator; };
  EXPECT_NEAR(share(effect_of<false>(0.7, 0.5, 1.0)), share(effect_of<true>(0.7, 0.5, 1.0)), 1e-15);
  EXPECT_EQ(share(effect_of<true>(0.0, 0.5, 1.0)), 0.0);
  EXPECT_EQ(share(effect_of<false>(0.0, 0.5, 2.0)), 0.0);
}

// Three rates share one division: what is beyond all measure in one of them must not spoil the others.
TEST(Leukaemia, numbers_of_any_size_spoil_nothing) {
  reference::CmlParameters p;
  p.immune = 0.0389;
  LeukaemiaTraits huge = traits_of(p);
  huge.half_exposure = huge.clone_half_exposure = 1e300;
  huge.per_immune_load = 1e200;
  LeukaemiaTraits none = traits_of(p);
  none.kill_max_per_day = none.immune_per_day = 0;
  const Leukaemia start = {100, 4.51, 1e-4};
  for (const double exposure : {0.0, 1.0, 1e6}) {
    const Leukaemia found = respond<true>(start, huge, exposure, exposure, 1.0);
    const Leukaemia expected = respond<true>(start, none, exposure, exposure, 1.0);
    EXPECT_NEAR(found.sensitive / expected.sensitive, 1, 1e-15);
    EXPECT_NEAR(found.clone / expected.clone, 1, 1e-15);
    const Leukaemia by_power = respond<false>(start, huge, 1e300 * exposure, exposure, 4.0);
    EXPECT_TRUE(by_power.sensitive > 0 && by_power.sensitive < 1000);
  }
}

}  // namespace
}  // namespace vt
