/// \file The page takes time in proportion to what it tells.

#include <gtest/gtest.h>
#include <time.h>

#include <algorithm>
#include <functional>

#include "output/report/report.hpp"
#include "output/statistics/pool.hpp"
#include "tests/unit/output/report/small_trials.hpp"

namespace vt { namespace {

/// A trial with a share on each of so many days, in two arms.
Results daily(std::size_t days) {
  Results results = test::two_arm_trial();
  results.failures.clear();
  ResultAxis visits = test::axis(ResultAxisKind::visit, "visit", {});
  for (std::size_t d = 0; d < days; ++d) {
    visits.labels.push_back("day " + std::to_string(d));
    visits.values.push_back(static_cast<double>(d));
  }
  results.tallies = {test::share("x", {test::two_arms(), visits}, std::vector<std::int64_t>(2 * days, 30))};
  return results;
}

/// Processor time of this thread, the least of five.
double seconds(const std::function<void()>& work) {
  double least = 1e9;
  for (int i = 0; i < 5; ++i) {
    timespec before{}, after{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &before);
    work();
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &after);
    least = std::min(least, static_cast<double>(after.tv_sec - before.tv_sec) +
                                1e-9 * static_cast<double>(after.tv_nsec - before.tv_nsec));
  }
  return least;
}

// Work in proportion takes twice the time for twice the days, work that goes with the square four times; 3 lies
// between.

double of_page(std::size_t days) {
  const Results results = daily(days);
  return seconds([&] { EXPECT_GT(report_html(results, {}).size(), 1000u); });
}
TEST(ReportSpeed, GoesWithTheDays) { EXPECT_LT(of_page(16000), 3 * of_page(8000)); }

double of_pooling_each_day(std::size_t days) {
  const Results results = daily(days);
  return seconds([&] {
    std::int64_t all = 0;
    for (std::size_t d = 0; d < days; ++d) all += pool_cells(results.tallies[0], {std::nullopt, d}).events;
    EXPECT_EQ(all, static_cast<std::int64_t>(2 * 30 * days));
  });
}
TEST(PoolingSpeed, GoesWithTheCellsThatAreChosen) {
  EXPECT_LT(of_pooling_each_day(32000), 3 * of_pooling_each_day(16000));
}

}  // namespace
}  // namespace vt
