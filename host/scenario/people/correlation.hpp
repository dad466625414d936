#pragma once
#include <cstddef>
#include <string>
#include <vector>

namespace vt {

using Matrix = std::vector<std::vector<double>>;

/// Does Cholesky's method go through? Symmetric input; × ÷ − alone, so that every build answers alike.
bool is_positive_definite(Matrix a);

/// What keeps a symmetric matrix with unit diagonal from being a correlation matrix, in words: its smallest eigenvalue,
/// and the pairs that the nearest correlation matrix (in the Frobenius norm, eigenvalues ≥ 0.01; Higham 2002, IMA J
/// Numer Anal 22:329) changes most, with its values. For messages only.
std::string why_not_positive_definite(const Matrix& correlation, const std::vector<std::string>& names);

/// That nearest matrix.
Matrix nearest_correlation(const Matrix& a);

/// Eigenvalues, ascending order not promised, of a symmetric matrix; `vectors` receives a column for each (Jacobi).
std::vector<double> eigenvalues(Matrix a, Matrix& vectors);

}  // namespace vt
