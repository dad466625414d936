// The Gaussian copula: [population.correlation]. Fixed seeds; limits are 4.5 standard errors.
#include <gtest/gtest.h>

#include <fmt/format.h>

#include <cmath>

#include "host/scenario/people/correlation.hpp"
#include "tests/support/population.hpp"

namespace vt { namespace {

using namespace test;

const std::string kCovariates = R"toml([[covariate]]
name = "age"
distribution = "normal"
mean = 50
sd = 14
source = "test"
basis = "assumed"
[[covariate]]
name = "alone"
distribution = "uniform"
low = 2
high = 5
source = "test"
basis = "assumed"
[[covariate]]
name = "crcl"
distribution = "lognormal"
median = 90
sd_log = 0.3
source = "test"
basis = "assumed"
[[covariate]]
name = "severe"
distribution = "categorical"
values = [0, 1, 2]
probabilities = [0.5, 0.3, 0.2]
source = "test"
basis = "assumed"
[[covariate]]
name = "taken"
distribution = "beta"
a = 3.5
b = 0.31
source = "test"
basis = "assumed"
)toml";

std::string with_copula(const std::string& keys) {
  return trial_around(kCovariates + "[population.correlation]\n" + keys + "\nsource = \"test\"\nbasis = \"assumed\"\n");
}

double correlation(const std::vector<double>& x, const std::vector<double>& y) {
  double sx = 0, sy = 0, sxx = 0, syy = 0, sxy = 0;
  const auto n = static_cast<double>(x.size());
  for (std::size_t i = 0; i < x.size(); ++i) {
    sx += x[i], sy += y[i], sxx += x[i] * x[i], syy += y[i] * y[i], sxy += x[i] * y[i];
  }
  return (sxy - sx * sy / n) / std::sqrt((sxx - sx * sx / n) * (syy - sy * sy / n));
}

/// Normal scores of a covariate with a continuous distribution function.
template <class F>
std::vector<double> scores(const std::vector<double>& x, F cdf) {
  std::vector<double> z;
  for (const double v : x) z.push_back(normal_quantile(cdf(v)));
  return z;
}

TEST(Copula, GivesNormalScoresTheirCorrelations) {
  constexpr std::size_t n = 20'000;
  const auto sampled = sample_patients(
      build(scenario_of(with_copula(R"(pairs = [["crcl", "age", -0.67], ["taken", "crcl", 0.4]])"))), n);
  const auto age = scores(sampled.covariate[0], [](double v) { return normal_cdf((v - 50) / 14); });
  const auto alone = scores(sampled.covariate[1], [](double v) { return (v - 2) / 3; });
  const auto crcl = scores(sampled.covariate[2], [](double v) { return normal_cdf(std::log(v / 90) / 0.3); });
  const auto error = [&](double r) { return 4.5 * (1 - r * r) / std::sqrt(n); };
  EXPECT_NEAR(correlation(age, crcl), -0.67, error(0.67));
  EXPECT_NEAR(correlation(age, alone), 0, error(0));
  // Much of taken lies in the doubles next to 1: its shares below 0.9 by creatinine clearance stand for its scores.
  // P(U < p, Z < 0) = Φ₂(Φ⁻¹(p), 0; r): 0.184343 for p = 0.262872, r = 0.4 (mpmath).
  double both = 0, low = 0;
  for (std::size_t i = 0; i < n; ++i) {
    low += sampled.covariate[4][i] < 0.9;
    both += sampled.covariate[4][i] < 0.9 && crcl[i] < 0;
  }
  EXPECT_NEAR(low / n, 0.262872, 4.5 * std::sqrt(0.263 * 0.737 / n));
  EXPECT_NEAR(both / n, 0.184343, 4.5 * std::sqrt(0.17 * 0.83 / n));
}

TEST(Copula, KeepsEachDistribution) {
  constexpr std::size_t n = 20'000;
  const auto sampled = sample_patients(
      build(scenario_of(with_copula("names = [\"severe\", \"age\"]\nmatrix = [[1, 0.8], [0.8, 1]]"))), n);
  double share[3] = {}, age_of[3] = {}, mean = 0;
  for (std::size_t i = 0; i < n; ++i) {
    const auto k = static_cast<std::size_t>(sampled.covariate[3][i]);
    share[k] += 1, age_of[k] += sampled.covariate[0][i], mean += sampled.covariate[0][i];
  }
  for (const auto& [k, p] : {std::pair{0, 0.5}, {1, 0.3}, {2, 0.2}})
    EXPECT_NEAR(share[k] / n, p, 4.5 * std::sqrt(p * (1 - p) / n)) << k;
  EXPECT_NEAR(mean / n, 50, 4.5 * 14 / std::sqrt(n));
  // E[age | lowest half of the scores of severe] = 50 - 14·0.8·√(2/π)
  EXPECT_NEAR(age_of[0] / share[0], 50 - 14 * 0.8 * std::sqrt(2 / 3.14159265358979), 4.5 * 14 / std::sqrt(n / 2.0));
}

TEST(Copula, LeavesEveryOtherCovariateItsBits) {
  const auto without = sample_patients(build(scenario_of(trial_around(kCovariates))), 500);
  const auto with = sample_patients(build(scenario_of(with_copula(R"(pairs = [["age", "crcl", -0.67]])"))), 500);
  for (const std::size_t c : {1u, 3u, 4u}) EXPECT_EQ(with.covariate[c], without.covariate[c]) << c;
  // The first of the group keeps its own draw, to the rounding of Φ and its inverse.
  for (std::size_t i = 0; i < 500; ++i) EXPECT_NEAR(with.covariate[0][i], without.covariate[0][i], 1e-9);
  EXPECT_NE(with.covariate[2], without.covariate[2]);
}

TEST(Copula, DoesNotDependOnTheOrderOfItsNames) {
  const auto a = sample_patients(
      build(scenario_of(with_copula(R"(pairs = [["age", "crcl", -0.67], ["severe", "age", 0.3]])"))), 200);
  const auto b = sample_patients(
      build(scenario_of(with_copula(R"(pairs = [["age", "severe", 0.3], ["crcl", "age", -0.67]])"))), 200);
  EXPECT_EQ(a.covariate, b.covariate);
}

TEST(Copula, AMatrixThatIsNoneIsRefusedWithTheNearest) {
  const std::string impossible =
      R"(pairs = [["age", "crcl", -0.9], ["crcl", "severe", -0.9], ["age", "severe", -0.5]])";
  const std::string problem = problems_of(with_copula(impossible));
  EXPECT_NE(problem.find("is not positive definite (its smallest eigenvalue is -0.5"), std::string::npos) << problem;
  EXPECT_NE(problem.find("age with severe"), std::string::npos) << problem;
  const Matrix nearest = nearest_correlation({{1, -0.9, -0.5}, {-0.9, 1, -0.9}, {-0.5, -0.9, 1}});
  const std::string possible =
      fmt::format(R"(pairs = [["age", "crcl", {:.3f}], ["crcl", "severe", {:.3f}], ["age", "severe", {:.3f}]])",
                  nearest[0][1], nearest[1][2], nearest[0][2]);
  EXPECT_EQ(problems_of(with_copula(possible)), "") << possible;
}

struct Mistake {
  std::string keys, text;
};
class CopulaMistake : public testing::TestWithParam<Mistake> {};
TEST_P(CopulaMistake, IsReported) {
  const std::string problems = problems_of(with_copula(GetParam().keys));
  EXPECT_NE(problems.find(GetParam().text), std::string::npos) << problems;
}
INSTANTIATE_TEST_SUITE_P(
    All, CopulaMistake,
    testing::Values(
        Mistake{"pairs = [[\"age\", \"crlc\", 0.1]]",
                "names the unknown covariate 'crlc' (only covariates can be "
                "correlated here); did you mean 'crcl'?"},
        Mistake{"pairs = [[\"age\", 0.1]]", "pairs[1] is no pair"},
        Mistake{"pairs = [[\"age\", \"age\", 0.1]]", "is 'age' again"},
        Mistake{"pairs = [[\"age\", \"crcl\", 1.1]]", "is 1.1 (allowed: -1 to 1)"},
        Mistake{"pairs = [[\"age\", \"crcl\", 0.1], [\"crcl\", \"age\", 0.1]]", "repeats the pair of crcl and age"},
        Mistake{"names = [\"age\", \"crcl\"]\nmatrix = [[1, 0.1], [0.2, 1]]",
                "is not symmetric (crcl with age is 0.2, age with crcl is 0.1)"},
        Mistake{"names = [\"age\", \"crcl\"]\nmatrix = [[1, 0.1]]", "has 1 rows (2 covariates have 2 rows"},
        Mistake{"names = [\"age\", \"crcl\"]\nmatrix = [[0.5, 0.1], [0.1, 1]]", "has 0.5 in row 1 of its diagonal"},
        Mistake{"", "has neither pairs nor a matrix"},
        Mistake{"pairs = [[\"age\", \"crcl\", 0.1]]\nmatrix = [[1]]", "stands beside pairs"}));

}  // namespace
}  // namespace vt
