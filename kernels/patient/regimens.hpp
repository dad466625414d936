#pragma once
#include "kernels/patient/course.hpp"
#include "kernels/tables.hpp"

/// \file What is to be taken on a day: alternate days and cycles, dated schedules, doses of the patient's own.

namespace vt { inline namespace VT_ISA {

/// Whether a regimen has doses on a day.
VT_HD bool is_dosing_day(const Regimen& regimen, std::int32_t day) {
  const std::int32_t since = day - regimen.anchor_day;
  const auto every = static_cast<std::int32_t>(regimen.every_days);
  const auto cycle = static_cast<std::int32_t>(regimen.cycle_days);
  return since >= 0 && since % every == 0 && since % cycle < static_cast<std::int32_t>(regimen.on_days);
}

/// The dose of one planned intake for a patient; 0 where none is planned. A dose that a rule has set comes first, then
/// the one by formula, then the regimen's.
VT_HD double dose_of(const Regimen& regimen, const Course& course, const Intake& intake) {
  if (!(intake.dose_mg > 0.0)) return 0.0;
  if (course.dose_mg > 0.0) return course.dose_mg;
  return regimen.own_dose == 0 ? intake.dose_mg : course.own_dose[regimen.own_dose - 1];
}

/// The average dose of a day that a regimen gives a patient. In the Plan every dose by formula is 1 mg.
VT_HD double daily_dose(const Plan& plan, const Course& course, std::uint32_t index) {
  const Regimen& regimen = at(plan, plan.regimens, index);
  return regimen.own_dose == 0 ? regimen.daily_dose_mg : regimen.daily_dose_mg * course.own_dose[regimen.own_dose - 1];
}

/// The present one: of the patient's regimen, or as a rule has set it.
VT_HD double daily_dose(const Plan& plan, const Course& course) {
  const Regimen& regimen = at(plan, plan.regimens, course.regimen);
  return course.dose_mg > 0.0 ? course.dose_mg * regimen.doses_a_day : daily_dose(plan, course, course.regimen);
}

/// Whether a dose can be put together from the tablets.
VT_HD bool is_in_reach(const Plan& plan, const OwnDose& dose, double mg) {
  return dose.is_open == 0 || mg <= at(plan, dose.tablets_mg, dose.tablets_mg.count - 1);
}

/// Of the doses that tablets make, the nearest; of two equally near the lower.
VT_COLD double round_dose(const Plan& plan, const OwnDose& dose, double mg) {
  const double wanted = clamp(mg, dose.least_mg, dose.most_mg);
  if (dose.tablets_mg.count == 0) return wanted;
  double best = at(plan, dose.tablets_mg, 0);
  for (std::uint32_t i = 1; i < dose.tablets_mg.count; ++i) {
    const double candidate = at(plan, dose.tablets_mg, i);
    const double nearer = candidate - wanted < wanted - best ? candidate : best;
    best = wanted > best ? nearer : best;
  }
  return best;
}

/// Goes on to today's step of the schedule, unless a rule has taken over.
VT_COLD void follow_schedule(const Plan& plan, std::int32_t day, Course& course) {
  if (course.schedule == 0) return;
  if (course.regimen != course.scheduled_regimen || course.dose_mg > 0.0) {
    course.schedule = 0;
    return;
  }
  const Table<ScheduleStep> steps = at(plan, plan.schedules, course.schedule - 1).steps;
  for (std::uint32_t i = 0; i < steps.count; ++i)
    if (at(plan, steps, i).from_day <= day - course.counts_from) course.regimen = at(plan, steps, i).regimen;
  course.scheduled_regimen = course.regimen;
}

/// A rule puts the patient on a schedule: on its first step from today on.
VT_COLD void begin_schedule(std::uint32_t schedule, std::int32_t day, Course& course) {
  course.schedule = schedule;
  course.scheduled_regimen = course.regimen;
  course.counts_from = day;
}

}}  // namespace vt
