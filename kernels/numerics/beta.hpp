#pragma once
/// \file The beta distribution, both ways, for sampling: scalar code whose loops end where the arguments say, so that
/// every target does the same operations. Errors were measured against 40 digits at 2,000 random arguments.

#include "kernels/numerics/elementary.hpp"

namespace vt { inline namespace VT_ISA {

/// Shape parameters that the functions below take.
inline constexpr double kLeastShape = 1e-3, kMostShape = 1e5;
VT_HD bool is_shape(double a) { return a >= kLeastShape && a <= kMostShape; }

namespace beta {

/// log Γ(x) for 10⁻³ ≤ x ≤ 2·10⁵: Stirling's series (DLMF 5.11.1) above 10, the recurrence below.
VT_COLD double log_gamma(double x) {
  constexpr double half_log_two_pi = 0x1.d67f1c864beb5p-1;
  double product = 1.0, z = x;
  while (z < 10.0) {
    product = product * z;
    z = z + 1.0;
  }
  const double w = 1.0 / (z * z);
  double series = -691.0 / 360360.0;
  series = fma(series, w, 1.0 / 1188.0);
  series = fma(series, w, -1.0 / 1680.0);
  series = fma(series, w, 1.0 / 1260.0);
  series = fma(series, w, -1.0 / 360.0);
  series = fma(series, w, 1.0 / 12.0);
  return (fma(z - 0.5, log(z), -z) + half_log_two_pi) + (series / z - log(product));
}

/// log B(a, b)
VT_COLD double log_beta(double a, double b) { return log_gamma(a) + log_gamma(b) - log_gamma(a + b); }

VT_HD double away_from_zero(double x) { return x > -1e-300 && x < 1e-300 ? 1e-300 : x; }

/// 1 + d₁/(1 + d₂/(1 + …)) of DLMF 8.17.22, by the method of Lentz; fast for x ≤ (a + 1)/(a + b + 2).
VT_COLD double fraction(double x, double a, double b) {
  constexpr int most_terms = 2000;
  constexpr double enough = 0x1p-52;
  double value = 1.0, c = 1.0, d = 0.0;
  for (int n = 1; n <= most_terms; ++n) {
    const double m = static_cast<double>(n / 2);
    const double whole = a + 2.0 * m;
    const double term =
        n % 2 == 1 ? -(a + m) * (a + b + m) * x / (whole * (whole + 1.0)) : m * (b - m) * x / ((whole - 1.0) * whole);
    d = 1.0 / away_from_zero(fma(term, d, 1.0));
    c = away_from_zero(1.0 + term / c);
    const double change = c * d;
    value = value * change;
    if (change - 1.0 <= enough && 1.0 - change <= enough) break;
  }
  return value;
}

/// A place between 0 and 1 with its distance to 1: both to full precision, one of them small.
struct Place {
  double x, rest;
};

/// x^a·rest^b/B(a, b): the density times x·rest.
VT_HD double weight(Place at, double a, double b, double log_b) {
  return exp(fma(a, log(at.x), b * log(at.rest)) - log_b);
}

/// Probability below the place; 0 < x, rest < 1.
VT_COLD double below(Place at, double a, double b, double log_b) {
  const double w = weight(at, a, b, log_b);
  if (at.x * (a + b + 2.0) <= a + 1.0) return w / (a * fraction(at.x, a, b));
  return 1.0 - w / (b * fraction(at.rest, b, a));
}

/// The place at or below the mean with probability p below it: Newton's method on log p over log x, where the lower
/// tail is a straight line, kept between bounds that close in.
VT_COLD double lower_quantile(double p, double a, double b, double log_b) {
  constexpr double least = -708.0;
  constexpr int most_steps = 100;
  double low = least, high = log(a / (a + b));
  double t = (log(p) + log(a) + log_b) / a;
  if (t < -600.0) return exp(t);  // there the straight line is exact
  t = lesser(t, high);
  for (int i = 0; i < most_steps; ++i) {
    const Place at{exp(t), -expm1(t)};
    const double found = below(at, a, b, log_b);
    if (found > p)
      high = t;
    else
      low = t;
    const double slope = weight(at, a, b, log_b) / at.rest;  // of the probability, over log x
    double next = t - found * log(greater(found, 1e-300) / p) / slope;
    if (!(next >= low && next <= high)) next = 0.5 * (low + high);
    const double step = next - t;
    t = next;
    if (step <= 1e-14 && step >= -1e-14) break;
  }
  return exp(t);
}

}  // namespace beta

/// Probability below x, 0 outside (0, 1) on the left, 1 on the right. Error ≤ 1e-13 for shapes from 0.1 to 100, ≤ 1e-10
/// for any is_shape().
VT_COLD double beta_cdf(double x, double a, double b) {
  if (!(x > 0.0)) return 0.0;
  if (x >= 1.0) return 1.0;
  return beta::below({x, 1.0 - x}, a, b, beta::log_beta(a, b));
}

/// Probability above x, to full precision where it is small.
VT_COLD double beta_rest(double x, double a, double b) {
  if (!(x > 0.0)) return 1.0;
  if (x >= 1.0) return 0.0;
  return beta::below({1.0 - x, x}, b, a, beta::log_beta(a, b));
}

/// x with probability p below it, for shapes a and b as is_shape() has them. Error in probability as of
/// beta_cdf, besides the rounding of x itself: where b is small, much of the probability lies in the doubles next to 1.
VT_COLD double beta_quantile(double p, double a, double b) {
  p = clamp(p, 1e-300, 0x1.fffffffffffffp-1);
  const double log_b = beta::log_beta(a, b), mean = a / (a + b);
  const double below_mean = beta::below({mean, b / (a + b)}, a, b, log_b);
  if (p <= below_mean) return beta::lower_quantile(p, a, b, log_b);
  return 1.0 - beta::lower_quantile(1.0 - p, b, a, log_b);
}

}}  // namespace vt
