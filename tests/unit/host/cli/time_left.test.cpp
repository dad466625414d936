#include "host/cli/time_left.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <vector>

namespace {

using vt::TimeLeft;

struct Shown {
  double seconds, left, error;  ///< error: of the time left, over the whole time
};

/// Work of `whole` seconds that is told every quarter of a second. \param done  share of it by a share of the time
std::vector<Shown> play(double whole, const std::function<double(double)>& done) {
  constexpr double step = 0.25;
  TimeLeft left;
  std::vector<Shown> shown;
  for (double t = step; t <= whole; t += step) {
    left.at(t, done(t / whole));
    if (left.left()) shown.push_back({t, *left.left(), std::fabs(*left.left() - (whole - t)) / whole});
  }
  return shown;
}

double largest_error(const std::vector<Shown>& shown, double from, double to) {
  double largest = 0;
  for (const Shown& one : shown)
    if (one.seconds >= from && one.seconds < to) largest = std::max(largest, one.error);
  return largest;
}

/// Three times as fast in every other tenth; pieces of a fiftieth that end at once; slow at first, fast at last.
const std::vector<std::function<double(double)>> kUneven = {
    [](double t) {
      const double tenths = std::floor(t * 10 + 1e-9), within = t * 10 - tenths;
      double sum = 0;
      for (int i = 0; i < static_cast<int>(tenths); ++i) sum += i % 2 == 0 ? 1.5 : 0.5;
      return (sum + within * (static_cast<int>(tenths) % 2 == 0 ? 1.5 : 0.5)) / 10;
    },
    [](double t) { return std::floor(t * 50 + 1e-9) / 50; },
    [](double t) { return (t + t * t) / 2; },
};

TEST(TimeLeft, ErrsLessAndLessWhereProgressIsUneven) {
  for (const auto& done : kUneven) {
    constexpr double whole = 200;
    const std::vector<Shown> shown = play(whole, done);
    const double early = largest_error(shown, 0, whole / 3), late = largest_error(shown, 2 * whole / 3, whole);
    EXPECT_LT(late, early);
    // Who goes by the last tenth alone, at half the pace, takes a third of the work for two thirds of the time.
    EXPECT_LT(late, 0.5 / 3);
    EXPECT_LT(largest_error(shown, 0.9 * whole, whole), 0.1);
  }
}

TEST(TimeLeft, ChangesByTheFactorThatItPromisesAtMost) {
  for (const auto& done : kUneven) {
    const std::vector<Shown> shown = play(200, done);
    for (std::size_t i = 1; i < shown.size(); ++i) {
      const double passed = shown[i].seconds - shown[i - 1].seconds, expected = shown[i - 1].left - passed;
      if (expected <= 1) continue;
      const double most = std::pow(TimeLeft::kMostChange, passed) * (1 + 1e-12);
      EXPECT_LE(shown[i].left, expected * most);
      EXPECT_GE(shown[i].left, expected / most);
    }
  }
}

TEST(TimeLeft, IsNotKnownAtTheBeginning) {
  TimeLeft left;
  left.at(1.9, 0.029);
  EXPECT_FALSE(left.left());
  left.at(2.0, 0.03);
  EXPECT_TRUE(left.left());
  TimeLeft fast;
  fast.at(0.5, 0.03);
  EXPECT_NEAR(fast.left().value(), 0.5 / 0.03 * 0.97, 1e-9);
}

TEST(TimeLeft, LeavesOutWhatAnotherRunHasDone) {
  TimeLeft left;
  left.at(0.05, 0.6);
  left.at(10.05, 0.8);
  EXPECT_NEAR(left.left().value(), 10, 1e-9);
}

TEST(TimeLeft, IsToldInWords) {
  EXPECT_EQ(vt::duration_words(59.4), "59 s");
  EXPECT_EQ(vt::duration_words(200), "3 min 20 s");
  EXPECT_EQ(vt::duration_words(7500), "2 h 05 min");
}

}  // namespace
