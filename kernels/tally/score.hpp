#pragma once
#include "kernels/patient/columns.hpp"
#include "kernels/tally/words.hpp"

/// \file Tallies: every word is an integer and only ever added to, so that the order of patients cannot matter.

namespace vt { inline namespace VT_ISA {

/// Index of x among bins whose edges come from the top bits of the IEEE word: 64 to the octave. Outside: the end bins.
VT_HD std::uint64_t octave_bin(double x, std::int32_t first_octave, std::uint32_t octaves) {
  constexpr int mantissa_bits = 52 - 6;
  const std::uint64_t lowest = static_cast<std::uint64_t>(first_octave + 1023) << 6;
  const std::uint64_t place = x > 0.0 ? bits_of(x) >> mantissa_bits : 0;
  const std::uint64_t most = std::uint64_t{kBinsPerOctave} * octaves - 1;
  const std::uint64_t bin = place < lowest ? 0 : place - lowest;
  return bin < most ? bin : most;
}

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

/// Index among equal bins from `low` on.
VT_HD std::uint64_t equal_bin(double held, const TallyPlan& tally) {
  const auto bin = static_cast<std::uint64_t>(static_cast<std::int64_t>((held - tally.low) * tally.bins_per_unit));
  return bin < tally.equal_bins ? bin : tally.equal_bins - 1;
}

/// A number as it is added: exact integers, and its place in the histogram.
struct Exact {
  std::uint64_t fixed;      ///< q, two's complement
  std::uint64_t low, high;  ///< limbs of its square
  std::uint64_t was_clamped, bin;
  std::uint64_t sums;  ///< word of the cell where its octave's sums begin
};

/// Index among the bins of a number tally: those of octave_bin() above one more octave, from 0 to 2^first_octave, of
/// equal bins, where the range begins at 0.
VT_HD std::uint64_t number_bin(double held, const TallyPlan& tally) {
  const double first = from_bits(static_cast<std::uint64_t>(tally.first_octave + 1023) << 52);
  const double below = held < first ? held : 0.0;
  const auto linear = static_cast<std::uint64_t>(static_cast<std::int64_t>(below / first * kBinsPerOctave));
  const std::uint64_t beneath = std::uint64_t{kBinsPerOctave} * tally.linear;
  const std::uint64_t above = beneath + octave_bin(held, tally.first_octave, tally.octaves - tally.linear);
  return held < first && tally.linear != 0 ? linear : above;
}

/// Fixed-point units per unit in an octave of a number tally: a number has its own 31 leading bits there.
VT_HD double octave_scale(const TallyPlan& tally, std::uint64_t octave) {
  const auto above = static_cast<std::int32_t>(octave > tally.linear ? octave - tally.linear : 0);
  const std::int32_t exponent = kNumberBits - 1 - (tally.first_octave + above);
  return from_bits(static_cast<std::uint64_t>(exponent + 1023) << 52);
}

/// `equal`: whether the histogram has equal bins.
template <bool equal>
VT_HD Exact exact(const TallyPlan& tally, double x) {
  constexpr int limb = 31;
  const double held = clamp(x, tally.low, tally.high);
  const std::uint64_t bin = equal ? equal_bin(held, tally) : number_bin(held, tally);
  const std::uint64_t octave = equal ? 0 : bin / kBinsPerOctave;
  const double scaled = held * (equal ? tally.scale : octave_scale(tally, octave));
  const auto q = static_cast<std::int64_t>(scaled < 0.0 ? scaled - 0.5 : scaled + 0.5);
  const auto square = static_cast<std::uint64_t>(q * q);
  return {static_cast<std::uint64_t>(q),
          square & ((std::uint64_t{1} << limb) - 1),
          square >> limb,
          held != x ? std::uint64_t{1} : 0,
          bin,
          kNumberWords + kSumWords * octave};
}

/// Words of a cell: how many octaves have sums of their own, and the bins, which follow these sums.
VT_HD std::uint64_t summed_octaves(const TallyPlan& tally) { return tally.equal_bins != 0 ? 1 : tally.octaves; }
VT_HD std::uint64_t first_bin(const TallyPlan& tally) { return kNumberWords + kSumWords * summed_octaves(tally); }

/// The counts at or above each threshold follow the bins.
VT_HD std::uint64_t bins_of(const TallyPlan& tally) {
  return tally.equal_bins != 0 ? tally.equal_bins : std::uint64_t{kBinsPerOctave} * tally.octaves;
}

/// Adds a number to the sums and the histogram of a cell.
VT_HD void add_exact(const Exact& number, std::uint64_t bins, const TallyWords& words, std::uint64_t cell) {
  words.add(cell + number.sums, number.fixed);
  words.add(cell + number.sums + 1, number.low);
  words.add(cell + number.sums + 2, number.high);
  words.add(cell + bins + number.bin, 1);
}

/// Adds a number to a cell.
VT_COLD void add_number(const Plan& plan, const TallyPlan& tally, const TallyWords& words, std::uint64_t cell,
                        double x) {
  const Exact number = tally.equal_bins != 0 ? exact<true>(tally, x) : exact<false>(tally, x);
  add_exact(number, first_bin(tally), words, cell);
  if (number.was_clamped) words.add(cell + 2, 1);
  const std::uint64_t above = cell + first_bin(tally) + bins_of(tally);
  for (std::uint32_t i = 0; i < tally.thresholds.count; ++i)
    if (x >= at(plan, tally.thresholds, i)) words.add(above + i, 1);
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
