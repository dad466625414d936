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

/// Past values without which a formula has none, where it is looked at from one day to another.
void Formulas::check_memories(const Program& program, std::int32_t first_day, std::int32_t last_day,
                              const Position& where) {
  for (const auto& [name, slot] : visit_slots_) {
    const Observable& observable = observables_[static_cast<std::size_t>(slot)];
    if (observable.source != Source::memory || !(program.needs >> slot & 1)) continue;
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
