#pragma once
#include "kernels/numerics/elementary.hpp"
#include "kernels/patient/streams.hpp"

/// \file Chronic-phase CML: sensitive proliferating cells, a quiescent pool, one mutant clone, an immune brake.
/// Two-state stem-cell model of Fassoni et al., Haematologica 2018;103:1825, with the immune control of Hähnel et al.,
/// Cancer Res 2020;80:2394, in units of % BCR-ABL on the International Scale.

namespace vt { inline namespace VT_ISA {

struct LeukaemiaTraits {
  double regrowth_per_day, kill_max_per_day, half_exposure, clone_half_exposure, activation_per_day,
      deactivation_per_day, baseline_percent, immune_per_day, immune_load_percent, quiescent_keep;
};

/// Cell populations in % IS.
struct Leukaemia {
  double sensitive, quiescent, clone;
};

VT_HD double load_percent(const Leukaemia& state) { return state.sensitive + state.clone; }

/// Emax·ρ^h/(ρ^h + κ^h) per day; ρ ≥ 0. `hyperbolic`: h = 1.
template <bool hyperbolic>
VT_HD double kill_rate(double kill_max, double exposure, double half, double hill) {
  if constexpr (hyperbolic) {
    return kill_max * (exposure / (exposure + half));
  } else {
    const double x = exposure > 0.0 ? pow(greater(exposure, 1e-150) / half, hill) : 0.0;
    return kill_max * (x / (1.0 + x));
  }
}

/// One day at constant relative exposures, of the sensitive cells and of the clone: one number but for a second drug.
/// Exact for rates frozen at the day's start, the quiescent pool's gain taken as constant: within 1.5 % of a fine-step
/// solution at 90 days and 1 % from 180 days on (tests/reference).
template <bool hyperbolic>
VT_HD Leukaemia respond(const Leukaemia& now, const LeukaemiaTraits& traits, double exposure, double on_mutant,
                        double hill, double capacity) {
  const double load = load_percent(now);
  const double crowding = greater(0.0, 1.0 - load / (capacity * traits.baseline_percent));
  const double growth = traits.regrowth_per_day * crowding;
  const double relative = load / traits.immune_load_percent;
  const double immune = traits.immune_per_day / fma(relative, relative, 1.0);
  const double kill = kill_rate<hyperbolic>(traits.kill_max_per_day, exposure, traits.half_exposure, hill);
  const double clone_kill = kill_rate<hyperbolic>(traits.kill_max_per_day, on_mutant, traits.clone_half_exposure, hill);

  const double rate = growth - kill - immune - traits.deactivation_per_day;
  const double change = exp(rate);
  const double woken =
      traits.activation_per_day * now.quiescent * change * expm1_over(-traits.activation_per_day - rate);
  return {fma(now.sensitive, change, woken),
          fma(now.quiescent, traits.quiescent_keep, traits.deactivation_per_day * now.sensitive),
          now.clone * exp(growth - clone_kill - immune)};
}

/// A mutant clone may arise on a day; the chance depends on the load. `u` is uniform.
VT_HD Leukaemia mutate(const Leukaemia& now, const LeukaemiaPlan& plan, double u) {
  const double chance =
      load_percent(now) > plan.influx_load_percent ? plan.influx_high_per_day : plan.influx_low_per_day;
  const double arisen = u < chance ? plan.influx_size_percent : 0.0;
  return {now.sensitive, now.quiescent, now.clone + arisen};
}

}}  // namespace vt
