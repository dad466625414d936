/// \file Drugs that kill proliferating cells, with the steps that the program chooses, against the published equations.

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "tests/cases/blood_counts/reference.hpp"
#include "tests/support/scenario_file.hpp"
#include "tests/support/trial.hpp"

namespace vt { namespace {

using namespace test;
using reference::Cells;
using reference::Drug;

const Cells kPaclitaxelCells = {7.21, 124, 0.239, 28.9, 1};
const Cells kDocetaxelCells = {5.05, 88.7, 0.161, 8.58 / 0.8079, 1};  // 8.58 per µM

Drug paclitaxel(int every, int days) {
  Drug drug = {285, 290, 3, 0, 400, {}};
  for (int day = 0; day < days; day += every) drug.days.push_back(day);
  return drug;
}

Scenario scenario(const Cells& cells, const Drug& drug, int days, const std::vector<std::string>& more = {}) {
  const std::string neutrophils = "blood_counts.neutrophils.";
  const int every = drug.days.size() < 2 ? 1000 : drug.days[1];
  std::vector<std::string> set = {
      fmt::format("trial.duration='{} day'", days),
      fmt::format("pk.clearance='{} L/h'", drug.clearance),
      fmt::format("pk.volume='{} L'", drug.volume),
      fmt::format("{}baseline='{} 1e9/L'", neutrophils, cells.baseline),
      fmt::format("{}transit='{} h'", neutrophils, cells.transit_h),
      fmt::format("{}feedback={}", neutrophils, cells.feedback),
      fmt::format("{}effect={}", neutrophils, cells.slope),
      fmt::format("{}exponent={}", neutrophils, cells.exponent),
      fmt::format("arm.a.regimen={{dose='{} mg', every='{} day'}}", drug.mg, every),
  };
  if (drug.absorption_per_h == 0) set.push_back(fmt::format("pk.absorption_duration='{} h'", drug.infusion_h));
  set.insert(set.end(), more.begin(), more.end());
  Scenario read_in = read(source_dir() + "/tests/cases/blood_counts/cytotoxic.toml", set);
  if (drug.absorption_per_h > 0) {
    Expression rate = read_in.pk.entries.at("absorption_duration");
    rate.number = drug.absorption_per_h;
    read_in.pk.entries.erase("absorption_duration");
    read_in.pk.entries["absorption_rate"] = rate;
    read_in.pk.absorption = AbsorptionModel::first_order;
  }
  return read_in;
}

/// Largest relative error of a course.
double error(const std::vector<double>& counts, const std::vector<double>& exact) {
  EXPECT_EQ(counts.size(), exact.size());
  double worst = 0;
  for (std::size_t day = 0; day < exact.size(); ++day)
    worst = std::max(worst, std::isfinite(counts[day]) ? std::abs(counts[day] / exact[day] - 1) : INFINITY);
  return worst;
}

double error(const Cells& cells, const Drug& drug, int days, bool by_day = false) {
  const std::vector<std::string> daily = {"blood_counts.neutrophils.input=daily"};
  const Results results = simulate(scenario(cells, drug, days, by_day ? daily : std::vector<std::string>{}));
  return error(results.daily.values, reference::counts(cells, drug, days, by_day));
}

// The lowest count and its day are those of another program, too (SciPy's LSODA, relative tolerance 1e-10).
TEST(Cytotoxic, paclitaxel_has_its_nadir_of_2_71_on_day_9) {
  const std::vector<double> counts = simulate(scenario(kPaclitaxelCells, paclitaxel(21, 21), 21)).daily.values;
  const auto lowest = std::min_element(counts.begin(), counts.end());
  EXPECT_EQ(lowest - counts.begin(), 9);
  EXPECT_NEAR(*lowest, 2.7149, 1e-4);
}

// In proportion to the concentration every step's effect is exact; the rest is 1e-5
// (scenarios/methods/blood_counts.md).
TEST(Cytotoxic, whole_courses_are_those_of_the_published_equations) {
  EXPECT_LT(error(kPaclitaxelCells, paclitaxel(21, 43), 43), 1e-4);
  Drug docetaxel = {35, 60, 1, 0, 180, {0, 21, 42}};
  EXPECT_LT(error(kDocetaxelCells, docetaxel, 50), 1e-4);
  docetaxel.volume = 8;  // 54 times what proliferation makes, half of it gone in ten minutes
  EXPECT_LT(error(kDocetaxelCells, docetaxel, 50), 1e-4);
  docetaxel.mg = 700;
  EXPECT_LT(error(kDocetaxelCells, docetaxel, 50), 1e-3);  // to 2e-5 of the baseline
}

// Where a power of it acts: within the 1 % that the program promises.
TEST(Cytotoxic, powers_of_the_concentration_are_within_one_percent) {
  EXPECT_LT(error({7.21, 124, 0.239, 9, 0.5}, paclitaxel(21, 43), 43), 0.01);
  EXPECT_LT(error({7.21, 124, 0.239, 300, 2}, paclitaxel(21, 43), 43), 0.01);
  const Drug tablets = {20, 100, 1, 0.8, 300, {0, 7, 14, 21, 28, 35, 42}};
  EXPECT_LT(error({5, 120, 0.17, 1, 1}, tablets, 43), 1e-3);
  EXPECT_LT(error({5, 120, 0.17, 1, 0.5}, tablets, 43), 0.01);
  EXPECT_LT(error({5, 120, 0.17, 0.5, 1.8}, tablets, 43), 0.01);
}

// By the day's average: 400 mg make an effect of 1.7 of slope 28.9, and 5.3 of slope 90.
TEST(Cytotoxic, the_average_of_a_day_kills_as_the_equations_say) {
  EXPECT_LT(error(kPaclitaxelCells, paclitaxel(21, 43), 43, true), 0.01);
  EXPECT_LT(error({7.21, 124, 0.239, 90, 1}, paclitaxel(21, 43), 43, true), 0.01);
  EXPECT_LT(error({7.21, 124, 0.239, 9, 0.5}, paclitaxel(7, 43), 43, true), 0.01);
  EXPECT_LT(error({7.21, 60, 0.239, 50, 1}, paclitaxel(7, 43), 43, true), 0.01);
  EXPECT_LT(error(kPaclitaxelCells, paclitaxel(1, 15), 15, true), 0.01);  // down to 7e-4 of the baseline
}

// Cells that die every day for a year: less than 1e-20 of the baseline are no cells, and no number.
TEST(Cytotoxic, a_patient_without_cells_fails_instead_of_having_a_number) {
  for (const char* input : {"daily", "concentration"}) {
    const Scenario s =
        scenario(kPaclitaxelCells, paclitaxel(1, 2), 300, {fmt::format("blood_counts.neutrophils.input={}", input)});
    const Results results = simulate(s);
    ASSERT_EQ(results.failures.size(), 1u) << input;
    EXPECT_EQ(results.failures[0].patients, 1u) << input;
    EXPECT_TRUE(std::isnan(results.daily.values.back())) << input;
  }
}

// Steps of one's own must not be seen by those who live beside: forty patients together and one by one, of whom some
// take more steps on some days.
TEST(Cytotoxic, counts_do_not_depend_on_who_is_simulated_beside) {
  for (const char* input : {"daily", "concentration"}) {
    const ScenarioFile file(
        fmt::format("title = \"many\"\nbase = [\"{}/tests/cases/blood_counts/cytotoxic.toml\"]\n"
                    "[trial]\npatients = 40\nduration = \"20 day\"\n[record]\npatients = 40\n"
                    "[[covariate]]\nname = \"x\"\ndistribution = \"lognormal\"\nmedian = 1\nsd_log = 1\n"
                    "source = \"test\"\nbasis = \"assumed\"\n"
                    "[blood_counts.neutrophils]\ninput = \"{}\"\nexponent = 0.8\neffect = {{ formula = \"10*x\" }}\n"
                    "source = \"test\"\nbasis = \"assumed\"\n",
                    source_dir(), input));
    const Scenario s = read(file.path());
    const std::vector<double> together = simulate(s).daily.values;
    RunOptions one_by_one;
    one_by_one.block = 1;
    const std::vector<double> alone = simulate(s, one_by_one).daily.values;
    ASSERT_EQ(alone.size(), 40 * 21u);
    for (std::size_t i = 0; i < alone.size(); ++i) ASSERT_EQ(alone[i], together[i]) << input << ' ' << i;
  }
}

}  // namespace
}  // namespace vt
