#include "output/statistics/sequential/spending.hpp"

#include <algorithm>
#include <cmath>
#include <stdexcept>

#include "kernels/numerics/elementary.hpp"
#include "output/statistics/distributions.hpp"

namespace vt {

double spent_obrien_fleming(double alpha, double, double t) {
  return t > 0 ? std::min(alpha, 2 * normal_above(z_above(alpha / 2) / std::sqrt(std::min(t, 1.0)))) : 0;
}

double spent_pocock(double alpha, double, double t) {
  constexpr double e_less_1 = 1.718281828459045;
  return std::min(alpha, alpha * log1p(e_less_1 * std::clamp(t, 0.0, 1.0)));
}

double spent_kim_demets(double alpha, double parameter, double t) {
  return t > 0 ? alpha * pow(std::min(t, 1.0), parameter) : 0;
}

double spent_hwang_shih_decani(double alpha, double parameter, double t) {
  const double within = std::clamp(t, 0.0, 1.0);
  return parameter == 0 ? alpha * within : alpha * (expm1(-parameter * within) / expm1(-parameter));
}

double spent(const Spending& spending, double alpha, double t) {
  const SpendingEntry& entry = entry_with(kSpending, &SpendingEntry::kind, spending.kind);
  if (!(alpha > 0 && alpha < 1)) throw std::invalid_argument("an error to spend lies between 0 and 1");
  if (std::isnan(t)) throw std::invalid_argument("an information fraction must be a number");
  if (entry.takes_parameter() && !(spending.parameter > entry.low && spending.parameter < entry.high))
    throw std::invalid_argument("the parameter of a spending function is outside its domain");
  return t >= 1 ? alpha : entry.spent(alpha, spending.parameter, t);
}

std::vector<double> spent(const Spending& spending, double alpha, std::span<const double> fractions) {
  std::vector<double> cumulative;
  for (const double t : fractions) cumulative.push_back(spent(spending, alpha, t));
  return cumulative;
}

}  // namespace vt
