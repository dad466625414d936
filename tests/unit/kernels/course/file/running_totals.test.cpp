#include "kernels/course/file/running_totals.hpp"

#include <gtest/gtest.h>

#include <memory>
#include <vector>

namespace vt { namespace {

// Whole numbers are summed without rounding: the mean is the naive one, to the bit, for every window on every day.
TEST(RunningTotals, mean_is_that_of_the_last_days) {
  auto sums = std::make_unique<RunningTotals<2>>();
  sums->total.put(0, {0});
  sums->total.put(1, {0});
  std::vector<double> values;
  for (std::int32_t day = 1; day <= 400; ++day) {
    values.push_back((day * 37) % 101);
    Lanes<Scalar, 2> amount;
    amount.put(0, {values.back()});
    amount.put(1, {2 * values.back()});
    add_day(*sums, day, 10.0, amount);
    for (std::uint32_t days : {1u, 2u, 7u, 28u, 83u, 84u}) {
      const std::size_t n = std::min<std::size_t>(days, values.size());
      double sum = 0;
      for (std::size_t i = values.size() - n; i < values.size(); ++i) sum += 10 * values[i];
      ASSERT_EQ(mean_of_last(*sums, 0, day, day, days), sum / static_cast<double>(n)) << day << " " << days;
      ASSERT_EQ(mean_of_last(*sums, 1, day, day, days), 2 * sum / static_cast<double>(n)) << day << " " << days;
    }
  }
}

TEST(RunningTotals, is_empty_before_the_first_day) {
  auto sums = std::make_unique<RunningTotals<1>>();
  EXPECT_EQ(mean_of_last(*sums, 0, 0, 0, 28), 0);
  EXPECT_EQ(mean_of_last(*sums, 0, 9, -5, 28), 0);
}

}  // namespace
}  // namespace vt
