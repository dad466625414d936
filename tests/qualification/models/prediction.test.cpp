/// \file Prediction of troughs from one sample at a random time, through the whole program.

#include <gtest/gtest.h>

#include <cmath>

#include "host/plan/build_plan.hpp"
#include "host/scenario/read_scenario.hpp"
#include "host/scenario/toml/toml_reader.hpp"
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

/// The reference trial for predictions from the doses taken: two exact levels, on days 20 and 21, of a patient whose
/// clearance is 1.3 times the prior's. `doses` are recorded; none: 400 mg once daily as prescribed.
double predicted(const std::string& history, const std::string& doses, const std::string& what = "predicted_trough_map",
                 const std::string& regimen = R"(dose = "400 mg", every = "24 h")") {
  const std::string text = R"toml([trial]
patients = 1
duration = "30 day"
[population]
)toml" + std::string(doses.empty() ? "" : "dose_records = \"doses.csv\"\n") +
                           R"toml(
[pk]
model = "one_compartment"
absorption = "first_order"
clearance = "13 L/h"
volume = "250 L"
absorption_rate = "0.6 1/h"
source = "test"
basis = "assumed"
[prediction]
residual_cv = 0.01
clearance = "10 L/h"
clearance_sd = 0.4
volume_sd = 0
half_life = "13.3295 h"
source = "test"
basis = "assumed"
)toml" + history + R"toml(
[[arm]]
name = "one"
regimen = { )toml" + regimen +
                           R"toml( }
[[visit]]
name = "v"
at = ["day 20", "day 21"]
measure = ["trough"]
sample_sd = "0 h"
[[tally]]
name = "predicted"
range = ["1 ng/mL", "20000 ng/mL"]
at = "v"
by = ["visit"]
score = ")toml" + what + "\"\n";
  const FileText files = [&](const std::string& path, const Position&, Problems&) -> std::optional<std::string> {
    return path == "doses.csv" ? doses : text;
  };
  Problems problems;
  const auto scenario = read_scenario("s.toml", {}, files, problems);
  if (!problems.empty() || !scenario) throw ScenarioError(problems.sorted());
  return value(simulate(*scenario), "predicted", "mean", {{"visit", {"day 21"}}});
}

/// Trough of 400 mg once daily at steady state, clearance 13 L/h.
double true_trough() {
  const double k = 13.0 / 250, ka = 0.6;
  return 1e6 * 0.4 * ka / (250 * (ka - k)) *
         (std::exp(-24 * k) / (1 - std::exp(-24 * k)) - std::exp(-24 * ka) / (1 - std::exp(-24 * ka)));
}

// Irregular doses: nothing on days 15 to 17, a double one on day 18.
const std::string kIrregular = [] {
  std::string csv = "id,day,dose [mg]\n";
  for (int day = 0; day < 30; ++day)
    if (day < 15 || day > 17) csv += "0," + std::to_string(day) + (day == 18 ? ",800\n" : ",400\n");
  return csv;
}();

// The prior pulls by (0.01/0.4)² of its distance: well below 1 %.
TEST(History, of_the_doses_taken_gives_the_true_clearance) {
  EXPECT_NEAR(predicted("", "") / true_trough(), 1, 0.005);
  EXPECT_NEAR(predicted("history = \"14 day\"", "") / true_trough(), 1, 0.005);
  EXPECT_NEAR(predicted("history = \"14 day\"", kIrregular) / true_trough(), 1, 0.005);
  EXPECT_GT(std::abs(predicted("", kIrregular) / true_trough() - 1), 0.05);  // it takes what was prescribed for taken
}

TEST(History, that_is_complete_does_not_depend_on_its_length) {
  EXPECT_NEAR(predicted("history = \"3 day\"", ""), predicted("history = \"27 day\"", ""), 1e-6);
}

// The last dose was taken 48 h before the level on day 21; the extrapolation goes back to 24 h after it.
TEST(History, tells_log_linear_extrapolation_when_the_last_dose_was) {
  std::string csv = "id,day,dose [mg]\n";
  for (int day = 0; day < 20; ++day) csv += "0," + std::to_string(day) + ",400\n";
  const std::string what = "predicted_trough_log_linear";
  EXPECT_NEAR(predicted("history = \"14 day\"", csv, what) / true_trough(), 1, 0.005);
  EXPECT_LT(predicted("", csv, what) / true_trough(), 0.35);
}

TEST(History, is_what_predictions_beside_schedules_and_alternate_days_need) {
  const std::string alternate = R"(dose = "400 mg", every = "48 h")";
  const std::string loading =
      R"(schedule = [{ from = "day 0", dose = "800 mg", every = "24 h" }, { from = "day 18", dose = "400 mg", every = "24 h" }])";
  const double k = 13.0 / 250, ka = 0.6;
  const double every_other =
      1e6 * 0.4 * ka / (250 * (ka - k)) *
      (std::exp(-48 * k) / (1 - std::exp(-48 * k)) - std::exp(-48 * ka) / (1 - std::exp(-48 * ka)));
  EXPECT_NEAR(predicted("history = \"14 day\"", "", "predicted_trough_map", alternate) / every_other, 1, 0.01);
  EXPECT_NEAR(predicted("history = \"20 day\"", "", "predicted_trough_map", loading) / true_trough(), 1, 0.005);
  for (const std::string& regimen : {alternate, loading})
    EXPECT_THROW((void)predicted("", "", "predicted_trough_map", regimen), ScenarioError);
}

