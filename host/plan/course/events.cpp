#include <algorithm>
#include <limits>

#include <fmt/format.h>

#include "host/plan/plan_parts.hpp"

namespace vt {

namespace {

/// Chances of grade 2, 3, 4 or worse.
void grade_chances(const GradeShares& shares, double (&from)[kGrades - 1]) {
  double sum = 0;
  for (int i = kGrades - 1; i > 0; --i) from[i - 1] = sum += shares[static_cast<std::size_t>(i)];
}

/// An event of visits that all lie before the day from which it is looked for.
void note_never_looked_for(PlanParts& parts, const EventSpec& spec) {
  std::int32_t last = std::numeric_limits<std::int32_t>::min();
  for (const Text& name : spec.at) {
    if (parts.scenario.visits.empty()) return;
    const VisitSpec& visit = parts.scenario.visits[visit_kind(parts.scenario, name.value)];
    if (visit.days.empty()) return;
    last = std::max(last, visit.days.back());
  }
  if (spec.at.empty() || last >= spec.from_day) return;
  parts.problems.note(
      spec.at[0].where,
      fmt::format("event '{}' is never found (its visits end on day {}, and it is looked for from day {} "
                  "on); write from = \"day {}\", or an earlier day",
                  spec.name, last, spec.from_day, last));
}

/// A rate: in events per the event's unit of time where it is a formula, per day where it is a number.
Program build_rate(PlanParts& parts, const EventSpec& spec, const Expression& rate, const char* part, Event& event) {
  if (rate.number) return parts.formulas.constant_program(*rate.number / spec.per_day, kVisitObservables);
  if (!rate.is_set()) return {};
  return parts.formulas.visit_formula(rate.formula, rate.where, fmt::format("the {} of event '{}'", part, spec.name),
                                      &event.reads);
}

Event build_event(PlanParts& parts, const EventSpec& spec) {
  Event event{};
  const auto of_event = [&](const char* part) { return fmt::format("the {} of event '{}'", part, spec.name); };
  event.hazard = build_rate(parts, spec, spec.hazard, "hazard", event);
  if (spec.when.is_set())
    event.when = parts.formulas.visit_formula(spec.when.value, spec.when.where, of_event("condition"), &event.reads);
  if (spec.only_if.is_set())
    event.only_if = parts.formulas.visit_formula(spec.only_if.value, spec.only_if.where,
                                                 of_event("condition 'only_if'"), &event.reads);
  event.per_day = spec.per_day;
  event.stream = parts.formulas.stream("event", spec.name, spec.where);
  for (const Text& visit : spec.at) event.visit_kinds |= 1u << visit_kind(parts.scenario, visit.value);
  event.every_days = spec.every_day;
  event.from_day = spec.from_day;
  note_never_looked_for(parts, spec);
  event.confirm = spec.confirm;
  for (std::uint32_t e = 0; e < parts.scenario.events.size(); ++e)
    if (parts.scenario.events[e].name == spec.after.value) event.after = e + 1;
  event.fatal = spec.is_fatal ? 1 : 0;
  event.ends_treatment = spec.ends_treatment ? 1 : 0;
  grade_chances(spec.grades, event.grade_from);
  grade_chances(spec.grades_again, event.grade_again_from);
  if (spec.recurs_at_rate)
    event.recurrence = build_rate(parts, spec, spec.recurrence, "recurrence", event);
  else if (spec.recurrence.number)
    event.recurrence = parts.formulas.constant_program(*spec.recurrence.number, kVisitObservables);
  else if (spec.recurrence.is_set())
    event.recurrence = parts.formulas.visit_formula(spec.recurrence.formula, spec.recurrence.where,
                                                    of_event("recurrence"), &event.reads);
  event.recurs_at_rate = spec.recurs_at_rate ? 1 : 0;
  if (spec.recurrence.is_set() && !spec.recurs_at_rate) event.recurrence_per_day = 1 / spec.recurrence_delay_day;
  event.recovery = build_rate(parts, spec, spec.recovery, "recovery", event);
  event.easing = build_rate(parts, spec, spec.easing, "easing", event);
  event.worsening = build_rate(parts, spec, spec.worsening, "worsening", event);
  event.duration_day = spec.duration_day;
  event.duration_spread = spec.duration_sd_log;
  event.ends_trial = spec.ends_trial ? 1 : 0;
  event.switches_drug = spec.switches_drug ? 1 : 0;
  const auto place = static_cast<std::uint32_t>(&spec - parts.scenario.events.data());
  const Looked looked = {.at = spec.at.empty() ? nullptr : &spec.at, .is_of_each_arm = true, .event = place + 1};
  parts.formulas.note_looked(event.hazard, looked, spec.hazard.where);
  parts.formulas.note_looked(event.when, looked, spec.when.where);
  parts.formulas.note_looked(event.only_if, looked, spec.only_if.where);
  parts.formulas.note_looked(event.recurrence, looked, spec.recurrence.where);
  parts.formulas.note_looked(event.recovery, looked, spec.recovery.where);
  parts.formulas.note_looked(event.easing, looked, spec.easing.where);
  parts.formulas.note_looked(event.worsening, looked, spec.worsening.where);
  event.dated_first = spec.is_dated_first ? 1 : 0;
  return event;
}

}  // namespace

void build_events(PlanParts& parts) {
  if (parts.scenario.events.empty() || parts.scenario.events.size() > kMaxEvents)
    return;  // too many: said by the reader
  std::vector<Event> events;
  for (const EventSpec& spec : parts.scenario.events) events.push_back(build_event(parts, spec));
  std::vector<std::uint32_t> calendar(
      static_cast<std::size_t>(std::max(0, parts.plan.last_day - parts.plan.first_day)) + 1);
  for (std::size_t e = 0; e < events.size(); ++e)
    for (std::int32_t day = events[e].from_day; day <= parts.plan.last_day && events[e].visit_kinds == 0;
         day += events[e].every_days)
      if (day >= parts.plan.first_day) calendar[static_cast<std::size_t>(day - parts.plan.first_day)] |= 1u << e;
  parts.plan.events = parts.built.buffer.add(events);
  parts.plan.event_calendar = parts.built.buffer.add(calendar);
}

}  // namespace vt
