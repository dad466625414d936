/// \file scenarios/interactions.toml against the studies that the effects of comedications were fitted to: ratios of
/// geometric means, of volunteers in two compartments with transit absorption.

#include <gtest/gtest.h>

#include <cmath>

#include "tests/support/trial.hpp"

namespace vt { namespace {

using namespace test;

class Volunteers : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    results_ = simulate(read(scenario_path("interactions.toml"), {"trial.patients=200"}));
  }
  /// Ratio of geometric means less 1.
  static double change(const std::string& tally) { return std::exp(value(results_, tally, "mean")) - 1; }
  static double mean_alone(const std::string& tally, const std::string& arm = "alone") {
    return value(results_, tally, "mean", {{"arm", arm}});
  }
  inline static Results results_;
};

// Bolton 2004. Fitted; tolerances of the drug as in interactions.test.cpp, of the metabolite 10 points.
TEST_F(Volunteers, with_rifampicin_have_less_drug_and_an_earlier_metabolite) {
  EXPECT_NEAR(change("rifampicin_auc"), -0.74, 0.03);
  EXPECT_NEAR(change("rifampicin_auc_24h"), -0.68, 0.05);
  EXPECT_NEAR(change("rifampicin_peak"), -0.54, 0.05);
  EXPECT_NEAR(change("rifampicin_metabolite_auc_24h"), 0.24, 0.10);
  EXPECT_NEAR(change("rifampicin_metabolite_auc"), -0.12, 0.10);
}

// Dutreix 2004. Fitted; tolerances 8 points.
TEST_F(Volunteers, with_ketoconazole_have_more_drug_and_less_metabolite) {
  EXPECT_NEAR(change("ketoconazole_auc"), 0.40, 0.08);
  EXPECT_NEAR(change("ketoconazole_auc_24h"), 0.40, 0.08);
  EXPECT_NEAR(change("ketoconazole_peak"), 0.26, 0.08);
  EXPECT_NEAR(change("ketoconazole_metabolite_auc_24h"), -0.13, 0.08);
}

// Frye 2004, Smith 2004; label; van Erp 2007; Egorin 2009, Sparano 2009.
TEST_F(Volunteers, with_other_comedications_change_as_observed) {
  EXPECT_NEAR(change("st_johns_wort_auc"), -0.31, 0.05);
  EXPECT_NEAR(change("antiepileptic_auc"), -0.73, 0.03);
  EXPECT_NEAR(change("ritonavir_steady_auc"), -0.03, 0.08);
  EXPECT_NEAR(change("ritonavir_steady_metabolite_auc"), 0.40, 0.08);
  EXPECT_NEAR(change("omeprazole_auc"), 0, 1e-9);
  EXPECT_NEAR(change("antacid_auc"), 0, 1e-9);
}

// Label: area 15 % of the drug's, here of a typical volunteer (119 L/h): the mean over volunteers is higher, by their
// spread. Steady state: areas .18 to .32, troughs .247 (IRIS).
TEST_F(Volunteers, alone_have_the_metabolite_of_the_label) {
  EXPECT_NEAR(mean_alone("metabolite_ratio"), 0.15 * std::exp((0.248 * 0.248 + 0.28 * 0.28) / 2), 0.015);
  EXPECT_GT(mean_alone("steady_ratio"), 0.18);
  EXPECT_LT(mean_alone("steady_ratio"), 0.34);
  EXPECT_GT(mean_alone("metabolite_ratio", "rifampicin"), 3 * mean_alone("metabolite_ratio"));
}

}  // namespace
}  // namespace vt
