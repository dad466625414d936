/// \file What is remembered of the day on which an event happens: bcr_abl_is @ event.NAME.

#include <gtest/gtest.h>

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "tests/support/trial.hpp"

namespace vt { namespace {

using namespace test;

constexpr std::size_t kWatched = 400;

/// TOPS over 300 days with these events and no others, of which everything is written down.
Scenario watched(const std::vector<EventSpec>& events, const std::vector<std::string>& daily) {
  Scenario scenario = read(scenario_path("tops.toml"), {fmt::format("trial.patients={}", kWatched)});
  scenario.tallies.clear();
  scenario.rules.clear();
  for (ArmSpec& arm : scenario.arms) arm.rules.clear();
  scenario.events = events;
  scenario.record.patients = kWatched;
  for (const std::string& name : daily) scenario.record.daily.push_back({name, {}});
  return scenario;
}

EventSpec by_hazard(const std::string& name, const std::string& hazard) {
  EventSpec event;
  event.name = name;
  event.hazard.formula = hazard;
  return event;
}

EventSpec where(const std::string& name, const std::string& condition, const std::string& visit) {
  EventSpec event;
  event.name = name;
  event.when = {condition, {}};
  event.at = {{visit, {}}};
  return event;
}

void tally_at_end(Scenario& scenario, const std::string& name, const std::string& score, double high,
                  const std::string& unit = "") {
  TallySpec spec;
  spec.name = name;
  spec.score = {score, {}};
  spec.at = {"end", {}};
  spec.has_range = high > 0;
  spec.high = high;
  spec.unit = unit;
  scenario.tallies.push_back(spec);
}

double recorded(const DailyValues& daily, std::size_t patient, const std::string& name, std::size_t day) {
  const auto n = static_cast<std::size_t>(std::ranges::find(daily.names, name) - daily.names.begin());
  return daily.values[(patient * daily.names.size() + n) * daily.days.size() + day];
}

/// Mean of a daily value on everybody's day of an event, and how many have one.
struct Expected {
  double mean = 0;
  std::int64_t n = 0;
};
Expected on_the_day_of(const DailyValues& daily, const std::string& event, const std::string& name) {
  Expected found;
  for (std::size_t p = 0; p < kWatched; ++p) {
    const double day = recorded(daily, p, "day_of." + event, daily.days.size() - 1);
    if (std::isnan(day)) continue;
    const double value = recorded(daily, p, name, static_cast<std::size_t>(day));
    if (std::isnan(value)) continue;
    found.mean += value;
    ++found.n;
  }
  found.mean /= static_cast<double>(found.n);
  return found;
}

void expect_remembered(const Results& results, const std::string& tally_name, const Expected& expected) {
  const Pooled all = pool(tally(results, tally_name), {});
  EXPECT_EQ(all.evaluable, expected.n) << tally_name;
  EXPECT_NEAR(value(results, tally_name, "mean"), expected.mean, 1e-8 * expected.mean) << tally_name;
}

/// A hazard's event comes on any day. True values change on none of its visits.
TEST(ValueAtEvent, is_that_of_the_day_on_which_a_hazard_struck) {
  Scenario scenario = watched({by_hazard("a", "0.004")}, {"day_of.a", "trough_true", "bcr_abl_is_true", "peak"});
  tally_at_end(scenario, "trough", "trough_true @ event.a", 65536, "ng/mL");
  tally_at_end(scenario, "load", "bcr_abl_is_true@event.a", 1024, "%");
  tally_at_end(scenario, "peak", "peak @ event.a", 65536, "ng/mL");
  const Results results = simulate(scenario);
  for (const auto& [name, source] :
       {std::pair{"trough", "trough_true"}, {"load", "bcr_abl_is_true"}, {"peak", "peak"}}) {
    const Expected expected = on_the_day_of(results.daily, "a", source);
    EXPECT_GT(expected.n, 150);
    EXPECT_LT(expected.n, 350);
    expect_remembered(results, name, expected);
  }
}

/// An event of a visit sees what the visit has measured; so does what is remembered of it.
TEST(ValueAtEvent, has_the_results_of_the_visit_at_which_it_was_found) {
  Scenario scenario =
      watched({where("low", "anc < 3", "blood_count"), where("lower", "anc @ event.low < 2.5", "blood_count")},
              {"day_of.low", "day_of.lower", "anc", "daily_dose_mg"});
  tally_at_end(scenario, "count", "anc @ event.low", 64, "1e9/L");
  tally_at_end(scenario, "dose", "daily_dose_mg @ event.low", 1024, "mg");
  tally_at_end(scenario, "is_low", "anc @ event.low < 3", 0);
  const Results results = simulate(scenario);
  const Expected expected = on_the_day_of(results.daily, "low", "anc");
  EXPECT_GT(expected.n, 100);
  expect_remembered(results, "count", expected);
  expect_remembered(results, "dose", on_the_day_of(results.daily, "low", "daily_dose_mg"));
  EXPECT_EQ(pool(tally(results, "is_low"), {}).events, expected.n);
  int lower = 0;
  for (std::size_t p = 0; p < kWatched; ++p) {  // an event further down reads it on the same day
    const double day = recorded(results.daily, p, "day_of.low", 365);
    const bool is_lower = !std::isnan(day) && recorded(results.daily, p, "anc", static_cast<std::size_t>(day)) < 2.5;
    const double lower_day = recorded(results.daily, p, "day_of.lower", 365);
    EXPECT_EQ(is_lower, !std::isnan(lower_day));
    if (!is_lower) continue;
    EXPECT_EQ(lower_day, day);
    ++lower;
  }
  EXPECT_GT(lower, 10);
}

/// Of who dies, the last values are those of that day; of an event that nobody has, there is none.
TEST(ValueAtEvent, is_kept_of_the_dead_and_undefined_without_the_event) {
  EventSpec death = by_hazard("death", "0.003");
  death.is_fatal = true;
  Scenario scenario = watched({death, by_hazard("never", "0")}, {"day_of.death", "trough_true"});
  tally_at_end(scenario, "trough", "trough_true @ event.death", 65536, "ng/mL");
  tally_at_end(scenario, "none", "trough_true @ event.never > 0", 0);
  const Results results = simulate(scenario);
  expect_remembered(results, "trough", on_the_day_of(results.daily, "death", "trough_true"));
  EXPECT_EQ(pool(tally(results, "none"), {}).evaluable, 0);
  EXPECT_EQ(pool(tally(results, "none"), {}).randomised, static_cast<std::int64_t>(kWatched));
}

/// Conditions that are looked for on days of their own, of observables that nobody measures.
TEST(ValueAtEvent, is_that_of_the_day_on_which_a_condition_was_met) {
  EventSpec half;
  half.name = "half";
  half.when = {"bcr_abl_is_true < 20", {}};
  half.every_day = 3;
  Scenario scenario = watched({half}, {"day_of.half", "mean_trough_28d"});
  tally_at_end(scenario, "trough", "mean_trough_28d @ event.half", 65536, "ng/mL");
  const Results results = simulate(scenario);
  const Expected expected = on_the_day_of(results.daily, "half", "mean_trough_28d");
  EXPECT_GT(expected.n, 200);
  expect_remembered(results, "trough", expected);
}

/// Of an event that is dated back, the value is that of the look that was confirmed, and is known from then on.
TEST(ValueAtEvent, is_that_of_the_first_look_where_the_event_is_dated_back) {
  EventSpec low = where("low", "anc < 3.5", "blood_count");
  low.confirm = 2;
  low.is_dated_first = true;
  Scenario scenario = watched({low}, {"day_of.low", "anc"});
  tally_at_end(scenario, "count", "anc @ event.low", 64, "1e9/L");
  tally_at_end(scenario, "both", "defined(anc @ event.low) == event.low", 0);
  const Results results = simulate(scenario);
  const Expected expected = on_the_day_of(results.daily, "low", "anc");
  EXPECT_GT(expected.n, 50);
  EXPECT_LT(expected.n, 390);
  expect_remembered(results, "count", expected);
  const Pooled both = pool(tally(results, "both"), {});
  EXPECT_EQ(both.events, both.evaluable);
}

TEST(ValueAtEvent, costs_nothing_where_nobody_asks) {
  EXPECT_EQ(build(watched({by_hazard("a", "0.004")}, {})).buffer.plan().remembers_events, 0u);
}

}  // namespace
}  // namespace vt
