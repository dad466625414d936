#pragma once
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace vt {

using Matrix = std::vector<std::vector<double>>;

/// Does Cholesky's method go through? Symmetric input; × ÷ − alone, so that every build answers alike.
bool is_positive_definite(Matrix a);

/// Lower-triangular factor of a positive definite matrix, computed with the kernels' own square root. Where nothing of
/// a row is left that the rows above do not explain, its diagonal is 0.
Matrix cholesky_factor(const Matrix& a);

/// What keeps a symmetric matrix with unit diagonal from being a correlation matrix, in words: its smallest eigenvalue,
/// and the pairs that the nearest correlation matrix changes most, with its values. For messages only.
/// \param whose  would have the correlations: "patients"
std::string why_not_positive_definite(const Matrix& correlation, const std::vector<std::string>& names,
                                      std::string_view whose);

/// Eigenvalues of a suggested matrix stay above 0 when its numbers are rounded to three digits (by at most
/// 0.0005 · (kMaxCorrelated − 1)).
inline constexpr double kLeastEigenvalue = 0.01;

/// The correlation matrix without eigenvalues below `least` that is nearest in the Frobenius norm to a symmetric matrix
/// with unit diagonal: alternating projections (Higham 2002, IMA J Numer Anal 22:329) until a round changes it by less
/// than 1e-10 of its norm. A matrix that is one already comes back as it is. For messages only.
Matrix nearest_correlation(const Matrix& a, double least = kLeastEigenvalue);

}  // namespace vt
