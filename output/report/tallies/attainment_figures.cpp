#include <fmt/format.h>

#include "output/report/figures.hpp"
#include "output/report/tallies/view.hpp"
#include "output/text.hpp"

namespace vt::report {
namespace {

constexpr std::size_t kMostAttaining = 8;

/// Of one threshold over the visits, of several over the thresholds.
Figure attainment(const ResultTally& tally, std::size_t id) {
  const View view = view_of(tally);
  const bool is_over_visits = tally.thresholds.size() == 1 && view.visit;
  const Layout layout{
      is_over_visits ? view.visit : std::nullopt, view.groups.empty() ? std::nullopt : AxisIndex(view.groups[0]), {}};
  const std::string unit = has_unit(tally.unit) ? " " + tally.unit : "";
  CurveChart chart;
  Figure figure;
  figure.title = title_of(tally) + ": share at or above ";
  figure.title += tally.thresholds.size() == 1 ? short_number(tally.thresholds[0]) + unit : "each threshold";
  if (is_over_visits) {
    chart.x = horizontal(tally, view.visit);
  } else {
    for (const double threshold : tally.thresholds) chart.x.labels.push_back(short_number(threshold));
    if (tally.thresholds.size() > 1) chart.x.at = tally.thresholds;
  }
  const std::string x_title = is_over_visits ? axis_title(tally.axes[*view.visit])
                                             : "threshold" + (unit.empty() ? "" : " (" + tally.unit + ")");
  figure.data.heading = {layout.by ? axis_title(tally.axes[*layout.by]) : "", x_title, ">n", ">share",
                         ">95 % interval"};
  const std::size_t cells = cells_along(tally, layout.by);
  for (std::size_t g = 0; g < cells; ++g) {
    Curve curve;
    curve.name = label_of(tally, layout.by, g);
    curve.is_aside = is_not_measured(tally, layout.by, g);
    std::int64_t n = 0;
    const std::vector<std::size_t> visits = drawn_along(tally, layout.x);
    for (std::size_t i = 0; i < chart.x.labels.size(); ++i) {
      const Pooled pooled = cells_at(tally, {{layout.by, g}, {layout.x, is_over_visits ? visits[i] : 0}});
      const double threshold = tally.thresholds[is_over_visits ? 0 : i];
      const Estimate e = estimate(tally, pooled, Statistic{Statistic::Kind::above, threshold});
      curve.cells.push_back(e);
      n += pooled.evaluable;
      if (pooled.evaluable > 0)
        figure.data.rows.push_back({curve.name, chart.x.labels[i], fmt::format("{}", e.n), percent(e.value),
                                    percent(e.interval.low) + " – " + percent(e.interval.high)});
    }
    if (n > 0 && chart.curves.size() < kMostAttaining) chart.curves.push_back(std::move(curve));
  }
  figure.caption = "Of the values evaluable, with the 95 % interval of the simulation." + what_tells(tally, layout) +
                   whose(tally, layout);
  chart.words = {fmt::format("figure-{}", id), figure.title,
                 "Share of patients with its 95 % interval; the numbers follow the figure.", x_title, "patients (%)"};
  if (!chart.curves.empty()) figure.svg = draw(chart);
  return figure;
}

}  // namespace

std::vector<Figure> attainment_figures(const ResultTally& tally, std::size_t first_id) {
  if (tally.thresholds.empty()) return {};
  Figure figure = attainment(tally, first_id);
  if (figure.svg.empty()) return {};
  return {std::move(figure)};
}

}  // namespace vt::report
