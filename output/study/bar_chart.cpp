#include <algorithm>
#include <cmath>

#include "output/report/frame.hpp"
#include "output/study/study_chart.hpp"

namespace vt::report {
namespace {

constexpr const char* kBarColours[] = {"#5b93cf", "#1c5a99", "#00795a", "#c05000"};
constexpr const char* kThresholdDash = "6 4";

/// The bar, and its interval as a line with ends.
void draw_bar(Svg& svg, const Scale& x, double middle, double half, const Bar& bar, const char* colour) {
  if (!std::isfinite(bar.value)) return;
  const double from = x(std::min(0.0, bar.value)), to = x(std::max(0.0, bar.value));
  svg.rectangle(from, middle - half, std::max(to - from, 0.5), 2 * half, colour);
  if (!(bar.low < bar.high)) return;
  const double low = x(bar.low), high = x(bar.high), end = 0.5 * half;
  svg.line(low, middle, high, middle, kPaper, 3.6);  // seen on deep bars, too
  svg.line(low, middle, high, middle, kInk, 1.3);
  for (const double at : {low, high}) svg.line(at, middle - end, at, middle + end, kInk, 1.3);
}

double draw_bar_legend(Svg& svg, const BarChart& chart) {
  Legend legend(svg.sheet().width - 4);
  bool has_intervals = false;
  for (std::size_t s = 0; s < chart.series.size(); ++s) {
    legend.add({.kind = KeyEntry::Kind::area,
                .name = chart.series[s].name,
                .colour = kBarColours[s % std::size(kBarColours)]});
    has_intervals = has_intervals || std::ranges::any_of(chart.series[s].bars, [](auto& b) { return b.low < b.high; });
  }
  if (has_intervals) legend.add({.name = chart.interval_words, .colour = kInk, .width = 1.3});
  if (std::isfinite(chart.threshold))
    legend.add({.name = chart.threshold_words, .colour = kBad, .dash = kThresholdDash, .width = 1.2});
  return legend.draw(svg, 2, 0);
}

/// On wide sheets names stand beside their bars, on narrow ones above them.
std::string draw_bars(const BarChart& chart, const Sheet& sheet) {
  const double n = static_cast<double>(chart.series.size()), thick = chart.series.size() > 1 ? 6 : 8;
  const double above = sheet.is_narrow ? 18 : 0, row = 2 * thick * n + 10 + above;
  Range range;
  range.include(chart.threshold);
  for (const BarSeries& series : chart.series)
    for (const Bar& bar : series.bars) range.include(bar.value), range.include(bar.low), range.include(bar.high);
  double widest = 0;
  for (const std::string& name : chart.names) widest = std::max(widest, pixel_width(name));
  const double left = sheet.is_narrow ? 14 : std::clamp(widest + 20, 90.0, 320.0);

  Svg svg(sheet, chart.words.id, chart.words.title, chart.words.description);
  const double top = draw_bar_legend(svg, chart) + 2;
  const Frame frame{left, top, sheet.width - 24, top + row * static_cast<double>(chart.names.size())};
  const Scale x = close_scale(range, frame.left, frame.right, false, true);
  const double bottom = draw_number_axis(svg, frame, x, chart.words.x_title, false);
  for (std::size_t i = 0; i < chart.names.size(); ++i) {
    const double from = frame.top + row * static_cast<double>(i) + 5;
    if (sheet.is_narrow) {
      svg.fitted_text(2, from + 11, chart.names[i], sheet.width - 4);
    } else {
      svg.fitted_text(frame.left - 10, from + 0.5 * (row - 10) + 4, chart.names[i], left - 14, Anchor::end);
    }
    for (std::size_t s = 0; s < chart.series.size(); ++s)
      draw_bar(svg, x, from + above + thick * static_cast<double>(2 * s + 1), thick - 0.5, chart.series[s].bars[i],
               kBarColours[s % std::size(kBarColours)]);
  }
  if (std::isfinite(chart.threshold))
    svg.line(x(chart.threshold), frame.top, x(chart.threshold), frame.bottom, kBad, 1.2, kThresholdDash);
  svg.line(x(0), frame.top, x(0), frame.bottom, kAxisInk);
  return svg.str(bottom + 4);
}

}  // namespace

std::string draw(const BarChart& chart) {
  return on_sheets([&](const Sheet& sheet) { return draw_bars(chart, sheet); });
}

}  // namespace vt::report
