#pragma once
#include "kernels/numerics/elementary.hpp"

/// \file Haemoglobin: made at a rate that the drug lowers, lost with the age of the red cells.

namespace vt { inline namespace VT_ISA {

struct HaemoglobinTraits {
  double baseline_g_per_dL, keep, effect, exponent;  ///< keep: share of the distance to its goal left after a day
};

/// One day at a constant relative exposure, exact: dH/dt = k·(baseline·(1 − effect·ρ^p) − H), the bracket at least 0.
VT_HD double turn_over(double now, const HaemoglobinTraits& t, double exposure) {
  const double power = pow(greater(exposure, 1e-300), t.exponent);
  const double goal = t.baseline_g_per_dL * greater(0.0, 1.0 - (exposure > 0.0 ? t.effect * power : 0.0));
  return fma(now - goal, t.keep, goal);
}

}}  // namespace vt
