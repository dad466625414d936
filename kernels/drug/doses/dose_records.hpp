#pragma once
#include "kernels/cohort.hpp"
#include "kernels/day.hpp"
#include "kernels/people/population.hpp"

/// \file Doses on record: patients of the user's who took what their records say, whatever was prescribed.

namespace vt { inline namespace VT_ISA {

/// Finds the patient's doses, if there are records of this patient.
VT_COLD DoseCursor open_records(const Plan& plan, Id id) {
  const DoseRecords& records = plan.dose_records;
  const std::uint32_t who =
      plan.table.rows > 0 ? table_row(plan, id) : static_cast<std::uint32_t>(id.patient & 0xffffffffu);
  std::uint32_t low = 0, high = records.patients.count;
  while (low < high) {
    const std::uint32_t middle = low + (high - low) / 2;
    if (at(plan, records.patients, middle) < who)
      low = middle + 1;
    else
      high = middle;
  }
  if (low == records.patients.count || at(plan, records.patients, low) != who) return {};
  return {1, at(plan, records.first, low), at(plan, records.first, low + 1), 0.0, 0.0};
}

/// Doses count from the first one that is prescribed: what is on record of the time before is taken and not counted.
template <int L>
VT_COLD void begin_counting_doses(const Plan& plan, Cohort<L>& c, int lane) {
  c.doses.put(lane, DoseCount{});
  if (plan.dose_records.patients.count == 0) return;
  DoseCursor cursor = c.cursor[lane];
  cursor.taken = cursor.taken_mg = 0.0;
  c.cursor.put(lane, cursor);
}

/// What one slot of today holds by the records. is_due: 1, or 0 if nothing is left to be taken today.
struct DueDose {
  double time_h, mg;
  std::uint64_t is_due;
};

/// The next recorded dose of each patient, if it is one of today.
template <int L>
VT_HD void find_due(const Plan& plan, std::int32_t day, const Lanes<DoseCursor, L>& cursor, Lanes<DueDose, L>& due) {
  const RecordedDose* doses = &at(plan, plan.dose_records.doses, 0);
  const std::uint32_t last = plan.dose_records.doses.count - 1;
  for (int lane = 0; lane < L; ++lane) {
    const DoseCursor c = cursor[lane];
    const RecordedDose& dose = doses[c.next < last ? c.next : last];
    due.put(lane, {dose.time_h, dose.mg, c.next < c.end && dose.day == day ? 1u : 0u});
#if !defined(__CUDA_ARCH__)
    // Ahead: so many patients at once show the processor no pattern.
    __builtin_prefetch(&doses[c.next + 4 < last ? c.next + 4 : last]);
#endif
  }
}

/// Whose treatment or trial is over takes nothing more.
template <int L>
VT_HD void close_records(Cohort<L>& c) {
  for_each<L>(c.standing.off_drug, [&](int lane) {
    DoseCursor closed = c.cursor[lane];
    closed.end = closed.next;
    c.cursor.put(lane, closed);
  });
}

/// Today's doses on record of one slot. As everywhere the day's sample comes before its first dose.
template <Variant variant, int L>
VT_HD void take_recorded(const Plan& plan, std::int32_t day, std::uint32_t slot, Cohort<L>& c) {
  const double lasts = input_lasts(plan.drug.pharmacokinetics) ? 1.0 : 0.0;
  Lanes<DueDose, L> due;
  find_due(plan, day, c.cursor, due);
  advance(
      c.intake[slot],
      [=](const Input& regular, const DueDose& dose, const DoseCursor& cursor, const PkTraits& traits,
          const PkDay& today, const Scalar& sampled) VT_INLINE {
        const Input taken = swallow(dose.mg, dose.time_h, traits, today.bioavailability, sampled.x,
                                    input_length_h<variant>(today, lasts));
        const bool is_due = dose.is_due != 0, is_regular = cursor.is_recorded == 0;
        const double missed_mg = is_regular ? regular.mg : 0.0, missed = is_regular ? regular.swallowed_mg : 0.0;
        return Input{is_due ? taken.mg : missed_mg, is_due ? taken.start_h : regular.start_h,
                     is_due ? taken.length_h : regular.length_h, is_due ? taken.swallowed_mg : missed};
      },
      due, c.cursor, c.pk, c.today, c.sampled_h);
  advance(
      c.cursor,
      [](const DoseCursor& cursor, const DueDose& dose) VT_INLINE {
        const bool is_due = dose.is_due != 0;
        return DoseCursor{cursor.is_recorded, cursor.next + dose.is_due, cursor.end,
                          cursor.taken + (is_due ? 1.0 : 0.0), cursor.taken_mg + (is_due ? dose.mg : 0.0)};
      },
      due);
}

/// After take_doses: the doses of patients with records take the place of those by regimen and adherence.
template <Variant variant, int L>
VT_COLD void take_recorded(const Plan& plan, std::int32_t day, Cohort<L>& c) {
  if (day >= plan.dose_records.until_day) return;
  close_records(c);
  for (std::uint32_t slot = 0; slot < plan.intakes; ++slot) take_recorded<variant>(plan, day, slot, c);
  advance(
      c.doses,
      [](const DoseCount& n, const DoseCursor& cursor) VT_INLINE {
        const bool is_recorded = cursor.is_recorded != 0;
        return DoseCount{n.prescribed, is_recorded ? cursor.taken : n.taken, n.prescribed_mg,
                         is_recorded ? cursor.taken_mg : n.taken_mg};
      },
      c.cursor);
}

}}  // namespace vt
