#pragma once
#include "kernels/numerics/elementary.hpp"
#include "kernels/patient/streams.hpp"

/// \file Chronic-phase CML: sensitive proliferating cells, a quiescent pool, one mutant clone, an immune brake.
/// Two-state stem-cell model of Fassoni et al., Haematologica 2018;103:1825, with the immune control of Hähnel et al.,
/// Cancer Res 2020;80:2394, in units of % BCR-ABL on the International Scale.

namespace vt { inline namespace VT_ISA {

struct LeukaemiaTraits {
  double regrowth_per_day, kill_max_per_day, half_exposure, clone_half_exposure, activation_per_day,
      deactivation_per_day, baseline_percent, immune_per_day, per_immune_load, quiescent_keep;
  double per_capacity;  ///< 1/(% IS at which cells stop growing)
};

/// Cell populations in % IS.
struct Leukaemia {
  double sensitive, quiescent, clone;
};

VT_HD double load_percent(const Leukaemia& state) { return state.sensitive + state.clone; }

/// ρ^h/(ρ^h + κ^h) as numerator/denominator; ρ ≥ 0. `hyperbolic`: h = 1. The denominator is cut where the whole is
/// nothing, so that the product of three has a reciprocal.
struct Effect {
  double numerator, denominator;
};
inline constexpr double kMostDenominator = 1e100;
template <bool hyperbolic>
VT_HD Effect effect_of(double exposure, double half, double hill) {
  if constexpr (hyperbolic) {
    return {exposure, lesser(exposure + half, kMostDenominator)};
  } else {
    const double x = exposure > 0.0 ? pow(greater(exposure, 1e-150) / half, hill) : 0.0;
    const double most = lesser(x, kMostDenominator);
    return {most, 1.0 + most};
  }
}

/// One day at constant relative exposures, of the sensitive cells and of the clone: one number but for a second drug.
/// Exact for rates frozen at the day's start, the quiescent pool's gain taken as constant: within 1.5 % of a fine-step
/// solution at 90 days and 1 % from 180 days on (tests/reference).
template <bool hyperbolic>
VT_HD Leukaemia respond(const Leukaemia& now, const LeukaemiaTraits& traits, double exposure, double on_mutant,
                        double hill) {
  const double load = load_percent(now);
  const double growth = traits.regrowth_per_day * greater(0.0, 1.0 - load * traits.per_capacity);
  const double relative = load * traits.per_immune_load;
  const double brake = lesser(fma(relative, relative, 1.0), kMostDenominator);
  const Effect effect = effect_of<hyperbolic>(exposure, traits.half_exposure, hill);
  const Effect on_clone = effect_of<hyperbolic>(on_mutant, traits.clone_half_exposure, hill);
  // Three quotients by one division.
  const double both = effect.denominator * on_clone.denominator;
  const double per_all = 1.0 / (both * brake);
  const double per_both = traits.kill_max_per_day * (per_all * brake);
  const double immune = traits.immune_per_day * (per_all * both);
  const double kill = effect.numerator * (per_both * on_clone.denominator);
  const double clone_kill = on_clone.numerator * (per_both * effect.denominator);

  const double rate = growth - kill - immune - traits.deactivation_per_day;
  const double change = exp(rate);
  const double woken =
      traits.activation_per_day * now.quiescent * change * expm1_over(-traits.activation_per_day - rate);
  return {fma(now.sensitive, change, woken),
          fma(now.quiescent, traits.quiescent_keep, traits.deactivation_per_day * now.sensitive),
          now.clone * exp(growth - clone_kill - immune)};
}

/// Hazard of a day, per day, that a mutant clone arises; it depends on the load.
VT_HD double influx_per_day(const Leukaemia& now, const LeukaemiaPlan& plan) {
  return load_percent(now) > plan.influx_load_percent ? plan.influx_high_per_day : plan.influx_low_per_day;
}
VT_HD bool has_influx(const LeukaemiaPlan& plan) {
  return plan.is_set && (plan.influx_high_per_day > 0.0 || plan.influx_low_per_day > 0.0);
}

/// The hazard that a patient has before the next clone arises, Exp(1).
VT_HD double hazard_to_next(const Words& words) { return -log(uniform(words.w[0], words.w[1])); }

}}  // namespace vt
