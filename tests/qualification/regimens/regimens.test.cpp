/// \file Doses by formula and dated schedules, from the scenario's text to concentrations.

#include <gtest/gtest.h>

#include <cmath>

#include "tests/support/typical.hpp"

namespace vt { namespace {

using namespace test;

constexpr double kClearance = 11, kVolume = 365.26, kAbsorption = 1.28;  // petermann2025

/// Concentration in ng/mL of doses at the morning of `days`, at the morning of day `at`.
double superposed(const std::vector<std::pair<int, double>>& days_and_mg, int at) {
  const double k = kClearance / kVolume;
  double sum = 0;
  for (const auto& [day, mg] : days_and_mg) {
    const double t = 24.0 * (at - day);
    if (t > 0)
      sum += 1000 * mg * kAbsorption / (kVolume * (kAbsorption - k)) * (std::exp(-k * t) - std::exp(-kAbsorption * t));
  }
  return sum;
}

/// Troughs and daily doses on day `at`.
struct Found {
  double trough, daily_mg;
};
Found found(const std::string& regimen, int at, const std::vector<std::string>& more = {}) {
  const std::string day = "\"day " + std::to_string(at) + "\"";
  std::vector<std::string> set = {"trial.duration=200 day", "visit.v.at=[" + day + "]"};
  set.insert(set.end(), more.begin(), more.end());
  const Results results = typical_results(trial_text("petermann2025", regimen, R"(
[[tally]]
name = "true"
score = "trough_true"
range = ["0.0001 ng/mL", "20000 ng/mL"]
at = "v"
[[tally]]
name = "dose"
score = "daily_dose_mg"
range = ["0 mg", "2048 mg"]
at = "v"
)"),
                                          set);
  return {value(results, "true", "mean"), value(results, "dose", "mean")};
}

std::vector<std::pair<int, double>> every(int first, int last, int step, double mg) {
  std::vector<std::pair<int, double>> doses;
  for (int day = first; day <= last; day += step) doses.emplace_back(day, mg);
  return doses;
}

TEST(Regimen, on_alternate_days_is_the_sum_of_its_doses) {
  for (const int at : {9, 10}) {
    const Found x = found(R"(dose = "400 mg", every = "48 h")", at);
    EXPECT_NEAR(x.trough, superposed(every(0, at, 2, 400), at), 1e-3) << at;
    EXPECT_EQ(x.daily_mg, 200);
  }
}

TEST(Regimen, in_cycles_pauses_and_goes_on) {
  std::vector<std::pair<int, double>> doses;
  for (int day = 0; day < 40; ++day)
    if (day % 7 < 4) doses.emplace_back(day, 400);
  for (const int at : {4, 7, 8, 20, 39})
    EXPECT_NEAR(found(R"(dose = "400 mg", every = "24 h", on = "4 day", off = "3 day")", at).trough,
                superposed(doses, at), 1e-3)
        << at;
  EXPECT_NEAR(found(R"(dose = "400 mg", every = "24 h", on = "4 day", off = "3 day")", 9).daily_mg, 400 * 4 / 7.0,
              1e-6);
}

TEST(Schedule, gives_a_run_in_a_loading_dose_a_pause_and_alternate_days) {
  const std::string regimen = R"(schedule = [
    { from = "day -5", dose = "100 mg", every = "24 h" },
    { from = "day 0", dose = "600 mg", every = "24 h" },
    { from = "day 3", dose = "400 mg", every = "24 h" },
    { from = "day 10", dose = "0 mg" },
    { from = "day 15", dose = "300 mg", every = "48 h" }])";
  std::vector<std::pair<int, double>> doses;
  const auto add = [&](const std::vector<std::pair<int, double>>& more) {
    doses.insert(doses.end(), more.begin(), more.end());
  };
  add(every(-5, -1, 1, 100));
  add(every(0, 2, 1, 600));
  add(every(3, 9, 1, 400));
  add(every(15, 40, 2, 300));
  const std::pair<int, double> daily[] = {{-3, 100}, {1, 600}, {5, 400}, {12, 0}, {20, 150}};
  for (const auto& [at, mg] : daily) {
    const Found x = found(regimen, at, {"trial.start=day -6"});
    EXPECT_NEAR(x.trough, superposed(doses, at), 1e-3) << at;
    EXPECT_EQ(x.daily_mg, mg) << at;
  }
}

