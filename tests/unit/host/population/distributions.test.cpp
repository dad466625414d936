// Distributions of covariates, from the scenario's text to the patients' values. Seeds are fixed; limits are 4.5
// standard errors, which a right program of another seed would pass 99.999 % of the time.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "tests/support/population.hpp"

namespace vt { namespace {

using namespace test;

constexpr std::size_t kPatients = 20'000;
constexpr double kLimit = 4.5;

std::string covariate(const std::string& name, const std::string& keys) {
  return "[[covariate]]\nname = \"" + name + "\"\n" + keys + "\nsource = \"test\"\nbasis = \"assumed\"\n";
}

std::vector<double> sample_of(const std::string& text, std::size_t which = 0) {
  return sample_patients(build(scenario_of(trial_around(text))), kPatients).covariate[which];
}

double share_at_most(const std::vector<double>& x, double limit) {
  return static_cast<double>(std::ranges::count_if(x, [&](double v) { return v <= limit; })) /
         static_cast<double>(x.size());
}
void expect_share(const std::vector<double>& x, double limit, double p) {
  const auto n = static_cast<double>(x.size());
  EXPECT_NEAR(share_at_most(x, limit), p, kLimit * std::sqrt(p * (1 - p) / n)) << "at or below " << limit;
}

double mean(const std::vector<double>& x) {
  double sum = 0;
  for (const double v : x) sum += v;
  return sum / static_cast<double>(x.size());
}
double variance(const std::vector<double>& x) {
  const double m = mean(x);
  double sum = 0;
  for (const double v : x) sum += (v - m) * (v - m);
  return sum / static_cast<double>(x.size() - 1);
}

// Beta(3.5, 0.31): mean a/(a+b), variance ab/((a+b)²(a+b+1)); the shares below .8 and .9 are those of the 50-digit
// table of tests/unit/kernels/numerics/beta.test.cpp.
TEST(Beta, HasTheMomentsAndQuantilesOfItsShapes) {
  const auto x = sample_of(covariate("taken", "distribution = \"beta\"\na = 3.5\nb = 0.31"));
  const double a = 3.5, b = 0.31, v = a * b / ((a + b) * (a + b) * (a + b + 1));
  EXPECT_NEAR(mean(x), a / (a + b), kLimit * std::sqrt(v / kPatients));
  EXPECT_NEAR(variance(x), v, 0.05 * v);
  expect_share(x, 0.8, 0.13637682);
  expect_share(x, 0.9, 0.26287191);
  EXPECT_LE(*std::ranges::max_element(x), 1);
}

TEST(Beta, TakesItsShapesFromFormulas) {
  const std::string text = covariate("male", "distribution = \"bernoulli\"\np = 0.5") +
                           covariate("taken", "distribution = \"beta\"\na = \"2 + male\"\nb = \"1\"");
  const auto sampled = sample_patients(build(scenario_of(trial_around(text))), kPatients);
  std::vector<double> of[2];
  for (std::size_t i = 0; i < kPatients; ++i)
    of[static_cast<int>(sampled.covariate[0][i])].push_back(sampled.covariate[1][i]);
  for (int male = 0; male < 2; ++male)  // P(X ≤ x) = x^a for b = 1
    for (const double x : {0.3, 0.7, 0.9}) expect_share(of[male], x, std::pow(x, 2.0 + male));
}

TEST(Beta, IsTruncated) {
  const auto x = sample_of(covariate("taken", "distribution = \"beta\"\na = 2\nb = 1\nmin = 0.5\nmax = 0.75"));
  EXPECT_GE(*std::ranges::min_element(x), 0.5);
  EXPECT_LE(*std::ranges::max_element(x), 0.75);
  expect_share(x, 0.6, (0.36 - 0.25) / (0.5625 - 0.25));
}

TEST(Beta, WithAShapeThatIsNoneIsAFailureOfThePatient) {
  const std::string text = covariate("z", "distribution = \"normal\"\nmean = 0\nsd = 1") +
                           covariate("taken", "distribution = \"beta\"\na = \"z\"\nb = 1");
  const auto sampled = sample_patients(build(scenario_of(trial_around(text))), 500);
  for (std::size_t i = 0; i < 500; ++i)
    EXPECT_EQ(sampled.failure[i] != 0, sampled.covariate[0][i] < kLeastShape) << sampled.covariate[0][i];
}

// Gamma(2.5, 4): mean kθ, variance kθ²; shares by mpmath.
TEST(Gamma, HasTheMomentsAndQuantilesOfItsShape) {
  const auto x = sample_of(covariate("creatinine", "distribution = \"gamma\"\nshape = 2.5\nscale = 4"));
  EXPECT_NEAR(mean(x), 10, kLimit * std::sqrt(40.0 / kPatients));
  EXPECT_NEAR(variance(x), 40, 0.07 * 40);  // 4.5 SE: the kurtosis is 3 + 6/k
  expect_share(x, 4, 0.15085496391539036);
  expect_share(x, 20, 0.92476475385348784);
  EXPECT_GT(*std::ranges::min_element(x), 0);
}

// P(X ≤ x) = 1 − e^(−x/θ) for shape 1.
TEST(Gamma, TakesItsScaleFromFormulas) {
  const std::string text = covariate("male", "distribution = \"bernoulli\"\np = 0.5") +
                           covariate("time", "distribution = \"gamma\"\nshape = 1\nscale = \"2 + male\"");
  const auto sampled = sample_patients(build(scenario_of(trial_around(text))), kPatients);
  std::vector<double> of[2];
  for (std::size_t i = 0; i < kPatients; ++i)
    of[static_cast<int>(sampled.covariate[0][i])].push_back(sampled.covariate[1][i]);
  for (int male = 0; male < 2; ++male)
    for (const double x : {0.3, 2.0, 7.0}) expect_share(of[male], x, -std::expm1(-x / (2 + male)));
}

TEST(Gamma, IsTruncatedHoweverFarOut) {
  for (const double low : {2.0, 500.0}) {
    const auto x =
        sample_of(covariate("time", "distribution = \"gamma\"\nshape = 1\nscale = 3\nmin = " + std::to_string(low) +
                                        "\nmax = " + std::to_string(low + 6)));
    EXPECT_GE(*std::ranges::min_element(x), low);
    EXPECT_LE(*std::ranges::max_element(x), low + 6);
    for (const double further : {1.0, 3.0}) expect_share(x, low + further, std::expm1(-further / 3) / std::expm1(-2));
  }
  EXPECT_NE(problems_of(trial_around(covariate("time", "distribution = \"gamma\"\nshape = 1\nscale = 3\nmin = 5000")))
                .find("covariate 'time' has next to nobody between min and max"),
            std::string::npos);
}

TEST(Gamma, WithAScaleThatIsNoneIsAFailureOfThePatient) {
  const std::string text = covariate("z", "distribution = \"normal\"\nmean = 0\nsd = 1") +
                           covariate("time", "distribution = \"gamma\"\nshape = 2\nscale = \"z\"");
  const auto sampled = sample_patients(build(scenario_of(trial_around(text))), 500);
  for (std::size_t i = 0; i < 500; ++i)
    EXPECT_EQ(sampled.failure[i] != 0, sampled.covariate[0][i] <= 0) << sampled.covariate[0][i];
}

}  // namespace
}  // namespace vt
