#include <fmt/format.h>
#include <gtest/gtest.h>

#include <cmath>
#include <filesystem>

#include "tests/unit/host/study/small_study.hpp"

namespace vt { namespace {

using test::complaint;
using test::found;
using test::kGrid;
using test::kSteady;
using test::kTrial;
using test::loaded;
using test::ScenarioFile;

constexpr double kAverage = 1000.0 / 2.4;  // ng/mL, of 100 mg at 10 L/h

/// With a clearance that differs between patients.
std::string varied() {
  std::string trial = kTrial;
  const std::string clearance = "clearance = \"10 L/h\"";
  trial.replace(trial.find(clearance), clearance.size(),
                "clearance = { formula = \"10*exp(eta.CL)\", unit = \"L/h\" }");
  return trial + "[[random_effect]]\nname = \"CL\"\nsd = 0.3\nsource = \"test\"\nbasis = \"assumed\"\n";
}

std::string beside(const ScenarioFile& file) { return std::filesystem::path(file.path()).filename().string(); }

TEST(List, GivesEveryPointByItsNames) {
  const ScenarioFile points(
      "clearance [L/h],dose,model\n10,100 mg,as it is\n20,200 mg,as it is\n5,100 mg,half\n10,100 mg,half\n");
  const std::string study = fmt::format(R"toml(
[study]
kind = "sweep"
design = "list"
file = "{}"
[[factor]]
name = "dose"
key = "arm.a.regimen.dose"
[[factor]]
name = "clearance"
key = "pk.clearance"
[[factor]]
name = "model"
choices = [{{ label = "as it is" }}, {{ label = "half", set = {{ "pk.bioavailability" = 0.5 }} }}]
)toml",
                                        beside(points));
  const Study list = found(loaded(kTrial + study));
  const double expected[] = {1, 1, 1, 0.5};
  ASSERT_EQ(list.points.size(), 4u);
  for (std::size_t p = 0; p < 4; ++p)
    EXPECT_NEAR(list.endpoints[0].estimates[p].value, expected[p] * kAverage, kSteady * kAverage) << p;
  EXPECT_EQ(list.factors[1].values, (std::vector<double>{10, 20, 5}));
  EXPECT_EQ(list.factors[1].unit, "L/h");
  EXPECT_EQ(level_text(list, list.points[1], 0), "200 mg");
}

TEST(OneAtATime, MovesEveryFactorFromItsFirstValue) {
  std::string grid = kGrid;
  grid.insert(grid.find("\"sweep\"\n") + 8, "design = \"one_at_a_time\"\n");
  const Study study = found(loaded(kTrial + grid));
  const double expected[] = {2, 1, 0.5, 4};  // 5, 10 and 20 L/h with 100 mg; 5 L/h with 200 mg
  ASSERT_EQ(study.points.size(), 4u);
  EXPECT_TRUE(study.shape.empty());
  for (std::size_t p = 0; p < 4; ++p)
    EXPECT_NEAR(study.endpoints[0].estimates[p].value, expected[p] * kAverage, kSteady * expected[p] * kAverage) << p;
}

TEST(List, SaysWhereItCannotBeRead) {
  const auto said = [](const std::string& csv, const std::string& factor) {
    const ScenarioFile points(csv);
    return complaint(kTrial +
                     fmt::format("[study]\nkind = \"sweep\"\ndesign = \"list\"\nfile = \"{}\"\n", beside(points)) +
                     "[[factor]]\nname = \"dose\"\n" + factor);
  };
  const std::string key = "key = \"arm.a.regimen.dose\"\n";
  EXPECT_EQ(said("dose\n100 mg\n", key), "");
  EXPECT_NE(said("dose\n", key).find("has no rows"), std::string::npos);
  EXPECT_NE(said("dosis\n100 mg\n", key).find("has no column"), std::string::npos);
  EXPECT_NE(said("dosis\n100 mg\n", key).find("column 'dosis' is no factor's"), std::string::npos);
  EXPECT_NE(said("dose,dose\n100 mg,1 mg\n", key).find("is there twice"), std::string::npos);
  EXPECT_NE(said("dose\n100 mg\n", key + "values = [\"1 mg\"]\n").find("stands beside a list"), std::string::npos);
  EXPECT_NE(said("dose\nhigh\n", "choices = [{ label = \"low\" }]\n").find("none of its choices"), std::string::npos);
  EXPECT_NE(said("dose\n1 mg\n-100 mg\n", key).find("[at dose = -100 mg]"), std::string::npos);
}

TEST(Endpoint, IsASumWithWeights) {
  const std::string sum =
      "[[endpoint]]\nname = \"sum\"\nweights = { average = 2, less = -0.5 }\n"
      "[[endpoint]]\nname = \"less\"\ntally = \"average\"\nstatistic = \"mean\"\nminus = { dose = "
      "\"100 mg\" }\n";
  const std::string doses = kGrid.substr(0, kGrid.find("[[factor]]")) + kGrid.substr(kGrid.rfind("[[factor]]"));
  const Study study = found(loaded(varied() + doses + sum));
  for (std::size_t p = 0; p < 2; ++p) {
    const Estimate &whole = study.endpoints[0].estimates[p], &less = study.endpoints[2].estimates[p];
    const Estimate& both = study.endpoints[1].estimates[p];
    EXPECT_DOUBLE_EQ(both.value, 2 * whole.value - 0.5 * less.value) << p;
    EXPECT_GT(less.standard_error, 0);
    EXPECT_DOUBLE_EQ(both.standard_error, 2 * whole.standard_error + 0.5 * less.standard_error) << p;
  }
  EXPECT_EQ(study.endpoints[1].title, "2 × average − 0.5 × less");
  EXPECT_NE(complaint(kTrial + kGrid + "[[endpoint]]\nname = \"sum\"\nweights = { average = 1 }\nat_most = \"3 mg\"\n")
                .find("has a limit in 'mg' (it is in '1')"),
            std::string::npos);
  EXPECT_NE(complaint(kTrial + kGrid + "[[endpoint]]\nname = \"sum\"\nweights = { sum = 1 }\n").find("a sum itself"),
            std::string::npos);
  EXPECT_NE(complaint(kTrial + kGrid + "[[endpoint]]\nname = \"sum\"\nweights = { mmr = 1 }\n").find("no endpoint"),
            std::string::npos);
}

/// Everybody's chance is one half in both arms: of 40 replicates few have p < 0.05.
TEST(Endpoint, IsThePowerOfATest) {
  const std::string arms = "[[arm]]\nname = \"b\"\nregimen = { dose = \"100 mg\", every = \"24 h\" }\n";
  const std::string test = R"toml(
[[covariate]]
name = "coin"
distribution = "uniform"
low = 0
high = 1
source = "test"
basis = "assumed"
[[column]]
name = "heads"
value = "coin < 0.5"
[[column]]
name = "unasked"
value = "coin"
[[analysis]]
name = "odds"
kind = "logistic"
response = "heads"
[[analysis]]
name = "unasked"
kind = "logistic"
response = "heads"
[study]
kind = "sweep"
replicates = 40
patients = 100
[[factor]]
name = "clearance"
key = "pk.clearance"
values = ["5 L/h", "10 L/h"]
[[endpoint]]
name = "power"
analysis = "odds"
term = "b"
statistic = "power"
goal = "maximise"
[[endpoint]]
name = "effect"
analysis = "odds"
term = "b"
statistic = "estimate"
[[endpoint]]
name = "p"
analysis = "odds"
term = "b"
statistic = "p"
[[endpoint]]
name = "age"
analysis = "odds"
term = "age"
statistic = "p"
)toml";
  const Study study = found(loaded(kTrial + arms + test));
  const StudyEndpoint& power = study.endpoints[1];
  EXPECT_TRUE(power.is_share);
  EXPECT_EQ(power.estimates[0].n, 40);
  EXPECT_LT(power.estimates[0].value, 0.2);  // 8 of 40 with a chance of 0.05 each: less than once in a thousand
  EXPECT_EQ(power.estimates[0].value, power.estimates[1].value);  // who is heads does not depend on the clearance
  EXPECT_NEAR(study.endpoints[2].estimates[0].value, 0, 3 * study.endpoints[2].estimates[0].standard_error);
  EXPECT_NEAR(study.endpoints[3].estimates[0].value, 0.5,
              0.25);  // three SDs, 1/(2√40), of the median of 40 uniform ones
  EXPECT_EQ(study.endpoints[4].reasons[0], "the test has the terms 'intercept', 'b'; name one of them");
  EXPECT_NE(complaint(kTrial + kGrid + "[[endpoint]]\nname = \"e\"\nanalysis = \"odds\"\nstatistic = \"power\"\n")
                .find("asks for the test 'odds' (which the scenario does not have)"),
            std::string::npos);
}

