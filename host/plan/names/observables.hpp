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
  Subject subject = Subject::other;
  InTime in_time = InTime::varies;
  Domain domain, usual;
  std::string meaning;
  std::string_view defined;
  Source source;
  bool can_be_remembered;                 ///< may be asked for at a past visit: name @ 'day 29'
  std::uint32_t index = 0;                ///< of the observable, as in Observable
  const Measurement* measured = nullptr;  ///< where its last value comes from
  EventNeed need = EventNeed::nothing;
  std::uint32_t most_days = kWindowDays;  ///< of a window, where an entry is called …_Nd
};

/// Of each result of a laboratory, over the samples of the last days: lowest_NAME_Nd.
struct ResultWindow {
  std::string_view prefix, meaning, defined;
  Source source;
};
inline constexpr ResultWindow kResultWindows[] = {
    {"lowest_", "lowest of the results by now whose samples are at most N days old", "with one", Source::lowest_within},
    {"highest_", "highest of them", "with one", Source::highest_within},
    {"results_of_", "how many they are", "always", Source::results_within},
};

/// Whether it is one of them.
inline bool is_result_window(Source source) {
  return source == Source::lowest_within || source == Source::highest_within || source == Source::results_within;
}

/// All observables, of kernels/vocabulary; covariates and parameters can be used by their names beside them.
const std::vector<ObservableName>& observable_names();

/// What a name has behind its dot: "event.NAME" stands for "event." and the name of any event, "fired.RULE" for that of
/// any rule, "comedication.PERPETRATOR" for any comedication.
enum class Family { none, events, rules, comedications };
inline Family family_of(const ObservableName& entry) {
  const std::string_view name = entry.name;
  return name.ends_with(".NAME")          ? Family::events
         : name.ends_with(".RULE")        ? Family::rules
         : name.ends_with(".PERPETRATOR") ? Family::comedications
                                          : Family::none;
}
inline bool is_family(const ObservableName& entry) { return family_of(entry) != Family::none; }

/// The entry of a name, or null. Where an entry is called …_Nd, the name has a number from 1 to its most_days for the
/// N.
const ObservableName* find_observable(std::string_view name);

/// The N of a name whose entry is called …_Nd; 0 for others.
std::uint32_t window_days(const ObservableName& entry, std::string_view name);

}  // namespace vt
