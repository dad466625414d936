#pragma once
#include "kernels/patient/course.hpp"
#include "kernels/patient/pharmacokinetics.hpp"

/// \file What a physician can tell from levels and a population model: the maximum a posteriori (MAP) trough, and plain
/// log-linear extrapolation. Concentrations in ng/mL, times in h, doses in mg of one intake.

namespace vt { inline namespace VT_ISA {

/// One compartment at steady state. `absorption` as in PkTraits.
struct SteadyPk {
  double clearance_L_per_h, volume_L, absorption, lag_h, bioavailability;
};

/// Accumulation: 1/(1 − e^(−k·τ)).
VT_HD double accumulation(double k_per_h, double interval_h) { return -1.0 / expm1(-k_per_h * interval_h); }

/// Zero-order input that ends `length_h` after it begins; t ≥ 0 after its beginning.
VT_COLD double steady_zero_order(double k, double clearance, double rate, double length_h, double interval_h,
                                 double t) {
  const double all = -expm1(-k * length_h) * accumulation(k, interval_h);
  if (t >= length_h) return rate / clearance * all * exp(-k * (t - length_h));
  const double before = all * exp(-k * (interval_h - length_h));  // left of earlier doses when this one begins
  return rate / clearance * (-expm1(-k * t) + before * exp(-k * t));
}

/// First-order input. ka within 10⁻⁵ of k is moved away by as much: an error of 10⁻⁵ at most.
VT_COLD double steady_first_order(double k, double volume, double mg, double ka, double interval_h, double t) {
  constexpr double apart = 1e-5;
  const double away = ka - k;
  const double rate = away < apart * k && away > -apart * k ? k * (1.0 + apart) : ka;
  const double decay = exp(-k * t) * accumulation(k, interval_h);
  const double entry = exp(-rate * t) * accumulation(rate, interval_h);
  return mg * rate / (volume * (rate - k)) * (decay - entry);
}

/// Time of the peak after a dose, seen from many equal doses as from one.
VT_COLD double peak_h(Absorption absorption, const SteadyPk& pk) {
  if (absorption == Absorption::zero_order) return pk.lag_h + pk.absorption;
  const double k = pk.clearance_L_per_h / pk.volume_L;
  return pk.lag_h + 1.0 / (k * expm1_over(log(pk.absorption / k)));
}

/// Concentration `after_h` after the last of many equal doses, 0 < after_h.
VT_COLD double steady_level(Absorption absorption, const SteadyPk& pk, double dose_mg, double interval_h,
                            double after_h) {
  const double k = pk.clearance_L_per_h / pk.volume_L;
  const double mg = dose_mg * pk.bioavailability;
  const double t = after_h < pk.lag_h ? after_h - pk.lag_h + interval_h : after_h - pk.lag_h;
  const double mg_per_L =
      absorption == Absorption::zero_order
          ? steady_zero_order(k, pk.clearance_L_per_h, mg / pk.absorption, pk.absorption, interval_h, t)
          : steady_first_order(k, pk.volume_L, mg, pk.absorption, interval_h, t);
  return kNgPerMlPerMgPerL * mg_per_L;
}

/// Deviations of one patient from the prior, on the log scale.
struct Deviation {
  double clearance, volume;
};

VT_COLD SteadyPk deviate(const SteadyPk& prior, const Deviation& eta) {
  return {prior.clearance_L_per_h * exp(eta.clearance), prior.volume_L * exp(eta.volume), prior.absorption, prior.lag_h,
          prior.bioavailability};
}

/// The patient's levels that have reached the file, newest last, and the prior.
struct Evidence {
  SteadyPk prior;
  Level level[kLevels];
  int levels;
};

/// ηᵀΩ⁻¹η + Σ[((y − f)/(σf))² + 2 ln(σf)]
VT_COLD double misfit(const PredictionPlan& plan, const Evidence& evidence, const Deviation& eta) {
  const double a = eta.clearance, b = eta.volume;
  double sum =
      fma(plan.precision_clearance * a, a, fma(plan.precision_volume * b, b, 2.0 * plan.precision_both * a * b));
  const SteadyPk pk = deviate(evidence.prior, eta);
  for (int i = 0; i < evidence.levels; ++i) {
    const Level& level = evidence.level[i];
    const double f = steady_level(plan.absorption, pk, level.dose_mg, level.interval_h, level.after_h);
    const double r = (level.ng_per_mL / f - 1.0) / plan.residual_cv;
    sum += fma(r, r, 2.0 * log(plan.residual_cv * f));
  }
  return sum;
}

/// A damped Newton step for the misfit, with a curvature that is positive: where a level lies far below its prediction
/// the true one is not. C = G(k)/V, so that both derivatives of ln f follow from that by ln k.
VT_COLD Deviation newton_step(const PredictionPlan& plan, const Evidence& evidence, const Deviation& eta) {
  constexpr double h = 1e-4, most = 1.0;
  const double weight = 1.0 / (plan.residual_cv * plan.residual_cv);
  double slope_c = fma(plan.precision_clearance, eta.clearance, plan.precision_both * eta.volume);
  double slope_v = fma(plan.precision_both, eta.clearance, plan.precision_volume * eta.volume);
  double cc = plan.precision_clearance, cv = plan.precision_both, vv = plan.precision_volume;
  const SteadyPk pk = deviate(evidence.prior, eta);
  const SteadyPk more = deviate(evidence.prior, {eta.clearance + h, eta.volume});
  const SteadyPk less = deviate(evidence.prior, {eta.clearance - h, eta.volume});
  for (int i = 0; i < evidence.levels; ++i) {
    const Level& level = evidence.level[i];
    const auto at = [&](const SteadyPk& there) VT_INLINE {
      return steady_level(plan.absorption, there, level.dose_mg, level.interval_h, level.after_h);
    };
    const double f = at(pk), u = level.ng_per_mL / f;
    const double by_clearance = log(at(more) / at(less)) / (2.0 * h);
    const double by_volume = plan.estimates_volume ? -1.0 - by_clearance : 0.0;
    const double slope = 1.0 - weight * u * (u - 1.0);
    const double bend = weight * greater(u * (2.0 * u - 1.0), 0.5);
    slope_c = fma(slope, by_clearance, slope_c);
    slope_v = fma(slope, by_volume, slope_v);
    cc = fma(bend * by_clearance, by_clearance, cc);
    cv = fma(bend * by_clearance, by_volume, cv);
    vv = fma(bend * by_volume, by_volume, vv);
  }
  if (!plan.estimates_volume) return {clamp(-slope_c / cc, -most, most), 0.0};
  const double determinant = cc * vv - cv * cv;
  return {clamp((cv * slope_v - vv * slope_c) / determinant, -most, most),
          clamp((cv * slope_c - cc * slope_v) / determinant, -most, most)};
}

struct Fit {
  Deviation eta;
  double misfit;
};

/// A fixed number of steps downhill, each halved until it helps.
VT_COLD Fit descend(const PredictionPlan& plan, const Evidence& evidence, Deviation eta) {
  constexpr int steps = 24, halvings = 8;
  double lowest = misfit(plan, evidence, eta);
  for (int i = 0; i < steps; ++i) {
    const Deviation step = newton_step(plan, evidence, eta);
    double share = 1.0;
    for (int j = 0; j < halvings; ++j, share *= 0.5) {
      const Deviation there = {fma(share, step.clearance, eta.clearance), fma(share, step.volume, eta.volume)};
      const double value = misfit(plan, evidence, there);
      if (!(value < lowest)) continue;
      lowest = value;
      eta = there;
      break;
    }
  }
  return {eta, lowest};
}

/// The most likely deviation: the best of three descents, from the typical patient and from clearances of one and a
/// half standard deviations to both sides.
VT_COLD Deviation most_likely(const PredictionPlan& plan, const Evidence& evidence) {
  Fit best = descend(plan, evidence, {0.0, 0.0});
  for (const double side : {-1.5, 1.5}) {
    const Fit other = descend(plan, evidence, {side * plan.clearance_sd, 0.0});
    if (other.misfit < best.misfit) best = other;
  }
  return best.eta;
}

/// The levels known on a day.
VT_COLD Evidence known_levels(const PredictionPlan& plan, const Course& course, std::int32_t day) {
  Evidence evidence{};
  evidence.prior = {course.prior[0], course.prior[1], course.prior[2], course.prior[3], course.prior[4]};
  for (std::uint32_t i = 0; i < kLevels; ++i) {
    const Level& level = course.level[(course.levels + i) % kLevels];  // the oldest first
    if (level.dose_mg > 0.0 && level.due <= day) evidence.level[evidence.levels++] = level;
  }
  const int surplus = evidence.levels - static_cast<int>(plan.levels);
  for (int i = 0; surplus > 0 && i < static_cast<int>(plan.levels); ++i)
    evidence.level[i] = evidence.level[i + surplus];
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
