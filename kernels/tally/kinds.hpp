#pragma once
#include "kernels/tally/number.hpp"
#include "kernels/tally/pair.hpp"
#include "kernels/tally/proportion.hpp"
#include "kernels/tally/time_to_event.hpp"

/// \file The list of the kinds of tallies: what the language knows of each, and what is added for it. A kind that
/// counts a score, at visits or at the end (has_score), has add_scores; one that looks back on a life has add_lives.

namespace vt { inline namespace VT_ISA {

template <class... Kind>
struct TallyKindList {
  static constexpr TallyKindEntry entries[] = {Kind::entry...};
};
/// TallyPlan::kind is a place in it.
using TallyKinds = TallyKindList<ProportionTally, NumberTally, TimeTally, PairTally, PairDifferenceTally>;
inline constexpr const auto& kTallyKinds = TallyKinds::entries;

/// visit.operator()<Kind>() for the kind of a tally.
template <class Visit, class... Kind>
VT_HD void with_kind(TallyKindList<Kind...> /*list*/, const TallyPlan& tally, Visit visit) {
  std::uint32_t place = 0;
  ((tally.kind == place++ ? visit.template operator()<Kind>() : void()), ...);
}

VT_HD bool has_score(const TallyPlan& tally) {
  bool has = false;
  with_kind(TallyKinds{}, tally, [&]<class Kind>() VT_INLINE { has = Kind::has_score; });
  return has;
}

/// Adds the scores of patients who are counted in one cell. \pre has_score(tally) \param events in whom it is not 0
template <int L>
VT_HD void add_scores(const Plan& plan, const TallyPlan& tally, const TallyWords& words, std::uint64_t cell,
                      std::uint64_t evaluable, std::uint64_t events, const double (&scores)[L]) {
  with_kind(TallyKinds{}, tally, [&]<class Kind>() VT_INLINE {
    if constexpr (Kind::has_score) Kind::add_scores(plan, tally, words, cell, evaluable, events, scores);
  });
}

/// Adds what the cohort's lives came to. \pre !has_score(tally)
template <int L>
VT_HD void add_lives(const Plan& plan, const TallyPlan& tally, std::uint32_t life, const Cohort<L>& cohort,
                     Visits<L>& visits, Pairs<L>& pairs, const TallyWords& words) {
  std::uint64_t cell[L];
  find_cells(plan, tally, plan.last_day, cohort, visits, cell);
  with_kind(TallyKinds{}, tally, [&]<class Kind>() VT_INLINE {
    if constexpr (!Kind::has_score) Kind::add_lives(plan, tally, life, cohort, cell, visits, pairs, words);
  });
}

}}  // namespace vt