TEST(Dose, by_formula_is_held_between_its_limits_and_rounded_to_tablets) {
  const auto dose = [](const std::string& formula, const std::string& more) {
    return found("dose = { formula = \"" + formula + "\"" + more + " }, every = \"24 h\"", 3).daily_mg;
  };
  EXPECT_EQ(dose("5*weight_kg", ""), 350);
  EXPECT_EQ(dose("5*weight_kg", ", round_to = [\"100 mg\"]"), 300);  // 350: of two equally near the lower
  EXPECT_EQ(dose("5.1*weight_kg", ", round_to = [\"100 mg\"]"), 400);
  EXPECT_EQ(dose("5*weight_kg", ", min = \"380 mg\""), 380);
  EXPECT_EQ(dose("50*weight_kg", ", max = \"800 mg\", round_to = [\"100 mg\", \"400 mg\"]"), 800);
  EXPECT_EQ(dose("0.1*weight_kg", ", round_to = [\"100 mg\"]"), 100);  // at least one tablet
  EXPECT_EQ(dose("8*weight_kg", ", round_to = [\"150 mg\", \"400 mg\"]"), 550);
  const Found twice = found(R"(dose = { formula = "3*weight_kg" }, every = "12 h")", 3);
  EXPECT_EQ(twice.daily_mg, 420);
}

TEST(Dose, by_formula_is_taken) {
  EXPECT_NEAR(found(R"(dose = { formula = "5*weight_kg" }, every = "24 h")", 6).trough,
              superposed(every(0, 5, 1, 350), 6), 1e-3);
}

/// A rule that acts on day 10 of 400 mg once daily.
Found after_rule(const std::string& rule, int at, const std::string& more = "", const std::string& names = "[\"r\"]") {
  const std::string day = "\"day " + std::to_string(at) + "\"";
  std::vector<std::string> set = {"visit.v.at=[" + day + "]", "arm.a.rules=" + names};
  if (!more.empty()) set.emplace_back("arm.a.ladder=\"steps\"");
  const Results results = typical_results(trial_text("petermann2025", kOnce, R"(
[[visit]]
name = "decide"
at = ["day 10", "day 12"]
measure = []
[[rule]]
name = "r"
at = "decide"
when = "day == 10"
)" + rule + R"(
[[tally]]
name = "true"
score = "trough_true"
range = ["0.0001 ng/mL", "20000 ng/mL"]
at = "v"
[[tally]]
name = "dose"
score = "daily_dose_mg"
range = ["0 mg", "2048 mg"]
at = "v"
)" + more),
                                          set);
  return {value(results, "true", "mean"), value(results, "dose", "mean")};
}

TEST(Schedule, that_a_rule_sets_counts_from_the_day_on_which_it_fires) {
  const std::string rule = R"(do = "set"
regimen = { schedule = [
  { from = "day 0", dose = "800 mg", every = "24 h" },
  { from = "day 3", dose = "0 mg" },
  { from = "day 5", dose = "300 mg", every = "48 h" },
  { from = "day 25", dose = "200 mg", every = "24 h", on = "2 day", off = "3 day" }] })";
  std::vector<std::pair<int, double>> doses = every(0, 9, 1, 400);
  for (const auto& part : {every(10, 12, 1, 800), every(15, 34, 2, 300)})
    doses.insert(doses.end(), part.begin(), part.end());
  for (int day = 35; day < 60; ++day)
    if ((day - 35) % 5 < 2) doses.emplace_back(day, 200);
  const std::pair<int, double> daily[] = {{11, 800}, {14, 0}, {16, 150}, {34, 150}, {40, 80}, {53, 80}};
  for (const auto& [at, mg] : daily) {
    const Found x = after_rule(rule, at);
    EXPECT_NEAR(x.trough, superposed(doses, at), 1e-3) << at;
    EXPECT_EQ(x.daily_mg, mg) << at;
  }
}

