#pragma once
/// \file The part of the Plan that describes the drug. Units as in kernels/plan.hpp.

#include <cstdint>

#include "kernels/vocabulary/drug_models.hpp"

#ifndef __CUDACC__  // as in kernels/plan.hpp
#pragma GCC diagnostic push
#pragma GCC diagnostic error "-Wpadded"
#endif

namespace vt {

inline constexpr int kMaxInteractions = 8;  ///< comedications that act at the same time

/// x(t) = x·(1 + change·exp(−t / time constant)), t in days since the first dose, never below day 0.
struct Trend {
  double change;
  double per_day;  ///< 1 / time constant
};

/// x·factor from a day of the trial on.
struct Step {
  double factor;
  std::int32_t day;
  std::uint32_t is_set;  ///< 0: there is no step
};

/// The variants of the program that are compiled: one compartment with input of zero or first order; everything else is
/// the general one (kernels/drug/disposition.hpp).
enum class Variant : std::uint32_t { zero_order, first_order, general };

/// A policy of input (kernels/drug/inputs.hpp) has so many numbers of its own at most.
inline constexpr int kMostInputParameters = 2, kMostInputSettings = 2;
using InputSettings = double[kMostInputSettings];

struct PharmacokineticsPlan {
  Variant variant;
  std::uint32_t occasion_days;         ///< length of an occasion of inter-occasion variability
  double bioavailability_occasion_sd;  ///< SD of ln F between occasions
  Trend clearance_trend, bioavailability_trend, volume_trend, absorption_trend;
  double exposure_scale;       ///< multiplies measured and reported concentrations only
  double reference_ng_per_mL;  ///< average concentration at which the relative exposure is 1
  double longest_input_h;      ///< lag and duration together: then every input is over by the second midnight
  std::uint32_t carries_over;  ///< an input may run past midnight
  AbsorptionModel input;       ///< how a dose enters
  InputSettings input_setting;
  std::uint32_t has_metabolite;
  std::uint32_t metabolite_is_distributed;  ///< it exchanges with a peripheral compartment
  std::uint32_t forms_in_gut;               ///< metabolite, of drug that is not absorbed unchanged
  std::uint32_t unused;
  Step clearance_step, volume_step, metabolite_clearance_step;
  double most_bioavailability;   ///< ratio of bioavailability if all comedications that raise it act in full
  std::uint32_t free_drug_acts;  ///< the relative exposure is that of the free drug
  std::uint32_t keeps_last_day;  ///< something looks at the concentrations of the last day
  double reference_free_ng_per_mL;
  double threshold_ng_per_mL;  ///< of reported concentrations, for the time above it
};

/// One comedication: who takes it, when, and what full effect does to bioavailability and clearance.
struct Interaction {
  std::uint64_t taken_below;  ///< 32-bit word below this: the patient takes it
  std::uint32_t stream;
  std::uint32_t taken_slot;             ///< patient-phase slot: 0 = not taken all the same; or kNoSlot
  std::uint32_t start_slot, stop_slot;  ///< patient-phase slots of the days; kNoSlot: those below
  double start_day, stop_day;
  double course_days, every_days;  ///< intermittent courses; every 0: one course from start to stop
  double clearance_ratio, bioavailability_ratio, metabolite_clearance_ratio;
  double liver_keep, gut_keep;  ///< share of the distance to its goal that is left after one day
};

/// How doses are missed: with one probability for each schedule, by habits of the patient (patient/habits.hpp), or
/// never, each being taken at its nominal time.
enum class Missing : std::uint32_t { by_schedule, alone, in_runs, never };
struct AdherencePlan {
  Missing missing;
  std::uint32_t unused;
};

/// The drug of the trial: what the body does to it, how it is taken, and what else changes it.
struct DrugPlan {
  PharmacokineticsPlan pharmacokinetics;
  AdherencePlan adherence;
  Interaction interactions[kMaxInteractions];
  std::uint32_t n_interactions, unused;
};

}  // namespace vt

#ifndef __CUDACC__
#pragma GCC diagnostic pop
#endif
