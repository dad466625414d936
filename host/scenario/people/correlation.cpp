#include "host/scenario/people/correlation.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>
#include <Eigen/Eigenvalues>

#include "kernels/numerics/real.hpp"

namespace vt {
namespace {

using Eigen::MatrixXd;

MatrixXd dense(const Matrix& a) {
  const auto n = static_cast<Eigen::Index>(a.size());
  MatrixXd result(n, n);
  for (Eigen::Index i = 0; i < n; ++i) result.row(i) = Eigen::RowVectorXd::Map(a[i].data(), n);
  return result;
}

/// The nearest matrix without eigenvalues below `least`.
MatrixXd lift_eigenvalues(const MatrixXd& a, double least) {
  const Eigen::SelfAdjointEigenSolver<MatrixXd> of(a);
  const Eigen::VectorXd lift = (least - of.eigenvalues().array()).max(0);
  return a + of.eigenvectors() * lift.asDiagonal() * of.eigenvectors().transpose();
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

Matrix cholesky_factor(const Matrix& a) {
  const std::size_t n = a.size();
  Matrix factor(n, std::vector<double>(n, 0.0));
  for (std::size_t i = 0; i < n; ++i)
    for (std::size_t j = 0; j <= i; ++j) {
      double rest = a[i][j];
      for (std::size_t k = 0; k < j; ++k) rest -= factor[i][k] * factor[j][k];
      factor[i][j] = i == j ? square_root(greater(rest, 0.0)) : (factor[j][j] > 0.0 ? rest / factor[j][j] : 0.0);
    }
  return factor;
}

Matrix nearest_correlation(const Matrix& a, double least) {
  constexpr double tolerance = 1e-10;
  constexpr int most_rounds = 10'000;  // some tens are needed, unless entries are so large that rounding hides them
  const std::size_t n = a.size();
  MatrixXd y = dense(a), correction = MatrixXd::Zero(y.rows(), y.cols());  // Dykstra's
  for (int round = 0; round < most_rounds; ++round) {
    const MatrixXd before = y, x = lift_eigenvalues(y - correction, least);
    correction += x - before;
    y = x;
    y.diagonal().setOnes();
    const double change = std::max((y - before).norm(), (y - x).norm());
    if (!(change > tolerance * y.norm())) break;  // NaN ends it too
  }
  Matrix nearest(n, std::vector<double>(n, 1.0));
  for (std::size_t i = 0; i < n; ++i)
    for (std::size_t j = 0; j < i; ++j) nearest[i][j] = nearest[j][i] = y(i, j);
  return nearest;
}

std::string why_not_positive_definite(const Matrix& correlation, const std::vector<std::string>& names,
                                      std::string_view whose) {
  constexpr std::size_t most_shown = 4;
  const MatrixXd matrix = dense(correlation);
  const double smallest = Eigen::SelfAdjointEigenSolver<MatrixXd>(matrix, Eigen::EigenvaluesOnly).eigenvalues()[0];
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
      "is not positive definite (its smallest eigenvalue is {:.3g}: no {} have these correlations together); the "
      "nearest matrix whose eigenvalues are {} or more has {}",
      smallest, whose, kLeastEigenvalue, shown);
}

}  // namespace vt
