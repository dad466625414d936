#include "output/report/flow_chart.hpp"

#include <algorithm>

#include "output/report/frame.hpp"

namespace vt::report {
namespace {

constexpr double kPadding = 8, kBetween = 24, kColumnGap = 14;

struct FlowText {
  std::vector<std::string> lines;
  double height;
};

FlowText flow_text(const FlowBox& box, double width) {
  FlowText text;
  for (const std::string& line : box.lines)
    for (std::string& part : wrapped(line, width - 2 * kPadding)) text.lines.push_back(std::move(part));
  text.height = 2 * kPadding + line_height() * static_cast<double>(text.lines.size());
  return text;
}

/// \returns the y below
double draw_flow_box(Svg& svg, const FlowBox& box, double x, double y, double width) {
  const FlowText text = flow_text(box, width);
  svg.polygon({{x, y}, {x + width, y}, {x + width, y + text.height}, {x, y + text.height}}, "none", 1, kAxisInk);
  svg.lines(x + kPadding, y + kPadding + kLetterSize, text.lines);
  return y + text.height;
}

void draw_arrow(Svg& svg, double x1, double y1, double x2, double y2) {
  const bool is_down = x1 == x2;
  svg.line(x1, y1, is_down ? x2 : x2 - 6, is_down ? y2 - 6 : y2, kAxisInk, 1.4);
  if (is_down) {
    svg.polygon({{x2 - 4, y2 - 8}, {x2 + 4, y2 - 8}, {x2, y2}}, kAxisInk, 1, kAxisInk);
  } else {
    svg.polygon({{x2 - 8, y2 - 4}, {x2 - 8, y2 + 4}, {x2, y2}}, kAxisInk, 1, kAxisInk);
  }
}

/// Where the boxes of the spine stand, and those beside it.
struct FlowColumns {
  double left, width, trunk;  ///< of the spine; the x of its arrows
  double aside, aside_width;
};

FlowColumns flow_columns(const FlowChart& chart, const Sheet& sheet) {
  const bool has_asides = std::ranges::any_of(chart.spine, &FlowBox::is_aside);
  if (sheet.is_narrow) return {2, sheet.width - 4, 22, 56, sheet.width - 58};
  if (!has_asides) return {220, 360, 400, 0, 0};
  return {60, 330, 225, 460, sheet.width - 462};
}

/// \returns the y of the last box's end
double draw_spine(Svg& svg, const FlowChart& chart, const FlowColumns& at, double y) {
  bool is_first = true;
  double from = y;  // where the arrow to the next box begins
  for (const FlowBox& box : chart.spine) {
    if (box.is_aside) {
      const double height = flow_text(box, at.aside_width).height, top = y + 0.5 * kBetween;
      draw_arrow(svg, at.trunk, top + 0.5 * height, at.aside, top + 0.5 * height);
      y = draw_flow_box(svg, box, at.aside, top, at.aside_width);
      continue;
    }
    if (!is_first) {
      draw_arrow(svg, at.trunk, from, at.trunk, y + kBetween);
      y += kBetween;
    }
    is_first = false;
    from = y = draw_flow_box(svg, box, at.left, y, at.width);
  }
  if (y > from) svg.line(at.trunk, from, at.trunk, y, kAxisInk, 1.4);  // beside the last ones
  return y;
}

/// Beside each other, boxes of one row from one height on.
double draw_arms(Svg& svg, const FlowChart& chart, double trunk, double y) {
  const double n = static_cast<double>(chart.arms.size());
  const double width = (svg.sheet().width - 4 - kColumnGap * (n - 1)) / n, bus = y + 0.6 * kBetween;
  const auto left = [&](std::size_t a) { return 2 + static_cast<double>(a) * (width + kColumnGap); };
  const auto middle = [&](std::size_t a) { return left(a) + 0.5 * width; };
  const double last = middle(chart.arms.size() - 1);
  svg.line(trunk, y, trunk, bus, kAxisInk, 1.4);
  svg.line(std::min(middle(0), trunk), bus, std::max(last, trunk), bus, kAxisInk, 1.4);
  std::size_t rows = 0;
  for (const FlowArm& arm : chart.arms) rows = std::max(rows, arm.boxes.size());
  std::vector<double> from(chart.arms.size(), bus);
  y = bus;
  for (std::size_t row = 0; row < rows; ++row) {
    const double top = y + kBetween;
    for (std::size_t a = 0; a < chart.arms.size(); ++a) {
      if (row >= chart.arms[a].boxes.size()) continue;
      draw_arrow(svg, middle(a), from[a], middle(a), top);
      from[a] = draw_flow_box(svg, chart.arms[a].boxes[row], left(a), top, width);
      y = std::max(y, from[a]);
    }
  }
  return y;
}

/// Below each other, each reached from a line at the left edge.
double draw_arms_below(Svg& svg, const FlowChart& chart, double trunk, double y) {
  const double left = trunk + 22, width = svg.sheet().width - 2 - left, from = y;
  double last = y;
  for (const FlowArm& arm : chart.arms) {
    bool is_first = true;
    for (const FlowBox& box : arm.boxes) {
      const double top = y + (is_first ? kBetween : 0.8 * kBetween);
      if (is_first) {
        last = top + 0.5 * flow_text(box, width).height;
        draw_arrow(svg, trunk, last, left, last);
      } else {
        draw_arrow(svg, left + 20, y, left + 20, top);
      }
      is_first = false;
      y = draw_flow_box(svg, box, left, top, width);
    }
  }
  svg.line(trunk, from, trunk, last, kAxisInk, 1.4);
  return y;
}

std::string draw_flow(const FlowChart& chart, const Sheet& sheet) {
  const FlowColumns at = flow_columns(chart, sheet);
  Svg svg(sheet, chart.words.id, chart.words.title, chart.words.description);
  double y = draw_spine(svg, chart, at, 4);
  if (!chart.arms.empty())
    y = sheet.is_narrow ? draw_arms_below(svg, chart, at.trunk, y) : draw_arms(svg, chart, at.trunk, y);
  return svg.str(y + 6);
}

}  // namespace

std::string draw(const FlowChart& chart) {
  return on_sheets([&](const Sheet& sheet) { return draw_flow(chart, sheet); });
}

}  // namespace vt::report
