#include <fmt/format.h>

#include "host/plan/plan_parts.hpp"
#include "kernels/calendar.hpp"
#include "kernels/numerics/elementary.hpp"

namespace vt {

namespace {

/// Chance per day of an event with a rate per year.
double chance_per_day(double per_year) { return -expm1(-per_year / kDaysPerYear); }

/// Normal cells are left at the load at which growth ends.
void check_normal_cells(PlanParts& parts, const ModelSpec& response, const LeukaemiaPlan& disease, double ratio) {
  if (ratio == 0.0 || ratio > disease.capacity - 1.0) return;
  parts.problems.add(
      find_entry(response, "normal_ratio")->where,
      fmt::format(
          "response.normal_ratio is {} beside a capacity of {} (growth would go on when there is no normal cell "
          "left, and white cells would have no end); write a ratio above capacity - 1",
          ratio, disease.capacity));
}

}  // namespace

void build_leukaemia(PlanParts& parts) {
  const ModelSpec& response = parts.scenario.model<Leukaemia>();
  const auto value = [&](std::string_view key) { return number(response, Leukaemia::section, key); };
  LeukaemiaPlan& disease = parts.plan.leukaemia;
  disease.hill = value("hill");
  disease.capacity = value("capacity");
  disease.influx_high_per_day = chance_per_day(value("influx_high"));
  disease.influx_low_per_day = chance_per_day(value("influx_low"));
  disease.influx_load_percent = value("influx_load");
  disease.influx_size_percent = value("influx_size");
  disease.immune = response.has_brake_window ? kBrakeWindow : kFallingBrake;
  disease.neutrophil_share = value("neutrophil_share");
  const double ratio = value("normal_ratio");
  check_normal_cells(parts, response, disease, ratio);
  disease.per_normal = ratio > 0.0 ? 1.0 / ratio : 0.0;
}

}  // namespace vt
