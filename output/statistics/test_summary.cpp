#include "output/statistics/test_summary.hpp"

#include <cmath>
#include <limits>

namespace vt {

TestSummary summary_of(const ResultTest& test, std::size_t term) {
  constexpr double level = 0.05;
  double n = 0, sum = 0, significant = 0;
  const std::size_t terms = test.terms.size();
  for (std::size_t r = 0; r < test.replicates(); ++r) {
    const double x = test.estimate[r * terms + term];
    if (std::isnan(x)) continue;
    n += 1, sum += x;
    significant += test.p[r * terms + term] < level ? 1 : 0;
  }
  const double mean = sum / n;
  double squares = 0;
  for (std::size_t r = 0; r < test.replicates(); ++r) {
    const double off = test.estimate[r * terms + term] - mean;
    squares += std::isnan(off) ? 0 : off * off;
  }
  return {.estimates = static_cast<std::int64_t>(n),
          .replicates = static_cast<std::int64_t>(test.replicates()),
          .mean = mean,
          .sd = n > 1 ? std::sqrt(squares / (n - 1)) : std::numeric_limits<double>::quiet_NaN(),
          .significant = significant / static_cast<double>(test.replicates())};
}

}  // namespace vt
