#pragma once
#include "kernels/drug/prediction/misfit.hpp"

/// \file Newton's step where absorption deviates, too.

namespace vt { inline namespace VT_ISA {

/// A symmetric matrix and a vector over the deviations of clearance, volume and absorption.
struct ThreeByThree {
  double cc, vv, aa, cv, ca, va;
};
struct Three {
  double c, v, a;
};

/// ln f and its derivatives by clearance and absorption, by central differences.
struct Bends {
  double f, by_c, by_a, by_cc, by_aa, by_ca;
};
VT_COLD Bends bends_of(const PredictionPlan& plan, const Evidence& evidence, const Deviation& eta, int i) {
  constexpr double h = 1e-4;
  const auto at = [&](double c, double a) VT_INLINE {
    const Deviation there = {fma(c, h, eta.clearance), eta.volume, fma(a, h, eta.absorption)};
    return expected(plan, evidence, deviate(evidence.prior, there), i);
  };
  const double f = at(0.0, 0.0), middle = log(f);
  const double more_c = log(at(1.0, 0.0)) - middle, less_c = log(at(-1.0, 0.0)) - middle;
  const double more_a = log(at(0.0, 1.0)) - middle, less_a = log(at(0.0, -1.0)) - middle;
  const double more = log(at(1.0, 1.0)) - middle, less = log(at(-1.0, -1.0)) - middle;
  const double across = (more - more_c - more_a) + (less - less_c - less_a);
  return {f,
          (more_c - less_c) / (2.0 * h),
          (more_a - less_a) / (2.0 * h),
          (more_c + less_c) / (h * h),
          (more_a + less_a) / (h * h),
          across / (2.0 * h * h)};
}

/// Adds bend·g·gᵀ + slope·G, where g and G are the derivatives of ln f. C = G(k, absorption)/V, so that those by the
/// volume follow from those by ln k; `both` is 0 where it does not deviate, else 1.
VT_HD ThreeByThree add_level(const ThreeByThree& sum, const Bends& ln_f, double both, double bend, double slope) {
  const double turn = slope * ln_f.by_cc, twist = slope * ln_f.by_ca, by_v = both * (-1.0 - ln_f.by_c);
  return {fma(bend * ln_f.by_c, ln_f.by_c, sum.cc + turn),
          fma(bend * by_v, by_v, fma(both, turn, sum.vv)),
          fma(bend * ln_f.by_a, ln_f.by_a, fma(slope, ln_f.by_aa, sum.aa)),
          fma(bend * ln_f.by_c, by_v, fma(-both, turn, sum.cv)),
          fma(bend * ln_f.by_c, ln_f.by_a, sum.ca + twist),
          fma(bend * by_v, ln_f.by_a, fma(-both, twist, sum.va))};
}

/// The solution of m·x = −y by Cholesky's factor; where there is none, is_definite is false.
struct Solution {
  Three x;
  bool is_definite;
};
VT_HD Solution solve(const ThreeByThree& m, const Three& y) {
  const double d1 = m.cc, l21 = m.cv / d1, l31 = m.ca / d1;
  const double d2 = fma(-l21, m.cv, m.vv), l32 = fma(-l31, m.cv, m.va) / d2;
  const double d3 = fma(-l32 * l32, d2, fma(-l31, m.ca, m.aa));
  const double z1 = -y.c, z2 = fma(-l21, z1, -y.v), z3 = fma(-l32, z2, fma(-l31, z1, -y.a));
  const double a = z3 / d3, v = fma(-l32, a, z2 / d2), c = fma(-l21, v, fma(-l31, a, z1 / d1));
  return {{c, v, a}, d1 > 0.0 && d2 > 0.0 && d3 > 0.0};
}

/// As newton_step. Where the volume does not deviate its row is that of the identity.
VT_COLD Deviation newton_step_of_three(const PredictionPlan& plan, const Evidence& evidence, const Deviation& eta) {
  constexpr double most = 1.0;
  const double both = plan.estimates_volume ? 1.0 : 0.0;
  ThreeByThree exact = {plan.precision_clearance,
                        plan.estimates_volume ? plan.precision_volume : 1.0,
                        plan.precision_absorption,
                        plan.precision_both,
                        0.0,
                        0.0};
  ThreeByThree safe = exact;
  Three slope = {fma(plan.precision_clearance, eta.clearance, plan.precision_both * eta.volume),
                 fma(plan.precision_both, eta.clearance, plan.precision_volume * eta.volume),
                 plan.precision_absorption * eta.absorption};
  for (int i = 0; i < evidence.levels; ++i) {
    const Bends ln_f = bends_of(plan, evidence, eta, i);
    const Part part = part_of(plan, evidence.level[i], ln_f.f);
    slope = {fma(part.slope, ln_f.by_c, slope.c), fma(part.slope * both, -1.0 - ln_f.by_c, slope.v),
             fma(part.slope, ln_f.by_a, slope.a)};
    exact = add_level(exact, ln_f, both, part.bend, part.slope);
    safe = add_level(safe, ln_f, both, part.safe_bend, 0.0);
  }
  Solution step = solve(exact, slope);
  if (!step.is_definite) step = solve(safe, slope);
  return {clamp(step.x.c, -most, most), clamp(step.x.v, -most, most), clamp(step.x.a, -most, most)};
}

}}  // namespace vt
