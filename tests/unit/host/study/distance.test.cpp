#include <fmt/format.h>
#include <gtest/gtest.h>

#include <cmath>
#include <filesystem>

#include "host/study/distance.hpp"
#include "host/study/optimise/load_optimiser.hpp"
#include "host/study/optimise/run_optimise.hpp"
#include "tests/unit/host/study/small_study.hpp"

namespace vt { namespace {

using test::complaint;
using test::found;
using test::kTrial;
using test::loaded;
using test::ScenarioFile;

std::string row(const std::string& name, const std::string& published, const std::string& statistic = "mean") {
  return fmt::format(
      "[[target]]\nname = \"{}\"\ntally = \"average\"\nstatistic = \"{}\"\n{}\nkind = \"fitted\"\nsource = \"test\"\n",
      name, statistic, published);
}

std::string distance_to(const ScenarioFile& file, const std::string& more = "") {
  return fmt::format("[[endpoint]]\nname = \"distance\"\ngoal = \"minimise\"\ndistance_to = \"{}\"\n{}\n",
                     std::filesystem::path(file.path()).filename().string(), more);
}

const std::string kClearances =
    "[study]\nkind = \"sweep\"\n[[factor]]\nname = \"clearance\"\nkey = \"pk.clearance\"\nvalues = [\"5 L/h\", \"10 "
    "L/h\"]\n";
const std::string kRows = row("low", "value = \"400 ng/mL\"\nwithin = 40") +
                          row("high", "value = \"600 ng/mL\"\nlow = \"580 ng/mL\"\nhigh = \"620 ng/mL\"");

TEST(Scale, IsHalfTheIntervalOrTheNumber) {
  Target target;
  target.value = -8, target.low = -10, target.high = -5;
  EXPECT_EQ(scale_of(target), 2.5);
  target.high = std::numeric_limits<double>::infinity();
  EXPECT_EQ(scale_of(target), 8);
}

/// Averages of 1000/1.2 and 1000/2.4 ng/mL.
TEST(Distance, IsTheSumOfSquares) {
  const ScenarioFile targets(kRows);
  const Study study = found(loaded(kTrial + kClearances + distance_to(targets)));
  for (std::size_t p = 0; p < 2; ++p) {
    const double average = study.endpoints[0].estimates[p].value;
    const double expected = std::pow((average - 400) / 40, 2) + std::pow((average - 600) / 20, 2);
    EXPECT_NEAR(study.endpoints[1].estimates[p].value, expected, 1e-12 * expected);
  }
  const Study one = found(loaded(kTrial + kClearances + distance_to(targets, "rows = [\"low\"]")));
  EXPECT_NEAR(one.endpoints[1].estimates[1].value, std::pow((one.endpoints[0].estimates[1].value - 400) / 40, 2), 1e-9);
}

/// Of ((m − 400)/40)² the error is |m − 400|/800 times that of m. From 32 parts it is known to 1/√62 = 13 %.
TEST(Distance, HasTheErrorOfItsPatients) {
  const ScenarioFile targets(kRows);
  std::string trial = kTrial;
  const std::string number = "clearance = \"10 L/h\"";
  trial.replace(trial.find(number), number.size(), "clearance = { formula = \"10*exp(eta.CL)\", unit = \"L/h\" }");
  const Study study =
      found(loaded(trial + "[[random_effect]]\nname = \"CL\"\nsd = 0.3\nsource = \"test\"\nbasis = \"assumed\"\n" +
                   "[study]\nkind = \"sweep\"\npatients = 2048\n[[factor]]\nname = \"dose\"\nkey = "
                   "\"arm.a.regimen.dose\"\nvalues = [\"100 mg\", \"200 mg\"]\n" +
                   distance_to(targets, "rows = [\"low\"]")));
  for (std::size_t p = 0; p < 2; ++p) {
    const Estimate &mean = study.endpoints[0].estimates[p], &distance = study.endpoints[1].estimates[p];
    const double expected = std::fabs(mean.value - 400) / 800 * mean.standard_error;
    EXPECT_NEAR(distance.standard_error, expected, 0.4 * expected);
    EXPECT_LT(distance.interval.low, distance.value);
  }
  EXPECT_TRUE(study.notes.empty());
}

TEST(Distance, FitsAWeightedMean) {
  if (const std::string flaw = find_optimiser().flaw; !flaw.empty()) GTEST_SKIP() << flaw;
  const ScenarioFile targets(kRows);
  const LoadedStudy study =
      loaded(kTrial + distance_to(targets) +
             "[study]\nkind = \"optimise\"\npopulation = 8\ngenerations = 30\n[[factor]]\nname = \"clearance\"\nkey = "
             "\"pk.clearance\"\ndistribution = \"uniform\"\nlow = \"4 L/h\"\nhigh = \"20 L/h\"\n");
  const std::atomic<bool> never = false;
  const Study fit = run_optimise(study.study, study.design, study.text_of(), {}, {.backend = Backend::cpu}, {}, never);
  const BestPoint& best = fit.optimum->best[0];
  // weights 1/40² and 1/20²: 560 ng/mL, where the distance is 4² + 2²
  EXPECT_NEAR(fit.points[best.point].coordinates[0], 1e5 / 24 / 560, 1e-3);
  EXPECT_NEAR(best.fresh[1].value, 20, 1e-3);
}

TEST(Refusals, SayWhatADistanceNeeds) {
  const auto says = [](const std::string& rows, const std::string& more, const std::string& wanted) {
    const ScenarioFile targets(rows);
    const std::string said = complaint(kTrial + kClearances + distance_to(targets, more));
    EXPECT_NE(said.find(wanted), std::string::npos) << said;
  };
  says(kRows, "rows = [\"hgh\"]", "did you mean 'high'");
  says(kRows, "tally = \"average\"", "tally");
  says(kRows, "precision = 1", "is of a distance");
  says(row("limit", "low = 5"), "", "has no row with a value");
  says(row("limit", "low = 5"), "rows = [\"limit\"]", "without a value");
  says(row("zero", "value = 0\nlow = 0"), "", "nothing to measure a distance in");
  says(row("r", "value = 5\nwithin = 1", "itt"), "", "'r' asks for itt");
  says(row("r", "value = 5\nwithin = 1") + "where = { arm = \"b\" }\n", "", "'r' cannot be answered");
}

}  // namespace
}  // namespace vt
