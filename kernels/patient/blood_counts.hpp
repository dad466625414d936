#pragma once
#include "kernels/numerics/elementary.hpp"

/// \file One lineage of blood cells: proliferating cells, three transit stages, circulating cells, with feedback
/// (Friberg et al., J Clin Oncol 2002;20:4713), beside cells that the leukaemic clone still makes.

namespace vt { inline namespace VT_ISA {

struct BloodTraits {
  double baseline, transit_per_day, feedback_power, effect, exponent, clone_cells;
  double transit_day;  ///< 1/transit_per_day
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

/// A day's forcing: share of proliferation that the drug takes away, growth of the clone's cells per transit time, and
/// its factor over half a step.
struct BloodForcing {
  double lost, clone_growth, clone_half_step;
};

/// The share of proliferation that the drug takes away at the start, the middle and the end of one step.
struct Lost {
  double start, middle, end;
};

inline constexpr double kMostLost = 0.95;       ///< the drug never takes more of the proliferation
inline constexpr double kFeedbackFloor = 0.01;  ///< of the baseline: the feedback sees no fewer cells

VT_HD double measured_count(const Blood& state) { return state.circulating + state.clone; }

/// The count that drives the feedback: the clone's cells are counted up to the normal baseline.
VT_HD double felt_count(double circulating, double clone, double baseline) {
  return greater(greater(circulating, lesser(circulating + clone, baseline)), kFeedbackFloor * baseline);
}

/// Change per transit time: the states' derivatives over `transit_per_day`. `growth`: of the clone's cells, in the same
/// unit of time.
///
/// The count that is felt is what circulates from the baseline on; below it the clone's cells are added up to the
/// baseline, where the sum stands still.
VT_HD Blood derivative(const Blood& s, const BloodTraits& t, double lost, double growth) {
  const double circulating = s.transit3 - s.circulating;
  const double with_clone = s.circulating + s.clone;
  const double both = fma(growth, s.clone, circulating);
  const double below = with_clone >= t.baseline ? 0.0 : both;
  const double felt = s.circulating >= t.baseline ? circulating : below;
  const double felt_rate = with_clone > kFeedbackFloor * t.baseline ? felt * s.inverse : 0.0;  // x′/x
  return {s.proliferating * fma(1.0 - lost, s.feedback, -1.0),
          s.proliferating - s.transit1,
          s.transit1 - s.transit2,
          s.transit2 - s.transit3,
          circulating,
          -t.feedback_power * felt_rate * s.feedback,
          -felt_rate * s.inverse,
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

/// s + h/6·(a + 2b + 2c + d); `sixth` and `third` are of h.
VT_HD double runge_kutta_sum(double s, double a, double b, double c, double d, double sixth, double third) {
  return fma(sixth, a + d, fma(third, b + c, s));
}

/// One classical Runge–Kutta step of h days.
VT_HD Blood runge_kutta_step(const Blood& s, const BloodTraits& t, const Lost& lost, const BloodForcing& f, double h) {
  const double clone_half = s.clone * f.clone_half_step;
  const double clone_end = clone_half * f.clone_half_step;
  const double growth = f.clone_growth;
  const double step = h * t.transit_per_day, half = 0.5 * step;
  const Blood a = derivative(s, t, lost.start, growth);
  const Blood b = derivative(moved(s, a, half, clone_half), t, lost.middle, growth);
  const Blood c = derivative(moved(s, b, half, clone_half), t, lost.middle, growth);
  const Blood d = derivative(moved(s, c, step, clone_end), t, lost.end, growth);
  const double sixth = step * 0x1.5555555555555p-3, third = step * 0x1.5555555555555p-2;
  const auto sum = [=](double Blood::*x)
                       VT_INLINE { return runge_kutta_sum(s.*x, a.*x, b.*x, c.*x, d.*x, sixth, third); };
  return {sum(&Blood::proliferating), sum(&Blood::transit1), sum(&Blood::transit2), sum(&Blood::transit3),
          sum(&Blood::circulating),   sum(&Blood::feedback), sum(&Blood::inverse),  clone_end};
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

/// The same at a relative concentration, which may be a little below 0 where it stands for a kinked course. `linear`:
/// the exponent is 1.
template <bool linear>
VT_HD double lost_at(const BloodTraits& t, double relative) {
  if constexpr (linear) return lesser(kMostLost, t.effect * relative);
  return lost_proliferation(t, log(greater(relative, kLeastExposure)));
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
