#include <fmt/format.h>
#include <gtest/gtest.h>

#include <cmath>

#include "tests/unit/host/study/small_study.hpp"

namespace vt { namespace {

using test::found;
using test::kTrial;
using test::loaded;

constexpr double kSd = 0.3;  // of the log of the clearance

/// 100 and 200 mg, with a clearance that differs between patients; averages are dose/clearance.
std::string two_doses(std::uint64_t patients, std::uint64_t seed = 1) {
  std::string trial = kTrial;
  const auto put = [&](const std::string& what, const std::string& instead) {
    trial.replace(trial.find(what), what.size(), instead);
  };
  put("clearance = \"10 L/h\"", "clearance = { formula = \"10*exp(eta.CL)\", unit = \"L/h\" }");
  put("seed = 1", fmt::format("seed = {}", seed));
  put("patients = 64", fmt::format("patients = {}", patients));
  put("statistic = \"mean\"\n", "statistic = \"mean\"\nminus = { dose = \"100 mg\" }\n");
  return trial + fmt::format(R"toml(
[[random_effect]]
name = "CL"
sd = {}
source = "test"
basis = "assumed"
[study]
kind = "sweep"
[[factor]]
name = "dose"
key = "arm.a.regimen.dose"
values = ["100 mg", "200 mg"]
)toml",
                             kSd);
}

double sd_of_average() {  // of dose/clearance, 100 mg, ng/mL
  const double variance = kSd * kSd;
  return 1000.0 / 2.4 * std::sqrt(std::exp(2 * variance) - std::exp(variance));
}

/// 200 mg give everybody twice the average: the difference varies as the average of 100 mg does, and not as that of
/// two independent trials, √5 times as much.
TEST(Difference, HasTheErrorOfTheSamePatients) {
  constexpr std::uint64_t patients = 4096;
  const Study study = found(loaded(two_doses(patients)));
  const Estimate &none = study.endpoints[0].estimates[0], &difference = study.endpoints[0].estimates[1];
  EXPECT_EQ(none.value, 0);
  EXPECT_EQ(none.standard_error, 0);
  // Of 32 parts the error itself has one of 13 %: three of them.
  EXPECT_NEAR(difference.standard_error / (sd_of_average() / std::sqrt(patients)), 1, 0.4);
  EXPECT_TRUE(study.notes.empty());
}

TEST(Difference, HasIntervalsThatHoldTheTruth) {
  const double truth = 1000.0 / 2.4 * std::exp(kSd * kSd / 2);
  constexpr int studies = 300;
  int held = 0;
  for (int seed = 1; seed <= studies; ++seed) {
    const Study study = found(loaded(two_doses(512, static_cast<std::uint64_t>(seed))));  // the fewest: 8 parts
    const Interval interval = study.endpoints[0].estimates[1].interval;
    held += interval.low <= truth && truth <= interval.high;
  }
  EXPECT_NEAR(held / static_cast<double>(studies), 0.95, 3 * std::sqrt(0.95 * 0.05 / studies));
}

TEST(Difference, OfFewPatientsIsThatOfIndependentTrialsAndSaysSo) {
  const Study study = found(loaded(two_doses(448)));
  const Estimate& difference = study.endpoints[0].estimates[1];
  // An SD of 448 log-normal values is known to about 5 %: three of them.
  EXPECT_NEAR(difference.standard_error / (std::sqrt(5) * sd_of_average() / std::sqrt(448)), 1, 0.15);
  ASSERT_EQ(study.notes.size(), 1u);
  EXPECT_NE(study.notes[0].find("endpoint.average has the errors of independent trials at 2 of 2 points"),
            std::string::npos);
}

TEST(Difference, IsTheSameForAnyThreadsAndUnits) {
  const LoadedStudy study = loaded(two_doses(1000));
  const Study one = found(study, 1), other = found(study, 3, 64);
  EXPECT_EQ(one.endpoints[0].estimates[1].standard_error, other.endpoints[0].estimates[1].standard_error);
  EXPECT_EQ(content_hash(one), content_hash(other));
}

/// A mean less the median of the same patients varies less than either by itself, where a bound adds both errors.
TEST(Sum, HasTheErrorOfTheSamePatients) {
  const std::string sum = R"toml(
[[arm]]
name = "b"
regimen = { dose = "200 mg", every = "24 h" }
[[endpoint]]
name = "low"
tally = "average"
where = { arm = "a" }
statistic = "mean"
[[endpoint]]
name = "half"
tally = "average"
where = { arm = "a" }
statistic = "median"
[[endpoint]]
name = "sum"
weights = { low = 1, half = -1 }
)toml";
  const Study study = found(loaded(two_doses(8192) + sum));
  const auto at = [&](std::size_t e) { return study.endpoints[e].estimates[0]; };
  EXPECT_DOUBLE_EQ(at(3).value, at(1).value - at(2).value);
  EXPECT_GT(at(3).standard_error, 0);
  EXPECT_LT(at(3).standard_error, 0.8 * std::hypot(at(1).standard_error, at(2).standard_error));
}

}}  // namespace vt
