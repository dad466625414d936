/// \file Covariates whose limits leave little of their distribution, through the whole program.

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "host/scenario/read_scenario.hpp"
#include "tests/support/plain_trial.hpp"
#include "tests/support/trial.hpp"

namespace vt { namespace {

using namespace test;

constexpr int kSampled = 4000;

struct Moments {
  double mean, sd;
};

/// A trial whose patients have the covariate x, distributed as told, tallied in SDs from the mean that is expected;
/// further tables may stand before it.
Scenario with_x(const std::string& distribution, const std::string& before = "", const Moments& expected = {0, 1}) {
  const std::string text = fmt::format(
      R"toml([trial]
seed = 1
patients = {0}
duration = "1 day"
{5}{1}
[[covariate]]
name = "x"
source = "test"
basis = "assumed"
{2}
[[tally]]
name = "x"
score = "50 + (x - ({3}))/{4}"
range = [0, 100]
at = "end"
[[tally]]
name = "square"
score = "((x - ({3}))/{4})^2"
range = [0, 2500]
at = "end"
{6})toml",
      kSampled, before, distribution, expected.mean, expected.sd, kPlainPk, kPlainArm);
  const FileText files = [&](const std::string&, const Position&, Problems&) { return std::optional(text); };
  Problems problems;
  auto scenario = read_scenario("s.toml", {}, files, problems);
  if (!problems.empty() || !scenario) throw ScenarioError(problems.sorted());
  return *scenario;
}

/// Of the density e^(log_density), between two places, by the trapezoidal rule.
template <class LogDensity>
Moments integrated(double low, double high, LogDensity log_density) {
  constexpr int n = 200'000;
  double mass = 0, first = 0, second = 0, largest = -1e300;
  for (int i = 1; i < n; ++i) largest = std::max(largest, log_density(low + (high - low) * i / n));
  for (int i = 1; i < n; ++i) {
    const double x = low + (high - low) * i / n, w = std::exp(log_density(x) - largest);
    mass += w, first += w * (x - low), second += w * (x - low) * (x - low);
  }
  first /= mass, second /= mass;
  return {low + first, std::sqrt(second - first * first)};
}

/// The mean within 5 standard errors (false alarm 6e-7), the SD within 8 %: more than 3 standard errors of that of an
/// exponential, √(2/n), the longest tail here; nothing is random but by its seed.
void expect_moments(const std::string& distribution, const Moments& expected, const std::string& before = "") {
  const Results results = simulate(with_x(distribution, before, expected));
  const double shift = value(results, "x", "mean") - 50;
  EXPECT_NEAR(shift, 0, 5 / std::sqrt(kSampled)) << distribution;
  EXPECT_NEAR(std::sqrt(value(results, "square", "mean") - shift * shift), 1, 0.08) << distribution;
}

double log_normal_density(double x) { return -0.5 * x * x; }

// The inverse of Mills' ratio λ: mean λ, variance 1 + 10λ − λ²; scipy's truncnorm says the same.
TEST(Truncation, of_a_normal_ten_standard_deviations_out) {
  expect_moments("distribution = \"normal\"\nmean = 0\nsd = 1\nmin = 10\n", {10.0980932, 0.0972});
  expect_moments("distribution = \"normal\"\nmean = 0\nsd = 1\nmax = -10\n", {-10.0980932, 0.0972});
}

TEST(Truncation, of_a_normal_at_any_distance) {
  for (const double out : {4.9, 5.1, 8.0, 8.5, 20.0, 37.0, 39.0, 300.0}) {
    const std::string normal = "distribution = \"normal\"\nmean = 0\nsd = 1\n";
    const Moments upper = integrated(out, out + 40 / out, log_normal_density);
    expect_moments(normal + fmt::format("min = {}\n", out), upper);
    expect_moments(normal + fmt::format("max = {}\n", -out), {-upper.mean, upper.sd});
    const double far = out + 0.3 / out;
    const Moments both = integrated(out, far, log_normal_density);
    expect_moments(normal + fmt::format("min = {}\nmax = {}\n", out, far), both);
    expect_moments(normal + fmt::format("min = {}\nmax = {}\n", -far, -out), {-both.mean, both.sd});
  }
}

// ln x is normal: median 1, SD 0.1.
TEST(Truncation, of_a_lognormal_far_out) {
  const std::string lognormal = "distribution = \"lognormal\"\nmedian = 1\nsd_log = 0.1\n";
  const auto density = [](double x) { return -0.5 * std::pow(std::log(x) / 0.1, 2) - std::log(x); };
  expect_moments(lognormal + "min = 3\n", integrated(3, 4.2, density));
  expect_moments(lognormal + "max = 0.35\n", integrated(0.2, 0.35, density));
}

// Beta(2, 50) has 5e-14 of its mass above 0.5 and 1e-48 above 0.9.
TEST(Truncation, of_a_beta_far_out) {
  const auto density = [](double x) { return std::log(x) + 49 * std::log1p(-x); };
  const auto mirrored = [](double x) { return 49 * std::log(x) + std::log1p(-x); };
  expect_moments("distribution = \"beta\"\na = 2\nb = 50\nmin = 0.5\n", integrated(0.5, 1, density));
  expect_moments("distribution = \"beta\"\na = 2\nb = 50\nmin = 0.9\nmax = 0.95\n", integrated(0.9, 0.95, density));
  expect_moments("distribution = \"beta\"\na = 50\nb = 2\nmax = 0.1\n", integrated(0, 0.1, mirrored));
}

// Drawn through the copula, a covariate keeps its own distribution.
TEST(Truncation, of_a_correlated_covariate) {
  const std::string before = R"toml([population.correlation]
pairs = [["x", "y", 0.7]]
source = "test"
basis = "assumed"
[[covariate]]
name = "y"
distribution = "normal"
mean = 0
sd = 1
source = "test"
basis = "assumed"
)toml";
  const Moments expected = integrated(10, 14, log_normal_density);
  expect_moments("distribution = \"normal\"\nmean = 0\nsd = 1\nmin = 10\n", expected, before);
  expect_moments("distribution = \"normal\"\nmean = 0\nsd = 1\nmax = -10\n", {-expected.mean, expected.sd}, before);
}

