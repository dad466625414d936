#include <fmt/format.h>
#include <gtest/gtest.h>

#include <atomic>
#include <cmath>
#include <filesystem>
#include <set>

#include "host/cli/load.hpp"
#include "host/study/run_study.hpp"
#include "output/study/study_file.hpp"
#include "tests/unit/host/study/small_study.hpp"

namespace vt { namespace {

using test::kPlainArm;
using test::kPlainPk;
using test::ScenarioFile;

using test::complaint;
using test::found;
using test::kGrid;
using test::kSteady;
using test::kTrial;
using test::loaded;

TEST(Sweep, EveryCombinationGivesDoseOverClearance) {
  const Study study = found(loaded(kTrial + kGrid));
  ASSERT_EQ(study.shape, (std::vector<std::size_t>{3, 2}));
  std::size_t p = 0;
  for (const double clearance : {5.0, 10.0, 20.0})
    for (const double dose : {100.0, 200.0}) {
      const double expected = dose / clearance / 24.0 * 1000.0;
      EXPECT_NEAR(study.endpoints[0].estimates[p].value, expected, kSteady * expected) << p;
      EXPECT_EQ(level_text(study, study.points[p], 0), fmt::format("{} L/h", clearance));
      ++p;
    }
}

TEST(Sweep, IsThatOfSeparateRuns) {
  const LoadedStudy study = loaded(kTrial + kGrid);
  const Study all = found(study);
  const ScenarioFile alone(kTrial.substr(0, kTrial.find("[[endpoint]]")) + kPlainPk + kPlainArm);
  const std::atomic<bool> never = false;
  const Results results = run(std::move(load(alone.path(), {"pk.clearance=20 L/h", "arm.a.regimen.dose=200 mg"}).built),
                              {.backend = Backend::cpu}, {}, never);
  Target question;
  question.tally = "average", question.statistic = "mean";
  EXPECT_EQ(answer(results, {question})[0].simulated.value, all.endpoints[0].estimates.back().value);
}

TEST(Sweep, HasTheSameContentWhoeverWorks) {
  const LoadedStudy study = loaded(kTrial + kGrid);
  const std::string once = content_hash(found(study, 1));
  EXPECT_EQ(content_hash(found(study, 2)), once);
  EXPECT_EQ(content_hash(found(study, 7, 16)), once);
}

TEST(Factor, ScalesANumberAndAFormula) {
  const std::string factor = R"toml(
[study]
kind = "sweep"
[[factor]]
name = "elimination"
scale = "pk.clearance"
values = [0.5, 1, 2]
)toml";
  std::string with_formula = kTrial;
  const std::string number = "clearance = \"10 L/h\"";
  with_formula.replace(with_formula.find(number), number.size(), "clearance = { formula = \"4 + 6\", unit = \"L/h\" }");
  for (const std::string& trial : {kTrial, with_formula}) {
    const Study study = found(loaded(trial + factor));
    const double middle = study.endpoints[0].estimates[1].value;
    EXPECT_NEAR(middle, 1000.0 / 2.4, kSteady * middle);
    EXPECT_NEAR(study.endpoints[0].estimates[0].value, 2.0 * middle, 2 * kSteady * middle);
    EXPECT_NEAR(study.endpoints[0].estimates[2].value, 0.5 * middle, kSteady * middle);
  }
}

/// However the key is written, every point begins with the scenario itself.
TEST(Factor, ScalesAnewAtEveryPoint) {
  const Study study = found(loaded(kTrial + R"toml(
[study]
kind = "sweep"
[[factor]]
name = "elimination"
scale = "'pk' . clearance"
values = [2, 4, 0.5]
)toml"),
                            1);
  const double once = 1000.0 / 2.4;
  EXPECT_NEAR(study.endpoints[0].estimates[0].value, once / 2, 1e-6 * once);
  EXPECT_NEAR(study.endpoints[0].estimates[1].value, once / 4, 1e-6 * once);
}

TEST(Factor, HasANumberWhereAllValuesAreInOneUnit) {
  const auto values = [](const std::string& list) {
    return found(loaded(
                     kTrial +
                     "[study]\nkind = \"sweep\"\n[[factor]]\nname = \"dose\"\nkey = \"arm.a.regimen.dose\"\nvalues = " +
                     list))
        .factors[0]
        .values;
  };
  EXPECT_EQ(values("[\"100 mg\", \"200 mg\"]"), (std::vector<double>{100, 200}));
  for (const double none : values("[\"400 mg\", \"0.8 g\"]")) EXPECT_TRUE(std::isnan(none));
}

TEST(Factor, ChoosesFilesSettingsAndRemovals) {
  const ScenarioFile slow("[pk]\nclearance = \"5 L/h\"\nsource = \"test\"\nbasis = \"assumed\"\n");
  const std::string name = std::filesystem::path(slow.path()).filename();
  const Study study = found(loaded(kTrial + fmt::format(R"toml(
[[rule]]
name = "more"
at = ["start"]
when = "day >= 0"
do = "set"
regimen = {{ dose = "300 mg", every = "24 h" }}
source = "test"
[[visit]]
name = "start"
at = ["day 1"]
measure = []
[study]
kind = "sweep"
[[factor]]
name = "model"
choices = [{{ label = "as it is" }}, {{ label = "slow", base = "{}" }}]
[[factor]]
name = "rule"
choices = [{{ label = "none", set = {{ "rule.more.remove" = true }} }}, {{ label = "set", set = {{ "arm.a.rules" = ["more"] }} }}]
)toml",
                                                        name)));
  const auto value = [&](std::size_t p) { return study.endpoints[0].estimates[p].value; };
  const double times[] = {1, 3, 2, 6};
  for (std::size_t p = 0; p < 4; ++p) EXPECT_NEAR(value(p), times[p] * 1000 / 2.4, kSteady * value(p)) << p;
}

