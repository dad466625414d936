#pragma once
#include "kernels/drug/prediction/expected_level.hpp"
#include "kernels/numerics/normal.hpp"

/// \file What a measured level says against an expected one: minus twice the logarithm of the likelihood, apart from
/// constants, with an error that is proportional, additive, both, or of the logarithm.

namespace vt { inline namespace VT_ISA {

/// Whether the laboratory has said no more of a level than that it is below the limit of quantification.
VT_HD bool is_censored(const PredictionPlan& plan, const Level& level) {
  return plan.below_limit == BelowLimit::censored && level.ng_per_mL < plan.limit_ng_per_mL;
}

/// A level's part of the misfit, half its derivatives by ln f, and of the second a lower bound that keeps steps short.
struct Part {
  double misfit, slope, bend, safe_bend;
};

/// An error of the logarithm: ((ln y − ln f)/σ)²; below the limit L, −2 ln Φ((ln L − ln f)/σ).
VT_HD Part part_on_log(const PredictionPlan& plan, const Level& level, double f) {
  const double per_sd = 1.0 / plan.residual_sd_log, weight = per_sd * per_sd;
  if (is_censored(plan, level)) {
    const double z = log(plan.limit_ng_per_mL / f) * per_sd, rise = log_normal_cdf_slope(z);
    const double bend = rise * (z + rise) * weight;
    return {-2.0 * log_normal_cdf(z), rise * per_sd, bend, greater(bend, 0.0)};
  }
  const double r = log(level.ng_per_mL / f) * per_sd;
  return {r * r, -r * per_sd, weight, weight};
}

/// A proportional and an additive error, s² = (σf)² + sd²: ((y − f)/s)² + 2 ln s; below the limit L,
/// −2 ln Φ((L − f)/s).
VT_HD Part part_of_both(const PredictionPlan& plan, const Level& level, double f) {
  constexpr double surely = 40.0;  // standard deviations above which Φ is 1
  const double cv = plan.residual_cv * f, sd = plan.residual_sd_ng_per_mL;
  const double s = square_root(fma(cv, cv, sd * sd));
  const double share = cv / s * (cv / s), e = f / s;  // d ln s/d ln f
  if (is_censored(plan, level)) {
    const double z = lesser((plan.limit_ng_per_mL - f) / s, surely), rise = log_normal_cdf_slope(z);
    const double by = -fma(z, share, e);
    const double turn = fma(e, fma(2.0, share, -1.0), z * share * fma(3.0, share, -2.0));
    const double bend = rise * fma((z + rise) * by, by, -turn);
    return {-2.0 * log_normal_cdf(z), -rise * by, bend, greater(bend, 0.0)};
  }
  const double r = (level.ng_per_mL - f) / s;
  const double slope = fma(-r, fma(r, share, e), share);
  const double bend =
      fma(e, e, r * e * fma(4.0, share, -1.0)) + fma(r * r * share, fma(4.0, share, -2.0), 2.0 * share * (1.0 - share));
  return {fma(r, r, 2.0 * log(s)), slope, bend, greater(bend, 0.5 * e * e)};
}

/// The error that the Plan has; a proportional one: ((y − f)/(σf))² + 2 ln(σf); below the limit L, −2 ln Φ((L −
/// f)/(σf)) (Beal 2001, method M3).
VT_HD Part part_of(const PredictionPlan& plan, const Level& level, double f) {
  if (plan.residual_sd_log > 0.0) return part_on_log(plan, level, f);
  if (plan.residual_sd_ng_per_mL > 0.0) return part_of_both(plan, level, f);
  const double cv = plan.residual_cv;
  if (is_censored(plan, level)) {
    constexpr double surely = 40.0;  // standard deviations above which Φ is 1
    const double u = lesser(plan.limit_ng_per_mL / f, fma(surely, cv, 1.0)), z = (u - 1.0) / cv;
    const double rise = log_normal_cdf_slope(z), by_z = u / cv;
    const double bend = rise * by_z * fma(z + rise, by_z, -1.0);
    return {-2.0 * log_normal_cdf(z), rise * by_z, bend, greater(bend, 0.0)};
  }
  const double weight = 1.0 / (cv * cv);
  const double u = level.ng_per_mL / f, r = (u - 1.0) / cv, bend = weight * u * (2.0 * u - 1.0);
  return {fma(r, r, 2.0 * log(cv * f)), 1.0 - weight * u * (u - 1.0), bend, greater(bend, 0.5 * weight)};
}

/// The f > 0 at which a level's part is least, with both errors: the one positive zero of a cubic that is convex there,
/// to which Newton's steps come down from the level itself.
VT_COLD double likeliest_of_both(const PredictionPlan& plan, double y) {
  constexpr int most_steps = 60;
  const double cv2 = plan.residual_cv * plan.residual_cv;
  const double sd2 = plan.residual_sd_ng_per_mL * plan.residual_sd_ng_per_mL;
  const double b = y * cv2, c = fma(sd2, 1.0 + cv2, -y * b), d = -y * sd2;
  double f = y;
  for (int i = 0; i < most_steps; ++i) {
    const double value = fma(fma(fma(cv2 * cv2, f, b), f, c), f, d);
    const double next = f - value / fma(fma(3.0 * cv2 * cv2, f, 2.0 * b), f, c);
    if (!(next < f && next > 0.0)) break;
    f = next;
  }
  return f;
}

/// The least that part can be, whatever the model. A level of 0 counts as one of 0.001 ng/mL.
VT_COLD double least_misfit(const PredictionPlan& plan, const Level& level) {
  if (is_censored(plan, level) || plan.residual_sd_log > 0.0) return 0.0;
  if (plan.residual_sd_ng_per_mL > 0.0)
    return part_of_both(plan, level, likeliest_of_both(plan, level.ng_per_mL)).misfit;
  const double u = 0.5 + square_root(fma(plan.residual_cv, plan.residual_cv, 0.25));
  const double r = (u - 1.0) / plan.residual_cv;
  return fma(r, r, 2.0 * log(plan.residual_cv * greater(level.ng_per_mL, 1e-3) / u));
}

}}  // namespace vt
