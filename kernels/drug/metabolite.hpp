#pragma once
#include "kernels/drug/disposition.hpp"

/// \file One metabolite compartment fed by the elimination of the parent drug. Its amounts are divided by the fraction
/// metabolised, so that this fraction cancels: dM/dt = CL·C − (CLm/fm)/(Vm/fm)·M, in mg of parent drug.

namespace vt { inline namespace VT_ISA {

/// (e^x − e^y)/(x − y) for x, y ≤ 0; e^x at x = y.
VT_HD double divided_exp(double x, double y) {
  const double high = greater(x, y), low = lesser(x, y);
  return exp(high) * expm1_over(low - high);
}

/// The second divided difference of exp at x, y, z ≤ 0, e^x/2 where they coincide: ∫∫ of e over their convex hull.
/// Relative error below 1e-14 but for x − z ≈ 1, where it is 1e-15/(x − z).
VT_HD double divided_exp(double x, double y, double z) {
  const double high = greater(greater(x, y), z), low = lesser(lesser(x, y), z);
  const double middle = greater(lesser(x, y), lesser(greater(x, y), z));
  const double span = high - low;
  const bool is_wide = span > 1.0;
  const double apart = (divided_exp(high, middle) - divided_exp(middle, low)) / (is_wide ? span : 1.0);
  // Taylor about the largest: Σ h_m(u, v)/(m + 2)! with h_m the sum of all products of m factors u and v.
  const double u = is_wide ? 0.0 : middle - high, v = is_wide ? 0.0 : low - high;
  double power = 1.0, products = 1.0, weight = 0.5, close = 0.5;
  VT_UNROLL
  for (int m = 1; m <= 18; ++m) {
    power *= u;
    products = fma(v, products, power);
    weight *= 1.0 / (m + 2);
    close = fma(weight, products, close);
  }
  return is_wide ? apart : exp(high) * close;
}

/// Metabolite `t_h` hours later, from itself and from a body without transit stages into which nothing enters.
VT_HD double metabolise(double metabolite_mg, const Amounts& parent, const Rates& k, double t_h) {
  const double m = -k.metabolite * t_h, a = -k.absorption * t_h, fast = -k.fast * t_h, slow = -k.slow * t_h;
  const double from_fast = t_h * divided_exp(fast, m), from_slow = t_h * divided_exp(slow, m);
  const double from_central = k.fast_share * from_fast + k.slow_share * from_slow;
  const double from_peripheral = k.from_peripheral * ((from_slow - from_fast) / k.gap);
  const double from_depot =
      k.absorption * t_h * t_h * (k.fast_share * divided_exp(a, fast, m) + k.slow_share * divided_exp(a, slow, m));
  return metabolite_mg * exp(m) + k.elimination * (parent.central * from_central + parent.peripheral * from_peripheral +
                                                   parent.depot * from_depot);
}

}}  // namespace vt
