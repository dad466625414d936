#include "host/plan/tallies/subjects.hpp"

#include <algorithm>
#include <iterator>

#include "host/formula/formula.hpp"
#include "host/plan/names/observables.hpp"

namespace vt {
namespace {

constexpr Subject kFirstOf[] = {Subject::response,  Subject::safety, Subject::exposure,
                                Subject::adherence, Subject::dose,   Subject::other};
constexpr int kDeepest = 4;  ///< conditions of events that name events, and so on

Subject of_formula(const Scenario& scenario, std::string_view formula, int depth);

Subject first_of(Subject a, Subject b) {
  return *std::ranges::find_first_of(kFirstOf, std::initializer_list<Subject>{a, b});
}

Subject of_event(const Scenario& scenario, std::string_view name, int depth) {
  const auto event = std::ranges::find(scenario.events, name, &EventSpec::name);
  if (event == scenario.events.end() || depth == kDeepest) return Subject::other;
  const bool is_harm = event->grades != GradeShares{} || event->worsening.is_set() || event->recovery.is_set() ||
                       event->duration_day > 0;
  if (is_harm) return Subject::safety;
  if (event->when.is_set()) return of_formula(scenario, event->when.value, depth + 1);
  const bool is_stopping = event->ends_treatment && names_in_formula(event->hazard.formula).empty();
  return is_stopping ? Subject::other : Subject::response;
}

/// What a rule changes.
Subject of_rule(const Scenario& scenario, std::string_view name) {
  const auto rule = std::ranges::find(scenario.rules, name, &RuleSpec::name);
  if (rule == scenario.rules.end() || !rule->action) return Subject::other;
  constexpr std::uint32_t of_no_dose = bit_of(Action::sample) | bit_of(Action::stop) | kOfComedication;
  if ((bit_of(*rule->action) & of_no_dose) != 0) return Subject::other;
  return *rule->action == Action::set_adherence ? Subject::adherence : Subject::dose;
}

std::string_view without_past(std::string_view name) { return name.substr(0, name.find('@')); }

Subject of_name(const Scenario& scenario, std::string_view name, int depth) {
  name = without_past(name);
  const auto test = std::ranges::find(scenario.tests, name, &TestSpec::name);
  if (test != scenario.tests.end() && depth < kDeepest) return of_formula(scenario, test->condition.value, depth + 1);
  const ObservableName* entry = find_observable(name);
  if (entry == nullptr) return Subject::other;
  const std::string_view attribute_of = name.substr(name.find('.') + 1);
  if (entry->subject != Subject::other) return entry->subject;
  if (family_of(*entry) == Family::events) return of_event(scenario, attribute_of, depth);
  return family_of(*entry) == Family::rules ? of_rule(scenario, attribute_of) : Subject::other;
}

Subject of_formula(const Scenario& scenario, std::string_view formula, int depth) {
  Subject subject = Subject::other, of_rules = Subject::other, of_days = Subject::other;
  for (const std::string& name : names_in_formula(formula)) {
    const ObservableName* entry = find_observable(name);
    const bool is_of_rule = entry != nullptr && family_of(*entry) == Family::rules;
    Subject& of = is_of_rule ? of_rules : name.starts_with("day_of.") ? of_days : subject;
    of = first_of(of, of_name(scenario, name, depth));
  }
  return first_of(subject, of_rules == Subject::other ? of_days : of_rules);  // a rule is what days of events time
}

}  // namespace

Subject subject_of(const Scenario& scenario, std::string_view formula) { return of_formula(scenario, formula, 0); }

Subject subject_of_events(const Scenario& scenario, const std::vector<Text>& names) {
  Subject subject = Subject::other;
  for (const Text& name : names) subject = first_of(subject, of_event(scenario, name.value, 0));
  return subject;
}

bool is_cumulative(const Scenario& scenario, std::string_view formula) {
  const auto of = [&](std::string_view name) -> Going {
    if (name.find('@') != std::string_view::npos) return {InTime::constant};
    if (const ObservableName* entry = find_observable(name)) return {entry->in_time, entry->domain};
    const bool is_test = std::ranges::find(scenario.tests, name, &TestSpec::name) != scenario.tests.end();
    return {is_test ? InTime::varies : InTime::constant};  // covariates, parameters, names of arms
  };
  return in_time(formula, of) == InTime::never_falls;
}

}  // namespace vt
