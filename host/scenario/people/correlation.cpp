#include "host/scenario/people/correlation.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

namespace vt {
namespace {

/// One Jacobi rotation that makes a[p][q] vanish.
void rotate(Matrix& a, Matrix& vectors, std::size_t p, std::size_t q) {
  if (a[p][q] == 0) return;
  const double theta = (a[q][q] - a[p][p]) / (2 * a[p][q]);
  const double t = (theta < 0 ? -1 : 1) / (std::abs(theta) + std::sqrt(theta * theta + 1));
  const double c = 1 / std::sqrt(t * t + 1), s = t * c;
  const std::size_t n = a.size();
  for (std::size_t k = 0; k < n; ++k) {
    const double left = a[k][p], right = a[k][q];
    a[k][p] = c * left - s * right;
    a[k][q] = s * left + c * right;
  }
  for (std::size_t k = 0; k < n; ++k) {
    const double left = a[p][k], right = a[q][k];
    a[p][k] = c * left - s * right;
    a[q][k] = s * left + c * right;
  }
  for (std::size_t k = 0; k < n; ++k) {
    const double left = vectors[k][p], right = vectors[k][q];
    vectors[k][p] = c * left - s * right;
    vectors[k][q] = s * left + c * right;
  }
}

/// The nearest matrix without eigenvalues below `least`.
Matrix lift_eigenvalues(const Matrix& a, double least) {
  const std::size_t n = a.size();
  Matrix vectors, lifted(n, std::vector<double>(n, 0.0));
  const std::vector<double> values = eigenvalues(a, vectors);
  for (std::size_t k = 0; k < n; ++k)
    for (std::size_t i = 0; i < n; ++i)
      for (std::size_t j = 0; j < n; ++j) lifted[i][j] += std::max(values[k], least) * vectors[i][k] * vectors[j][k];
  return lifted;
}

struct Change {
  std::size_t i, j;
  double from, to;
  double size() const { return std::abs(to - from); }
};

}  // namespace

bool is_positive_definite(Matrix a) {
  for (std::size_t j = 0; j < a.size(); ++j) {
    if (!(a[j][j] > 0)) return false;
    for (std::size_t i = j + 1; i < a.size(); ++i)
      for (std::size_t k = j + 1; k <= i; ++k) a[i][k] = a[i][k] - a[i][j] * a[k][j] / a[j][j];
  }
  return true;
}

std::vector<double> eigenvalues(Matrix a, Matrix& vectors) {
  constexpr int sweeps = 60;
  const std::size_t n = a.size();
  vectors.assign(n, std::vector<double>(n, 0.0));
  for (std::size_t i = 0; i < n; ++i) vectors[i][i] = 1;
  for (int sweep = 0; sweep < sweeps; ++sweep)
    for (std::size_t p = 0; p < n; ++p)
      for (std::size_t q = p + 1; q < n; ++q) rotate(a, vectors, p, q);
  std::vector<double> values(n);
  for (std::size_t i = 0; i < n; ++i) values[i] = a[i][i];
  return values;
}

Matrix nearest_correlation(const Matrix& a) {
  constexpr int rounds = 100;
  constexpr double least = 0.01;
  const std::size_t n = a.size();
  Matrix y = a, correction(n, std::vector<double>(n, 0.0));
  for (int round = 0; round < rounds; ++round) {
    Matrix r = y;
    for (std::size_t i = 0; i < n; ++i)
      for (std::size_t j = 0; j < n; ++j) r[i][j] -= correction[i][j];
    y = lift_eigenvalues(r, least);
    for (std::size_t i = 0; i < n; ++i)
      for (std::size_t j = 0; j < n; ++j) correction[i][j] = y[i][j] - r[i][j];
    for (std::size_t i = 0; i < n; ++i) y[i][i] = 1;
  }
  return y;
}

std::string why_not_positive_definite(const Matrix& correlation, const std::vector<std::string>& names) {
  constexpr std::size_t most_shown = 4;
  Matrix vectors;
  const std::vector<double> values = eigenvalues(correlation, vectors);
  const Matrix nearest = nearest_correlation(correlation);
  std::vector<Change> changes;
  for (std::size_t i = 0; i < names.size(); ++i)
    for (std::size_t j = 0; j < i; ++j) changes.push_back({i, j, correlation[i][j], nearest[i][j]});
  std::ranges::stable_sort(changes, std::ranges::greater{}, &Change::size);
  std::string shown;
  constexpr double visible = 5e-4;
  std::size_t n_shown = 0, n_changed = 0;
  for (const Change& change : changes) {
    if (change.size() < visible) continue;
    ++n_changed;
    if (n_shown == most_shown) continue;
    ++n_shown;
    shown += fmt::format("{}{} with {} {:.3f} instead of {}", shown.empty() ? "" : ", ", names[change.j],
                         names[change.i], change.to, change.from);
  }
  if (n_changed > n_shown) shown += fmt::format(" and {} smaller changes", n_changed - n_shown);
  return fmt::format(
      "is not positive definite (its smallest eigenvalue is {:.3g}: no patients have these correlations together); the "
      "nearest matrix that can be has {}",
      *std::ranges::min_element(values), shown);
}

}  // namespace vt
