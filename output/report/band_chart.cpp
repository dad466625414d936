#include <algorithm>
#include <cmath>

#include "output/report/chart.hpp"
#include "output/report/frame.hpp"

namespace vt::report {
namespace {

constexpr double kOuter = 0.16, kInner = 0.28, kOverlaid = 0.14;  ///< opacities
constexpr std::size_t kMostBandMarkers = 40;

using BandPart = double Spread::*;

void draw_band(Svg& svg, const std::vector<double>& at, const Scale& y, const std::vector<Spread>& cells, BandPart low,
               BandPart high, const std::string& colour, double opacity) {
  std::vector<std::pair<double, double>> outline, back;
  for (std::size_t i = 0; i < cells.size(); ++i) {
    if (std::isnan(cells[i].p50)) continue;
    outline.emplace_back(at[i], y(cells[i].*high));
    back.emplace_back(at[i], y(cells[i].*low));
  }
  outline.insert(outline.end(), back.rbegin(), back.rend());
  if (outline.size() > 3) svg.polygon(outline, colour, opacity);
}

std::string band_colour(const BandChart& chart, std::size_t i) {
  if (!chart.is_overlaid) return kColours[0];
  if (!chart.is_ordered) return kColours[i % std::size(kColours)];
  const std::size_t n = chart.panels.size(), last = std::size(kShades) - 1;
  return kShades[n < 2 ? 2 : std::min(last, i * last / (n - 1))];
}

bool band_has_markers(const BandChart& chart) { return chart.x.labels.size() <= kMostBandMarkers; }

void draw_group(Svg& svg, const BandChart& chart, std::size_t i, const std::vector<double>& at, const Scale& y) {
  const BandPanel& panel = chart.panels[i];
  const std::string colour = band_colour(chart, i);
  std::vector<std::pair<double, double>> medians;
  for (std::size_t k = 0; k < panel.cells.size(); ++k)
    if (!std::isnan(panel.cells[k].p50)) medians.emplace_back(at[k], y(panel.cells[k].p50));
  if (medians.size() > 1) svg.polyline(medians, colour, 2.2, chart.is_overlaid ? kDashes[i % std::size(kDashes)] : "");
  const int shape = chart.is_overlaid ? static_cast<int>(i % 3) : 0;
  if (medians.size() < 2 || band_has_markers(chart))
    for (const auto& [x, py] : medians) svg.marker(x, py, shape, colour, false, 3);
}

void draw_plot(Svg& svg, const BandChart& chart, const std::vector<std::size_t>& groups, const Frame& frame,
               const Scale& y) {
  const std::vector<double> at = positions(chart.x, frame);
  draw_references(svg, frame, y, chart.references);
  if (has_numbers(chart.x)) {
    const auto [low, high] = std::ranges::minmax_element(chart.x.at);
    draw_references(svg, frame, {*low, *high, at.front(), at.back(), false}, chart.x_references, true);
  }
  for (const std::size_t g : groups) {
    const std::vector<Spread>& cells = chart.panels[g].cells;
    const double outer = chart.is_overlaid ? kOverlaid : kOuter;
    draw_band(svg, at, y, cells, &Spread::p5, &Spread::p95, band_colour(chart, g), outer);
    if (!chart.is_overlaid) draw_band(svg, at, y, cells, &Spread::p25, &Spread::p75, band_colour(chart, g), kInner);
  }
  for (const std::size_t g : groups) draw_group(svg, chart, g, at, y);
  for (const std::size_t g : groups)
    for (const PublishedPoint& point : chart.panels[g].published)
      draw_published(svg, at[point.x], y, point, chart.is_overlaid ? band_colour(chart, g) : kInk);
}

double draw_band_legend(Svg& svg, const BandChart& chart) {
  Legend legend(svg.sheet().width - 4);
  const int marker = band_has_markers(chart) ? 0 : -1;
  for (std::size_t i = 0; i < chart.panels.size() && chart.is_overlaid; ++i)
    legend.add({.name = chart.panels[i].name + (i == 0 ? ": median" : ""),
                .colour = band_colour(chart, i),
                .dash = kDashes[i % std::size(kDashes)],
                .width = 2.2,
                .marker = marker < 0 ? -1 : static_cast<int>(i % 3),
                .size = 3});
  if (!chart.is_overlaid) {
    legend.add({.name = "median", .colour = kColours[0], .width = 2.2, .marker = marker, .size = 3});
    legend.add({.kind = KeyEntry::Kind::area, .name = "25–75 %", .colour = kColours[0], .opacity = kInner});
  }
  legend.add({.kind = KeyEntry::Kind::area,
              .name = "5–95 % of patients",
              .colour = band_colour(chart, 0),
              .opacity = chart.is_overlaid ? kOverlaid : kOuter});
  std::vector<PublishedPoint> published;
  for (std::size_t g = 0; g < chart.panels.size(); ++g)
    for (PublishedPoint point : chart.panels[g].published)
      point.curve = static_cast<int>(g), published.push_back(point);
  add_published(legend, published, [&](const PublishedPoint& p) {
    return chart.is_overlaid ? band_colour(chart, static_cast<std::size_t>(p.curve)) : std::string(kInk);
  });
  add_references(legend, chart.references);
  add_references(legend, chart.x_references);
  return legend.draw(svg, 2, 0);
}

std::string draw_bands(const BandChart& chart, const Sheet& sheet) {
  Range range;
  for (const BandPanel& panel : chart.panels) {
    for (const Spread& cell : panel.cells) range.include(cell);
    for (const PublishedPoint& point : panel.published) range.include(point);
  }
  range.include(chart.references);
  const std::size_t n = chart.is_overlaid ? 1 : chart.panels.size();
  const double height = n == 1 ? (sheet.is_narrow ? 230 : 310) : sheet.is_narrow ? 150 : n > 3 ? 190 : 260;
  const Scale any = vertical_scale(range, height, 0, false);
  const double left = vertical_axis_room(any, height, false);

  Svg svg(sheet, chart.words.id, chart.words.title, chart.words.description);
  const double top = draw_y_title(svg, draw_band_legend(svg, chart), chart.words.y_title, any, false);
  const ShortLabels labels = short_labels(chart.x.labels);
  const bool has_names = !chart.is_overlaid && n > 1;
  std::vector<std::string> names(n);
  for (std::size_t i = 0; i < n && has_names; ++i) names[i] = chart.panels[i].name;
  PanelGrid grid(sheet, names, left, sheet.width - 12, top + 4, height);
  const auto placed_in = [&](const Frame& frame) {
    return place_labels(positions(chart.x, frame), labels.labels, frame.left - (n > 1 ? PanelGrid::kReach : left),
                        frame.right + (n > 1 ? PanelGrid::kReach : 9), !has_numbers(chart.x));
  };
  grid.set_below(placed_in(grid.frame(0)).height + 4);
  double bottom = 0;
  for (std::size_t i = 0; i < n; ++i) {
    const Frame frame = grid.frame(i);
    const Scale y = vertical_scale(range, frame.bottom, frame.top, false);
    draw_vertical_axis(svg, frame, y, false, grid.is_first(i));
    grid.draw_name(svg, i);
    std::vector<std::size_t> groups = {i};
    for (std::size_t g = 1; g < chart.panels.size() && chart.is_overlaid; ++g) groups.push_back(g);
    draw_plot(svg, chart, groups, frame, y);
    bottom =
        std::max(bottom, draw_horizontal_axis(svg, frame, positions(chart.x, frame), labels.labels, placed_in(frame)));
  }
  return svg.str(draw_x_title(svg, grid.whole(), bottom, title_with(chart.words.x_title, labels.shared)) + 4);
}

}  // namespace

std::string draw(const BandChart& chart) {
  if (chart.panels.empty()) return "";
  return on_sheets([&](const Sheet& sheet) { return draw_bands(chart, sheet); });
}

}  // namespace vt::report
