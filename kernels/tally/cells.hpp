#pragma once
#include "kernels/course/file/columns.hpp"
#include "kernels/tally/words.hpp"

/// \file In which cells of a tally patients are, and who counts there.

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
  if (axis.kind == AxisKind::replicate) {
    VT_LANES
    for (int lane = 0; lane < L; ++lane) place[lane] = cohort.id[lane].patient / kNextReplicate;
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

/// Scores of the lives that a patient has lived, for comparison with the next one.
template <int L>
struct Pairs {
  double score[kMaxPairs][L];
  std::uint64_t is_known[kMaxPairs][L];
  std::uint64_t among[kMaxPairs];  ///< lanes that are counted
};

/// Of the patients whose values count those in whom the condition of `among` holds; everybody without one. Those in
/// whom it is undefined are not among them, and are counted.
template <int L>
VT_COLD std::uint64_t find_among(const Plan& plan, const Program& among, const TallyWords& words, Visits<L>& visits) {
  if (!among.is_set) return ~std::uint64_t{0};
  double holds[L];
  std::uint64_t status[L];
  execute(among, begin(plan, plan.instructions), begin(plan, plan.constants), visits.seen, holds, status);
  count_without_value(plan, words, among, visits.counts & lanes_without_value(status));
  constexpr auto undefined = static_cast<std::uint64_t>(FormulaStatus::undefined);
  const std::uint64_t unclear =
      visits.counts & lanes_where<L>([&](int lane) VT_INLINE { return status[lane] == undefined; });
  if (unclear != 0) words.add(unclear_word(plan, among.site), how_many(unclear));
  return visits.counts & lanes_where<L>([&](int lane) VT_INLINE { return (status[lane] == 0) & (holds[lane] != 0.0); });
}

/// Who counts in a tally.
struct Counted {
  std::uint64_t randomised, evaluable;
  std::uint64_t failures;  ///< composite: they do not respond, whatever they would score
};

/// `among`: those who may be counted; `known`: those who have a score.
template <int L>
VT_COLD Counted find_counted(const TallyPlan& tally, const Cohort<L>& cohort, const Visits<L>& visits,
                             std::uint64_t among, std::uint64_t known) {
  Standing who = cohort.standing;
  who.enrolled &= among;
  const std::uint64_t stopped = tally.estimand == Estimand::itt ? 0 : who.off_drug;
  const bool at_end = tally.visit_kind == kAtEnd;
  const std::uint64_t kind = at_end ? 0 : std::uint64_t{1} << tally.visit_kind;
  const std::uint64_t there =
      at_end ? ~who.failed : lanes_where<L>([&](int lane) VT_INLINE { return (visits.attended[lane] & kind) != 0; });
  return {who.enrolled, who.enrolled & ~stopped & there & known,
          tally.estimand == Estimand::composite ? who.enrolled & stopped & ~who.failed : 0};
}

}}  // namespace vt
