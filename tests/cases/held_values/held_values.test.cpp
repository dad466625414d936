/// \file Values that the models cannot take make the patient's trial fail; they are not put to the nearest that they
/// can.

#include <gtest/gtest.h>

#include "tests/support/trial.hpp"
#include "tests/support/typical.hpp"

namespace vt { namespace {

using namespace test;

std::uint64_t failures(const Results& results) {
  std::uint64_t sum = 0;
  for (const FailureCount& failure : results.failures) sum += failure.patients;
  return sum;
}

std::uint64_t failures(const std::string& mg) {
  const std::string regimen = "dose = { formula = \"" + mg + "\", round_to = [\"100 mg\"] }, every = \"24 h\"";
  return failures(typical_results(trial_text("petermann2025", regimen, ""), {"trial.patients=3"}));
}

TEST(HeldValues, a_dose_beyond_forty_tablets_is_none) {
  EXPECT_EQ(failures("4000"), 0u);
  EXPECT_EQ(failures("4001"), 3u);
}

TEST(HeldValues, a_chance_of_taking_the_second_drug_above_one_is_none) {
  const auto failed = [](const std::string& taken) {
    const std::string drug = "[second_drug]\nmodel = \"steady_state\"\nexposure = 1\ntaken = { formula = \"" + taken +
                             "\" }\nsource = \"test\"\nbasis = \"assumed\"\n";
    return failures(typical_results(trial_text("petermann2025", kOnce, drug), {"trial.patients=5"}));
  };
  EXPECT_EQ(failed("1 + 0*weight_kg"), 0u);
  EXPECT_EQ(failed("1.7 + 0*weight_kg"), 5u);
}

}  // namespace
}  // namespace vt
