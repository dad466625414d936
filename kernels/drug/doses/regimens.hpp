#pragma once
#include "kernels/course/course.hpp"
#include "kernels/tables.hpp"

/// \file What is to be taken on a day: alternate days and cycles, dated schedules, doses of the patient's own.

namespace vt { inline namespace VT_ISA {

/// Doses that differ by less than rounding may make of one decimal number are the same dose.
VT_HD bool is_same_dose(double a, double b) {
  constexpr double apart = 1e-9;  // of the larger one
  const double difference = a > b ? a - b : b - a;
  return difference <= apart * greater(a, b);
}

/// A dose that has been computed, as one would write it: to twelve significant digits, so that 1.1 · 400 mg is the
/// number 440. mg ≥ 0, below 1e6.
VT_COLD double twelve_digits(double mg) {
  constexpr double least = 1e11;
  double per_mg = 1e5;  // powers of ten up to 1e22 are exact
  for (int i = 0; i < 17 && mg * per_mg < least; ++i) per_mg *= 10.0;
  return static_cast<double>(static_cast<std::int64_t>(mg * per_mg + 0.5)) / per_mg;
}

/// Whether a regimen has doses on a day.
VT_HD bool is_dosing_day(const Regimen& regimen, std::int32_t day) {
  const std::int32_t since = day - regimen.anchor_day;
  const auto every = static_cast<std::int32_t>(regimen.every_days);
  const auto cycle = static_cast<std::int32_t>(regimen.cycle_days);
  return since >= 0 && since % every == 0 && since % cycle < static_cast<std::int32_t>(regimen.on_days);
}

/// The day from which the days of a regimen count that takes the place of the patient's today: its interval runs from
/// the last dose that was planned before, a cycle begins anew.
VT_HD std::int32_t counts_from(const Regimen& before, const Regimen& next, const Course& course, std::int32_t day) {
  const std::int32_t since = day - course.dosing.counts_from - before.anchor_day;
  if (before.cycle_days > 1 || next.cycle_days > 1 || since <= 0) return day - next.anchor_day;
  return day - 1 - (since - 1) % static_cast<std::int32_t>(before.every_days) - next.anchor_day;
}

/// The dose of one planned intake for a patient; 0 where none is planned. A dose that a rule has set comes first, then
/// the one by formula, then the regimen's.
VT_HD double dose_of(const Regimen& regimen, const Course& course, const Intake& intake) {
  if (!(intake.dose_mg > 0.0)) return 0.0;
  if (course.dosing.dose_mg > 0.0) return course.dosing.dose_mg;
  return regimen.own_dose == 0 ? intake.dose_mg : course.dosing.own_dose[regimen.own_dose - 1];
}

/// The average dose of a day that a regimen gives a patient. In the Plan every dose by formula is 1 mg.
VT_HD double daily_dose(const Plan& plan, const Course& course, std::uint32_t index) {
  const Regimen& regimen = at(plan, plan.regimens, index);
  return regimen.own_dose == 0 ? regimen.daily_dose_mg
                               : regimen.daily_dose_mg * course.dosing.own_dose[regimen.own_dose - 1];
}

/// The present one: of the patient's regimen, or as a rule has set it.
VT_HD double daily_dose(const Plan& plan, const Course& course) {
  const Regimen& regimen = at(plan, plan.regimens, course.dosing.regimen);
  return course.dosing.dose_mg > 0.0 ? twelve_digits(course.dosing.dose_mg * regimen.doses_a_day)
                                     : daily_dose(plan, course, course.dosing.regimen);
}

/// Whether a dose can be put together from the tablets.
VT_HD bool is_in_reach(const Plan& plan, const OwnDose& dose, double mg) {
  return dose.is_open == 0 || mg <= at(plan, dose.tablets_mg, dose.tablets_mg.count - 1);
}

/// Of the doses that tablets make, the nearest; of two equally near (to 1e-9 of the dose) the lower.
VT_COLD double round_dose(const Plan& plan, const OwnDose& dose, double mg) {
  const double wanted = clamp(mg, dose.least_mg, dose.most_mg);
  if (dose.tablets_mg.count == 0) return wanted;
  constexpr double equally_near = 1e-9;
  double best = at(plan, dose.tablets_mg, 0);
  for (std::uint32_t i = 1; i < dose.tablets_mg.count; ++i) {
    const double candidate = at(plan, dose.tablets_mg, i);
    const double nearer = candidate - wanted < wanted - best - equally_near * wanted ? candidate : best;
    best = wanted > best ? nearer : best;
  }
  return best;
}

/// Goes on to today's step of the schedule, unless a rule has taken over.
VT_COLD void follow_schedule(const Plan& plan, std::int32_t day, Course& course) {
  if (course.dosing.schedule == 0) return;
  if (course.dosing.regimen != course.dosing.scheduled_regimen || course.dosing.dose_mg > 0.0) {
    course.dosing.schedule = 0;
    return;
  }
  const Table<ScheduleStep> steps = at(plan, plan.schedules, course.dosing.schedule - 1).steps;
  for (std::uint32_t i = 0; i < steps.count; ++i)
    if (at(plan, steps, i).from_day <= day - course.dosing.counts_from)
      course.dosing.regimen = at(plan, steps, i).regimen;
  course.dosing.scheduled_regimen = course.dosing.regimen;
}

/// A rule puts the patient on a schedule: on its first step from today on.
VT_COLD void begin_schedule(std::uint32_t schedule, std::int32_t day, Course& course) {
  course.dosing.schedule = schedule;
  course.dosing.scheduled_regimen = course.dosing.regimen;
  course.dosing.counts_from = day;
}

}}  // namespace vt
