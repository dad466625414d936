/// \file One clock in a run-in: all that counts treatment counts from the first dose that is prescribed.

#include <gtest/gtest.h>

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "tests/support/plain_trial.hpp"
#include "tests/support/scenario_file.hpp"
#include "tests/support/trial.hpp"

namespace vt { namespace {

using namespace test;

/// A drug from day `from` on in the first arm and from day 0 on in the second, in a trial that begins on day −30.
std::string run_in(int from, int patients, int duration, const std::string& adherence, const std::string& more = "") {
  return fmt::format(R"toml(title = "run-in"
{}
[trial]
patients = {}
start = "day -30"
duration = "{} day"
[adherence]
{}
source = "test"
basis = "assumed"
[[arm]]
name = "early"
regimen = {{ schedule = [{{ from = "day {}", dose = "100 mg", every = "24 h" }}] }}
rules = ["pause"]
[[arm]]
name = "from day 0"
regimen = {{ dose = "100 mg", every = "24 h" }}
rules = ["pause"]
[[visit]]
name = "v"
at = [{}"day 10"]
measure = []
[[rule]]
name = "pause"
at = "v"
when = "days_on_dose == 10"
do = "hold"
until = "days_on_hold >= 4"
recheck = "4 day"
source = "test"
{}
)toml",
                     kPlainPk, patients, duration, adherence, from,
                     from == 0 ? "" : fmt::format("\"day {}\", ", from + 10), more);
}

Scenario recorded(const std::string& text, std::uint64_t patients, const std::vector<std::string>& names) {
  const ScenarioFile file(text);
  Scenario scenario = read(file.path());
  scenario.record.patients = patients;
  for (const std::string& name : names) scenario.record.daily.push_back({name, {}});
  return scenario;
}

/// What a name shows of a patient on a day.
class Shown {
 public:
  explicit Shown(const Scenario& scenario) : first_(scenario.first_day), values_(simulate(scenario).daily) {}
  double operator()(std::size_t patient, const std::string& name, int day) const {
    const auto n = static_cast<std::size_t>(std::ranges::find(values_.names, name) - values_.names.begin());
    return values_
        .values[(patient * values_.names.size() + n) * values_.days.size() + static_cast<std::size_t>(day - first_)];
  }
  int last_day() const { return static_cast<int>(values_.days.size()) - 1 + first_; }

