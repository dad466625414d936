#pragma once
#include "kernels/numerics/normal.hpp"
#include "kernels/plan.hpp"

/// \file Times within a day: of intakes, and of samples about them.

namespace vt {

/// Nominal times after the day's start: 6 h; 6 and 18 h; 6, 14 and 22 h.
inline double nominal_h(int intake, double every_h) { return kMorning_h + intake * every_h; }

/// Largest timing error that stays inside the patient's day: ± 6 h once, ± 3 h twice, ± 2 h three times daily.
inline double most_jitter_h(int intakes) { return intakes == 1 ? 6.0 : (intakes == 2 ? 3.0 : 2.0); }

struct Truncation {
  double cdf_low, cdf_span;
};
/// Of a normal with this SD, the part within ± bound.
inline Truncation truncate(double sd_h, double bound_h) {
  if (!(sd_h > 0.0)) return {0.0, 1.0};
  const double low = normal_cdf(-bound_h / sd_h);
  return {low, normal_cdf(bound_h / sd_h) - low};
}

}  // namespace vt
