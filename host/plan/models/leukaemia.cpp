#include "host/plan/plan_parts.hpp"
#include "kernels/calendar.hpp"
#include "kernels/numerics/elementary.hpp"

namespace vt {

namespace {

/// Chance per day of an event with a rate per year.
double chance_per_day(double per_year) { return -expm1(-per_year / kDaysPerYear); }

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
}

}  // namespace vt