/// A clearance of 30 % and so a known spread: for a tenth of the error a hundred times the patients.
TEST(Precision, AddsPatientsUntilTheErrorIsSmallEnough) {
  const auto run = [&](const std::string& most) {
    std::string text =
        varied() + "[study]\nkind = \"sweep\"\nmost_patients = " + most +
        "\n[[factor]]\nname = \"dose\"\nkey = \"arm.a.regimen.dose\"\nvalues = [\"100 mg\", \"10 mg\"]\n";
    const std::string statistic = "statistic = \"mean\"\n";
    text.insert(text.find(statistic) + statistic.size(), "precision = \"3 ng/mL\"\n");
    return found(loaded(text));
  };
  const Study enough = run("100_000");
  const Estimate& high = enough.endpoints[0].estimates[0];
  EXPECT_LE(high.standard_error, 3.0);
  EXPECT_GT(high.standard_error, 2.0);  // no more than it takes: 3/√1.1, of an error of 64 patients ± 9 %, twice that
  EXPECT_GT(enough.points[0].patients, 1000u);
  EXPECT_EQ(enough.points[1].patients, 64u);  // a tenth of the dose has a tenth of the spread
  const double between = 2 * std::pow(0.5 * (high.value - enough.endpoints[0].estimates[1].value), 2);
  const double errors = std::pow(high.standard_error, 2) + std::pow(enough.endpoints[0].estimates[1].standard_error, 2);
  EXPECT_NEAR(enough.endpoints[0].noise, errors / between, 1e-12);
  EXPECT_TRUE(enough.notes.empty());
  const Study few = run("200");
  EXPECT_EQ(few.points[0].patients, 200u);
  ASSERT_EQ(few.notes.size(), 1u);
  EXPECT_NE(few.notes[0].find("no standard error of 3 or less at 1 of 2 points"), std::string::npos) << few.notes[0];
}

