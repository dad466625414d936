/// \file The model's day begins at hour 18 after the nominal morning dose: what is taken before the next one's nominal
/// time is in the concentrations of the day before.

#include <gtest/gtest.h>

#include <fmt/format.h>

#include "output/tally/moments.hpp"
#include "tests/cases/pharmacokinetics/trial.hpp"

namespace vt { namespace {

using namespace test;

constexpr double kClearance = 8, kVolume = 160, kAbsorption = 0.9, kDose = 100;

/// Doses as rows of "day,hour", of patient 0; what is looked at comes from `rest`.
Results with_doses(const std::string& rows, const std::string& rest) {
  std::string doses = "id,day,hour,dose [mg]\n";
  for (std::size_t i = 0; i < rows.size();) {
    const std::size_t end = rows.find(' ', i);
    doses += fmt::format("0,{},{}\n", rows.substr(i, end - i), kDose);
    i = end == std::string::npos ? rows.size() : end + 1;
  }
  const ScenarioFile records(doses, ".csv");
  return simulate_text(fmt::format(R"(title = "about midnight"
[trial]
seed = 1
patients = 1
duration = "3 day"
source = "test"
[pk]
model = "one_compartment"
absorption = "first_order"
clearance = "{} L/h"
volume = "{} L"
absorption_rate = "{} 1/h"
reference_concentration = "1000 ng/mL"
source = "test"
basis = "assumed"
[population.dose_records]
file = "{}"
source = "test"
[[arm]]
name = "a"
regimen = {{ dose = "100 mg", every = "24 h" }}
{})",
                                   kClearance, kVolume, kAbsorption, records.path(), rest));
}

/// Bateman's function of one dose, in ng/mL.
double after_dose(double t) {
  const double k = kClearance / kVolume;
  return t > 0 ? 1000 * kDose * kAbsorption / (kVolume * (kAbsorption - k)) *
                     (std::exp(-k * t) - std::exp(-kAbsorption * t))
               : 0;
}

TEST(RecordedConcentrations, of_the_evening_hold_what_is_taken_before_the_next_nominal_dose) {
  const Results results = with_doses("0,0 1,-5.5 1,7 2,-1",
                                     "[record]\npatients = 1\nconcentrations = { at = [\"day 0\", \"day 1\", \"day "
                                     "2\"], hours = [\"0 h\", \"12 h\", \"18 h\", \"19 h\", \"23.5 h\", \"24 h\"] }\n");
  const double taken[] = {0, 18.5, 31};  // hours after the first; the last dose is on the trial's last but one day
  for (const double day : {0.0, 1.0, 2.0})
    for (const double hour : {0.0, 12.0, 18.0, 19.0, 23.5, 24.0}) {
      double right = after_dose(24 * day + hour - 47);
      for (const double dose : taken) right += after_dose(24 * day + hour - dose);
      EXPECT_NEAR(concentration(results, day, hour), right, 1e-10) << day << ", " << hour;
    }
}

TEST(RecordedConcentrations, of_one_moment_are_one_number) {
  const Results results = with_doses(
      "0,3 1,-6 2,-3",
      "[record]\npatients = 1\nconcentrations = { at = [\"day 0\", \"day 1\"], hours = [\"0 h\", \"24 h\"] }\n");
  EXPECT_EQ(concentration(results, 0, 24), concentration(results, 1, 0));
}

// Of a profile too: hours count from the day's first intake, and the next one comes after 21 hours. After the trial's
// last dose, on day 2, come the samples of its last day.
TEST(Profiles, hold_the_dose_before_their_last_samples) {
  const Results results = with_doses("0,0 1,-3 2,1", R"([[profile]]
name = "early"
at = ["day 0"]
hours = ["4 h", "20 h", "21 h", "22 h", "24 h"]
range = ["0.1 ng/mL", "10000 ng/mL"]
[[profile]]
name = "last"
at = ["day 2"]
hours = ["4 h", "24 h"]
range = ["0.1 ng/mL", "10000 ng/mL"]
)");
  const auto expect = [&](const std::string& name, std::size_t cell, double right) {
    const ResultTally& profile = tally(results, name);
    ASSERT_EQ(profile.evaluable[cell], 1);
    EXPECT_NEAR(mean(profile, pool_cells(profile, {cell})), right, 5e-10 * right + 1e-10);  // 31 leading bits
  };
  const double hours[] = {4, 20, 21, 22, 24};
  for (std::size_t h = 0; h < 5; ++h) expect("early", h, after_dose(hours[h]) + after_dose(hours[h] - 21));
  for (const std::size_t h : {0, 1}) {
    const double t = h == 0 ? 4 : 24;
    expect("last", h, after_dose(t) + after_dose(t + 28) + after_dose(t + 49));
  }
}

}}  // namespace vt
