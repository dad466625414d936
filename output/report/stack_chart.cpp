#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "output/report/chart.hpp"
#include "output/report/frame.hpp"

namespace vt::report {
namespace {

/// Fills from pale to deep, seen on both papers; they stay the same in the dark (large letters are in no ink).
constexpr int kPaleFill[] = {0xc9, 0xdd, 0xf0}, kDeepFill[] = {0x12, 0x46, 0x7e};
constexpr double kColumnShare = 0.72;  ///< of a slot, where cells lie side by side

std::string stack_fill(const StackChart& chart, std::size_t c) {
  if (!chart.is_ordered) return kColours[c % std::size(kColours)];
  const double share =
      chart.categories.size() < 2 ? 0.6 : static_cast<double>(c) / static_cast<double>(chart.categories.size() - 1);
  std::string colour = "#";
  for (std::size_t i = 0; i < 3; ++i)
    colour +=
        fmt::format("{:02X}", static_cast<int>(std::lround(kPaleFill[i] + share * (kDeepFill[i] - kPaleFill[i]))));
  return colour;
}

/// Shares of one cell added up from below; NaN where there are no patients.
std::vector<double> steps_of(const StackPanel& panel, std::size_t cell) {
  std::vector<double> steps = {0};
  for (const std::vector<double>& share : panel.shares) steps.push_back(steps.back() + share[cell]);
  return steps;
}

/// A column for each cell, from half-way to the one before to half-way to the next.
void draw_columns(Svg& svg, const StackChart& chart, const StackPanel& panel, const Frame& frame, const Scale& y) {
  const std::vector<double> at = positions(chart.x, frame);
  const double slot = frame.width() / static_cast<double>(at.size());
  for (std::size_t i = 0; i < at.size(); ++i) {
    double left = at[i] - 0.5 * kColumnShare * slot, right = at[i] + 0.5 * kColumnShare * slot;
    if (has_numbers(chart.x)) {
      left = i == 0 ? frame.left : 0.5 * (at[i - 1] + at[i]);
      right = i + 1 == at.size() ? frame.right : 0.5 * (at[i] + at[i + 1]);
    }
    const double seam = right - left > 6 ? 1 : 0;
    const std::vector<double> steps = steps_of(panel, i);
    for (std::size_t c = 0; c + 1 < steps.size(); ++c)
      if (steps[c + 1] > steps[c])
        svg.rectangle(left, y(steps[c + 1]), right - left - seam, y(steps[c]) - y(steps[c + 1]), stack_fill(chart, c));
  }
}

std::string draw_stacks(const StackChart& chart, const Sheet& sheet) {
  const std::size_t n = chart.panels.size();
  const double height = n == 1 ? (sheet.is_narrow ? 200 : 260) : sheet.is_narrow ? 140 : 200;
  const Scale any{0, 1, height, 0, false};
  const double left = vertical_axis_room(any, height, true);
  Svg svg(sheet, chart.words.id, chart.words.title, chart.words.description);
  Legend legend(sheet.width - 4);
  for (std::size_t c = 0; c < chart.categories.size(); ++c)
    legend.add({.kind = KeyEntry::Kind::area, .name = chart.categories[c], .colour = stack_fill(chart, c)});
  const double top = draw_y_title(svg, legend.draw(svg, 2, 0), chart.words.y_title, any, true);
  const ShortLabels labels = short_labels(chart.x.labels);
  std::vector<std::string> names;
  for (const StackPanel& panel : chart.panels) names.push_back(panel.name);
  PanelGrid grid(sheet, names, left, sheet.width - 12, top + 4, height);
  const auto placed_in = [&](const Frame& frame) {
    return place_labels(positions(chart.x, frame), labels.labels, frame.left - PanelGrid::kReach,
                        frame.right + PanelGrid::kReach, !has_numbers(chart.x));
  };
  grid.set_below(placed_in(grid.frame(0)).height + 4);
  double bottom = 0;
  for (std::size_t i = 0; i < n; ++i) {
    const Frame frame = grid.frame(i);
    const Scale y{0, 1, frame.bottom, frame.top, false};
    draw_vertical_axis(svg, frame, y, true, grid.is_first(i));
    grid.draw_name(svg, i);
    draw_columns(svg, chart, chart.panels[i], frame, y);
    bottom =
        std::max(bottom, draw_horizontal_axis(svg, frame, positions(chart.x, frame), labels.labels, placed_in(frame)));
  }
  return svg.str(draw_x_title(svg, grid.whole(), bottom, title_with(chart.words.x_title, labels.shared)) + 4);
}

}  // namespace

std::string draw(const StackChart& chart) {
  if (chart.panels.empty()) return "";
  return on_sheets([&](const Sheet& sheet) { return draw_stacks(chart, sheet); });
}

}  // namespace vt::report
