/// \file What counts days of the trial and what counts days of treatment, where the two differ: arms whose first doses
/// lie on different days, before day 0 and behind it.

#include <gtest/gtest.h>

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "tests/support/scenario_file.hpp"
#include "tests/support/trial.hpp"

namespace vt { namespace {

using namespace test;

/// 100 mg once a day, on average 10 mg/L in the body's 200 L, from a day on that differs between the arms.
std::string clocks(const std::string& more_pk, const std::string& more_arm, int patients) {
  std::string text = fmt::format(R"toml(title = "clocks"
[trial]
patients = {}
start = "day -30"
duration = "120 day"
[pk]
model = "one_compartment"
absorption = "first_order"
clearance = "10 L/h"
volume = "200 L"
absorption_rate = "1 1/h"
{}
source = "test"
basis = "assumed"
)toml",
                                 patients, more_pk);
  for (const int from : {-28, 0, 14})
    text += fmt::format(
        "[[arm]]\nname = \"day {0}\"\n"
        "regimen = {{ schedule = [{{ from = \"day {0}\", dose = \"100 mg\", every = \"24 h\" }}] }}\n{1}\n",
        from, more_arm);
  return text;
}

/// The daily values of the first patient of each arm.
class FirstOfEachArm {
 public:
  FirstOfEachArm(const std::string& text, std::vector<std::string> names) {
    const ScenarioFile file(text);
    Scenario scenario = read(file.path());
    scenario.record.patients = scenario.patients;
    names.emplace_back("arm");
    for (const std::string& name : names) scenario.record.daily.push_back({name, {}});
    first_day_ = scenario.first_day;
    values_ = simulate(scenario).daily;
    for (std::size_t patient = scenario.patients; patient-- > 0;)
      of_arm_[static_cast<std::size_t>(at(patient, "arm", 0))] = patient;
  }
  double operator()(std::size_t arm, const std::string& name, int day) const { return at(of_arm_[arm], name, day); }

 private:
  double at(std::size_t patient, const std::string& name, int day) const {
    const auto n = static_cast<std::size_t>(std::ranges::find(values_.names, name) - values_.names.begin());
    return values_.values[(patient * values_.names.size() + n) * values_.days.size() +
                          static_cast<std::size_t>(day - first_day_)];
  }
  int first_day_ = 0;
  std::size_t of_arm_[3] = {};
  DailyValues values_;
};

/// Before the first dose of the trial there is no last day to speak of; behind it, an arm that has had none yet has no
/// drug: 0, and no mean over days of treatment.
TEST(Clocks, ConcentrationsAreDefinedFromTheSecondDayOfTheTrialsFirstDose) {
  const std::vector<std::string> concentrations = {"trough_true", "auc_24h", "average_concentration",
                                                   "relative_exposure", "peak"};
  std::vector<std::string> names = concentrations;
  names.insert(names.end(), {"mean_trough_7d", "mean_concentration_7d", "exposure_days"});
  const FirstOfEachArm shown(clocks("", "", 6), names);
  const int first_dose[] = {-28, 0, 14};
  for (std::size_t arm = 0; arm < 3; ++arm)
    for (int day = -30; day <= 30; ++day) {
      for (const std::string& name : concentrations) {
        const double value = shown(arm, name, day);
        ASSERT_EQ(std::isnan(value), day <= -28) << name << " arm " << arm << " day " << day;
        if (std::isnan(value)) continue;
        ASSERT_EQ(value > 0, day > first_dose[arm]) << name << " arm " << arm << " day " << day;
        ASSERT_GE(value, 0.0) << name << " arm " << arm << " day " << day;
      }
      for (const char* name : {"mean_trough_7d", "mean_concentration_7d"})
        ASSERT_EQ(std::isnan(shown(arm, name, day)), day <= first_dose[arm]) << name << " arm " << arm << day;
      ASSERT_EQ(std::isnan(shown(arm, "exposure_days", day)), day < first_dose[arm]) << arm << " " << day;
    }
}

/// From day 40 of the trial on, whenever the arm began: a day's area of the metabolite at steady state is the dose over
/// its clearance, 100 mg/(20 L/h) before and twice that behind it.
TEST(Clocks, TheStepOfTheMetabolitesClearanceIsOnADayOfTheTrial) {
  const FirstOfEachArm shown(clocks("metabolite_clearance = \"20 L/h\"\nmetabolite_volume = \"50 L\"\n"
                                    "metabolite_clearance_step = { factor = 0.5, from = \"day 40\" }",
                                    "", 6),
                             {"metabolite_auc_24h"});
  constexpr double steady = 100.0 / 20 * 1000;  // ng·h/mL
  for (std::size_t arm = 0; arm < 3; ++arm) {
    EXPECT_NEAR(shown(arm, "metabolite_auc_24h", 39), steady, 1e-3 * steady) << arm;
    EXPECT_NEAR(shown(arm, "metabolite_auc_24h", 40), steady, 1e-3 * steady) << arm;  // of the day before
    EXPECT_GT(shown(arm, "metabolite_auc_24h", 41), 1.2 * steady) << arm;
    EXPECT_NEAR(shown(arm, "metabolite_auc_24h", 70), 2 * steady, 2e-3 * steady) << arm;
  }
}

/// A constant hazard from day 0 of the trial on in every arm: nobody leaves in the run-in, and those who wait for their
/// first dose leave like all others.
TEST(Clocks, DiscontinuationIsCountedFromDayZeroOfTheTrial) {
  constexpr int n = 6000;
  const ScenarioFile file(clocks("", "discontinuation = \"3 1/year\"", n));
  RunOptions options;
  options.keep_records = true;
  std::vector<double> days[3];
  for (const Record& row : records(simulate(read(file.path()), options)))
    days[row.arm].push_back(row.left == 0 ? 1e9 : static_cast<double>(row.left_day));
  for (std::vector<double>& one : days) {
    ASSERT_EQ(one.size(), static_cast<std::size_t>(n / 3));
    std::ranges::sort(one);
    double distance = 0;
    for (int day = -30; day <= 119; ++day) {
      const double by_now = static_cast<double>(std::ranges::upper_bound(one, day) - one.begin()) / (n / 3);
      distance = std::max(distance, std::fabs(by_now - (day < 0 ? 0 : 1 - std::exp(-3 * day / 365.25))));
    }
    EXPECT_LT(distance, 2.23 / std::sqrt(n / 3));  // exceeded by one correct simulation in 10,000
  }
}

}}  // namespace vt
