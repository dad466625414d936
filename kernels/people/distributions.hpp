#pragma once
#include "kernels/lanes.hpp"
#include "kernels/numerics/beta.hpp"
#include "kernels/numerics/gamma.hpp"
#include "kernels/numerics/normal.hpp"
#include "kernels/tables.hpp"
#include "kernels/vocabulary/distributions.hpp"

/// \file Distributions of covariates, which may be cut at limits: the quantile of a uniform draw, however little the
/// limits leave.

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

/// Where there is no distribution with these parameters, the patient fails in the way `impossible`.
template <int L, class Holds>
VT_HD void fail_unless(const Holds& holds, std::uint64_t impossible, std::uint64_t (&failure)[L]) {
  VT_LANES
  for (int lane = 0; lane < L; ++lane)
    failure[lane] = (holds(lane) | (failure[lane] != 0)) ? failure[lane] : impossible;
}

/// Every patient's truncated_value. Without a spread, or with one below 0, and the mean out of bounds there is none.
template <int L>
VT_COLD void sample_normal(const double (&u)[L], const double (&mean)[L], const double (&sd)[L], double low,
                           double high, std::uint64_t impossible, double (&value)[L], std::uint64_t (&failure)[L]) {
  VT_LANES
  for (int lane = 0; lane < L; ++lane) value[lane] = truncated_value(u[lane], mean[lane], sd[lane], low, high);
  fail_unless<L>(
      [&](int lane)
          VT_INLINE { return (sd[lane] > 0.0) | ((sd[lane] == 0.0) & (mean[lane] >= low) & (mean[lane] <= high)); },
      impossible, failure);
  for (int lane = 0; lane < L; ++lane) {
    const double far = kTail * sd[lane];
    if (sd[lane] > 0.0 && (low - mean[lane] > far || mean[lane] - high > far))
      value[lane] = value_in_tail(u[lane], mean[lane], sd[lane], low, high);
  }
}

/// Categories by cumulative thresholds on u·2^32.
template <int L>
VT_COLD void sample_categories(const Plan& plan, const Covariate& covariate, const double (&u)[L], double (&value)[L]) {
  const double last = at(plan, covariate.values, covariate.values.count - 1);
  VT_LANES
  for (int lane = 0; lane < L; ++lane) value[lane] = last;
  for (std::uint32_t i = covariate.below.count; i-- > 0;) {
    const double category = at(plan, covariate.values, i);
    const auto below = static_cast<double>(at(plan, covariate.below, i));
    VT_LANES
    for (int lane = 0; lane < L; ++lane) value[lane] = u[lane] * 0x1p32 < below ? category : value[lane];
  }
}

/// Every patient's value of a covariate, drawn with u; `first` and `second` are the parameters of its distribution.
template <int L>
VT_COLD void sample(const Plan& plan, const Covariate& covariate, std::uint64_t impossible, const double (&u)[L],
                    const double (&first)[L], const double (&second)[L], double (&value)[L],
                    std::uint64_t (&failure)[L]) {
  const double low = covariate.low, high = covariate.high;
  switch (covariate.distribution) {
    case Distribution::fixed:
      VT_LANES
      for (int lane = 0; lane < L; ++lane) value[lane] = first[lane];
      break;
    case Distribution::bernoulli:
      VT_LANES
      for (int lane = 0; lane < L; ++lane) value[lane] = u[lane] < first[lane] ? 1.0 : 0.0;
      fail_unless<L>([&](int lane) VT_INLINE { return (first[lane] >= 0.0) & (first[lane] <= 1.0); }, impossible,
                     failure);
      break;
    case Distribution::normal:
      sample_normal(u, first, second, low, high, impossible, value, failure);
      break;
    case Distribution::lognormal: {
      double mean[L];
      VT_LANES
      for (int lane = 0; lane < L; ++lane) mean[lane] = log(first[lane]);
      fail_unless<L>([&](int lane) VT_INLINE { return first[lane] > 0.0; }, impossible, failure);
      sample_normal(u, mean, second, log_bound(low), log_bound(high), impossible, value, failure);
      VT_LANES
      for (int lane = 0; lane < L; ++lane) value[lane] = exp(value[lane]);
      break;
    }
    case Distribution::uniform:
      VT_LANES
      for (int lane = 0; lane < L; ++lane) value[lane] = fma(second[lane] - first[lane], u[lane], first[lane]);
      fail_unless<L>([&](int lane) VT_INLINE { return first[lane] <= second[lane]; }, impossible, failure);
      break;
    case Distribution::categorical:
      sample_categories(plan, covariate, u, value);
      break;
    case Distribution::beta:
      for (int lane = 0; lane < L; ++lane) {
        const double a = first[lane], b = second[lane];
        const bool has_shape = is_shape(a) && is_shape(b);
        const CutPart part = has_shape ? beta_part(a, b, low, high) : CutPart{};
        value[lane] = part.is_there ? beta_value(part, u[lane], a, b, low, high) : 0.0;
        if (!part.is_there && failure[lane] == 0) failure[lane] = impossible;
      }
      break;
    case Distribution::gamma:
      for (int lane = 0; lane < L; ++lane) {
        const double shape = first[lane], scale = second[lane];
        const CutPart part = is_shape(shape) && scale > 0.0 ? gamma_part(shape, scale, low, high) : CutPart{};
        value[lane] = part.is_there ? gamma_value(part, u[lane], shape, scale, low, high) : 0.0;
        if (!part.is_there && failure[lane] == 0) failure[lane] = impossible;
      }
      break;
    case Distribution::table:
      break;
  }
}

}}  // namespace vt
