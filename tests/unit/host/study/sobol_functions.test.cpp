#include <gtest/gtest.h>

#include <cmath>
#include <numbers>

#include "host/study/sequences.hpp"
#include "output/statistics/sensitivity.hpp"

namespace vt { namespace {

/// Indices of a function on the cube, of so many base points and randomisations.
template <class Function>
SobolIndices indices_of(Function f, std::size_t k, std::size_t n, std::uint64_t randomisations) {
  std::vector<SobolIndices> all;
  for (std::uint64_t r = 0; r < randomisations; ++r) {
    const SobolSequence sequence(2 * k, 1 + r);
    SaltelliValues v{n, k, {}, {}, {}, {}};
    std::vector<double> a(k), b(k);
    for (std::size_t i = 0; i < n; ++i) {
      for (std::size_t d = 0; d < k; ++d) a[d] = sequence.at(i, d), b[d] = sequence.at(i, k + d);
      v.a.push_back(f(a));
      for (std::size_t d = 0; d < k; ++d) {
        std::vector<double> one = a;
        one[d] = b[d];
        v.ab.push_back(f(one));
      }
      v.b.push_back(f(b));
    }
    all.push_back(sobol_indices(v, 0, 1));
  }
  return combined(all);
}

/// Ishigami and Homma 1990, a = 7, b = 0.1; exact: V1 = (1 + b π⁴/5)²/2, V2 = a²/8, V13 = b² π⁸ (1/18 − 1/50).
TEST(SobolFunctions, Ishigami) {
  const auto f = [](const std::vector<double>& u) {
    const auto x = [&](std::size_t i) { return std::numbers::pi * (2 * u[i] - 1); };
    return std::sin(x(0)) + 7 * std::pow(std::sin(x(1)), 2) + 0.1 * std::pow(x(2), 4) * std::sin(x(0));
  };
  const double pi4 = std::pow(std::numbers::pi, 4);
  const double v1 = 0.5 * std::pow(1 + 0.1 * pi4 / 5, 2), v2 = 49.0 / 8, v13 = 0.01 * pi4 * pi4 * (1.0 / 18 - 1.0 / 50);
  const double v = v1 + v2 + v13, S1[] = {v1 / v, v2 / v, 0}, ST[] = {(v1 + v13) / v, v2 / v, v13 / v};
  const SobolIndices s = indices_of(f, 3, 1 << 14, 16);
  for (std::size_t i = 0; i < 3; ++i) {
    EXPECT_NEAR(s.S1[i], S1[i], 1e-3);
    EXPECT_NEAR(s.ST[i], ST[i], 1e-3);
  }
}

/// Sobol's G function of 8 factors, a = 0, 1, 4.5, 9, 99 …: v = 1/(3 (1 + a)²) of each.
TEST(SobolFunctions, G) {
  const std::vector<double> a = {0, 1, 4.5, 9, 99, 99, 99, 99};
  const auto f = [&](const std::vector<double>& u) {
    double product = 1;
    for (std::size_t i = 0; i < 8; ++i) product *= (std::fabs(4 * u[i] - 2) + a[i]) / (1 + a[i]);
    return product;
  };
  double all = 1;
  std::vector<double> v;
  for (const double one : a) v.push_back(1 / (3 * (1 + one) * (1 + one))), all *= 1 + v.back();
  const SobolIndices s = indices_of(f, 8, 1 << 14, 16);
  for (std::size_t i = 0; i < 8; ++i) {
    EXPECT_NEAR(s.S1[i], v[i] / (all - 1), 1e-3) << i;
    EXPECT_NEAR(s.ST[i], v[i] * all / (1 + v[i]) / (all - 1), 1e-3) << i;
  }
}

}  // namespace
}  // namespace vt
