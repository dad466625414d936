/// \file Prediction of troughs from one sample at a random time, through the whole program.

#include <gtest/gtest.h>

#include <cmath>

#include "host/scenario/read_scenario.hpp"
#include "host/scenario/toml_reader.hpp"
#include "tests/support/trial.hpp"

namespace vt { namespace {

using namespace test;

/// Patients of Widmer 2006 on 400 mg once daily, one sample at 1 to 24 h after a dose on day 60, looked at on day 70.
Scenario tdm(const std::string& prior = "", const std::string& model = "widmer2006_base.toml") {
  const std::string text = "title = \"TDM\"\nbase = [\"" + scenario_path("library/pk/" + model) + R"toml("]
[trial]
seed = 18
patients = 4000
duration = "80 day"
[adherence]
model = "perfect"
[assays]
source = "test"
basis = "assumed"
trough_cv = 0.31
trough_limit = "50 ng/mL"
[prediction]
source = "test"
basis = "assumed"
residual_cv = 0.31
)toml" + prior + R"toml(
[[arm]]
name = "all"
regimen = { dose = "400 mg", every = "24 h" }
[[visit]]
name = "sample"
at = ["day 60"]
measure = ["trough"]
sample_after = ["1 h", "24 h"]
[[visit]]
name = "look"
at = ["day 70"]
measure = []
[[tally]]
name = "map_bias"
score = "8 + log(predicted_trough_map/trough_true)"
range = [0, 16]
at = "look"
[[tally]]
name = "map_square"
score = "log(predicted_trough_map/trough_true)^2"
range = [0, 16]
at = "look"
[[tally]]
name = "line_square"
score = "log(predicted_trough_log_linear/trough_true)^2"
range = [0, 64]
at = "look"
[[tally]]
name = "near"
score = "abs(predicted_trough_map/trough_true - 1) < 0.3"
at = "look"
)toml";
  const FileText files = [&](const std::string& path, const Position& asked_at,
                             Problems& problems) -> std::optional<std::string> {
    if (path == "tdm.toml") return text;
    return read_text_file(path, asked_at, problems);
  };
  Problems problems;
  const auto scenario = read_scenario("tdm.toml", {}, files, problems);
  if (!problems.empty() || !scenario) throw ScenarioError(problems.sorted());
  return *scenario;
}

/// The typical patient of the model with covariates: its random effects correlate by 0.8, those of the base model not.
constexpr const char* typical = R"toml(
[[covariate]]
name = "weight_kg"
distribution = "fixed"
value = 70
source = "test"
basis = "assumed"
[[covariate]]
name = "age_years"
distribution = "fixed"
value = 50
source = "test"
basis = "assumed"
[[covariate]]
name = "male"
distribution = "bernoulli"
p = 0.5
source = "test"
basis = "assumed"
[[covariate]]
name = "gist"
distribution = "fixed"
value = 0
source = "test"
basis = "assumed"
)toml";

// Published: unbiased, about 30 % imprecision (Gotta 2012 Clin Pharmacokinet 51:187); linear extrapolation about 44 %.
TEST(Prediction, of_the_trough_is_as_good_as_published) {
  const Results results = simulate(tdm(typical, "widmer2006_covariates.toml"));
  const double bias = value(results, "map_bias", "mean") - 8;
  const double rms = std::sqrt(value(results, "map_square", "mean"));
  const double line = std::sqrt(value(results, "line_square", "mean"));
  RecordProperty("bias", std::to_string(bias));
  RecordProperty("rms", std::to_string(rms));
  RecordProperty("log_linear_rms", std::to_string(line));
  printf("MAP bias %.2f %%, RMS %.1f %%, within 30 %% %.1f %%; log-linear RMS %.1f %%\n", 100 * bias, 100 * rms,
         100 * value(results, "near", "proportion"), 100 * line);
  EXPECT_LT(std::abs(bias), 0.05);
  EXPECT_GT(rms, 0.25);
  EXPECT_LT(rms, 0.33);
  EXPECT_GT(line, 0.35);
  EXPECT_LT(line, 0.50);
}

TEST(Prediction, takes_its_prior_from_the_model_or_from_its_own_table) {
  const Results own = simulate(tdm());
  const Results given =
      simulate(tdm("clearance = \"14.3 L/h\"\nvolume = { formula = \"347 + 0\", unit = \"L\" }\n"
                   "absorption_rate = \"0.609 1/h\"\nclearance_sd = 0.36\nvolume_sd = 0.63\n"));
  EXPECT_EQ(value(own, "map_square", "mean"), value(given, "map_square", "mean"));
  Problems problems;
  ASSERT_TRUE(read_scenario(scenario_path("library/prediction/widmer2006.toml"), {}, problems).has_value());
  for (const Problem& problem : problems.sorted())  // a part of a scenario: only the trial and its arms are missing
    EXPECT_EQ(problem.text.rfind("the scenario has no", 0), 0u) << problem.text;
  const Results other = simulate(tdm("clearance = \"20 L/h\"\n"));
  EXPECT_LT(value(other, "map_bias", "mean"), value(own, "map_bias", "mean") - 0.1);
}

}  // namespace
}  // namespace vt
