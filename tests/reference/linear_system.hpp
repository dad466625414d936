#pragma once
/// \file Naive solution of linear systems dy/dt = A·y + b in long double: Taylor's series over small steps. It shares
/// no code with kernels/.

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <vector>

namespace reference {

using Vector = std::vector<long double>;
using Matrix = std::vector<Vector>;

inline Vector solve_linear(const Matrix& a, const Vector& b, Vector y, long double t) {
  long double norm = 1e-3L;
  for (const Vector& row : a)
    for (const long double x : row) norm = std::max(norm, std::fabs(x));
  const auto steps = static_cast<long>(std::ceil(t * norm * 2)) + 1;
  const long double h = t / static_cast<long double>(steps);
  for (long step = 0; step < steps; ++step) {
    Vector term = y;
    for (int order = 1; order <= 24; ++order) {
      Vector next(y.size());
      for (std::size_t i = 0; i < y.size(); ++i) {
        long double slope = order == 1 ? b[i] : 0;
        for (std::size_t j = 0; j < y.size(); ++j) slope += a[i][j] * term[j];
        next[i] = slope * h / order;
      }
      term = next;
      for (std::size_t i = 0; i < y.size(); ++i) y[i] += term[i];
    }
  }
  return y;
}

/// Rates of a chain of eight transit stages, depot, two compartments, a metabolite in two compartments.
struct DrugRates {
  long double transit, absorption, elimination, to_peripheral, from_peripheral, metabolite;
  long double metabolite_to_peripheral = 0, metabolite_from_peripheral = 0;
};

/// State: stages 8 … 1, depot, central, peripheral, the metabolite's two.
inline constexpr std::size_t kDepot = 8, kCentral = 9, kPeripheral = 10, kMetabolite = 11, kMetabolitePeripheral = 12,
                             kDrugStates = 13;

inline Matrix drug_matrix(const DrugRates& k) {
  Matrix a(kDrugStates, Vector(kDrugStates));
  for (std::size_t i = 0; i < kDepot; ++i) {
    a[i][i] = -k.transit;
    a[i + 1][i] = k.transit;
  }
  a[kDepot][kDepot] = -k.absorption;
  a[kCentral][kDepot] = k.absorption;
  a[kCentral][kCentral] = -k.elimination - k.to_peripheral;
  a[kCentral][kPeripheral] = k.from_peripheral;
  a[kPeripheral][kCentral] = k.to_peripheral;
  a[kPeripheral][kPeripheral] = -k.from_peripheral;
  a[kMetabolite][kCentral] = k.elimination;
  a[kMetabolite][kMetabolite] = -k.metabolite - k.metabolite_to_peripheral;
  a[kMetabolite][kMetabolitePeripheral] = k.metabolite_from_peripheral;
  a[kMetabolitePeripheral][kMetabolite] = k.metabolite_to_peripheral;
  a[kMetabolitePeripheral][kMetabolitePeripheral] = -k.metabolite_from_peripheral;
  return a;
}

}  // namespace reference
