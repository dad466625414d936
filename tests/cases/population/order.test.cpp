/// \file Covariates and parameters that need each other, in whatever order they are written, through the whole program.

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "tests/support/plain_trial.hpp"
#include "tests/support/scenario_file.hpp"
#include "tests/support/trial.hpp"

namespace vt { namespace {

using namespace test;

constexpr int kPatients = 20000;
constexpr double kMostErrors = 5;  // standard errors: false alarm 6e-7

Scenario trial(const std::vector<std::string>& population, const std::string& rest) {
  std::string text = fmt::format(R"toml([trial]
seed = 1
patients = {}
duration = "1 day"
)toml",
                                 kPatients) +
                     kPlainPk;
  for (const std::string& table : population) text += table + "source = \"test\"\nbasis = \"assumed\"\n";
  text += kPlainArm;
  const ScenarioFile file(text + rest);
  return read(file.path());
}

std::string covariate(const std::string& name, const std::string& rest) {
  return fmt::format("[[covariate]]\nname = \"{}\"\n{}\n", name, rest);
}
std::string parameter(const std::string& name, const std::string& formula) {
  return fmt::format("[[parameter]]\nname = \"{}\"\nformula = \"{}\"\n", name, formula);
}
std::string at_end(const std::string& name, const std::string& score, const std::string& range = "") {
  return fmt::format("[[tally]]\nname = \"{}\"\nscore = \"{}\"\nat = \"end\"\n{}", name, score, range);
}

std::string refusal(const std::vector<std::string>& population) {
  try {
    (void)build(trial(population, at_end("everybody", "1")));
  } catch (const ScenarioError& error) {
    std::string all;
    for (const Problem& problem : error.problems()) all += to_string(problem) + "\n";
    return all;
  }
  return "";
}

const std::string kClearance = "[[random_effect]]\nname = \"CL\"\nsd = 0.8\n";
const std::string kExtensive = covariate("extensive", "distribution = \"bernoulli\"\np = \"cl/(cl + 10)\"");

// p is 1/(1 + e^−η) with η normal: 1/2 by symmetry; of η > 0 its mean over the half normal.
TEST(PopulationOrder, a_covariate_reads_a_parameter_and_its_random_effect) {
  double above = 0, mass = 0;
  for (int i = 0; i < 100000; ++i) {
    const double z = (i + 0.5) * 1e-4, w = std::exp(-0.5 * z * z);
    above += w / (1 + std::exp(-0.8 * z)), mass += w;
  }
  above /= mass;
  const Results results = simulate(trial({kClearance, kExtensive, parameter("cl", "10*exp(eta.CL)")},
                                         at_end("all", "extensive") + at_end("above", "extensive and cl > 10")));
  EXPECT_NEAR(value(results, "all", "proportion"), 0.5, kMostErrors * 0.5 / std::sqrt(kPatients));
  EXPECT_NEAR(value(results, "above", "proportion"), above / 2, kMostErrors * 0.5 / std::sqrt(kPatients));
}

TEST(PopulationOrder, changes_no_number) {
  std::vector<std::string> tables = {covariate("weight", "distribution = \"lognormal\"\nmedian = 70\nsd_log = 0.2"),
                                     kClearance,
                                     parameter("cl", "10*(weight/70)^0.75*exp(eta.CL)"),
                                     kExtensive,
                                     parameter("volume", "100 + 50*extensive + cl"),
                                     covariate("late", "distribution = \"normal\"\nmean = \"volume\"\nsd = 3")};
  std::ranges::sort(tables);
  std::vector<std::int64_t> first;
  int orders = 0;
  do {
    const Results results = simulate(trial(tables, at_end("late", "late", "range = [0, 1000]\n")));
    if (orders == 0) first = tally(results, "late").sum;
    EXPECT_EQ(tally(results, "late").sum, first) << orders;
  } while (++orders < 40 && std::ranges::next_permutation(tables).found);
}

// Covariates x and y of a copula, of which x waits for a parameter of y: x = y + a normal that correlates with y by
// 0.6.
TEST(PopulationOrder, keeps_correlations) {
  const std::string correlated = "[population.correlation]\npairs = [[\"x\", \"y\", 0.6]]\n";
  const Results results =
      simulate(trial({correlated, covariate("x", "distribution = \"normal\"\nmean = \"centre\"\nsd = 1"),
                      parameter("centre", "y"), covariate("y", "distribution = \"normal\"\nmean = 0\nsd = 1")},
                     at_end("product", "50 + (x - y)*y", "range = [0, 100]\n")));
  EXPECT_NEAR(value(results, "product", "mean") - 50, 0.6, kMostErrors * std::sqrt((1 + 0.36) / kPatients));
}

TEST(PopulationOrder, circles_are_named) {
  const std::string text = refusal({covariate("a", "distribution = \"normal\"\nmean = \"b + 1\"\nsd = 1"),
                                    parameter("b", "2*c"), parameter("c", "a - 1"), parameter("behind", "b + c")});
  EXPECT_NE(text.find("covariate 'a' needs parameter 'b' needs parameter 'c' needs covariate 'a' (none can be computed "
                      "before the other)"),
            std::string::npos)
      << text;
  EXPECT_EQ(std::ranges::count(text, '\n'), 1) << text;
  const std::string own = refusal({parameter("b", "b + 1")});
  EXPECT_NE(own.find("parameter 'b' needs itself"), std::string::npos) << own;
  EXPECT_EQ(std::ranges::count(own, '\n'), 1) << own;
}

// log(cl) has no value where cl is 0, before the covariate could be drawn: the patient fails once, at the parameter.
TEST(PopulationOrder, what_fails_early_is_counted_where_it_fails) {
  const Results results =
      simulate(trial({covariate("x", "distribution = \"normal\"\nmean = \"lg\"\nsd = 1"), parameter("lg", "log(none)"),
                      covariate("none", "distribution = \"bernoulli\"\np = 0.25")},
                     at_end("x", "x", "range = [0, 100]\n")));
  std::uint64_t failed = 0;
  for (const auto& place : results.failures) failed += place.patients;
  EXPECT_NEAR(static_cast<double>(failed) / kPatients, 0.75, kMostErrors * 0.44 / std::sqrt(kPatients));
}

}}  // namespace vt
