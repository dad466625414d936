#include <fmt/format.h>

#include <algorithm>

#include "host/plan/drugs/timing.hpp"
#include "host/plan/plan_parts.hpp"
#include "kernels/numerics/philox.hpp"

namespace vt {

std::uint32_t visit_kind(const Scenario& scenario, const std::string& name) {
  for (std::uint32_t k = 0; k < scenario.visits.size(); ++k)
    if (scenario.visits[k].name == name) return k;
  return 0;
}

namespace {

std::uint32_t measures_of(const VisitSpec& spec) {
  std::uint32_t measures = 0;
  for (const Text& measure : spec.measure)
    if (const Measurement* found = find_measurement(measure.value))
      measures |= static_cast<std::uint32_t>(found->measure);
  return measures;
}

/// Whether some result of a measurement is not known at once.
bool arrives_later(const PlanParts& parts, std::string_view measure) {
  const Measurement* one = find_measurement(measure);
  if (one == nullptr) return true;  // which has been reported
  const bool is_late = std::ranges::any_of(parts.scenario.visits, [&](const VisitSpec& visit) {
    return visit.is_late && std::ranges::find(visit.measure, one->name, &Text::value) != visit.measure.end();
  });
  const bool has_delay = std::ranges::any_of(kReported, [&](const ReportedQuantity& result) {
    return result.measure == one->measure && parts.plan.assays.wait_days[static_cast<int>(result.result)] > 0;
  });
  return has_delay || (is_late && one->measure == Measure::trough);
}

}  // namespace

void build_calendar(PlanParts& parts) {
  if (parts.scenario.visits.size() > kMaxVisitKinds) {
    parts.problems.add(
        parts.scenario.visits[kMaxVisitKinds].where,
        fmt::format("{} kinds of visit (at most {}); merge some", parts.scenario.visits.size(), kMaxVisitKinds));
    return;
  }
  const std::int32_t n_days = std::max(0, parts.scenario.duration_day - parts.scenario.first_day) + 1;
  std::vector<std::uint32_t> calendar(static_cast<std::size_t>(n_days));
  std::vector<VisitKind> kinds;
  for (std::size_t k = 0; k < parts.scenario.visits.size(); ++k) {
    const VisitSpec& spec = parts.scenario.visits[k];
    VisitKind kind{};
    kind.measures = measures_of(spec);
    for (const Measurement& one : kMeasurements)
      if (one.is_further && (kind.measures & static_cast<std::uint32_t>(one.measure))) parts.plan.measures_further = 1;
    kind.missed_stream = parts.formulas.stream("missed", spec.name, spec.where);
    kind.missed_below = bernoulli_threshold(spec.missed);
    kind.days = parts.built.buffer.add(spec.days);
    kind.sample_sd_h = spec.sample_sd_h;
    kind.is_late = spec.is_late ? 1 : 0;
    kind.late_low_h = spec.late_low_h;
    kind.late_span_h = spec.late_high_h - spec.late_low_h;
    if (spec.is_late) parts.plan.waits = 1;
    if (const Measurement* one = find_measurement(spec.on_result)) kind.on_results = results_of(one->measure);
    for (const Text& measure : spec.measure)
      for (std::size_t t = 0; t < parts.scenario.tests.size(); ++t)
        if (parts.scenario.tests[t].name == measure.value) kind.tests |= 1u << t;
    const auto [low, span] = truncate(spec.sample_sd_h, spec.window_h);
    parts.latest_sample_h =
        std::max(parts.latest_sample_h, kMorning_h + (spec.sample_sd_h > 0.0 ? spec.window_h : 0.0));
    if (spec.is_late)  // the next day's first dose waits for it, too
      parts.latest_sample_h =
          std::max(parts.latest_sample_h, kMorning_h + most_jitter_h(1) + spec.late_high_h - kHoursPerDay);
    kind.sample_cdf_low = low;
    kind.sample_cdf_span = span;
    kinds.push_back(kind);
    for (const std::int32_t day : spec.days)
      if (day >= parts.scenario.first_day && day <= parts.scenario.duration_day)
        calendar[static_cast<std::size_t>(day - parts.scenario.first_day)] |= 1u << k;
  }
  for (const VisitSpec& spec : parts.scenario.visits)
    if (!spec.on_result.empty() && !arrives_later(parts, spec.on_result))
      parts.problems.add(spec.where,
                         fmt::format("visit '{}' waits for results of {} (they are known at once: it would never "
                                     "take place); give the assay a delay",
                                     spec.name, spec.on_result));
  parts.plan.calendar = parts.built.buffer.add(calendar);
  parts.plan.visit_kinds = parts.built.buffer.add(kinds);
}

}  // namespace vt
