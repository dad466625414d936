#pragma once
#include "kernels/numerics/elementary.hpp"
#include "kernels/plan.hpp"

/// \file One compartment with first-order elimination and first- or zero-order input, in closed form between events.
/// Clearance, volume and bioavailability are frozen over a day, so that doses superpose.

namespace vt { inline namespace VT_ISA {

/// Individual parameters. `absorption` is ka (1/h) for first-order input, the duration (h) for zero-order input.
struct PkTraits {
  double clearance_L_per_h, volume_L, absorption, lag_h, bioavailability;
  double per_volume, per_absorption;  ///< reciprocals
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
  double per_volume, per_absorption;  ///< reciprocals
};

/// What the day amounted to: area under the concentration curve of the day, and the mg that entered the body.
struct Exposure {
  double auc_mg_h_per_L, entered_mg;
};

/// ∫₀^t ka·e^(−ka·u)·e^(−k(t−u)) du: the share of a unit dose in the central compartment t hours after it.
/// Finite and smooth at ka = k. The slower rate stands outside, so that nothing grows with time, whichever it is.
VT_HD double absorbed_share(double ka_per_h, double k_per_h, double t_h) {
  const double slow = lesser(ka_per_h, k_per_h), fast = greater(ka_per_h, k_per_h);
  return ka_per_h * t_h * exp(-slow * t_h) * expm1_over((slow - fast) * t_h);
}

/// Of one mg in the central compartment, and of one in the depot, what is in the central compartment some time later.
struct Shares {
  double left, moved;
};
template <Absorption absorption>
VT_HD Shares shares_after(const PkDay& day, double t_h) {
  const double left = exp(-day.elimination_per_h * t_h);
  if constexpr (absorption == Absorption::zero_order)
    return {left, 0.0};
  else
    return {left, absorbed_share(day.absorption_per_h, day.elimination_per_h, t_h)};
}

template <Absorption absorption>
VT_HD double central_mg(const Body& body, const Shares& shares) {
  if constexpr (absorption == Absorption::zero_order)
    return body.central_mg * shares.left;
  else
    return body.central_mg * shares.left + body.depot_mg * shares.moved;
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

/// What a day does to what is there, from the day's rates alone: shares that are left at its end in the central
/// compartment and in the depot, that of the depot which has moved on, and, for input of zero order, what is left of
/// one when it ends.
struct Decay {
  double left, depot_left, depot_moved, input_left;
  double per_clearance;  ///< h/L
};
template <Absorption absorption>
VT_HD Decay decay_of(const PkDay& day) {
  const double left = exp(-day.elimination_per_h * kHoursPerDay), per_clearance = 1.0 / day.clearance_L_per_h;
  if constexpr (absorption == Absorption::zero_order)  // (1 − e^−x)/x with 1/x = V/(CL·duration)
    return {
        left, 0.0, 0.0,
        -expm1(-day.elimination_per_h * day.absorption_per_h) * (per_clearance * (day.volume_L * day.per_absorption)),
        per_clearance};
  else
    return {left, exp(-day.absorption_per_h * kHoursPerDay),
            absorbed_share(day.absorption_per_h, day.elimination_per_h, kHoursPerDay), 0.0, per_clearance};
}

/// eliminate(body, day, 24 h).
template <Absorption absorption>
VT_HD Body eliminate(const Body& body, const Decay& decay) {
  if constexpr (absorption == Absorption::zero_order)
    return {body.central_mg * decay.left, 0.0};
  else
    return {body.central_mg * decay.left + body.depot_mg * decay.depot_moved, body.depot_mg * decay.depot_left};
}

/// What the day does to one mg of an input that begins at `start_h` and is over when the day ends: shares left at the
/// day's end, of input of zero order those of what was left when it ended.
struct Remainder {
  double start_h, central, depot;
};
template <Absorption absorption>
VT_HD Remainder remainder_of(const Input& input, const PkDay& day) {
  if constexpr (absorption == Absorption::zero_order) {
    const double since = greater(kHoursPerDay - input.start_h - input.length_h, 0.0);
    return {input.start_h, exp(-day.elimination_per_h * since), 0.0};
  } else {
    const double t = greater(kHoursPerDay - input.start_h, 0.0);
    return {input.start_h, absorbed_share(day.absorption_per_h, day.elimination_per_h, t),
            exp(-day.absorption_per_h * t)};
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

/// Drug in the body, and all that there was of it: at the day's start or entered since.
struct Balance {
  double central_mg, depot_mg, entered_mg;
};

/// Whether an input is still entering, or yet to enter, at `time_h`.
template <Absorption absorption>
VT_HD bool runs_past(const Input& input, double time_h) {
  if constexpr (absorption == Absorption::zero_order)
    return input.start_h + input.length_h > time_h;
  else
    return input.start_h >= time_h;
}

/// Adds an input that is over when the day ends: what `contribution` and `entered_mg` say of the day's end.
template <Absorption absorption>
VT_HD Balance add(const Balance& b, const Input& input, const Decay& decay, const Remainder& remains) {
  if constexpr (absorption == Absorption::zero_order)
    return {b.central_mg + input.mg * decay.input_left * remains.central, b.depot_mg, b.entered_mg + input.mg};
  else
    return {b.central_mg + input.mg * remains.central, b.depot_mg + input.mg * remains.depot, b.entered_mg + input.mg};
}

/// The part of an input that is left after a day, seen from the next day's start.
template <Absorption absorption>
VT_HD Input remainder(const Input& input) {
  const double start = greater(input.start_h - kHoursPerDay, 0.0);
  const double left = input.mg - entered_mg<absorption>(input, kHoursPerDay);
  if constexpr (absorption == Absorption::zero_order) {
    const double length = input.length_h - active_h(input, kHoursPerDay);
    return length > 0.0 ? Input{left, start, length, 0.0} : Input{0.0, 0.0, 1.0, 0.0};
  } else {
    return {left, start, 1.0, 0.0};
  }
}

/// x(t)/x(∞) on a day; days before the first dose count as day 0. (`unlikely` keeps its code in one place: a block put
/// elsewhere, with a jump back, looks like a loop to tests/lint/stages.py.)
VT_HD double trend_factor(const Trend& trend, double day) {
  if (trend.change == 0.0) [[unlikely]]
    return 1.0;
  return fma(trend.change, exp(-trend.per_day * greater(day, 0.0)), 1.0);
}

/// Whether that may be another number than on the day before. It is 1 to the last bit once change·e^(−t/τ) is below
/// 2^-54, and c·e^-(40 + c) is for every c.
VT_HD bool is_moving(const Trend& trend, double day) {
  const double size = trend.change < 0.0 ? -trend.change : trend.change;
  return size > 0.0 && day > 0.0 && trend.per_day * (day - 1.0) < 40.0 + size;
}

/// Milligrams per litre to ng/mL.
inline constexpr double kNgPerMlPerMgPerL = 1000;

}}  // namespace vt
