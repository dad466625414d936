#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "output/report/frame.hpp"
#include "output/study/study_chart.hpp"

namespace vt::report {
namespace {

constexpr const char *kLimitDash = "6 4", *kDiagonalDash = "2 3";

struct DotLook {
  const char *colour, *line;
  double size;
  bool is_hollow;
};

DotLook look_of(DotStyle style) {
  switch (style) {
    case DotStyle::best:
      return {kColours[1], "#e0a276", 4.5, false};
    case DotStyle::beaten:
      return {kShades[0], "#b5d3e8", 3, false};
    case DotStyle::outside:
      return {kAsideInk, "#cfcfcf", 3, true};
    case DotStyle::plain:
      break;
  }
  return {kColours[0], kShades[0], 3.5, false};
}

struct Rectangle {
  double left, top, right, bottom;
  bool touches(const Rectangle& o) const {
    return left < o.right && o.left < right && top < o.bottom && o.top < bottom;
  }
};

/// Names beside their dots, or farther away at the end of a line, wherever they touch nothing.
class NamePlaces {
 public:
  explicit NamePlaces(const Frame& frame) : frame_(frame) {}
  void keep_free(double x, double y, double half) { taken_.push_back({x - half, y - half, x + half, y + half}); }
  /// \returns false where there is no room
  bool write(Svg& svg, double x, double y, const std::string& name) {
    const double width = pixel_width(name);
    for (const double away : {8.0, 18.0, 30.0, 44.0}) {
      const Rectangle places[] = {{x + away, y - 7, x + away + width, y + 6},
                                  {x - away - width, y - 7, x - away, y + 6},
                                  {x - 0.5 * width, y - away - 13, x + 0.5 * width, y - away},
                                  {x - 0.5 * width, y + away, x + 0.5 * width, y + away + 13},
                                  {x + away, y - away - 13, x + away + width, y - away},
                                  {x + away, y + away, x + away + width, y + away + 13}};
      for (const Rectangle& place : places) {
        if (!has_room(place)) continue;
        taken_.push_back(place);
        if (away > 8)
          svg.line(x, y, std::clamp(x, place.left, place.right), std::clamp(y, place.top, place.bottom), kAxisInk, 0.8);
        svg.text_with_rim(place.left, place.bottom - 3, name);
        return true;
      }
    }
    return false;
  }

