// Inclusion criteria: who is counted where.
#include <gtest/gtest.h>

#include <algorithm>

#include "tests/support/population.hpp"

namespace vt { namespace {

using namespace test;

const std::string kPopulation = R"toml([population]
include = ["age >= 18", "age < 70 and crcl > 60"]
[[criterion]]
name = "not too light"
when = "weight_factor*crcl > 50"
[[covariate]]
name = "age"
distribution = "normal"
mean = 50
sd = 20
source = "test"
basis = "assumed"
[[covariate]]
name = "crcl"
distribution = "lognormal"
median = 80
sd_log = 0.3
source = "test"
basis = "assumed"
[[random_effect]]
name = "w"
sd = 0.4
source = "test"
basis = "assumed"
[[parameter]]
name = "weight_factor"
formula = "exp(eta.w)"
source = "test"
basis = "assumed"
)toml";

const std::string kTallies = R"toml(
[[visit]]
name = "last"
at = ["day 1"]
measure = ["trough"]
[[tally]]
name = "everybody"
score = "age >= 18 and age < 70 and crcl > 60"
at = "last"
)toml";

constexpr std::size_t kPatients = 3000;

Scenario trial(const std::string& more = "") {
  return scenario_of(trial_around(kPopulation + more, "patients = 3000") + kTallies);
}

/// The first criterion that does not hold, worked out again from the sampled values; 0 = all hold.
std::vector<std::uint32_t> judged_again(const Sampled& sampled, const std::vector<double>& weight_factor) {
  std::vector<std::uint32_t> by;
  for (std::size_t i = 0; i < kPatients; ++i) {
    const double age = sampled.covariate[0][i], crcl = sampled.covariate[1][i];
    by.push_back(!(age >= 18) ? 1 : !(age < 70 && crcl > 60) ? 2 : !(weight_factor[i] * crcl > 50) ? 3 : 0);
  }
  return by;
}

/// exp(eta.w) of each patient, through a covariate-free route: the draw itself.
std::vector<double> weight_factors(const Plan& plan) {
  std::vector<double> factors;
  const RandomEffect& w = at(plan, plan.random_effects, 0);
  for (std::uint64_t i = 0; i < kPatients; ++i) {
    const Words words = draw(plan.seed, i, w.stream, 0, 0);
    factors.push_back(exp(at(plan, w.factor, 0) * normal_quantile(uniform(words.w[0], words.w[1]))));
  }
  return factors;
}

TEST(Criteria, RejectExactlyThoseForWhomAFormulaDoesNotHold) {
  const BuiltPlan built = build(trial());
  const Sampled sampled = sample_patients(built, kPatients);
  const auto again = judged_again(sampled, weight_factors(built.buffer.plan()));
  EXPECT_EQ(sampled.rejected_by, again);

  RunOptions options;
  options.keep_records = true;
  const Results results = simulate(trial(), options);
  ASSERT_EQ(results.screening.size(), 3u);
  EXPECT_EQ(results.screening[0].criterion, "age >= 18");
  EXPECT_EQ(results.screening[2].criterion, "not too light");
  EXPECT_EQ(results.screening[2].when, "weight_factor*crcl > 50");
  for (std::uint32_t c = 0; c < 3; ++c) {
    EXPECT_EQ(results.screening[c].rejected, std::ranges::count(again, c + 1)) << c;
    EXPECT_GT(results.screening[c].rejected, 20) << c;
  }
  const auto included = std::ranges::count(again, 0u);
  EXPECT_EQ(rejected(results) + included, static_cast<std::int64_t>(kPatients));
  EXPECT_EQ(results.arms[0].patients, included);
  EXPECT_TRUE(results.failures.empty());

  const auto rows = records(results);
  ASSERT_EQ(rows.size(), kPatients);
  for (std::size_t i = 0; i < kPatients; ++i) {
    EXPECT_EQ(rows[i].patient, i);
    EXPECT_EQ(rows[i].rejected_by, again[i]);
    EXPECT_EQ(rows[i].doses_taken > 0, again[i] == 0) << i;
  }
}

TEST(Criteria, LeaveOthersOutOfEveryTally) {
  const Results results = simulate(trial());
  const ResultTally& all = tally(results, "everybody");
  EXPECT_EQ(all.randomised[0], results.arms[0].patients);
  EXPECT_EQ(all.evaluable[0], results.arms[0].patients);
  EXPECT_EQ(all.events[0], results.arms[0].patients);
}

TEST(Criteria, DoNotChangeThePatientsWhoQualify) {
  RunOptions options;
  options.keep_records = true;
  Scenario open = trial();
  open.criteria.clear();
  const auto everybody = records(simulate(open, options)), some = records(simulate(trial(), options));
  for (std::size_t i = 0; i < kPatients; ++i)
    EXPECT_EQ(std::memcmp(&some[i], &everybody[i], sizeof(Record)) == 0, some[i].rejected_by == 0) << i;
}

TEST(Criteria, GiveTheSameCountsHoweverTheWorkIsDivided) {
  RunOptions options;
  options.keep_records = true;
  options.threads = 1;
  const std::string reference = content_hash(simulate(trial(), options));
  options.threads = 2;
  options.block = 100;
  EXPECT_EQ(content_hash(simulate(trial(), options)), reference);
}

// The clearance has no value for the age below 18 that the first criterion excludes; that is no failure.
TEST(Criteria, ComeBeforeTheModel) {
  Scenario scenario = trial();
  scenario.pk.entries["clearance"].number.reset();
  scenario.pk.entries["clearance"].formula = "10 + 0*log(age - 18)";
  const Results results = simulate(scenario);
  EXPECT_GT(results.screening[0].rejected, 20);
  EXPECT_TRUE(results.failures.empty());
}

TEST(Criteria, WithoutAValueAreAFailureOfThePatient) {
  Scenario scenario = trial();
  scenario.criteria = {
      {"first", {"age >= 18", {}}}, {"second", {"log(age - 18) > -100", {}}}, {"third", {"log(age - 30) > 0", {}}}};
  const BuiltPlan built = build(scenario);
  const Sampled sampled = sample_patients(built, kPatients);
  for (std::size_t i = 0; i < kPatients; ++i) {
    const double age = sampled.covariate[0][i];
    EXPECT_EQ(sampled.failure[i] != 0, age >= 18 && !(age > 30)) << age;
    EXPECT_EQ(sampled.rejected_by[i], age < 18 ? 1u : (age > 30 && age <= 31 ? 3u : 0u)) << age;
  }
}

TEST(Criteria, ThatCannotBeReadAreReportedAtTheirPlace) {
  EXPECT_NE(problems_of(trial_around("[population]\ninclude = [\"agee >= 18\"]\n[[covariate]]\nname = \"age\"\n"
                                     "distribution = \"fixed\"\nvalue = 40\nsource = \"test\"\nbasis = \"assumed\"\n"))
                .find("s.toml:2:13: "),
            std::string::npos);
  EXPECT_NE(problems_of(trial_around("[population]\nincludes = [\"1 > 0\"]\n")).find("unknown key"), std::string::npos);
  EXPECT_NE(problems_of(trial_around("[[criterion]]\nname = \"adults\"\n")).find("criterion.adults has no when"),
            std::string::npos);
  EXPECT_NE(problems_of(trial_around("[population]\ninclude = [\"trough > 0\"]\n")), "");
}

}  // namespace
}  // namespace vt
