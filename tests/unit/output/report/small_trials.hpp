#pragma once
/// \file Results of a few numbers that can be checked by hand.

#include <algorithm>
#include <string>
#include <vector>

#include "output/results.hpp"

namespace vt::test {

inline ResultAxis axis(ResultAxisKind kind, const std::string& name, std::vector<std::string> labels) {
  ResultAxis made;
  made.kind = kind, made.name = name, made.title = name, made.labels = std::move(labels);
  return made;
}

/// A share by axes: everybody of `each` evaluable in every cell.
inline ResultTally share(const std::string& name, std::vector<ResultAxis> axes, std::vector<std::int64_t> events,
                         std::int64_t each = 100) {
  ResultTally tally;
  tally.name = name, tally.title = "The share " + name, tally.score = name + " > 0", tally.axes = std::move(axes);
  tally.randomised.assign(events.size(), each);
  tally.evaluable.assign(events.size(), each);
  tally.events = std::move(events);
  return tally;
}

inline ResultAxis two_arms() { return axis(ResultAxisKind::arm, "arm", {"low", "high"}); }
inline ResultAxis two_visits() { return axis(ResultAxisKind::visit, "visit", {"month 3", "month 6"}); }

/// 250 screened, 20 and 30 not included, 200 in two arms of 100; 1 and 2 failed, 9 and 18 left, 90 and 80 to the end.
inline Results two_arm_trial() {
  Results r;
  r.title = "A trial", r.seed = 7, r.patients = 250, r.last_day = 180;
  r.screening = {{"adults", "age >= 18", 20}, {"no severe anaemia", "anaemia < 3", 30}};
  r.arms = {{"low", "100 mg every 24 h", 100, 1}, {"high", "200 mg every 24 h", 100, 1}};
  r.leaving = {{"in the trial to its end", {90, 80}}, {"discontinued", {9, 14}}, {"died", {0, 4}}};
  r.failures = {{"not finite", "volume = 0 L", 3, 17}};
  r.rules = {{"hold", "hold", {12, 40}, {10, 25}}, {"reduce", "step down", {0, 7}, {0, 7}}};
  return r;
}

/// The same trial without failures, with these tallies: in the order of the scenario, kept by name as files keep them.
inline Results trial_of(std::vector<ResultTally> tallies) {
  Results results = two_arm_trial();
  results.failures.clear();
  for (std::size_t t = 0; t < tallies.size(); ++t) tallies[t].order = static_cast<std::uint32_t>(t);
  results.tallies = std::move(tallies);
  std::ranges::sort(results.tallies, {}, &ResultTally::name);
  return results;
}

}  // namespace vt::test
