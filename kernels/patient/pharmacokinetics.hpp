#pragma once
#include "kernels/numerics/elementary.hpp"
#include "kernels/plan.hpp"

/// \file One compartment with first-order elimination and first- or zero-order input, in closed form between events.
/// Clearance, volume and bioavailability are frozen over a day, so that doses superpose.

namespace vt { inline namespace VT_ISA {

/// Individual parameters. `absorption` is ka (1/h) for first-order input, the duration (h) for zero-order input.
struct PkTraits {
  double clearance_L_per_h, volume_L, absorption, lag_h, bioavailability;
};

/// Amounts at the day's start, in mg.
struct Body {
  double central_mg, depot_mg;
};

/// Drug that enters from `start_h` on, for `length_h` if input is of zero order. Times count from the day's start.
/// `swallowed_mg` is the dose of which `mg` is the part that reaches the body.
struct Input {
  double mg, start_h, length_h, swallowed_mg;
};

/// Today's rates of one patient.
struct PkDay {
  double clearance_L_per_h, volume_L, elimination_per_h, bioavailability, absorption_per_h;
};

/// What the day amounted to: area under the concentration curve of the day, and the mg that entered the body.
struct Exposure {
  double auc_mg_h_per_L, entered_mg;
};

/// ∫₀^t ka·e^(−ka·u)·e^(−k(t−u)) du: the share of a unit dose in the central compartment t hours after it.
/// Finite and smooth at ka = k.
VT_HD double absorbed_share(double ka_per_h, double k_per_h, double t_h) {
  return ka_per_h * t_h * exp(-k_per_h * t_h) * expm1_over((k_per_h - ka_per_h) * t_h);
}

/// The body `t_h` hours later, nothing entering.
template <Absorption absorption>
VT_HD Body eliminate(const Body& body, const PkDay& day, double t_h) {
  if constexpr (absorption == Absorption::zero_order) {
    return {body.central_mg * exp(-day.elimination_per_h * t_h), 0.0};
  } else {
    return {body.central_mg * exp(-day.elimination_per_h * t_h) +
                body.depot_mg * absorbed_share(day.absorption_per_h, day.elimination_per_h, t_h),
            body.depot_mg * exp(-day.absorption_per_h * t_h)};
  }
}

/// How long an input of zero order has been entering by `until_h`: exactly its length once it is over.
VT_HD double active_h(const Input& input, double until_h) {
  return greater(lesser(input.length_h, until_h - input.start_h), 0.0);
}

/// What one input adds to the body by `until_h`; nothing if it begins later.
template <Absorption absorption>
VT_HD Body contribution(const Input& input, const PkDay& day, double until_h) {
  if constexpr (absorption == Absorption::zero_order) {
    const double active = active_h(input, until_h);
    const double since = greater(until_h - input.start_h - active, 0.0);
    const double entered = input.mg * (active / input.length_h);
    return {entered * expm1_over(-day.elimination_per_h * active) * exp(-day.elimination_per_h * since), 0.0};
  } else {
    const double t = greater(until_h - input.start_h, 0.0);
    const double mg = input.start_h < until_h ? input.mg : 0.0;
    return {mg * absorbed_share(day.absorption_per_h, day.elimination_per_h, t), mg * exp(-day.absorption_per_h * t)};
  }
}

/// Of an input, how much enters before `until_h`.
template <Absorption absorption>
VT_HD double entered_mg(const Input& input, double until_h) {
  if constexpr (absorption == Absorption::zero_order) {
    return input.mg * (active_h(input, until_h) / input.length_h);
  } else {
    return input.start_h < until_h ? input.mg : 0.0;
  }
}

/// What one input amounts to on a day: drug in the body at the day's end, and what has entered.
struct DayOfInput {
  double central_mg, depot_mg, entered_mg;
};
template <Absorption absorption>
VT_HD DayOfInput day_of(const Input& input, const PkDay& day) {
  const Body added = contribution<absorption>(input, day, kHoursPerDay);
  return {added.central_mg, added.depot_mg, entered_mg<absorption>(input, kHoursPerDay)};
}

/// The part of an input that is left after a day on which `entered_mg` have entered, seen from the next day's start.
template <Absorption absorption>
VT_HD Input remainder(const Input& input, double entered_mg) {
  const double start = greater(input.start_h - kHoursPerDay, 0.0);
  const double left = input.mg - entered_mg;
  if constexpr (absorption == Absorption::zero_order) {
    const double length = input.length_h - active_h(input, kHoursPerDay);
    return length > 0.0 ? Input{left, start, length, 0.0} : Input{0.0, 0.0, 1.0, 0.0};
  } else {
    return {left, start, 1.0, 0.0};
  }
}
template <Absorption absorption>
VT_HD Input remainder(const Input& input) {
  return remainder<absorption>(input, entered_mg<absorption>(input, kHoursPerDay));
}

/// x(t)/x(∞) on a day; days before the first dose count as day 0.
VT_HD double trend_factor(const Trend& trend, double day) {
  return fma(trend.change, exp(-trend.per_day * greater(day, 0.0)), 1.0);
}

/// Milligrams per litre to ng/mL.
inline constexpr double kNgPerMlPerMgPerL = 1000;

}}  // namespace vt
