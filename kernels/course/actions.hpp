#pragma once
#include "kernels/course/known.hpp"
#include "kernels/course/visit.hpp"
#include "kernels/drug/doses/regimens.hpp"

/// \file What can be done to a patient's course: holding the drug, other doses, leaving. It holds from the day's first
/// dose on.

namespace vt { inline namespace VT_ISA {

/// The dose plan of a day that follows from a patient's course: nothing while the drug is held or after leaving.
template <int L>
VT_COLD void prescribe(const Plan& plan, std::int32_t day, Cohort<L>& cohort, int lane) {
  const Course& course = cohort.course[lane];
  if (plan.has_second_drug)
    cohort.slow->second_drug.put(
        lane, course.leaving.why == Left::no && course.switched_on <= day && course.holds.by == 0 ? course.second_drug
                                                                                                  : Exposures{});
  const Regimen& regimen = at(plan, plan.regimens, course.dosing.regimen);
  const bool dosed = course.holds.by == 0 && course.leaving.why == Left::no && course.off_drug.on == kNever &&
                     course.failure == 0 && day >= course.dosing.starts_on &&
                     is_dosing_day(regimen, day - course.dosing.counts_from);
  for (std::uint32_t i = 0; i < kIntakesPerDay; ++i) {
    Intake intake = regimen.intake[i];
    intake.dose_mg = dosed ? dose_of(regimen, course, intake) : 0.0;
    cohort.prescription[i].put(lane, intake);
  }
}

/// What the patient is to take a day: nothing on hold, after the end of treatment or after leaving.
VT_COLD double given_mg(const Plan& plan, const Course& course) {
  return course.holds.by != 0 || course.leaving.why != Left::no || course.off_drug.on != kNever
             ? 0.0
             : daily_dose(plan, course);
}

/// Writes a decision down for recorded patients.
template <int L>
VT_COLD void note(const Plan& plan, Cohort<L>& cohort, int lane, std::int32_t day, std::uint32_t rule, Trigger trigger,
                  double before_mg) {
  Recorder* recorder = cohort.recorder;
  if (recorder == nullptr || lane >= cohort.patients) return;
  if (recorder->decisions < recorder->room)
    recorder->decision[recorder->decisions] = {
        cohort.id[lane].patient, day, rule, trigger, 0, before_mg, given_mg(plan, cohort.course[lane])};
  recorder->decisions += 1;
}

/// Whoever has left is no longer observed: what would happen later is forgotten. An event of which later the same day
/// would have brought the first episode keeps its day, for life tables that take a day's events before its leaving; the
/// patient has not had it. `lead`: of the event that brought it, see Course.
VT_HD void leave(Course& course, Left why, std::int32_t day, double lead = 0.0) {
  close_day(course, day - 1);
  course.leaving.why = why;
  course.leaving.day = day;
  course.leaving.lead = lead;
  for (int e = 0; e < kMaxEvents; ++e) {
    EventCourse& event = course.event[e];
    const bool is_too_late = event.day == day && event.lead < lead;
    event.day = event.day > day ? kNever : event.day;
    event.changes_on = kNever;
    if (event.episodes == 0 || !(event.episode_day > day || is_too_late)) continue;
    event.episodes -= 1;
    event.episode_day = kForgotten;
  }
}

/// Puts the patient on a regimen, with a dose of the patient's own per intake or, if that is 0, the regimen's.
VT_COLD void change_dose(const Plan& plan, Course& course, std::uint32_t regimen, double dose_mg, std::int32_t day) {
  const double before = daily_dose(plan, course);
  const Regimen &old = at(plan, plan.regimens, course.dosing.regimen), &next = at(plan, plan.regimens, regimen);
  if (regimen != course.dosing.regimen) course.dosing.counts_from = counts_from(old, next, course, day);
  course.dosing.regimen = regimen;
  course.dosing.dose_mg = dose_mg;
  if (is_same_dose(daily_dose(plan, course), before) && next.interval_h == old.interval_h) return;
  course.dosing.changes += 1;
  course.dosing.changed_on = day;
}

/// A regimen of a ladder.
struct Rung {
  std::uint32_t regimen;
  double daily_mg;
  bool is_there;
};

/// The step of the arm's ladder next to a daily dose.
VT_COLD Rung next_rung(const Plan& plan, const Course& course, bool down, double now) {
  const Table<std::uint32_t> ladder = at(plan, plan.arms, course.arm).ladder;
  bool is_found = false;
  std::uint32_t found = 0;
  double best = 0.0;
  for (std::uint32_t i = 0; i < ladder.count; ++i) {
    const std::uint32_t candidate = at(plan, ladder, i);
    const double dose = daily_dose(plan, course, candidate);
    const bool is_beyond = (down ? dose < now : dose > now) && !is_same_dose(dose, now);
    const bool is_nearer = !is_found || (down ? dose > best : dose < best);
    if (!is_beyond || !is_nearer) continue;
    found = candidate;
    best = dose;
    is_found = true;
  }
  return {found, best, is_found};
}

/// So many steps along the arm's ladder from the present dose. Where the ladder ends, so does the way.
VT_COLD Rung steps_along(const Plan& plan, const Course& course, bool down, std::uint32_t steps) {
  Rung reached{0, daily_dose(plan, course), false};
  for (std::uint32_t i = 0; i < steps; ++i) {
    const Rung next = next_rung(plan, course, down, reached.daily_mg);
    if (!next.is_there) break;
    reached = next;
  }
  return reached;
}

VT_COLD void step(const Plan& plan, Course& course, bool down, std::uint32_t steps, std::int32_t day) {
  const Rung reached = steps_along(plan, course, down, steps);
  if (reached.is_there) change_dose(plan, course, reached.regimen, 0.0, day);
}

/// A daily dose as it can be given: within the rule's bounds, to twelve digits, every intake the nearest multiple of
/// the tablet strength (halves up). What is not a number becomes the lower bound.
VT_COLD double dose_per_intake(const Plan& plan, const Rule& rule, const Course& course, double daily_mg) {
  const double n = at(plan, plan.regimens, course.dosing.regimen).doses_a_day;
  const double dose = twelve_digits(daily_mg >= rule.least_mg ? lesser(daily_mg, rule.most_mg) : rule.least_mg) / n;
  if (!(rule.strength_mg > 0.0)) return dose;
  constexpr double a_half = 0.5 + 1e-9;
  const double tablets = static_cast<double>(static_cast<std::int64_t>(dose / rule.strength_mg + a_half));
  return clamp(twelve_digits(tablets * rule.strength_mg), rule.least_mg / n, rule.most_mg / n);
}

VT_HD void end_hold(Holds& holds, std::int32_t day) {
  if (day > holds.since) holds.days += day - holds.since;
  holds.ended_on = day;
}

/// Which entry of `resume` is meant: that of the present dose or, where entries go by number, that of the rule's last
/// hold. At the count: none.
VT_COLD std::uint32_t resume_entry(const Plan& plan, const Rule& rule, const Course& course, std::uint32_t r) {
  const std::uint32_t last = rule.resume.count - 1, times = course.rule[r].times;
  if (rule.resume_from.count == 0) return times - 1 < last ? times - 1 : last;
  const double now = daily_dose(plan, course);
  std::uint32_t entry = 0;
  while (entry <= last && !is_same_dose(at(plan, rule.resume_from, entry), now)) ++entry;
  return entry;
}

/// What one rule prescribes behind its hold: the regimen that it names, or so many steps down the ladder.
VT_COLD Rung resumed(const Plan& plan, const Course& course, std::uint32_t r) {
  const Rule& rule = at(plan, plan.rules, r);
  if (rule.action == Action::hold && rule.steps > 0) return steps_along(plan, course, true, rule.steps);
  const std::uint32_t entry = rule.resume.count > 0 ? resume_entry(plan, rule, course, r) : 0;
  if (entry >= rule.resume.count) return {0, 0.0, false};
  const std::uint32_t after = at(plan, rule.resume, entry);
  return {after, daily_dose(plan, course, after), true};
}

/// The dose behind a pause: the lowest of the present one and of those that the rules prescribe that have held the
/// drug. Each of them sees the present dose, so that holds that overlap reduce it once.
VT_COLD void resume_dose(const Plan& plan, Course& course, std::int32_t day) {
  Rung lowest{0, daily_dose(plan, course), false};
  for (std::uint32_t r = 0; r < plan.rules.count; ++r) {
    if (!(course.holds.let_go >> r & 1)) continue;
    const Rung next = resumed(plan, course, r);
    if (next.is_there && next.daily_mg < lowest.daily_mg && !is_same_dose(next.daily_mg, lowest.daily_mg))
      lowest = next;
  }
  if (lowest.is_there) change_dose(plan, course, lowest.regimen, 0.0, day);
}

/// Ends one rule's hold. With the last hold doses begin anew: today, whatever their interval or cycle, but for those of
/// a schedule.
VT_COLD void release(const Plan& plan, Course& course, std::uint32_t r, std::int32_t day) {
  course.holds.by &= ~(std::uint64_t{1} << r);
  course.holds.let_go |= std::uint64_t{1} << r;
  if (course.holds.by != 0) return;
  count_days_again(course, day);
  if (course.off_drug.on == kNever) resume_dose(plan, course, day);
  end_hold(course.holds, day);
  if (course.dosing.schedule == 0)
    course.dosing.counts_from = day - at(plan, plan.regimens, course.dosing.regimen).anchor_day;
}

VT_COLD void end_treatment(const Plan& plan, Course& course, std::int32_t day, double lead = 0.0) {
  close_day(course, day - 1);
  for (std::uint32_t e = 0; e < plan.events.count; ++e)
    if (!(at(plan, plan.events, e).duration_day > 0.0)) end_episode(course.event[e], day - 1);
  if (course.holds.by != 0) end_hold(course.holds, day);
  course.holds.by = 0;
  course.holds.days_at_end = course.holds.days;
  course.off_drug.on = day;
  course.off_drug.lead = lead;
}

/// From today on the second drug instead of the first.
VT_COLD void switch_drug(const Plan& plan, Course& course, std::int32_t day, double lead = 0.0) {
  if (course.off_drug.on == kNever) end_treatment(plan, course, day, lead);
  if (course.switched_on == kNever) course.switched_on = day;
}

VT_COLD void hold(const Plan& plan, Id id, Course& course, std::uint32_t r, std::int32_t day) {
  close_day(course, day);
  for (std::uint32_t e = 0; e < plan.events.count; ++e) {
    const Event& event = at(plan, plan.events, e);
    if (!event.recurrence.is_set || !is_active(plan, id, course, e, day)) continue;
    course.holds.during |= 1u << e;
    if (changes(event) && !(event.duration_day > 0.0)) end_episode(course.event[e], day);
  }
  if (course.holds.by == 0) {
    course.holds.since = day > course.dosing.starts_on ? day : course.dosing.starts_on;
    course.holds.count += 1;
    course.holds.let_go = 0;
  }
  course.holds.by |= std::uint64_t{1} << r;
}

/// `dose` is what the rule's formula gives, where it has one.
VT_COLD void act(const Plan& plan, Id id, Course& course, std::uint32_t r, std::int32_t day, double dose) {
  const Rule& rule = at(plan, plan.rules, r);
  course.rule[r].day = day;
  course.rule[r].times += 1;
  switch (rule.action) {
    case Action::hold:
      return hold(plan, id, course, r, day);
    case Action::resume:
      for (std::uint32_t other = 0; other < plan.rules.count; ++other)
        if (course.holds.by >> other & 1) release(plan, course, other, day);
      return;
    case Action::step_down:
      return step(plan, course, true, rule.steps, day);
    case Action::step_up:
      return step(plan, course, false, rule.steps, day);
    case Action::set_regimen:
      change_dose(plan, course, rule.regimen, 0.0, day);
      if (rule.schedule != 0) begin_schedule(rule.schedule, day, course);
      return;
    case Action::multiply_dose:
      dose *= daily_dose(plan, course);
      [[fallthrough]];
    case Action::set_dose:
      return change_dose(plan, course, course.dosing.regimen, dose_per_intake(plan, rule, course, dose), day);
    case Action::sample:
    case Action::start_comedication:
    case Action::stop_comedication:
    case Action::set_adherence:
      return;  // gather_visits, change_comedication and set_adherence see to it
    case Action::switch_drug:
      close_day(course, day);  // today events have been seen as they were
      return switch_drug(plan, course, day);
    case Action::stop:
      close_day(course, day);
      return leave(course, Left::stopped, day);
  }
}

/// From today on a comedication is taken, or no longer, whatever the scenario had planned for the patient.
template <int L>
VT_COLD void change_comedication(const Rule& rule, Cohort<L>& cohort, int lane, std::int32_t day) {
  constexpr double never = 1e9;
  Window window = cohort.window[rule.what][lane];
  Induction induction = cohort.induction[rule.what][lane];
  if (rule.action == Action::start_comedication) {
    window = {static_cast<double>(day), never, never};
    induction.takes_it = 1.0;
  } else {
    window.stop = static_cast<double>(day);
  }
  cohort.window[rule.what].put(lane, window);
  cohort.induction[rule.what].put(lane, induction);
}

}}  // namespace vt
