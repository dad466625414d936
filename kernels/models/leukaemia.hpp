#pragma once
#include "kernels/models/model.hpp"
#include "kernels/numerics/elementary.hpp"
#include "kernels/numerics/philox.hpp"

namespace vt {

/// The immune brake over its rate, at u = load/immune_load: (constant + slope·u)/(1 + linear·u + u²).
struct ImmuneForm {
  double constant, slope, linear;
};
inline constexpr ImmuneForm kFallingBrake = {1, 0, 0};  ///< 1/(1 + u²)
inline constexpr ImmuneForm kBrakeWindow = {0, 4, 2};   ///< 4u/(1 + u)²: 1 at u = 1

/// What is the same in all patients.
struct LeukaemiaPlan {
  double hill;
  double influx_high_per_day, influx_low_per_day;  ///< chance of a new mutant clone above and below the load
  double influx_load_percent, influx_size_percent;
  double capacity;  ///< carrying capacity over baseline
  /// 1 over the normal cells at the start, in leukaemic cells there; 0: they are not counted, and leukaemic cells are
  /// as many as the load says.
  double per_normal;
  double neutrophil_share;  ///< of the normal white cells
  ImmuneForm immune;
};

inline namespace VT_ISA {

/// Chronic-phase CML: sensitive proliferating cells, a quiescent pool, one mutant clone, an immune brake. Two-state
/// stem-cell model of Fassoni et al., Haematologica 2018;103:1825, with the immune control of Hähnel et al., Cancer Res
/// 2020;80:2394, in units of % BCR-ABL on the International Scale.
struct Leukaemia {
  static constexpr std::string_view section = "response", name = "cml_clones", title = "response";
  static constexpr Subject subject = Subject::response;

  struct Parameters {
    double regrowth_per_day, kill_max_per_day, half_exposure, resistance_fold, clone_fold, clone_ratio;
    double activation_per_day, deactivation_per_day, baseline_percent, quiescent_ratio;
    double immune_per_day, immune_load_percent;
    double white_cells_1e9_per_L;
  };
  static constexpr Parameter<Parameters> parameters[] = {
      {&Parameters::regrowth_per_day, "regrowth", "1/day", Need::required, 0, 0, 10},
      {&Parameters::kill_max_per_day, "kill_max", "1/day", Need::required, 0, 0, 100},
      {&Parameters::half_exposure, "half_exposure", "", Need::required, 0, 1e-9, 1e9, Zero::refused},
      {&Parameters::resistance_fold, "resistance_fold", "", Need::optional, 1, 1e-6, 1e12, Zero::refused},
      {&Parameters::clone_fold, "clone_fold", "", Need::optional, 1, 1e-6, 1e12, Zero::refused},
      {&Parameters::clone_ratio, "clone_ratio", "", Need::optional, 0, 0, 1},
      {&Parameters::activation_per_day, "activation", "1/day", Need::required, 0, 0, 10},
      {&Parameters::deactivation_per_day, "deactivation", "1/day", Need::required, 0, 0, 10},
      {&Parameters::baseline_percent, "baseline", "%", Need::required, 0, 1e-9, 1e9, Zero::refused},
      {&Parameters::quiescent_ratio, "quiescent_ratio", "", Need::required, 0, 0, 1e6},
      {&Parameters::immune_per_day, "immune_rate", "1/day", Need::optional, 0, 0, 100},
      {&Parameters::immune_load_percent, "immune_load", "%", Need::optional, 1, 1e-12, 1e9, Zero::refused},
      {&Parameters::white_cells_1e9_per_L, "white_cells_at_start", "1e9/L", Need::optional, 0, 0, 1e4},
  };
  static constexpr bool has_immune_form = true;  ///< the entry `immune_form` says which
  static constexpr Setting settings[] = {
      {"hill", "", 1, 0.1, 10},
      {"capacity", "", 1.05, 1, 1e6},
      {"influx_high", "1/year", 0, 0, 1e3},
      {"influx_low", "1/year", 0, 0, 1e3},
      {"influx_load", "%", 1, 0, 1e9},
      {"influx_size", "%", 1e-6, 0, 1e9},
      {"normal_ratio", "", 0, 0, 1e6},
      {"neutrophil_share", "", 0.6, 0.01, 1},
  };

  /// `per_baseline` and `per_immune_load`: 1 over a load in %.
  struct Traits {
    double regrowth_per_day, kill_max_per_day, half_exposure, clone_half_exposure, activation_per_day,
        deactivation_per_day, per_baseline, immune_per_day, per_immune_load, quiescent_keep;
    double white_cells_1e9_per_L;  ///< leukaemic ones at the start
  };
  static VT_HD Traits traits_of(const Parameters& p) {
    constexpr double insensitive = 1e100;  // no drug acts; the product of two such numbers is finite
    const double half = lesser(p.half_exposure * p.resistance_fold, insensitive);
    return {p.regrowth_per_day,
            p.kill_max_per_day,
            half,
            lesser(half * p.clone_fold, insensitive),
            p.activation_per_day,
            p.deactivation_per_day,
            1.0 / p.baseline_percent,
            p.immune_per_day,
            1.0 / p.immune_load_percent,
            exp(-p.activation_per_day),
            p.white_cells_1e9_per_L};
  }

  /// Cell populations in % IS, and the day up to which no mutant clone arises.
  struct State {
    double sensitive, quiescent, clone, calm_until;
  };
  static VT_HD State start(const Parameters& p, double calm_until) {
    return {p.baseline_percent, p.baseline_percent * p.quiescent_ratio, p.baseline_percent * p.clone_ratio, calm_until};
  }

  static VT_HD double load_percent(const State& now) { return now.sensitive + now.clone; }
  /// Of mutant cells.
  static VT_HD double mutant_share(const State& now) { return now.clone / greater(load_percent(now), 1e-300); }
  static constexpr ModelQuantity<State> quantities[] = {
      {load_percent, "bcr_abl_is_true", "%", kFromZero, kUsualLoad, "model BCR-ABL, International Scale",
       "with a response model"},
      {mutant_share, "mutant_share", "1", kShare, kUsual, "share of the mutant clone in model BCR-ABL",
       "with a response model"},
  };
  static constexpr Vital<State> vitals[] = {{load_percent, "the leukaemic load"}};
  static constexpr int recorded = 3;
};

VT_HD double load_percent(const Leukaemia::State& state) { return Leukaemia::load_percent(state); }

/// Leukaemic cells over those at the start, where leukaemic and normal ones share a constant number of places: the load
/// s over its baseline is their share of these, s/(1 + ν − s) their number for each normal cell, which the normal cells
/// at the start, ν, relate to the start. per_normal: 1/ν; 0: s. Growth ends before no normal cell is left (capacity
/// below 1 + ν) for cells that grow by less than half a day.
VT_HD double cells_at(double share, double per_normal) {
  constexpr double least = 0x1p-20;
  return share / greater(fma(1.0 - share, per_normal, 1.0), least);
}

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
VT_HD Brakes brakes(const Leukaemia::Traits& t, double load, double exposure, double on_mutant, double hill,
                    const ImmuneForm& form) {
  const double relative = load * t.per_immune_load;
  const double immune = fma(relative, relative, fma(form.linear, relative, 1.0));
  const double immune_per_day = t.immune_per_day * fma(form.slope, relative, form.constant);
  if constexpr (hyperbolic) {
    const double sensitive = exposure + t.half_exposure, mutant = on_mutant + t.clone_half_exposure;
    const double both = sensitive * mutant;
    const double over_all = 1.0 / (both * immune);
    return {t.kill_max_per_day * exposure * (mutant * immune * over_all),
            t.kill_max_per_day * on_mutant * (sensitive * immune * over_all), immune_per_day * (both * over_all)};
  } else {
    return {t.kill_max_per_day * effect_share(exposure, t.half_exposure, hill),
            t.kill_max_per_day * effect_share(on_mutant, t.clone_half_exposure, hill), immune_per_day / immune};
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
/// Beside normal cells the quiescent ones wake into the places that are free for growth, as well.
/// Exact for rates frozen at the day's start, the quiescent pool's gain taken as constant: within 1.5 % of a fine-step
/// solution at 90 days and 1 % from 180 days on (tests/reference).
template <bool hyperbolic>
VT_HD Leukaemia::State respond(const Leukaemia::State& now, const Leukaemia::Traits& traits, double exposure,
                               double on_mutant, const LeukaemiaPlan& plan, double per_capacity) {
  const double load = load_percent(now);
  const double crowding = greater(0.0, fma(-load, traits.per_baseline * per_capacity, 1.0));
  const double growth = traits.regrowth_per_day * crowding;
  const Brakes brake = brakes<hyperbolic>(traits, load, exposure, on_mutant, plan.hill, plan.immune);
  const double rate = growth - brake.kill - brake.immune - traits.deactivation_per_day;
  const double change = coarse_exp(rate);
  const double room = plan.per_normal > 0.0 ? crowding : 1.0;
  const double woken = room * traits.activation_per_day * now.quiescent *
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
VT_HD Leukaemia::State mutate(const Leukaemia::State& now, const LeukaemiaPlan& plan, double today,
                              const Words& words) {
  const double most = most_influx(plan);
  const double chance =
      load_percent(now) > plan.influx_load_percent ? plan.influx_high_per_day : plan.influx_low_per_day;
  const bool would = today > now.calm_until;
  const double arisen = uniform(words.w[0], words.w[1]) * most < chance ? plan.influx_size_percent : 0.0;
  return {now.sensitive, now.quiescent, now.clone + (would ? arisen : 0.0),
          would ? today + calm_days(most, words) : now.calm_until};
}

}
}  // namespace vt