TEST(Factor, IsDrawnFromItsDistribution) {
  const LoadedStudy study = loaded(kTrial + R"toml(
[study]
kind = "sweep"
design = "sobol"
points = 64
[[factor]]
name = "clearance"
key = "pk.clearance"
distribution = "lognormal"
median = "10 L/h"
sd_log = 0.3
)toml");
  std::set<int> slices;  // of 64 equally likely ones, each has a point
  for (const auto& point : study.design.points)
    slices.insert(static_cast<int>(32 * std::erfc(-std::log(point[0] / 10.0) / (0.3 * std::sqrt(2.0)))));
  EXPECT_EQ(slices.size(), 64u);
  const Study values = found(study);
  for (std::size_t p = 0; p < 64; ++p) {
    const double clearance = values.points[p].coordinates[0];
    if (clearance < 5) continue;  // not yet steady
    EXPECT_NEAR(values.endpoints[0].estimates[p].value, 1e5 / 24.0 / clearance, kSteady * 1e5 / 24.0 / clearance);
  }
}

TEST(Endpoint, DiffersBetweenPoints) {
  const Study study = found(loaded(kTrial + kGrid + R"toml(
[[endpoint]]
name = "more"
tally = "average"
statistic = "mean"
minus = { dose = "100 mg" }
)toml"));
  const auto& average = study.endpoints[0].estimates;
  const auto& more = study.endpoints[1].estimates;
  for (std::size_t p = 0; p < 6; ++p) EXPECT_DOUBLE_EQ(more[p].value, average[p].value - average[p / 2 * 2].value);
}

/// The average is F·dose/CL, a product of log-normal factors: with v = exp(sd²) − 1 of each, the variance is
/// Π(1 + v) − 1 squares of the mean, the share of one by itself v over that, with its interactions v·Π(1 + v of
/// others).
TEST(Sensitivity, OfAProductIsWhatItMustBe) {
  const std::string factors = R"toml(
[[factor]]
name = "clearance"
scale = "pk.clearance"
distribution = "lognormal"
median = 1
sd_log = 0.4
[[factor]]
name = "bioavailability"
key = "pk.bioavailability"
distribution = "lognormal"
median = 0.5
sd_log = 0.2
[[factor]]
name = "volume"
scale = "pk.volume"
distribution = "lognormal"
median = 1
sd_log = 0.05
)toml";
  const LoadedStudy study = loaded(kTrial +
                                   "[study]\nkind = \"sensitivity\"\npoints = 256\nrandomisations = 8\n"
                                   "second_order = true\npatients = 2\n" +
                                   factors);
  ASSERT_EQ(study.design.points.size(), 256u * 8 * 8);
  const StudySensitivity one = found(study).sensitivity.at(0);
  const double v[] = {std::expm1(0.16), std::expm1(0.04)};
  const double variance = (1 + v[0]) * (1 + v[1]) - 1;
  for (int i = 0; i < 2; ++i) {
    EXPECT_NEAR(one.sobol.S1[i], v[i] / variance, 2 * one.sobol.S1_conf[i]) << i;
    EXPECT_NEAR(one.sobol.ST[i], v[i] * (1 + v[1 - i]) / variance, 2 * one.sobol.ST_conf[i]) << i;
    EXPECT_LT(one.sobol.S1_conf[i], 0.05);  // a share of 0.8 and one of 0.2: an interval that says something
  }
  EXPECT_NEAR(one.sobol.ST[2], 0, 1e-4);  // what is left of the steady state's approach
  EXPECT_NEAR(one.sobol.S2[1], v[0] * v[1] / variance, 2 * one.sobol.S2_conf[1]);
}