 private:
  bool has_room(const Rectangle& place) const {
    return place.left >= frame_.left && place.right <= frame_.right && place.top >= frame_.top &&
           place.bottom <= frame_.bottom &&
           std::ranges::none_of(taken_, [&](const Rectangle& other) { return place.touches(other); });
  }
  Frame frame_;
  std::vector<Rectangle> taken_;
};

Range range_of(const DotAxis& axis, const std::vector<DotPanel>& panels, double Dot::*value, Interval Dot::*interval) {
  Range range;
  for (const DotPanel& panel : panels)
    for (const Dot& dot : panel.dots)
      range.include(dot.*value), range.include((dot.*interval).low), range.include((dot.*interval).high);
  for (const double limit : axis.limits) range.include(limit);
  return range;
}

Scale horizontal_scale(const DotChart& chart, const DotPanel& panel, const Frame& frame) {
  const Range range = range_of(panel.x, chart.has_common_x ? chart.panels : std::vector{panel}, &Dot::x, &Dot::across);
  if (panel.x.labels.empty()) return close_scale(range, frame.left, frame.right, panel.x.is_share, panel.x.from_zero);
  return {-0.5, static_cast<double>(panel.x.labels.size()) - 0.5, frame.left, frame.right, false};
}

/// Ticks, labels and title. \returns the y below
double draw_x_axis(Svg& svg, const DotPanel& panel, const Frame& frame, const Scale& x, const std::string& title) {
  if (panel.x.labels.empty()) return draw_number_axis(svg, frame, x, title, panel.x.is_share);
  std::vector<double> at;
  for (std::size_t i = 0; i < panel.x.labels.size(); ++i) at.push_back(x(static_cast<double>(i)));
  const AxisLabels placed =
      place_labels(at, panel.x.labels, frame.left - PanelGrid::kReach, frame.right + PanelGrid::kReach, true);
  return draw_x_title(svg, frame, draw_horizontal_axis(svg, frame, at, panel.x.labels, placed), title);
}

/// The room it takes, drawn for nobody.
double x_axis_room(const Sheet& sheet, const DotChart& chart, const DotPanel& panel, const Frame& frame,
                   const std::string& title) {
  Svg nobody(sheet, "", "", "");
  return draw_x_axis(nobody, panel, frame, horizontal_scale(chart, panel, frame), title) - frame.bottom;
}

/// \returns how many names had no room
std::size_t draw_dots(Svg& svg, const DotChart& chart, const DotPanel& panel, const Frame& frame, const Scale& x,
                      const Scale& y) {
  std::vector<const Dot*> order;
  for (const Dot& dot : panel.dots)
    if (std::isfinite(dot.x) && std::isfinite(dot.y)) order.push_back(&dot);
  std::ranges::stable_sort(order, {}, &Dot::style);
  for (const Dot* dot : order) {
    const char* colour = look_of(dot->style).line;
    const auto& [across, upright] = std::pair(dot->across, dot->upright);
    if (across.low < across.high) svg.line(x(across.low), y(dot->y), x(across.high), y(dot->y), colour, 1.2);
    if (upright.low < upright.high) svg.line(x(dot->x), y(upright.low), x(dot->x), y(upright.high), colour, 1.2);
  }
  for (const auto& [style, is_joined] :
       {std::pair(DotStyle::plain, chart.joins_plain), {DotStyle::best, chart.joins_best}}) {
    std::vector<std::pair<double, double>> line;
    for (const Dot* dot : order)
      if (is_joined && dot->style == style) line.emplace_back(x(dot->x), y(dot->y));
    std::ranges::sort(line);
    if (line.size() > 1) svg.polyline(line, look_of(style).colour, 1.4, "5 3");
  }
  NamePlaces names(frame);
  for (const Dot* dot : order) {
    const DotLook look = look_of(dot->style);
    svg.marker(x(dot->x), y(dot->y), 0, look.colour, look.is_hollow, look.size);
    names.keep_free(x(dot->x), y(dot->y), look.size + 1);
  }
  std::size_t left_out = 0;
  for (const Dot* dot : order)
    if (!dot->name.empty() && !names.write(svg, x(dot->x), y(dot->y), dot->name)) ++left_out;
  return left_out;
}

void draw_limits(Svg& svg, const DotPanel& panel, const DotChart& chart, const Frame& frame, const Scale& x,
                 const Scale& y) {
  for (const double limit : panel.x.limits)
    svg.line(x(limit), frame.top, x(limit), frame.bottom, kBad, 1.2, kLimitDash);
  for (const double limit : chart.y.limits)
    svg.line(frame.left, y(limit), frame.right, y(limit), kBad, 1.2, kLimitDash);
  if (!chart.has_diagonal) return;
  const double low = std::max(x.low, y.low), high = std::min(x.high, y.high);
  if (high > low) svg.line(x(low), y(low), x(high), y(high), kAxisInk, 1, kDiagonalDash);
}

double draw_dot_legend(Svg& svg, const DotChart& chart) {
  Legend legend(svg.sheet().width - 4);
  const auto is_drawn = [&](DotStyle style) {
    return std::ranges::any_of(chart.panels, [style](const DotPanel& panel) {
      return std::ranges::any_of(panel.dots, [style](const Dot& dot) {
        return dot.style == style && std::isfinite(dot.x) && std::isfinite(dot.y);
      });
    });
  };
  for (const auto& [style, words] : chart.key) {
    const DotLook look = look_of(style);
    if (is_drawn(style))
      legend.add({.kind = KeyEntry::Kind::mark,
                  .name = words,
                  .colour = look.colour,
                  .marker = 0,
                  .is_hollow = look.is_hollow,
                  .size = look.size});
  }
  const bool has_limits =
      !chart.y.limits.empty() || std::ranges::any_of(chart.panels, [](auto& panel) { return !panel.x.limits.empty(); });
  if (has_limits) legend.add({.name = chart.limit_words, .colour = kBad, .dash = kLimitDash, .width = 1.2});
  return legend.draw(svg, 2, 0);
}

std::string draw_dot_chart(const DotChart& chart, const Sheet& sheet) {
  const std::size_t n = chart.panels.size();
  std::vector<std::string> names;
  for (const DotPanel& panel : chart.panels) names.push_back(panel.name);
  const std::string& first = chart.panels[0].x.title;
  const bool has_one_title =
      n > 1 && std::ranges::all_of(chart.panels, [&](const DotPanel& panel) { return panel.x.title == first; });
  const double height = n == 1 ? (sheet.is_narrow ? 260 : 360) : sheet.is_narrow ? 170 : 220;
  const Range range = range_of(chart.y, chart.panels, &Dot::y, &Dot::upright);
  const auto y_scale = [&](double bottom, double top) {
    return close_scale(range, bottom, top, chart.y.is_share, chart.y.from_zero);
  };
  const Scale any = y_scale(height, 0);

  Svg svg(sheet, chart.words.id, chart.words.title, chart.words.description);
  const double top = draw_y_title(svg, draw_dot_legend(svg, chart), chart.y.title, any, chart.y.is_share) + 4;
  PanelGrid grid(sheet, names, vertical_axis_room(any, height, chart.y.is_share), sheet.width - 14, top, height);
  const auto title_of = [&](std::size_t i) { return has_one_title ? std::string() : chart.panels[i].x.title; };
  double below = 0;
  for (std::size_t i = 0; i < n; ++i)
    below = std::max(below, x_axis_room(sheet, chart, chart.panels[i], grid.frame(i), title_of(i)));
  grid.set_below(below + 10);
  std::size_t left_out = 0;
  for (std::size_t i = 0; i < n; ++i) {
    const Frame frame = grid.frame(i);
    const Scale y = y_scale(frame.bottom, frame.top), x = horizontal_scale(chart, chart.panels[i], frame);
    draw_vertical_axis(svg, frame, y, chart.y.is_share, grid.is_first(i));
    draw_x_axis(svg, chart.panels[i], frame, x, title_of(i));
    grid.draw_name(svg, i);
    draw_limits(svg, chart.panels[i], chart, frame, x, y);
    left_out += draw_dots(svg, chart, chart.panels[i], frame, x, y);
  }
  double bottom = grid.bottom();
  if (has_one_title) bottom = draw_x_title(svg, grid.whole(), bottom - 6, first) + 4;
  if (left_out > 0)
    bottom = svg.lines(
        2, bottom + 12,
        wrapped(fmt::format("{} dots have no room for their names: see the table.", left_out), sheet.width - 4),
        Anchor::start, kPaleInk);
  return svg.str(bottom);
}

}  // namespace

std::string draw(const DotChart& chart) {
  if (chart.panels.empty()) return "";
  return on_sheets([&](const Sheet& sheet) { return draw_dot_chart(chart, sheet); });
}

}  // namespace vt::report
