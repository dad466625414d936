#pragma once
#include "kernels/patient/expected_level.hpp"

/// \file What a physician can tell from levels and a population model: the maximum a posteriori (MAP) trough, and plain
/// log-linear extrapolation. Concentrations in ng/mL, times in h, doses in mg of one intake.

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

/// What the levels' model expects of level i.
VT_COLD double expected(const PredictionPlan& plan, const Evidence& evidence, const SteadyPk& pk, int i) {
  const Level& level = evidence.level[i];
  return evidence.recall[i] != nullptr
             ? level_of(plan.absorption, pk, *evidence.recall[i], level.interval_h)
             : steady_level(plan.absorption, pk, level.dose_mg, level.interval_h, level.after_h);
}

/// ηᵀΩ⁻¹η + Σ[((y − f)/(σf))² + 2 ln(σf)]
VT_COLD double misfit(const PredictionPlan& plan, const Evidence& evidence, const Deviation& eta) {
  const double a = eta.clearance, b = eta.volume;
  double sum =
      fma(plan.precision_clearance * a, a, fma(plan.precision_volume * b, b, 2.0 * plan.precision_both * a * b));
  const SteadyPk pk = deviate(evidence.prior, eta);
  for (int i = 0; i < evidence.levels; ++i) {
    const double f = expected(plan, evidence, pk, i);
    const double r = (evidence.level[i].ng_per_mL / f - 1.0) / plan.residual_cv;
    sum += fma(r, r, 2.0 * log(plan.residual_cv * f));
  }
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
  const double weight = 1.0 / (plan.residual_cv * plan.residual_cv);
  const bool both = plan.estimates_volume != 0;
  double slope_c = fma(plan.precision_clearance, eta.clearance, plan.precision_both * eta.volume);
  double slope_v = fma(plan.precision_both, eta.clearance, plan.precision_volume * eta.volume);
  Curvature exact = {plan.precision_clearance, plan.precision_volume, plan.precision_both}, safe = exact;
  const SteadyPk pk = deviate(evidence.prior, eta);
  const SteadyPk more = deviate(evidence.prior, {eta.clearance + h, eta.volume});
  const SteadyPk less = deviate(evidence.prior, {eta.clearance - h, eta.volume});
  for (int i = 0; i < evidence.levels; ++i) {
    const Level& level = evidence.level[i];
    const auto ln = [&](const SteadyPk& there) VT_INLINE { return log(expected(plan, evidence, there, i)); };
    const double middle = ln(pk), above = ln(more), below = ln(less);
    const double u = level.ng_per_mL / exp(middle);
    const double by_clearance = (above - below) / (2.0 * h);
    const double by_volume = both ? -1.0 - by_clearance : 0.0;
    const double slope = 1.0 - weight * u * (u - 1.0);
    const double bend = weight * u * (2.0 * u - 1.0);
    const double turn = slope * ((above - middle) - (middle - below)) / (h * h);
    slope_c = fma(slope, by_clearance, slope_c);
    slope_v = fma(slope, by_volume, slope_v);
    exact = add_level(exact, by_clearance, by_volume, bend, turn);
    safe = add_level(safe, by_clearance, by_volume, greater(bend, 0.5 * weight), 0.0);
  }
  const auto determinant = [](const Curvature& c) VT_INLINE { return c.clearance * c.volume - c.both * c.both; };
  const bool is_valley = exact.clearance > 0.0 && (!both || determinant(exact) > 0.0);
  const Curvature c = is_valley ? exact : safe;
  if (!both) return {clamp(-slope_c / c.clearance, -most, most), 0.0};
  return {clamp((c.both * slope_v - c.volume * slope_c) / determinant(c), -most, most),
          clamp((c.both * slope_c - c.clearance * slope_v) / determinant(c), -most, most)};
}

struct Fit {
  Deviation eta;
  double misfit;
};

/// Steps downhill, each halved until it helps, until none does.
VT_COLD Fit descend(const PredictionPlan& plan, const Evidence& evidence, Deviation eta) {
  constexpr int steps = 16, halvings = 8;
  double lowest = misfit(plan, evidence, eta);
  bool moves = true;
  for (int i = 0; i < steps && moves; ++i) {
    const Deviation step = newton_step(plan, evidence, eta);
    moves = false;
    double share = 1.0;
    for (int j = 0; j < halvings && !moves; ++j, share *= 0.5) {
      const Deviation there = {fma(share, step.clearance, eta.clearance), fma(share, step.volume, eta.volume)};
      const double value = misfit(plan, evidence, there);
      if (!(value < lowest)) continue;
      lowest = value;
      eta = there;
      moves = true;
    }
  }
  return {eta, lowest};
}

/// The most likely deviation: the best of the descents from the typical patient and from one and a half standard
/// deviations to either side of each effect.
VT_COLD Deviation most_likely(const PredictionPlan& plan, const Evidence& evidence) {
  const double c = 1.5 * plan.clearance_sd, v = 1.5 * plan.volume_sd;
  const Deviation starts[] = {{0.0, 0.0}, {-c, 0.0}, {c, 0.0}, {0.0, -v}, {0.0, v}};
  const int n = plan.estimates_volume ? 5 : 3;
  Fit best = descend(plan, evidence, starts[0]);
  for (int i = 1; i < n; ++i) {
    const Fit other = descend(plan, evidence, starts[i]);
    if (other.misfit < best.misfit) best = other;
  }
  return best.eta;
}

/// The levels known on a day; `history` is null where steady state is assumed.
VT_COLD Evidence known_levels(const PredictionPlan& plan, const Course& course, std::int32_t day,
                              const DoseHistory* history = nullptr) {
  Evidence evidence{};
  evidence.prior = {course.prior[0], course.prior[1], course.prior[2], course.prior[3], course.prior[4],
                    course.prior[5], course.prior[6], course.prior[7], plan.stages,     0};
  for (std::uint32_t i = 0; i < kLevels; ++i) {
    const std::uint32_t place = (course.levels + i) % kLevels;  // the oldest first
    const Level& level = course.level[place];
    if (!(level.dose_mg > 0.0 && level.due <= day)) continue;
    evidence.recall[evidence.levels] = history != nullptr ? &history->recall[place] : nullptr;
    evidence.level[evidence.levels++] = level;
  }
  const int surplus = evidence.levels - static_cast<int>(plan.levels);
  for (int i = 0; surplus > 0 && i < static_cast<int>(plan.levels); ++i) {
    evidence.level[i] = evidence.level[i + surplus];
    evidence.recall[i] = evidence.recall[i + surplus];
  }
  if (surplus > 0) evidence.levels = static_cast<int>(plan.levels);
  return evidence;
}

/// Trough of the present dose at steady state by extrapolating the last level with a fixed half-life, whatever the dose
/// was then; the level must lie behind the peak.
VT_COLD double extrapolate(const PredictionPlan& plan, const Level& level, double dose_mg, double interval_h) {
  constexpr double ln2 = 0x1.62e42fefa39efp-1;
  const double later_h = interval_h - level.after_h;
  return level.ng_per_mL * (dose_mg / level.dose_mg) * exp(-ln2 * later_h / plan.half_life_h);
}

}}  // namespace vt
