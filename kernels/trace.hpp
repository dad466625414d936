#pragma once
/// \file One patient's life, day by day, with the bits of the run.

#include <cstdint>

#include "kernels/plan.hpp"

namespace vt {

/// What was planned and done about one intake.
struct TracedIntake {
  double prescribed_mg, swallowed_mg;
  double time_h;  ///< when it was swallowed, after the day's start, or would have been
};

/// One day: what stood after its visits, and its intakes. Bits of rules, kinds and holds are those of the Plan.
struct TracedDay {
  std::int32_t day;
  std::uint32_t attended;     ///< kinds of visit
  std::uint64_t rules_fired;  ///< today, not ends of holds
  std::uint64_t held_by;
  std::uint32_t arm, regimen, left, failure;
  TracedIntake intake[kIntakesPerDay];  ///< the last day has none
};

/// What stood when a patient's trial could not be computed any further.
struct TracedFailure {
  std::uint32_t failure;  ///< kernels/failure.hpp; 0: none
  std::int32_t day;
  std::uint32_t life, unused;
  double value[kVisitObservables];  ///< the Plan's observables, by slot
  std::uint64_t defined;            ///< bits
};

/// The days first_day … last_day of patient `id` (kernels/random/draws.hpp).
///
/// days: last_day − first_day + 1 rows. values, defined: for every day, `count` observables as a formula at a visit
/// after today's would see them. traits: kPatientSlots values of the patient phase. failure: of the first life that
/// has one. words: as for RunUnit.
extern "C" void vt_run_trace(const Plan& plan, std::uint64_t id, const Observable* observables, std::uint32_t count,
                             TracedDay* days, double* values, std::uint8_t* defined, double* traits,
                             TracedFailure* failure, std::uint64_t* words);

}  // namespace vt
