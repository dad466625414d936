#pragma once
#include "kernels/drug/pharmacokinetics.hpp"
#include "kernels/numerics/normal.hpp"
#include "kernels/random/draws.hpp"

namespace vt { inline namespace VT_ISA {

/// Doses prescribed and taken so far.
struct DoseCount {
  double prescribed, taken, prescribed_mg, taken_mg;
};

/// Where a patient stands in the dose records: the next one and the last one's successor; doses taken so far.
struct DoseCursor {
  std::uint64_t is_recorded;  ///< 1: what is taken stands there
  std::uint64_t next, end;
  double taken, taken_mg;
};

/// What chance says of one intake: 32 random bits about whether it is taken, and 32 about when.
struct Chance {
  std::uint64_t taken, time;
};

/// The time about which an event is planned plus a truncated normal error; `u` is uniform.
VT_HD double jittered_h(double nominal_h, double sd_h, double cdf_low, double cdf_span, double u) {
  return fma(sd_h, coarse_truncated_normal(u, cdf_low, cdf_span), nominal_h);
}

/// A dose at its time, but never before `earliest_h` (the day's sample); its input lasts `length_h`.
VT_HD Input swallow(double mg, double time_h, const PkTraits& traits, double bioavailability, double earliest_h,
                    double length_h) {
  return {mg * bioavailability, greater(time_h, earliest_h) + traits.lag_h, length_h, mg};
}

/// A planned intake of which `mg` are taken (0: missed or withheld) at a time given by the uniform `u`.
VT_HD Input take_dose(const Intake& intake, double mg, double u, const PkTraits& traits, double bioavailability,
                      double earliest_h, double length_h) {
  const double time = jittered_h(intake.nominal_h, intake.jitter_sd_h, intake.cdf_low, intake.cdf_span, u);
  return swallow(mg, time, traits, bioavailability, earliest_h, length_h);
}

/// A planned intake where every dose is taken with the probability of its schedule.
VT_HD Input take_by_schedule(const Intake& intake, const Chance& chance, const PkTraits& traits, double bioavailability,
                             double earliest_h, double length_h) {
  const double mg = chance.taken < intake.taken_below ? intake.dose_mg : 0.0;
  return take_dose(intake, mg, uniform_of_word(chance.time), traits, bioavailability, earliest_h, length_h);
}

VT_HD DoseCount count_dose(const DoseCount& so_far, const Intake& intake, const Input& input) {
  const double doses = input.swallowed_mg > intake.dose_mg ? 2.0 : 1.0;
  return {so_far.prescribed + (intake.dose_mg > 0.0 ? 1.0 : 0.0),
          so_far.taken + (input.swallowed_mg > 0.0 ? doses : 0.0), so_far.prescribed_mg + intake.dose_mg,
          so_far.taken_mg + input.swallowed_mg};
}

}}  // namespace vt
