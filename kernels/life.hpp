#pragma once
#include <type_traits>

#include "kernels/cohort.hpp"

namespace vt { inline namespace VT_ISA {

/// A cohort and what its members point at, which only some scenarios read.
template <Variant variant, int L>
struct Life {
  static constexpr bool is_general = variant == Variant::general;
  struct None {};

  Cohort<L> cohort;
  std::conditional_t<is_general, Disposition<L>, None> disposition;
  LastDay<L> last_day;
  OpenProfiles<L> profiles;
  SlowStates<L> slow;
  DoseHistory history[L];
  ResultHistory results[L];
};

/// Life number `number` of patients who have not been enrolled yet, on the eve of the first day.
template <Variant variant, int L>
VT_HD Cohort<L>& begin_life(const Plan& plan, std::uint32_t number, const TallyWords& words, bool keeps_dose_history,
                            Recorder* recorder, Life<variant, L>& life) {
  Cohort<L>& cohort = life.cohort;
  cohort.life = number;
  cohort.due_on = plan.first_day;
  cohort.wears_off_on = kNever;
  cohort.knows_remains = 0;
  if constexpr (Life<variant, L>::is_general)
    cohort.disposition = &life.disposition;
  else
    cohort.disposition = nullptr;
  cohort.last_day = &life.last_day;
  cohort.profiles = &life.profiles;
  cohort.slow = &life.slow;
  cohort.history = life.history;
  cohort.results = life.results;
  life.profiles.kinds = 0;
  life.slow.counted_on = plan.first_day - 1;
  cohort.recorder = recorder;
  cohort.words = words;
  cohort.keeps_dose_history = keeps_dose_history;
  return cohort;
}

}}  // namespace vt
