/// \file Peaks, times above a threshold and profiles over a day, against closed forms and published profiles.

#include <gtest/gtest.h>

#include <cmath>

#include "tests/support/typical.hpp"

namespace vt { namespace {

using namespace test;

/// A number tally of an observable on day 200, with range and unit.
std::string tally_of(const std::string& score, const std::string& range) {
  return "[[tally]]\nname = \"x\"\nscore = \"" + score + "\"\nrange = " + range + "\nat = \"v\"\n";
}

const std::string kConcentrations = "[\"1 ng/mL\", \"20000 ng/mL\"]";

std::string profile(const std::string& days, const std::string& hours, const std::string& more = "") {
  return "[[profile]]\nname = \"p\"\nat = [" + days + "]\nhours = [" + hours + "]\nrange = " + kConcentrations + "\n" +
         more;
}

const std::vector<std::string> kDefaultPatient = {"covariate.weight_kg.value=80",
                                                  "covariate.white_cells_1e9_per_L.value=16"};

/// Steady state of one compartment with first-order input, 400 mg once daily, in ng/mL t hours after the dose.
double first_order(double clearance, double volume, double ka, double t) {
  const double k = clearance / volume;
  return 1000 * 400 * ka / (volume * (ka - k)) *
         (std::exp(-k * t) / (1 - std::exp(-k * 24)) - std::exp(-ka * t) / (1 - std::exp(-ka * 24)));
}

TEST(Peak, of_zero_order_input_is_at_its_end) {
  const Results found =
      typical_results(trial_text("schmidli2005", kOnce, tally_of("peak", kConcentrations)), kDefaultPatient);
  EXPECT_NEAR(value(found, "x", "mean"), 2447.7, 0.1);  // closed form of the default patient
}

TEST(Peak, of_first_order_input_is_the_closed_forms_maximum) {
  const Results found = typical_results(trial_text("widmer2006_base", kOnce, tally_of("peak", kConcentrations)));
  double most = 0;
  for (int i = 0; i <= 240000; ++i) most = std::max(most, first_order(14.3, 347, 0.609, i * 1e-4));
  EXPECT_NEAR(value(found, "x", "mean"), most, 1e-4);
}

TEST(HoursAbove, a_threshold_are_those_of_the_closed_form) {
  for (const double threshold : {800.0, 1000.0, 1500.0, 1700.0}) {
    const std::string key = "pk.threshold=" + std::to_string(threshold) + " ng/mL";
    const Results found =
        typical_results(trial_text("widmer2006_base", kOnce, tally_of("hours_above", "[\"0 h\", \"24 h\"]")), {key});
    int above = 0;
    for (int i = 0; i < 240000; ++i) above += first_order(14.3, 347, 0.609, (i + 0.5) * 1e-4) > threshold;
    EXPECT_NEAR(value(found, "x", "mean"), above * 1e-4, 1e-3) << threshold;
  }
}

TEST(Profile, is_the_published_one) {
  const Results found = typical_results(
      trial_text("widmer2006_base", kOnce,
                 profile("\"day 190\"", R"("0 h", "1 h", "2 h", "4 h", "12 h", "24 h")", "by = [\"arm\"]\n")));
  const std::pair<const char*, double> expected[] = {{"0 h", 732.17},  {"1 h", 1216.63},  {"2 h", 1447.08},
                                                     {"4 h", 1561.21}, {"12 h", 1199.73}, {"24 h", 732.17}};
  for (const auto& [hour, concentration] : expected)
    EXPECT_NEAR(value(found, "p", "mean", {{"time", hour}}), concentration, 0.01) << hour;
  EXPECT_EQ(tally(found, "p").axes.back().values.back(), 24);
}

TEST(Profile, of_the_general_model_ends_at_the_next_trough) {
  const Results found = typical_results(
      trial_text("eechoute2012", kOnce, profile("\"day 20\", \"day 199\"", R"("2 h", "24 h")", "by = [\"visit\"]\n")));
  EXPECT_NEAR(value(found, "p", "mean", {{"visit", "day 199"}, {"time", "24 h"}}), value(found, "trough", "mean"),
              1e-3);
  EXPECT_EQ(tally(found, "p").axes.front().values.front(), 20);
}

TEST(Profile, of_many_patients_has_the_percentiles_of_their_troughs) {
  const ScenarioFile file(trial_text("schmidli2005", kOnce, profile("\"day 199\"", "\"0 h\", \"24 h\"")));
  Scenario scenario = read(file.path(), {"trial.patients=3000", "pk.bioavailability_occasion_sd=0"});
  const Results found = simulate(scenario);
  for (const char* statistic : {"p25", "median", "p75"})
    EXPECT_NEAR(value(found, "p", statistic, {{"time", "24 h"}}), value(found, "trough", statistic), 0.1) << statistic;
  EXPECT_EQ(tally(found, "p").evaluable.front(), 3000);
}

TEST(Profile, of_late_and_missed_doses_starts_with_the_intake) {
  // With timing errors every patient's profile starts at the own dose: a single first dose gives everyone the same
  // curve.
  const ScenarioFile file(trial_text("widmer2006_base", kOnce, profile("\"day 0\"", "\"0 h\", \"2 h\", \"12 h\"")));
  Scenario scenario = read(file.path(), {"trial.patients=500", "adherence.jitter_sd=1.5 h", "adherence.source=test",
                                         "adherence.basis=assumed"});
  remove_variability(scenario);
  const Results found = simulate(scenario);
  EXPECT_LT(value(found, "p", "sd", {{"time", "12 h"}}), 1e-3);
  const double k = 14.3 / 347;
  EXPECT_NEAR(value(found, "p", "mean", {{"time", "12 h"}}),
              1000 * 400 * 0.609 / (347 * (0.609 - k)) * (std::exp(-k * 12) - std::exp(-0.609 * 12)), 1e-3);
}

TEST(RecordedConcentrations, are_the_closed_form_and_meet_on_the_next_morning) {
  const char* record =
      "[record]\npatients = 2\nconcentrations = { at = [\"day 0\", \"day 100\", \"day 101\"], "
      "hours = [\"0 h\", \"1.5 h\", \"24 h\"] }\n";
  const Results found = typical_results(trial_text("widmer2006_base", kOnce, record), {"trial.patients=5"});
  const ConcentrationTimes& times = found.concentrations;
  EXPECT_EQ(times.patients, (std::vector<std::uint64_t>{0, 1}));
  EXPECT_EQ(times.days, (std::vector<double>{0, 100, 101}));
  EXPECT_EQ(times.hours, (std::vector<double>{0, 1.5, 24}));
  ASSERT_EQ(times.values.size(), 18u);
  const double k = 14.3 / 347;
  const double single = 1000 * 400 * 0.609 / (347 * (0.609 - k)) * (std::exp(-k * 1.5) - std::exp(-0.609 * 1.5));
  EXPECT_EQ(times.values[0], 0);
  EXPECT_NEAR(times.values[1], single, 1e-9);
  EXPECT_NEAR(times.values[4], first_order(14.3, 347, 0.609, 1.5), 1e-6);
  EXPECT_NEAR(times.values[5], times.values[6], 1e-9);  // hour 24 is hour 0 of the next day
  EXPECT_EQ(times.values[9 + 4], times.values[4]);      // the second patient's
}

TEST(RecordedConcentrations, of_days_with_late_doses_begin_before_them) {
  const char* record = "[record]\npatients = 200\nconcentrations = { at = [\"day 0\"], hours = [\"0 h\", \"24 h\"] }\n";
  const ScenarioFile file(trial_text("widmer2006_base", kOnce, record));
  Scenario scenario = read(file.path(), {"trial.patients=200", "adherence.jitter_sd=1.5 h", "adherence.source=test",
                                         "adherence.basis=assumed"});
  remove_variability(scenario);
  const std::vector<double> values = simulate(scenario).concentrations.values;
  ASSERT_EQ(values.size(), 400u);
  int before = 0;
  for (std::size_t p = 0; p < 200; ++p) before += values[2 * p] == 0;
  EXPECT_GT(before, 50);  // half of the doses come after the nominal time
  EXPECT_LT(before, 150);
}

}  // namespace
}  // namespace vt
