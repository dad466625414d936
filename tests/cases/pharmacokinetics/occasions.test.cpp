/// \file Occasions of inter-occasion variability begin on any day, for 64 patients together.

#include <gtest/gtest.h>

#include <array>
#include <cmath>

#include "kernels/drug/occasions.hpp"
#include "tests/cases/pharmacokinetics/trial.hpp"

namespace vt { namespace {

using namespace test;

/// SD over 16,384 patients, who differ by occasion alone, of the mean concentration of the 28 days before each visit.
std::array<double, 3> spreads() {
  const Results results = simulate_text(R"(title = "occasions"
[trial]
seed = 5
patients = 16_384
duration = "90 day"
source = "test"
[pk]
model = "one_compartment"
absorption = "first_order"
clearance = "10 L/h"
volume = "40 L"
absorption_rate = "1 1/h"
bioavailability_occasion_sd = 0.2
occasion = "28 day"
reference_concentration = "1000 ng/mL"
source = "test"
basis = "assumed"
[[arm]]
name = "a"
regimen = { dose = "400 mg", every = "24 h" }
[[visit]]
name = "v"
at = ["day 56", "day 70", "day 84"]
measure = []
[[tally]]
name = "mean"
score = "mean_concentration_28d"
range = ["10 ng/mL", "20000 ng/mL"]
at = "v"
by = ["visit"]
)");
  return {value(results, "mean", "sd", {{"visit", "day 56"}}), value(results, "mean", "sd", {{"visit", "day 70"}}),
          value(results, "mean", "sd", {{"visit", "day 84"}})};
}

// A mean over 28 days that begin with an occasion is that occasion's, in the middle between two it is of two halves,
// with 1/√2 of the spread: 0.71 if everybody's began together. With 256 phases the ratio of two days scatters by less
// than 0.03: a share w of an occasion leaves the variance w² + (1 − w)², 2/3 on average and 0.15 the SD between phases.
TEST(Occasions, leave_no_day_of_the_trial_special) {
  const auto [day_56, day_70, day_84] = spreads();
  EXPECT_NEAR(day_70 / day_56, 1, 0.08);
  EXPECT_NEAR(day_84 / day_56, 1, 0.08);
  const double all = 1e3 * 400 / 240 * std::exp(0.02) * std::sqrt(std::exp(0.04) - 1);  // of a log-normal, mean and SD
  EXPECT_NEAR(day_56 / all, std::sqrt(2.0 / 3), 0.04);
}

TEST(Occasions, begin_together_for_64_patients_and_evenly_over_the_first_one) {
  Plan plan{};
  plan.seed = 7;
  plan.drug.pharmacokinetics.occasion_days = 28;
  std::array<int, 28> begin{};
  constexpr int groups = 28'000;
  for (std::uint64_t group = 0; group < groups; ++group) {
    const std::int32_t phase = draw_occasion_phase(plan, {64 * group});
    ASSERT_GE(phase, 0);
    ASSERT_LT(phase, 28);
    begin[static_cast<std::size_t>(phase)] += 1;
    for (std::uint64_t i = 1; group < 100 && i < 64; ++i) ASSERT_EQ(draw_occasion_phase(plan, {64 * group + i}), phase);
  }
  for (const int count : begin) EXPECT_NEAR(count, 1000, 150);  // SD 31: one seed in 10⁵ fails
  int differ = 0;
  for (std::uint64_t replicate = 1; replicate <= 100; ++replicate)
    differ += draw_occasion_phase(plan, {replicate << 32}) != draw_occasion_phase(plan, {0});
  EXPECT_GT(differ, 80);
}

}}  // namespace vt
