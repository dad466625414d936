#include <fmt/format.h>

#include <bit>

#include "host/plan/plan_parts.hpp"
#include "kernels/numerics/elementary.hpp"

namespace vt {

void build_assays(PlanParts& parts) {
  const auto value = [&](std::string_view key) { return number(parts.scenario.assays, "assays", key); };
  AssayPlan& assays = parts.plan.assays;
  assays.trough_cv = value("trough_cv");
  assays.trough_limit_ng_per_mL = value("trough_limit");
  assays.count_cv = value("count_cv");
  assays.trough_sd_ng_per_mL = value("trough_sd");
  assays.trough_sd_log = value("trough_sd_log");
  for (const ReportedQuantity& one : kReported) {
    const std::string_view delay = entry_of(one.measure).delay;
    const auto days = static_cast<std::int32_t>(delay.empty() ? 0 : value(delay));
    assays.wait_days[static_cast<int>(one.result)] = days;
    if (days > 0) parts.plan.waits = 1;
  }
  for (const Measurement& one : kMeasurements)
    assays.cost[std::countr_zero(static_cast<std::uint32_t>(one.measure))] = one.cost.empty() ? 0 : value(one.cost);
  assays.metaphases = static_cast<std::uint32_t>(value("metaphases"));
  assays.metaphase_odds = value("metaphase_odds");
  assays.metaphase_anchor_percent = value("metaphase_anchor");
  assays.metaphase_slope_low = value("metaphase_slope_low");
  assays.metaphase_slope_high = value("metaphase_slope_high");
  assays.pcr_copies = value("pcr_copies");
  if (assays.pcr_copies > 0.0) parts.plan.measures_further = 1;
  assays.pcr_copies_spread = value("pcr_copies_sd_log");
  assays.ddpcr_copies = value("ddpcr_copies");
  assays.ddpcr_copies_spread = value("ddpcr_copies_sd_log");
  assays.ddpcr_sd_log10 = value("ddpcr_sd_log10");
  for (const ReportedQuantity& one : kReported)
    if (!one.error.key.empty()) assays.error[static_cast<int>(one.result) - kFixedResults] = value(one.error.key);
  std::vector<double> level, sd;
  for (int i = 0;; ++i) {
    const Expression* at_level = find_entry(parts.scenario.assays, fmt::format("pcr_sd_log10.level.{}", i));
    const Expression* has_sd = find_entry(parts.scenario.assays, fmt::format("pcr_sd_log10.sd.{}", i));
    if (!at_level || !has_sd) break;
    constexpr double ln10 = 0x1.26bb1bbb55516p+1;
    level.push_back(log(*at_level->number) / ln10);
    sd.push_back(*has_sd->number);
  }
  assays.pcr_log10 = parts.built.buffer.add(level);
  assays.pcr_sd = parts.built.buffer.add(sd);
}

}  // namespace vt
