#include "output/statistics/distributions.hpp"

#include <cmath>

namespace vt {
namespace {

/// P(a, x) by its series, for x < a + 1.
double gamma_series(double a, double x) {
  double term = 1 / a, sum = term;
  for (int i = 1; i < 10000 && term > sum * 1e-17; ++i) sum += term *= x / (a + i);
  return sum * std::exp(-x + a * std::log(x) - std::lgamma(a));
}

/// Q(a, x) by Lentz's continued fraction, for x ≥ a + 1. Numerical Recipes 6.2.
double gamma_fraction(double a, double x) {
  constexpr double tiny = 1e-300;
  double b = x + 1 - a, c = 1 / tiny, d = 1 / b, h = d;
  for (int i = 1; i < 10000; ++i) {
    const double an = -i * (i - a);
    b += 2;
    d = an * d + b, c = b + an / c;
    if (std::fabs(d) < tiny) d = tiny;
    if (std::fabs(c) < tiny) c = tiny;
    d = 1 / d;
    h *= d * c;
    if (std::fabs(d * c - 1) < 1e-16) break;
  }
  return std::exp(-x + a * std::log(x) - std::lgamma(a)) * h;
}

}  // namespace

double chi_square_above(double x, double df) {
  if (!(df > 0) || std::isnan(x)) return std::nan("");
  if (x <= 0) return 1;
  const double a = 0.5 * df, half = 0.5 * x;
  return half < a + 1 ? 1 - gamma_series(a, half) : gamma_fraction(a, half);
}

double two_sided_p(double z) { return std::erfc(std::fabs(z) / std::sqrt(2.0)); }

}  // namespace vt
