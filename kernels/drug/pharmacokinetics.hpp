#pragma once
#include "kernels/drug/input/input.hpp"

/// \file One compartment with first-order elimination: what its policies of input (kernels/drug/variant.hpp) work with.
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

/// What a day does to what is there, from the day's rates alone: shares that are left at its end in the central
/// compartment and in the depot, that of the depot which has moved on, and, for input of zero order, what is left of
/// one when it ends.
struct Decay {
  double left, depot_left, depot_moved, input_left;
  double per_clearance;  ///< h/L
};

/// What the day does to one mg of an input that begins at `start_h` and is over when the day ends: shares left at the
/// day's end, of input of zero order those of what was left when it ended.
struct Remainder {
  double start_h, central, depot;
};

/// Drug in the body, and all that there was of it: at the day's start or entered since.
struct Balance {
  double central_mg, depot_mg, entered_mg;
};

/// x(t)/x(∞) on a day; days before the first dose count as day 0. (`unlikely` keeps its code in one place: a block put
/// elsewhere, with a jump back, looks like a loop to tests/lint/stages.py.)
VT_HD double trend_factor(const Trend& trend, double day) {
  if (trend.change == 0.0) [[unlikely]]
    return 1.0;
  return fma(trend.change, exp(-trend.per_day * greater(day, 0.0)), 1.0);
}

/// 1 before the step. The same for all patients, whenever they began.
VT_HD double step_factor(const Step& step, std::int32_t day) {
  return step.is_set != 0 && day >= step.day ? step.factor : 1.0;
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