TEST(Schedule, that_a_rule_sets_ends_with_the_next_change_of_dose) {
  const std::string rules = R"(do = "set"
regimen = { schedule = [{ from = "day 0", dose = "300 mg", every = "48 h" }, { from = "day 30", dose = "800 mg", every = "24 h" }] }
[[rule]]
name = "r2"
at = "decide"
when = "day == 12"
do = "set"
regimen = { dose = "100 mg", every = "48 h" })";
  std::vector<std::pair<int, double>> doses = every(0, 9, 1, 400);
  doses.emplace_back(10, 300);
  for (const auto& dose : every(12, 48, 2, 100)) doses.push_back(dose);  // alternate days count from day 0 again
  EXPECT_NEAR(after_rule(rules, 50, "", R"(["r", "r2"])").trough, superposed(doses, 50), 1e-3);
}

TEST(Dose, by_formula_stands_on_a_ladder_and_after_a_hold) {
  const std::string ladder = R"(
[[ladder]]
name = "steps"
steps = [{ dose = "100 mg", every = "24 h" }, { dose = { formula = "3.1*weight_kg", round_to = ["50 mg"] }, every = "24 h" },
         { dose = "400 mg", every = "24 h" }, { dose = { formula = "10*weight_kg" }, every = "24 h" }]
)";
  EXPECT_EQ(after_rule("do = \"step down\"", 11, ladder).daily_mg, 200);  // 217 mg, in tablets of 50
  EXPECT_EQ(after_rule("do = \"step up\"", 11, ladder).daily_mg, 700);
  const Found held = after_rule(R"(do = "hold"
until = "day == 12"
resume = [{ dose = { formula = "3*weight_kg" }, every = "24 h" }])",
                                15, ladder);
  EXPECT_EQ(held.daily_mg, 210);
  std::vector<std::pair<int, double>> doses = every(0, 9, 1, 400);
  for (const auto& dose : every(12, 14, 1, 210)) doses.push_back(dose);
  EXPECT_NEAR(held.trough, superposed(doses, 15), 1e-3);
}

TEST(Dose, by_formula_counts_once_however_often_it_is_written) {
  std::string steps;
  for (int i = 0; i < 12; ++i) steps += "{ dose = { formula = \"5*weight_kg\" }, every = \"24 h\" }, ";
  const std::string ladder = "\n[[ladder]]\nname = \"steps\"\nsteps = [" + steps + "]\n";
  EXPECT_EQ(after_rule("do = \"step down\"", 11, ladder).daily_mg, 350);
}

TEST(Dose, by_formula_is_what_relative_intensity_is_measured_by) {
  const Results results =
      typical_results(trial_text("petermann2025", "dose = { formula = \"5*weight_kg\" }, every = \"24 h\"", R"(
[[tally]]
name = "intensity"
score = "relative_dose_intensity"
range = ["0 %", "400 %"]
at = "end"
)"));
  EXPECT_NEAR(value(results, "intensity", "mean"), 100, 1e-6);
}

TEST(Schedule, of_one_step_has_the_bits_of_the_plain_regimen) {
  RunOptions options;
  options.keep_records = true;
  const auto rows = [&](const std::string& regimen) {
    const ScenarioFile file(trial_text("petermann2025", regimen));
    return records(simulate(read(file.path(), {"trial.patients=200"}), options));
  };
  const auto plain = rows(kOnce), dated = rows("schedule = [{ from = \"day 0\", " + kOnce + " }]");
  ASSERT_EQ(plain.size(), dated.size());
  EXPECT_EQ(std::memcmp(plain.data(), dated.data(), plain.size() * sizeof(Record)), 0);
}

}  // namespace
}  // namespace vt