/// Of no events the standard error is 0; Wilson's interval of 0 of n is 3.84/(n + 3.84) wide: 1 % / 1.96 of it for 94.
TEST(Precision, IsNotReachedByEventsThatNobodyHas) {
  const Study study = found(loaded(kTrial + R"toml(
[[tally]]
name = "rare"
score = "trough_true > 1e6"
at = "last"
[[endpoint]]
name = "rare"
tally = "rare"
statistic = "itt"
precision = "1 %"
[study]
kind = "sweep"
most_patients = 1000
[[factor]]
name = "dose"
key = "arm.a.regimen.dose"
values = ["100 mg", "200 mg"]
)toml"));
  EXPECT_EQ(study.endpoints[1].estimates[0].value, 0);
  EXPECT_GE(study.points[0].patients, 94u);
}

TEST(Precision, NeedsALimit) {
  std::string text = kTrial + kGrid;
  const std::string statistic = "statistic = \"mean\"\n";
  text.insert(text.find(statistic) + statistic.size(), "precision = \"3 ng/mL\"\n");
  EXPECT_NE(complaint(text).find("no most_patients"), std::string::npos);
  text.insert(text.find("\"sweep\"\n") + 8, "most_patients = 63\n");
  EXPECT_NE(complaint(text).find("begins with 64 patients"), std::string::npos);
  text.replace(text.find("= 63"), 4, "= 640");
  text.insert(text.find("seed = 1\n"), "stop_when = { tally = \"average\", standard_error = 0.1 }\n");
  EXPECT_NE(complaint(text).find("where trial.stop_when leaves some out"), std::string::npos) << complaint(text);
}

const std::string kThreeFactors = R"toml(
[[factor]]
name = "clearance"
group = "pk"
scale = "pk.clearance"
distribution = "lognormal"
median = 1
sd_log = 0.4
[[factor]]
name = "bioavailability"
group = "pk"
key = "pk.bioavailability"
distribution = "lognormal"
median = 0.5
sd_log = 0.2
[[factor]]
name = "lag"
key = "pk.lag"
distribution = "uniform"
low = "0 h"
high = "1 h"
)toml";

