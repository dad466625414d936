#pragma once
#include "kernels/numerics/normal.hpp"
#include "kernels/patient/pharmacokinetics.hpp"
#include "kernels/patient/streams.hpp"

namespace vt { inline namespace VT_ISA {

/// Doses prescribed and taken so far.
struct DoseCount {
  double prescribed, taken, prescribed_mg, taken_mg;
};

/// The time about which an event is planned plus a truncated normal error.
VT_HD double jittered_h(double nominal_h, double sd_h, double cdf_low, double cdf_span, const Words& words) {
  return fma(sd_h, truncated_normal(uniform(words.w[0], words.w[1]), cdf_low, cdf_span), nominal_h);
}

/// What the patient makes of one planned intake: taken or not, and when; never before `earliest_h` (the day's sample).
/// A missed or withheld dose is 0 mg.
VT_HD Input take_dose(const Intake& intake, const PkTraits& traits, double bioavailability, double earliest_h,
                      const Words& words, double length_h) {
  const double time = jittered_h(intake.nominal_h, intake.jitter_sd_h, intake.cdf_low, intake.cdf_span, words);
  const double mg = std::uint64_t{words.w[2]} < intake.taken_below ? intake.dose_mg : 0.0;
  return {mg * bioavailability, greater(time, earliest_h) + traits.lag_h, length_h, mg};
}

VT_HD DoseCount count_dose(const DoseCount& so_far, const Intake& intake, const Input& input) {
  return {so_far.prescribed + (intake.dose_mg > 0.0 ? 1.0 : 0.0), so_far.taken + (input.swallowed_mg > 0.0 ? 1.0 : 0.0),
          so_far.prescribed_mg + intake.dose_mg, so_far.taken_mg + input.swallowed_mg};
}

}}  // namespace vt
