#pragma once

#include <optional>

#include <Eigen/Cholesky>

namespace vt {

using Cholesky = Eigen::LLT<Eigen::MatrixXd>;

/// Factors of a symmetric positive definite matrix; nothing if it is none to about twelve digits, in any units.
inline std::optional<Cholesky> cholesky(const Eigen::MatrixXd& m) {
  constexpr double least_share = 1e-12;  // of a variance that the rows above leave unexplained
  std::optional<Cholesky> factors(m);
  const Eigen::VectorXd unexplained = factors->matrixLLT().diagonal().cwiseAbs2();
  const bool holds = (unexplained.array() > least_share * m.diagonal().array()).all();  // not with NaN
  if (factors->info() != Eigen::Success || !holds) factors.reset();
  return factors;
}

}  // namespace vt
