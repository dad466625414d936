#pragma once
#include "kernels/course/changes.hpp"
#include "kernels/course/file/columns.hpp"

/// \file Events: what happens to a patient, under a hazard or where a condition holds, and what follows from it; and
/// what comes back when the drug is given again.
///
/// A hazard is looked at every so many days and stands until it is looked at again; the day of its event is then known
/// ahead and kept from everybody until it comes. Nothing therefore happens in the past of a visit.

namespace vt { inline namespace VT_ISA {

/// Of `events` (bits) that fall on one day the one that struck first; of those that were found together the first of
/// the scenario. kMaxEvents: none.
VT_HD std::uint32_t first_to_strike(const Course& course, std::uint32_t events) {
  std::uint32_t first = kMaxEvents;
  for (std::uint32_t e = 0; e < kMaxEvents; ++e)
    if ((events >> e & 1) && (first == kMaxEvents || course.event[e].lead > course.event[first].lead)) first = e;
  return first;
}

/// Whether what an event brings is due today: on its day or, where it is dated back, on the day on which it was found.
VT_HD bool is_due(const Event& event, const EventCourse& course, std::int32_t day) {
  return course.day == day || (event.dated_first != 0 && course.day != kNever && course.found_on == day);
}

/// Everything that is due for a patient up to today: first what events bring with them, in the order in which they
/// struck, then discontinuation. After leaving nothing happens any more (see `leave`).
VT_COLD void turn(const Plan& plan, Course& course, std::int32_t day) {
  std::uint32_t due = 0;
  for (std::uint32_t e = 0; e < plan.events.count; ++e)
    due |= is_due(at(plan, plan.events, e), course.event[e], day) ? 1u << e : 0;
  for (std::uint32_t e = 0; due != 0 && (e = first_to_strike(course, due)) < kMaxEvents; due &= ~(1u << e)) {
    const Event& event = at(plan, plan.events, e);
    const double lead = course.event[e].lead;
    if (course.leaving.why != Left::no && lead < course.leaving.lead) break;
    if (event.ends_treatment && course.off_drug.on == kNever) end_treatment(plan, course, day, lead);
    if (event.switches_drug) switch_drug(plan, course, day, lead);
    if (event.fatal) leave(course, Left::died, day, lead);
    if (event.ends_trial && course.leaving.why == Left::no) leave(course, Left::event, day, lead);
  }
  if (course.leaving.why == Left::no && course.leaving.planned_on <= day) leave(course, Left::discontinued, day);
  course.due_on = course.leaving.planned_on;
  for (std::uint32_t e = 0; e < plan.events.count; ++e)
    if (course.event[e].day > day && course.event[e].day < course.due_on) course.due_on = course.event[e].day;
}

/// What is due for one patient, and the prescription that follows.
template <int L>
VT_COLD void take_consequences(const Plan& plan, std::int32_t day, Cohort<L>& cohort, int lane) {
  Course& course = cohort.course[lane];
  const double before = given_mg(plan, course);
  turn(plan, course, day);
  cohort.due_on = course.due_on < cohort.due_on ? course.due_on : cohort.due_on;
  if (course.leaving.why != Left::no || given_mg(plan, course) != before)
    note(plan, cohort, lane, day, kNoRule,
         course.leaving.why == Left::discontinued ? Trigger::discontinued : Trigger::event, before);
  prescribe(plan, day, cohort, lane);
  update_standing(cohort, lane);
}

/// Patients who discontinue today, or to whom something happens today that was known to come; whether that may be.
template <int L>
VT_COLD bool take_due_consequences(const Plan& plan, std::int32_t day, Cohort<L>& cohort) {
  if (day < cohort.due_on) return false;
  std::int32_t next = kNever;
  for (int lane = 0; lane < L; ++lane) {
    const Course& course = cohort.course[lane];
    if (course.due_on <= day && course.leaving.why == Left::no) take_consequences(plan, day, cohort, lane);
    if (course.leaving.why == Left::no && course.due_on < next) next = course.due_on;
  }
  cohort.due_on = next;
  return true;
}

/// When an event strikes whose hazard stands from today until `until`, or kNever; uses up the patient's share of
/// hazard.
///
/// The patient is at risk from day `from` on. Time t in (d, d + 1] after the first dose is day d + 1.
VT_HD Strike use_hazard(double& left, double per_day, std::int32_t from, std::int32_t until) {
  const double days = static_cast<double>(until - from);
  if (!(per_day * days >= left)) {
    left -= per_day * days;
    return {kNever, 0.0};
  }
  const double waited = lesser(left / per_day, days);
  left = 0.0;
  std::int32_t day = from + static_cast<std::int32_t>(waited);
  day += static_cast<double>(day - from) < waited ? 1 : 0;
  day = day <= from ? from + 1 : (day < until ? day : until);
  return {day, static_cast<double>(day - from) - waited};
}

/// An episode of an event begins on a day, today or later.
VT_HD void begin_episode(Course& course, std::uint32_t e, std::int32_t day) {
  course.event[e].episode_day = day;
  course.event[e].episodes += 1;  // one a day at most
  course.holds.during &= ~(1u << e);
}

/// Uses up hazard from day `from` on; where it suffices, the next episode's own share waits for its turn. kNever: not
/// in this trial.
VT_COLD Strike meet_hazard(const Plan& plan, std::uint32_t e, std::int32_t from, std::int32_t until, Id id,
                           Course& course, double per_day) {
  const Event& event = at(plan, plan.events, e);
  const Strike found = use_hazard(course.event[e].hazard_left, per_day, from, until);
  if (found.day > plan.last_day) return {kNever, 0.0};
  begin_episode(course, e, found.day);
  if (changes(event)) begin_grade(plan, id, event, course.event[e]);
  if (event.recurrence.is_set) {
    const Words words = draw_event(plan, id, event, course.event[e].episodes, EventDraw::hazard);
    course.event[e].hazard_left = -log(uniform(words.w[0], words.w[1]));
  }
  return found;
}

/// One event for one patient who is at risk of it today for the first time.
VT_COLD void meet_hazard(const Plan& plan, std::uint32_t e, std::int32_t day, Id id, Course& course, double per_day) {
  const Event& event = at(plan, plan.events, e);
  const std::int32_t first = event.after ? course.event[event.after - 1].day : day;
  const std::int32_t from = first > day ? first : day, until = day + event.every_days;
  if (from >= until) return;
  const Strike found = meet_hazard(plan, e, from, until, id, course, per_day);
  course.event[e].day = found.day;
  course.event[e].lead = found.lead;
}

/// Whether an event is over and the drug is given: again, behind a hold during it, where it comes back with a chance.
VT_COLD bool may_come_back(const Plan& plan, std::uint32_t e, std::int32_t day, Id id, const Course& course) {
  const bool is_open = at(plan, plan.events, e).recurs_at_rate != 0 ? day >= course.dosing.starts_on
                                                                    : (course.holds.during >> e & 1) != 0;
  return is_given(course) && course.failure == 0 && is_open && course.event[e].episode_day <= day &&
         !is_active(plan, id, course, e, day);
}

/// An event comes back with the chance that its formula gives today, or it does not: one draw for each episode.
VT_COLD void recur(const Plan& plan, std::uint32_t e, std::int32_t day, Id id, Course& course, double chance) {
  const Event& event = at(plan, plan.events, e);
  const Words words = draw_event(plan, id, event, course.event[e].episodes, EventDraw::recurrence);
  if (uniform(words.w[0], words.w[1]) < chance)
    meet_hazard(plan, e, day, day + event.every_days, id, course, event.recurrence_per_day);
}

/// One look at a condition. It is found at the last of the looks in a row, before which nobody knows of it.
VT_HD void meet_condition(const Event& event, std::uint32_t e, std::int32_t day, Course& course, bool holds) {
  EventCourse& one = course.event[e];
  if (one.streak == 0) one.found_on = day;
  one.streak = static_cast<std::uint16_t>(holds ? one.streak + 1 : 0);
  if (one.streak < event.confirm) return;
  one.day = event.dated_first != 0 ? one.found_on : day;
  one.lead = 0.0;
  begin_episode(course, e, one.day);
  one.found_on = day;
}

/// Whether a patient may still have the event: after leaving, or before the event that it comes after, nobody can.
VT_HD bool is_at_risk(const Event& event, std::uint32_t e, std::int32_t day, const Course& course) {
  if (course.leaving.why != Left::no || course.failure != 0 || course.event[e].day != kNever) return false;
  if (event.after == 0) return true;
  const std::int32_t first = course.event[event.after - 1].day;
  return event.hazard.is_set ? first != kNever : first < day;
}

/// Looks for further episodes of one event in all patients of `among`.
template <int L>
VT_COLD void look_again_for(const Plan& plan, std::uint32_t e, std::int32_t day, Cohort<L>& cohort, Visits<L>& visits,
                            const std::uint64_t (&among)[L], const Verdicts<L>& only_if) {
  const Event& event = at(plan, plan.events, e);
  Verdicts<L> chance;
  judge(plan, event.recurrence, visits, chance);
  for (int lane = 0; lane < cohort.patients; ++lane) {
    Course& course = cohort.course[lane];
    const Id id = cohort.id[lane];
    if (!among[lane] || !may_come_back(plan, e, day, id, course)) continue;
    if (event.only_if.is_set && !only_if.holds(lane)) continue;
    if (event.recurs_at_rate != 0) {
      const double per_day = rate_of(event, event.recurrence, chance, cohort, lane);
      if (per_day > 0.0) meet_hazard(plan, e, day, day + event.every_days, id, course, per_day);
      continue;
    }
    const double share = chance.result[lane];
    if (chance.has_error(lane))
      fail(cohort, lane, failed(Failure::formula_domain, event.recurrence.site));
    else if (!(share >= 0.0 && share <= 1.0))
      fail(cohort, lane, failed(Failure::bad_value, event.recurrence.site));
    else if (chance.status[lane] == 0)
      recur(plan, e, day, id, course, share);
  }
}

/// Looks for one event in all patients of `among`.
template <int L>
VT_COLD void look_for(const Plan& plan, std::uint32_t e, std::int32_t day, Cohort<L>& cohort, Visits<L>& visits,
                      const std::uint64_t (&among)[L]) {
  const Event& event = at(plan, plan.events, e);
  const bool is_hazard = event.hazard.is_set != 0;
  Verdicts<L> verdict, only_if;
  judge(plan, is_hazard ? event.hazard : event.when, visits, verdict);
  if (event.only_if.is_set) judge(plan, event.only_if, visits, only_if);
  if (changes(event)) look_for_changes(plan, e, day, cohort, visits, among);
  if (event.recurrence.is_set) look_again_for(plan, e, day, cohort, visits, among, only_if);
  std::uint64_t at_risk = 0;
  for (int lane = 0; lane < cohort.patients; ++lane)
    at_risk = with_lane(at_risk, lane, among[lane] != 0 && is_at_risk(event, e, day, cohort.course[lane]));
  if (event.only_if.is_set) count_without_value(plan, cohort.words, event.only_if, at_risk & only_if.errors());
  const std::uint64_t able = event.only_if.is_set ? at_risk & only_if.who() : at_risk;
  if (!is_hazard) count_without_value(plan, cohort.words, event.when, able & verdict.errors());
  for (int lane = 0; lane < cohort.patients; ++lane) {
    Course& course = cohort.course[lane];
    if (has_lane(at_risk, lane) == 0) continue;
    const bool may = has_lane(able, lane) != 0;
    if (!is_hazard) {
      meet_condition(event, e, day, course, may && verdict.holds(lane));
      continue;
    }
    const double per_day = verdict.result[lane] * event.per_day;
    if (may && verdict.has_error(lane))
      fail(cohort, lane, failed(Failure::formula_domain, event.hazard.site));
    else if (may && per_day < 0.0)
      fail(cohort, lane, failed(Failure::bad_value, event.hazard.site));
    else if (may && per_day > 0.0)
      meet_hazard(plan, e, day, cohort.id[lane], course, per_day);
  }
}

/// Consequences of what has been found today, and the next day on which some are due.
template <int L>
VT_COLD void take_consequences(const Plan& plan, std::int32_t day, Cohort<L>& cohort) {
  for (int lane = 0; lane < cohort.patients; ++lane) {
    if (cohort.course[lane].leaving.why != Left::no) continue;
    take_consequences(plan, day, cohort, lane);
  }
}

/// The events that the calendar has today, on what is known before today's visits. `VT_COLD`: their days are few.
template <int L>
VT_COLD void look_for_events(const Plan& plan, std::int32_t day, std::uint32_t due, Cohort<L>& cohort) {
  Visits<L> visits;
  std::uint64_t everybody[L];
  for (int lane = 0; lane < L; ++lane) everybody[lane] = 1;
  count_in_the_morning(plan, day, cohort);
  for (std::uint32_t e = 0; e < plan.events.count; ++e) {
    if (!(due >> e & 1)) continue;
    observe(plan, cohort, day, at(plan, plan.events, e).reads, visits);
    look_for(plan, e, day, cohort, visits, everybody);
    if (plan.remembers_events) remember_events(plan, cohort, day, 1u << e);
  }
  take_consequences(plan, day, cohort);
}

/// What happens to patients beside their visits.
template <int L>
VT_COLD void happen(const Plan& plan, Cohort<L>& cohort) {
  const std::uint32_t due = at(plan, plan.event_calendar, static_cast<std::uint32_t>(cohort.day - plan.first_day));
  if (nobody(due != 0)) return;
  look_for_events(plan, cohort.day, due, cohort);
}

/// The events that are looked for at today's visits, on what these have measured; tallies and rules see them.
template <int L>
VT_COLD void find_events(const Plan& plan, std::int32_t day, Cohort<L>& cohort, Visits<L>& visits) {
  bool found = false;
  for (std::uint32_t e = 0; e < plan.events.count; ++e) {
    const Event& event = at(plan, plan.events, e);
    if (!(event.visit_kinds & visits.any) || day < event.from_day) continue;
    std::uint64_t among[L];
    for (int lane = 0; lane < L; ++lane) among[lane] = visits.attended[lane] & event.visit_kinds;
    observe(plan, cohort, day, event.reads, visits);
    look_for(plan, e, day, cohort, visits, among);
    if (plan.remembers_events) remember_events(plan, cohort, day, 1u << e);
    found = true;
  }
  if (found) take_consequences(plan, day, cohort);
}

}}  // namespace vt
