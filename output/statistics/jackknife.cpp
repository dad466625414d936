#include "output/statistics/jackknife.hpp"

#include <boost/math/distributions/students_t.hpp>
#include <cmath>
#include <vector>

namespace vt {

Estimate with_jackknife(double value, std::span<const double> without, std::span<const double> shares, std::int64_t n) {
  const std::size_t parts = without.size();
  if (parts < 2) return with_error(value, kNaN, n);
  double jackknifed = static_cast<double>(parts) * value;
  for (std::size_t p = 0; p < parts; ++p) jackknifed -= (1 - shares[p]) * without[p];
  double variance = 0;
  for (std::size_t p = 0; p < parts; ++p) {
    const double pseudo = (value - (1 - shares[p]) * without[p]) / shares[p];
    variance += (pseudo - jackknifed) * (pseudo - jackknifed) * shares[p] / (1 - shares[p]);
  }
  const double error = std::sqrt(variance / static_cast<double>(parts));
  if (!std::isfinite(error)) return with_error(value, kNaN, n);
  const double t = boost::math::quantile(boost::math::students_t(static_cast<double>(parts - 1)), 0.975);
  return {value, error, {value - t * error, value + t * error}, n};
}

}  // namespace vt
