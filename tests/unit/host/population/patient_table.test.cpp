// The user's own patients: population.table.
#include <gtest/gtest.h>

#include <cmath>
#include <map>

#include "host/scenario/toml/csv.hpp"
#include "output/sha256.hpp"
#include "tests/support/population.hpp"

namespace vt { namespace {

using namespace test;

const std::string kText = R"toml([population]
table = "patients.csv"
[[covariate]]
name = "male"
distribution = "bernoulli"
p = 0.5
source = "test"
basis = "assumed"
[[covariate]]
name = "weight_kg"
distribution = "normal"
mean = "60 + 12*male + tall"
sd = 14
source = "test"
basis = "assumed"
[[covariate]]
name = "height"
distribution = "normal"
mean = "weight_kg"
sd = 1
source = "test"
basis = "assumed"
[[random_effect]]
names = ["a", "b"]
covariance = [[0.1, 0.05], [0.05, 0.1]]
source = "test"
basis = "assumed"
[[parameter]]
name = "share"
value = 0.5
source = "test"
basis = "assumed"
[[parameter]]
name = "dose_volume"
formula = "exp(eta.a)"
unit = "L"
source = "test"
basis = "assumed"
)toml";

const std::string kCsv =
    "id,weight_kg [kg],tall,eta.b,share,pk.clearance [mL/min],dose_volume [mL]\r\n"
    "\"first, best\",71.25,1,0.125,0.75,100,1500\r\n"
    "second,\"80.1\",0,-1e-3,0.5,200,2000\r\n"
    "third,55,1,0,0.25,333,0.1\r\n";

Files files(const std::string& csv = kCsv, const std::string& text = kText, const std::string& trial = "seed = 3") {
  return {{"s.toml", trial_around(text, trial)}, {"patients.csv", csv}};
}

double value(const BuiltPlan& built, const Sampled&, std::uint32_t slot, std::size_t patient) {
  const Plan& plan = built.buffer.plan();
  Lanes<Id, 1> id;
  id.put(0, {patient});
  static PatientValues<1> values;
  std::uint64_t failure[1] = {0};
  std::uint32_t rejected_by[1];
  sample_population(plan, id, values, failure, rejected_by);
  return values.value[slot][0];
}

TEST(PatientTable, GivesRowIToPatientI) {
  const Scenario scenario = scenario_of(files());
  EXPECT_EQ(scenario.patients, 3u);
  const BuiltPlan built = build(scenario);
  const Plan& plan = built.buffer.plan();
  const Sampled sampled = sample_patients(built, 3);
  ASSERT_EQ(scenario.covariates[0].name, "tall");  // new, so it stands before all others
  ASSERT_EQ(scenario.covariates[2].name, "weight_kg");
  EXPECT_EQ(sampled.covariate[0], (std::vector<double>{1, 0, 1}));
  EXPECT_EQ(sampled.covariate[2], (std::vector<double>{71.25, 80.1, 55}));
  const auto clearance = sampled.trait[static_cast<std::size_t>(Trait::clearance_L_per_h)];
  EXPECT_EQ(clearance, (std::vector<double>{100 * 60 / 1000.0, 200 * 60 / 1000.0, 333 * 60 / 1000.0}));
  const std::uint32_t eta_b = at(plan, plan.random_effects, 1).slot;
  const std::uint32_t share = at(plan, plan.derived, 0).slot, volume = at(plan, plan.derived, 1).slot;
  for (const auto& [i, eta, s, v] : {std::tuple{0u, 0.125, 0.75, 1.5}, {1u, -1e-3, 0.5, 2.0}, {2u, 0.0, 0.25, 1e-4}}) {
    EXPECT_EQ(value(built, sampled, eta_b, i), eta);
    EXPECT_EQ(value(built, sampled, share, i), s);
    EXPECT_EQ(value(built, sampled, volume, i), v);
  }
}

TEST(PatientTable, LeavesTheOtherDrawsTheirBits) {
  const auto with = sample_patients(build(scenario_of(files())), 3);
  Scenario plain =
      scenario_of(trial_around("[[covariate]]\nname = \"tall\"\ndistribution = \"fixed\"\nvalue = 1\n"
                               "source = \"test\"\nbasis = \"assumed\"\n" +
                                   kText.substr(kText.find("[[covariate]]")),
                               "seed = 3\npatients = 3"));
  const auto without = sample_patients(build(plain), 3);
  EXPECT_EQ(with.covariate[1], without.covariate[1]);  // male
  EXPECT_NE(with.covariate[3], without.covariate[3]);  // height, whose mean is the weight
}

TEST(PatientTable, IsDrawnWithReplacement) {
  const std::string text = "[population.table]\nfile = \"patients.csv\"\ndraw = \"with replacement\"\n" +
                           kText.substr(kText.find("[[covariate]]"));
  constexpr std::size_t n = 9000;
  const BuiltPlan built = build(scenario_of(files(kCsv, text, "patients = 9000")));
  const Sampled sampled = sample_patients(built, n);
  std::map<double, double> times;
  for (std::size_t i = 0; i < n; ++i) {
    times[sampled.covariate[2][i]] += 1;
    EXPECT_EQ(sampled.covariate[0][i], sampled.covariate[2][i] == 80.1 ? 0 : 1);  // rows stay together
  }
  ASSERT_EQ(times.size(), 3u);
  for (const auto& [weight, count] : times) EXPECT_NEAR(count / n, 1.0 / 3, 4.5 * std::sqrt(2.0 / 9 / n)) << weight;
}

TEST(PatientTable, TakesTheColumnsThatAreAskedFor) {
  const std::string rest = kText.substr(kText.find("[[covariate]]"));
  const Scenario one = scenario_of(files("WT,SITE\n60,Rome\n70,Oslo\n",
                                         "[population]\ntable = { file = \"patients.csv\", columns = { weight_kg = "
                                         "\"WT\" } }\n[[covariate]]\nname = \"tall\"\ndistribution = \"fixed\"\nvalue "
                                         "= 1\nsource = \"test\"\nbasis = \"assumed\"\n" +
                                             rest));
  EXPECT_EQ(sample_patients(build(one), 2).covariate[2], (std::vector<double>{60, 70}));
  EXPECT_EQ(one.patients, 2u);
}

TEST(PatientTable, IsASourceWithTheChecksumOfItsFile) {
  const BuiltPlan built = build(scenario_of(files()));
  ASSERT_FALSE(built.sources.empty());
  EXPECT_EQ(built.sources[0].name, "population.table");
  EXPECT_EQ(built.sources[0].value, "patients.csv, 3 rows, in order");
  EXPECT_NE(built.sources[0].source.find(sha256_hex(kCsv)), std::string::npos);
}

TEST(PatientTable, IsPartOfThePlanHash) {
  std::string other = kCsv;
  other.replace(other.find("71.25"), 5, "71.26");
  EXPECT_NE(build(scenario_of(files())).hash, build(scenario_of(files(other))).hash);
}

TEST(PatientTable, LivesTheWholeTrialAlikeHoweverTheWorkIsDivided) {
  const std::string text =
      "[population]\ninclude = \"weight_kg < 80\"\n[population.table]\nfile = \"patients.csv\"\n"
      "draw = \"with replacement\"\n" +
      kText.substr(kText.find("[[covariate]]"));
  const Scenario scenario = scenario_of(files(kCsv, text, "patients = 500"));
  RunOptions options;
  options.keep_records = true;
  options.threads = 1;
  const Results reference = simulate(scenario, options);
  options.threads = 2;
  options.block = 7;
  EXPECT_EQ(content_hash(simulate(scenario, options)), content_hash(reference));
  EXPECT_GT(reference.screening[0].rejected, 100);
}

struct Mistake {
  std::string csv, text;
};
class TableMistake : public testing::TestWithParam<Mistake> {};
TEST_P(TableMistake, IsReportedAtItsPlace) {
  const std::string problems = problems_of(files(GetParam().csv, kText, "patients = 1"));
  EXPECT_NE(problems.find(GetParam().text), std::string::npos) << problems;
}
INSTANTIATE_TEST_SUITE_P(
    All, TableMistake,
    testing::Values(
        Mistake{"tall,weight_kg\n1,70\n1,x7\n", "patients.csv:3:3: column 'weight_kg' is 'x7' (a number is expected)"},
        Mistake{"tall,weight_kg\n1,\n", "patients.csv:2:3: column 'weight_kg' is '' (every patient needs a value here"},
        Mistake{"tall,weight_kg\n1\n", "patients.csv:2:1: the row has 1 fields (the header has 2)"},
        Mistake{"tall,weight_kg\n\n1,2\n", "patients.csv:2:1: this line is empty"},
        Mistake{"tall,\"weight_kg\n1,2\n", "patients.csv:1:6: this quote is never closed"},
        Mistake{"tall,we\"ight\"\n1,2\n", "patients.csv:1:8: a quote stands inside a field"},
        Mistake{"tall\n", "patients.csv:1:1: the file has no rows"},
        Mistake{"tall,tall\n1,2\n", "patients.csv:1:6: column 'tall' stands twice"},
        Mistake{"tall,eta.c\n1,2\n", "column 'eta.c' names no random effect of the scenario"},
        Mistake{"tall,pk.clearence [L/h]\n1,2\n",
                "column 'pk.clearence' names no entry of a model; did you mean 'pk.clearance'?"},
        Mistake{"tall,pk.clearance\n1,2\n", "column 'pk.clearance' has no unit"},
        Mistake{"tall,pk.clearance [kg]\n1,2\n", "column 'pk.clearance' has another unit"},
        Mistake{"tall,pk.clearance [L/h]\n1,-2\n",
                "patients.csv:2:3: column 'pk.clearance' is '-2' (allowed: 1e-09 to "},
        Mistake{"tall,pk.absorption_duration [h]\n1,2\n", "belongs to a model that the scenario does not have"},
        Mistake{"tall,response.baseline [%]\n1,2\n", "belongs to a model that the scenario does not have"},
        Mistake{"tall,pk.exposure_scale\n1,2\n", "is one number for all patients"},
        Mistake{"tall,weight_kg [g]\n1,2\n", "has the unit 'g' in brackets (a covariate says its unit in its name"},
        Mistake{"tall,the weight\n1,2\n", "column 'the weight' is no name for formulas"}));

TEST(PatientTable, WithMoreRowsThanPatientsIsEnough) { EXPECT_EQ(problems_of(files(kCsv, kText, "patients = 2")), ""); }

TEST(PatientTable, WithFewerRowsThanPatientsIsRefused) {
  const std::string problems = problems_of(files(kCsv, kText, "patients = 4"));
  EXPECT_NE(problems.find("s.toml:2:9: population.table: 'patients.csv' has 3 rows, the trial 4 patients"),
            std::string::npos)
      << problems;
}

TEST(PatientTable, ThatIsNotThereIsReportedWhereItIsNamed) {
  const std::string problems = problems_of(Files{{"s.toml", trial_around(kText)}});
  EXPECT_NE(problems.find("s.toml:2:9: there is no file 'patients.csv'"), std::string::npos) << problems;
}

TEST(Csv, ReadsQuotesCommasAndLineBreaksInFields) {
  Problems problems;
  const auto table = read_csv(
      "\xef\xbb\xbf"
      "a, b ,\"c\nd\"\n1,\"say \"\"x\"\"\",\n2,,\" y \"\n\n",
      "f.csv", problems);
  ASSERT_TRUE(table.has_value());
  EXPECT_EQ(table->header[1].text, "b");
  EXPECT_EQ(table->header[2].text, "c\nd");
  ASSERT_EQ(table->rows(), 2u);
  EXPECT_EQ(table->row(0)[1].text, "say \"x\"");
  EXPECT_EQ(table->row(0)[1].line, 3);
  EXPECT_EQ(table->row(0)[1].column, 3);
  EXPECT_EQ(table->row(0)[2].text, "");
  EXPECT_EQ(table->row(1)[2].text, " y ");
}

TEST(Csv, RefusesWhatIsNotUtf8WhereverItStands) {
  for (std::size_t at = 0; at < 20; ++at) {
    std::string text = "a,b\n1234567,12345678\n";
    text[at] = '\xff';
    Problems problems;
    EXPECT_FALSE(read_csv(text, "f.csv", problems));
    ASSERT_EQ(problems.size(), 1u);
    EXPECT_TRUE(problems.sorted()[0].text.starts_with("the file is not UTF-8"));
  }
}

TEST(Csv, CountsLinesAndColumnsBehindFieldsOfSeveralLines) {
  Problems problems;
  const auto table = read_csv("a,b\r\n\"1\n2\"\"\n3\", 4\r\n5,6\r\n", "f.csv", problems);
  ASSERT_TRUE(table.has_value());
  ASSERT_EQ(table->rows(), 2u);
  EXPECT_EQ(table->row(0)[0].text, "1\n2\"\n3");
  EXPECT_EQ(table->row(0)[1].text, "4");
  EXPECT_EQ(table->row(0)[1].line, 4);
  EXPECT_EQ(table->row(0)[1].column, 4);
  EXPECT_EQ(table->row(1)[1].line, 5);
  EXPECT_EQ(table->row(1)[1].column, 3);
}

}  // namespace
}  // namespace vt