// 0.5^2000 is below what a double holds.
TEST(Truncation, that_leaves_nobody_is_refused) {
  Problems problems;
  const Scenario scenario = with_x("distribution = \"beta\"\na = 2\nb = 2000\nmin = 0.5\n");
  (void)build_plan(scenario, problems);
  ASSERT_EQ(problems.size(), 1u);
  EXPECT_NE(problems.sorted()[0].text.find("covariate 'x' has next to nobody between min and max"), std::string::npos);
}

// Parameters that formulas give: of all patients, where y is below ½ there is no distribution.
class NoDistribution : public testing::TestWithParam<const char*> {};
TEST_P(NoDistribution, is_a_failure_of_the_patient) {
  const std::string before = R"toml([[covariate]]
name = "y"
distribution = "bernoulli"
p = 0.25
source = "test"
basis = "assumed"
)toml";
  const Results results = simulate(with_x(GetParam(), before));
  std::uint64_t failed = 0;
  for (const auto& failure : results.failures) failed += failure.patients;
  EXPECT_NEAR(static_cast<double>(failed), 0.25 * kSampled, 5 * std::sqrt(kSampled * 3.0 / 16.0));  // 6e-7
}
INSTANTIATE_TEST_SUITE_P(
    All, NoDistribution,
    testing::Values("distribution = \"normal\"\nmean = 0\nsd = { formula = \"1 - 2*y\" }\n",
                    "distribution = \"normal\"\nmean = 0\nsd = { formula = \"1 - y\" }\nmin = 1\n",
                    "distribution = \"lognormal\"\nmedian = { formula = \"1 - y\" }\nsd_log = 1\n",
                    "distribution = \"uniform\"\nlow = 0\nhigh = { formula = \"1 - 2*y\" }\n",
                    "distribution = \"bernoulli\"\np = { formula = \"0.5 + y\" }\n",
                    "distribution = \"beta\"\na = 2\nb = { formula = \"2 + 1998*y\" }\nmin = 0.5\n"));

}  // namespace
}  // namespace vt
