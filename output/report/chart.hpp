#pragma once
/// \file The three kinds of figure, from plain numbers: curves of shares, boxes of a number by group, bands over time.

#include <string>
#include <vector>

#include "output/statistics/estimate.hpp"

namespace vt::report {

/// A published value in a figure, with the range that was accepted (NaN or infinite = no such limit).
struct PublishedPoint {
  std::string name;
  std::size_t x = 0;  ///< cell along the horizontal axis
  int curve = -1;     ///< which curve it belongs to; −1 = all of them
  double value, low, high;
  bool is_fitted = false;
};

struct Words {
  std::string id, title, description, x_title, y_title;
};

/// Where the cells of the horizontal axis lie: at their numbers, or side by side where there are none.
struct Horizontal {
  std::vector<std::string> labels;
  std::vector<double> at;  ///< empty = side by side
};

struct Curve {
  std::string name;
  std::vector<Estimate> cells;  ///< one per cell of the horizontal axis; NaN = not drawn
  bool is_aside = false;        ///< drawn in grey: "not measured"
};

struct CurveChart {
  Words words;
  Horizontal x;
  std::vector<Curve> curves;
  std::vector<PublishedPoint> published;
  bool is_ordered = false;  ///< curves are steps of one quantity: shades of one colour
  bool is_share = true;     ///< in percent
  bool is_linear = false;   ///< whatever the values span
};
std::string draw(const CurveChart&);

/// Quantiles of one group.
struct Spread {
  double p5, p25, p50, p75, p95;
  std::int64_t n;
};

struct BoxChart {
  Words words;
  std::vector<std::string> labels;
  std::vector<Spread> boxes;
  std::vector<PublishedPoint> published;
};
std::string draw(const BoxChart&);

struct BandPanel {
  std::string name;
  std::vector<Spread> cells;
  std::vector<PublishedPoint> published;
};

/// One panel per group with a common vertical axis: median, 25–75 % and 5–95 % over the horizontal one.
struct BandChart {
  Words words;
  Horizontal x;
  std::vector<BandPanel> panels;
};
std::string draw(const BandChart&);

}  // namespace vt::report
