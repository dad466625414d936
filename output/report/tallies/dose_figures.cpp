#include <fmt/format.h>

#include <algorithm>

#include "output/report/figures.hpp"
#include "output/report/tallies/view.hpp"
#include "output/text.hpp"

namespace vt::report {
namespace {

constexpr std::size_t kMostDosePanels = 12;

/// The axis of doses that rules and arms can come to.
AxisIndex dose_axis(const ResultTally& tally) {
  for (std::size_t a = 0; a < tally.axes.size(); ++a)
    if (tally.axes[a].kind == ResultAxisKind::values && tally.axes[a].subject == Subject::dose) return a;
  return {};
}

AxisIndex arm_axis_of(const View& view, const ResultTally& tally) {
  const bool has_arms = !view.groups.empty() && tally.axes[view.groups[0]].kind == ResultAxisKind::arm;
  return has_arms ? AxisIndex(view.groups[0]) : std::nullopt;
}

Figure doses_over_time(const ResultTally& tally, std::size_t visit, std::size_t dose, AxisIndex arm, std::size_t id) {
  StackChart chart;
  chart.x = horizontal(tally, visit);
  Figure figure;
  figure.title = words_of(tally.axes[dose]) + " over time";
  figure.title[0] = static_cast<char>(std::toupper(static_cast<unsigned char>(figure.title[0])));
  const Layout layout{visit, dose, arm};
  for (const AxisIndex& axis : {layout.panel, layout.x, layout.by})
    if (axis) figure.data.heading.push_back(axis_title(tally.axes[*axis]));
  for (const char* h : {">n", ">share"}) figure.data.heading.emplace_back(h);
  std::vector<std::size_t> given;
  for (std::size_t d = 0; d < cells_along(tally, dose); ++d)
    if (cells_at(tally, {{dose, d}}).evaluable > 0) given.push_back(d);
  for (const std::size_t d : given) chart.categories.push_back(label_of(tally, dose, d));
  for (std::size_t p = 0; p < cells_along(tally, arm) && chart.panels.size() < kMostDosePanels; ++p) {
    StackPanel panel{arm ? label_of(tally, arm, p) : "", {}};
    panel.shares.assign(given.size(), std::vector<double>(chart.x.labels.size(), kNaN));
    bool is_there = false;
    const std::vector<std::size_t> visits = drawn_along(tally, visit);
    for (std::size_t v = 0; v < visits.size(); ++v) {
      const std::int64_t all = cells_at(tally, {{arm, p}, {visit, visits[v]}}).evaluable;
      for (std::size_t d = 0; d < given.size() && all > 0; ++d) {
        const std::int64_t n = cells_at(tally, {{arm, p}, {visit, visits[v]}, {dose, given[d]}}).evaluable;
        const double share = static_cast<double>(n) / static_cast<double>(all);
        panel.shares[d][v] = share;
        is_there = true;
        if (n == 0) continue;
        std::vector<std::string> row;
        if (arm) row.push_back(panel.name);
        for (std::string text : {chart.x.labels[v], chart.categories[d], fmt::format("{}", n), percent(share)})
          row.push_back(std::move(text));
        figure.data.rows.push_back(std::move(row));
      }
    }
    if (is_there) chart.panels.push_back(std::move(panel));
  }
  figure.caption =
      "Of the patients evaluable at each visit, the share prescribed each dose." + whose(tally, layout) +
      left_out(tally, arm, chart.panels.size(), chart.panels.size() < kMostDosePanels ? 0 : cells_along(tally, arm));
  chart.words = {fmt::format("figure-{}", id), figure.title,
                 "Share of patients at each dose; the numbers follow the figure.", axis_title(tally.axes[visit]),
                 "patients (%)"};
  figure.subject = Subject::dose;
  if (!chart.panels.empty() && !given.empty()) figure.svg = draw(chart);
  return figure;
}

}  // namespace

std::vector<Figure> dose_figures(const ResultTally& tally, std::size_t first_id) {
  const View view = view_of(tally);
  const AxisIndex dose = dose_axis(tally);
  const AxisIndex arm = arm_axis_of(view, tally);
  if (!dose || !view.visit || (!arm && tally.subject != Subject::dose)) return {};
  Figure figure = doses_over_time(tally, *view.visit, *dose, arm, first_id);
  if (figure.svg.empty()) return {};
  return {std::move(figure)};
}

}  // namespace vt::report
