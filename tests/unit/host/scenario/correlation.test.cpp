#include "host/scenario/people/correlation.hpp"

#include <gtest/gtest.h>

#include <fmt/format.h>

#include <cmath>
#include <random>

#include "kernels/plan_models.hpp"

// Results stand within 1e-10 of their norm of the last round; random matrices of up to 16 rows within 1e-9 of the
// limit (measured: 8e-10), so that 1e-8 is allowed where nothing else is said.

namespace vt { namespace {

Matrix operator*(const Matrix& a, const Matrix& b) {
  Matrix product(a.size(), std::vector<double>(a.size()));
  for (std::size_t i = 0; i < a.size(); ++i)
    for (std::size_t j = 0; j < a.size(); ++j)
      for (std::size_t k = 0; k < a.size(); ++k) product[i][j] += a[i][k] * b[k][j];
  return product;
}

/// s a + t b
Matrix sum(double s, const Matrix& a, double t, const Matrix& b) {
  Matrix result = a;
  for (std::size_t i = 0; i < a.size(); ++i)
    for (std::size_t j = 0; j < a.size(); ++j) result[i][j] = s * a[i][j] + t * b[i][j];
  return result;
}

Matrix identity(std::size_t n) {
  Matrix one(n, std::vector<double>(n));
  for (std::size_t i = 0; i < n; ++i) one[i][i] = 1;
  return one;
}

/// Frobenius norm.
double norm(const Matrix& a) {
  double squares = 0;
  for (const auto& row : a)
    for (const double x : row) squares += x * x;
  return std::sqrt(squares);
}

double distance(const Matrix& a, const Matrix& b) { return norm(sum(1, a, -1, b)); }

/// Unit diagonal, and no eigenvalue below least - 1e-8.
bool is_correlation(const Matrix& a, double least) {
  for (std::size_t i = 0; i < a.size(); ++i)
    if (a[i][i] != 1) return false;
  return is_positive_definite(sum(1, a, 1e-8 - least, identity(a.size())));
}

/// Eigenvalues below 0 raised to it, then scaled to a unit diagonal: (a + |a|) / 2 and |a| = a sign(a), the sign by
/// Newton's method (Higham 2008, Functions of Matrices, 5.3).
Matrix clip(const Matrix& a) {
  Matrix sign = sum(1 / norm(a), a, 0, a);
  for (int i = 0; i < 100; ++i) sign = sum(1.5, sign, -0.5, sign * sign * sign);
  const Matrix raised = sum(0.5, a, 0.5, a * sign);
  Matrix clipped = raised;
  for (std::size_t i = 0; i < a.size(); ++i)
    for (std::size_t j = 0; j < a.size(); ++j)
      clipped[i][j] = i == j ? 1 : raised[i][j] / std::sqrt(raised[i][i] * raised[j][j]);
  return clipped;
}

/// 100 matrices of 3 to 16 rows, entries uniform in (-1, 1), none of them a correlation matrix. A fixed seed.
std::vector<Matrix> impossible_matrices() {
  std::mt19937 draw(2002);
  std::vector<Matrix> list;
  while (list.size() < 100) {
    Matrix a = identity(3 + list.size() % (kMaxCorrelated - 2));
    for (std::size_t i = 0; i < a.size(); ++i)
      for (std::size_t j = 0; j < i; ++j) a[i][j] = a[j][i] = std::ldexp(static_cast<double>(draw()), -31) - 1;
    if (!is_positive_definite(a)) list.push_back(a);
  }
  return list;
}

// Higham 2002, IMA J Numer Anal 22:329, section 5: 0.7607 and 0.1573.
TEST(NearestCorrelation, IsThatOfHighamsExample) {
  const Matrix nearest = nearest_correlation({{1, 1, 0}, {1, 1, 1}, {0, 1, 1}}, 0);
  EXPECT_NEAR(nearest[0][1], 0.7607, 5e-5);
  EXPECT_NEAR(nearest[1][2], 0.7607, 5e-5);
  EXPECT_NEAR(nearest[0][2], 0.1573, 5e-5);
}

TEST(NearestCorrelation, TakesTwoToTheFloor) {
  EXPECT_NEAR(nearest_correlation({{1, -1}, {-1, 1}})[0][1], -0.99, 1e-8);
  EXPECT_NEAR(nearest_correlation({{1, 1e6}, {1e6, 1}})[1][0], 0.99, 1e-8);
}

// X is nearest to A just where Λ ≥ 0 and Λ(X - least·I) = 0 for Λ = X - A off the diagonal (the conditions of Karush,
// Kuhn and Tucker; the second one gives Λ its diagonal).
TEST(NearestCorrelation, LeavesNoMatrixNearer) {
  for (const double least : {0.0, kLeastEigenvalue})
    for (const Matrix& a : impossible_matrices()) {
      const Matrix x = nearest_correlation(a, least), one = identity(a.size());
      ASSERT_TRUE(is_correlation(x, least));
      Matrix multiplier = sum(1, x, -1, a);
      for (std::size_t i = 0; i < a.size(); ++i) {
        multiplier[i][i] = 0;
        double off = 0;
        for (std::size_t j = 0; j < a.size(); ++j) off += multiplier[i][j] * x[j][i];
        multiplier[i][i] = -off / (1 - least);
      }
      EXPECT_TRUE(is_positive_definite(sum(1, multiplier, 1e-8, one)));
      EXPECT_LT(norm(multiplier * sum(1, x, -least, one)), 1e-8 * norm(multiplier));
    }
}

TEST(NearestCorrelation, IsNearerThanClippedEigenvalues) {
  for (const Matrix& a : impossible_matrices()) {
    const Matrix clipped = clip(a);
    ASSERT_TRUE(is_correlation(clipped, 0));
    EXPECT_LT(distance(a, nearest_correlation(a, 0)), distance(a, clipped));
  }
}

TEST(NearestCorrelation, LeavesACorrelationMatrixItsBits) {
  for (const Matrix& a : {Matrix{{1}}, Matrix{{1, 0.3, -0.2}, {0.3, 1, 0.5}, {-0.2, 0.5, 1}}})
    EXPECT_EQ(nearest_correlation(a), a);
  for (const Matrix& a : impossible_matrices()) {
    const Matrix once = nearest_correlation(a);
    EXPECT_LT(distance(nearest_correlation(once), once), 1e-8);
    const Matrix inside = sum(0.9, once, 0.1, identity(a.size()));  // least eigenvalue 0.109
    EXPECT_EQ(nearest_correlation(inside), inside);
  }
}

// The message shows three digits, and only what they show to change.
TEST(NearestCorrelation, IsPossibleWithTheDigitsThatTheMessageShows) {
  for (const Matrix& a : impossible_matrices()) {
    Matrix all = nearest_correlation(a), shown = all;
    for (std::size_t i = 0; i < a.size(); ++i)
      for (std::size_t j = 0; j < a.size(); ++j) {
        all[i][j] = std::stod(fmt::format("{:.3f}", all[i][j]));
        shown[i][j] = std::abs(shown[i][j] - a[i][j]) < 5e-4 ? a[i][j] : all[i][j];
      }
    EXPECT_TRUE(is_positive_definite(all));
    EXPECT_TRUE(is_positive_definite(shown));
  }
}

TEST(NearestCorrelation, OfNumbersBeyondDoublesEnds) {
  const Matrix nearest = nearest_correlation({{1, INFINITY}, {INFINITY, 1}});
  EXPECT_FALSE(is_positive_definite(nearest));
}

// Eigenvalues 1 ± r of two; 1 + (n - 1) r and 1 - r of n that all have the correlation r.
TEST(NotPositiveDefinite, NamesTheSmallestEigenvalue) {
  const auto has = [](const Matrix& a, const std::string& smallest) {
    const std::string why = why_not_positive_definite(a, {"a", "b", "c"}, "patients");
    return why.find("(its smallest eigenvalue is " + smallest + ":") != std::string::npos ? "" : why;
  };
  EXPECT_EQ(has({{1, -0.75, -0.75}, {-0.75, 1, -0.75}, {-0.75, -0.75, 1}}, "-0.5"), "");
  EXPECT_EQ(has({{1, 1.25, 1.25}, {1.25, 1, 1.25}, {1.25, 1.25, 1}}, "-0.25"), "");
}

}}  // namespace vt
