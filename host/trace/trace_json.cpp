#include "host/trace/trace.hpp"
#include "kernels/tables.hpp"
#include "output/json.hpp"

namespace vt {
namespace {

Json intakes_json(const TracedDay& today) {
  Json intakes = Json::array();
  for (const TracedIntake& intake : today.intake)
    if (intake.prescribed_mg > 0.0 || intake.swallowed_mg > 0.0)
      intakes.push_back({{"prescribed_mg", intake.prescribed_mg},
                         {"swallowed_mg", intake.swallowed_mg},
                         {"hours_after_day_start", intake.time_h}});
  return intakes;
}

/// Names of those of a list whose bit is set.
template <class Named>
Json names_of(const std::vector<Named>& list, std::uint64_t bits) {
  Json names = Json::array();
  for (std::size_t i = 0; i < list.size(); ++i)
    if (bits >> i & 1) names.push_back(list[i].name);
  return names;
}

/// What is prescribed from the day's visit on.
Json regimen_json(const Plan& plan, const TracedDay& today) {
  const Regimen& regimen = at(plan, plan.regimens, today.regimen);
  return {{"prescribed_mg_per_day", regimen.own_dose != 0 ? Json(nullptr) : number_or_null(regimen.daily_dose_mg)},
          {"interval_h", regimen.interval_h}};
}

}  // namespace

Json trace_json(const Scenario& scenario, const BuiltPlan& built, const Trace& trace) {
  const Plan& plan = built.buffer.plan();
  Json days = Json::array();
  for (std::size_t row = 0; row < trace.days.size(); ++row) {
    const TracedDay& today = trace.days[row];
    const bool is_there = today.left == 0 && today.failure == 0;
    const std::uint64_t scheduled = at(plan, plan.calendar, static_cast<std::uint32_t>(row));
    Json observed = Json::object();
    for (std::size_t o = 0; o < trace.observables.size(); ++o)
      if (trace.is_defined(row, o)) observed[trace.observables[o].name] = number_or_null(trace.value(row, o));
    days.push_back(
        {{"day", today.day},
         {"visits", names_of(scenario.visits, today.attended)},
         {"missed_visits", names_of(scenario.visits, is_there ? scheduled & ~std::uint64_t{today.attended} : 0)},
         {"rules", names_of(scenario.rules, today.rules_fired)},
         {"held_by", names_of(scenario.rules, today.held_by)},
         {"regimen", regimen_json(plan, today)},
         {"left", today.left != 0},
         {"why_left", why_left(today.left)},
         {"intakes", intakes_json(today)},
         {"observables", observed}});
  }
  Json traits = Json::object(), units = Json::object();
  for (const Trace::Value& trait : trace.traits) traits[trait.name] = number_or_null(trait.value);
  for (const Trace::Watched& one : trace.observables) units[one.name] = one.unit;
  Json json = json_object("trace", {{"title", scenario.title},
                                    {"seed", plan.seed},
                                    {"replicate", trace.replicate},
                                    {"patient", trace.patient},
                                    {"arm", built.arms[trace.days.front().arm].name},
                                    {"traits", traits},
                                    {"units", units},
                                    {"days", days}});
  if (!trace.failure.empty()) json["failure"] = {{"day", trace.failed_on}, {"reason", trace.failure}};
  return json;
}

}  // namespace vt
