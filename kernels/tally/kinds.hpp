#pragma once
#include "kernels/tally/number.hpp"
#include "kernels/tally/pair.hpp"
#include "kernels/tally/proportion.hpp"
#include "kernels/tally/time_to_event.hpp"

/// \file The kinds of tallies: what is added for each.

namespace vt { inline namespace VT_ISA {

/// Is a score counted, at visits or at the end? Other kinds look back on a life.
VT_HD bool has_score(const TallyPlan& tally) {
  return tally.kind == TallyKind::proportion || tally.kind == TallyKind::number;
}

/// Adds the scores of patients who are counted in one cell. \pre has_score(tally) \param events in whom it is not 0
template <int L>
VT_HD void add_scores(const Plan& plan, const TallyPlan& tally, const TallyWords& words, std::uint64_t cell,
                      std::uint64_t evaluable, std::uint64_t events, const double (&scores)[L]) {
  if (tally.kind == TallyKind::number)
    add_numbers(plan, tally, words, cell, evaluable, scores);
  else
    add_events(words, cell, evaluable & events);
}

/// Adds what the cohort's lives came to. \pre !has_score(tally)
template <int L>
VT_HD void add_lives(const Plan& plan, const TallyPlan& tally, std::uint32_t life, const Cohort<L>& cohort,
                     Visits<L>& visits, Pairs<L>& pairs, const TallyWords& words) {
  std::uint64_t cell[L];
  find_cells(plan, tally, plan.last_day, cohort, visits, cell);
  if (tally.kind == TallyKind::time_to_event)
    add_times(plan, tally, cohort, cell, words);
  else
    add_pairs(plan, tally, life, cohort, cell, visits, pairs, words);
}

}}  // namespace vt
