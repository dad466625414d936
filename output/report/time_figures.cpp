#include "output/report/time_figures.hpp"

#include <fmt/format.h>

#include <cmath>

#include "output/report/chart.hpp"
#include "output/report/step_chart.hpp"
#include "output/statistics/survival.hpp"
#include "output/text.hpp"

namespace vt::report {
namespace {

using Kind = Statistic::Kind;
using Index = std::optional<std::size_t>;
constexpr std::size_t kMostTimeCurves = 8, kTableRows = 12;

Index first_group(const ResultTally& tally) {
  for (std::size_t a = 0; a < tally.axes.size(); ++a)
    if (tally.axes[a].labels.size() > 1) return a;
  return std::nullopt;
}

struct Group {
  std::string name;
  Pooled cells;
};

std::vector<Group> groups_of(const ResultTally& tally) {
  std::vector<Group> groups;
  const Index axis = first_group(tally);
  const std::size_t n = axis ? tally.axes[*axis].labels.size() : 1;
  for (std::size_t g = 0; g < n && groups.size() < kMostTimeCurves; ++g) {
    std::vector<Index> fixed(tally.axes.size());
    if (axis) fixed[*axis] = g;
    Group group{axis ? tally.axes[*axis].labels[g] : "all patients", pool_cells(tally, fixed)};
    if (group.cells.evaluable > 0) groups.push_back(std::move(group));
  }
  return groups;
}

std::string title_of(const ResultTally& tally) { return tally.title.empty() ? tally.name : tally.title; }

/// Published values of this curve, for all groups or for one of them.
void add_published(const ResultTally& tally, Kind kind, const std::string& cause, const std::vector<Comparison>& rows,
                   const std::vector<Group>& groups, StepChart& chart) {
  const Index axis = first_group(tally);
  for (const Comparison& row : rows) {
    const Target& t = row.target;
    const auto asked = parse_statistic(t.statistic);
    const bool is_here = t.tally == tally.name && asked && asked->kind == kind && t.over.empty() && t.minus.empty() &&
                         t.where.size() <= 1 && std::isfinite(t.value);
    if (!is_here || (kind == Kind::incidence && (t.cause.empty() ? tally.outcomes[0] : t.cause) != cause)) continue;
    PublishedPoint point{t.name, 0, -1, t.value, t.low, t.high, t.kind == TargetKind::fitted};
    if (!t.where.empty()) {
      if (!axis || t.where.begin()->first != tally.axes[*axis].name) continue;
      const Index cell = find_cell(tally.axes[*axis], t.where.begin()->second);
      for (std::size_t g = 0; cell && g < groups.size(); ++g)
        if (groups[g].name == tally.axes[*axis].labels[*cell]) point.curve = static_cast<int>(g);
      if (point.curve < 0) continue;
    }
    chart.published.push_back({point, std::min(t.day, tally.times.back())});
  }
}

Figure figure(const ResultTally& tally, Kind kind, std::size_t cause, const std::vector<Comparison>& rows,
              std::size_t id) {
  const std::vector<Group> groups = groups_of(tally);
  StepChart chart;
  Figure figure;
  figure.title = kind == Kind::survival ? title_of(tally) + ": share without the event"
                                        : title_of(tally) + ": cumulative incidence of " + tally.outcomes[cause];
  figure.data.heading = {"group, day", ">at risk", ">share", ">95 % interval"};
  for (const Group& group : groups) {
    const RiskTable table = risk_table(tally, group.cells);
    TimeCurve curve = kind == Kind::survival ? kaplan_meier(table) : cumulative_incidence(table, cause);
    const std::size_t stride = std::max<std::size_t>(1, curve.time.size() / kTableRows);
    for (std::size_t i = 0; i < curve.time.size(); i += stride)
      figure.data.rows.push_back(
          {group.name + ", " + short_number(curve.time[i]), fmt::format("{:.0f}", table.at_risk[i]),
           percent(curve.value[i]),
           std::isnan(curve.low[i]) ? "–" : percent(curve.low[i]) + " – " + percent(curve.high[i])});
    chart.curves.push_back({group.name, std::move(curve)});
  }
  add_published(tally, kind, tally.outcomes[cause], rows, groups, chart);
  figure.caption = fmt::format("Estimand: {}. Bands: 95 % interval of the simulation.", name_of(tally.estimand));
  for (std::size_t i = 0; i < chart.published.size(); ++i)
    figure.caption += (i == 0 ? " Published: " : "; ") + chart.published[i].point.name;
  figure.has_published = !chart.published.empty();
  chart.words = {fmt::format("figure-{}", id), figure.title,
                 "Share of patients over time with its 95 % interval; the numbers follow the figure.", "day",
                 "patients (%)"};
  if (!chart.curves.empty()) figure.svg = draw(chart);
  return figure;
}

}  // namespace

std::vector<Figure> time_figures(const ResultTally& tally, const std::vector<Comparison>& rows, std::size_t first_id) {
  const std::size_t causes = tally.outcomes.size() - 1;
  if (causes == 1) return {figure(tally, Kind::survival, 0, rows, first_id)};
  std::vector<Figure> figures;
  for (std::size_t cause = 0; cause < causes; ++cause)
    figures.push_back(figure(tally, Kind::incidence, cause, rows, first_id + cause));
  return figures;
}

std::vector<Figure> attainment_figures(const ResultTally& tally, std::size_t first_id) {
  if (tally.thresholds.empty()) return {};
  CurveChart chart;
  Figure figure{title_of(tally) + ": target attainment", "Share of the values at or above each threshold.", "", {}};
  figure.data.heading = {"group", ">threshold", ">n", ">share", ">95 % interval"};
  for (const double threshold : tally.thresholds) chart.x.labels.push_back(short_number(threshold));
  chart.x.at = tally.thresholds;
  for (const Group& group : groups_of(tally)) {
    Curve curve{group.name, {}};
    for (std::size_t i = 0; i < tally.thresholds.size(); ++i) {
      const Estimate e = estimate(tally, group.cells, Statistic{Kind::above, tally.thresholds[i]});
      curve.cells.push_back(e);
      figure.data.rows.push_back({group.name, chart.x.labels[i], fmt::format("{}", e.n), percent(e.value),
                                  percent(e.interval.low) + " – " + percent(e.interval.high)});
    }
    chart.curves.push_back(std::move(curve));
  }
  chart.words = {fmt::format("figure-{}", first_id), figure.title,
                 "Share of patients with its 95 % interval; the numbers follow the figure.",
                 "threshold" + (has_unit(tally.unit) ? " (" + tally.unit + ")" : ""), "patients (%)"};
  if (chart.curves.empty()) return {};
  figure.svg = draw(chart);
  return {figure};
}

}  // namespace vt::report
