#pragma once
#include "kernels/drug/prediction/residual_error.hpp"

/// \file How badly levels and a prior agree with a patient's parameters, and which way they would agree better.

namespace vt { inline namespace VT_ISA {

/// Deviations of one patient from the prior, on the log scale. That of absorption (rate or duration) is 0 where the
/// prior has no spread of it.
struct Deviation {
  double clearance, volume, absorption = 0.0;
};

/// The flow to the peripheral compartment and its volume deviate as the central volume does: then C = G(k)/V.
VT_COLD SteadyPk deviate(const SteadyPk& prior, const Deviation& eta) {
  SteadyPk pk = prior;
  const double larger = exp(eta.volume);
  pk.clearance_L_per_h *= exp(eta.clearance);
  pk.volume_L *= larger;
  pk.flow_L_per_h *= larger;
  pk.peripheral_L *= larger;
  if (eta.absorption != 0.0) pk.absorption *= exp(eta.absorption);
  return pk;
}

/// By what the trends and steps of the prior multiply it on a day.
struct OfDay {
  double clearance, volume, bioavailability, absorption;
};
VT_COLD OfDay of_day(const PredictionPlan& plan, std::int32_t treated) {
  const auto day = static_cast<double>(treated);
  return {trend_factor(plan.clearance_trend, day) * step_factor(plan.clearance_step, treated),
          trend_factor(plan.volume_trend, day) * step_factor(plan.volume_step, treated),
          trend_factor(plan.bioavailability_trend, day), trend_factor(plan.absorption_trend, day)};
}
VT_COLD SteadyPk on_day(const SteadyPk& pk, const OfDay& day) {
  SteadyPk then = pk;
  then.clearance_L_per_h *= day.clearance;
  then.volume_L *= day.volume;
  then.bioavailability *= day.bioavailability;
  then.absorption *= day.absorption;
  return then;
}

/// The patient's levels that have reached the file, newest last, and the prior.
struct Evidence {
  SteadyPk prior;
  Level level[kLevels];
  OfDay day[kLevels];             ///< that of each level; where the prior has trends
  const Recall* recall[kLevels];  ///< the doses behind each level; null: steady state
  int levels;
};

inline constexpr double kLeastLevel = 1e-100;  ///< ng/mL; keeps logarithms and squares finite

/// What a model, as it is on the level's day, expects of level i. All doses behind it count as if it always had been
/// so.
VT_COLD double level_at(const PredictionPlan& plan, const Evidence& evidence, const SteadyPk& pk, int i) {
  const Level& level = evidence.level[i];
  const double f = evidence.recall[i] != nullptr
                       ? level_of(plan.variant, pk, *evidence.recall[i], level.interval_h)
                       : steady_level(plan.variant, pk, level.dose_mg, level.interval_h, level.after_h);
  return greater(f, kLeastLevel);
}

/// What a model without its trends expects of level i.
VT_COLD double expected(const PredictionPlan& plan, const Evidence& evidence, const SteadyPk& pk, int i) {
  if (!plan.has_trend) return level_at(plan, evidence, pk, i);
  return level_at(plan, evidence, on_day(pk, evidence.day[i]), i);
}

/// ηᵀΩ⁻¹η
VT_HD double prior_misfit(const PredictionPlan& plan, const Deviation& eta) {
  const double a = eta.clearance, b = eta.volume, of_absorption = plan.precision_absorption * eta.absorption;
  const double of_both =
      fma(plan.precision_clearance * a, a, fma(plan.precision_volume * b, b, 2.0 * plan.precision_both * a * b));
  return plan.estimates_absorption ? fma(of_absorption, eta.absorption, of_both) : of_both;
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
  const SteadyPk more = deviate(evidence.prior, {eta.clearance + h, eta.volume, eta.absorption});
  const SteadyPk less = deviate(evidence.prior, {eta.clearance - h, eta.volume, eta.absorption});
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
