#include "host/plan/names/most_results.hpp"

#include <algorithm>
#include <set>
#include <vector>

#include <fmt/format.h>

#include "host/plan/names/formulas.hpp"

namespace vt {

namespace {

/// What calls a patient of one arm to visits.
struct Calls {
  const std::vector<VisitSpec>& visits;
  std::vector<RuleSpec> rules;
};

Calls calls_in(const Scenario& scenario, const ArmSpec& arm) {
  Calls calls{scenario.visits, {}};
  for (const RuleSpec& rule : scenario.rules)
    if (std::ranges::find(arm.rules, rule.name, &Text::value) != arm.rules.end()) calls.rules.push_back(rule);
  return calls;
}

bool takes_sample(const VisitSpec& visit, Measure measure) {
  return std::ranges::any_of(visit.measure, [&](const Text& name) {
    const Measurement* one = find_measurement(name.value);
    return one != nullptr && one->measure == measure;
  });
}

bool is_at(const RuleSpec& rule, const VisitSpec& visit) {
  return std::ranges::find(rule.at, visit.name, &Text::value) != rule.at.end();
}

/// Most of these days that lie within `days` days of each other.
std::uint32_t most_within(const std::set<std::int32_t>& days_of, std::uint32_t days) {
  std::size_t most = 0;
  for (auto from = days_of.begin(); from != days_of.end(); ++from) {
    const auto to = days_of.upper_bound(*from + static_cast<std::int32_t>(days));
    most = std::max(most, static_cast<std::size_t>(std::distance(from, to)));
  }
  return static_cast<std::uint32_t>(most);
}

/// Most days that lie within `days` days of each other, each `apart` or more from the next.
std::uint32_t most_apart(double apart, std::uint32_t days) {
  return days / std::max(1u, static_cast<std::uint32_t>(apart)) + 1;
}

/// Whether a rule is asked at scheduled visits alone: neither at those that rules order or results call, nor at visits
/// to which a hold calls.
bool is_asked_on_schedule(const Calls& called, const RuleSpec& rule) {
  return std::ranges::all_of(called.visits, [&](const VisitSpec& visit) {
    if (!is_at(rule, visit)) return true;
    const bool is_ordered =
        std::ranges::any_of(called.rules, [&](const RuleSpec& one) { return one.sample.value == visit.name; });
    const bool is_rechecked = std::ranges::any_of(
        called.rules, [&](const RuleSpec& one) { return one.recheck_day > 0 && is_at(one, visit); });
    return visit.on_result.empty() && !is_ordered && !is_rechecked;
  });
}

/// Those that one rule orders.
std::uint32_t most_ordered(const Calls& called, const RuleSpec& rule, std::uint32_t days) {
  std::uint32_t most = most_apart(rule.after_day, days);  // an order that comes before the sample replaces the last one
  if (rule.most_times > 0) most = std::min(most, rule.most_times);
  if (!is_asked_on_schedule(called, rule)) return most;
  std::set<std::int32_t> asked;
  for (const VisitSpec& visit : called.visits)
    if (is_at(rule, visit)) asked.insert(visit.days.begin(), visit.days.end());
  return std::min(most, most_within(asked, days));
}

/// Samples before the day's dose or, `late`, after it. `is_called`: another kind of result calls for them.
std::uint32_t most_samples(const Calls& called, Measure measure, std::uint32_t days, bool late, bool is_called) {
  const auto counts = [&](const VisitSpec& visit) {
    return takes_sample(visit, measure) && (measure == Measure::trough && visit.is_late) == late;
  };
  std::set<std::int32_t> scheduled;
  std::uint32_t most = 0;
  for (const VisitSpec& visit : called.visits) {
    if (!counts(visit)) continue;
    scheduled.insert(visit.days.begin(), visit.days.end());
    if (visit.on_result.empty()) continue;
    const Measurement* caller = find_measurement(visit.on_result);
    if (is_called || caller == nullptr) return days + 1;  // results that call for each other: every day
    for (const bool is_late : {false, true}) most += most_samples(called, caller->measure, days, is_late, true);
  }
  for (const RuleSpec& rule : called.rules) {
    const auto orders = [&](const VisitSpec& visit) { return counts(visit) && rule.sample.value == visit.name; };
    const auto calls = [&](const VisitSpec& visit) { return counts(visit) && is_at(rule, visit); };
    if (std::ranges::any_of(called.visits, orders)) most += most_ordered(called, rule, days);
    if (rule.recheck_day > 0 && std::ranges::any_of(called.visits, calls)) most += most_apart(rule.recheck_day, days);
  }
  return std::min(days + 1, most + most_within(scheduled, days));
}

}  // namespace

std::uint32_t most_results(const Scenario& scenario, Measure measure, std::uint32_t days) {
  const auto trial = static_cast<std::uint32_t>(std::max(0, scenario.duration_day - scenario.first_day));
  const std::uint32_t in_trial = std::min(days, trial);
  std::uint32_t most = 0;
  for (const ArmSpec& arm : scenario.arms) {
    const Calls calls = calls_in(scenario, arm);
    std::uint32_t here = most_samples(calls, measure, in_trial, false, false);
    if (measure == Measure::trough) here += most_samples(calls, measure, in_trial, true, false);
    most = std::max(most, here);
  }
  return most;
}

void Formulas::keep_results(const ObservableName& entry, std::string_view name, std::uint32_t days,
                            const Position& where) {
  std::uint32_t& longest = windows_[entry.index];
  longest = std::max(longest, days);
  const std::uint32_t most = most_results(scenario_, kReported[entry.index].measure, longest);
  std::uint32_t all = 0;
  for (auto& [result, window] : windows_) {
    KeptResults& kept = plan_.kept_results[result];
    kept = {all, most_results(scenario_, kReported[result].measure, window)};
    all += kept.count;
  }
  if (all <= kKeptResults) return;
  problems_.add(
      where, fmt::format("{} may need {} results of a patient, {} with those for other windows (the visits, rechecks "
                         "and orders of {} days can give so many; {} are kept); choose a shorter window, or "
                         "measure less often",
                         name, most, all, longest, kKeptResults));
}

}  // namespace vt
