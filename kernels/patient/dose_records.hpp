#pragma once
#include "kernels/cohort.hpp"
#include "kernels/patient/day.hpp"
#include "kernels/patient/population.hpp"

/// \file Doses on record: patients of the user's who took what their records say, whatever was prescribed.

namespace vt { inline namespace VT_ISA {

/// Finds the patient's doses, if there are records of this patient.
VT_COLD void open_records(const Plan& plan, Id id, Course& course) {
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
  if (low == records.patients.count || at(plan, records.patients, low) != who) return;
  course.is_recorded = 1;
  course.next_dose = at(plan, records.first, low);
  course.doses_end = at(plan, records.first, low + 1);
}

/// Today's doses of one patient. As everywhere the day's sample comes before its first dose. Whose treatment or trial
/// is over takes nothing more.
template <Absorption absorption, int L>
VT_COLD void take_recorded(const Plan& plan, std::int32_t day, Cohort<L>& c, int lane) {
  Course& course = c.course[lane];
  const PkTraits traits = c.pk[lane];
  const PkDay today = c.today[lane];
  const double length = input_length_h<absorption>(today, input_lasts(plan.pharmacokinetics));
  const double earliest = c.sampled_h[lane].x;
  const bool takes = course.left == Left::no && course.off_drug_on == kNever;
  for (std::uint32_t slot = 0; slot < plan.intakes; ++slot) {
    Input intake = c.intake[slot][lane];  // missed, unless there is a record
    intake.mg = intake.swallowed_mg = 0.0;
    if (takes && course.next_dose < course.doses_end &&
        at(plan, plan.dose_records.doses, course.next_dose).day == day) {
      const RecordedDose& dose = at(plan, plan.dose_records.doses, course.next_dose);
      intake = swallow(dose.mg, dose.time_h, traits, today.bioavailability, earliest, length);
      course.next_dose += 1;
      course.recorded_doses += 1.0;
      course.recorded_mg += dose.mg;
    }
    c.intake[slot].put(lane, intake);
  }
  const DoseCount counted = c.doses[lane];
  c.doses.put(lane, {counted.prescribed, course.recorded_doses, counted.prescribed_mg, course.recorded_mg});
}

/// After take_doses: the doses of patients with records take the place of those by regimen and adherence.
template <Absorption absorption, int L>
VT_COLD void take_recorded(const Plan& plan, std::int32_t day, Cohort<L>& c) {
  if (day >= plan.dose_records.until_day) return;
  for (int lane = 0; lane < L; ++lane)
    if (c.course[lane].is_recorded != 0) take_recorded<absorption>(plan, day, c, lane);
}

}}  // namespace vt
