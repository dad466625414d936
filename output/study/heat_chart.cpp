#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "output/report/frame.hpp"
#include "output/report/svg.hpp"
#include "output/study/study_chart.hpp"
#include "output/text.hpp"

namespace vt::report {
namespace {

struct Rgb {
  double r, g, b;
};
constexpr Rgb kPale{0xf1, 0xf5, 0xf9}, kBlue{0x0b, 0x2f, 0x5c}, kOrange{0x9c, 0x42, 0x00};

std::string between(const Rgb& a, const Rgb& b, double share) {
  const auto mix = [&](double x, double y) { return static_cast<int>(std::lround(x + share * (y - x))); };
  return fmt::format("#{:02x}{:02x}{:02x}", mix(a.r, b.r), mix(a.g, b.g), mix(a.b, b.b));
}

/// From pale to blue; where values have both signs, from orange over pale at 0 to blue.
struct HeatColours {
  double low, high;
  bool has_signs;
  double share(double value) const {
    if (has_signs) return value / std::max(-low, high);
    return high > low ? (value - low) / (high - low) : 0.5;
  }
  std::string operator()(double value) const {
    const double s = share(value);
    return s < 0 ? between(kPale, kOrange, std::min(1.0, -s)) : between(kPale, kBlue, std::min(1.0, s));
  }
  const char* words_on(double value) const { return std::fabs(share(value)) > 0.6 ? "#fff" : "#222"; }
};

std::string number_in_cell(const HeatChart& chart, double value) {
  return std::isfinite(value) ? short_number(chart.is_share ? 100 * value : value) : "–";
}

/// All of them or none are written.
bool numbers_fit(const HeatChart& chart, double width, double height) {
  if (height < 15) return false;
  return std::ranges::all_of(chart.panels, [&](const HeatPanel& panel) {
    return std::ranges::all_of(panel.values,
                               [&](double value) { return pixel_width(number_in_cell(chart, value)) + 5 <= width; });
  });
}

void draw_cells(Svg& svg, const HeatChart& chart, const HeatPanel& panel, const Frame& frame,
                const HeatColours& colours) {
  const std::size_t nx = chart.x_labels.size(), ny = chart.y_labels.size();
  const double w = (frame.right - frame.left) / static_cast<double>(nx);
  const double h = (frame.bottom - frame.top) / static_cast<double>(ny);
  const double seam = std::min(w, h) > 8 ? 1 : 0;
  const bool with_numbers = numbers_fit(chart, w, h);
  for (std::size_t row = 0; row < ny; ++row)
    for (std::size_t column = 0; column < nx; ++column) {
      const double value = panel.values[row * nx + column];
      const double x = frame.left + w * static_cast<double>(column),
                   y = frame.bottom - h * static_cast<double>(row + 1);
      const bool is_there = std::isfinite(value);
      svg.rectangle(x, y, w - seam, h - seam, is_there ? colours(value) : "#dddddd");
      if (with_numbers)
        svg.text(x + 0.5 * w, y + 0.5 * h + 4, number_in_cell(chart, value), Anchor::middle,
                 is_there ? colours.words_on(value) : "#555", 11.5);
    }
  for (std::size_t i = 0; i < panel.is_marked.size(); ++i) {
    if (!panel.is_marked[i]) continue;
    const std::size_t up = i / nx;
    const double x = frame.left + w * static_cast<double>(i % nx) + 1, r = x + w - 3;
    const double b = frame.bottom - h * static_cast<double>(up) - 2, y = b - h + 3;
    svg.polygon({{x, y}, {r, y}, {r, b}, {x, b}}, "none", 1, "#d55e00");
  }
}

void draw_row_labels(Svg& svg, const HeatChart& chart, const Frame& frame) {
  const double h = (frame.bottom - frame.top) / static_cast<double>(chart.y_labels.size());
  double free_below = 1e9;
  for (std::size_t row = 0; row < chart.y_labels.size(); ++row) {
    const double y = frame.bottom - h * (static_cast<double>(row) + 0.5);
    if (y > free_below) continue;
    svg.text(frame.left - 8, y + 4, fitting(chart.y_labels[row], 110), Anchor::end);
    free_below = y - 14;
  }
}

void draw_column_labels(Svg& svg, const HeatChart& chart, const Frame& frame) {
  const double w = (frame.right - frame.left) / static_cast<double>(chart.x_labels.size());
  std::vector<double> at;
  std::vector<std::string> labels;
  for (std::size_t column = 0; column < chart.x_labels.size(); ++column) {
    at.push_back(frame.left + w * (static_cast<double>(column) + 0.5));
    labels.push_back(fitting(chart.x_labels[column], std::max(w - 4, 46.0)));
  }
  draw_horizontal_axis(svg, frame, at, labels, "");
}

void draw_colour_bar(Svg& svg, const HeatChart& chart, double x, double top, double bottom,
                     const HeatColours& colours) {
  constexpr int steps = 40;
  const double low = colours.low, high = colours.high > low ? colours.high : low + 1;
  const Scale y{low, high, bottom, top, false};
  for (int i = steps; i-- > 0 && colours.high > low;) {  // each reaches down to the end: no seams
    const double to = low + (high - low) * (i + 1) / steps;
    svg.rectangle(x, y(to), 14, bottom - y(to), colours(to - 0.5 * (high - low) / steps));
  }
  for (const double tick : round_ticks(low, high, false, 5)) {
    if (tick < low - 1e-9 * (high - low) || tick > high + 1e-9 * (high - low) || !(colours.high > low)) continue;
    svg.line(x + 14, y(tick), x + 18, y(tick), "#555");
    svg.text(x + 21, y(tick) + 4, short_number(chart.is_share ? 100 * tick : tick));
  }
}

std::string joined(const std::vector<std::string>& parts) {
  std::string text;
  for (const std::string& part : parts) text += (text.empty() ? "" : ", ") + part;
  return text;
}

/// Of every panel: one line, or as many as a name has parts.
std::size_t lines_of_names(const HeatChart& chart, double width) {
  std::size_t lines = 0;
  bool fits = true;
  for (const HeatPanel& panel : chart.panels) {
    lines = std::max(lines, panel.name.size());
    fits = fits && 1.1 * pixel_width(joined(panel.name)) < width;
  }
  return fits ? std::min<std::size_t>(lines, 1) : lines;
}

void draw_panel_name(Svg& svg, const HeatPanel& panel, const Frame& frame, std::size_t lines) {
  const double middle = 0.5 * (frame.left + frame.right), width = 0.9 * (frame.right - frame.left);
  const std::vector<std::string> one = {joined(panel.name)};
  const std::vector<std::string>& texts = lines > 1 ? panel.name : one;
  for (std::size_t i = 0; i < texts.size() && lines > 0; ++i)
    svg.text(middle, frame.top - 6 - 15 * static_cast<double>(texts.size() - 1 - i), fitting(texts[i], width),
             Anchor::middle, "#222");
}

}  // namespace

std::string draw(const HeatChart& chart) {
  Range range;
  double widest = 0;
  for (const HeatPanel& panel : chart.panels)
    for (const double value : panel.values) range.include(value);
  for (const std::string& label : chart.y_labels) widest = std::max(widest, pixel_width(label));
  const HeatColours colours{range.low(), range.high(), range.low() < 0 && range.high() > 0};
  const double left = 46 + std::clamp(widest, 30.0, 116.0), right = 736, gap = 14, top = 34;
  const std::size_t columns = std::max<std::size_t>(1, chart.columns), n = chart.panels.size();
  const std::size_t rows = (n + columns - 1) / columns;
  const double width = (right - left - gap * static_cast<double>(columns - 1)) / static_cast<double>(columns);
  const std::size_t lines = lines_of_names(chart, width);
  const double most = n == 1 ? 340 : 200, title = lines > 0 ? 8 + 15 * static_cast<double>(lines) : 0;
  const double height = std::clamp(26.0 * static_cast<double>(chart.y_labels.size()), 60.0, most);
  const double row = height + title + 30, bottom = top + row * static_cast<double>(rows);

  Svg svg(chart.words.id, 820, bottom + 26, chart.words.title, chart.words.description);
  svg.text(left, 17, chart.value_title, Anchor::start, "#222");
  for (std::size_t i = 0; i < n; ++i) {
    const std::size_t place_down = i / columns;
    const double from = left + static_cast<double>(i % columns) * (width + gap);
    const double above = top + title + static_cast<double>(place_down) * row;
    const Frame frame{from, above, from + width, above + height};
    draw_panel_name(svg, chart.panels[i], frame, lines);
    draw_cells(svg, chart, chart.panels[i], frame, colours);
    draw_column_labels(svg, chart, frame);
    if (i % columns == 0) draw_row_labels(svg, chart, frame);
  }
  svg.text(0.5 * (left + right), bottom + 14, chart.words.x_title, Anchor::middle);
  svg.text(16, 0.5 * (top + bottom), fitting(chart.words.y_title, bottom - top), Anchor::middle, "#333", 12, true);
  draw_colour_bar(svg, chart, right + 16, top + title, std::clamp(bottom - 30, top + 60, top + 260), colours);
  return svg.str();
}

}  // namespace vt::report
