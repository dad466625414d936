#pragma once
#include <string_view>
#include <vector>

#include "kernels/plan.hpp"

namespace vt {

/// A name that formulas of visits, rules and tallies may use.
struct ObservableName {
  std::string_view name, unit, meaning, defined;
  Source source;
  bool can_be_remembered;  ///< may be asked for at a past visit: name @ 'day 29'
};

/// The one table of observables; covariates and parameters can be used by their names beside them.
const std::vector<ObservableName>& observable_names();

/// The entry of a name, or null.
const ObservableName* find_observable(std::string_view name);

}  // namespace vt
