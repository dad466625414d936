// The ready-made populations of scenarios/library/populations, and random effects given by CV.
#include <gtest/gtest.h>

#include <cmath>
#include <fstream>
#include <sstream>

#include "tests/support/population.hpp"

namespace vt { namespace {

using namespace test;

std::string library(const std::string& name) {
  std::ifstream file(source_dir() + "/scenarios/library/populations/" + name);
  std::stringstream text;
  text << file.rdbuf();
  return text.str();
}

std::string fixed(const std::string& name, double value) {
  return "[[covariate]]\nname = \"" + name + "\"\ndistribution = \"fixed\"\nvalue = " + std::to_string(value) +
         "\nsource = \"test\"\nbasis = \"assumed\"\n";
}

struct Person {
  double male, age, weight, height, creatinine;
  double bmi, mosteller, du_bois, devine, lean, clearance, egfr, not_indexed, category;
};
// Worked out apart from the program, in Python, from the published equations.
const Person kPersons[] = {
    {1, 60, 80, 180, 1.0, 24.691358, 2.0, 1.996421, 74.992126, 61.73141, 88.888889, 86.162621, 99.609966, 0},
    {0, 75, 60, 165, 1.8, 22.038567, 1.6583124, 1.6586565, 56.909449, 39.286846, 25.578704, 29.019099, 27.816608, 2}};

TEST(DerivedCovariates, AreThoseOfThePublishedEquations) {
  for (const Person& p : kPersons) {
    const Files files = {
        {"body.toml", library("body_size.toml")},
        {"renal.toml", library("renal_function.toml")},
        {"first.toml", fixed("male", p.male) + fixed("age_years", p.age) + fixed("weight_kg", p.weight)},
        {"s.toml", trial_around("base = [\"first.toml\", \"body.toml\", \"renal.toml\"]\n" +
                                fixed("height_cm", p.height) + fixed("creatinine_mg_per_dL", p.creatinine))}};
    const Sampled sampled = sample_patients(build(scenario_of(files)), 1);
    const double expected[] = {p.bmi,       p.mosteller, p.du_bois,     p.devine,  p.lean,
                               p.clearance, p.egfr,      p.not_indexed, p.category};
    ASSERT_EQ(sampled.parameter.size(), std::size(expected));
    for (std::size_t i = 0; i < std::size(expected); ++i)
      EXPECT_NEAR(sampled.parameter[i][0], expected[i], 1e-7 * expected[i]) << i;
  }
}

TEST(OrganFunction, RaisesAgpInRenalImpairment) {
  const auto median_of = [](const std::string& probabilities) {
    const Files files = {
        {"organ.toml", library("organ_function.toml")},
        {"cml.toml", library("cml_newly_diagnosed.toml")},
        {"further.toml", library("cml_further_covariates.toml")},
        {"agp.toml", library("agp_in_renal_impairment.toml")},
        {"s.toml", trial_around("base = [\"organ.toml\", \"cml.toml\", \"further.toml\", \"agp.toml\"]\n"
                                "[[covariate]]\nname = \"renal_category\"\nprobabilities = " +
                                probabilities + "\nsource = \"test\"\nbasis = \"assumed\"\n")}};
    const Scenario scenario = scenario_of(files);
    const Sampled sampled = sample_patients(build(scenario), 50);
    for (std::size_t c = 0; c < scenario.covariates.size(); ++c)
      if (scenario.covariates[c].name == "agp_g_per_L") return sampled.covariate[c];
    return std::vector<double>{};
  };
  const auto normal = median_of("[1, 0, 0, 0]"), impaired = median_of("[0, 0, 1, 0]");
  ASSERT_EQ(normal.size(), 50u);
  for (std::size_t i = 0; i < normal.size(); ++i) EXPECT_NEAR(impaired[i] / normal[i], 1.5, 1e-14);
}

std::vector<double> covariate_of(const BuiltPlan& built, const Sampled& sampled, const std::string& name) {
  for (std::size_t c = 0; c < built.covariates.size(); ++c)
    if (built.covariates[c] == name) return sampled.covariate[c];
  ADD_FAILURE() << "no covariate " << name;
  return {};
}

TEST(OrganImpairment, EnrolsClassesByCreatinine) {
  const Files files = {
      {"cml.toml", library("cml_newly_diagnosed.toml")},
      {"body.toml", library("body_size.toml")},
      {"renal.toml", library("renal_function.toml")},
      {"further.toml", library("cml_further_covariates.toml")},
      {"organs.toml", library("organ_impairment.toml")},
      {"s.toml",
       trial_around("base = [\"cml.toml\", \"body.toml\", \"renal.toml\", \"further.toml\", \"organs.toml\"]\n")}};
  const BuiltPlan built = build(scenario_of(files));
  const Sampled sampled = sample_patients(built, 4000);
  const auto enrolled = covariate_of(built, sampled, "renal_class_enrolled");
  const auto agp = covariate_of(built, sampled, "agp_g_per_L");
  ASSERT_EQ(sampled.parameter.size(), 9u);  // five of body_size, four of renal_function, whose last is the category
  EXPECT_EQ(sampled.parameter[8], enrolled);
  double log_agp[2] = {0, 0}, n[2] = {0, 0};
  for (std::size_t i = 0; i < agp.size(); ++i) {
    const int impaired = enrolled[i] > 0.5;
    log_agp[impaired] += std::log(agp[i]);
    n[impaired] += 1;
  }
  // SD 0.236 in about 1600 and 2400 patients: the error of the difference is 0.0076.
  EXPECT_NEAR(log_agp[1] / n[1] - log_agp[0] / n[0], std::log(1.5), 0.03);
}

double correlation(const std::vector<double>& x, const std::vector<double>& y) {
  const auto n = static_cast<double>(x.size());
  double sx = 0, sy = 0, xx = 0, yy = 0, xy = 0;
  for (std::size_t i = 0; i < x.size(); ++i) sx += x[i], sy += y[i];
  for (std::size_t i = 0; i < x.size(); ++i) {
    const double a = x[i] - sx / n, b = y[i] - sy / n;
    xx += a * a, yy += b * b, xy += a * b;
  }
  return xy / std::sqrt(xx * yy);
}

// The stated correlations; that of age with creatinine clearance is published (Jiang 2023). Of 4000 patients the error
// is 0.01.
TEST(Gist, HasItsCorrelations) {
  const Files files = {{"body_size.toml", library("body_size.toml")},
                       {"renal_function.toml", library("renal_function.toml")},
                       {"gist.toml", library("gist.toml")},
                       {"s.toml", trial_around("base = [\"gist.toml\"]\n")}};
  const BuiltPlan built = build(scenario_of(files));
  const Sampled sampled = sample_patients(built, 4000);
  const auto of = [&](const char* name) { return covariate_of(built, sampled, name); };
  ASSERT_EQ(sampled.parameter.size(), 9u);  // the sixth is the creatinine clearance
  EXPECT_NEAR(correlation(of("age_years"), sampled.parameter[5]), -0.67, 0.04);
  EXPECT_NEAR(correlation(of("haemoglobin_g_per_dL"), of("red_cells_1e12_per_L")), 0.85, 0.03);
  EXPECT_NEAR(correlation(of("agp_g_per_L"), of("albumin_g_per_L")), -0.35, 0.05);
}

TEST(Genotypes, ReplaceAFixedGenotypeWhole) {
  const Files files = {{"further.toml", library("cml_further_covariates.toml")},
                       {"genotypes.toml", library("genotypes.toml")},
                       {"s.toml", trial_around("base = [\"further.toml\", \"genotypes.toml\"]\n")}};
  const Scenario scenario = scenario_of(files);
  for (const CovariateSpec& covariate : scenario.covariates)
    EXPECT_EQ(covariate.distribution == Distribution::bernoulli, covariate.name == "slc22a1_480_cg_or_gg")
        << covariate.name;
}

std::string effect(const std::string& keys) {
  return trial_around("[[random_effect]]\n" + keys + "\nsource = \"test\"\nbasis = \"assumed\"\n");
}

// √(log(1 + 0.5²)) = 0.4723807
TEST(RandomEffects, TakeACvInEitherMeaning) {
  const auto variance = [](const std::string& keys) { return scenario_of(effect(keys)).random_effects[0].covariance; };
  EXPECT_DOUBLE_EQ(variance("name = \"CL\"\ncv = 0.5\ncv_is = \"sd\"")[0][0], 0.25);
  EXPECT_NEAR(variance("name = \"CL\"\ncv = \"50 %\"\ncv_is = \"lognormal\"")[0][0], 0.22314355, 1e-8);
  const auto both =
      variance("names = [\"CL\", \"V\"]\ncv = [0.5, 1]\ncv_is = \"lognormal\"\ncorrelation = [[1, 0.6], [0.6, 1]]");
  EXPECT_NEAR(both[0][1], 0.6 * 0.4723807 * 0.8325546, 1e-7);
  EXPECT_NEAR(both[1][1], 0.69314718, 1e-8);
}

TEST(RandomEffects, WithACvOfUnknownMeaningAreRefused) {
  EXPECT_NE(problems_of(effect("name = \"CL\"\ncv = 0.5")).find("s.toml:3:6: random_effect.CL.cv has no cv_is"),
            std::string::npos)
      << problems_of(effect("name = \"CL\"\ncv = 0.5"));
  EXPECT_NE(problems_of(effect("name = \"CL\"\ncv = 0.5\nsd = 0.5\ncv_is = \"sd\"")).find("stands beside sd"),
            std::string::npos);
}

TEST(RandomEffects, ThatCannotBeCorrelatedSoAreRefusedWithTheNearestMatrix) {
  const std::string problem = problems_of(effect("names = [\"CL\", \"V\"]\ncovariance = [[0.1, 0.12], [0.12, 0.1]]"));
  EXPECT_NE(problem.find("is not positive definite (its smallest eigenvalue is -0.2"), std::string::npos) << problem;
  EXPECT_NE(problem.find("CL with V 0.990 instead of 1.2"), std::string::npos) << problem;
}

}  // namespace
}  // namespace vt
