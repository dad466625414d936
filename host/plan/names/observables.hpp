#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "kernels/plan.hpp"

namespace vt {

/// A name that formulas of visits, rules and tallies may use: a quantity, or one of those that a laboratory's result
/// brings with it.
struct ObservableName {
  std::string name;
  std::string_view unit;
  Domain domain, usual;
  std::string meaning;
  std::string_view defined;
  Source source;
  bool can_be_remembered;                 ///< may be asked for at a past visit: name @ 'day 29'
  std::uint32_t index = 0;                ///< of the observable, as in Observable
  const Measurement* measured = nullptr;  ///< where its last value comes from
  EventNeed need = EventNeed::nothing;
};

/// All observables, of kernels/vocabulary; covariates and parameters can be used by their names beside them.
const std::vector<ObservableName>& observable_names();

/// One entry for all events: "event.NAME" stands for "event." and the name of any event.
inline bool is_family(const ObservableName& entry) { return entry.name.find('.') != std::string::npos; }

/// The entry of a name, or null. Where an entry is called …_Nd, the name has a number from 1 to 84 for the N.
const ObservableName* find_observable(std::string_view name);

/// The N of a name whose entry is called …_Nd; 0 for others.
std::uint32_t window_days(const ObservableName& entry, std::string_view name);

}  // namespace vt