/// The average is linear in the bioavailability, and a lag does not move it: per whole range, half of dose/CL and 0.
TEST(Sensitivity, MorrisFindsTheSlopeOfALinearNumber) {
  const Study study = found(loaded(kTrial + R"toml(
[study]
kind = "sensitivity"
method = "morris"
points = 6
patients = 2
[[factor]]
name = "bioavailability"
key = "pk.bioavailability"
distribution = "uniform"
low = 0.5
high = 1.0
[[factor]]
name = "lag"
key = "pk.lag"
distribution = "uniform"
low = "0 h"
high = "1 h"
)toml"));
  const MorrisIndices& m = study.sensitivity.at(0).morris;
  EXPECT_NEAR(m.mu[0], 0.5 * 1000 / 2.4, 0.05);
  EXPECT_NEAR(m.mu_star[0], m.mu[0], 1e-9);
  EXPECT_NEAR(m.sigma[0], 0, 0.05);
  EXPECT_NEAR(m.mu_star[1], 0, 0.05);
}

TEST(Endpoint, HasLimitsInItsOwnUnit) {
  const auto limit = [](const std::string& statistic, const std::string& text) {
    return complaint(kTrial + kGrid + "[[endpoint]]\nname = \"e\"\ntally = \"average\"\nstatistic = \"" + statistic +
                     "\"\nat_most = " + text + "\n");
  };
  EXPECT_EQ(limit("mean", "\"300 ng/mL\""), "");
  EXPECT_NE(limit("mean", "\"300 mg\"").find("has a limit in 'mg'"), std::string::npos);
  const std::string share = kTrial + kGrid +
                            "[[tally]]\nname = \"high\"\nscore = \"trough_true > 100\"\nat = \"last\"\n[[endpoint]]\n"
                            "name = \"e\"\ntally = \"high\"\nstatistic = \"itt\"\nat_most = \"20 %\"\n";
  EXPECT_EQ(found(loaded(share)).endpoints[1].at_most, 0.2);
}

TEST(ParetoFront, IsOfPointsThatNoOtherBeats) {
  Study study;
  study.points.resize(4);
  StudyEndpoint good, bad;
  good.goal = Goal::maximise;
  bad.goal = Goal::minimise;
  bad.at_most = 6;
  const double goods[] = {1, 2, 2, 9}, bads[] = {1, 2, 3, 7};
  for (int p = 0; p < 4; ++p) {
    good.estimates.push_back(with_error(goods[p], 0.1, 10));
    bad.estimates.push_back(with_error(bads[p], 0.1, 10));
  }
  study.endpoints = {good, bad};
  EXPECT_EQ(pareto_front(study), (std::vector<std::size_t>{0, 1}));  // 2 is beaten by 1, 3 is above the limit
  study.endpoints[0].goal = study.endpoints[1].goal = Goal::none;
  EXPECT_TRUE(pareto_front(study).empty());
}

TEST(Refusals, SayWhatIsWrongWithAStudy) {
  const auto with = [](const std::string& text) { return complaint(kTrial + text); };
  EXPECT_NE(with("[study]\nkind = \"sweep\"\n").find("has no [[factor]]"), std::string::npos);
  const std::string sweep = "[study]\nkind = \"sweep\"\n[[factor]]\nname = \"f\"\n";
  EXPECT_NE(with(sweep + "values = [1]\n").find("changes nothing"), std::string::npos);
  EXPECT_NE(with(sweep + "key = \"pk.clearance\"\n").find("needs one of values"), std::string::npos);
  EXPECT_NE(with(sweep + "key = \"pk.clearance\"\nvalues = []\n").find("has no value"), std::string::npos);
  EXPECT_NE(with(sweep + "key = \"pk.clearence\"\nvalues = [\"1 L/h\"]\n").find("clearance"), std::string::npos);
  EXPECT_NE(with(sweep + "key = \"pk.clearance\"\nvalues = [\"1 L/h\", \"-1 L/h\"]\n").find("[at f = -1 L/h]"),
            std::string::npos);
  EXPECT_NE(with(sweep + "scale = \"pk.lag\"\nvalues = [2]\n").find("which is not there"), std::string::npos);
  EXPECT_NE(with(sweep + "scale = \"pk.clearance\"\nvalues = [0]\n").find("above 0"), std::string::npos);
  EXPECT_NE(with(sweep + "key = \"pk.clearance\"\nvalues = [\"1 L/h\", \"1 L/h\"]\n").find("twice"), std::string::npos);
  EXPECT_NE(with(sweep + "key = \"pk.clearance\"\ndistribution = \"uniform\"\nlow = \"1 L/h\"\nhigh = \"2 L/h\"\n")
                .find("this design has values"),
            std::string::npos);
  EXPECT_NE(with("[study]\nkind = \"sweep\"\ndesign = \"sobol\"\npoints = 4\n[[factor]]\nname = \"f\"\nkey = "
                 "\"pk.clearance\"\ndistribution = \"uniform\"\nlow = \"2 L/h\"\nhigh = \"2 L/h\"\n")
                .find("empty range"),
            std::string::npos);
  EXPECT_NE(with("[study]\nkind = \"sensitivity\"\npoints = 8388608\n[[factor]]\nname = \"f\"\nscale = \"pk.volume\"\n"
                 "distribution = \"uniform\"\nlow = 1\nhigh = 2\n")
                .find("more than 1048576 points"),
            std::string::npos);
  EXPECT_NE(with(kGrid + "[[endpoint]]\nname = \"e\"\ntally = \"nothing\"\nstatistic = \"mean\"\n").find("nothing"),
            std::string::npos);
}

/// Alone or beside one that does.
TEST(Refusals, AFactorThatChangesNothingIsNoted) {
  const LoadedStudy study = loaded(kTrial + kGrid + R"toml(
[[factor]]
name = "heading"
key = "title"
values = ["a", "b"]
)toml");
  ASSERT_EQ(study.notes.size(), 1u);
  EXPECT_NE(study.notes[0].find("factor.heading changes nothing"), std::string::npos);
}

}  // namespace
}  // namespace vt
