#include "output/report/step_chart.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "output/report/frame.hpp"

namespace vt::report {
namespace {

using StepPath = std::vector<std::pair<double, double>>;
constexpr double kStepOpacity = 0.15;

/// The corners of a step function from day 0 on; NaN is left out.
StepPath corners(const TimeCurve& curve, const std::vector<double>& value, const Scale& x, const Scale& y) {
  double level = curve.falls ? 1 : 0;
  StepPath path = {{x(0), y(level)}};
  for (std::size_t i = 0; i < curve.time.size(); ++i) {
    path.emplace_back(x(curve.time[i]), y(level));
    if (std::isnan(value[i]) || value[i] == level) continue;
    level = value[i];
    path.emplace_back(x(curve.time[i]), y(level));
  }
  return path;
}

const char* step_colour(std::size_t i) { return kColours[i % std::size(kColours)]; }
const char* step_dash(std::size_t i) { return kDashes[i % std::size(kDashes)]; }

void draw_steps(Svg& svg, const TimeCurve& steps, std::size_t i, const Scale& x, const Scale& y) {
  StepPath band = corners(steps, steps.low, x, y);
  const StepPath high = corners(steps, steps.high, x, y);
  band.insert(band.end(), high.rbegin(), high.rend());
  svg.polygon(band, step_colour(i), kStepOpacity);
  svg.polyline(corners(steps, steps.value, x, y), step_colour(i), 2, step_dash(i),
               steps.falls ? "" : "data-cumulative=\"\"");
}

/// Counts below the axis, at the days they are of; each curve's name stands above its numbers.
double draw_at_risk(Svg& svg, const StepChart& chart, const Frame& frame, const Scale& x, double y) {
  if (chart.at_risk.day.empty()) return y;
  y += 18;
  svg.text(2, y, "Number at risk", Anchor::start, kInk);
  std::vector<double> at;
  std::ranges::transform(chart.at_risk.day, std::back_inserter(at), x);
  std::vector<std::string> widest(at.size());
  for (const std::vector<std::int64_t>& row : chart.at_risk.n)
    for (std::size_t k = 0; k < at.size(); ++k)
      if (const std::string n = fmt::format("{}", row[k]); n.size() > widest[k].size()) widest[k] = n;
  const AxisLabels placed = place_labels(at, widest, 0, svg.sheet().width, false);
  for (std::size_t i = 0; i < chart.curves.size(); ++i) {
    if (chart.curves.size() > 1) {
      y += 17;
      svg.fitted_text(frame.left, y, chart.curves[i].name, svg.sheet().width - frame.left - 4, Anchor::start, kPaleInk);
    }
    y += 15;
    for (std::size_t k = 0; k < at.size(); ++k) {
      if (placed.lines[k].empty()) continue;
      const std::string n = fmt::format("{}", chart.at_risk.n[i][k]);
      const double least = 2 + 0.5 * pixel_width(n);
      svg.text(std::clamp(at[k], least, svg.sheet().width - least), y, n, Anchor::middle);
    }
  }
  return y + 4;
}

double draw_step_legend(Svg& svg, const StepChart& chart) {
  Legend legend(svg.sheet().width - 4);
  for (std::size_t i = 0; i < chart.curves.size() && chart.curves.size() > 1; ++i)
    legend.add({.name = chart.curves[i].name, .colour = step_colour(i), .dash = step_dash(i)});
  legend.add({.kind = KeyEntry::Kind::area,
              .name = "95 % interval of the simulation",
              .colour = step_colour(0),
              .opacity = kStepOpacity});
  std::vector<PublishedPoint> points;
  for (const PublishedStep& p : chart.published) points.push_back(p.point);
  add_published(legend, points, [](const PublishedPoint& p) {
    return std::string(p.curve < 0 ? kInk : step_colour(static_cast<std::size_t>(p.curve)));
  });
  add_references(legend, chart.references);
  add_references(legend, chart.x_references);
  return legend.draw(svg, 2, 0);
}

std::string draw_step_chart(const StepChart& chart, const Sheet& sheet) {
  double last = 1;
  Range range;
  for (const StepCurve& curve : chart.curves) {
    if (!curve.steps.time.empty()) last = std::max(last, curve.steps.time.back());
    range.include(curve.steps.falls ? 1 : 0);
    for (const auto* values : {&curve.steps.value, &curve.steps.low, &curve.steps.high})
      for (const double v : *values) range.include(v);
  }
  for (const PublishedStep& p : chart.published) range.include(p.point), last = std::max(last, p.day);
  for (const double day : chart.at_risk.day) last = std::max(last, day);
  range.include(chart.references);
  const double height = sheet.is_narrow ? 230 : 310;
  const Scale any = vertical_scale(range, height, 0, true);

  Svg svg(sheet, chart.words.id, chart.words.title, chart.words.description);
  const double top = draw_y_title(svg, draw_step_legend(svg, chart), chart.words.y_title, any, true) + 4;
  const Frame frame{vertical_axis_room(any, height, true), top, sheet.width - 24, top + height};
  const Scale y = vertical_scale(range, frame.bottom, frame.top, true);
  const Scale x{0, last, frame.left, frame.right, false};
  draw_vertical_axis(svg, frame, y, true);
  draw_references(svg, frame, y, chart.references);
  draw_references(svg, frame, x, chart.x_references, true);
  for (std::size_t i = 0; i < chart.curves.size(); ++i) draw_steps(svg, chart.curves[i].steps, i, x, y);
  for (const PublishedStep& p : chart.published)
    draw_published(svg, x(p.day), y, p.point,
                   p.point.curve < 0 ? kInk : step_colour(static_cast<std::size_t>(p.point.curve)));
  const Ticks ticks = ticks_of(x, false, sheet.is_narrow ? 4 : 7);
  std::vector<double> at;
  std::ranges::transform(ticks.at, std::back_inserter(at), x);
  const AxisLabels placed = place_labels(at, ticks.labels, 0, sheet.width, false);
  double bottom = draw_horizontal_axis(svg, frame, at, ticks.labels, placed);
  bottom = draw_x_title(svg, frame, bottom, chart.words.x_title);
  return svg.str(draw_at_risk(svg, chart, frame, x, bottom) + 6);
}

}  // namespace

std::string draw(const StepChart& chart) {
  if (chart.curves.empty()) return "";
  return on_sheets([&](const Sheet& sheet) { return draw_step_chart(chart, sheet); });
}

}  // namespace vt::report
