// What is drawn once for all patients of a replicate: per = "replicate". Fixed seeds; limits are 4.5 standard errors.
#include <gtest/gtest.h>

#include <fmt/format.h>

#include <cmath>
#include <set>

#include "host/plan/notes.hpp"
#include "tests/support/population.hpp"

namespace vt { namespace {

using namespace test;

const std::string kText = R"toml([[covariate]]
name = "model"
distribution = "categorical"
values = [1, 2, 3]
probabilities = [0.5, 0.3, 0.2]
per = "replicate"
source = "test"
basis = "assumed"
[[covariate]]
name = "site_mean"
distribution = "lognormal"
median = "100*step"
sd_log = 0.5
per = "replicate"
source = "test"
basis = "assumed"
[[covariate]]
name = "own"
distribution = "lognormal"
median = "site_mean"
sd_log = 0.2
source = "test"
basis = "assumed"
[[random_effect]]
names = ["study_CL", "study_V"]
sd = [0.268, 0.2]
correlation = [[1, 0.6], [0.6, 1]]
per = "replicate"
source = "test"
basis = "assumed"
[[random_effect]]
name = "CL"
sd = 0.3
source = "test"
basis = "assumed"
[[parameter]]
name = "step"
formula = "1 + model"
source = "test"
basis = "assumed"
[[parameter]]
name = "study"
formula = "eta.study_CL"
source = "test"
basis = "assumed"
[[parameter]]
name = "study_V"
formula = "eta.study_V"
source = "test"
basis = "assumed"
[[parameter]]
name = "individual"
formula = "eta.study_CL + eta.CL"
source = "test"
basis = "assumed"
)toml";

// In the Plan's order: model, step, site_mean, own.
enum CovariatePlace : std::size_t { kModel, kSiteMean, kOwn };
enum ParameterPlace : std::size_t { kStep, kStudy, kStudyV, kIndividual };

Sampled replicate(std::uint64_t r, std::size_t n) {
  static const BuiltPlan built = build(scenario_of(trial_around(kText, "patients = 1000\nreplicates = 4000")));
  return sample_patients(built, n, r * kNextReplicate);
}

TEST(PerReplicate, AllPatientsOfAReplicateHaveTheSame) {
  const Sampled one = replicate(7, 200), other = replicate(8, 200);
  const std::set<double> of_one(one.covariate[kSiteMean].begin(), one.covariate[kSiteMean].end());
  EXPECT_EQ(of_one.size(), 1U);
  EXPECT_EQ(std::set<double>(one.parameter[kStudy].begin(), one.parameter[kStudy].end()).size(), 1U);
  EXPECT_NE(one.covariate[kSiteMean][0], other.covariate[kSiteMean][0]);
  EXPECT_NE(one.parameter[kStudy][0], other.parameter[kStudy][0]);
  EXPECT_EQ(std::set<double>(one.covariate[kOwn].begin(), one.covariate[kOwn].end()).size(), 200U);
  EXPECT_EQ(std::set<double>(one.parameter[kIndividual].begin(), one.parameter[kIndividual].end()).size(), 200U);
}

// The draw's identity is a promise: the name's stream, of the replicate's index 0.
TEST(PerReplicate, TheDrawIsThatOfTheReplicatesFirstPatient) {
  const BuiltPlan built = build(scenario_of(trial_around(kText, "patients = 1000\nreplicates = 4000")));
  const Plan& plan = built.buffer.plan();
  for (std::uint32_t e = 0; e < plan.random_effects.count; ++e) {
    const RandomEffect& effect = at(plan, plan.random_effects, e);
    if (effect.first_in_group != e || effect.per_replicate == 0) continue;
    const Words words = draw(plan.seed, 5 * kNextReplicate, effect.stream, 0, 0);
    const double z = normal_quantile(uniform(std::uint64_t{words.w[0]} << 32 | words.w[1]));
    EXPECT_EQ(replicate(5, 3).parameter[kStudy][2], at(plan, effect.factor, 0) * z);
    return;
  }
  FAIL() << "no effect per replicate";
}

TEST(PerReplicate, ReplicatesFollowTheDistributions) {
  constexpr int n = 4000;
  double sum = 0, squares = 0, products = 0, squares_v = 0, log_sum = 0, log_squares = 0;
  int models[4] = {0, 0, 0, 0};
  for (std::uint64_t r = 0; r < n; ++r) {
    const Sampled s = replicate(r, 1);
    const double cl = s.parameter[kStudy][0] / 0.268, v = s.parameter[kStudyV][0] / 0.2;
    sum += cl, squares += cl * cl, products += cl * v, squares_v += v * v;
    const double z = std::log(s.covariate[kSiteMean][0] / (100 * (1 + s.covariate[kModel][0]))) / 0.5;
    log_sum += z, log_squares += z * z;
    ++models[static_cast<int>(s.covariate[kModel][0])];
  }
  const double limit = 4.5 / std::sqrt(n);
  EXPECT_NEAR(sum / n, 0, limit);
  EXPECT_NEAR(squares / n, 1, std::sqrt(2) * limit);
  EXPECT_NEAR(squares_v / n, 1, std::sqrt(2) * limit);
  EXPECT_NEAR(products / n, 0.6, std::sqrt(1 + 0.36) * limit);
  EXPECT_NEAR(log_sum / n, 0, limit);
  EXPECT_NEAR(log_squares / n, 1, std::sqrt(2) * limit);
  for (const auto& [model, p] : {std::pair{1, 0.5}, {2, 0.3}, {3, 0.2}})
    EXPECT_NEAR(static_cast<double>(models[model]) / n, p, limit * std::sqrt(p * (1 - p)));
}

// Other draws keep their bits: a scenario that has one more draw per replicate has the same patients.
TEST(PerReplicate, MovesNoOtherDraw) {
  const std::string effect =
      "[[random_effect]]\nname = \"CL\"\nsd = 0.3\nsource = \"test\"\nbasis = \"assumed\"\n[[parameter]]\nname = "
      "\"p\"\nformula = \"eta.CL\"\nsource = \"test\"\nbasis = \"assumed\"\n";
  const Sampled alone = sample_patients(build(scenario_of(trial_around(effect))), 50);
  const Sampled beside = replicate(0, 50);
  for (std::size_t i = 0; i < 50; ++i)
    EXPECT_NEAR(beside.parameter[kIndividual][i] - beside.parameter[kStudy][i], alone.parameter[0][i], 1e-15);
}

std::string with(const std::string& from, const std::string& to) {
  std::string text = kText;
  return text.replace(text.find(from), from.size(), to);
}

TEST(PerReplicate, MistakesAreTold) {
  EXPECT_EQ(problems_of(trial_around(kText)), "");
  EXPECT_NE(problems_of(trial_around(with("per = \"replicate\"", "per = \"study\""))).find("is 'study' (not one of: "),
            std::string::npos);
  EXPECT_NE(problems_of(trial_around("[[covariate]]\nname = \"f\"\ndistribution = \"fixed\"\nvalue = 1\nper = "
                                     "\"replicate\"\nsource = \"test\"\nbasis = \"assumed\"\n"))
                .find("covariate.f.per is of a fixed covariate"),
            std::string::npos);
  EXPECT_NE(problems_of(trial_around(with("formula = \"1 + model\"", "formula = \"1 + model + eta.CL\"")))
                .find("covariate 'site_mean' is the same for all patients of a replicate, but reads 'step', which is "
                      "not"),
            std::string::npos);
  EXPECT_NE(problems_of(trial_around(kText + "[population.correlation]\npairs = [[\"site_mean\", \"own\", 0.3]]\n"
                                             "source = \"test\"\nbasis = \"assumed\"\n"))
                .find("names 'site_mean', which is the same for all patients of a replicate"),
            std::string::npos);
  for (const char* header : {"site_mean", "eta.study_V"})
    EXPECT_NE(problems_of({{"s.toml", trial_around(kText + "[population]\ntable = \"t.csv\"\n", "patients = 1")},
                           {"t.csv", std::string(header) + "\n1\n"}})
                  .find("is drawn once for all patients of a replicate"),
              std::string::npos);
}

const std::string kTally = "[[tally]]\nname = \"t\"\nscore = \"own\"\nrange = [0.001, 1e6]\nat = \"end\"\n";

// What pools replicates takes patients for independent who are not.
TEST(PerReplicate, NotesSaySo) {
  for (const auto& [replicates, words] : {std::pair{"1", "of which there is 1"}, {"50", "of these 50 draws"}}) {
    Problems problems;
    const Scenario scenario =
        scenario_of(trial_around(kText + kTally, fmt::format("patients = 10\nreplicates = {}", replicates)));
    const auto built = build_plan(scenario, problems);
    ASSERT_TRUE(built);
    note_oversights(scenario, *built, problems);
    ASSERT_EQ(problems.sorted_notes().size(), 1U);
    const std::string text = problems.sorted_notes()[0].text;
    EXPECT_NE(text.find("model, site_mean, eta.study_CL, eta.study_V are drawn once"), std::string::npos) << text;
    EXPECT_NE(text.find(words), std::string::npos) << text;
  }
}

}}  // namespace vt
