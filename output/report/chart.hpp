#pragma once
/// \file The kinds of figure, from plain numbers: curves of shares, boxes of a number by group, bands over time,
/// stacked shares. `draw` gives the figure for wide and for narrow sheets (on_sheets).

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

/// A line where low = high, else a band; open where a limit is infinite. In the units of the axis (shares: 0 … 1). Its
/// name stands in the legend.
struct Reference {
  double low, high;
  std::string name;
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
  int look = -1;                ///< colour of the curve of this number; −1 = its own (two curves of one arm)
  bool is_broken = false;       ///< dashed, with hollow marks: the second curve of an arm
  bool is_joined = true;        ///< points with a line; false: points alone
};

struct CurveChart {
  Words words;
  Horizontal x;
  std::vector<Curve> curves;
  std::vector<PublishedPoint> published;
  bool is_ordered = false;                   ///< curves are steps of one quantity: shades of one colour
  bool is_share = true;                      ///< in percent
  bool is_linear = false;                    ///< whatever the values span
  bool is_cumulative = false;                ///< curves never fall
  std::vector<Reference> references = {};    ///< of the vertical axis
  std::vector<Reference> x_references = {};  ///< of the horizontal one; only where it has numbers
};
std::string draw(const CurveChart&);

struct CurvePanel {
  std::string name;
  std::vector<Curve> curves;  ///< the same ones, in the same order, in every panel
  std::vector<PublishedPoint> published = {};
};

/// Panels with common axes and one legend, in rows.
struct CurvePanels {
  Words words;
  Horizontal x;
  std::vector<CurvePanel> panels;
  bool is_ordered = false;
  bool is_share = true;
  bool is_linear = false;
  bool is_cumulative = false;
  std::vector<Reference> references = {}, x_references = {};
};
std::string draw(const CurvePanels&);

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
  std::vector<Reference> references = {};
};
std::string draw(const BoxChart&);

struct BandPanel {
  std::string name;
  std::vector<Spread> cells;
  std::vector<PublishedPoint> published;
};

/// One panel per group with a common vertical axis: median, 25–75 % and 5–95 % over the horizontal one. Overlaid: all
/// groups in one panel, each with its median and its band of 5–95 %.
struct BandChart {
  Words words;
  Horizontal x;
  std::vector<BandPanel> panels;
  bool is_overlaid = false;
  bool is_ordered = false;  ///< groups are steps of one quantity: shades of one colour
  std::vector<Reference> references = {}, x_references = {};
};
std::string draw(const BandChart&);

struct StackPanel {
  std::string name;
  std::vector<std::vector<double>> shares;  ///< [category][cell], 0 … 1, at most 1 in sum; NaN = no patients there
};

/// Shares of categories on top of each other, one panel per group; what lacks to 100 % stays blank.
struct StackChart {
  Words words;
  Horizontal x;
  std::vector<std::string> categories;  ///< from below
  std::vector<StackPanel> panels;
  bool is_ordered = true;  ///< shades of one colour, from pale to deep
};
std::string draw(const StackChart&);

}  // namespace vt::report
