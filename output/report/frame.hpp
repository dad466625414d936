#pragma once
/// \file What all charts share: the box with its axes and ticks, and the range that holds everything drawn in it.

#include <string>
#include <vector>

#include "output/report/chart.hpp"
#include "output/report/svg.hpp"

namespace vt::report {

/// Collects everything that will be drawn, so that nothing is cut off.
class Range {
 public:
  void include(double value);
  void include(const PublishedPoint&);
  void include(const Spread&);
  bool is_empty() const { return !(low_ <= high_); }
  double low() const { return low_; }
  double high() const { return high_; }
  double lowest_positive() const { return positive_; }

 private:
  double low_ = 1e300, high_ = -1e300, positive_ = 1e300;
};

struct Frame {
  double left, top, right, bottom;
};

/// A vertical scale from zero, or a logarithmic one where the values span more than a factor of 40.
Scale vertical_scale(const Range&, const Frame&, bool is_share);

/// A linear scale between round numbers around what is drawn; from zero only if it is asked for.
Scale close_scale(const Range&, double from, double to, bool is_share, bool from_zero = false);

/// Horizontal pixel of every cell.
std::vector<double> positions(const Horizontal&, const Frame&);

/// Grid lines and their numbers.
void draw_vertical_axis(Svg&, const Frame&, const Scale&, const std::string& title, bool is_share,
                        bool with_numbers = true);

/// Baseline, ticks, and as many labels as there is room for.
void draw_horizontal_axis(Svg&, const Frame&, const std::vector<double>& at, const std::vector<std::string>& labels,
                          const std::string& title);

/// The same of numbers, with grid lines.
void draw_number_axis(Svg&, const Frame&, const Scale&, const std::string& title, bool is_share);

/// The text, or as much of its beginning as has room, and "…".
std::string fitting(const std::string& text, double pixels);

/// Pixels that a text of 12 px takes, about.
double pixel_width(const std::string& text);

/// A published value with its accepted range: diamonds for predicted, squares for fitted ones.
void draw_published(Svg&, double x, const Scale& y, const PublishedPoint&, const std::string& colour);

/// The key to published values, from (x, y) to the right; returns where it ends.
double draw_published_key(Svg&, double x, double y, const std::vector<PublishedPoint>&);

}  // namespace vt::report