 private:
  int first_;
  DailyValues values_;
};

const std::vector<std::string> kCounted = {"days_on_dose",
                                           "days_on_hold",
                                           "on_treatment",
                                           "doses_taken_percent",
                                           "exposure_days",
                                           "dose_intensity_mg",
                                           "relative_dose_intensity",
                                           "mean_trough_28d",
                                           "mean_concentration_7d",
                                           "trough_true",
                                           "auc_24h"};

/// Everybody takes every dose until day 60 of treatment, and nobody differs: whoever begins 28 days earlier is 28 days
/// ahead in all that counts treatment, and to the bit where nothing is added up.
TEST(RunIn, shifts_all_that_counts_treatment) {
  const std::string stops = "model = \"perfect\"\nstops_after = \"60 day\"";
  const Shown shown(recorded(run_in(-28, 4, 150, stops), 4, [] {
    std::vector<std::string> names = kCounted;
    names.push_back("arm");
    return names;
  }()));
  std::size_t early = 4, late = 4;
  for (std::size_t p = 0; p < 4; ++p) (shown(p, "arm", 0) == 0 ? early : late) = p;
  ASSERT_LT(early, 4u);
  ASSERT_LT(late, 4u);
  for (int day = 0; day + 28 <= 150 - 28; ++day)
    for (const std::string& name : kCounted) {
      if (day == 0 && (name == "trough_true" || name == "auc_24h")) continue;  // 0 where others have had a dose
      const double a = shown(early, name, day - 28), b = shown(late, name, day);
      ASSERT_EQ(std::isnan(a), std::isnan(b)) << name << " " << day;
      if (std::isnan(a)) continue;
      ASSERT_NEAR(a, b, 1e-9 * (1 + std::fabs(b))) << name << " " << day;
    }
  // By hand: 60 doses of 100 mg less 4 on hold.
  EXPECT_EQ(shown(early, "days_on_dose", 72), 100 - 4);
  EXPECT_EQ(shown(early, "days_on_hold", -10), 4);
  EXPECT_EQ(shown(early, "on_treatment", -29), 0);
  EXPECT_EQ(shown(early, "on_treatment", -28), 1);
  EXPECT_NEAR(shown(early, "relative_dose_intensity", 72), 100 * 56.0 / 100, 1e-9);
  EXPECT_NEAR(shown(early, "dose_intensity_mg", 72), 100 * 96.0 / 100, 1e-9);
  EXPECT_NEAR(shown(early, "doses_taken_percent", 72), 100 * 56.0 / 96, 1e-9);
}

/// Adherence falls from the first dose on in both arms, although they begin on different days.
TEST(RunIn, decline_counts_from_the_first_dose_of_each_arm) {
  const std::string falls = "model = \"bernoulli\"\ntaken = 0.8\ndecline = \"6 1/year\"";
  constexpr std::size_t n = 2000;
  const Shown shown(recorded(run_in(-28, n, 100, falls), n, {"arm", "doses_taken_percent"}));
  double sum[2] = {}, patients[2] = {};
  for (std::size_t p = 0; p < n; ++p) {
    const int arm = shown(p, "arm", 0) == 0 ? 0 : 1;
    sum[arm] += shown(p, "doses_taken_percent", arm == 0 ? 100 - 28 : 100);
    patients[arm] += 1;
  }
  double expected = 0;  // of 100 days of treatment but for days 10 to 13, on which the drug is held
  for (int day = 0; day < 100; ++day)
    if (day < 10 || day > 13) expected += 100 / (1 + 0.25 * std::exp(6 * day / 365.25)) / 96;
  // SD of a patient's share about 100·√(.25/96); four errors of a mean of 1,000.
  for (int arm = 0; arm < 2; ++arm) EXPECT_NEAR(sum[arm] / patients[arm], expected, 4 * 5.1 / std::sqrt(1000)) << arm;
}

const std::string kTrend =
    "[pk.clearance_trend]\nchange = 1\ntime_constant = \"20 day\"\nsource = \"test\"\n"
    "basis = \"assumed\"\n";

TEST(RunIn, trends_count_from_the_first_dose) {
  const auto trend = [](int from, int day) {
    std::string text = run_in(from, 1, 100, "model = \"perfect\"", kTrend);
    const std::size_t second = text.find("[[arm]]\nname = \"from day 0\"");
    text.erase(second, text.find("[[visit]]") - second);
    return Shown(recorded(text, 1, {"trough_true"}))(0, "trough_true", day);
  };
  for (const int day : {1, 5, 30, 60}) EXPECT_NEAR(trend(-28, day - 28), trend(0, day), 1e-9 * trend(0, day)) << day;
  EXPECT_GT(trend(0, 60), 1.2 * trend(0, 9));  // it does something
}

TEST(RunIn, of_arms_that_begin_on_different_days_has_no_trends) {
  const ScenarioFile file(run_in(-28, 4, 100, "model = \"perfect\"", kTrend));
  Problems problems;
  const auto scenario = read_scenario(file.path(), {}, problems);
  ASSERT_TRUE(scenario.has_value());
  EXPECT_FALSE(build_plan(*scenario, problems).has_value());
  ASSERT_EQ(problems.size(), 1u);
  EXPECT_NE(problems.sorted()[0].text.find("the first dose of arm 'from day 0' is on day 0, that of arm 'early' on day "
                                           "-28 (a trend of [pk] counts from the first dose"),
            std::string::npos)
      << problems.sorted()[0].text;
}

const std::string kEvents = R"toml(
[[event]]
name = "early"
hazard = "0.02 1/day"
from = "day -30"
source = "test"
basis = "assumed"
[[event]]
name = "usual"
hazard = "0.02 1/day"
source = "test"
basis = "assumed"
[[event]]
name = "late"
hazard = "0.02 1/day"
from = "day 17"
source = "test"
basis = "assumed"
[[event]]
name = "found"
when = "day <= -18"
from = "day -30"
at = "v"
[[event]]
name = "not_found"
when = "day <= -18"
at = "v"
[[event]]
name = "third_day"
when = "day >= -29"
from = "day -30"
every = "3 day"
)toml";

