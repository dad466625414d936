/// \file Inputs that begin late and last long.

#include <gtest/gtest.h>

#include <fmt/format.h>

#include "tests/cases/pharmacokinetics/trial.hpp"

namespace vt { namespace {

using namespace test;

std::string late_and_long(const std::string& lag, const std::string& duration, double every) {
  return fmt::format(R"(title = "late and long"
[trial]
seed = 1
patients = 2
duration = "5 day"
source = "test"
[pk]
model = "one_compartment"
absorption = "zero_order"
clearance = "1 L/h"
volume = "20 L"
lag = {}
absorption_duration = {}
reference_concentration = "1000 ng/mL"
source = "test"
basis = "assumed"
[[covariate]]
name = "x"
distribution = "uniform"
low = 0
high = 1
source = "test"
basis = "assumed"
[[arm]]
name = "a"
regimen = {{ dose = "100 mg", every = "{} h" }}
[record]
patients = 1
concentrations = {{ at = ["day 2", "day 3"], hours = ["0 h", "5 h", "12 h", "17 h", "23 h"] }}
)",
                     lag, duration, every);
}

// Superposition: 100 mg over the duration from the lag on, R/CL·(1 − e^(−k·during))·e^(−k·since).
TEST(LateInputs, last_past_midnight_for_as_long_as_they_need) {
  for (const auto& [lag, duration] : {std::pair(6.0, 20.0), std::pair(12.0, 24.0), std::pair(11.5, 24.0)}) {
    const Results results =
        simulate_text(late_and_long(fmt::format("\"{} h\"", lag), fmt::format("\"{} h\"", duration), 24));
    for (const double day : {2.0, 3.0})
      for (const double hour : {0.0, 5.0, 12.0, 17.0, 23.0}) {
        double right = 0;
        for (int dose = 0; dose < 5; ++dose) {
          const double t = 24 * (day - dose) + hour - lag, during = std::clamp(t, 0.0, duration), k = 1.0 / 20;
          if (t > 0) right += 1e3 * 100 / duration * (1 - std::exp(-k * during)) * std::exp(-k * (t - during));
        }
        EXPECT_NEAR(concentration(results, day, hour) / right, 1, 1e-12) << lag << ", " << day << ", " << hour;
      }
  }
}

TEST(LateInputs, that_would_pass_a_second_midnight_are_refused_by_name) {
  const ScenarioFile file(
      late_and_long("\"6 h\"", "\"24 h\"", 8));  // doses at hours 0, 8 and 16 of the nominal morning
  try {
    (void)build(read(file.path()));
    FAIL() << "a dose 16 h after the morning's begins at hour 22 and ends at hour 46 of a day that ends at 18";
  } catch (const ScenarioError& error) {
    ASSERT_EQ(error.problems().size(), 1u);
    EXPECT_NE(error.problems()[0].text.find("pk.lag and pk.absorption_duration are 30 h together"), std::string::npos)
        << error.problems()[0].text;
    EXPECT_NE(error.problems()[0].text.find("at most 26 h"), std::string::npos) << error.problems()[0].text;
  }
}

TEST(LateInputs, of_a_patients_own_fail_by_name) {
  const Results results = simulate_text(
      late_and_long("{ formula = \"13 + 0*x\", unit = \"h\" }", "{ formula = \"30 + 0*x\", unit = \"h\" }", 24));
  ASSERT_EQ(results.failures.size(), 1u);
  EXPECT_EQ(results.failures[0].patients, 2);
  EXPECT_NE(results.failures[0].reason.find("pk.absorption_duration and pk.lag are too long together"),
            std::string::npos)
      << results.failures[0].reason;
}

}}  // namespace vt
