#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "output/report/frame.hpp"
#include "output/study/study_chart.hpp"
#include "output/text.hpp"

namespace vt::report {
namespace {

struct Rgb {
  double r, g, b;
};
constexpr const char *kNoValue = "#DDDDDD",
                     *kFrame = "#D55E00";  // the same in the dark, as all cells are: large letters are in no ink
constexpr Rgb kPale{0xf1, 0xf5, 0xf9}, kBlue{0x0b, 0x2f, 0x5c}, kOrange{0x9c, 0x42, 0x00};

std::string between(const Rgb& a, const Rgb& b, double share) {
  const auto mix = [&](double x, double y) { return static_cast<int>(std::lround(x + share * (y - x))); };
  return fmt::format("#{:02X}{:02X}{:02X}", mix(a.r, b.r), mix(a.g, b.g), mix(a.b, b.b));
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
  /// White or black, whichever differs more: by 4.58 : 1 at least, whatever the colour.
  const char* words_on(double value) const {
    const std::string fill = (*this)(value);
    return contrast(fill.c_str(), kOnDeep) > contrast(fill.c_str(), kOnPale) ? kOnDeep : kOnPale;
  }
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
      svg.rectangle(x, y, w - seam, h - seam, is_there ? colours(value) : kNoValue);
      if (with_numbers)
        svg.text(x + 0.5 * w, y + 0.5 * h + 4, number_in_cell(chart, value), Anchor::middle,
                 is_there ? colours.words_on(value) : kOnPale);
    }
  for (std::size_t i = 0; i < panel.is_marked.size(); ++i) {
    if (!panel.is_marked[i]) continue;
    const std::size_t up = i / nx;
    const double x = frame.left + w * static_cast<double>(i % nx) + 1, r = x + w - 3;
    const double b = frame.bottom - h * static_cast<double>(up) - 2, y = b - h + 3;
    svg.polygon({{x, y}, {r, y}, {r, b}, {x, b}}, "none", 1, kFrame);
  }
}

void draw_row_labels(Svg& svg, const HeatChart& chart, const Frame& frame) {
  const std::size_t n = chart.y_labels.size();
  const double h = frame.height() / static_cast<double>(n);
  const auto stride = static_cast<std::size_t>(std::ceil(15 / h));
  for (std::size_t row = 0; row < n; row += stride)
    svg.fitted_text(frame.left - 8, frame.bottom - h * (static_cast<double>(row) + 0.5) + 4, chart.y_labels[row],
                    frame.left - 10, Anchor::end);
}

std::vector<double> column_places(const HeatChart& chart, const Frame& frame) {
  return positions({chart.x_labels, {}}, frame);
}

AxisLabels column_labels(const HeatChart& chart, const Frame& frame) {
  const bool are_numbers = std::ranges::all_of(chart.x_labels, [](const std::string& label) {
    return !label.empty() && (std::isdigit(static_cast<unsigned char>(label[0])) != 0 || label[0] == '-');
  });
  return place_labels(column_places(chart, frame), chart.x_labels, frame.left - 6, frame.right + 6, !are_numbers);
}

/// With the numbers at its ends and between. \returns the y below
double draw_colour_bar(Svg& svg, const HeatChart& chart, double y, const HeatColours& colours) {
  constexpr int steps = 40;
  constexpr double thick = 12, longest = 320;
  y = svg.lines(2, y + 13, wrapped(chart.value_title, svg.sheet().width - 4, 2)) - 8;
  if (!(colours.high > colours.low)) return y;
  const Frame bar{24, y, std::min(24 + longest, svg.sheet().width - 24), y + thick};
  const Scale x{colours.low, colours.high, bar.left, bar.right, false};
  for (int i = 0; i < steps; ++i) {  // each reaches to the end: no seams
    const double from = colours.low + (colours.high - colours.low) * i / steps;
    svg.rectangle(x(from), y, bar.right - x(from), thick, colours(from + 0.5 * (colours.high - colours.low) / steps));
  }
  const Ticks ticks = ticks_of(x, chart.is_share, 5);
  std::vector<double> at;
  std::ranges::transform(ticks.at, std::back_inserter(at), x);
  const AxisLabels placed = place_labels(at, ticks.labels, 2, svg.sheet().width - 2, false);
  return draw_horizontal_axis(svg, bar, at, ticks.labels, placed) + 8;
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
    fits = fits && pixel_width(joined(panel.name)) < width;
  }
  return fits ? std::min<std::size_t>(lines, 1) : lines;
}

