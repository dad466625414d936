#include "output/statistics/jackknife.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <numeric>
#include <vector>

namespace vt { namespace {

/// Of a mean with one value in each part the jackknife gives the usual standard error exactly.
TEST(Jackknife, OfAMeanIsItsStandardError) {
  const std::vector<double> x = {3.1, -2.0, 7.5, 0.25, 1.5, 4.0, -1.25, 2.0};
  const auto n = static_cast<double>(x.size());
  const double mean = std::accumulate(x.begin(), x.end(), 0.0) / n;
  double squares = 0;
  std::vector<double> without;
  for (const double one : x) squares += (one - mean) * (one - mean), without.push_back((n * mean - one) / (n - 1));
  const Estimate found = with_jackknife(mean, without, std::vector<double>(x.size(), 1 / n), 8);
  EXPECT_NEAR(found.standard_error, std::sqrt(squares / (n - 1) / n), 1e-14);
  EXPECT_NEAR((found.interval.high - mean) / found.standard_error, 2.364624, 1e-6);  // t of 7 degrees, 0.975
}

/// Parts of 1 and 3 values: means of m values that vary by 1/m about the same are as good as single ones.
TEST(Jackknife, WeighsUnequalParts) {
  const std::vector<double> parts = {1, 5, 3, 2};  // means
  const std::vector<double> shares = {0.1, 0.3, 0.3, 0.3};
  double mean = 0, expected = 0;
  for (std::size_t p = 0; p < 4; ++p) mean += shares[p] * parts[p];
  std::vector<double> without;
  for (std::size_t p = 0; p < 4; ++p) {
    without.push_back((mean - shares[p] * parts[p]) / (1 - shares[p]));
    expected += (parts[p] - mean) * (parts[p] - mean) * shares[p] / (1 - shares[p]) / 4;  // of a mean
  }
  EXPECT_NEAR(with_jackknife(mean, without, shares, 4).standard_error, std::sqrt(expected), 1e-14);
}

TEST(Jackknife, HasNoErrorWithoutParts) {
  EXPECT_TRUE(std::isnan(with_jackknife(1, {}, {}, 5).standard_error));
  const std::vector<double> undefined = {1, kNaN};
  EXPECT_TRUE(std::isnan(with_jackknife(1, undefined, std::vector<double>{0.5, 0.5}, 5).standard_error));
}

}}  // namespace vt
