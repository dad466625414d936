/// \file Extremes of the results of the last days, as formulas see them.

#include <gtest/gtest.h>

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "host/plan/names/most_results.hpp"
#include "host/plan/names/observables.hpp"
#include "tests/support/trial.hpp"

namespace vt { namespace {

using namespace test;

constexpr std::size_t kPatients = 150;

VisitSpec visit_on(const std::string& name, std::vector<std::int32_t> days, const std::string& measure = "") {
  VisitSpec spec;
  spec.name = name;
  for (const std::int32_t day : days) spec.labels.push_back("day " + std::to_string(day));
  spec.days = std::move(days);
  if (!measure.empty()) spec.measure = {{measure, {}}};
  return spec;
}

/// TOPS over a year, of which only what is measured matters.
Scenario measured(std::vector<VisitSpec> visits, const std::vector<std::string>& set = {}) {
  std::vector<std::string> all = {fmt::format("trial.patients={}", kPatients)};
  all.insert(all.end(), set.begin(), set.end());
  Scenario scenario = read(scenario_path("tops.toml"), all);
  scenario.tallies.clear();
  scenario.rules.clear();
  for (ArmSpec& arm : scenario.arms) arm.rules.clear(), arm.leave_per_year = 0;
  scenario.visits = std::move(visits);
  return scenario;
}

/// Values of every day, by patient.
class Days {
 public:
  Days(Scenario scenario, const std::vector<std::string>& names) : names_(names) {
    scenario.record.patients = kPatients;
    for (const std::string& name : names) scenario.record.daily.push_back({name, {}});
    values_ = simulate(scenario).daily;
  }
  std::size_t days() const { return values_.days.size(); }
  double at(std::size_t patient, const std::string& name, std::size_t day) const {
    const auto n = static_cast<std::size_t>(std::ranges::find(names_, name) - names_.begin());
    return values_.values[(patient * names_.size() + n) * days() + day];
  }

