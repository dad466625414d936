#include <fmt/format.h>

#include "host/plan/names/observables.hpp"
#include "host/plan/tallies/tally_builder.hpp"

namespace vt {

/// A tally of a plain observable counts in that observable's unit, and needs a range unless the observable is a count.
void TallyBuilder::check_unit(const TallySpec& spec) {
  const std::string& score = spec.score.value;
  const ObservableName* observable = find_observable(std::string_view(score).substr(0, score.find_first_of(" @")));
  const bool is_plain = observable && score.find_first_of("<>=+-*/(") == std::string::npos;
  if (!is_plain) return;
  const std::string unit = observable->unit == "1" ? "" : std::string(observable->unit);
  if (!spec.has_range && !unit.empty())
    parts_.problems.add(
        spec.score.where,
        fmt::format("tally '{}' scores a number in {} (without a range it would be taken for a condition); "
                    "write range = [\"1 {}\", \"1000 {}\"] or a condition",
                    spec.name, unit, unit, unit));
  if (spec.has_range && spec.unit != unit)
    parts_.problems.add(spec.where, fmt::format("the range of tally '{}' is {} ({} is in {}); write it with that unit",
                                                spec.name, spec.unit.empty() ? "without a unit" : "in " + spec.unit,
                                                observable->name, unit.empty() ? "no unit" : unit));
}

}  // namespace vt
