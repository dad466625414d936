/// \file Predictions of one patient through the whole program, against the stated misfit minimised anew.

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <optional>

#include "host/scenario/read_scenario.hpp"
#include "tests/support/trial.hpp"

namespace vt { namespace {

using namespace test;

/// The typical patient of the prior, 100 mg every 8 h by zero-order input, an exact level 8 h after a dose on day 20.
struct Patient {
  double duration_h = 20, lag_h = 0, limit_ng_per_mL = 0;
  std::string prediction;  ///< further keys of its table
  double clearance = 4, volume = 40, cv = 0.2, sd = 0.3;
};

Results simulate_patient(const Patient& patient, const std::string& what) {
  const std::string text = fmt::format(
      R"toml([trial]
patients = 1
duration = "25 day"
[pk]
model = "one_compartment"
absorption = "zero_order"
absorption_duration = "{} h"
lag = "{} h"
clearance = "4 L/h"
volume = "40 L"
source = "test"
basis = "assumed"
[prediction]
residual_cv = 0.2
clearance_sd = 0.3
volume_sd = 0.3
source = "test"
basis = "assumed"
{}
[assays]
trough_cv = 0
trough_limit = "{} ng/mL"
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
regimen = {{ dose = "100 mg", every = "8 h" }}
[[visit]]
name = "v"
at = ["day 20"]
measure = ["trough"]
sample_sd = "0 h"
[[tally]]
name = "value"
score = "{}"
range = ["1 ng/mL", "100000 ng/mL"]
at = "v"
)toml",
      patient.duration_h, patient.lag_h, patient.prediction, patient.limit_ng_per_mL, what);
  const FileText files = [&](const std::string&, const Position&, Problems&) { return std::optional(text); };
  Problems problems;
  const auto scenario = read_scenario("s.toml", {}, files, problems);
  if (!problems.empty() || !scenario) throw ScenarioError(problems.sorted());
  return simulate(*scenario);
}

/// A value on day 20; none: it is not defined.
std::optional<double> on_day_20(const Patient& patient, const std::string& what) {
  const double found = value(simulate_patient(patient, what), "value", "mean");
  return std::isfinite(found) ? std::optional(found) : std::nullopt;
}

/// Dose by dose, `after_h` after the last of them.
double summed(const Patient& patient, double clearance, double volume, double after_h) {
  const double k = clearance / volume;
  double sum = 0;
  for (int dose = 0; dose < 150; ++dose) {
    const double t = after_h + 8 * dose - patient.lag_h;
    if (t <= 0) continue;
    const double during = std::min(t, patient.duration_h);
    sum += -std::expm1(-k * during) * std::exp(-k * (t - during));
  }
  return 1000 * 100 / patient.duration_h / clearance * sum;
}

/// The trough at the lowest misfit by a grid that closes in; `part` is what a level at f adds to the prior's misfit.
template <class Part>
double most_likely_trough(const Patient& p, Part part) {
  double a = 0, b = 0, lowest = 1e300;
  for (double width = 2; width > 1e-7; width *= 0.5) {
    const double middle_a = a, middle_b = b;
    for (int i = -8; i <= 8; ++i)
      for (int j = -8; j <= 8; ++j) {
        const double x = middle_a + width * i / 8, y = middle_b + width * j / 8;
        const double f = summed(p, p.clearance * std::exp(x), p.volume * std::exp(y), 8);
        const double misfit = (x * x + y * y) / (p.sd * p.sd) + part(f);
        if (misfit < lowest) lowest = misfit, a = x, b = y;
      }
  }
  return summed(p, p.clearance * std::exp(a), p.volume * std::exp(b), 8);
}

double expected_trough(const Patient& p, double measured) {
  return most_likely_trough(p, [&](double f) {
    const double r = (measured - f) / (p.cv * f);
    return r * r + 2 * std::log(p.cv * f);
  });
}

// Both minima are flat to 1e-14 of the misfit, so that a trough is right to about 1e-7 of itself. The trough of 20 h
// was computed once more with another program: 2920.07 ng/mL.
TEST(Prediction, sums_the_doses_whose_inputs_overlap) {
  EXPECT_NEAR(on_day_20({}, "predicted_trough_map").value(), 2920.07, 0.01);
  for (const double duration_h : {5.0, 13.0, 16.0, 20.0})
    for (const double lag_h : {0.0, 4.0}) {
      Patient patient{.duration_h = duration_h, .lag_h = lag_h};
      const double expected = expected_trough(patient, summed(patient, 4, 40, 8));
      for (const char* history : {"", "history = \"1 day\"\n", "history = \"8 day\"\n"}) {
        patient.prediction = history;
        EXPECT_NEAR(on_day_20(patient, "predicted_trough_map").value() / expected, 1, 1e-6)
            << duration_h << " h, lag " << lag_h << " h, " << history;
      }
    }
}

// An input over 20 h ends 4 h after every dose; the level at 8 h lies behind that peak. The day loop keeps levels to
// 1e-8.
TEST(Prediction, by_a_line_begins_behind_the_peak_of_overlapping_inputs) {
  const double level = summed({}, 4, 40, 8);
  EXPECT_NEAR(on_day_20({}, "predicted_trough_log_linear").value() / level, 1, 1e-7);
}

// The level, about 3002 ng/mL, is below a limit of 4000 that the prior expects it to be below.
TEST(Prediction, takes_a_level_below_the_limit_as_it_is_told) {
  const auto with = [](const std::string& how) {
    return Patient{.limit_ng_per_mL = 4000, .prediction = how.empty() ? "" : "below_limit = \"" + how + "\"\n"};
  };
  const double censored = most_likely_trough(with("censored"), [](double f) {
    return -2 * std::log(0.5 * std::erfc((f - 4000) / (0.2 * f * std::sqrt(2.0))));
  });
  const double half = expected_trough(with("half"), 2000);
  EXPECT_NEAR(on_day_20(with("censored"), "predicted_trough_map").value() / censored, 1, 1e-6);
  EXPECT_NEAR(on_day_20(with(""), "predicted_trough_map").value() / censored, 1, 1e-6);
  EXPECT_NEAR(on_day_20(with("half"), "predicted_trough_map").value() / half, 1, 1e-6);
  EXPECT_GT(censored / half, 1.2);
  EXPECT_FALSE(on_day_20(with("ignored"), "predicted_trough_map").has_value());
}

TEST(Prediction, by_a_line_needs_a_level_that_was_quantified) {
  const auto line = [](const std::string& how) {
    return on_day_20({.limit_ng_per_mL = 4000, .prediction = "below_limit = \"" + how + "\"\n"},
                     "predicted_trough_log_linear");
  };
  EXPECT_FALSE(line("censored").has_value());
  EXPECT_FALSE(line("ignored").has_value());
  EXPECT_NEAR(line("half").value(), 2000, 1e-6);
}

// A prior that formulas give is judged like the patient's own parameters.
TEST(Prediction, by_a_prior_that_no_levels_follow_from_is_a_failure_of_the_patient) {
  for (const char* prior : {"clearance = { formula = \"x - 2\", unit = \"L/h\" }\n",
                            "absorption_duration = { formula = \"x + 25\", unit = \"h\" }\n"}) {
    const Results results = simulate_patient({.prediction = prior}, "predicted_trough_map");
    ASSERT_EQ(results.failures.size(), 1u) << prior;
    EXPECT_EQ(results.failures[0].patients, 1u);
  }
}

TEST(Prediction, refuses_another_word_for_levels_below_the_limit) {
  try {
    (void)on_day_20({.prediction = "below_limit = \"cenosred\"\n"}, "predicted_trough_map");
    FAIL() << "nothing was refused";
  } catch (const ScenarioError& error) {
    EXPECT_NE(std::string(error.what()).find("did you mean 'censored'?"), std::string::npos) << error.what();
  }
}

// A table of which --set has given all that stands in it is there.
TEST(Prediction, may_come_from_the_command_line_alone) {
  const Scenario scenario = read(scenario_path("tops.toml"),
                                 {R"(prediction.residual_cv={ value = 0.3, source = "test", basis = "assumed" })"});
  EXPECT_EQ(build(scenario).buffer.plan().prediction.is_set, 1u);
}

}  // namespace
}  // namespace vt
