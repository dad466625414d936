#include "output/statistics/matrix.hpp"

#include <cmath>

namespace vt {

std::optional<Matrix> inverse(const Matrix& m) {
  const std::size_t n = m.n;
  Matrix lower(n);  // Cholesky: m = L Lᵀ
  for (std::size_t i = 0; i < n; ++i)
    for (std::size_t j = 0; j <= i; ++j) {
      double sum = m(i, j);
      for (std::size_t k = 0; k < j; ++k) sum -= lower(i, k) * lower(j, k);
      if (i != j)
        lower(i, j) = sum / lower(j, j);
      else if (sum > 1e-12 * m(i, i))
        lower(i, i) = std::sqrt(sum);
      else
        return std::nullopt;
    }
  Matrix result(n);
  for (std::size_t c = 0; c < n; ++c) {
    std::vector<double> y(n);
    for (std::size_t i = 0; i < n; ++i) {
      double sum = i == c ? 1 : 0;
      for (std::size_t k = 0; k < i; ++k) sum -= lower(i, k) * y[k];
      y[i] = sum / lower(i, i);
    }
    for (std::size_t i = n; i-- > 0;) {
      double sum = y[i];
      for (std::size_t k = i + 1; k < n; ++k) sum -= lower(k, i) * result(k, c);
      result(i, c) = sum / lower(i, i);
    }
  }
  return result;
}

std::vector<double> operator*(const Matrix& m, const std::vector<double>& v) {
  std::vector<double> product(m.n);
  for (std::size_t i = 0; i < m.n; ++i)
    for (std::size_t j = 0; j < m.n; ++j) product[i] += m(i, j) * v[j];
  return product;
}

double quadratic_form(const Matrix& m, const std::vector<double>& v) {
  const std::vector<double> mv = m * v;
  double sum = 0;
  for (std::size_t i = 0; i < m.n; ++i) sum += v[i] * mv[i];
  return sum;
}

}  // namespace vt
