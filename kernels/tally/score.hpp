#pragma once
#include "kernels/tally/kinds.hpp"
#include "kernels/tally/profile.hpp"

/// \file Tallies: every word is an integer and only ever added to, so that the order of patients cannot matter.

namespace vt { inline namespace VT_ISA {

/// Counts every patient of the cohort once, those of one cell together: those who did not come count among the
/// randomised only, those who did not qualify or are not among those that are counted nowhere.
template <int L>
VT_COLD void score(const Plan& plan, const TallyPlan& tally, std::int32_t day, const Cohort<L>& cohort,
                   Visits<L>& visits, const TallyWords& words) {
  double result[L];
  std::uint64_t status[L], cell[L];
  execute(tally.score, begin(plan, plan.instructions), begin(plan, plan.constants), visits.seen, result, status);
  find_cells(plan, tally, day, cohort, visits, cell);
  const std::uint64_t among = find_among(plan, tally.among, words, visits);
  const Counted counted =
      find_counted(tally, cohort, visits, among, lanes_where<L>([&](int lane) VT_INLINE { return status[lane] == 0; }));
  const std::uint64_t events = lanes_where<L>([&](int lane) VT_INLINE { return result[lane] != 0.0; });
  if (const std::uint64_t errors = lanes_without_value(status); errors != 0)
    count_without_value(plan, words, tally.score, find_counted(tally, cohort, visits, among, errors).evaluable);
  for (std::uint64_t left = counted.randomised; left != 0;) {
    const std::uint64_t place = cell[first_lane(left)];
    const std::uint64_t here = left & lanes_where<L>([&](int lane) VT_INLINE { return cell[lane] == place; });
    const std::uint64_t evaluable = here & counted.evaluable;
    const std::uint64_t first = tally.first_word + place * tally.words_per_cell;
    left &= ~here;
    words.add(first, how_many(here));
    words.add(first + 1, how_many(evaluable | (here & counted.failures)));
    add_scores(plan, tally, words, first, evaluable, events, result);
  }
}

/// All tallies of the day's scheduled visits.
template <int L>
VT_COLD void add_to_tallies(const Plan& plan, std::int32_t day, const Cohort<L>& cohort, Visits<L>& visits,
                            const TallyWords& words) {
  for (std::uint32_t t = 0; t < plan.tallies.count; ++t) {
    const TallyPlan& tally = at(plan, plan.tallies, t);
    if (tally.visit_kind == kAtEnd || !(visits.scheduled >> tally.visit_kind & 1)) continue;
    if (tally.hours.count > 0)
      score_profile(plan, tally, day, cohort, visits, words);
    else
      score(plan, tally, day, cohort, visits, words);
  }
}

}}  // namespace vt
