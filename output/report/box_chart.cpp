#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "output/report/chart.hpp"
#include "output/report/frame.hpp"

namespace vt::report {
namespace {

void draw_box(Svg& svg, double x, double half, const Scale& y, const Spread& box) {
  if (std::isnan(box.p50)) return;
  const char* colour = kColours[0];
  svg.line(x, y(box.p5), x, y(box.p95), colour, 1.5);
  svg.line(x - 0.5 * half, y(box.p5), x + 0.5 * half, y(box.p5), colour, 1.5);
  svg.line(x - 0.5 * half, y(box.p95), x + 0.5 * half, y(box.p95), colour, 1.5);
  svg.polygon({{x - half, y(box.p25)}, {x + half, y(box.p25)}, {x + half, y(box.p75)}, {x - half, y(box.p75)}},
              kBoxFill, 1, colour);
  svg.line(x - half, y(box.p50), x + half, y(box.p50), colour, 3);
}

std::string draw_boxes(const BoxChart& chart, const Sheet& sheet) {
  Range range;
  for (const Spread& box : chart.boxes) range.include(box);
  for (const PublishedPoint& point : chart.published) range.include(point);
  range.include(chart.references);
  const double height = sheet.is_narrow ? 230 : 310;
  const Scale any = vertical_scale(range, height, 0, false);

  Svg svg(sheet, chart.words.id, chart.words.title, chart.words.description);
  Legend legend(sheet.width - 4);
  legend.add({.kind = KeyEntry::Kind::line, .name = "median", .colour = kColours[0], .width = 3});
  legend.add({.kind = KeyEntry::Kind::frame, .name = "25–75 % of patients", .colour = kColours[0]});
  legend.add({.kind = KeyEntry::Kind::bar, .name = "5–95 %", .colour = kColours[0], .width = 1.5});
  add_published(legend, chart.published, [](const PublishedPoint&) { return std::string(kColours[1]); });
  add_references(legend, chart.references);
  const double top = draw_y_title(svg, legend.draw(svg, 2, 0), chart.words.y_title, any, false) + 4;
  const Frame frame{vertical_axis_room(any, height, false), top, sheet.width - 12, top + height};
  const Scale y = vertical_scale(range, frame.bottom, frame.top, false);
  const std::vector<double> at = positions({chart.labels, {}}, frame);
  const double slot = frame.width() / static_cast<double>(at.size()), half = std::min(34.0, 0.22 * slot);

  draw_vertical_axis(svg, frame, y, false);
  draw_references(svg, frame, y, chart.references);
  for (std::size_t i = 0; i < at.size(); ++i) draw_box(svg, at[i], half, y, chart.boxes[i]);
  for (const PublishedPoint& point : chart.published)
    draw_published(svg, at[point.x] + half + std::min(12.0, 0.15 * slot), y, point, kColours[1]);
  std::vector<std::string> counts, both;
  for (std::size_t i = 0; i < at.size(); ++i) {
    counts.push_back(fmt::format("n = {}", chart.boxes[i].n));
    both.push_back(chart.labels[i] + ", " + counts.back());
  }
  const AxisLabels numbers = place_labels(at, counts, 0, sheet.width, false);
  const bool have_room = std::ranges::none_of(numbers.lines, [](auto& lines) { return lines.empty(); });
  const AxisLabels placed = place_labels(at, have_room ? chart.labels : both, 0, sheet.width, true);
  double below = draw_horizontal_axis(svg, frame, at, have_room ? chart.labels : both, placed);
  if (have_room && placed.is_turned) below += 4;
  for (std::size_t i = 0; i < at.size() && have_room; ++i)
    svg.text(at[i], below + 11, counts[i], Anchor::middle, kPaleInk);
  if (have_room) below += 16;
  return svg.str(draw_x_title(svg, frame, below, chart.words.x_title) + 4);
}

}  // namespace

std::string draw(const BoxChart& chart) {
  return on_sheets([&](const Sheet& sheet) { return draw_boxes(chart, sheet); });
}

}  // namespace vt::report
