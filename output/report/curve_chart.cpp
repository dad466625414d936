#include <algorithm>
#include <cmath>

#include "output/report/chart.hpp"
#include "output/report/frame.hpp"

namespace vt::report {
namespace {

constexpr std::size_t kMostMarkers = 40,
                      kMostBars = 60;  ///< points of one curve; of all, beyond which intervals are bands
constexpr double kBandOpacity = 0.15;

struct Look {
  std::string colour, dash;
  int marker;
  bool is_hollow;
};

std::size_t number_of(const std::vector<Curve>& curves, std::size_t i) {
  return curves[i].look < 0 ? i : static_cast<std::size_t>(curves[i].look);
}

Look look_of(const CurvePanels& chart, std::size_t i) {
  const std::vector<Curve>& curves = chart.panels[0].curves;
  const Curve& curve = curves[i];
  const std::size_t k = number_of(curves, i);
  std::string colour = kColours[k % std::size(kColours)];
  if (curve.is_aside) {
    colour = kAsideInk;
  } else if (chart.is_ordered) {
    const auto n = static_cast<std::size_t>(std::ranges::count(curves, false, &Curve::is_aside));
    colour = kShades[n < 2 ? 2 : std::min(std::size(kShades) - 1, k * (std::size(kShades) - 1) / (n - 1))];
  }
  if (curve.is_broken) return {colour, "4 3", static_cast<int>(k % 3), true};
  return {colour, curve.is_aside ? "2 4" : kDashes[k % std::size(kDashes)], static_cast<int>(k % 3), false};
}

bool has_bars(const CurvePanels& chart) {
  return std::ranges::any_of(chart.panels, [](const CurvePanel& panel) {
    return std::ranges::any_of(panel.curves, [](const Curve& curve) {
      return std::ranges::any_of(curve.cells, [](const Estimate& e) { return e.interval.high > e.interval.low; });
    });
  });
}

/// Many points have their intervals as bands.
bool has_bands(const CurvePanels& chart) {
  return has_numbers(chart.x) && chart.x.labels.size() * chart.panels[0].curves.size() > kMostBars;
}

Range curve_range(const CurvePanels& chart) {
  Range range;
  for (const CurvePanel& panel : chart.panels) {
    for (const Curve& curve : panel.curves)
      for (const Estimate& e : curve.cells)
        range.include(e.value), range.include(e.interval.low), range.include(e.interval.high);
    for (const PublishedPoint& point : panel.published) range.include(point);
  }
  range.include(chart.references);
  return range;
}

void draw_interval_band(Svg& svg, const Curve& curve, const std::vector<double>& at, const Scale& y,
                        const std::string& colour) {
  std::vector<std::pair<double, double>> outline, back;
  for (std::size_t k = 0; k < curve.cells.size(); ++k) {
    const Interval& i = curve.cells[k].interval;
    if (!(i.low <= i.high)) continue;
    outline.emplace_back(at[k], y(i.high));
    back.emplace_back(at[k], y(i.low));
  }
  outline.insert(outline.end(), back.rbegin(), back.rend());
  if (outline.size() > 3) svg.polygon(outline, colour, kBandOpacity);
}

void draw_curve(Svg& svg, const CurvePanels& chart, const Curve& curve, std::size_t i, const std::vector<double>& at,
                const Scale& y, double shift) {
  const Look look = look_of(chart, i);
  const bool with_bands = has_bands(chart);
  if (with_bands) draw_interval_band(svg, curve, at, y, look.colour);
  std::vector<std::pair<double, double>> points;
  for (std::size_t k = 0; k < curve.cells.size(); ++k) {
    const Estimate& e = curve.cells[k];
    if (std::isnan(e.value)) continue;
    points.emplace_back(at[k] + shift, y(e.value));
    if (!with_bands && e.interval.high > e.interval.low)
      svg.line(at[k] + shift, y(e.interval.low), at[k] + shift, y(e.interval.high), look.colour, 1.5);
  }
  const bool is_joined = curve.is_joined && has_numbers(chart.x) && points.size() > 1;
  if (is_joined) svg.polyline(points, look.colour, 2, look.dash, chart.is_cumulative ? "data-cumulative=\"\"" : "");
  if (is_joined && chart.x.labels.size() > kMostMarkers) return;
  for (const auto& [x, py] : points) svg.marker(x, py, look.marker, look.colour, look.is_hollow);
}

KeyEntry key_to_curve(const CurvePanels& chart, std::size_t i) {
  const Curve& curve = chart.panels[0].curves[i];
  const Look look = look_of(chart, i);
  const bool is_joined =
      has_numbers(chart.x) && std::ranges::any_of(chart.panels, [i](const CurvePanel& panel) {
        return panel.curves[i].is_joined &&
               std::ranges::count_if(panel.curves[i].cells, [](auto& e) { return !std::isnan(e.value); }) > 1;
      });
  const bool has_markers = !is_joined || chart.x.labels.size() <= kMostMarkers;
  return {.kind = is_joined ? KeyEntry::Kind::line : KeyEntry::Kind::mark,
          .name = curve.name,
          .colour = look.colour,
          .dash = look.dash,
          .marker = has_markers ? look.marker : -1,
          .is_hollow = look.is_hollow};
}

double draw_curve_legend(Svg& svg, const CurvePanels& chart, const std::vector<PublishedPoint>& published) {
  Legend legend(svg.sheet().width - 4);
  const std::vector<Curve>& curves = chart.panels[0].curves;
  for (std::size_t i = 0; i < curves.size() && curves.size() > 1; ++i) legend.add(key_to_curve(chart, i));
  const std::string first = look_of(chart, 0).colour;
  if (has_bars(chart) && has_bands(chart))
    legend.add({.kind = KeyEntry::Kind::area,
                .name = "95 % interval of the simulation",
                .colour = first,
                .opacity = kBandOpacity});
  else if (has_bars(chart))
    legend.add({.kind = KeyEntry::Kind::bar, .name = "95 % interval of the simulation", .colour = first, .width = 1.5});
  add_published(legend, published, [&](const PublishedPoint& p) {
    return p.curve < 0 ? std::string(kInk) : look_of(chart, static_cast<std::size_t>(p.curve)).colour;
  });
  add_references(legend, chart.references);
  add_references(legend, chart.x_references);
  return legend.draw(svg, 2, 0);
}

void draw_curve_panel(Svg& svg, const CurvePanels& chart, const CurvePanel& panel, const Frame& frame, const Scale& y) {
  const std::vector<double> at = positions(chart.x, frame);
  const double slot = at.size() > 1 ? std::fabs(at[1] - at[0]) : frame.width(),
               n = static_cast<double>(panel.curves.size());
  const double step = has_bands(chart) ? 0 : std::min(7.0, 0.6 * slot / (n + 1)), middle = 0.5 * (n - 1);
  draw_references(svg, frame, y, chart.references);
  if (has_numbers(chart.x)) {
    const auto [low, high] = std::ranges::minmax_element(chart.x.at);
    draw_references(svg, frame, {*low, *high, at.front(), at.back(), false}, chart.x_references, true);
  }
  for (std::size_t i = 0; i < panel.curves.size(); ++i)
    draw_curve(svg, chart, panel.curves[i], i, at, y, step * (static_cast<double>(i) - middle));
  const double beyond = step * middle + std::min(9.0, 0.2 * slot);
  for (const PublishedPoint& point : panel.published) {
    const std::string colour = point.curve < 0 ? kInk : look_of(chart, static_cast<std::size_t>(point.curve)).colour;
    const double x = at[point.x] + beyond + (point.curve > 0 ? std::min(7.0, 0.15 * slot) * point.curve : 0);
    draw_published(svg, std::min(x, frame.right + 7), y, point, colour);
  }
}

std::string draw_on(const CurvePanels& chart, const Sheet& sheet) {
  std::vector<PublishedPoint> published;
  for (const CurvePanel& panel : chart.panels)
    published.insert(published.end(), panel.published.begin(), panel.published.end());
  const std::size_t n = chart.panels.size();
  const double height = n == 1 ? (sheet.is_narrow ? 230 : 310) : sheet.is_narrow ? 150 : 190;
  const Range range = curve_range(chart);
  const auto scale = [&](double bottom, double top) {
    return vertical_scale(range, bottom, top, chart.is_share, !chart.is_linear);
  };
  const Scale any = scale(height, 0);
  const double left = vertical_axis_room(any, height, chart.is_share), right = sheet.width - 12;

  Svg svg(sheet, chart.words.id, chart.words.title, chart.words.description);
  double top = draw_curve_legend(svg, chart, published);
  top = draw_y_title(svg, top, chart.words.y_title, any, chart.is_share);
  const ShortLabels labels = short_labels(chart.x.labels);
  std::vector<std::string> names;
  for (const CurvePanel& panel : chart.panels) names.push_back(panel.name);
  PanelGrid grid(sheet, names, left, right, top + 4, height);
  const auto placed_in = [&](const Frame& frame) {
    return place_labels(positions(chart.x, frame), labels.labels, frame.left - (n > 1 ? PanelGrid::kReach : left),
                        frame.right + (n > 1 ? PanelGrid::kReach : 9), !has_numbers(chart.x));
  };
  grid.set_below(placed_in(grid.frame(0)).height + 4);
  double bottom = 0;
  for (std::size_t i = 0; i < n; ++i) {
    const Frame frame = grid.frame(i);
    const Scale y = scale(frame.bottom, frame.top);
    draw_vertical_axis(svg, frame, y, chart.is_share, grid.is_first(i));
    grid.draw_name(svg, i);
    draw_curve_panel(svg, chart, chart.panels[i], frame, y);
    bottom =
        std::max(bottom, draw_horizontal_axis(svg, frame, positions(chart.x, frame), labels.labels, placed_in(frame)));
  }
  return svg.str(draw_x_title(svg, grid.whole(), bottom, title_with(chart.words.x_title, labels.shared)) + 4);
}

}  // namespace

std::string draw(const CurvePanels& chart) {
  if (chart.panels.empty() || chart.panels[0].curves.empty()) return "";
  return on_sheets([&](const Sheet& sheet) { return draw_on(chart, sheet); });
}

std::string draw(const CurveChart& chart) {
  return draw(CurvePanels{.words = chart.words,
                          .x = chart.x,
                          .panels = {{"", chart.curves, chart.published}},
                          .is_ordered = chart.is_ordered,
                          .is_share = chart.is_share,
                          .is_linear = chart.is_linear,
                          .is_cumulative = chart.is_cumulative,
                          .references = chart.references,
                          .x_references = chart.x_references});
}

}  // namespace vt::report
