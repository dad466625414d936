#include <fmt/format.h>

#include <algorithm>

#include "host/plan/tallies/tally_builder.hpp"

namespace vt {

namespace {

/// Times are counted by the day where a tally of them then takes no more than this, else by its own intervals.
constexpr std::uint64_t kDailyBytes = std::uint64_t{16} << 20;

}  // namespace

void TallyBuilder::check_axis(const AxisSpec& axis, const TallySpec& tally) {
  if (axis.form == AxisForm::visit && tally.at.value == "end")
    parts_.problems.add(
        axis.where,
        fmt::format("tally '{}' has the axis visit, but is counted once, at the end of each patient's trial; "
                    "drop the axis",
                    tally.name));
  if (axis.form == AxisForm::arm && !tally.pair.empty())
    parts_.problems.add(axis.where,
                        fmt::format("tally '{}' has the axis arm, but compares two arms; drop the axis", tally.name));
}

/// Events before their competitors, then "censored"; a row of intervals for each.
void TallyBuilder::set_times(const TallySpec& spec, TallyPlan& tally, ResultTally& names) {
  if (1 + spec.competing.size() > kMaxCauses) {
    parts_.problems.add(spec.where, fmt::format("tally '{}' has {} competing causes (at most {}); drop some", spec.name,
                                                spec.competing.size(), kMaxCauses - 1));
    return;
  }
  const auto bit = [&](const Text& name) {
    for (std::size_t e = 0; e < parts_.scenario.events.size(); ++e)
      if (parts_.scenario.events[e].name == name.value) return std::uint32_t{1} << e;
    return std::uint32_t{0};  // a name that does not exist has been reported by the reader
  };
  const auto is_hazard = [&](const Text& name) {
    const auto found = std::ranges::find(parts_.scenario.events, name.value, &EventSpec::name);
    return found != parts_.scenario.events.end() && found->hazard.is_set();
  };
  names.is_within_day = std::ranges::all_of(spec.events, is_hazard) && std::ranges::all_of(spec.competing, is_hazard);
  if (spec.from.is_set()) {
    const auto from = std::ranges::find(parts_.scenario.events, spec.from.value, &EventSpec::name);
    tally.from = from == parts_.scenario.events.end()
                     ? 0
                     : 1 + static_cast<std::uint32_t>(from - parts_.scenario.events.begin());
    names.is_within_day = names.is_within_day && !is_hazard(spec.from);
    names.from = spec.from.value;
  }
  // Days from day 0 on; from an event before it on there are more.
  const std::int32_t longest = parts_.plan.last_day - (tally.from > 0 ? std::min(parts_.plan.first_day, 0) : 0);
  std::string event;
  for (const Text& name : spec.events) {
    tally.causes[0] |= bit(name);
    event += (event.empty() ? "" : " or ") + name.value;
  }
  names.outcomes = {event == "first " + spec.name ? "event" : event};
  tally.n_causes = 1;
  for (const Text& name : spec.competing) {
    if (tally.causes[0] & bit(name))
      parts_.problems.add(name.where, fmt::format("tally '{}': '{}' competes with itself; take it out of competing",
                                                  spec.name, name.value));
    tally.causes[tally.n_causes++] = bit(name);
    names.outcomes.push_back(name.value);
  }
  names.outcomes.emplace_back("censored");
  const std::uint64_t daily = names.outcomes.size() * (static_cast<std::uint64_t>(longest) + 1);
  tally.interval_days = tally.cells * (kCommonWords + daily) * 8 <= kDailyBytes ? 1 : spec.every_day;
  if (tally.interval_days > 1)
    parts_.problems.note(
        spec.where, fmt::format("tally '{}' is counted by intervals of {} days (by day it would take {} MB); its means "
                                "and medians take events to lie evenly within an interval, fewer axes make them exact",
                                spec.name, spec.every_day, tally.cells * daily * 8 >> 20));
  for (std::int32_t day = 0;; day += tally.interval_days) {
    names.times.push_back(std::min(day, longest));
    if (day >= longest) break;
  }
  tally.n_times = static_cast<std::uint32_t>(names.times.size());
}

void TallyBuilder::set_pair(const TallySpec& spec, TallyPlan& tally, ResultTally& names) {
  if (parts_.plan.lives < 2)
    parts_.problems.add(spec.where,
                        fmt::format("tally '{}' compares lives, but every patient lives once; write allocation = "
                                    "\"counterfactual\" under [trial], with two arms or more",
                                    spec.name));
  if (pairs_ == kMaxPairs)
    parts_.problems.add(spec.where,
                        fmt::format("too many tallies of pairs (at most {}); drop '{}'", kMaxPairs, spec.name));
  tally.pair_slot = std::min<std::uint32_t>(pairs_++, kMaxPairs - 1);
  const auto arm = [&](const Text& name) {
    for (std::uint32_t a = 0; a < parts_.scenario.arms.size(); ++a)
      if (parts_.scenario.arms[a].name == name.value) return a;
    return 0u;  // reported by the reader
  };
  names.pair.resize(2);
  if (spec.pair.size() != 2) return;
  tally.pair_first = arm(spec.pair[0]);
  tally.pair_second = arm(spec.pair[1]);
  names.pair = {spec.pair[0].value, spec.pair[1].value};
}

}  // namespace vt
