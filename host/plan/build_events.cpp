#include <algorithm>

#include <fmt/format.h>

#include "host/plan/builder.hpp"
#include "host/plan/observables.hpp"

namespace vt {

std::optional<Observable> PlanBuilder::event_observable(std::string_view name, const Position& where) {
  const ObservableName* entry = find_observable(name);
  if (!entry || !is_family(*entry)) return std::nullopt;
  const std::string_view event = name.substr(name.find('.') + 1);
  for (std::uint32_t e = 0; e < scenario_.events.size(); ++e) {
    if (scenario_.events[e].name != event) continue;
    const bool wants_grades = entry->source == Source::grade || entry->source == Source::worst_grade;
    if (wants_grades && scenario_.events[e].grades == GradeShares{})
      problems_.add(where, fmt::format("uses '{}' (the event {} has no grades); give it grades = [0.6, 0.33, 0.06, "
                                       "0.01], the shares of grade 1 to 4",
                                       name, event));
    return Observable{entry->source, e};
  }
  return std::nullopt;
}

std::optional<Symbol> PlanBuilder::event_symbol(std::string_view name, const Position& where) {
  const auto observable = event_observable(name, where);
  if (!observable) return std::nullopt;
  return Symbol{Symbol::Kind::slot, 0.0, observable_slot(std::string(name), *observable, where)};
}

namespace {

/// Chances of grade 2, 3, 4 or worse.
void grade_chances(const GradeShares& shares, double (&from)[kGrades - 1]) {
  double sum = 0;
  for (int i = kGrades - 1; i > 0; --i) from[i - 1] = sum += shares[static_cast<std::size_t>(i)];
}

}  // namespace

Event PlanBuilder::build_event(const EventSpec& spec) {
  Event event{};
  const auto of_event = [&](const char* part) { return fmt::format("the {} of event '{}'", part, spec.name); };
  if (spec.hazard.number)
    event.hazard = constant_program(*spec.hazard.number, kVisitObservables);
  else if (spec.hazard.is_set())
    event.hazard = visit_formula(spec.hazard.formula, spec.hazard.where, of_event("hazard"), &event.reads);
  if (spec.when.is_set())
    event.when = visit_formula(spec.when.value, spec.when.where, of_event("condition"), &event.reads);
  if (spec.only_if.is_set())
    event.only_if =
        visit_formula(spec.only_if.value, spec.only_if.where, of_event("condition 'only_if'"), &event.reads);
  event.per_day = spec.per_day;
  event.stream = stream("event", spec.name, spec.where);
  for (const Text& visit : spec.at) event.visit_kinds |= 1u << visit_kind(visit.value);
  event.every_days = spec.every_day;
  event.confirm = spec.confirm;
  for (std::uint32_t e = 0; e < scenario_.events.size(); ++e)
    if (scenario_.events[e].name == spec.after.value) event.after = e + 1;
  event.fatal = spec.is_fatal ? 1 : 0;
  event.ends_treatment = spec.ends_treatment ? 1 : 0;
  grade_chances(spec.grades, event.grade_from);
  grade_chances(spec.grades_again, event.grade_again_from);
  if (spec.recurrence.number)
    event.recurrence = constant_program(*spec.recurrence.number, kVisitObservables);
  else if (spec.recurrence.is_set())
    event.recurrence =
        visit_formula(spec.recurrence.formula, spec.recurrence.where, of_event("recurrence"), &event.reads);
  if (spec.recurrence.is_set()) event.recurrence_per_day = 1 / spec.recurrence_delay_day;
  event.duration_day = spec.duration_day;
  event.duration_spread = spec.duration_sd_log;
  event.ends_trial = spec.ends_trial ? 1 : 0;
  event.switches_drug = spec.switches_drug ? 1 : 0;
  return event;
}

void PlanBuilder::build_events() {
  if (scenario_.events.empty() || scenario_.events.size() > kMaxEvents) return;  // too many: said by the reader
  std::vector<Event> events;
  for (const EventSpec& spec : scenario_.events) events.push_back(build_event(spec));
  std::vector<std::uint32_t> calendar(static_cast<std::size_t>(std::max(0, plan_.last_day - plan_.first_day)) + 1);
  for (std::int32_t day = std::max(0, plan_.first_day); day <= plan_.last_day; ++day)
    for (std::size_t e = 0; e < events.size(); ++e)
      if (events[e].visit_kinds == 0 && day % events[e].every_days == 0)
        calendar[static_cast<std::size_t>(day - plan_.first_day)] |= 1u << e;
  plan_.events = built_.buffer.add(events);
  plan_.event_calendar = built_.buffer.add(calendar);
}

}  // namespace vt
