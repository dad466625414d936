#include <algorithm>
#include <cmath>

#include "output/report/frame.hpp"
#include "output/report/svg.hpp"
#include "output/study/study_chart.hpp"

namespace vt::report {
namespace {

struct DotLook {
  const char *colour, *line;
  double size;
  bool is_hollow;
};

DotLook look_of(DotStyle style) {
  switch (style) {
    case DotStyle::best:
      return {"#d55e00", "#d55e00", 4.5, false};
    case DotStyle::beaten:
      return {"#a9c8e3", "#cddfed", 3, false};
    case DotStyle::outside:
      return {"#b5b5b5", "#dddddd", 3, true};
    case DotStyle::plain:
      break;
  }
  return {kColours[0], "#b5d3e8", 3.5, false};
}

struct Rectangle {
  double left, top, right, bottom;
  bool touches(const Rectangle& o) const {
    return left < o.right && o.left < right && top < o.bottom && o.top < bottom;
  }
};

/// Names beside their dots, right, left, above or below, wherever they touch nothing; else they are left out.
class NamePlaces {
 public:
  explicit NamePlaces(const Frame& frame) : frame_(frame) {}
  void keep_free(double x, double y, double half) { taken_.push_back({x - half, y - half, x + half, y + half}); }
  void write(Svg& svg, double x, double y, const std::string& name) {
    const double width = 1.12 * pixel_width(name), away = 8;
    const Rectangle places[] = {{x + away, y - 7, x + away + width, y + 6},
                                {x - away - width, y - 7, x - away, y + 6},
                                {x - 0.5 * width, y - away - 13, x + 0.5 * width, y - away},
                                {x - 0.5 * width, y + away, x + 0.5 * width, y + away + 13},
                                {x + away, y - away - 13, x + away + width, y - away},
                                {x + away, y + away, x + away + width, y + away + 13}};
    for (const Rectangle& place : places) {
      if (place.left < frame_.left || place.right > frame_.right || place.top < frame_.top ||
          place.bottom > frame_.bottom)
        continue;
      if (std::ranges::any_of(taken_, [&](const Rectangle& other) { return place.touches(other); })) continue;
      taken_.push_back(place);
      svg.text(place.left, place.bottom - 3, name, Anchor::start, "#222");
      return;
    }
  }

 private:
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

void draw_x_axis(Svg& svg, const DotPanel& panel, const Frame& frame, const Scale& x) {
  const std::string title = fitting(panel.x.title, frame.right - frame.left);
  if (panel.x.labels.empty()) return draw_number_axis(svg, frame, x, title, panel.x.is_share);
  std::vector<double> at;
  for (std::size_t i = 0; i < panel.x.labels.size(); ++i) at.push_back(x(static_cast<double>(i)));
  std::vector<std::string> labels;
  const double room = (frame.right - frame.left) / static_cast<double>(std::max<std::size_t>(1, at.size()));
  for (const std::string& label : panel.x.labels) labels.push_back(fitting(label, std::max(room, 40.0)));
  draw_horizontal_axis(svg, frame, at, labels, title);
}

void draw_dots(Svg& svg, const DotChart& chart, const DotPanel& panel, const Frame& frame, const Scale& x,
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
    if (dot->style >= DotStyle::plain) names.keep_free(x(dot->x), y(dot->y), look.size + 1);
  }
  for (const Dot* dot : order)
    if (!dot->name.empty()) names.write(svg, x(dot->x), y(dot->y), dot->name);
}

void draw_limits(Svg& svg, const DotPanel& panel, const DotChart& chart, const Frame& frame, const Scale& x,
                 const Scale& y) {
  for (const double limit : panel.x.limits)
    svg.line(x(limit), frame.top, x(limit), frame.bottom, "#a33600", 1.2, "6 4");
  for (const double limit : chart.y.limits)
    svg.line(frame.left, y(limit), frame.right, y(limit), "#a33600", 1.2, "6 4");
  if (!chart.has_diagonal) return;
  const double low = std::max(x.low, y.low), high = std::min(x.high, y.high);
  if (high > low) svg.line(x(low), y(low), x(high), y(high), "#999", 1, "2 3");
}

}  // namespace

std::string draw(const DotChart& chart) {
  constexpr double left = 76, right = 804, gap = 30, top = 38;
  const std::size_t columns = std::clamp<std::size_t>(chart.panels.size(), 1, 3);
  const std::size_t rows = (chart.panels.size() + columns - 1) / columns;
  const double named = std::ranges::any_of(chart.panels, [](auto& panel) { return !panel.name.empty(); }) ? 16 : 0;
  const double height = rows == 1 && columns == 1 ? 380 : 230, row = height + 62 + named;
  const double width = (right - left - gap * static_cast<double>(columns - 1)) / static_cast<double>(columns);
  const Range range = range_of(chart.y, chart.panels, &Dot::y, &Dot::upright);
  Svg svg(chart.words.id, 820, top + row * static_cast<double>(rows), chart.words.title, chart.words.description);
  double key = left;
  for (const auto& [style, words] : chart.key) {
    const DotLook look = look_of(style);
    svg.marker(key + 4, 15, 0, look.colour, look.is_hollow, look.size);
    svg.text(key + 14, 19, words);
    key += 36 + 1.05 * pixel_width(words);
  }
  for (std::size_t i = 0; i < chart.panels.size(); ++i) {
    const std::size_t place_down = i / columns;
    const double from = left + static_cast<double>(i % columns) * (width + gap);
    const double above = top + named + static_cast<double>(place_down) * row;
    const Frame frame{from, above, from + width, above + height};
    const Scale y = close_scale(range, frame.bottom, frame.top, chart.y.is_share, chart.y.from_zero);
    const Scale x = horizontal_scale(chart, chart.panels[i], frame);
    draw_vertical_axis(svg, frame, y, fitting(chart.y.title, height), chart.y.is_share, i % columns == 0);
    draw_x_axis(svg, chart.panels[i], frame, x);
    if (named > 0)
      svg.text(0.5 * (frame.left + frame.right), above - 7, fitting(chart.panels[i].name, width), Anchor::middle,
               "#222");
    draw_limits(svg, chart.panels[i], chart, frame, x, y);
    draw_dots(svg, chart, chart.panels[i], frame, x, y);
  }
  return svg.str();
}

}  // namespace vt::report
