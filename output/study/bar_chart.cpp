#include <algorithm>
#include <cmath>

#include "output/report/frame.hpp"
#include "output/report/svg.hpp"
#include "output/study/study_chart.hpp"

namespace vt::report {
namespace {

const char* const kBarColours[] = {"#b3d0e8", "#4a8fcb", "#00795a", "#d55e00"};

/// The bar, and its interval as a line with ends.
void draw_bar(Svg& svg, const Scale& x, double middle, double half, const Bar& bar, const char* colour) {
  if (!std::isfinite(bar.value)) return;
  const double from = x(std::min(0.0, bar.value)), to = x(std::max(0.0, bar.value));
  svg.rectangle(from, middle - half, std::max(to - from, 0.5), 2 * half, colour);
  if (!(bar.low < bar.high)) return;
  const double low = x(bar.low), high = x(bar.high), end = 0.5 * half;
  svg.line(low, middle, high, middle, "#333", 1.3);
  for (const double at : {low, high}) svg.line(at, middle - end, at, middle + end, "#333", 1.3);
}

}  // namespace

std::string draw(const BarChart& chart) {
  constexpr double width = 820, least_left = 90, most_left = 280;
  const double thick = chart.series.size() > 1 ? 6 : 8, row = 2 * thick * static_cast<double>(chart.series.size()) + 10;
  Range range;
  range.include(chart.threshold);
  for (const BarSeries& series : chart.series)
    for (const Bar& bar : series.bars) range.include(bar.value), range.include(bar.low), range.include(bar.high);
  double widest = 0;
  for (const std::string& name : chart.names) widest = std::max(widest, pixel_width(name));
  const double left = std::clamp(widest * 1.12 + 24, least_left, most_left);
  const Frame frame{left, 34, width - 24, 34 + row * static_cast<double>(chart.names.size())};
  const Scale x = close_scale(range, frame.left, frame.right, false, true);

  Svg svg(chart.words.id, width, frame.bottom + 52, chart.words.title, chart.words.description);
  draw_number_axis(svg, frame, x, chart.words.x_title, false);
  double key = frame.left;
  for (std::size_t s = 0; s < chart.series.size(); ++s) {
    svg.rectangle(key, 9, 12, 12, kBarColours[s % std::size(kBarColours)]);
    svg.text(key + 18, 19, chart.series[s].name);
    key += 42 + 1.1 * pixel_width(chart.series[s].name);
  }
  svg.text(key, 19, "lines: " + chart.interval_words, Anchor::start, "#666", 11.5);
  for (std::size_t i = 0; i < chart.names.size(); ++i) {
    const double top = frame.top + row * static_cast<double>(i) + 5;
    svg.text(frame.left - 10, top + 0.5 * (row - 10) + 4, fitting(chart.names[i], 0.9 * (left - 16)), Anchor::end,
             "#222");
    for (std::size_t s = 0; s < chart.series.size(); ++s)
      draw_bar(svg, x, top + thick * static_cast<double>(2 * s + 1), thick - 0.5, chart.series[s].bars[i],
               kBarColours[s % std::size(kBarColours)]);
  }
  if (std::isfinite(chart.threshold))
    svg.line(x(chart.threshold), frame.top, x(chart.threshold), frame.bottom, "#a33600", 1.2, "6 4");
  svg.line(x(0), frame.top, x(0), frame.bottom, "#555");
  return svg.str();
}

}  // namespace vt::report
