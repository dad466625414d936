#include <fmt/format.h>

#include "host/scenario/sections.hpp"

namespace vt {
namespace {

/// hazard = "0.02 1/year" | "a formula", per = "year"
void read_hazard(TableReader& reader, EventSpec& event) {
  const Field hazard = reader.get("hazard");
  const Field per = reader.get("per");
  if (hazard) event.hazard = read_expression(hazard, {"1/day", {0, 1e3}, true, true});
  if (!per) return;
  const std::string unit = read_choice(per, {"day", "week", "month", "year"});
  if (!hazard || event.hazard.number)
    return per.complain("stands without a hazard that is a formula (it is the time unit of one); take it away");
  constexpr double days_per_week = 7, days_per_month = 30.4375, days_per_year = 365.25;
  event.per_day = 1 / (unit == "year"    ? days_per_year
                       : unit == "month" ? days_per_month
                       : unit == "week"  ? days_per_week
                                         : 1);
}

/// Visits, or every so many days.
void read_times(TableReader& reader, EventSpec& event) {
  const Field at = reader.get("at");
  const Field every = reader.get("every");
  event.at = read_texts(at);
  if (at && every)
    return every.complain("stands beside at (an event is looked for at visits or on fixed days); take one away");
  if (at && event.hazard.is_set())
    at.complain("belongs to a condition (a hazard goes on between visits); write every = \"7 day\"");
  if (const auto days = read_days(every, 1, 366)) event.every_day = *days;
}

/// severe = 0.07, duration = { median = "30 day", sd_log = 0.8 }
void read_course(TableReader& reader, EventSpec& event) {
  if (const auto share = read_number(reader.get("severe"), "", {0, 1})) event.severe_share = *share;
  if (const Field duration = reader.get("duration"); duration && duration.node->is_table()) {
    TableReader inner(*duration.node, duration.path, reader.problems());
    if (const auto median =
            read_number(inner.need("median", "how long it lasts in half of the patients"), "day", {0, 1e6, true}))
      event.duration_day = *median;
    if (const auto sd = read_number(inner.get("sd_log"), "", {0, 5})) event.duration_sd_log = *sd;
    inner.finish();
  } else if (const auto days = read_number(duration, "day", {0, 1e6, true})) {
    event.duration_day = *days;
  }
}

void read_event(TableReader& reader, const std::string& name, Scenario& scenario) {
  EventSpec event;
  event.name = name;
  event.where = reader.table().where;
  check_identifier(reader.get("name"));
  read_hazard(reader, event);
  const Field when = reader.get("when");
  event.when = read_text(when);
  if (event.hazard.is_set() == event.when.is_set() && !(when && !event.when.is_set()))
    reader.complain(event.hazard.is_set() ? "has a hazard and a condition (only one of them can make it happen); take "
                                            "hazard or when away"
                                          : "has neither hazard nor when (nothing makes it happen); write hazard = "
                                            "\"0.02 1/year\" or when = \"bcr_abl_is <= 0.1\"");
  event.only_if = read_text(reader.get("only_if"));
  read_times(reader, event);
  const Field confirm = reader.get("confirm");
  if (const auto times = read_whole(confirm, 1, 1000)) event.confirm = static_cast<std::uint32_t>(*times);
  if (confirm && event.hazard.is_set()) confirm.complain("belongs to a condition (a hazard has nothing to confirm)");
  event.after = read_text(reader.get("after"));
  event.is_fatal = read_flag(reader.get("fatal"));
  event.ends_treatment = read_flag(reader.get("ends_treatment"));
  event.ends_trial = read_flag(reader.get("ends_trial"));
  event.switches_drug = read_flag(reader.get("switches_drug"));
  if (event.switches_drug && scenario.second_drug.where.line == 0)
    reader.get("switches_drug").complain("is true (to which drug? the scenario has no [second_drug]); describe one");
  read_course(reader, event);
  event.origin = read_origin(reader, event.hazard.is_set());
  reader.finish();
  scenario.events.push_back(std::move(event));
}

}  // namespace

void read_events(TableReader& root, Scenario& scenario) {
  for_each_named(root, "event",
                 [&](TableReader& reader, const std::string& name) { read_event(reader, name, scenario); });
  if (scenario.events.size() > kMaxEvents)
    root.problems().add(scenario.events[kMaxEvents].where,
                        fmt::format("there are {} events (at most {})", scenario.events.size(), kMaxEvents));
}

}  // namespace vt