 private:
  std::vector<std::string> names_;
  DailyValues values_;
};

struct Sampled {
  std::size_t day;
  double value;
  std::size_t known_on;
};

/// The samples of a patient whose results are known at once: with an error, no two are the same.
std::vector<Sampled> samples(const Days& days, const std::string& name, std::size_t patient) {
  std::vector<Sampled> all;
  for (std::size_t day = 0; day < days.days(); ++day) {
    const double now = days.at(patient, name, day);
    if (!std::isnan(now) && (all.empty() || all.back().value != now)) all.push_back({day, now, day});
  }
  return all;
}

/// What the windows show is what the samples say.
void expect_windows(const Days& days, const std::string& name, int n, std::size_t patient,
                    const std::vector<Sampled>& all) {
  for (std::size_t day = 0; day < days.days(); ++day) {
    double lowest = 1e300, highest = -1e300, count = 0;
    for (const Sampled& one : all)
      if (one.known_on <= day && one.day + static_cast<std::size_t>(n) >= day)
        lowest = std::min(lowest, one.value), highest = std::max(highest, one.value), ++count;
    ASSERT_EQ(days.at(patient, fmt::format("results_of_{}_{}d", name, n), day), count) << patient << " " << day;
    const double low = days.at(patient, fmt::format("lowest_{}_{}d", name, n), day);
    const double high = days.at(patient, fmt::format("highest_{}_{}d", name, n), day);
    ASSERT_EQ(std::isnan(low), count == 0);
    ASSERT_EQ(std::isnan(high), count == 0);
    if (count == 0) continue;
    ASSERT_EQ(low, lowest) << patient << " " << day;
    ASSERT_EQ(high, highest) << patient << " " << day;
  }
}

std::vector<std::string> windows_of(const std::string& name, const std::vector<int>& lengths) {
  std::vector<std::string> all = {name};
  for (const int n : lengths)
    for (const char* kind : {"lowest_{}_{}d", "highest_{}_{}d", "results_of_{}_{}d"})
      all.push_back(fmt::format(fmt::runtime(kind), name, n));
  return all;
}

std::vector<std::int32_t> every(std::int32_t from, std::int32_t step, std::int32_t until) {
  std::vector<std::int32_t> days;
  for (; from <= until; from += step) days.push_back(from);
  return days;
}

TEST(ResultWindows, go_by_the_day_of_the_sample_and_know_what_is_reported) {
  std::vector<VisitSpec> visits = {visit_on("pcr", every(0, 28, 364), "bcr_abl"), visit_on("look", every(5, 9, 365))};
  visits[0].missed = 0.2;
  const std::vector<int> lengths = {28, 100, 365};
  const Days at_once(measured(visits), windows_of("bcr_abl_is", lengths));
  const Days delayed(measured(visits, {"assays.bcr_abl_delay=10 day"}), windows_of("bcr_abl_is", lengths));
  for (std::size_t p = 0; p < kPatients; ++p) {
    std::vector<Sampled> all = samples(at_once, "bcr_abl_is", p);
    ASSERT_GT(all.size(), 4u);
    for (const int n : lengths) expect_windows(at_once, "bcr_abl_is", n, p, all);
    // The same samples, filed at the first visit that takes place on or after the day on which they are due.
    for (std::size_t i = 0; i < all.size(); ++i) {
      std::size_t first = 999;
      for (const std::int32_t look : visits[1].days)
        if (look >= static_cast<std::int32_t>(all[i].day) + 10) first = std::min<std::size_t>(first, look);
      for (const Sampled& other : all)
        if (other.day >= all[i].day + 10) first = std::min(first, other.day);
      all[i].known_on = first;
    }
    for (const int n : lengths) expect_windows(delayed, "bcr_abl_is", n, p, all);
  }
}

/// A sample after the day's dose is known on the next day at the earliest, and is still of its own day.
TEST(ResultWindows, see_samples_after_the_dose_from_the_next_day_on) {
  std::vector<VisitSpec> visits = {visit_on("peak", every(10, 10, 360), "trough"), visit_on("look", every(1, 1, 364))};
  visits[0].is_late = true;
  visits[0].late_low_h = 1, visits[0].late_high_h = 2;
  const Days days(measured(visits), windows_of("trough", {25}));
  for (std::size_t p = 0; p < kPatients; ++p) {
    std::vector<Sampled> all = samples(days, "trough", p);
    ASSERT_EQ(all.size(), visits[0].days.size());
    for (Sampled& one : all) --one.day;
    expect_windows(days, "trough", 25, p, all);
  }
}

RuleSpec rule(const std::string& name, Action action, const std::string& when) {
  RuleSpec spec;
  spec.name = name;
  spec.action = action;
  spec.when = {when, {}};
  return spec;
}

/// Blood counts every 45 days, 5 days after low ones, and every 9 days on hold: none is lost.
TEST(ResultWindows, have_room_for_rechecks_and_orders) {
  Scenario scenario =
      measured({visit_on("counts", every(10, 45, 365), "blood_count"), visit_on("extra", {}, "blood_count")},
               {"assays.count_cv=0.1"});
  scenario.visits[1].is_on_order = true;
  scenario.rules = {rule("hold", Action::hold, "anc < 3"), rule("order", Action::sample, "anc < 4")};
  scenario.rules[0].at = {{"counts", {}}, {"extra", {}}};
  scenario.rules[0].until = {"anc > 4", {}};
  scenario.rules[0].recheck_day = 9;
  scenario.rules[1].at = {{"counts", {}}, {"extra", {}}};
  scenario.rules[1].sample = {"extra", {}};
  scenario.rules[1].after_day = 13;
  for (ArmSpec& arm : scenario.arms) arm.rules = {{"hold", {}}, {"order", {}}};
  // In 90 days 2 or 3 at the schedule, 90 div 13 + 1 ordered, 90 div 9 + 1 rechecks.
  EXPECT_EQ(most_results(scenario, Measure::blood_count, 90), 3u + 7 + 11);
  const Days days(scenario, windows_of("anc", {90, 30}));
  double most = 0;
  for (std::size_t p = 0; p < kPatients; ++p) {
    expect_windows(days, "anc", 90, p, samples(days, "anc", p));
    expect_windows(days, "anc", 30, p, samples(days, "anc", p));
    for (std::size_t day = 0; day < days.days(); ++day) most = std::max(most, days.at(p, "results_of_anc_90d", day));
  }
  EXPECT_GT(most, 6);  // more than the schedule has
}

TEST(ResultWindows, count_what_there_can_be) {
  Scenario scenario = measured({visit_on("a", {0, 10, 20, 300}, "trough"), visit_on("b", {20, 30}, "trough")});
  EXPECT_EQ(most_results(scenario, Measure::trough, 9), 1u);
  EXPECT_EQ(most_results(scenario, Measure::trough, 10), 2u);  // on both ends of the window
  EXPECT_EQ(most_results(scenario, Measure::trough, 30), 4u);  // two visits on one day are one sample
  EXPECT_EQ(most_results(scenario, Measure::trough, 9999), 5u);
  EXPECT_EQ(most_results(scenario, Measure::bcr_abl, 365), 0u);
  scenario.visits[1].is_late = true;  // before and after the dose of day 20
  EXPECT_EQ(most_results(scenario, Measure::trough, 30), 5u);
  scenario.visits.push_back(visit_on("c", {}, "trough"));
  scenario.visits[2].is_on_order = true;
  RuleSpec order = rule("order", Action::sample, "day > 0");
  order.at = {{"a", {}}};
  order.sample = {"c", {}};
  order.after_day = 5;
  scenario.rules = {order};
  EXPECT_EQ(most_results(scenario, Measure::trough, 30), 5u);  // no arm has the rule
  scenario.arms[1].rules = {{"order", {}}};
  EXPECT_EQ(most_results(scenario, Measure::trough, 30), 5u + 3);  // the rule is asked on days 0, 10 and 20
  scenario.rules[0].most_times = 2;
  EXPECT_EQ(most_results(scenario, Measure::trough, 30), 5u + 2);
  scenario.rules[0].most_times = 0;
  scenario.rules[0].at.push_back({"c", {}});  // and then at what it has ordered
  EXPECT_EQ(most_results(scenario, Measure::trough, 30), 5u + 7);
}

TEST(ResultWindows, are_refused_where_not_all_can_be_kept) {
  Scenario scenario = measured({visit_on("a", every(0, 1, 365), "trough")});
  scenario.record.patients = 1;
  scenario.record.daily = {{"highest_trough_63d", {"s.toml", 7, 3}}};
  Problems fits;
  EXPECT_TRUE(build_plan(scenario, fits).has_value());
  scenario.record.daily[0].value = "highest_trough_64d";
  Problems problems;
  EXPECT_FALSE(build_plan(scenario, problems).has_value());
  ASSERT_EQ(problems.size(), 1u);
  EXPECT_EQ(problems.sorted()[0].where.line, 7);
  EXPECT_NE(problems.sorted()[0].text.find("highest_trough_64d may need 65 results of a patient"), std::string::npos)
      << problems.sorted()[0].text;
  // Windows of one kind share what is kept; those of another need their own.
  scenario.record.daily = {{"highest_trough_63d", {}}, {"lowest_trough_20d", {}}};
  Problems shared;
  EXPECT_TRUE(build_plan(scenario, shared).has_value());
  scenario.visits[0].measure.push_back({"bcr_abl", {}});
  scenario.record.daily.push_back({"lowest_bcr_abl_is_1d", {}});
  Problems both;
  EXPECT_FALSE(build_plan(scenario, both).has_value());
}

TEST(ResultWindows, have_names_of_their_own) {
  EXPECT_EQ(find_observable("highest_bcr_abl_is_0d"), nullptr);
  EXPECT_EQ(find_observable("highest_bcr_abl_is_10000d"), nullptr);
  EXPECT_EQ(find_observable("highest_bcr_abl_365d"), nullptr);
  ASSERT_NE(find_observable("highest_bcr_abl_is_9999d"), nullptr);
  EXPECT_EQ(find_observable("highest_bcr_abl_is_9999d")->source, Source::highest_within);
  EXPECT_EQ(find_observable("results_of_bcr_abl_is_365d")->unit, "1");
  EXPECT_EQ(find_observable("highest_bcr_abl_is")->source, Source::highest);
}

TEST(ResultWindows, cost_nothing_where_nobody_asks) {
  for (const KeptResults& kept : build(read(scenario_path("tops.toml"))).buffer.plan().kept_results)
    EXPECT_EQ(kept.count, 0u);
}

}  // namespace
}  // namespace vt