struct Mistake {
  std::string history, regimen, text;
};
class PredictionMistake : public testing::TestWithParam<Mistake> {};
TEST_P(PredictionMistake, is_refused_in_words) {
  try {
    (void)predicted(GetParam().history, "", "predicted_trough_map", GetParam().regimen);
    FAIL() << "nothing was refused";
  } catch (const ScenarioError& error) {
    EXPECT_NE(std::string(error.what()).find(GetParam().text), std::string::npos) << error.what();
  }
}
const std::string kDaily = R"(dose = "400 mg", every = "24 h")";
INSTANTIATE_TEST_SUITE_P(
    All, PredictionMistake,
    testing::Values(
        Mistake{"", R"(dose = "400 mg", every = "48 h")", "prediction stands beside a schedule or alternate days"},
        Mistake{"history = \"14 day\"", R"(dose = "400 mg", every = "24 h", on = "4 day", off = "3 day")",
                "prediction stands beside a cycle of days on and off"},
        Mistake{
            "history = \"15 day\"", R"(dose = "200 mg", every = "12 h")",
            "prediction.history is 15 days of up to 2 doses (with those of the level's own day at most 28 are kept); "
            "write history = \"13 day\""},
        Mistake{"history = \"28 day\"", kDaily, "(allowed: 0"},
        Mistake{"history = \"36 h\"", kDaily, "prediction.history is not a number of whole days"},
        Mistake{"levels = 5", kDaily, "is 5 (allowed: 1 to 4)"},
        Mistake{"absorption_rate = \"1 1/h\"\nabsorption_duration = \"1 h\"", kDaily,
                "stands beside absorption_duration"},
        Mistake{"correlation = 1", kDaily, "is 1 (allowed: -0.999 to 0.999)"},
        Mistake{"tau = 1", kDaily, "unknown key 'prediction.tau'"}));

TEST(Prediction, without_a_spread_of_clearance_is_refused) {
  const auto problems = [](const std::string& pk) {
    const std::string text =
        "[trial]\npatients = 1\nduration = \"9 day\"\n[pk]\nclearance = \"13 L/h\"\nvolume = \"250 L\"\n" + pk +
        "absorption_rate = \"0.6 1/h\"\nsource = \"test\"\nbasis = \"assumed\"\n[prediction]\n"
        "residual_cv = 0.3\nsource = \"test\"\nbasis = \"assumed\"\n"
        "[[arm]]\nname = \"one\"\nregimen = { " +
        kDaily + " }\n";
    const FileText files = [&](const std::string&, const Position&, Problems&) { return std::optional(text); };
    Problems found;
    const auto scenario = read_scenario("s.toml", {}, files, found);
    if (scenario && found.empty()) (void)build_plan(*scenario, found);
    std::string all;
    for (const Problem& problem : found.sorted()) all += problem.text + "\n";
    return all;
  };
  EXPECT_NE(problems("model = \"one_compartment\"\nabsorption = \"first_order\"\n")
                .find("prediction has no spread of the clearance"),
            std::string::npos);
}

// One sample of a patient of Chien 2022, two compartments behind four transit stages; η of V scales both volumes.
TEST(Prediction, takes_a_model_with_transit_and_two_compartments_as_prior) {
  Scenario scenario = tdm("", "chien2022.toml");
  scenario.patients = 800;
  const Results results = simulate(scenario);
  EXPECT_LT(std::abs(value(results, "map_bias", "mean") - 8), 0.1);  // absorption differs and is not estimated
  EXPECT_LT(std::sqrt(value(results, "map_square", "mean")), 0.33);
}

TEST(Prediction, takes_every_model_of_the_library_as_prior) {
  int models = 0;
  for (const auto& file : std::filesystem::directory_iterator(scenario_path("library/pk"))) {
    const std::string text = "base = [\"" + scenario_path("library/populations/reference_subject.toml") + "\", \"" +
                             file.path().string() +
                             "\"]\n[trial]\npatients = 1\nduration = \"9 day\"\n[adherence]\nmodel = \"perfect\"\n"
                             "[prediction]\nresidual_cv = 0.3\nsource = \"test\"\nbasis = \"assumed\"\n"
                             "[[arm]]\nname = \"one\"\nregimen = { " +
                             kDaily + " }\n";
    const FileText files = [&](const std::string& path, const Position& asked_at, Problems& problems) {
      return path == "s.toml" ? std::optional(text) : read_text_file(path, asked_at, problems);
    };
    Problems found;
    const auto scenario = read_scenario("s.toml", {}, files, found);
    if (scenario && found.empty()) (void)build_plan(*scenario, found);
    for (const Problem& problem : found.sorted()) ADD_FAILURE() << file.path() << ": " << problem.text;
    ++models;
  }
  EXPECT_GE(models, 22);
}

}  // namespace
}  // namespace vt
