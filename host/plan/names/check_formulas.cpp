#include <fmt/format.h>

#include <algorithm>

#include "host/plan/names/formulas.hpp"

/// \file What formulas of visits, rules and tallies ask for that cannot be: other arms, values outside of what an
/// observable can have, past values that are not known yet.

namespace vt {

/// The number of the arm in "arm=NAME".
std::optional<Symbol> Formulas::arm_symbol(std::string_view name) const {
  constexpr std::string_view prefix = "arm=";
  for (std::size_t a = 0; name.starts_with(prefix) && a < scenario_.arms.size(); ++a)
    if (scenario_.arms[a].name == name.substr(prefix.size()))
      return Symbol{Symbol::Kind::constant, static_cast<double>(a), 0};
  return std::nullopt;
}

namespace {

/// Whether a comparison comes out the same wherever in its domain the observable lies: "never", "always", or null.
/// `x >= low` is left alone: it says "as soon as x is known".
const char* foregone(const ComparedName& comparison, const Domain& domain) {
  const double c = comparison.number;
  const bool is_below = c<domain.low, is_above = c> domain.high;
  if (comparison.sign == "==") return is_below || is_above ? "never" : nullptr;
  if (comparison.sign == "!=") return is_below || is_above ? "always" : nullptr;
  if (comparison.sign == "<") return c <= domain.low ? "never" : is_above ? "always" : nullptr;
  if (comparison.sign == "<=") return is_below ? "never" : is_above ? "always" : nullptr;
  if (comparison.sign == ">") return c >= domain.high ? "never" : is_below ? "always" : nullptr;
  return is_above ? "never" : is_below ? "always" : nullptr;
}

}  // namespace

void Formulas::note_impossible(const CompiledFormula& formula, const Position& where) {
  for (const ComparedName& comparison : formula.comparisons) {
    const ObservableName* entry = find_observable(comparison.name.substr(0, comparison.name.find('@')));
    if (entry == nullptr) continue;
    Domain domain = entry->domain;
    if (entry->source == Source::day) domain = {double(plan_.first_day), double(plan_.last_day)};
    const char* outcome = foregone(comparison, domain);
    if (outcome == nullptr) continue;
    Position place = where;
    if (place.column > 0) place.column += 1 + static_cast<int>(comparison.offset);
    const std::string unit = entry->unit == "1" ? "" : " " + std::string(entry->unit);
    const std::string most = domain.high < 1e300 ? fmt::format(" to {:g}", domain.high) : " or more";
    problems_.note(place,
                   fmt::format("{} {} {:g} {} holds ({} is {:g}{}{}); check the constant and its unit", comparison.name,
                               comparison.sign, comparison.number, outcome, comparison.name, domain.low, most, unit));
  }
}

std::string as_written(const std::string& name) {
  const std::size_t at_sign = name.find('@');
  if (at_sign == std::string::npos) return name;
  const std::string of = name.substr(at_sign + 1), observable = name.substr(0, at_sign);
  return of.starts_with("event.") ? fmt::format("{} @ {}", observable, of) : fmt::format("{} @ '{}'", observable, of);
}

namespace {

/// The comparison in which a name stands, as it may be written.
std::string comparison_with(const CompiledFormula& formula, const std::string& name) {
  for (const ComparedName& one : formula.comparisons)
    if (one.name == name) return fmt::format("{} {} {:g}", as_written(name), one.sign, one.number);
  return as_written(name) + " …";
}

std::string consequence(const std::string& what, IfUndefined then) {
  if (then == IfUndefined::is_not_evaluable)
    return fmt::format("nor has {}, in which the patient is not evaluable", what);
  if (then == IfUndefined::is_not_measured)
    return fmt::format("nor has {}, in which the patient stands under 'not measured'", what);
  return fmt::format("{} does not hold, whatever else it says", what);
}

/// Of whom a name has no value: of those who were spared what it is about. Or "".
std::string_view who_was_spared(const std::string& name) {
  const std::size_t at_sign = name.find('@');
  if (at_sign != std::string::npos) return name.substr(at_sign + 1).starts_with("event.") ? "without the event" : "";
  const ObservableName* entry = find_observable(name);
  if (entry != nullptr && entry->source == Source::day_fired) return "in whom the rule has not fired";
  return entry != nullptr && entry->source == Source::day_of ? "without the event" : "";
}

/// Whether a name has a value where these are certain: it is known itself, or what it is about has happened, as an
/// attribute of the event or the rule says that is 0 before.
bool is_certain(const std::string& name, const Implied& certain) {
  if (std::ranges::find(certain.known, name) != certain.known.end()) return true;
  const ObservableName* entry = find_observable(name);
  const bool is_at_event = name.find('@') != std::string::npos;
  const Family of = is_at_event || entry == nullptr ? Family::events : family_of(*entry);
  const std::string member = name.substr(name.find('.', is_at_event ? name.find('@') : 0) + 1);
  const auto is_about_it = [&](const std::string& other) {
    const ObservableName* attribute = find_observable(other);
    return attribute != nullptr && family_of(*attribute) == of && other.find('@') == std::string::npos &&
           other.substr(other.find('.') + 1) == member;
  };
  const auto is_its_day = [&](const std::string& other) {
    return is_about_it(other) && find_observable(other)->source == Source::day_of;
  };
  return std::ranges::any_of(certain.not_zero, is_about_it) || std::ranges::any_of(certain.known, is_its_day);
}

}  // namespace

bool Formulas::may_be_missed(const std::string& name) const {
  const auto slot = visit_slots_.find(name);
  if (name.find('@') == std::string::npos || slot == visit_slots_.end()) return false;
  const Observable& observable = observables_[static_cast<std::size_t>(slot->second)];
  if (observable.source != Source::memory) return false;
  const std::uint32_t kinds = memories_[observable.index].visit_kinds;
  for (std::uint32_t k = 0; k < scenario_.visits.size(); ++k)
    if ((kinds >> k & 1) != 0 && scenario_.visits[k].missed > 0) return true;
  return false;
}

void Formulas::note_lacking(const CompiledFormula& formula, const Position& where, const std::string& what,
                            const Undefined& undefined) {
  const IfUndefined then = undefined.then;
  const Implied certain = undefined.among.empty() ? Implied{} : implied_by(undefined.among);
  std::vector<std::string> told;
  for (const NameInCondition& one : formula.in_conditions) {
    const std::string_view spared = who_was_spared(one.name);
    const bool is_of_them = !spared.empty() && (then != IfUndefined::does_not_hold || one.is_alternative);
    if (!is_of_them && !(one.is_negated && may_be_missed(one.name))) continue;
    if (std::ranges::find(told, one.name) != told.end() || is_certain(one.name, certain)) continue;
    told.push_back(one.name);
    Position place = where;
    if (place.column > 0) place.column += 1 + static_cast<int>(one.offset);
    problems_.note(
        place,
        fmt::format("{} has no value for patients {}, and then {}; write otherwise({}, 0) where that is to count as no",
                    as_written(one.name), is_of_them ? spared : "who missed that visit, for all that 'not' says",
                    consequence(what, then), comparison_with(formula, one.name)));
  }
}

/// Past values without which a formula has none, where it is looked at from one day to another.
void Formulas::check_memories(const Program& program, std::int32_t first_day, std::int32_t last_day,
                              const Position& where) {
  for (const auto& [name, slot] : visit_slots_) {
    const Observable& observable = observables_[static_cast<std::size_t>(slot)];
    if (observable.source != Source::memory || !(program.needs >> slot & 1)) continue;
    if (memories_[observable.index].event != 0) continue;
    const std::int32_t known_on = memories_[observable.index].known_on;
    if (known_on > last_day)
      problems_.add(where, fmt::format("{} is never known here (it is on day {}, the formula is looked at on day {} at "
                                       "the latest); choose a later visit, or an earlier value",
                                       name, known_on, last_day));
    else if (known_on > first_day)
      problems_.note(where,
                     fmt::format("{} is not known before day {} (the formula is looked at from day {} on): until "
                                 "then it has no value",
                                 name, known_on, first_day));
  }
}

}  // namespace vt
