#pragma once
#include "kernels/tally/cells.hpp"
#include "kernels/tally/number.hpp"
#include "kernels/tally/proportion.hpp"

/// \file How two lives of a patient are tallied: whether a condition holds in both, in one or in neither; or the
/// difference of a number between them.

namespace vt { inline namespace VT_ISA {

/// Keeps the score of the first of the pair's lives; adds when the second has been lived, patients in both of whose
/// lives the tally's condition holds.
template <int L>
VT_COLD void add_pairs(const Plan& plan, const TallyPlan& tally, std::uint32_t life, const Cohort<L>& cohort,
                       const std::uint64_t (&cell)[L], Visits<L>& visits, Pairs<L>& pairs, const TallyWords& words) {
  const bool is_first = life == tally.pair_first;
  if (!is_first && life != tally.pair_second) return;
  const bool comes_first = life == (tally.pair_first < tally.pair_second ? tally.pair_first : tally.pair_second);
  double score[L];
  std::uint64_t status[L];
  execute(tally.score, begin(plan, plan.instructions), begin(plan, plan.constants), visits.seen, score, status);
  count_without_value(plan, words, tally.score, visits.counts & lanes_without_value(status));
  const std::uint64_t among = find_among(plan, tally.among, words, visits);
  std::uint64_t& among_first = pairs.among[tally.pair_slot];
  if (comes_first) among_first = among;
  for (int lane = 0; lane < cohort.patients; ++lane) {
    if (cohort.course[lane].rejected_by != 0) continue;
    const bool is_known = status[lane] == 0 && cohort.course[lane].failure == 0;
    double& kept = pairs.score[tally.pair_slot][lane];
    std::uint64_t& kept_known = pairs.is_known[tally.pair_slot][lane];
    if (comes_first) {
      kept = is_known ? score[lane] : 0.0;
      kept_known = is_known ? 1 : 0;
      continue;
    }
    if (has_lane(among & among_first, lane) == 0) continue;
    const std::uint64_t word = tally.first_word + cell[lane] * tally.words_per_cell;
    words.add(word, 1);
    if (!is_known || kept_known == 0) continue;
    words.add(word + 1, 1);
    const double in_first = is_first ? score[lane] : kept, in_second = is_first ? kept : score[lane];
    if (tally.equal_bins != 0)
      add_number(plan, tally, words, word, in_second - in_first);
    else
      words.add(word + kCommonWords + (in_first == 0.0 ? 2 : 0) + (in_second == 0.0 ? 1 : 0), 1);
  }
}

/// Words a cell: patients for whom the condition holds in both lives, the first only, the second only, neither.
struct PairTally {
  static constexpr TallyKindEntry entry = {.name = "",
                                           .keys = {"score", "at", "pair"},
                                           .words = ProportionTally::entry.words,
                                           .unit = "1",
                                           .results = "paired"};
  static constexpr bool has_score = false;

  template <int L>
  static VT_HD void add_lives(const Plan& plan, const TallyPlan& tally, std::uint32_t life, const Cohort<L>& cohort,
                              const std::uint64_t (&cell)[L], Visits<L>& visits, Pairs<L>& pairs,
                              const TallyWords& words) {
    add_pairs(plan, tally, life, cohort, cell, visits, pairs, words);
  }
};

/// Words a cell: those of a number.
struct PairDifferenceTally : PairTally {
  static constexpr TallyKindEntry entry = {.name = "",
                                           .keys = {"score", "at", "pair", "range"},
                                           .words = NumberTally::entry.words,
                                           .unit = "",
                                           .results = "number",
                                           .range = RangeUse::equal_bins};
};

}}  // namespace vt
