#include "output/report/chart.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "output/report/frame.hpp"
#include "output/report/svg.hpp"
#include "output/text.hpp"

namespace vt::report {
namespace {

// Shades of one blue for ordered groups.
const std::vector<std::string> kShades = {"#6fa8dc", "#3d85c6", "#1c5a99", "#0b2f5c"};
const std::string kAside = "#8a8a8a";

std::string colour_of(const CurveChart& chart, std::size_t i) {
  if (chart.curves[i].is_aside) return kAside;
  if (!chart.is_ordered) return kColours[i % std::size(kColours)];
  const auto n = static_cast<std::size_t>(
      std::count_if(chart.curves.begin(), chart.curves.end(), [](const Curve& c) { return !c.is_aside; }));
  return kShades[n < 2 ? 2 : std::min(kShades.size() - 1, i * (kShades.size() - 1) / (n - 1))];
}

void draw_curve(Svg& svg, const Curve& curve, std::size_t i, const std::vector<double>& at, const Scale& y,
                double shift, const std::string& colour, bool is_connected) {
  std::vector<std::pair<double, double>> line;
  for (std::size_t k = 0; k < curve.cells.size(); ++k) {
    const Estimate& e = curve.cells[k];
    if (std::isnan(e.value)) continue;
    const double x = at[k] + shift;
    line.emplace_back(x, y(e.value));
    if (e.interval.high > e.interval.low) svg.line(x, y(e.interval.low), x, y(e.interval.high), colour, 1.5);
  }
  if (is_connected && line.size() > 1) svg.polyline(line, colour, 2, curve.is_aside ? "2 4" : kDashes[i % 4]);
  for (const auto& [x, py] : line) svg.marker(x, py, static_cast<int>(i % 3), colour);
}

struct EndLabel {
  double y;
  std::string name, colour;
  int marker;
};

/// Names at the right end of the curves, moved apart where they would touch.
void draw_end_labels(Svg& svg, std::vector<EndLabel> labels, double x, const Frame& frame) {
  const double apart = 16;
  std::sort(labels.begin(), labels.end(), [](auto& a, auto& b) { return a.y < b.y; });
  for (std::size_t i = 1; i < labels.size(); ++i) labels[i].y = std::max(labels[i].y, labels[i - 1].y + apart);
  double limit = frame.bottom - 2;
  for (std::size_t i = labels.size(); i-- > 0; limit = labels[i].y - apart) labels[i].y = std::min(labels[i].y, limit);
  for (const EndLabel& label : labels) {
    svg.marker(x + 6, label.y, label.marker, label.colour);
    svg.text(x + 16, label.y + 4, label.name, Anchor::start, "#222", 12.5);
  }
}

/// All curves beside each other, their names, and what was published.
void draw_curves(Svg& svg, const CurveChart& chart, const Frame& frame, const Scale& y, const std::vector<double>& at) {
  const double step = std::min(7.0, 40.0 / static_cast<double>(chart.curves.size() + 1));
  const double middle = 0.5 * static_cast<double>(chart.curves.size() - 1);
  const auto shift = [&](std::size_t i) { return step * (static_cast<double>(i) - middle); };
  std::vector<EndLabel> labels;
  for (std::size_t i = 0; i < chart.curves.size(); ++i) {
    const Curve& curve = chart.curves[i];
    draw_curve(svg, curve, i, at, y, shift(i), colour_of(chart, i), !chart.x.at.empty());
    for (std::size_t k = curve.cells.size(); k-- > 0;) {
      if (std::isnan(curve.cells[k].value)) continue;
      if (chart.curves.size() > 1)
        labels.push_back({y(curve.cells[k].value), curve.name, colour_of(chart, i), static_cast<int>(i % 3)});
      break;
    }
  }
  draw_end_labels(svg, labels, frame.right + 6, frame);
  const double beyond = shift(chart.curves.size() - 1) + 9;
  for (const PublishedPoint& point : chart.published) {
    const std::string colour = point.curve < 0 ? "#333" : colour_of(chart, static_cast<std::size_t>(point.curve));
    draw_published(svg, at[point.x] + beyond + (point.curve > 0 ? 9.0 * point.curve : 0), y, point, colour);
  }
}

std::string interval_note(bool has_published) {
  return has_published ? "bars: 95 % interval of the simulation; broken bars: range accepted"
                       : "bars: 95 % interval of the simulation";
}

void draw_box(Svg& svg, double x, double half, const Scale& y, const Spread& box, const std::string& colour) {
  if (std::isnan(box.p50)) return;
  svg.line(x, y(box.p5), x, y(box.p95), colour, 1.5);
  svg.line(x - 0.5 * half, y(box.p5), x + 0.5 * half, y(box.p5), colour, 1.5);
  svg.line(x - 0.5 * half, y(box.p95), x + 0.5 * half, y(box.p95), colour, 1.5);
  svg.polygon({{x - half, y(box.p25)}, {x + half, y(box.p25)}, {x + half, y(box.p75)}, {x - half, y(box.p75)}},
              "#d3e4f3", 1, colour);
  svg.line(x - half, y(box.p50), x + half, y(box.p50), colour, 3);
}

void draw_band(Svg& svg, const std::vector<double>& at, const Scale& y, const std::vector<Spread>& cells,
               double Spread::*low, double Spread::*high, double opacity) {
  std::vector<std::pair<double, double>> outline, back;
  for (std::size_t i = 0; i < cells.size(); ++i) {
    if (std::isnan(cells[i].p50)) continue;
    outline.emplace_back(at[i], y(cells[i].*high));
    back.emplace_back(at[i], y(cells[i].*low));
  }
  outline.insert(outline.end(), back.rbegin(), back.rend());
  if (outline.size() > 3) svg.polygon(outline, kColours[0], opacity);
}

void draw_panel(Svg& svg, const BandPanel& panel, const std::vector<double>& at, const Scale& y) {
  draw_band(svg, at, y, panel.cells, &Spread::p5, &Spread::p95, 0.16);
  draw_band(svg, at, y, panel.cells, &Spread::p25, &Spread::p75, 0.28);
  std::vector<std::pair<double, double>> medians;
  for (std::size_t i = 0; i < panel.cells.size(); ++i) {
    if (!std::isnan(panel.cells[i].p50)) medians.emplace_back(at[i], y(panel.cells[i].p50));
  }
  if (medians.size() > 1) svg.polyline(medians, kColours[0], 2.2);
  for (const auto& [x, py] : medians) svg.marker(x, py, 0, kColours[0], false, 3);
  for (const PublishedPoint& point : panel.published) draw_published(svg, at[point.x], y, point, "#333");
}

}  // namespace

std::string draw(const CurveChart& chart) {
  std::size_t widest = 0;
  for (const Curve& curve : chart.curves) widest = std::max(widest, text_width(curve.name));
  const double aside = std::clamp(7.2 * static_cast<double>(widest) + 40, 100.0, 270.0);
  const Frame frame{70, 36, 820 - aside, 360};
  Range range;
  for (const Curve& curve : chart.curves) {
    for (const Estimate& e : curve.cells)
      range.include(e.value), range.include(e.interval.low), range.include(e.interval.high);
  }
  for (const PublishedPoint& point : chart.published) range.include(point);
  const Scale y = chart.is_linear ? close_scale(range, frame.bottom, frame.top, chart.is_share, true)
                                  : vertical_scale(range, frame, chart.is_share);
  const std::vector<double> at = positions(chart.x, frame);

  Svg svg(chart.words.id, 820, 416, chart.words.title, chart.words.description);
  draw_vertical_axis(svg, frame, y, chart.words.y_title, chart.is_share);
  draw_horizontal_axis(svg, frame, at, chart.x.labels, chart.words.x_title);
  draw_curves(svg, chart, frame, y, at);
  const double end = draw_published_key(svg, frame.left + 6, 14, chart.published);
  const bool has_bars = std::ranges::any_of(chart.curves, [](const Curve& curve) {
    return std::ranges::any_of(curve.cells, [](const Estimate& e) { return e.interval.high > e.interval.low; });
  });
  if (has_bars) svg.text(end, 18, interval_note(!chart.published.empty()), Anchor::start, "#666", 11.5);
  return svg.str();
}

std::string draw(const BoxChart& chart) {
  const Frame frame{76, 36, 800, 360};
  Range range;
  for (const Spread& box : chart.boxes) range.include(box);
  for (const PublishedPoint& point : chart.published) range.include(point);
  const Scale y = vertical_scale(range, frame, false);
  const std::vector<double> at = positions({chart.labels, {}}, frame);
  const double half = std::min(34.0, 0.22 * (frame.right - frame.left) / static_cast<double>(at.size()));

  Svg svg(chart.words.id, 820, 432, chart.words.title, chart.words.description);
  draw_vertical_axis(svg, frame, y, chart.words.y_title, false);
  draw_horizontal_axis(svg, frame, at, chart.labels, "");
  for (std::size_t i = 0; i < at.size(); ++i) {
    draw_box(svg, at[i], half, y, chart.boxes[i], kColours[0]);
    svg.text(at[i], frame.bottom + 35, fmt::format("n = {}", chart.boxes[i].n), Anchor::middle, "#666", 11);
  }
  svg.text(0.5 * (frame.left + frame.right), frame.bottom + 56, chart.words.x_title, Anchor::middle);
  for (const PublishedPoint& point : chart.published)
    draw_published(svg, at[point.x] + half + 14, y, point, kColours[1]);
  const double end = draw_published_key(svg, frame.left + 6, 14, chart.published);
  svg.text(end, 18, "line: median; box: 25–75 %; whiskers: 5–95 % of patients", Anchor::start, "#666", 11.5);
  return svg.str();
}

std::string draw(const BandChart& chart) {
  Range range;
  std::vector<PublishedPoint> published;
  for (const BandPanel& panel : chart.panels) {
    for (const Spread& cell : panel.cells) range.include(cell);
    for (const PublishedPoint& point : panel.published) range.include(point), published.push_back(point);
  }
  const double left = 76, gap = 14, n = static_cast<double>(chart.panels.size());
  const double width = (804 - left - gap * (n - 1)) / n;
  Svg svg(chart.words.id, 820, 416, chart.words.title, chart.words.description);
  for (std::size_t i = 0; i < chart.panels.size(); ++i) {
    const double from = left + static_cast<double>(i) * (width + gap);
    const Frame frame{from, 54, from + width, 360};
    const Scale y = vertical_scale(range, frame, false);
    const std::vector<double> at = positions(chart.x, frame);
    draw_vertical_axis(svg, frame, y, chart.words.y_title, false, i == 0);
    draw_horizontal_axis(svg, frame, at, chart.x.labels, "");
    svg.text(0.5 * (frame.left + frame.right), 46, chart.panels[i].name, Anchor::middle, "#222", 13);
    draw_panel(svg, chart.panels[i], at, y);
  }
  svg.text(0.5 * (left + 804), 402, chart.words.x_title, Anchor::middle);
  const double end = draw_published_key(svg, left + 6, 14, published);
  svg.text(end, 18, "line: median; bands: 25–75 % and 5–95 % of patients", Anchor::start, "#666", 11.5);
  return svg.str();
}

}  // namespace vt::report
