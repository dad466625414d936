#pragma once
#include "kernels/tally/score.hpp"

/// \file What is tallied once, when a life is over: states at the end, times to events, pairs of lives.

namespace vt { inline namespace VT_ISA {

/// Scores of the lives that a patient has lived, for comparison with the next one.
template <int L>
struct Pairs {
  double score[kMaxPairs][L];
  std::uint64_t is_known[kMaxPairs][L];
};

/// When a life's time to the event ended, and how: a cause, or n_causes where it was censored.
struct Ending {
  std::int32_t day;
  std::uint32_t outcome;
};

/// When the patient stopped taking the drug, or kNever; death is not stopping.
VT_HD Strike stop_of(const Course& course) {
  const bool has_left = course.leaving.why != Left::no && course.leaving.why != Left::died;
  const Strike left = has_left ? Strike{course.leaving.day, course.leaving.lead} : Strike{kNever, 0.0};
  const Strike end{course.off_drug.on, course.off_drug.lead};
  return strikes_before(left, end) ? left : end;
}

/// Of events on one day that counts which struck first; of those found together the event before its competitors, these
/// before stopping, and that before censoring.
VT_COLD Ending ending_of(const Plan& plan, const TallyPlan& tally, const Course& course) {
  const Strike stop = stop_of(course);
  std::int32_t last = course.leaving.why == Left::no ? plan.last_day : course.leaving.day;
  if (tally.estimand == Estimand::on_treatment && stop.day < last) last = stop.day;
  std::uint32_t outcome = tally.n_causes;
  Strike first{kNever, 0.0};
  for (std::uint32_t cause = 0; cause < tally.n_causes; ++cause)
    for (std::uint32_t e = 0; e < plan.events.count; ++e) {
      const Strike strike{course.event[e].day, course.event[e].lead};
      if (!((tally.causes[cause] >> e & 1) && strike.day <= last && strikes_before(strike, first))) continue;
      first = strike;
      outcome = cause;
    }
  if (tally.estimand == Estimand::composite && stop.day <= last && strikes_before(stop, first)) return {stop.day, 0};
  return outcome == tally.n_causes ? Ending{last, outcome} : Ending{first.day, outcome};
}

/// The interval of a day: the first one holds what happened up to day 0, the k-th what happened up to day k·length.
VT_HD std::uint32_t interval_of(const TallyPlan& tally, std::int32_t day) {
  const std::int32_t k = day <= 0 ? 0 : (day + tally.interval_days - 1) / tally.interval_days;
  return k < static_cast<std::int32_t>(tally.n_times) ? static_cast<std::uint32_t>(k) : tally.n_times - 1;
}

template <int L>
VT_COLD void add_times(const Plan& plan, const TallyPlan& tally, const Cohort<L>& cohort,
                       const std::uint64_t (&cell)[L], const TallyWords& words) {
  for (int lane = 0; lane < cohort.patients; ++lane) {
    if (cohort.course[lane].rejected_by != 0) continue;
    const std::uint64_t first = tally.first_word + cell[lane] * tally.words_per_cell;
    words.add(first, 1);
    if (cohort.course[lane].failure != 0) continue;
    words.add(first + 1, 1);
    const Ending end = ending_of(plan, tally, cohort.course[lane]);
    words.add(first + kTimeWords + std::uint64_t{end.outcome} * tally.n_times + interval_of(tally, end.day), 1);
  }
}

/// Keeps the score of the first of the pair's lives; adds when the second has been lived.
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
    const std::uint64_t word = tally.first_word + cell[lane] * tally.words_per_cell;
    words.add(word, 1);
    if (!is_known || kept_known == 0) continue;
    words.add(word + 1, 1);
    const double in_first = is_first ? score[lane] : kept, in_second = is_first ? kept : score[lane];
    if (tally.kind == TallyKind::pair_difference)
      add_number(plan, tally, words, word, in_second - in_first);
    else
      words.add(word + 2 + (in_first == 0.0 ? 2 : 0) + (in_second == 0.0 ? 1 : 0), 1);
  }
}

/// The patients' rows of the trial table.
template <int L>
VT_COLD void fill_columns(const Plan& plan, const Cohort<L>& cohort, Visits<L>& visits, Record* records) {
  for (std::uint32_t c = 0; c < plan.columns.count; ++c) {
    const Column& column = at(plan, plan.columns, c);
    double value[L];
    std::uint64_t status[L];
    if (column.kind == ColumnKind::formula) {
      execute(column.value, begin(plan, plan.instructions), begin(plan, plan.constants), visits.seen, value, status);
      count_without_value(plan, cohort.words, column.value, visits.counts & lanes_without_value(status));
    }
    for (int lane = 0; lane < cohort.patients; ++lane) {
      Record& row = records[lane];
      if (cohort.course[lane].failure != 0 || cohort.course[lane].rejected_by != 0) continue;
      if (column.kind == ColumnKind::formula) {
        row.column[c] = status[lane] == 0 ? value[lane] : 0.0;
        row.columns_defined |= std::uint64_t{status[lane] == 0} << c;
        continue;
      }
      const Ending end = ending_of(plan, at(plan, plan.tallies, column.tally), cohort.course[lane]);
      row.column[c] =
          column.kind == ColumnKind::end_day ? static_cast<double>(end.day) : static_cast<double>(end.outcome);
      row.columns_defined |= std::uint64_t{1} << c;
    }
  }
}

/// All tallies of the ends of lives, and the trial table.
template <int L>
VT_COLD void tally_lives(const Plan& plan, std::uint32_t life, const Cohort<L>& cohort, Pairs<L>& pairs,
                         const TallyWords& words, Record* records) {
  if (plan.ends_tallied == 0) return;
  Visits<L> visits;
  visits.scheduled = visits.any = 0;
  for (int lane = 0; lane < L; ++lane) visits.attended[lane] = 0;
  count_in_the_morning(plan, plan.last_day, cohort);  // on a day on which perhaps nobody was looked at
  observe(plan, cohort, plan.last_day, ~std::uint64_t{0}, visits);
  for (std::uint32_t t = 0; t < plan.tallies.count; ++t) {
    const TallyPlan& tally = at(plan, plan.tallies, t);
    if (tally.visit_kind != kAtEnd) continue;
    if (tally.kind == TallyKind::proportion || tally.kind == TallyKind::number) {
      score(plan, tally, plan.last_day, cohort, visits, words);
      continue;
    }
    std::uint64_t cell[L];
    find_cells(plan, tally, plan.last_day, cohort, visits, cell);
    if (tally.kind == TallyKind::time_to_event)
      add_times(plan, tally, cohort, cell, words);
    else
      add_pairs(plan, tally, life, cohort, cell, visits, pairs, words);
  }
  if (records != nullptr && life == 0) fill_columns(plan, cohort, visits, records);
}

}}  // namespace vt
