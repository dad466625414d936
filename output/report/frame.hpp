#pragma once
/// \file What charts share: scales, boxes with their axes, panels in rows, and the range that holds everything drawn.

#include <string>
#include <vector>

#include "output/report/chart.hpp"
#include "output/report/legend.hpp"
#include "output/report/scale.hpp"
#include "output/report/svg.hpp"

namespace vt::report {

struct Frame {
  double left, top, right, bottom;
  double width() const { return right - left; }
  double height() const { return bottom - top; }
};

/// Names of visits and days without what they share: "month 3", "month 6" → "3", "6" of "month".
struct ShortLabels {
  std::vector<std::string> labels;
  std::string shared;  ///< may be empty
};
ShortLabels short_labels(const std::vector<std::string>& labels);

/// The title of an axis whose labels were shortened: "visit" → "visit (month)".
std::string title_with(const std::string& title, const std::string& shared);

/// Horizontal pixel of every cell: at their numbers, or in the middle of slots of one width.
std::vector<double> positions(const Horizontal& x, const Frame& frame);
bool has_numbers(const Horizontal& x);

/// Where labels stand beneath an axis: no two touch, none leaves [from, to].
struct AxisLabels {
  std::vector<std::vector<std::string>> lines;  ///< of each label; empty = left out, its tick stays
  double from = 0, to = 0;                      ///< no label reaches beyond
  bool is_turned = false;
  double height = 0;  ///< of all, without the title
};

/// Thins labels evenly (numbers, times), or breaks, turns and shortens them so that each is named (categories).
AxisLabels place_labels(const std::vector<double>& at, const std::vector<std::string>& labels, double from, double to,
                        bool names_all);

/// Baseline, ticks and labels. \returns the y below them
double draw_horizontal_axis(Svg& svg, const Frame& frame, const std::vector<double>& at,
                            const std::vector<std::string>& labels, const AxisLabels& placed);

/// An axis of numbers, with grid lines and its title. \returns the y below all
double draw_number_axis(Svg& svg, const Frame& frame, const Scale& scale, const std::string& title, bool is_share);

/// In the middle below a plot, on as many lines as needed. \returns the y below
double draw_x_title(Svg& svg, const Frame& frame, double y, const std::string& title);

/// Above the plot, from the left edge of the sheet on. \returns the y below
double draw_y_title(Svg& svg, double y, const std::string& title, const Scale& scale, bool is_share);

/// Pixels that the numbers of a vertical axis take, with what lies between them and the axis.
double vertical_axis_room(const Scale& scale, double height, bool is_share);

/// Grid lines and their numbers.
void draw_vertical_axis(Svg& svg, const Frame& frame, const Scale& scale, bool is_share, bool with_numbers = true);

/// Panels of one size in rows.
class PanelGrid {
 public:
  /// \param names  of the panels, one each; all may be empty
  PanelGrid(const Sheet& sheet, std::vector<std::string> names, double left, double right, double top, double height);
  static std::size_t columns(const Sheet& sheet, std::size_t panels);
  static constexpr double kGap = 18;
  static constexpr double kReach = 6;  ///< how far labels may reach beyond a panel
  Frame frame(std::size_t i) const;
  bool is_first(std::size_t i) const { return i % columns_ == 0; }
  /// Above its plot, on two lines at most.
  void draw_name(Svg& svg, std::size_t i) const;
  double bottom() const { return frame(panels_ - 1).bottom + below_; }
  Frame whole() const { return {left_, top_, right_, bottom()}; }
  /// Room for the labels of each panel's horizontal axis.
  void set_below(double below) { below_ = below; }

 private:
  double name_room() const;
  double left_, right_, top_, height_, below_ = 0, name_ = 0;
  std::vector<std::string> names_;
  std::size_t panels_, columns_;
};

/// Lines and bands across a plot, drawn before anything else. \param is_upright of the horizontal axis
void draw_references(Svg& svg, const Frame& frame, const Scale& scale, const std::vector<Reference>& references,
                     bool is_upright = false);
void add_references(Legend& legend, const std::vector<Reference>& references);

/// A published value with its accepted range: diamonds for predicted, squares for fitted ones.
void draw_published(Svg& svg, double x, const Scale& y, const PublishedPoint& point, std::string_view colour);
void add_published(Legend& legend, const std::vector<PublishedPoint>& points,
                   const std::function<std::string(const PublishedPoint&)>& colour);

}  // namespace vt::report
