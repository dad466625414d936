#include "host/plan/names/visit_days.hpp"

#include <algorithm>

namespace vt {

bool has_measure(const VisitSpec& visit, std::string_view name) {
  return std::ranges::any_of(visit.measure, [&](const Text& one) { return one.value == name; });
}

namespace {

bool is_named(const std::vector<Text>& names, const std::string& name) {
  return std::ranges::find(names, name, &Text::value) != names.end();
}

/// Days until the first result of a visit's measurement arrives.
std::int32_t shortest_wait(const VisitSpec& visit, std::string_view measure, const AssayPlan& assays) {
  const Measurement* measured = find_measurement(measure);
  if (measured == nullptr) return 0;  // which has been reported
  std::int32_t shortest = kNever;
  for (const ReportedQuantity& one : kReported)
    if (one.measure == measured->measure) shortest = std::min(shortest, assays.wait_days[static_cast<int>(one.result)]);
  return visit.is_late ? std::max(1, shortest) : shortest;
}

std::int32_t later(std::int32_t day, std::int32_t days) { return day == kNever ? kNever : day + days; }

}  // namespace

std::int32_t first_of(const Scenario& scenario, const std::vector<Text>& visits, const VisitDays& days) {
  std::int32_t first = kNever;
  for (std::size_t k = 0; k < scenario.visits.size(); ++k)
    if (is_named(visits, scenario.visits[k].name)) first = std::min(first, days.first[k]);
  return first;
}

VisitDays visit_days_in(const Scenario& scenario, const AssayPlan& assays, const ArmSpec& arm) {
  const std::size_t n = scenario.visits.size();
  VisitDays days{std::vector<std::int32_t>(n, kNever), std::vector<char>(n, 0)};
  for (std::size_t k = 0; k < n; ++k)
    if (!scenario.visits[k].days.empty() && scenario.visits[k].missed < 1) days.first[k] = scenario.visits[k].days[0];
  bool is_settled = false;
  const auto call = [&](std::size_t k, std::int32_t day) {
    if (day > scenario.duration_day || scenario.visits[k].missed >= 1) return;
    days.is_called[k] = 1;
    if (day >= days.first[k]) return;
    days.first[k] = day;
    is_settled = false;
  };
  while (!is_settled) {
    is_settled = true;
    for (const RuleSpec& rule : scenario.rules) {
      const std::int32_t asked = first_of(scenario, rule.at, days);
      if (asked == kNever || !is_named(arm.rules, rule.name)) continue;
      for (std::size_t k = 0; k < n; ++k) {
        const std::string& name = scenario.visits[k].name;
        if (rule.sample.value == name) call(k, later(asked, static_cast<std::int32_t>(rule.after_day)));
        if (rule.recheck_day > 0 && is_named(rule.at, name))
          call(k, later(asked, static_cast<std::int32_t>(rule.recheck_day)));
      }
    }
    for (std::size_t k = 0; k < n; ++k)
      for (std::size_t from = 0; from < n && !scenario.visits[k].on_result.empty(); ++from)
        if (has_measure(scenario.visits[from], scenario.visits[k].on_result) && days.first[from] != kNever)
          call(k, later(days.first[from], shortest_wait(scenario.visits[from], scenario.visits[k].on_result, assays)));
  }
  return days;
}

}  // namespace vt
