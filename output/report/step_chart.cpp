#include "output/report/step_chart.hpp"

#include <algorithm>
#include <cmath>

#include "output/report/frame.hpp"
#include "output/report/svg.hpp"
#include "output/text.hpp"

namespace vt::report {
namespace {

using Path = std::vector<std::pair<double, double>>;

/// The corners of a step function from day 0 on; NaN is left out.
Path corners(const TimeCurve& curve, const std::vector<double>& value, const Scale& x, const Scale& y) {
  double level = curve.falls ? 1 : 0;
  Path path = {{x(0), y(level)}};
  for (std::size_t i = 0; i < curve.time.size(); ++i) {
    path.emplace_back(x(curve.time[i]), y(level));
    if (std::isnan(value[i]) || value[i] == level) continue;
    level = value[i];
    path.emplace_back(x(curve.time[i]), y(level));
  }
  return path;
}

}  // namespace

std::string draw(const StepChart& chart) {
  std::size_t widest = 0;
  double last = 1;
  Range range;
  for (const StepCurve& curve : chart.curves) {
    widest = std::max(widest, text_width(curve.name));
    if (!curve.steps.time.empty()) last = std::max(last, curve.steps.time.back());
    range.include(curve.steps.falls ? 1 : 0);
    for (const auto* values : {&curve.steps.value, &curve.steps.low, &curve.steps.high})
      for (const double v : *values) range.include(v);
  }
  for (const PublishedStep& p : chart.published) range.include(p.point);
  const Frame frame{70, 36, 820 - std::clamp(7.2 * static_cast<double>(widest) + 40, 100.0, 270.0), 360};
  const Scale y = vertical_scale(range, frame, true);
  const Scale x{0, last, frame.left, frame.right, false};

  Svg svg(chart.words.id, 820, 416, chart.words.title, chart.words.description);
  draw_vertical_axis(svg, frame, y, chart.words.y_title, true);
  std::vector<double> at;
  std::vector<std::string> labels;
  for (const double tick : round_ticks(0, last, false))
    if (tick <= last) at.push_back(x(tick)), labels.push_back(short_number(tick));
  draw_horizontal_axis(svg, frame, at, labels, chart.words.x_title);
  double below = frame.top;
  for (std::size_t i = 0; i < chart.curves.size(); ++i) {
    const StepCurve& curve = chart.curves[i];
    const char* colour = kColours[i % std::size(kColours)];
    Path band = corners(curve.steps, curve.steps.low, x, y);
    const Path high = corners(curve.steps, curve.steps.high, x, y);
    band.insert(band.end(), high.rbegin(), high.rend());
    svg.polygon(band, colour, 0.15);
    svg.polyline(corners(curve.steps, curve.steps.value, x, y), colour, 2, kDashes[i % std::size(kDashes)]);
    if (chart.curves.size() < 2) continue;
    svg.line(frame.right + 8, below, frame.right + 24, below, colour, 3);
    svg.text(frame.right + 30, below + 4, curve.name, Anchor::start, "#222", 12.5);
    below += 18;
  }
  std::vector<PublishedPoint> points;
  for (const PublishedStep& p : chart.published) {
    const char* colour =
        p.point.curve < 0 ? "#333" : kColours[static_cast<std::size_t>(p.point.curve) % std::size(kColours)];
    draw_published(svg, x(p.day), y, p.point, colour);
    points.push_back(p.point);
  }
  draw_published_key(svg, frame.left + 6, 14, points);
  return svg.str();
}

}  // namespace vt::report
