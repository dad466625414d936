#pragma once
/// \file One patient's life, day by day, with the bits of the run.

#include <cstdint>

#include "kernels/course/course.hpp"
#include "kernels/plan.hpp"

namespace vt {

/// What was planned and done about one intake.
struct TracedIntake {
  double prescribed_mg, swallowed_mg;
  double time_h;      ///< when it was swallowed, after the day's start, or would have been
  double entered_mg;  ///< what of it reaches the body, the lag later
};

/// What stands over a day, trends, steps, comedications and occasions included.
struct TracedRates {
  double clearance_L_per_h, volume_L, bioavailability;
  double absorption;  ///< as pk.absorption_rate (1/h) or pk.absorption_duration (h)
  double lag_h, flow_L_per_h, peripheral_L;
  double input[kMostInputParameters];  ///< what the absorption model has of its own, in the order of its table
};

/// One day: what stood after its visits, and its intakes. Bits of rules, kinds and holds are those of the Plan.
struct TracedDay {
  std::int32_t day;
  std::uint32_t attended;     ///< kinds of visit
  std::uint64_t rules_fired;  ///< today, not ends of holds
  std::uint64_t held_by;
  std::uint32_t arm, regimen, left, failure;
  TracedIntake intake[kIntakesPerDay];  ///< the last day has none
  TracedRates rates;                    ///< from the day's start on
};

/// What stood when a patient's trial could not be computed any further.
struct TracedFailure {
  std::uint32_t failure;  ///< kernels/failure.hpp; 0: none
  std::int32_t day;
  std::uint32_t life, unused;
  double value[kVisitObservables];  ///< the Plan's observables, by slot
  std::uint64_t defined;            ///< bits
};

/// Whose trial is written down, and where. Null: not wanted.
struct Tracing {
  std::uint64_t id = 0;    ///< kernels/random/draws.hpp
  std::uint32_t life = 0;  ///< of several (counterfactual allocation)
  const Observable* observables = nullptr;
  std::uint32_t count = 0;          ///< of observables
  bool only_at_end = false;         ///< of values and defined there is the last day alone
  TracedDay* days = nullptr;        ///< last_day − first_day + 1 rows
  double* values = nullptr;         ///< [day][count] observables as a formula at a visit after today's would see them
  std::uint8_t* defined = nullptr;  ///< likewise
  double* traits = nullptr;         ///< kPatientSlots values of the patient phase
};

/// Lets a patient live. `failure` is of the first life that has one. The record has the columns of all lives.
/// words: as for RunUnit.
extern "C" void vt_run_trace(const Plan& plan, const Tracing& wanted, TracedFailure* failure, Record* record,
                             std::uint64_t* words);

}  // namespace vt
