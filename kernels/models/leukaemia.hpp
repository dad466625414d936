#pragma once
#include "kernels/numerics/elementary.hpp"
#include "kernels/random/streams.hpp"

/// \file Chronic-phase CML: sensitive proliferating cells, a quiescent pool, one mutant clone, an immune brake.
/// Two-state stem-cell model of Fassoni et al., Haematologica 2018;103:1825, with the immune control of Hähnel et al.,
/// Cancer Res 2020;80:2394, in units of % BCR-ABL on the International Scale.

namespace vt { inline namespace VT_ISA {

/// `per_baseline` and `per_immune_load`: 1 over a load in %.
struct LeukaemiaTraits {
  double regrowth_per_day, kill_max_per_day, half_exposure, clone_half_exposure, activation_per_day,
      deactivation_per_day, per_baseline, immune_per_day, per_immune_load, quiescent_keep;
};

/// Cell populations in % IS, and the day up to which no mutant clone arises.
struct Leukaemia {
  double sensitive, quiescent, clone, calm_until;
};

VT_HD double load_percent(const Leukaemia& state) { return state.sensitive + state.clone; }

/// What holds the cells back, per day: the drug's killing of sensitive and of mutant cells, the immune system.
struct Brakes {
  double kill, clone_kill, immune;
};

/// ρ^h/(ρ^h + κ^h); ρ ≥ 0.
VT_HD double effect_share(double exposure, double half, double hill) {
  const double x = exposure > 0.0 ? pow(greater(exposure, 1e-150) / half, hill) : 0.0;
  return x / (1.0 + x);
}

/// Emax·ρ^h/(ρ^h + κ^h) per day of either kind of cells, and the immune system's brake at a load. `hyperbolic`: h = 1,
/// where one division serves all.
template <bool hyperbolic>
VT_HD Brakes brakes(const LeukaemiaTraits& t, double load, double exposure, double on_mutant, double hill) {
  const double relative = load * t.per_immune_load;
  const double immune = fma(relative, relative, 1.0);
  if constexpr (hyperbolic) {
    const double sensitive = exposure + t.half_exposure, mutant = on_mutant + t.clone_half_exposure;
    const double both = sensitive * mutant;
    const double over_all = 1.0 / (both * immune);
    return {t.kill_max_per_day * exposure * (mutant * immune * over_all),
            t.kill_max_per_day * on_mutant * (sensitive * immune * over_all), t.immune_per_day * (both * over_all)};
  } else {
    return {t.kill_max_per_day * effect_share(exposure, t.half_exposure, hill),
            t.kill_max_per_day * effect_share(on_mutant, t.clone_half_exposure, hill), t.immune_per_day / immune};
  }
}

/// The mean of e^(a + x·u) over 0 ≤ u ≤ 1, from both ends e^a and e^(a + x): their difference over x, or its series
/// where they are nearly equal. Relative error below 1e-10, and what the ends' errors make of it: 32 times that of
/// either.
VT_HD double mean_between(double start, double end, double x) {
  constexpr double least = 0x1p-5;
  const bool is_near = x < least && x > -least;
  const double rest = fma(x, fma(x, 0x1.1111111111111p-7, 0x1.5555555555555p-5), 0x1.5555555555555p-3);
  const double series = fma(x, fma(x, rest, 0.5), 1.0);
  const double difference = (end - start) / (is_near ? 1.0 : x);
  return is_near ? start * series : difference;
}

/// One day at constant relative exposures, of the sensitive cells and of the clone: one number but for a second drug.
/// Exact for rates frozen at the day's start, the quiescent pool's gain taken as constant: within 1.5 % of a fine-step
/// solution at 90 days and 1 % from 180 days on (tests/reference).
template <bool hyperbolic>
VT_HD Leukaemia respond(const Leukaemia& now, const LeukaemiaTraits& traits, double exposure, double on_mutant,
                        double hill, double per_capacity) {
  const double load = load_percent(now);
  const double crowding = greater(0.0, fma(-load, traits.per_baseline * per_capacity, 1.0));
  const double growth = traits.regrowth_per_day * crowding;
  const Brakes brake = brakes<hyperbolic>(traits, load, exposure, on_mutant, hill);
  const double rate = growth - brake.kill - brake.immune - traits.deactivation_per_day;
  const double change = coarse_exp(rate);
  const double woken = traits.activation_per_day * now.quiescent *
                       mean_between(change, traits.quiescent_keep, -traits.activation_per_day - rate);
  return {fma(now.sensitive, change, woken),
          fma(now.quiescent, traits.quiescent_keep, traits.deactivation_per_day * now.sensitive),
          now.clone * coarse_exp(growth - brake.clone_kill - brake.immune), now.calm_until};
}

/// The greater of the chances per day that a mutant clone arises; below 1, so that days on which none does remain.
VT_HD double most_influx(const LeukaemiaPlan& plan) {
  return lesser(greater(plan.influx_high_per_day, plan.influx_low_per_day), 0x1.fffffffffffffp-1);
}

/// Waiting time from a day on, 0 < most < 1: with a chance of `most` a day it would happen next on the first day that
/// lies further away (geometric). `words`: of the mutation stream on that day.
VT_HD double calm_days(double most, const Words& words) {
  constexpr double longest = 1e9;
  return lesser(log(uniform(words.w[2], words.w[3])) / log1p(-most), longest);
}

/// A mutant clone arises on a day with a chance that depends on the load: on days on which it would at the greater
/// chance, with the ratio of the two.
VT_HD Leukaemia mutate(const Leukaemia& now, const LeukaemiaPlan& plan, double today, const Words& words) {
  const double most = most_influx(plan);
  const double chance =
      load_percent(now) > plan.influx_load_percent ? plan.influx_high_per_day : plan.influx_low_per_day;
  const bool would = today > now.calm_until;
  const double arisen = uniform(words.w[0], words.w[1]) * most < chance ? plan.influx_size_percent : 0.0;
  return {now.sensitive, now.quiescent, now.clone + (would ? arisen : 0.0),
          would ? today + calm_days(most, words) : now.calm_until};
}

}}  // namespace vt