/// Clearance and bioavailability are all that an average depends on.
TEST(Sensitivity, IsOfGroups) {
  const LoadedStudy study =
      loaded(kTrial + "[study]\nkind = \"sensitivity\"\npoints = 256\npatients = 2\n" + kThreeFactors);
  ASSERT_EQ(study.design.points.size(), 256u * 4);
  const StudySensitivity one = found(study).sensitivity.at(0);
  EXPECT_EQ(one.names, (std::vector<std::string>{"pk", "lag"}));
  EXPECT_NEAR(one.sobol.S1[0], 1, one.sobol.S1_conf[0]);
  EXPECT_NEAR(one.sobol.ST[0], 1, one.sobol.ST_conf[0]);
  EXPECT_NEAR(one.sobol.ST[1], 0, kSteady);  // a lag does not move an average but by what a steady state misses
  EXPECT_EQ(one.convergence.n, (std::vector<std::uint64_t>{8, 16, 32, 64, 128, 256}));
  EXPECT_EQ(one.convergence.ST.back(), one.sobol.ST);
}

TEST(Sensitivity, PawnTellsWhatMattersFromWhatDoesNot) {
  std::string factors = kThreeFactors;
  for (std::size_t at; (at = factors.find("group = \"pk\"\n")) != std::string::npos;) factors.erase(at, 13);
  const PawnIndices pawn =
      found(
          loaded(kTrial + "[study]\nkind = \"sensitivity\"\nmethod = \"pawn\"\npoints = 512\npatients = 2\n" + factors))
          .sensitivity.at(0)
          .pawn;
  EXPECT_GT(pawn.median[0], pawn.median[1]);
  EXPECT_GT(pawn.median[1], pawn.dummy);
  EXPECT_LT(pawn.median[2], pawn.dummy);
}

TEST(ParetoFront, ComparesUnderTheSameCircumstances) {
  Study study;
  study.factors.resize(1);
  study.factors[0].is_circumstance = true;
  study.points.resize(4);
  for (std::size_t p = 0; p < 4; ++p) study.points[p].coordinates = {static_cast<double>(p / 2)};
  StudyEndpoint good;
  good.goal = Goal::maximise;
  for (const double value : {1.0, 2.0, 0.5, 0.25}) good.estimates.push_back({.value = value});
  study.endpoints = {good};
  EXPECT_EQ(pareto_front(study), (std::vector<std::size_t>{1, 2}));
  study.factors[0].is_circumstance = false;
  EXPECT_EQ(pareto_front(study), (std::vector<std::size_t>{1}));
}

/// Of a mean one bin for each octave is enough: the same numbers from a tenth of the words.
TEST(Endpoint, CountsAHistogramOnlyWhereOneIsAsked) {
  const std::string median = "[[endpoint]]\nname = \"median\"\ntally = \"average\"\nstatistic = \"median\"\n";
  const LoadedStudy means = loaded(varied() + kGrid), both = loaded(varied() + kGrid + median);
  const auto words = [](const LoadedStudy& study) {
    Problems problems;
    TrialMaker maker(study.study, study.text_of());
    return maker.make(study.design.points.at(0), false, problems)->built.buffer.plan().tally_words;
  };
  EXPECT_LT(10 * words(means), words(both));
  const Study a = found(means), b = found(both);
  for (std::size_t p = 0; p < a.points.size(); ++p) {
    EXPECT_EQ(a.endpoints[0].estimates[p].value, b.endpoints[0].estimates[p].value) << p;
    EXPECT_EQ(a.endpoints[0].estimates[p].standard_error, b.endpoints[0].estimates[p].standard_error) << p;
  }
}

}}  // namespace vt
