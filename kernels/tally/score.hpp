#pragma once
#include "kernels/course/file/columns.hpp"
#include "kernels/tally/number.hpp"

/// \file Tallies: every word is an integer and only ever added to, so that the order of patients cannot matter.

namespace vt { inline namespace VT_ISA {

/// The place of every patient's value on an axis; the last cell is for "not measured", where status is not 0.
template <int L>
VT_COLD void find_places_of(const Plan& plan, const Axis& axis, const double (&x)[L], const std::uint64_t (&status)[L],
                            std::uint64_t (&cell)[L]) {
  const std::uint64_t not_measured = axis.count - 1;
  const double* edge = begin(plan, axis.edges);
  if (axis.kind == AxisKind::octaves) {
    VT_LANES
    for (int lane = 0; lane < L; ++lane) cell[lane] = octave_bin(x[lane], axis.first_octave, axis.octaves);
  } else if (axis.kind == AxisKind::values) {
    VT_LANES
    for (int lane = 0; lane < L; ++lane) cell[lane] = not_measured;
    for (std::uint32_t i = 0; i < axis.edges.count; ++i) {
      const double value = edge[i];
      VT_LANES
      for (int lane = 0; lane < L; ++lane) cell[lane] = is_same_dose(value, x[lane]) ? i : cell[lane];
    }
  } else {
    VT_LANES
    for (int lane = 0; lane < L; ++lane) cell[lane] = 0;
    for (std::uint32_t i = 0; i < axis.edges.count; ++i) {
      const double value = edge[i];
      VT_LANES
      for (int lane = 0; lane < L; ++lane) cell[lane] += value <= x[lane] ? 1 : 0;
    }
  }
  VT_LANES
  for (int lane = 0; lane < L; ++lane) cell[lane] = status[lane] == 0 ? cell[lane] : not_measured;
}

/// The occurrence of a visit kind that falls on a day.
VT_HD std::uint32_t occurrence(const Plan& plan, const VisitKind& kind, std::int32_t day) {
  const std::uint32_t last = kind.days.count - 1;
  const std::int32_t from = at(plan, kind.days, 0), length = at(plan, kind.days, last) - from;
  if (length > 0) {  // most calendars are regular
    const auto guess = static_cast<std::uint32_t>(std::int64_t{day - from} * last / length);
    if (guess <= last && at(plan, kind.days, guess) == day) return guess;
  }
  std::uint32_t low = 0, high = kind.days.count;
  while (low < high) {
    const std::uint32_t middle = low + (high - low) / 2;
    if (at(plan, kind.days, middle) < day)
      low = middle + 1;
    else
      high = middle;
  }
  return low;
}

/// The place of every patient along one axis of a tally.
template <int L>
VT_COLD void find_places(const Plan& plan, const Axis& axis, std::uint32_t visit, const Cohort<L>& cohort,
                         Visits<L>& visits, std::uint64_t (&place)[L]) {
  if (axis.kind == AxisKind::visit) {
    VT_LANES
    for (int lane = 0; lane < L; ++lane) place[lane] = visit;
    return;
  }
  if (axis.kind == AxisKind::arm) {
    VT_LANES
    for (int lane = 0; lane < L; ++lane) place[lane] = cohort.arm[lane];
    return;
  }
  double x[L];
  std::uint64_t status[L];
  execute(axis.source, begin(plan, plan.instructions), begin(plan, plan.constants), visits.seen, x, status);
  count_without_value(plan, cohort.words, axis.source, visits.counts & lanes_without_value(status));
  find_places_of(plan, axis, x, status, place);
}

/// Row-major cell of every patient in the tally.
template <int L>
VT_COLD void find_cells(const Plan& plan, const TallyPlan& tally, std::int32_t day, const Cohort<L>& cohort,
                        Visits<L>& visits, std::uint64_t (&cell)[L]) {
  const std::uint32_t visit =
      tally.visit_kind == kAtEnd ? 0 : occurrence(plan, at(plan, plan.visit_kinds, tally.visit_kind), day);
  VT_LANES
  for (int lane = 0; lane < L; ++lane) cell[lane] = 0;
  for (std::uint32_t a = 0; a < tally.n_axes; ++a) {
    const std::uint64_t count = tally.axis[a].count;
    std::uint64_t place[L];
    find_places(plan, tally.axis[a], visit, cohort, visits, place);
    VT_LANES
    for (int lane = 0; lane < L; ++lane) cell[lane] = cell[lane] * count + place[lane];
  }
}

/// Who counts in a tally.
struct Counted {
  std::uint64_t randomised, evaluable;
  std::uint64_t failures;  ///< composite: they do not respond, whatever they would score
};

/// `known`: those who have a score.
template <int L>
VT_COLD Counted find_counted(const TallyPlan& tally, const Cohort<L>& cohort, const Visits<L>& visits,
                             std::uint64_t known) {
  const Standing& who = cohort.standing;
  const std::uint64_t stopped = tally.estimand == Estimand::itt ? 0 : who.off_drug;
  const bool at_end = tally.visit_kind == kAtEnd;
  const std::uint64_t kind = at_end ? 0 : std::uint64_t{1} << tally.visit_kind;
  const std::uint64_t there =
      at_end ? ~who.failed : lanes_where<L>([&](int lane) VT_INLINE { return (visits.attended[lane] & kind) != 0; });
  return {who.enrolled, who.enrolled & ~stopped & there & known,
          tally.estimand == Estimand::composite ? who.enrolled & stopped & ~who.failed : 0};
}

/// Adds the numbers of many patients who are all counted in one cell.
template <bool equal, int L>
VT_COLD void add_together(const Plan& plan, const TallyPlan& tally, const TallyWords& words, std::uint64_t cell,
                          std::uint64_t evaluable, const double (&x)[L]) {
  std::uint64_t fixed[L], low[L], high[L], bin[L], sums[L], clamped = 0;
  VT_LANES
  for (int lane = 0; lane < L; ++lane) {
    const Exact number = exact<equal>(tally, x[lane]);
    clamped += number.was_clamped & (0 - has_lane(evaluable, lane));
    fixed[lane] = number.fixed;
    low[lane] = number.low;
    high[lane] = number.high;
    bin[lane] = number.bin;
    sums[lane] = number.sums;
  }
  words.add(cell + 2, clamped);
  const std::uint64_t bins = first_bin(tally);
  for_each<L>(evaluable, [&](int lane) VT_INLINE {
    add_exact({fixed[lane], low[lane], high[lane], 0, bin[lane], sums[lane]}, bins, words, cell);
  });
  const std::uint64_t above = cell + bins + bins_of(tally);
  for (std::uint32_t i = 0; i < tally.thresholds.count; ++i) {
    const double threshold = at(plan, tally.thresholds, i);
    words.add(above + i,
              how_many(evaluable & lanes_where<L>([&](int lane) VT_INLINE { return x[lane] >= threshold; })));
  }
}

/// Adds the numbers of patients who are counted in one cell.
template <int L>
VT_COLD void add_numbers(const Plan& plan, const TallyPlan& tally, const TallyWords& words, std::uint64_t cell,
                         std::uint64_t evaluable, const double (&x)[L]) {
  if constexpr (L > 1) {
    if (are_many<L>(evaluable))
      return tally.equal_bins != 0 ? add_together<true>(plan, tally, words, cell, evaluable, x)
                                   : add_together<false>(plan, tally, words, cell, evaluable, x);
  }
  for_each<L>(evaluable, [&](int lane) { add_number(plan, tally, words, cell, x[lane]); });
}

/// Counts every patient of the cohort once, those of one cell together: those who did not come count among the
/// randomised only, those who did not qualify nowhere.
template <int L>
VT_COLD void score(const Plan& plan, const TallyPlan& tally, std::int32_t day, const Cohort<L>& cohort,
                   Visits<L>& visits, const TallyWords& words) {
  double result[L];
  std::uint64_t status[L], cell[L];
  execute(tally.score, begin(plan, plan.instructions), begin(plan, plan.constants), visits.seen, result, status);
  find_cells(plan, tally, day, cohort, visits, cell);
  const Counted counted =
      find_counted(tally, cohort, visits, lanes_where<L>([&](int lane) VT_INLINE { return status[lane] == 0; }));
  const std::uint64_t events = lanes_where<L>([&](int lane) VT_INLINE { return result[lane] != 0.0; });
  if (const std::uint64_t errors = lanes_without_value(status); errors != 0)
    count_without_value(plan, words, tally.score, find_counted(tally, cohort, visits, errors).evaluable);
  for (std::uint64_t left = counted.randomised; left != 0;) {
    const std::uint64_t place = cell[first_lane(left)];
    const std::uint64_t here = left & lanes_where<L>([&](int lane) VT_INLINE { return cell[lane] == place; });
    const std::uint64_t evaluable = here & counted.evaluable;
    const std::uint64_t first = tally.first_word + place * tally.words_per_cell;
    left &= ~here;
    words.add(first, how_many(here));
    words.add(first + 1, how_many(evaluable | (here & counted.failures)));
    if (tally.kind == TallyKind::number)
      add_numbers(plan, tally, words, first, evaluable, result);
    else
      words.add(first + 2, how_many(evaluable & events));
  }
}

/// Adds a concentration of a profile to its hour's cell.
VT_COLD void add_sample(const Plan& plan, const TallyPlan& tally, const TallyWords& words, std::uint64_t first,
                        double concentration) {
  if (!is_finite(concentration)) return;
  words.add(first + 1, 1);
  add_number(plan, tally, words, first, concentration);
}

/// A profile of the last day: every patient of the cohort adds a number for each of its hours. Samples that fall to
/// today wait until today's doses are known; on the trial's last day nothing is taken.
template <int L>
VT_COLD void score_profile(const Plan& plan, const TallyPlan& tally, std::int32_t day, const Cohort<L>& cohort,
                           Visits<L>& visits, const TallyWords& words) {
  OpenProfiles<L>& open = *cohort.profiles;
  std::uint64_t(&cell)[L] = open.cell[tally.visit_kind];
  find_cells(plan, tally, day, cohort, visits, cell);
  open.kinds |= 1u << tally.visit_kind;
  for (int lane = 0; lane < cohort.patients; ++lane) {
    open.attended[lane] = visits.attended[lane];
    open.first_intake_h[lane] = cohort.intake[0][lane].start_h - cohort.pk[lane].lag_h;
    if (cohort.course[lane].rejected_by != 0) continue;
    const bool is_there = (visits.attended[lane] >> tally.visit_kind & 1) != 0;
    const DayCourse last = is_there ? last_day(plan, cohort, lane) : DayCourse{};
    for (std::uint32_t h = 0; h < tally.hours.count; ++h) {
      const std::uint64_t place = cell[lane] * tally.hours.count + h;
      const std::uint64_t first = tally.first_word + place * tally.words_per_cell;
      words.add(first, 1);
      const double t = open.first_intake_h[lane] + at(plan, tally.hours, h);
      if (is_there && t <= kHoursPerDay)
        add_sample(plan, tally, words, first, concentration_in(plan.pharmacokinetics, last, t));
    }
  }
}

/// What is left of yesterday's profiles, after today's doses.
template <int L>
VT_COLD void finish_profiles(const Plan& plan, std::int32_t day, const Cohort<L>& cohort, const TallyWords& words) {
  OpenProfiles<L>& open = *cohort.profiles;
  for (std::uint32_t t = 0; t < plan.tallies.count; ++t) {
    const TallyPlan& tally = at(plan, plan.tallies, t);
    if (tally.hours.count == 0 || !(open.kinds >> tally.visit_kind & 1)) continue;
    for (int lane = 0; lane < cohort.patients; ++lane) {
      if (cohort.course[lane].rejected_by != 0 || !(open.attended[lane] >> tally.visit_kind & 1)) continue;
      const DayCourse lived = day < plan.last_day ? last_day(plan, cohort, lane) : this_day(plan, cohort, lane);
      for (std::uint32_t h = 0; h < tally.hours.count; ++h) {
        const double t_h = open.first_intake_h[lane] + at(plan, tally.hours, h) - kHoursPerDay;
        const std::uint64_t place = open.cell[tally.visit_kind][lane] * tally.hours.count + h;
        if (t_h > 0.0)
          add_sample(plan, tally, words, tally.first_word + place * tally.words_per_cell,
                     concentration_in(plan.pharmacokinetics, lived, t_h));
      }
    }
  }
  open.kinds = 0;
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
