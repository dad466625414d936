#pragma once
#include "kernels/patient/columns.hpp"

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
VT_HD std::uint64_t octave_bin(double x, std::int32_t first_octave, std::uint32_t octaves) {
  constexpr int mantissa_bits = 52 - 6;
  const std::uint64_t lowest = static_cast<std::uint64_t>(first_octave + 1023) << 6;
  const std::uint64_t place = x > 0.0 ? bits_of(x) >> mantissa_bits : 0;
  const std::uint64_t most = std::uint64_t{kBinsPerOctave} * octaves - 1;
  const std::uint64_t bin = place < lowest ? 0 : place - lowest;
  return bin < most ? bin : most;
}

/// The cell of a value on an axis; the last cell is for "not measured".
VT_COLD std::uint32_t cell_of(const Plan& plan, const Axis& axis, double x, bool defined) {
  const std::uint32_t not_measured = axis.count - 1;
  if (!defined) return not_measured;
  const double* edge = begin(plan, axis.edges);
  if (axis.kind == AxisKind::octaves) return static_cast<std::uint32_t>(octave_bin(x, axis.first_octave, axis.octaves));
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
VT_HD std::uint64_t equal_bin(double held, const TallyPlan& tally) {
  const auto bin = static_cast<std::uint64_t>(static_cast<std::int64_t>((held - tally.low) * tally.bins_per_unit));
  return bin < tally.equal_bins ? bin : tally.equal_bins - 1;
}

/// A number as it is added: exact integers, and its place in the histogram.
struct Exact {
  std::uint64_t fixed;      ///< point, two's complement
  std::uint64_t low, high;  ///< limbs of its square
  std::uint64_t was_clamped, bin;
};

/// `equal`: whether the histogram has equal bins.
template <bool equal>
VT_HD Exact exact(const TallyPlan& tally, double x) {
  constexpr int limb = 31;
  const double held = clamp(x, tally.low, tally.high);
  const double scaled = held * tally.scale;
  const auto q = static_cast<std::int64_t>(scaled < 0.0 ? scaled - 0.5 : scaled + 0.5);
  const auto square = static_cast<std::uint64_t>(q * q);
  return {static_cast<std::uint64_t>(q), square & ((std::uint64_t{1} << limb) - 1), square >> limb,
          held != x ? std::uint64_t{1} : 0,
          equal ? equal_bin(held, tally) : octave_bin(held, tally.first_octave, tally.octaves)};
}

/// The counts at or above each threshold follow the bins.
VT_HD std::uint64_t bins_of(const TallyPlan& tally) {
  return tally.equal_bins != 0 ? tally.equal_bins : std::uint64_t{kBinsPerOctave} * tally.octaves;
}

/// Adds a number to a cell.
VT_COLD void add_number(const Plan& plan, const TallyPlan& tally, const TallyWords& words, std::uint64_t cell,
                        double x) {
  const Exact number = tally.equal_bins != 0 ? exact<true>(tally, x) : exact<false>(tally, x);
  words.add(cell + 2, number.fixed);
  words.add(cell + 3, number.low);
  words.add(cell + 4, number.high);
  if (number.was_clamped) words.add(cell + 5, 1);
  words.add(cell + kNumberWords + number.bin, 1);
  const std::uint64_t above = cell + kNumberWords + bins_of(tally);
  for (std::uint32_t i = 0; i < tally.thresholds.count; ++i)
    if (x >= at(plan, tally.thresholds, i)) words.add(above + i, 1);
}

/// The occurrence of a visit kind that falls on a day.
VT_HD std::uint32_t occurrence(const Plan& plan, const VisitKind& kind, std::int32_t day) {
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

/// How the patients of a cohort stand when a tally is counted: 1 or 0.
template <int L>
struct Standing {
  std::uint64_t enrolled[L];  ///< a patient who met the criteria
  std::uint64_t off_drug[L], failed[L];
};

template <int L>
VT_COLD void find_standing(const Cohort<L>& cohort, Standing<L>& standing) {
  for (int lane = 0; lane < L; ++lane) {
    const Course& course = cohort.course[lane];
    standing.enrolled[lane] = lane < cohort.patients && course.rejected_by == 0 ? 1 : 0;
    standing.off_drug[lane] = is_off_drug(course) ? 1 : 0;
    standing.failed[lane] = course.failure != 0 ? 1 : 0;
  }
}

/// The place of every patient along one axis of a tally.
template <int L>
VT_COLD void find_places(const Plan& plan, const Axis& axis, std::uint32_t visit, const Cohort<L>& cohort,
                         Visits<L>& visits, std::uint64_t (&place)[L]) {
  if (axis.kind == AxisKind::visit) {
    for (int lane = 0; lane < L; ++lane) place[lane] = visit;
    return;
  }
  if (axis.kind == AxisKind::arm) {
    for (int lane = 0; lane < L; ++lane) place[lane] = cohort.course[lane].arm;
    return;
  }
  double x[L];
  std::uint64_t status[L];
  execute(axis.source, begin(plan, plan.instructions), begin(plan, plan.constants), visits.seen, x, status);
  for (int lane = 0; lane < L; ++lane)
    place[lane] = lane < cohort.patients ? cell_of(plan, axis, x[lane], status[lane] == 0) : 0;
}

/// Row-major cell of every patient in the tally.
template <int L>
VT_COLD void find_cells(const Plan& plan, const TallyPlan& tally, std::int32_t day, const Cohort<L>& cohort,
                        Visits<L>& visits, std::uint64_t (&cell)[L]) {
  const std::uint32_t visit =
      tally.visit_kind == kAtEnd ? 0 : occurrence(plan, at(plan, plan.visit_kinds, tally.visit_kind), day);
  for (int lane = 0; lane < L; ++lane) cell[lane] = 0;
  for (std::uint32_t a = 0; a < tally.n_axes; ++a) {
    const std::uint64_t count = tally.axis[a].count;
    std::uint64_t place[L];
    find_places(plan, tally.axis[a], visit, cohort, visits, place);
    VT_LANES
    for (int lane = 0; lane < L; ++lane) cell[lane] = cell[lane] * count + place[lane];
  }
}

/// Who counts in a tally: 1 or 0.
template <int L>
struct Counted {
  std::uint64_t evaluable[L];
  std::uint64_t failures[L];  ///< composite: they do not respond, whatever they would score
};

template <int L>
VT_COLD void find_counted(const TallyPlan& tally, const Standing<L>& standing, const Visits<L>& visits,
                          const std::uint64_t (&status)[L], Counted<L>& counted) {
  const bool at_end = tally.visit_kind == kAtEnd;
  const std::uint32_t kind = at_end ? 0u : 1u << tally.visit_kind;
  const std::uint64_t stopping_counts = tally.estimand == Estimand::itt ? 0 : 1;
  const std::uint64_t composite = tally.estimand == Estimand::composite ? 1 : 0;
  for (int lane = 0; lane < L; ++lane) {
    const std::uint64_t is_there = at_end ? 1 - standing.failed[lane] : ((visits.attended[lane] & kind) != 0 ? 1 : 0);
    const std::uint64_t has_stopped = standing.off_drug[lane] & stopping_counts;
    counted.evaluable[lane] = standing.enrolled[lane] & (1 - has_stopped) & is_there & (status[lane] == 0 ? 1 : 0);
    counted.failures[lane] = standing.enrolled[lane] & has_stopped & composite & (1 - standing.failed[lane]);
  }
}

template <int L>
VT_HD std::uint64_t sum(const std::uint64_t (&x)[L]) {
  std::uint64_t total = 0;
  for (int lane = 0; lane < L; ++lane) total += x[lane];
  return total;
}

/// Adds the numbers of patients who are all counted in one cell: sums once, bins one by one.
template <bool equal, int L>
VT_COLD void add_together(const Plan& plan, const TallyPlan& tally, const TallyWords& words, std::uint64_t cell,
                          const std::uint64_t (&evaluable)[L], const double (&x)[L]) {
  std::uint64_t bin[L], fixed = 0, low = 0, high = 0, clamped = 0;
  VT_LANES
  for (int lane = 0; lane < L; ++lane) {
    const Exact number = exact<equal>(tally, x[lane]);
    const std::uint64_t mask = 0 - evaluable[lane];
    fixed += number.fixed & mask;
    low += number.low & mask;
    high += number.high & mask;
    clamped += number.was_clamped & mask;
    bin[lane] = number.bin;
  }
  words.add(cell + 2, fixed);
  words.add(cell + 3, low);
  words.add(cell + 4, high);
  words.add(cell + 5, clamped);
  for (int lane = 0; lane < L; ++lane) words.add(cell + kNumberWords + bin[lane], evaluable[lane]);
  const std::uint64_t above = cell + kNumberWords + bins_of(tally);
  for (std::uint32_t i = 0; i < tally.thresholds.count; ++i) {
    const double threshold = at(plan, tally.thresholds, i);
    std::uint64_t n = 0;
    VT_LANES
    for (int lane = 0; lane < L; ++lane) n += x[lane] >= threshold ? evaluable[lane] : 0;
    words.add(above + i, n);
  }
}

/// All of the cohort's patients in one cell.
template <int L>
VT_COLD void score_together(const Plan& plan, const TallyPlan& tally, const TallyWords& words, std::uint64_t first,
                            const Standing<L>& standing, const Counted<L>& counted, const double (&result)[L]) {
  words.add(first, sum(standing.enrolled));
  words.add(first + 1, sum(counted.evaluable) + sum(counted.failures));
  if (tally.kind == TallyKind::number)
    return tally.equal_bins != 0 ? add_together<true>(plan, tally, words, first, counted.evaluable, result)
                                 : add_together<false>(plan, tally, words, first, counted.evaluable, result);
  std::uint64_t n = 0;
  VT_LANES
  for (int lane = 0; lane < L; ++lane) n += result[lane] != 0.0 ? counted.evaluable[lane] : 0;
  words.add(first + 2, n);
}

/// Counts every patient of the cohort once: those who did not come count among the randomised only, those who did not
/// qualify nowhere.
template <int L>
VT_COLD void score(const Plan& plan, const TallyPlan& tally, std::int32_t day, const Cohort<L>& cohort,
                   const Standing<L>& standing, Visits<L>& visits, const TallyWords& words) {
  double result[L];
  std::uint64_t status[L], cell[L];
  Counted<L> counted;
  execute(tally.score, begin(plan, plan.instructions), begin(plan, plan.constants), visits.seen, result, status);
  find_cells(plan, tally, day, cohort, visits, cell);
  find_counted(tally, standing, visits, status, counted);
  if constexpr (L > 1) {
    std::uint64_t elsewhere = 0;
    VT_LANES
    for (int lane = 0; lane < L; ++lane) elsewhere |= standing.enrolled[lane] * (cell[lane] ^ cell[0]);
    if (elsewhere == 0)
      return score_together(plan, tally, words, tally.first_word + cell[0] * tally.words_per_cell, standing, counted,
                            result);
  }
  for (int lane = 0; lane < cohort.patients; ++lane) {
    if (!standing.enrolled[lane]) continue;
    const std::uint64_t first = tally.first_word + cell[lane] * tally.words_per_cell;
    words.add(first, 1);
    if (counted.failures[lane]) words.add(first + 1, 1);
    if (!counted.evaluable[lane]) continue;
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
  Standing<L> standing;
  find_standing(cohort, standing);
  for (std::uint32_t t = 0; t < plan.tallies.count; ++t) {
    const TallyPlan& tally = at(plan, plan.tallies, t);
    if (tally.visit_kind == kAtEnd || !(visits.scheduled >> tally.visit_kind & 1)) continue;
    if (tally.hours.count > 0)
      score_profile(plan, tally, day, cohort, visits, words);
    else
      score(plan, tally, day, cohort, standing, visits, words);
  }
}

}}  // namespace vt
