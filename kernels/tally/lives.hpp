#pragma once
#include "kernels/tally/score.hpp"

/// \file What is tallied once, when a life is over, and the trial table.

namespace vt { inline namespace VT_ISA {

/// The patients' rows of the trial table: each column's value in this life, behind those of the lives before. Those of
/// whom a life could not be computed have none in it.
template <int L>
VT_COLD void fill_columns(const Plan& plan, std::uint32_t life, const Cohort<L>& cohort, Visits<L>& visits,
                          Record* records) {
  for (std::uint32_t c = 0; c < plan.columns.count; ++c) {
    const Column& column = at(plan, plan.columns, c);
    const std::uint32_t place = life * plan.columns.count + c;
    const std::uint64_t among = find_among(plan, column.among, cohort.words, visits);
    double value[L];
    std::uint64_t status[L];
    if (column.kind == ColumnKind::formula) {
      execute(column.value, begin(plan, plan.instructions), begin(plan, plan.constants), visits.seen, value, status);
      count_without_value(plan, cohort.words, column.value, visits.counts & lanes_without_value(status));
    }
    for (int lane = 0; lane < cohort.patients; ++lane) {
      Record& row = records[lane];
      if (row.failure != 0 || cohort.course[lane].rejected_by != 0 || has_lane(among, lane) == 0) continue;
      if (column.kind == ColumnKind::formula) {
        row.column[place] = status[lane] == 0 ? value[lane] : 0.0;
        row.columns_defined |= std::uint64_t{status[lane] == 0} << place;
        continue;
      }
      const TallyPlan& tally = at(plan, plan.tallies, column.tally);
      const Beginning begin = beginning_of(plan, tally, cohort.course[lane]);
      if (!begin.is_there || !begin.is_at_risk) continue;
      const Ending end = ending_of(plan, tally, cohort.course[lane], begin.day);
      row.column[place] =
          column.kind == ColumnKind::end_day ? static_cast<double>(end.day) : static_cast<double>(end.outcome);
      row.columns_defined |= std::uint64_t{1} << place;
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
    if (has_score(tally))
      score(plan, tally, plan.last_day, cohort, visits, words);
    else
      add_lives(plan, tally, life, cohort, visits, pairs, words);
  }
  if (records != nullptr) fill_columns(plan, life, cohort, visits, records);
}

}}  // namespace vt
