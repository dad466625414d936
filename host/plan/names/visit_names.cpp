#include <fmt/format.h>

#include <algorithm>

#include "host/plan/names/formulas.hpp"
#include "kernels/course/course.hpp"

/// \file What formulas of visits, rules and tallies can name.

namespace vt {

int Formulas::observable_slot(const std::string& name, Observable observable, const Position& where) {
  if (const auto found = visit_slots_.find(name); found != visit_slots_.end()) return found->second;
  const int slot = static_cast<int>(observables_.size());
  if (slot == kVisitObservables) {
    problems_.add(where, fmt::format("too many observables (rules and tallies may use {} different ones); "
                                     "drop a formula that needs '{}'",
                                     kVisitObservables, name));
    return 0;
  }
  observables_.push_back(observable);
  visit_slots_[name] = slot;
  return slot;
}

Observable Formulas::observable_of(const ObservableName& entry, std::string_view name, const Position& where) {
  if (entry.source == Source::mean_trough) plan_.sums_troughs = 1;
  if (entry.source == Source::mean_concentration) plan_.sums_concentrations = 1;
  if (entry.source == Source::exposure_days) plan_.sums_concentrations = 1;
  const std::uint32_t days = window_days(entry, name);
  if (is_result_window(entry.source)) {
    keep_results(entry, name, days, where);
    return {entry.source, result_window(entry.index, days)};
  }
  return {entry.source, days ? days : entry.index};
}

std::optional<Symbol> Formulas::visit_symbol(std::string_view name, const Position& where) {
  if (const std::size_t at_sign = name.find('@'); at_sign != std::string_view::npos)
    return past_value(name, at_sign, where);
  if (const auto arm = arm_symbol(name)) return arm;
  if (const auto member = member_symbol(name, where)) return member;
  Symbol symbol{Symbol::Kind::slot, 0.0, 0};
  if (const ObservableName* entry = find_observable(name); entry && !is_family(*entry)) {
    symbol.slot = observable_slot(std::string(name), observable_of(*entry, name, where), where);
    return symbol;
  }
  for (std::uint32_t t = 0; t < scenario_.tests.size(); ++t)
    if (scenario_.tests[t].name == name) {
      symbol.slot = observable_slot(std::string(name), {Source::test, t}, where);
      return symbol;
    }
  const auto patient = patient_symbol(name);
  if (!patient || patient->kind == Symbol::Kind::constant) return patient;
  if (!visit_slots_.contains(name) && kept_slots_.size() == kMaxKept) {
    problems_.add(where, fmt::format("too many covariates and parameters in rules and tallies (at most {}); drop '{}'",
                                     kMaxKept, name));
    return patient;
  }
  const auto kept = static_cast<std::uint32_t>(kept_slots_.size());
  symbol.slot = observable_slot(std::string(name), {Source::kept, kept}, where);
  if (symbol.slot == static_cast<int>(observables_.size()) - 1 && observables_.back().source == Source::kept &&
      observables_.back().index == kept)
    kept_slots_.push_back(static_cast<std::uint32_t>(patient->slot));
  return symbol;
}

namespace {

/// Whether an observable can be looked up at a visit: it measures it, or it is one that needs no measurement.
bool measures(const VisitSpec& visit, const ObservableName& entry) {
  return !entry.measured ||
         std::ranges::any_of(visit.measure, [&](const Text& measure) { return measure.value == entry.measured->name; });
}

}  // namespace

/// Days from a sample at this visit until an observable shows it.
std::int32_t Formulas::wait_days(const VisitSpec& visit, const ObservableName& entry) const {
  if (!entry.measured) return 0;
  const std::int32_t delay = plan_.assays.wait_days[entry.index];
  return visit.is_late && entry.measured->measure == Measure::trough ? std::max(1, delay) : delay;
}

std::uint32_t Formulas::visits_of(const ObservableName& entry, std::string_view name, std::int32_t day,
                                  std::int32_t known_on, const Position& where) {
  std::uint32_t kinds = 0;
  for (std::uint32_t k = 0; k < scenario_.visits.size(); ++k) {
    const VisitSpec& visit = scenario_.visits[k];
    if (std::ranges::find(visit.days, day) == visit.days.end() || !measures(visit, entry)) continue;
    kinds |= std::uint32_t{1} << k;
    if (day + wait_days(visit, entry) != known_on)
      problems_.add(where, fmt::format("'{}' has two meanings (of that day's visits one looks before the dose, another "
                                       "after it); move one of them to another day",
                                       name));
  }
  return kinds;
}

Symbol Formulas::remembered(std::string_view name, const Memory& memory, const Position& where) {
  if (memories_.size() == kMaxMemories) {
    problems_.add(where, fmt::format("too many past values (at most {}); drop '{}'", kMaxMemories, name));
    return {Symbol::Kind::slot, 0.0, 0};
  }
  memories_.push_back(memory);
  const auto place = static_cast<std::uint32_t>(memories_.size() - 1);
  return {Symbol::Kind::slot, 0.0, observable_slot(std::string(name), {Source::memory, place}, where)};
}

namespace {

constexpr std::string_view kEventMark = "event.";

}  // namespace

std::optional<Symbol> Formulas::value_at_event(const ObservableName& entry, std::string_view name, std::size_t at_sign,
                                               const Position& where) {
  const std::string_view event = name.substr(at_sign + 1 + kEventMark.size());
  std::vector<std::string> known;
  for (std::uint32_t e = 0; e < scenario_.events.size(); ++e) {
    known.push_back(scenario_.events[e].name);
    if (known.back() != event) continue;
    plan_.remembers_events = 1;
    return remembered(name,
                      {.source = entry.source,
                       .visit_kinds = 0,
                       .day = kNever,
                       .index = observable_of(entry, name.substr(0, at_sign), where).index,
                       .known_on = plan_.first_day,
                       .event = e + 1},
                      where);
  }
  problems_.add(where, fmt::format("{} is asked for at an unknown event (no [[event]] is called '{}'){}", name, event,
                                   did_you_mean(event, known)));
  return Symbol{Symbol::Kind::slot, 0.0, 0};
}

std::optional<Symbol> Formulas::past_value(std::string_view name, std::size_t at_sign, const Position& where) {
  const std::string observable(name.substr(0, at_sign)), label(name.substr(at_sign + 1));
  const ObservableName* entry = find_observable(observable);
  if (!entry || !entry->can_be_remembered) return std::nullopt;
  if (const auto known = visit_slots_.find(name); known != visit_slots_.end())
    return Symbol{Symbol::Kind::slot, 0.0, known->second};
  if (label.starts_with(kEventMark)) return value_at_event(*entry, name, at_sign, where);
  for (const VisitSpec& visit : scenario_.visits) {
    for (std::size_t i = 0; i < visit.labels.size(); ++i) {
      if (visit.labels[i] != label || !measures(visit, *entry)) continue;
      const std::int32_t known_on = visit.days[i] + wait_days(visit, *entry);
      return remembered(name,
                        {.source = entry->source,
                         .visit_kinds = visits_of(*entry, name, visit.days[i], known_on, where),
                         .day = visit.days[i],
                         .index = observable_of(*entry, observable, where).index,
                         .known_on = known_on,
                         .event = 0},
                        where);
    }
  }
  problems_.add(where, fmt::format("no visit on '{}' measures {} (a past value is taken at a scheduled visit); "
                                   "add the day to a visit or choose one of its days",
                                   label, observable));
  return Symbol{Symbol::Kind::slot, 0.0, 0};
}

/// What stands behind the dot.
std::vector<std::string> Formulas::members(Family family) const {
  std::vector<std::string> names;
  const auto add = [&](const auto& list, auto name) {
    for (const auto& one : list) names.push_back(one.*name);
  };
  if (family == Family::events) add(scenario_.events, &EventSpec::name);
  if (family == Family::rules) add(scenario_.rules, &RuleSpec::name);
  if (family == Family::comedications) add(scenario_.interactions, &InteractionSpec::perpetrator);
  return names;
}

void Formulas::check_event(const ObservableName& entry, const EventSpec& event, std::string_view name,
                           const Position& where) {
  if (entry.need == EventNeed::grades && event.grades == GradeShares{} && !event.worsening.is_set())
    problems_.add(where, fmt::format("uses '{}' (the event {} has no grades); give it grades = [0.6, 0.33, 0.06, "
                                     "0.01], the shares of grade 1 to 4",
                                     name, event.name));
  if (entry.need == EventNeed::duration && !(event.duration_day > 0) && !event.recovery.is_set())
    problems_.add(where, fmt::format("uses '{}' (the event {} lasts as long as the drug is given, and when that was is "
                                     "not kept); give it duration = \"30 day\" or a recovery",
                                     name, event.name));
}

std::optional<Observable> Formulas::member_observable(std::string_view name, const Position& where) {
  const ObservableName* entry = find_observable(name);
  if (!entry || !is_family(*entry)) return std::nullopt;
  const std::vector<std::string> all = members(family_of(*entry));
  std::string_view member = name.substr(name.find('.') + 1);
  if (member.size() > 2 && member.front() == member.back() && (member.front() == '\'' || member.front() == '"'))
    member = member.substr(1, member.size() - 2);  // beside formulas, where the lexer has not taken them away
  const auto found = std::ranges::find(all, member);
  if (found == all.end()) return std::nullopt;
  const auto index = static_cast<std::uint32_t>(found - all.begin());
  if (family_of(*entry) == Family::events) check_event(*entry, scenario_.events[index], name, where);
  return Observable{entry->source, index};
}

std::optional<Symbol> Formulas::member_symbol(std::string_view name, const Position& where) {
  const auto observable = member_observable(name, where);
  if (!observable) return std::nullopt;
  return Symbol{Symbol::Kind::slot, 0.0, observable_slot(std::string(name), *observable, where)};
}

}  // namespace vt
