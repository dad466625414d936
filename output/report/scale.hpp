#pragma once
/// \file From values to pixels: scales between round numbers, and the numbers at their ticks.

#include <string>
#include <vector>

#include "output/report/chart.hpp"

namespace vt::report {

/// Maps values to pixels, linearly or logarithmically.
struct Scale {
  double low = 0, high = 1;  ///< values
  double from = 0, to = 1;   ///< pixels
  bool is_log = false;
  double operator()(double value) const;
  bool is_from_zero() const { return is_log || low <= 0; }
};

/// Round numbers that cover [low, high]: about `wanted` of them, or 1-2-5 per decade on a logarithmic scale.
std::vector<double> round_ticks(double low, double high, bool is_log, int wanted = 7);

/// Ticks within a scale, and their numbers with as many digits as tell them apart: percent for shares, powers of ten
/// beyond 10^±5.
struct Ticks {
  std::vector<double> at;
  std::vector<std::string> labels;
};
Ticks ticks_of(const Scale& scale, bool is_share, int wanted = 7);

/// Collects everything that will be drawn, so that nothing is cut off.
class Range {
 public:
  void include(double value);
  void include(const PublishedPoint& point);
  void include(const Spread& spread);
  void include(const std::vector<Reference>& references);
  bool is_empty() const { return !(low_ <= high_); }
  double low() const { return low_; }
  double high() const { return high_; }
  double lowest_positive() const { return positive_; }

 private:
  double low_ = 1e300, high_ = -1e300, positive_ = 1e300;
};

/// For curves: from zero, close to what is drawn where that spans less than 0.4 of its height, or logarithmic where
/// values span more than a factor of 40.
Scale vertical_scale(const Range& range, double bottom, double top, bool is_share, bool may_be_log = true);

/// A linear scale between round numbers around what is drawn; from zero only if it is asked for.
Scale close_scale(const Range& range, double from, double to, bool is_share, bool from_zero = false);

}  // namespace vt::report
