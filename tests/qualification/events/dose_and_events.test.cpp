/// \file The library's adverse events at a dose that stays and at lower ones, in the same patients.

#include <gtest/gtest.h>

#include <cmath>

#include "tests/support/scenario_file.hpp"
#include "tests/support/trial.hpp"

namespace vt { namespace {

using namespace test;

constexpr int kPatients = 8000;

std::string library(const std::string& name) { return '"' + scenario_path("library/" + name) + "\", "; }

std::string trial() {
  std::string out = "title = \"reductions\"\nbase = [" + library("populations/cml_newly_diagnosed.toml") +
                    library("pk/schmidli2005.toml") + library("toxicity/adverse_events.toml") + R"t(]
[trial]
patients = )t" + std::to_string(kPatients) +
                    R"t(
duration = "12 month"
allocation = "counterfactual"
source = "test"
[[visit]]
name = "seen"
every = "3 month"
measure = []
)t";
  for (const char* mg : {"400", "300", "200"}) {
    out += std::string("[[arm]]\nname = \"") + mg +
           "\"\nregimen = { dose = \"400 mg\", every = \"24 h\" }\nrules = [\"to " + mg +
           "\"]\n[[rule]]\nname = \"to " + mg +
           "\"\nat = \"seen\"\nwhen = \"day > 180 and day < 190\"\ndo = \"set\"\nregimen = { dose = \"" + mg +
           " mg\", every = \"24 h\" }\nsource = \"test\"\n";
  }
  for (const char* event : {"oedema", "rash", "myalgia"})
    for (const auto& [name, least] : {std::pair{"any", "1"}, {"worse", "2"}})
      out += std::string("[[tally]]\nname = \"") + name + "_" + event + "\"\nscore = \"grade." + event +
             " >= " + least + "\"\nat = \"seen\"\nby = [\"arm\", \"visit\"]\n";
  return out;
}

class Reductions : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    const ScenarioFile file(trial());
    results_ = std::make_unique<Results>(simulate(read(file.path())));
  }
  static void TearDownTestSuite() { results_.reset(); }
  static double share(const std::string& name, const char* arm, const char* visit) {
    return value(*results_, name, "proportion", {{"arm", arm}, {"visit", visit}});
  }
  static double sd(double p) { return std::sqrt(p * (1 - p) / kPatients); }
  static std::unique_ptr<Results> results_;
};
std::unique_ptr<Results> Reductions::results_;

TEST_F(Reductions, lower_the_prevalence_and_the_grade_of_events) {
  for (const char* name : {"any_oedema", "any_rash", "any_myalgia", "worse_oedema", "worse_rash", "worse_myalgia"}) {
    EXPECT_EQ(share(name, "400", "month 6"), share(name, "200", "month 6")) << name;  // the same patients until then
    const double full = share(name, "400", "month 12"), half = share(name, "200", "month 12"),
                 between = share(name, "300", "month 12");
    EXPECT_LT(between, full) << name;
    EXPECT_LT(half, between) << name;
    // Odds of being back against being over go with the square of the dose: at half the dose a third less or lower
    // still.
    EXPECT_LT(half, 0.67 * full + 2 * sd(full)) << name;
  }
}

TEST_F(Reductions, help_within_three_months) {
  EXPECT_LT(share("any_oedema", "200", "month 9"), 0.8 * share("any_oedema", "400", "month 9"));
  EXPECT_LT(share("any_myalgia", "200", "month 9"), 0.8 * share("any_myalgia", "400", "month 9"));
}

TEST_F(Reductions, are_held_against_a_dose_at_which_prevalence_stays) {
  for (const auto& [name, low, high] :
       {std::tuple{"any_oedema", 0.35, 0.45}, {"any_myalgia", 0.14, 0.20}, {"any_rash", 0.02, 0.05}}) {
    const double before = share(name, "400", "month 9"), behind = share(name, "400", "month 12");
    EXPECT_NEAR(before, behind, 4 * std::sqrt(2.0) * sd(behind)) << name;  // false alarm below 1 in 16,000
    EXPECT_GT(behind, low) << name;
    EXPECT_LT(behind, high) << name;
  }
  // Oedema has settled by month 6; it is the same patients' turnover that goes on.
  EXPECT_NEAR(share("any_oedema", "400", "month 6"), share("any_oedema", "400", "month 12"), 0.03);
}

}  // namespace
}  // namespace vt
