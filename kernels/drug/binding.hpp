#pragma once
#include "kernels/numerics/real.hpp"

namespace vt { inline namespace VT_ISA {

/// Saturable 1:1 binding to a plasma protein, in ng/mL of drug.
struct Binding {
  double capacity_ng_per_mL;  ///< 0: nothing is bound
  double constant_ng_per_mL;  ///< dissociation constant, > 0
};

/// The free part of a total concentration ≥ 0: the positive root of f² + (B + K − total)·f − K·total = 0, without
/// cancellation.
VT_HD double free_concentration(double total_ng_per_mL, const Binding& binding) {
  const double excess = total_ng_per_mL - binding.capacity_ng_per_mL - binding.constant_ng_per_mL;
  const double product = 4.0 * binding.constant_ng_per_mL * total_ng_per_mL;
  const double root = square_root(fma(excess, excess, product));
  return excess > 0.0 ? 0.5 * (root + excess) : 0.5 * product / (root - excess);
}

}}  // namespace vt
