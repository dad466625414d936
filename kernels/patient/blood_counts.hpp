#pragma once
#include "kernels/numerics/elementary.hpp"

/// \file One lineage of blood cells: proliferating cells, three transit stages, circulating cells, with feedback
/// (Friberg et al., J Clin Oncol 2002;20:4713), beside cells that the leukaemic clone still makes.

namespace vt { inline namespace VT_ISA {

struct BloodTraits {
  double baseline, transit_per_day, feedback_power, effect, exponent, clone_cells;
};

/// Counts in 10⁹/L. `feedback` is (baseline/x)^γ and `inverse` 1/x, both carried as states, which takes neither power
/// nor division from step to step; `clone` is the clone's cells at this moment.
struct Blood {
  double proliferating, transit1, transit2, transit3, circulating, feedback, inverse, clone;
};

/// What all lineages share of a day: logarithms of the exposure and of the growth of the clone's share.
struct BloodDay {
  double log_exposure, clone_growth;
};

/// A day's forcing: share of proliferation that the drug takes away, growth of the clone's cells per day, and its
/// factor over half a step.
struct BloodForcing {
  double lost, clone_growth_per_day, clone_half_step;
};

inline constexpr double kMostLost = 0.95;       ///< the drug never takes more of the proliferation
inline constexpr double kFeedbackFloor = 0.01;  ///< of the baseline: the feedback sees no fewer cells

VT_HD double measured_count(const Blood& state) { return state.circulating + state.clone; }

/// The count that drives the feedback: the clone's cells are counted up to the normal baseline.
VT_HD double felt_count(double circulating, double clone, double baseline) {
  return greater(greater(circulating, lesser(circulating + clone, baseline)), kFeedbackFloor * baseline);
}

VT_HD Blood derivative(const Blood& s, const BloodTraits& t, const BloodForcing& f) {
  const double circulating = t.transit_per_day * (s.transit3 - s.circulating);
  const double with_clone = s.circulating + s.clone;
  const double clone_rate = f.clone_growth_per_day * s.clone;
  const double held_from = lesser(with_clone, t.baseline);
  const double above = s.circulating >= held_from ? circulating : circulating + clone_rate;
  const double held = s.circulating < t.baseline && with_clone >= t.baseline ? 0.0 : above;
  const bool is_felt = greater(s.circulating, held_from) > kFeedbackFloor * t.baseline;
  const double felt_rate = is_felt ? held * s.inverse : 0.0;  // x′/x
  return {t.transit_per_day * s.proliferating * fma(1.0 - f.lost, s.feedback, -1.0),
          t.transit_per_day * (s.proliferating - s.transit1),
          t.transit_per_day * (s.transit1 - s.transit2),
          t.transit_per_day * (s.transit2 - s.transit3),
          circulating,
          -t.feedback_power * s.feedback * felt_rate,
          -s.inverse * felt_rate,
          0.0};
}

/// s + h·d, the clone's cells as given.
VT_HD Blood moved(const Blood& s, const Blood& d, double h, double clone) {
  return {fma(h, d.proliferating, s.proliferating),
          fma(h, d.transit1, s.transit1),
          fma(h, d.transit2, s.transit2),
          fma(h, d.transit3, s.transit3),
          fma(h, d.circulating, s.circulating),
          fma(h, d.feedback, s.feedback),
          fma(h, d.inverse, s.inverse),
          clone};
}

/// (a + 2b + 2c + d)/6
VT_HD double runge_kutta_mean(double a, double b, double c, double d) {
  return fma(2.0, b + c, a + d) * 0x1.5555555555555p-3;
}

/// One classical Runge–Kutta step of h days.
VT_HD Blood runge_kutta_step(const Blood& s, const BloodTraits& t, const BloodForcing& f, double h) {
  const double clone_half = s.clone * f.clone_half_step;
  const double clone_end = clone_half * f.clone_half_step;
  const Blood a = derivative(s, t, f);
  const Blood b = derivative(moved(s, a, 0.5 * h, clone_half), t, f);
  const Blood c = derivative(moved(s, b, 0.5 * h, clone_half), t, f);
  const Blood d = derivative(moved(s, c, h, clone_end), t, f);
  const Blood mean = {runge_kutta_mean(a.proliferating, b.proliferating, c.proliferating, d.proliferating),
                      runge_kutta_mean(a.transit1, b.transit1, c.transit1, d.transit1),
                      runge_kutta_mean(a.transit2, b.transit2, c.transit2, d.transit2),
                      runge_kutta_mean(a.transit3, b.transit3, c.transit3, d.transit3),
                      runge_kutta_mean(a.circulating, b.circulating, c.circulating, d.circulating),
                      runge_kutta_mean(a.feedback, b.feedback, c.feedback, d.feedback),
                      runge_kutta_mean(a.inverse, b.inverse, c.inverse, d.inverse),
                      0.0};
  return moved(s, mean, h, clone_end);
}

inline constexpr double kLeastExposure = 0x1p-1000;  ///< keeps its logarithm finite
inline constexpr double kNoExposure = -690;          ///< logarithms below it are those of no exposure

VT_HD BloodDay blood_day(double exposure, double clone_share_then, double clone_share_now) {
  return {log(greater(exposure, kLeastExposure)), log(clone_share_then / clone_share_now)};
}

/// The share of proliferation lost at a relative exposure: effect·ρ^p, at most kMostLost.
VT_HD double lost_proliferation(const BloodTraits& t, double log_exposure) {
  const double power = exp(t.exponent * log_exposure);
  return lesser(kMostLost, log_exposure > kNoExposure ? t.effect * power : 0.0);
}

/// Sets the clone's cells, the feedback and what it feels from their definitions, at midnight. `clone_share` is the
/// clone's load over its baseline, at most 1.
VT_HD Blood at_midnight(const Blood& s, const BloodTraits& t, double clone_share) {
  const double clone = t.clone_cells * clone_share;
  const double inverse = 1.0 / felt_count(s.circulating, clone, t.baseline);
  return {s.proliferating, s.transit1,    s.transit2,
          s.transit3,      s.circulating, exp(t.feedback_power * log(t.baseline * inverse)),
          inverse,         clone};
}

}}  // namespace vt
