/// \file Rates that are far apart: what is fast has died away, and nothing grows with it.

#include <gtest/gtest.h>

#include <fmt/format.h>

#include "tests/cases/pharmacokinetics/trial.hpp"

namespace vt { namespace {

using namespace test;

struct Drug {
  double clearance, volume, absorption;  ///< L/h, L, 1/h
};

Results with_threshold(const Drug& drug, double threshold) {
  return simulate_text(fmt::format(R"(title = "rates far apart"
[trial]
seed = 1
patients = 1
duration = "5 day"
source = "test"
[pk]
model = "one_compartment"
absorption = "first_order"
clearance = "{} L/h"
volume = "{} L"
absorption_rate = "{} 1/h"
reference_concentration = "1000 ng/mL"
threshold = "{} ng/mL"
source = "test"
basis = "assumed"
[[arm]]
name = "a"
regimen = {{ dose = "200 mg", every = "24 h" }}
[record]
patients = 1
daily = ["hours_above", "peak", "trough_true"]
concentrations = {{ at = ["day 3"], hours = ["0 h", "1 h", "10 h", "17.5 h", "18 h"] }}
)",
                                   drug.clearance, drug.volume, drug.absorption, threshold));
}

/// Bateman's function summed over the doses of days 0 to 3, `hour` hours after the last: ka·D/(V·(k − ka))·
/// Σ (e^(−ka·t) − e^(−k·t)), in ng/mL.
double superposed(const Drug& drug, double hour) {
  const double k = drug.clearance / drug.volume, ka = drug.absorption;
  double sum = 0;
  for (int dose = 0; dose < 4; ++dose) {
    const double t = hour + 24 * dose;
    sum += std::exp(-ka * t) - std::exp(-k * t);
  }
  return 1000 * 200 * ka / (drug.volume * (k - ka)) * sum;
}

// k·t passes 708, where e^(−k·t) is no longer a number, at 14, 28 and 0.7 h; the last has its rates the other way
// round.
TEST(FarRates, leave_the_slow_one_alone) {
  for (const Drug& drug : {Drug{500, 10, 0.04}, Drug{25, 1, 0.1}, Drug{10000, 10, 0.06}, Drug{2, 10, 1000}}) {
    const Results results = with_threshold(drug, 12);
    for (const double hour : {1.0, 10.0, 17.5, 18.0}) {
      const double right = superposed(drug, hour);
      EXPECT_NEAR(concentration(results, 3, hour) / right, 1, 1e-12) << drug.clearance << " at " << hour;
    }
  }
}

// Above the threshold from the rise after the dose, within minutes, to the fall: the second crossing is
// ln(c(t)/threshold)/ka late, once the fast rate has died away.
TEST(FarRates, give_the_hours_above_a_threshold) {
  const Drug drug{500, 10, 0.04};
  const double threshold = 20, falls = 3 + std::log(superposed(drug, 3) / threshold) / drug.absorption;
  const double k = drug.clearance / drug.volume;
  double low = 0, high = std::log(k / drug.absorption) / (k - drug.absorption);  // the peak of one dose
  for (int i = 0; i < 60; ++i) (superposed(drug, 0.5 * (low + high)) < threshold ? low : high) = 0.5 * (low + high);
  EXPECT_NEAR(daily(with_threshold(drug, threshold), "hours_above", 4), falls - low, 1e-6);
}

}}  // namespace vt