/// A hazard of h a day from day `from` on is a waiting time of mean 1/h behind it.
TEST(RunIn, has_events_where_they_say_so) {
  constexpr std::size_t n = 3000;
  const Shown shown(recorded(
      run_in(-28, n, 100, "model = \"perfect\"", kEvents), n,
      {"day_of.early", "day_of.usual", "day_of.late", "day_of.found", "day_of.not_found", "day_of.third_day"}));
  const std::pair<std::string, int> hazards[] = {{"day_of.early", -30}, {"day_of.usual", 0}, {"day_of.late", 17}};
  for (const auto& [name, from] : hazards) {
    std::vector<double> days;
    for (std::size_t p = 0; p < n; ++p) {
      const double day = shown(p, name, 100);
      days.push_back(std::isnan(day) ? 1e9 : day);
      ASSERT_GT(days.back(), from) << name;
      if (from < 0 && day < 0) {  // nobody knows of it before its day
        ASSERT_TRUE(std::isnan(shown(p, name, static_cast<int>(day) - 1)));
        ASSERT_EQ(shown(p, name, static_cast<int>(day)), day);
      }
    }
    std::ranges::sort(days);
    double distance = 0;
    for (int day = from; day <= 100; ++day) {
      const auto by_now = std::ranges::upper_bound(days, day) - days.begin();
      distance = std::max(distance, std::fabs(static_cast<double>(by_now) / n - (1 - std::exp(-0.02 * (day - from)))));
    }
    EXPECT_LT(distance, 2.23 / std::sqrt(n)) << name;  // exceeded by one correct simulation in 10,000
  }
  for (std::size_t p = 0; p < n; ++p) {
    ASSERT_EQ(shown(p, "day_of.found", 100), -18);
    ASSERT_TRUE(std::isnan(shown(p, "day_of.not_found", 100)));
    ASSERT_EQ(shown(p, "day_of.third_day", 100), -27);  // on days −30, −27, …
  }
}

/// What events bring with them comes in the run-in, too; records tell the days apart from "did not happen".
TEST(RunIn, ends_with_the_event_that_ends_treatment) {
  std::string text = run_in(-28, 4, 100, "model = \"perfect\"", R"toml(
[[event]]
name = "end"
when = "day == -15"
from = "day -30"
every = "1 day"
ends_treatment = true
[[event]]
name = "just_before"
when = "day == -1"
from = "day -1"
every = "1 day"
[[event]]
name = "never"
when = "day == -2"
every = "1 day"
)toml");
  Scenario scenario = recorded(text, 4, {"arm", "on_treatment", "auc_24h"});
  RunOptions options;
  options.keep_records = true;
  for (const Record& row : records(simulate(scenario, options))) {
    EXPECT_EQ(row.event_day[0], -16);
    EXPECT_EQ(row.event_day[1], -2);
    EXPECT_EQ(row.event_day[2], -1);
  }
  const Shown shown(scenario);
  for (std::size_t p = 0; p < 4; ++p) {
    EXPECT_EQ(shown(p, "on_treatment", -16), shown(p, "arm", 0) == 0 ? 1 : 0);
    EXPECT_EQ(shown(p, "on_treatment", -15), 0);
    EXPECT_EQ(shown(p, "on_treatment", 5), 0);
    EXPECT_LT(shown(p, "auc_24h", 30), 1);  // ng·h/mL: nothing was taken after the event
  }
}

}  // namespace
}  // namespace vt
