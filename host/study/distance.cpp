#include "host/study/distance.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

namespace vt {

double scale_of(const Target& published) {
  const double half = (published.high - published.low) / 2;
  return std::isfinite(half) && half > 0 ? half : std::fabs(published.value);
}

Answer distance_of(const Results& results, const std::vector<Target>& rows) {
  const std::vector<Answer> answers = answer(results, rows);
  double value = 0, error = 0;
  std::int64_t n = std::numeric_limits<std::int64_t>::max();
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const auto& [simulated, reason] = answers[i];
    if (!reason.empty()) return {kNoEstimate, fmt::format("{}: {}", rows[i].name, reason)};
    const double scale = scale_of(rows[i]), away = (simulated.value - rows[i].value) / scale;
    value += away * away;
    error += std::fabs(2 * away) * simulated.standard_error / scale;
    n = std::min(n, simulated.n);
  }
  return {with_error(value, error, n), ""};
}

}  // namespace vt
