#pragma once
#include <boost/math/tools/toms748_solve.hpp>
#include <cstdint>

namespace vt {

/// Where a continuous function passes 0, to a relative 2⁻⁴⁵; Alefeld, Potra & Shi 1995, ACM TOMS 21:327 (algorithm
/// 748). \pre its values at low and high have different signs, or one is 0
template <class Function>
double root_between(Function f, double low, double high) {
  std::uintmax_t steps = 200;
  const auto [a, b] =
      boost::math::tools::toms748_solve(f, low, high, boost::math::tools::eps_tolerance<double>(46), steps);
  return a + (b - a) / 2;
}

}  // namespace vt
