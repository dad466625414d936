#pragma once
#include "kernels/numerics/elementary.hpp"

/// \file Sums of exponentials as times of a day are looked at: from what rates leave, without exponentials of their
/// own.

namespace vt { inline namespace VT_ISA {

/// Drug in the central compartment in mg, its change per hour, the change of that, and the change of that.
struct Motion {
  double mg, slope, bend, jerk;
};

/// When a sum of two exponentials that begins with `value` and changes by `change` is 0; behind the end of time or
/// before its beginning if it never is. Rates may be the same. To a relative error of 1e-9.
VT_HD double zero_of_two(double value, double change, double a_per_h, double b_per_h) {
  constexpr double ln_2 = 0x1.62e42fefa39efp-1;
  const double by_a = change + a_per_h * value, by_b = change + b_per_h * value, ratio = by_b / by_a;
  const double log =
      select((ratio > 1e-300) & (ratio < 1e300), ln_2 * coarse_log2(clamp(ratio, 1e-300, 1e300)), -1e300);
  const bool is_one = by_b == by_a;
  return -value * select(is_one, 1.0, log) / select(is_one, by_a, by_b - by_a);
}

/// ∫₀^t e^(−a·u)·e^(−b·(t−u)) du from what either rate leaves after t, for gap = |a − b|: their difference, or by a
/// series where they are near to each other. Error ≤ 1e-15 of it.
VT_HD double met(double more_left, double less_left, double t_h, double gap_per_h, double per_gap) {
  const double x = -gap_per_h * t_h;
  double p = 0x1.27e4fb7789f5cp-22;
  p = fma(p, x, 0x1.71de3a556c734p-19);
  p = fma(p, x, 0x1.a01a01a01a01ap-16);
  p = fma(p, x, 0x1.a01a01a01a01ap-13);
  p = fma(p, x, 0x1.6c16c16c16c17p-10);
  p = fma(p, x, 0x1.1111111111111p-7);
  p = fma(p, x, 0x1.5555555555555p-5);
  p = fma(p, x, 0x1.5555555555555p-3);
  p = fma(p, x, 0.5);
  p = fma(p, x, 1.0);
  return select(x > -0.125, t_h * more_left * p, (more_left - less_left) * per_gap);
}

/// The distance of two rates, and its reciprocal: infinite where there is none.
struct Gap {
  double per_h, reciprocal;
};
VT_HD Gap gap_of(double a_per_h, double b_per_h) {
  const double gap = greater(a_per_h, b_per_h) - lesser(a_per_h, b_per_h);
  return {gap, 1.0 / gap};
}
VT_HD double met(double a_left, double b_left, double t_h, const Gap& gap) {
  return met(greater(a_left, b_left), lesser(a_left, b_left), t_h, gap.per_h, gap.reciprocal);
}

}}  // namespace vt
