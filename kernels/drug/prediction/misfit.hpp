#pragma once
#include "kernels/drug/prediction/expected_level.hpp"
#include "kernels/numerics/normal.hpp"

/// \file How badly levels and a prior agree with a patient's parameters, and which way they would agree better.

namespace vt { inline namespace VT_ISA {

/// Deviations of one patient from the prior, on the log scale.
struct Deviation {
  double clearance, volume;
};

/// The flow to the peripheral compartment and its volume deviate as the central volume does: then C = G(k)/V.
VT_COLD SteadyPk deviate(const SteadyPk& prior, const Deviation& eta) {
  SteadyPk pk = prior;
  const double larger = exp(eta.volume);
  pk.clearance_L_per_h *= exp(eta.clearance);
  pk.volume_L *= larger;
  pk.flow_L_per_h *= larger;
  pk.peripheral_L *= larger;
  return pk;
}

/// The patient's levels that have reached the file, newest last, and the prior.
struct Evidence {
  SteadyPk prior;
  Level level[kLevels];
  const Recall* recall[kLevels];  ///< the doses behind each level; null: steady state
  int levels;
};

inline constexpr double kLeastLevel = 1e-100;  ///< ng/mL; keeps logarithms and squares finite

/// What the levels' model expects of level i.
VT_COLD double expected(const PredictionPlan& plan, const Evidence& evidence, const SteadyPk& pk, int i) {
  const Level& level = evidence.level[i];
  const double f = evidence.recall[i] != nullptr
                       ? level_of(plan.variant, pk, *evidence.recall[i], level.interval_h)
                       : steady_level(plan.variant, pk, level.dose_mg, level.interval_h, level.after_h);
  return greater(f, kLeastLevel);
}

/// Whether the laboratory has said no more of a level than that it is below the limit of quantification.
VT_HD bool is_censored(const PredictionPlan& plan, const Level& level) {
  return plan.below_limit == BelowLimit::censored && level.ng_per_mL < plan.limit_ng_per_mL;
}

/// A level's part of the misfit, half its derivatives by ln f, and of the second a lower bound that keeps steps short.
struct Part {
  double misfit, slope, bend, safe_bend;
};

/// ((y − f)/(σf))² + 2 ln(σf); below the limit L, −2 ln Φ((L − f)/(σf)) (Beal 2001, method M3).
VT_HD Part part_of(const PredictionPlan& plan, const Level& level, double f) {
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

/// The least that part can be, whatever the model. A level of 0 counts as one of 0.001 ng/mL.
VT_COLD double least_misfit(const PredictionPlan& plan, const Level& level) {
  if (is_censored(plan, level)) return 0.0;
  const double u = 0.5 + square_root(fma(plan.residual_cv, plan.residual_cv, 0.25));
  const double r = (u - 1.0) / plan.residual_cv;
  return fma(r, r, 2.0 * log(plan.residual_cv * greater(level.ng_per_mL, 1e-3) / u));
}

/// ηᵀΩ⁻¹η
VT_HD double prior_misfit(const PredictionPlan& plan, const Deviation& eta) {
  const double a = eta.clearance, b = eta.volume;
  return fma(plan.precision_clearance * a, a, fma(plan.precision_volume * b, b, 2.0 * plan.precision_both * a * b));
}

/// That and the parts of all levels.
VT_COLD double misfit(const PredictionPlan& plan, const Evidence& evidence, const Deviation& eta) {
  double sum = prior_misfit(plan, eta);
  const SteadyPk pk = deviate(evidence.prior, eta);
  for (int i = 0; i < evidence.levels; ++i)
    sum += part_of(plan, evidence.level[i], expected(plan, evidence, pk, i)).misfit;
  return sum;
}

/// Half the second derivatives of the misfit.
struct Curvature {
  double clearance, volume, both;
};

/// Adds a level's part: bend·g·gᵀ + turn·[1 −1; −1 1], where g is the gradient of ln f.
VT_HD Curvature add_level(const Curvature& sum, double by_clearance, double by_volume, double bend, double turn) {
  return {fma(bend * by_clearance, by_clearance, sum.clearance + turn),
          fma(bend * by_volume, by_volume, sum.volume + turn), fma(bend * by_clearance, by_volume, sum.both - turn)};
}

/// Newton's step for the misfit, at most 1 each way. Where the curvature is not positive, that of a model without its
/// second derivatives and with a floor is taken. C = G(k)/V, so that all derivatives of ln f follow from those by ln k.
VT_COLD Deviation newton_step(const PredictionPlan& plan, const Evidence& evidence, const Deviation& eta) {
  constexpr double h = 1e-4, most = 1.0;
  const bool both = plan.estimates_volume != 0;
  double slope_c = fma(plan.precision_clearance, eta.clearance, plan.precision_both * eta.volume);
  double slope_v = fma(plan.precision_both, eta.clearance, plan.precision_volume * eta.volume);
  Curvature exact = {plan.precision_clearance, plan.precision_volume, plan.precision_both}, safe = exact;
  const SteadyPk pk = deviate(evidence.prior, eta);
  const SteadyPk more = deviate(evidence.prior, {eta.clearance + h, eta.volume});
  const SteadyPk less = deviate(evidence.prior, {eta.clearance - h, eta.volume});
  for (int i = 0; i < evidence.levels; ++i) {
    const double f = expected(plan, evidence, pk, i), middle = log(f);
    const double above = log(expected(plan, evidence, more, i)), below = log(expected(plan, evidence, less, i));
    const Part part = part_of(plan, evidence.level[i], f);
    const double by_clearance = (above - below) / (2.0 * h);
    const double by_volume = both ? -1.0 - by_clearance : 0.0;
    const double turn = part.slope * ((above - middle) - (middle - below)) / (h * h);
    slope_c = fma(part.slope, by_clearance, slope_c);
    slope_v = fma(part.slope, by_volume, slope_v);
    exact = add_level(exact, by_clearance, by_volume, part.bend, turn);
    safe = add_level(safe, by_clearance, by_volume, part.safe_bend, 0.0);
  }
  const auto determinant = [](const Curvature& c) VT_INLINE { return c.clearance * c.volume - c.both * c.both; };
  const bool is_valley = exact.clearance > 0.0 && (!both || determinant(exact) > 0.0);
  const Curvature c = is_valley ? exact : safe;
  if (!both) return {clamp(-slope_c / c.clearance, -most, most), 0.0};
  return {clamp((c.both * slope_v - c.volume * slope_c) / determinant(c), -most, most),
          clamp((c.both * slope_c - c.clearance * slope_v) / determinant(c), -most, most)};
}

}}  // namespace vt
