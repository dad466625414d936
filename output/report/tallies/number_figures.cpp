#include <fmt/format.h>

#include <algorithm>

#include "output/report/figures.hpp"
#include "output/report/tallies/view.hpp"
#include "output/text.hpp"

namespace vt::report {
namespace {

using Kind = Statistic::Kind;
constexpr std::size_t kMostOverlaid = 2, kMostGroups = 12;

std::vector<std::size_t> all_cells(const ResultTally& tally, AxisIndex axis) {
  std::vector<std::size_t> cells(cells_along(tally, axis));
  for (std::size_t i = 0; i < cells.size(); ++i) cells[i] = i;
  return cells;
}

bool holds_somebody(const ResultTally& tally, AxisIndex axis, std::size_t cell) {
  return cells_at(tally, {{axis, cell}}).evaluable > 0;
}

/// Cells in which there is somebody.
std::vector<std::size_t> cells_with_somebody(const ResultTally& tally, AxisIndex axis) {
  std::vector<std::size_t> cells = all_cells(tally, axis);
  std::erase_if(cells, [&](std::size_t cell) { return !holds_somebody(tally, axis, cell); });
  return cells;
}

Spread spread_of(const ResultTally& tally, const Pooled& pooled) {
  const auto at = [&](double p) { return value_of(tally, pooled, Statistic{Kind::quantile, p}); };
  return {at(0.05), at(0.25), at(0.5), at(0.75), at(0.95), pooled.evaluable};
}

void add_spread(const Spread& s, std::vector<std::string> row, Table& table) {
  if (s.n == 0) return;
  row.push_back(fmt::format("{}", s.n));
  for (const double v : {s.p5, s.p25, s.p50, s.p75, s.p95}) row.push_back(short_number(v));
  table.rows.push_back(std::move(row));
}

Table spread_table(const ResultTally& tally, const Layout& layout) {
  Table table;
  for (const AxisIndex& axis : {layout.panel, layout.by, layout.x})
    if (axis) table.heading.push_back(axis_title(tally.axes[*axis]));
  for (const char* h : {">n", ">5 %", ">25 %", ">median", ">75 %", ">95 %"}) table.heading.emplace_back(h);
  for (const std::size_t p : all_cells(tally, layout.panel))
    for (const std::size_t c : all_cells(tally, layout.by))
      for (const std::size_t x : all_cells(tally, layout.x)) {
        std::vector<std::string> row;
        for (const auto& [axis, cell] : {std::pair(layout.panel, p), {layout.by, c}, {layout.x, x}})
          if (axis) row.push_back(label_of(tally, axis, cell));
        add_spread(spread_of(tally, cells_at(tally, {{layout.panel, p}, {layout.by, c}, {layout.x, x}})), row, table);
      }
  return table;
}

/// Thresholds of the tally, named with their values.
std::vector<Reference> references_of(const ResultTally& tally) {
  std::vector<Reference> references;
  for (const double t : tally.thresholds)
    references.push_back({t, t, short_number(t) + (has_unit(tally.unit) ? " " + tally.unit : "")});
  return references;
}

Words spread_words(const ResultTally& tally, AxisIndex x, const Figure& figure, std::size_t id,
                   const char* description) {
  return {fmt::format("figure-{}", id), figure.title, description, x ? axis_title(tally.axes[*x]) : "",
          value_title(tally)};
}

void finish_spreads(const ResultTally& tally, const Layout& layout, const PublishedOf& published, Figure& figure) {
  figure.caption += whose(tally, layout);
  if (!tally.thresholds.empty()) figure.caption += " Lines: thresholds.";
  figure.caption += published.text();
  if (!figure.caption.empty() && figure.caption[0] == ' ') figure.caption.erase(0, 1);
  figure.has_published = published.any();
}

/// Over visits, or over the hours of a profile; groups together or, where they are many, in panels.
Figure bands(const ResultTally& tally, const Layout& layout, const std::vector<Comparison>& rows, std::size_t id) {
  const AxisIndex group = layout.by ? layout.by : layout.panel;
  const Layout of_groups{layout.x, group, {}};
  BandChart chart;
  chart.x = horizontal(tally, layout.x);
  chart.references = references_of(tally);
  chart.is_ordered = group && (entry_of(tally.axes[*group].kind).is_ordered || group == view_of(tally).visit);
  Figure figure;
  figure.title = title_of(tally);
  const std::vector<std::size_t> there = cells_with_somebody(tally, group);
  PublishedOf published(tally, rows);
  std::vector<int> drawn(cells_along(tally, group), -1);
  for (const std::size_t g : there) {
    if (chart.panels.size() == kMostGroups) break;
    drawn[g] = static_cast<int>(chart.panels.size());
    BandPanel panel{group ? label_of(tally, group, g) : "", {}, {}};
    for (const std::size_t x : drawn_along(tally, layout.x))
      panel.cells.push_back(spread_of(tally, cells_at(tally, {{group, g}, {layout.x, x}})));
    chart.panels.push_back(std::move(panel));
  }
  for (PublishedPoint& point : published.points(Kind::quantile, 0.5, of_groups, {}, drawn)) {
    const int of = point.curve;
    point.curve = -1;
    for (int i = 0; i < static_cast<int>(chart.panels.size()); ++i)
      if (of < 0 || of == i) chart.panels[static_cast<std::size_t>(i)].published.push_back(point);
  }
  chart.is_overlaid = chart.panels.size() > 1 && chart.panels.size() <= kMostOverlaid;
  figure.caption = chart.is_overlaid || chart.panels.size() < 2
                       ? "Median, and the band in which 5 to 95 % of the patients lie."
                       : "Median, and the bands in which 25 to 75 % and 5 to 95 % of the patients lie.";
  figure.caption += what_tells(tally, of_groups) + left_out(tally, group, chart.panels.size(), there.size());
  figure.data = spread_table(tally, of_groups);
  finish_spreads(tally, of_groups, published, figure);
  chart.words = spread_words(tally, layout.x, figure, id,
                             "Median, quartiles and 5 to 95 % range at each time; the numbers follow the figure.");
  if (!chart.panels.empty()) figure.svg = draw(chart);
  return figure;
}

/// Medians, a panel for each cell of a third axis.
Figure median_panels(const ResultTally& tally, const Layout& layout, const std::vector<Comparison>& rows,
                     std::size_t id) {
  CurvePanels chart;
  chart.x = horizontal(tally, layout.x);
  chart.references = references_of(tally);
  chart.is_share = false;
  chart.is_ordered = entry_of(tally.axes[*layout.by].kind).is_ordered;
  Figure figure;
  figure.title = title_of(tally);
  PublishedOf published(tally, rows);
  const std::vector<std::size_t> curves = cells_with_somebody(tally, layout.by),
                                 panels = cells_with_somebody(tally, layout.panel);
  std::vector<int> drawn(cells_along(tally, layout.by), -1);
  for (std::size_t i = 0; i < std::min(kMostGroups, curves.size()); ++i) drawn[curves[i]] = static_cast<int>(i);
  for (const std::size_t p : panels) {
    if (chart.panels.size() == kMostGroups) break;
    CurvePanel panel{label_of(tally, layout.panel, p), {}, published.points(Kind::quantile, 0.5, layout, p, drawn)};
    for (const std::size_t c : curves) {
      if (drawn[c] < 0) continue;
      Curve curve;
      curve.name = label_of(tally, layout.by, c);
      curve.is_aside = is_not_measured(tally, layout.by, c);
      for (const std::size_t x : drawn_along(tally, layout.x))
        curve.cells.push_back(estimate(tally, cells_at(tally, {{layout.panel, p}, {layout.by, c}, {layout.x, x}}),
                                       Statistic{Kind::quantile, 0.5}));
      panel.curves.push_back(std::move(curve));
    }
    chart.panels.push_back(std::move(panel));
  }
  figure.caption = "Median with its 95 % interval; how far single patients lie from it is in the table." +
                   what_tells(tally, layout) + left_out(tally, layout.panel, chart.panels.size(), panels.size()) +
                   left_out(tally, layout.by, std::min(kMostGroups, curves.size()), curves.size());
  figure.data = spread_table(tally, layout);
  finish_spreads(tally, layout, published, figure);
  chart.words =
      spread_words(tally, layout.x, figure, id, "Medians with their 95 % intervals; the numbers follow the figure.");
  if (!chart.panels.empty()) figure.svg = draw(chart);
  return figure;
}

/// Cells of one axis side by side, or of two, the second one within the first.
Figure boxes(const ResultTally& tally, const Layout& layout, const std::vector<Comparison>& rows, std::size_t id) {
  BoxChart chart;
  chart.references = references_of(tally);
  Figure figure;
  figure.title = title_of(tally);
  std::vector<int> drawn(cells_along(tally, layout.x), -1);
  for (const std::size_t c : all_cells(tally, layout.by))
    for (const std::size_t x : all_cells(tally, layout.x)) {
      const Spread spread = spread_of(tally, cells_at(tally, {{layout.by, c}, {layout.x, x}}));
      if (spread.n == 0) continue;
      if (!layout.by) drawn[x] = static_cast<int>(chart.boxes.size());
      chart.labels.push_back((layout.by ? label_of(tally, layout.by, c) + ", " : "") + label_of(tally, layout.x, x));
      chart.boxes.push_back(spread);
    }
  PublishedOf published(tally, rows);
  if (!layout.by)
    for (PublishedPoint& point : published.points(Kind::quantile, 0.5, layout, {}, {})) {
      if (drawn[point.x] < 0) continue;
      point.x = static_cast<std::size_t>(drawn[point.x]);
      chart.published.push_back(point);
    }
  figure.caption = "Median, quartiles, and the range of 5 to 95 % of the patients.";
  figure.data = spread_table(tally, layout);
  finish_spreads(tally, layout, published, figure);
  chart.words = spread_words(tally, layout.x, figure, id,
                             "Median, quartiles and 5 to 95 % range by group; the numbers follow the figure.");
  if (layout.by) chart.words.x_title = words_of(tally.axes[*layout.by]) + ", " + chart.words.x_title;
  if (!chart.boxes.empty()) figure.svg = draw(chart);
  return figure;
}

/// Does a target ask for a median of this axis' cells, all others together?
bool is_asked(const ResultTally& tally, std::size_t axis, const std::vector<Comparison>& rows) {
  PublishedOf published(tally, rows);
  return !published.points(Kind::quantile, 0.5, {axis, {}, {}}, {}, {}).empty();
}

/// Two axes in one figure where they fit, else one each.
std::vector<Layout> box_layouts(const ResultTally& tally, const View& view) {
  const bool is_pair = view.groups.size() == 2;
  if (is_pair && cells_along(tally, view.groups[0]) * cells_along(tally, view.groups[1]) <= kMostGroups)
    return {{view.groups[1], view.groups[0], {}}};
  std::vector<Layout> layouts;
  for (const std::size_t a : view.groups) layouts.push_back({a, {}, {}});
  if (layouts.empty() && !tally.axes.empty()) layouts.push_back({0, {}, {}});
  return layouts;
}

Layout over_time(const View& view) {
  const auto group = [&](std::size_t i) { return i < view.groups.size() ? AxisIndex(view.groups[i]) : std::nullopt; };
  const bool has_both = view.hours && view.visit;
  return {view.hours ? view.hours : view.visit, group(0), has_both ? view.visit : group(1)};
}

}  // namespace

std::vector<Figure> number_figures(const ResultTally& tally, const std::vector<Comparison>& rows,
                                   std::size_t first_id) {
  std::vector<Figure> figures;
  const auto next_id = [&] { return first_id + figures.size(); };
  const View view = view_of(tally);
  if (view.hours || view.visit) {
    Layout layout = over_time(view);
    if (layout.by && layout.panel) {
      figures.push_back(median_panels(tally, layout, rows, next_id()));
      const std::string third = words_of(tally.axes[*layout.panel]);
      layout.panel.reset();
      Figure figure = bands(tally, layout, rows, next_id());
      figure.title += ", all cells of " + third + " together";
      if (figure.has_published) figures.push_back(std::move(figure));
    } else {
      figures.push_back(bands(tally, layout, rows, next_id()));
    }
    for (const std::size_t a : view.groups) {
      if (view.hours || !is_asked(tally, a, rows)) continue;
      figures.push_back(boxes(tally, {a, {}, {}}, rows, next_id()));
      figures.back().title += ", all visits together";
    }
  } else {
    const std::vector<Layout> layouts = box_layouts(tally, view);
    for (const Layout& layout : layouts) {
      figures.push_back(boxes(tally, layout, rows, next_id()));
      if (layouts.size() > 1) figures.back().title += ", by " + words_of(tally.axes[*layout.x]);
    }
  }
  for (Figure& figure : attainment_figures(tally, next_id())) figures.push_back(std::move(figure));
  for (Figure& figure : dose_figures(tally, next_id())) figures.push_back(std::move(figure));
  std::erase_if(figures, [](const Figure& figure) { return figure.svg.empty(); });
  return figures;
}

}  // namespace vt::report