void draw_heat_name(Svg& svg, const HeatPanel& panel, const Frame& frame, std::size_t lines) {
  const std::vector<std::string> one = {joined(panel.name)};
  const std::vector<std::string>& texts = lines > 1 ? panel.name : one;
  for (std::size_t i = 0; i < texts.size() && lines > 0; ++i)
    svg.fitted_text(0.5 * (frame.left + frame.right),
                    frame.top - 6 - line_height() * static_cast<double>(texts.size() - 1 - i), texts[i],
                    frame.width() + 8, Anchor::middle);
}

std::string draw_heat(const HeatChart& chart, const Sheet& sheet) {
  Range range;
  double widest = 0;
  for (const HeatPanel& panel : chart.panels)
    for (const double value : panel.values) range.include(value);
  for (const std::string& label : chart.y_labels) widest = std::max(widest, pixel_width(label));
  const HeatColours colours{range.low(), range.high(), range.low() < 0 && range.high() > 0};
  const double left = 12 + std::clamp(widest, 20.0, sheet.is_narrow ? 84.0 : 150.0), right = sheet.width - 10, gap = 14;
  const std::size_t n = chart.panels.size(), most_columns = sheet.is_narrow ? (chart.x_labels.size() > 5 ? 1 : 2) : 9;
  const std::size_t columns = std::clamp<std::size_t>(chart.columns, 1, most_columns),
                    rows = (n + columns - 1) / columns;
  const double width = (right - left - gap * static_cast<double>(columns - 1)) / static_cast<double>(columns);
  const std::size_t lines = lines_of_names(chart, width);
  const double title = lines > 0 ? 8 + line_height() * static_cast<double>(lines) : 0;
  const double height = std::clamp(26.0 * static_cast<double>(chart.y_labels.size()), 60.0, n == 1 ? 340.0 : 200.0);

  Svg svg(sheet, chart.words.id, chart.words.title, chart.words.description);
  double top = draw_colour_bar(svg, chart, 0, colours);
  if (!chart.words.y_title.empty())
    top = svg.lines(2, top + 12, wrapped("upwards: " + chart.words.y_title, sheet.width - 4, 2)) - 6;
  const double below = column_labels(chart, {left, 0, left + width, height}).height + 10, row = height + title + below;
  for (std::size_t i = 0; i < n; ++i) {
    const double from = left + static_cast<double>(i % columns) * (width + gap);
    const double above = top + title + static_cast<double>(i / columns) * row;
    const Frame frame{from, above, from + width, above + height};
    draw_heat_name(svg, chart.panels[i], frame, lines);
    draw_cells(svg, chart, chart.panels[i], frame, colours);
    draw_horizontal_axis(svg, frame, column_places(chart, frame), chart.x_labels, column_labels(chart, frame));
    if (i % columns == 0) draw_row_labels(svg, chart, frame);
  }
  const double bottom = top + row * static_cast<double>(rows) - 8;
  return svg.str(draw_x_title(svg, {left, top, right, bottom}, bottom, chart.words.x_title) + 4);
}

}  // namespace

std::string draw(const HeatChart& chart) {
  if (chart.panels.empty()) return "";
  return on_sheets([&](const Sheet& sheet) { return draw_heat(chart, sheet); });
}

}  // namespace vt::report
