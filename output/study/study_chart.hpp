#pragma once
/// \file The kinds of figure that studies need, from plain numbers: bars with intervals, dots on two axes, heat maps.

#include <string>
#include <vector>

#include "output/report/chart.hpp"

namespace vt::report {

struct Bar {
  double value, low, high;  ///< no interval: NaN
};

struct BarSeries {
  std::string name;
  std::vector<Bar> bars;  ///< one for each name of the chart; NaN = not drawn
};

/// Horizontal bars from 0, of each name one for every series.
struct BarChart {
  Words words;  ///< no y_title
  std::vector<std::string> names;
  std::vector<BarSeries> series;
  std::string interval_words = "95 % interval";
  double threshold = kNaN;  ///< a broken line, named in the legend
  std::string threshold_words = "limit";
};
std::string draw(const BarChart&);

/// Pale dots lie behind.
enum class DotStyle { outside, beaten, plain, best };

struct Dot {
  double x, y;
  Interval across = {kNaN, kNaN}, upright = {kNaN, kNaN};  ///< of x and of y
  DotStyle style = DotStyle::plain;
  std::string name = "";  ///< stands beside it, if there is room
};

struct DotAxis {
  std::string title;
  bool is_share = false;
  bool from_zero = false;
  std::vector<std::string> labels = {};  ///< of 0, 1, …; else numbers
  std::vector<double> limits = {};       ///< broken lines
};

struct DotPanel {
  std::string name = "";
  DotAxis x;
  std::vector<Dot> dots;
};

/// Panels side by side with a common vertical axis.
struct DotChart {
  Words words;  ///< no titles of axes
  DotAxis y;
  std::vector<DotPanel> panels;
  std::vector<std::pair<DotStyle, std::string>> key;
  bool has_common_x = false;
  bool joins_best = false;
  bool joins_plain = false;
  bool has_diagonal = false;          ///< where y = x
  std::string limit_words = "limit";  ///< of the broken lines
};
std::string draw(const DotChart&);

struct HeatPanel {
  std::vector<std::string> name;  ///< parts, on one line if there is room
  std::vector<double> values;     ///< [row][column], rows upwards; NaN = no value
  std::vector<bool> is_marked;    ///< likewise; may be empty
};

/// Panels of one colour scale, `columns` side by side.
struct HeatChart {
  Words words;
  std::string value_title;
  std::vector<std::string> x_labels, y_labels;
  std::vector<HeatPanel> panels;
  std::size_t columns = 1;
  bool is_share = false;
};
std::string draw(const HeatChart&);

}  // namespace vt::report
