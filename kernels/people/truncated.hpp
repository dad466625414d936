#pragma once
#include "kernels/numerics/beta.hpp"
#include "kernels/numerics/gamma.hpp"
#include "kernels/numerics/normal.hpp"
#include "kernels/vocabulary/distributions.hpp"

/// \file Distributions that are cut at limits, by the quantile of a uniform draw, however little the limits leave.

namespace vt { inline namespace VT_ISA {

/// Normal about `mean`, truncated to [low, high]. Without truncation the bounds are ±1e300.
VT_HD double truncated_value(double u, double mean, double sd, double low, double high) {
  const double cdf_low = normal_cdf((low - mean) / sd);
  const double cdf_high = normal_cdf((high - mean) / sd);
  const double drawn = fma(sd, truncated_normal(u, cdf_low, cdf_high - cdf_low), mean);
  return clamp(select(sd > 0.0, drawn, mean), low, high);
}

/// Standard deviations from the mean beyond which Φ has too few digits for a distribution that is cut there.
inline constexpr double kTail = 5.0;

/// truncated_value where both bounds lie on one side of the mean, told by how far beyond the nearer one a value lies.
VT_COLD double value_in_tail(double u, double mean, double sd, double low, double high) {
  constexpr double most = 1e100;
  const bool is_upper = low > mean;
  const double out = lesser((is_upper ? low - mean : mean - high) / sd, most);
  const double beyond_both = exp(-rarer_by(out, lesser((high - low) / sd, most)));
  const double share = fma(is_upper ? 1.0 - u : u, 1.0 - beyond_both, beyond_both);
  const double further = sd * further_out(out, -log(share));
  return clamp(is_upper ? low + further : high - further, low, high);
}

/// The logarithm of a bound; a bound that is not positive is none.
VT_HD double log_bound(double bound) { return bound > 0.0 ? log(bound) : -1e300; }

/// A distribution between bounds: the probability below the lower one and between both, of the mirror image where
/// little is above them.
struct CutPart {
  double below, between;
  bool is_mirrored, is_there;  ///< is_there: there is enough of it for its quantiles
};

/// Of the distribution with these probabilities below and above a value.
template <class Below, class Above>
VT_HD CutPart part_between(double low, double high, const Below& probability_below, const Above& probability_above) {
  constexpr double little = 0x1p-20, least = 1e-290;
  const double below = probability_below(low);
  if (below < 1.0 - little) {
    const double until = probability_below(high);
    return {below, until - below, false, until > least};
  }
  const double above = probability_above(high), from = probability_above(low);
  return {above, from - above, true, from > least};
}

VT_COLD CutPart beta_part(double a, double b, double low, double high) {
  return part_between(
      low, high, [&](double x) VT_INLINE { return beta_cdf(x, a, b); },
      [&](double x) VT_INLINE { return beta_rest(x, a, b); });
}

/// Beta with shapes a and b, truncated to [low, high].
VT_COLD double beta_value(const CutPart& part, double u, double a, double b, double low, double high) {
  const double value = part.is_mirrored ? 1.0 - beta_quantile(fma(1.0 - u, part.between, part.below), b, a)
                                        : beta_quantile(fma(u, part.between, part.below), a, b);
  return clamp(value, low, high);
}

VT_COLD CutPart gamma_part(double shape, double scale, double low, double high) {
  return part_between(
      low / scale, high / scale, [&](double x) VT_INLINE { return gamma_cdf(x, shape); },
      [&](double x) VT_INLINE { return gamma_rest(x, shape); });
}

/// Gamma of mean shape·scale, truncated to [low, high].
VT_COLD double gamma_value(const CutPart& part, double u, double shape, double scale, double low, double high) {
  const double value = part.is_mirrored ? gamma_quantile_of_rest(fma(1.0 - u, part.between, part.below), shape)
                                        : gamma_quantile(fma(u, part.between, part.below), shape);
  return clamp(scale * value, low, high);
}

/// What two limits leave of a distribution. Those without shapes are right however little it is.
VT_COLD CutPart part_of(Distribution distribution, double first, double second, double low, double high) {
  switch (distribution) {
    case Distribution::beta:
      return beta_part(first, second, low, high);
    case Distribution::gamma:
      return gamma_part(first, second, low, high);
    case Distribution::fixed:
    case Distribution::bernoulli:
    case Distribution::normal:
    case Distribution::lognormal:
    case Distribution::uniform:
    case Distribution::categorical:
    case Distribution::table:
      break;
  }
  return {0.0, 1.0, false, true};
}

}}  // namespace vt
