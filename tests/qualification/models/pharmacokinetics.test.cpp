/// \file Published pharmacokinetic models through the whole program: text, formulas, plan, kernel, tally.

#include <gtest/gtest.h>

#include <cmath>

#include "tests/reference/linear_system.hpp"
#include "tests/support/typical.hpp"

namespace vt { namespace {

using namespace test;

double typical_trough(const std::string& pk, const std::string& dose = "400 mg", const std::string& every = "24 h",
                      const std::vector<std::string>& set = {}) {
  const ScenarioFile file(trial_text(pk, "dose = \"" + dose + "\", every = \"" + every + "\""));
  Scenario scenario = read(file.path(), set);
  remove_variability(scenario);
  return value(simulate(scenario), "trough", "mean");
}

struct Oracle {
  std::string pk;
  double trough;  // ng/mL before the dose of day 200, 400 mg once daily, reference subject
};

class TypicalTrough : public testing::TestWithParam<Oracle> {};

TEST_P(TypicalTrough, of_the_reference_subject_is_the_published_models) {
  EXPECT_NEAR(typical_trough(GetParam().pk), GetParam().trough, 0.1);
}

// Steady-state closed forms of each model at 70 kg, 55 years, male, HGB 13, WBC 7, ALB 38, AGP 0.9, CML.
INSTANTIATE_TEST_SUITE_P(library, TypicalTrough,
                         testing::Values(Oracle{"gotta2014", 694.1}, Oracle{"widmer2006_base", 732.1},
                                         Oracle{"judson2005", 754.0}, Oracle{"dipaolo2014", 819.5},
                                         Oracle{"schmidli2005_published", 856.1}, Oracle{"golabchifar2014", 967.8},
                                         Oracle{"menon_andersen2009", 975.3}, Oracle{"demetri2009", 1337.7},
                                         Oracle{"yamakawa2011", 1502.8}, Oracle{"delbaldo2006", 964.4},
                                         Oracle{"petermann2025", 1057.9}, Oracle{"widmer2006_covariates", 657.6},
                                         Oracle{"delbaldo2006_metabolite", 964.4}),
                         [](const auto& oracle) { return oracle.param.pk; });

/// Steady state of one compartment with first-order input, 400 mg once daily, in ng/mL at 24 h.
double first_order_trough(double clearance, double volume, double ka) {
  const double k = clearance / volume;
  return 1000 * 400 * ka / (volume * (ka - k)) *
         (std::exp(-k * 24) / (1 - std::exp(-k * 24)) - std::exp(-ka * 24) / (1 - std::exp(-ka * 24)));
}

// Models without a published trough, against the closed form with their published parameters.
TEST(TypicalTrough, of_models_without_a_published_one_is_the_closed_form) {
  EXPECT_NEAR(typical_trough("wang2019"), first_order_trough(9.25, 222, 0.329), 0.1);
  EXPECT_NEAR(typical_trough("he2023"), first_order_trough(7.6, 270, 0.329), 0.1);
  EXPECT_NEAR(typical_trough("jiang2023"), first_order_trough(9.72, 229, 1.22), 0.1);
  EXPECT_NEAR(typical_trough("jiang2023", "400 mg", "24 h", {"covariate.abcg2_421_t_alleles.value=1"}),
              first_order_trough(9.72 * 0.879, 229, 1.22), 0.1);
  const double scale = 70.0 / 54, agp = 0.9 / 1.13;
  EXPECT_NEAR(typical_trough("petain2008"),
              first_order_trough(7.29 * std::pow(scale, 0.56) * std::pow(agp, -0.65),
                                 202 * std::pow(scale, 0.79) * std::pow(agp, -1.01), 1.03),
              0.1);
  const double k = 10.2 / 389, d1 = 2.42;
  EXPECT_NEAR(typical_trough("shriyan2022"),
              1000 * 400 / (d1 * 10.2) * (1 - std::exp(-k * d1)) * std::exp(-k * (24 - d1)) / (1 - std::exp(-k * 24)),
              0.1);
}

// Two compartments behind four transit stages: against the equations of all seven pools, dose by dose.
TEST(TypicalTrough, of_two_compartments_with_transit_is_that_of_the_equations) {
  const long double cl = 13.2L, v = 172, q = 3.75L, peripheral = 43.6L, ktr = 4 / 0.537L, ka = 1.22L;
  reference::Matrix a(7, reference::Vector(7));
  for (std::size_t stage = 0; stage < 4; ++stage) a[stage][stage] = -ktr, a[stage + 1][stage] = ktr;
  a[4][4] = -ka, a[5][4] = ka;
  a[5][5] = -(cl + q) / v, a[5][6] = q / peripheral;
  a[6][5] = q / v, a[6][6] = -q / peripheral;
  reference::Vector mg(7);
  for (int day = 0; day < 40; ++day) {
    mg[0] += 400;
    mg = reference::solve_linear(a, reference::Vector(7), mg, 24);
  }
  EXPECT_NEAR(typical_trough("chien2022"), static_cast<double>(1000 * mg[5] / v), 0.01);
}

/// A scenario with one more number tally on days `at`.
Results typical_run(const std::string& pk, const std::string& score, const std::string& range, const std::string& at,
                    const std::vector<std::string>& set = {}) {
  const ScenarioFile file(trial_text(pk, kOnce, R"(
[[visit]]
name = "more"
at = [)" + at + R"(]
measure = []
[[tally]]
name = "more"
score = ")" + score + R"("
range = )" + range + R"(
at = "more"
by = ["visit"]
)"));
  Scenario scenario = read(file.path(), set);
  remove_variability(scenario);
  return simulate(scenario);
}

// The published trough is the steady state with day 200's bioavailability and absorption rate, which still fall. The
// running model has absorbed more of the doses of the days before.
TEST(Eechoute, trough_is_the_published_one_where_the_trends_stand_still) {
  const double left = std::exp(-200 / 39.0625);
  const std::vector<std::string> still = {"pk.bioavailability_trend.change=" + std::to_string(0.482 * left),
                                          "pk.bioavailability_trend.time_constant=1000000 day",
                                          "pk.absorption_rate_trend.change=" + std::to_string(1.18 * left),
                                          "pk.absorption_rate_trend.time_constant=1000000 day"};
  EXPECT_NEAR(typical_trough("eechoute2012", "400 mg", "24 h", still), 1215.2, 0.1);
  const double running = typical_trough("eechoute2012");
  EXPECT_GT(running, 1215.2 - 0.05);
  EXPECT_LT(running, 1215.2 * (1 + 0.482 * std::exp(-196 / 39.0625)) / (1 + 0.482 * left));
}

// Published: exposure 29.3 % lower at day 90 than on the first day.
TEST(Eechoute, exposure_falls_by_29_percent_to_day_90) {
  const std::string range = "[\"1 ng*h/mL\", \"200000 ng*h/mL\"]";
  const Results found = typical_run("eechoute2012", "auc_24h", range, "\"day 91\", \"day 200\"");
  const double day_90 = value(found, "more", "mean", {{"visit", "day 91"}});
  // The steady state that the first day's bioavailability would lead to.
  EXPECT_NEAR(day_90 / (1.482 * 400 * 1000 / 9.12), 0.707, 0.02 * 0.707);
  EXPECT_NEAR(value(found, "more", "mean", {{"visit", "day 200"}}) * 9.12 / (400 * 1000), 1, 0.005);
}

// Steady-state ratio of the areas .25 ± .07 (Delbaldo) and of the troughs .247 (IRIS): .18 to .32.
TEST(Metabolite, of_the_steady_state_has_the_published_ratio_to_the_parent) {
  for (const char* pk :
       {"delbaldo2006_metabolite", "petain2008_metabolite", "schmidli2005_metabolite", "chien2022_metabolite"}) {
    const Results found = typical_run(pk, "metabolite_auc_24h/auc_24h", "[0.01, 1]", "\"day 2\", \"day 200\"");
    const double late = value(found, "more", "mean", {{"visit", "day 200"}});
    EXPECT_GT(late, 0.18) << pk;
    EXPECT_LT(late, 0.32) << pk;
    EXPECT_LT(value(found, "more", "mean", {{"visit", "day 2"}}), late) << pk;
  }
  // At the reference protein the ratio is that of the clearances: CL/(CLm/fm).
  const Results found = typical_run("delbaldo2006_metabolite", "metabolite_auc_24h/auc_24h", "[0.01, 1]",
                                    "\"day 29\", \"day 200\"", {"covariate.agp_g_per_L.value=1.15"});
  EXPECT_NEAR(value(found, "more", "mean", {{"visit", "day 29"}}), 7.97 / 58.6, 1e-4);
  EXPECT_NEAR(value(found, "more", "mean", {{"visit", "day 200"}}), 7.97 / (58.6 * 0.55), 1e-4);
}

// One dose: label, 15 % of the area. Its amount over the fraction metabolised: of 1/(1 − E) mg that come to the gut
// wall for each that passes, all becomes metabolite; 119 L/h.
TEST(Metabolite, of_the_gut_wall_has_the_labels_share_and_the_troughs_of_iris) {
  const std::string areas = "metabolite_auc_24h/auc_24h", troughs = "metabolite_trough/trough_true";
  const std::vector<std::string> iris = {"covariate.weight_kg.value=80", "covariate.white_cells_1e9_per_L.value=16"};
  const auto on = [](const Results& found, const char* visit) {
    return value(found, "more", "mean", {{"visit", visit}});
  };
  const Results volunteers = typical_run("chien2022_metabolite", areas, "[0.01, 1]", "\"day 29\", \"day 200\"");
  EXPECT_NEAR(on(volunteers, "day 29"), 13.2 / 119 / (1 - 0.265), 1e-4);
  EXPECT_NEAR(on(volunteers, "day 29"), 0.15, 0.005);
  EXPECT_NEAR(on(volunteers, "day 200"), 13.2 / (119 * 0.55) / (1 - 0.265), 1e-4);
  const Results patients = typical_run("schmidli2005_metabolite", troughs, "[0.01, 1]", "\"day 200\"", iris);
  EXPECT_NEAR(on(patients, "day 200"), 0.247, 0.01);
}

// A miss, if its clearance is over the fraction metabolised as that of the others: ratios of the areas of .14 to .25.
TEST(Metabolite, of_menon_andersen_has_an_area_above_that_of_the_drug) {
  const Results found = typical_run("menon_andersen2009_metabolite", "metabolite_auc_24h/auc_24h", "[0.01, 10]",
                                    "\"day 29\", \"day 200\"");
  EXPECT_NEAR(value(found, "more", "mean", {{"visit", "day 200"}}), 10.8 / 9.65, 1e-3);
}

// On day 1 the volume is 168 L, on day 29 there is the steady state of 226.5 L.
TEST(Demetri, has_the_volumes_of_day_1_and_of_day_29) {
  const double scale = std::pow(38 / 38.3, 1.66), clearance = 8.18 * scale, d1 = 1.69;
  const auto once = [&](double volume) {
    const double k = clearance / volume;
    return 1000 * 400 / (d1 * clearance) * (1 - std::exp(-k * d1)) * std::exp(-k * (24 - d1));
  };
  const auto steady = [&](double volume) { return once(volume) / (1 - std::exp(-24 * clearance / volume)); };
  const Results found =
      typical_run("demetri2009", "trough_true", "[\"1 ng/mL\", \"9000 ng/mL\"]", "\"day 1\", \"day 21\", \"day 29\"");
  const auto on = [&](const char* visit) { return value(found, "more", "mean", {{"visit", visit}}); };
  EXPECT_NEAR(on("day 1"), once(168 * scale), 0.1);
  EXPECT_NEAR(on("day 21"), steady(168 * scale), 0.1);
  EXPECT_NEAR(on("day 29") / steady(226.5 * scale), 1, 0.01);
}

// 8 and 14 L/h at 50 and 100 kg, a half-life of 18 h at both.
TEST(LabelWeight, has_the_clearances_and_the_half_life_of_the_label) {
  for (const auto& [weight, clearance] : {std::pair("50", 8.0), {"100", 14.0}}) {
    const double k = std::log(2.0) / 18, d1 = 1.5;
    const double trough =
        1000 * 400 / (d1 * clearance) * (1 - std::exp(-k * d1)) * std::exp(-k * (24 - d1)) / (1 - std::exp(-k * 24));
    const double found =
        typical_trough("label_weight", "400 mg", "24 h", {std::string("covariate.weight_kg.value=") + weight});
    EXPECT_NEAR(found / trough, 1, 0.003) << weight;
  }
}

TEST(FreeConcentration, follows_from_the_total_and_the_protein) {
  const Results total = typical_run("delbaldo2006", "trough_true", "[\"1 ng/mL\", \"20000 ng/mL\"]", "\"day 200\"");
  const Results free =
      typical_run("delbaldo2006", "trough_free", "[\"0.1 ng/mL\", \"20000 ng/mL\"]", "\"day 200\"",
                  {"pk.binding_capacity={ formula = \"11752*agp_g_per_L\", unit = \"ng/mL\", source = \"test\", basis "
                   "= \"assumed\" }",
                   "pk.binding_constant={ value = \"319 ng/mL\", source = \"test\", basis = \"assumed\" }"});
  const double ct = value(total, "more", "mean"), w = ct - 11752 * 0.9 - 319;
  EXPECT_NEAR(value(free, "more", "mean"), 0.5 * (w + std::sqrt(w * w + 4 * 319 * ct)), 1e-3);
}

TEST(TypicalTrough, follows_the_covariates) {
  EXPECT_NEAR(typical_trough("widmer2006_covariates", "400 mg", "24 h", {"covariate.male.value=0"}), 782.6, 0.1);
  EXPECT_NEAR(typical_trough("widmer2006_covariates", "400 mg", "24 h", {"covariate.gist.value=1"}), 768.3, 0.1);
  EXPECT_NEAR(typical_trough("delbaldo2006", "400 mg", "24 h", {"covariate.agp_g_per_L.value=1.15"}), 1192.0, 0.1);
}

/// The default model's typical patient (80 kg, HGB 13, WBC 16): closed forms with clearance 10.62 L/h, volume 244.18 L.
double default_trough(const std::string& dose, const std::string& every) {
  return typical_trough("schmidli2005", dose, every,
                        {"covariate.weight_kg.value=80", "covariate.white_cells_1e9_per_L.value=16"});
}

TEST(TypicalTrough, of_the_default_model_is_the_closed_form) {
  const double once = default_trough("400 mg", "24 h");
  EXPECT_NEAR(once, 919.95, 0.1);
  EXPECT_NEAR(default_trough("400 mg", "12 h"), 2470.3, 0.3);
  EXPECT_NEAR(default_trough("800 mg", "24 h"), 1839.9, 0.2);
}

TEST(DoseLinearity, holds_with_fixed_adherence_and_no_rules) {
  const double at_400 = default_trough("400 mg", "24 h");
  EXPECT_NEAR(default_trough("300 mg", "24 h") / at_400, 0.75, 0.0075);
  EXPECT_NEAR(default_trough("600 mg", "24 h") / at_400, 1.50, 0.015);
}

// The fixed-point sum of one patient resolves 2⁻³¹ of the range: 1e-5 ng·h/mL in 37,665.
TEST(AreaUnderTheCurve, times_clearance_is_the_absorbed_dose) {
  struct Case {
    std::string pk;
    double clearance_L_per_h;
  };
  for (const auto& [pk, clearance] : {Case{"petermann2025", 11}, Case{"yamakawa2011", 8.7},
                                      Case{"golabchifar2014", 10.8}, Case{"menon_andersen2009", 10.8}}) {
    const ScenarioFile file(trial_text(pk, kOnce, R"(
[[tally]]
name = "auc"
score = "auc_24h"
range = ["1 ng*h/mL", "65536 ng*h/mL"]
at = "v"
)"));
    Scenario scenario = read(file.path());
    remove_variability(scenario);
    const double auc = value(simulate(scenario), "auc", "mean");
    EXPECT_NEAR(auc * clearance / (1000 * 400.0), 1, 1e-9) << pk;
  }
}

/// Area to day 20 of a single dose of 400 mg, with or without rifampicin from eight days before.
double single_dose_area(bool with_rifampicin) {
  std::string text = trial_text("schmidli2005", kOnce, R"(
[[visit]]
name = "daily"
every = "1 day"
from = "day 1"
until = "day 20"
measure = []
[[tally]]
name = "auc"
score = "auc_24h"
range = ["0.0001 ng*h/mL", "65536 ng*h/mL"]
at = "daily"
by = ["visit"]
)");
  if (with_rifampicin)
    text.replace(text.find("base = ["), 8,
                 "base = [\"" + scenario_path("library/interactions/rifampicin.toml") + "\", ");
  const ScenarioFile file(text);
  Scenario scenario = read(
      file.path(), {"trial.start=day -8", "covariate.weight_kg.value=80", "covariate.white_cells_1e9_per_L.value=16"});
  remove_variability(scenario);
  // The first dose is the only one: from day 1 on nothing to speak of is prescribed.
  scenario.pk.trends.clear();
  for (InteractionSpec& rifampicin : scenario.interactions) {
    rifampicin.fraction = 1;
    rifampicin.start_day = -8;
    rifampicin.stop_day = 1e9;
  }
  RuleSpec stop;
  stop.name = "only_one_dose";
  stop.at = {{"first_day", {}}};
  stop.when = {"day >= 1", {}};
  stop.action = Action::set_regimen;
  stop.regimen = {1e-12, 24, {"test", 1, 1}};
  VisitSpec first_day;
  first_day.name = "first_day";
  first_day.days = {1};
  first_day.labels = {"day 1"};
  scenario.visits.push_back(first_day);
  scenario.rules.push_back(stop);
  for (ArmSpec& arm : scenario.arms) arm.rules.push_back({"only_one_dose", {}});
  const Results results = simulate(scenario);
  double area = 0;
  for (int day = 1; day <= 20; ++day) area += value(results, "auc", "mean", {{"visit", "day " + std::to_string(day)}});
  return area;
}

TEST(Rifampicin, from_eight_days_before_cuts_the_area_of_a_single_dose_by_three_quarters) {
  // Bolton 2004: AUC −74 % (tolerance 3 points).
  EXPECT_NEAR(single_dose_area(true) / single_dose_area(false) - 1, -0.74, 0.03);
}

}  // namespace
}  // namespace vt
