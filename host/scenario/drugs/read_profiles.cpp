#include <algorithm>

#include <fmt/format.h>

#include "host/scenario/sections.hpp"

namespace vt {

namespace {
constexpr std::size_t kMostHours = 200;
}

std::vector<double> read_hours(const Field& field, std::string_view since) {
  std::vector<double> hours;
  if (!field) return hours;
  for (const Field& item : items_of(field)) {
    const auto hour = read_number(item, "h", {0, 24});
    if (!hour) continue;
    if (!hours.empty() && *hour <= hours.back())
      item.complain(fmt::format("is {} h after {} h (the hours ascend)", *hour, hours.back()));
    else
      hours.push_back(*hour);
  }
  if (!field.node->is_list() || field.node->items.empty())
    field.complain(fmt::format("is no list of times (hours after {}); write [\"0 h\", \"2 h\", \"24 h\"]", since));
  else if (field.node->items.size() > kMostHours)
    field.complain(fmt::format("has {} times (at most {})", field.node->items.size(), kMostHours));
  return hours;
}

namespace {

void read_profile(TableReader& reader, const std::string& name, Scenario& scenario) {
  VisitSpec morning;  // when the last sample has been drawn
  morning.name = "profile " + name;
  morning.where = reader.table().where;
  read_calendar(reader, scenario, morning);
  for (std::int32_t& day : morning.days) {
    if (day >= scenario.duration_day && scenario.duration_day > 0)
      reader.complain(fmt::format("is on day {} (the trial's last day has no dose); choose an earlier day", day));
    day += 1;
  }
  TallySpec tally;
  tally.name = name;
  tally.where = reader.table().where;
  check_group_name(reader.get("name"));
  tally.title = read_text(reader.get("title")).value;
  tally.score = {"concentration", tally.where};
  tally.at = {morning.name, tally.where};
  tally.hours = read_hours(reader.need("hours", "hours after the day's first intake"), "the day's first intake");
  read_range(reader.need("range", "the least and the largest concentration"), tally);
  if (tally.unit != "ng/mL" && tally.low < tally.high && tally.has_range)
    reader.get("range").complain(
        fmt::format("is {} (concentrations are in ng/mL); write [\"1 ng/mL\", \"20000 ng/mL\"]",
                    tally.unit.empty() ? "without a unit" : "in " + tally.unit));
  read_axes(reader.get("by"), tally);
  if (tally.by.size() >= kMaxAxes)
    reader.get("by").complain(fmt::format("has {} axes (at most {} beside time)", tally.by.size(), kMaxAxes - 1));
  (void)read_origin(reader, false);
  reader.finish();
  if (scenario.pk.where.line == 0) reader.complain("has nothing to measure (the scenario has no [pk])");
  const auto is_twin = [&](const TallySpec& other) { return other.name == name; };
  if (std::any_of(scenario.tallies.begin(), scenario.tallies.end(), is_twin))
    reader.complain("has the name of a tally (results are stored under it); choose another name");
  scenario.visits.push_back(std::move(morning));
  scenario.tallies.push_back(std::move(tally));
}

}  // namespace

void read_profiles(TableReader& root, Scenario& scenario) {
  for_each_named(root, "profile",
                 [&](TableReader& reader, const std::string& name) { read_profile(reader, name, scenario); });
}

}  // namespace vt
