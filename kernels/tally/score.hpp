#pragma once
#include "kernels/patient/observe.hpp"

/// \file Tallies: every word is an integer and only ever added to, so that the order of patients cannot matter.

namespace vt { inline namespace VT_ISA {

/// Where the words are added. On a GPU the same words are shared by all threads.
struct TallyWords {
  std::uint64_t* words;
  VT_HD void add(std::uint64_t i, std::uint64_t amount) const {
#if defined(__CUDA_ARCH__)
    atomicAdd(reinterpret_cast<unsigned long long*>(words + i), static_cast<unsigned long long>(amount));
#else
    words[i] += amount;
#endif
  }
};

/// Index of x among bins whose edges come from the top bits of the IEEE word: 64 to the octave. Outside: the end bins.
VT_HD std::uint32_t octave_bin(double x, std::int32_t first_octave, std::uint32_t octaves) {
  constexpr int mantissa_bits = 52 - 6;
  const std::uint64_t lowest = static_cast<std::uint64_t>(first_octave + 1023) << 6;
  const std::uint64_t place = x > 0.0 ? bits_of(x) >> mantissa_bits : 0;
  const std::uint64_t most = std::uint64_t{kBinsPerOctave} * octaves - 1;
  const std::uint64_t bin = place < lowest ? 0 : place - lowest;
  return static_cast<std::uint32_t>(bin < most ? bin : most);
}

/// The cell of a value on an axis; the last cell is for "not measured".
VT_COLD std::uint32_t cell_of(const Plan& plan, const Axis& axis, double x, bool defined) {
  const std::uint32_t not_measured = axis.count - 1;
  if (!defined) return not_measured;
  const double* edge = begin(plan, axis.edges);
  if (axis.kind == AxisKind::octaves) return octave_bin(x, axis.first_octave, axis.octaves);
  if (axis.kind == AxisKind::values) {
    std::uint32_t found = not_measured;
    for (std::uint32_t i = 0; i < axis.edges.count; ++i) found = edge[i] == x ? i : found;
    return found;
  }
  std::uint32_t below = 0;
  for (std::uint32_t i = 0; i < axis.edges.count; ++i) below += edge[i] <= x ? 1 : 0;
  return below;
}

/// Index among equal bins from `low` on.
VT_HD std::uint32_t equal_bin(double held, const TallyPlan& tally) {
  const auto bin = static_cast<std::uint32_t>((held - tally.low) * tally.bins_per_unit);
  return bin < tally.equal_bins ? bin : tally.equal_bins - 1;
}

/// Adds a number as an exact integer: fixed-point sum, squares in two limbs, histogram, thresholds.
VT_COLD void add_number(const Plan& plan, const TallyPlan& tally, const TallyWords& words, std::uint64_t cell,
                        double x) {
  constexpr int limb = 31;
  const double held = clamp(x, tally.low, tally.high);
  const double scaled = held * tally.scale;
  const auto q = static_cast<std::int64_t>(scaled < 0.0 ? scaled - 0.5 : scaled + 0.5);
  const std::uint64_t square = static_cast<std::uint64_t>(q * q);
  words.add(cell + 2, static_cast<std::uint64_t>(q));
  words.add(cell + 3, square & ((std::uint64_t{1} << limb) - 1));
  words.add(cell + 4, square >> limb);
  if (held != x) words.add(cell + 5, 1);
  const bool equal = tally.equal_bins != 0;
  words.add(
      cell + kNumberWords + (equal ? equal_bin(held, tally) : octave_bin(held, tally.first_octave, tally.octaves)), 1);
  const std::uint64_t above = cell + kNumberWords + (equal ? tally.equal_bins : kBinsPerOctave * tally.octaves);
  for (std::uint32_t i = 0; i < tally.thresholds.count; ++i)
    if (x >= at(plan, tally.thresholds, i)) words.add(above + i, 1);
}

/// The occurrence of a visit kind that falls on a day.
VT_HD std::uint32_t occurrence(const Plan& plan, const VisitKind& kind, std::int32_t day) {
  std::uint32_t before = 0;
  for (std::uint32_t i = 0; i < kind.days.count; ++i) before += at(plan, kind.days, i) < day ? 1 : 0;
  return before;
}

/// Row-major cell of every patient in the tally.
template <int L>
VT_COLD void find_cells(const Plan& plan, const TallyPlan& tally, std::int32_t day, const Cohort<L>& cohort,
                        Visits<L>& visits, std::uint64_t (&cell)[L]) {
  const std::uint32_t visit =
      tally.visit_kind == kAtEnd ? 0 : occurrence(plan, at(plan, plan.visit_kinds, tally.visit_kind), day);
  for (int lane = 0; lane < L; ++lane) cell[lane] = 0;
  for (std::uint32_t a = 0; a < tally.n_axes; ++a) {
    const Axis& axis = tally.axis[a];
    double x[L];
    std::uint64_t status[L];
    if (axis.kind != AxisKind::arm && axis.kind != AxisKind::visit)
      execute(axis.source, begin(plan, plan.instructions), begin(plan, plan.constants), visits.seen, x, status);
    for (int lane = 0; lane < cohort.patients; ++lane) {
      const std::uint32_t place = axis.kind == AxisKind::arm     ? cohort.course[lane].arm
                                  : axis.kind == AxisKind::visit ? visit
                                                                 : cell_of(plan, axis, x[lane], status[lane] == 0);
      cell[lane] = cell[lane] * axis.count + place;
    }
  }
}

VT_HD bool takes_part(const TallyPlan& tally, const Course& course, std::uint32_t attended) {
  if (tally.visit_kind == kAtEnd) return course.failure == 0;
  return (attended >> tally.visit_kind & 1) != 0;
}

/// Counts every patient of the cohort once: those who did not come count among the randomised only, those who did not
/// qualify nowhere.
template <int L>
VT_COLD void score(const Plan& plan, const TallyPlan& tally, std::int32_t day, const Cohort<L>& cohort,
                   Visits<L>& visits, const TallyWords& words) {
  double result[L];
  std::uint64_t status[L], cell[L];
  execute(tally.score, begin(plan, plan.instructions), begin(plan, plan.constants), visits.seen, result, status);
  find_cells(plan, tally, day, cohort, visits, cell);
  for (int lane = 0; lane < cohort.patients; ++lane) {
    const Course& course = cohort.course[lane];
    if (course.rejected_by != 0) continue;
    const std::uint64_t first = tally.first_word + cell[lane] * tally.words_per_cell;
    words.add(first, 1);
    const bool is_counted = tally.estimand == Estimand::itt || !is_off_drug(course);
    if (tally.estimand == Estimand::composite && !is_counted && course.failure == 0) words.add(first + 1, 1);
    if (!is_counted || !takes_part(tally, course, visits.attended[lane]) || status[lane] != 0) continue;
    words.add(first + 1, 1);
    if (tally.kind == TallyKind::number)
      add_number(plan, tally, words, first, result[lane]);
    else if (result[lane] != 0.0)
      words.add(first + 2, 1);
  }
}

/// A profile: every patient of the cohort adds a number for each of its hours.
template <int L>
VT_COLD void score_profile(const Plan& plan, const TallyPlan& tally, std::int32_t day, const Cohort<L>& cohort,
                           Visits<L>& visits, const TallyWords& words) {
  std::uint64_t cell[L];
  find_cells(plan, tally, day, cohort, visits, cell);
  for (int lane = 0; lane < cohort.patients; ++lane) {
    if (cohort.course[lane].rejected_by != 0) continue;
    const bool is_there = (visits.attended[lane] >> tally.visit_kind & 1) != 0 && day > plan.first_day;
    const DayCourse last = is_there ? last_day(plan, cohort, lane) : DayCourse{};
    const DayCourse today = is_there ? this_day(plan, cohort, lane) : DayCourse{};
    const double taken_h = cohort.intake[0][lane].start_h - cohort.pk[lane].lag_h;
    for (std::uint32_t h = 0; h < tally.hours.count; ++h) {
      const std::uint64_t place = cell[lane] * tally.hours.count + h;
      const std::uint64_t first = tally.first_word + place * tally.words_per_cell;
      words.add(first, 1);
      if (!is_there) continue;
      const double c = concentration_after(plan.pharmacokinetics, last, today, taken_h, at(plan, tally.hours, h));
      if (!is_finite(c)) continue;
      words.add(first + 1, 1);
      add_number(plan, tally, words, first, c);
    }
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
