#pragma once
/// \file Small symmetric systems.

#include <cstddef>
#include <optional>
#include <vector>

namespace vt {

/// A square matrix, row by row.
struct Matrix {
  std::size_t n = 0;
  std::vector<double> x;
  explicit Matrix(std::size_t size) : n(size), x(size * size) {}
  double& operator()(std::size_t i, std::size_t j) { return x[i * n + j]; }
  double operator()(std::size_t i, std::size_t j) const { return x[i * n + j]; }
};

/// The inverse of a symmetric positive definite matrix; nothing if it has none to about twelve digits.
std::optional<Matrix> inverse(const Matrix&);

std::vector<double> operator*(const Matrix&, const std::vector<double>&);

/// vᵀ M v
double quadratic_form(const Matrix&, const std::vector<double>& v);

}  // namespace vt
