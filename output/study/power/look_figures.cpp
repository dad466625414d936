#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <optional>

#include "output/report/page.hpp"
#include "output/study/power/power_figures.hpp"
#include "output/text.hpp"

namespace vt::report {
namespace {

bool has_looks(const Played& one) { return one.results[0]->looks.size() > 1; }

/// Bounds of the designs with several looks, a panel each; those of one design are the same at all points.
std::optional<Figure> bounds_figure(const std::vector<Played>& played, const std::string& id) {
  DotChart chart;
  Figure figure{"How much has to be shown at each look", "", "", {}, false};
  figure.data.heading = {"design", ">look", ">information", ">bound of z"};
  for (const Played& one : played) {
    const PowerResult& design = *one.results[0];
    if (!has_looks(one) || design.point != 0) continue;
    DotPanel panel;
    panel.name = design.design;
    panel.x = {"information (%)", true, true, {}, {}};
    for (std::size_t look = 0; look < design.looks.size(); ++look) {
      const double bound = design.bounds[look];
      panel.dots.push_back({design.looks[look], bound, {kNaN, kNaN}, {kNaN, kNaN}, DotStyle::best, ""});
      figure.data.rows.push_back({look == 0 ? design.design : "", fmt::format("{}", look + 1),
                                  percent(design.looks[look]),
                                  std::isfinite(bound) ? fmt::format("{:.4f}", bound) : "–"});
    }
    if (chart.panels.size() < kMostPanels) chart.panels.push_back(std::move(panel));
  }
  if (chart.panels.empty()) return std::nullopt;
  chart.words = {id, figure.title, "bounds of z by the share of the information", "", ""};
  chart.y = {"z", false, true, {}, {}};
  chart.key = {{DotStyle::best, "an arm with a z at or above it is found better"}};
  chart.joins_best = chart.has_common_x = true;
  figure.svg = draw(chart);
  figure.caption =
      "Bounds of z, positive where the arm is better than the first one, by the share of the information that is "
      "there. "
      "No dot: nothing is rejected at this look.";
  return figure;
}

Figure endings_figure(const std::vector<Played>& played, const std::string& id) {
  BarChart chart;
  Figure figure{"At which look trials end", "", "", {}, false};
  chart.words = {id, figure.title, "share of the trials that end at each look", "trials that end there (%)", ""};
  for (const char* truth : kTruths) chart.series.push_back({truth, {}});
  figure.data.heading = {"design", ">look", ">as simulated", ">95 % interval", ">equal arms", ">95 % interval"};
  std::size_t all = 0;
  for (const Played& one : played) {
    if (!has_looks(one)) continue;
    const std::size_t looks = one.results[0]->looks.size();
    all += looks;
    for (std::size_t look = 0; look < looks; ++look) {
      const Estimate &found = one.summaries[0].stopped[look], &null = one.summaries[1].stopped[look];
      if (chart.names.size() < kMostBars) {
        chart.names.push_back(fmt::format("look {}: {}", look + 1, one.name));
        chart.series[0].bars.push_back(bar_of(found, 100));
        chart.series[1].bars.push_back(bar_of(null, 100));
      }
      if (figure.data.rows.size() < kMostFigureRows)
        figure.data.rows.push_back({one.name, fmt::format("{}", look + 1), percent(found.value), share_interval(found),
                                    percent(null.value), share_interval(null)});
    }
  }
  figure.svg = draw(chart);
  figure.caption = "Share of the replicates that end at each look, for whatever reason.";
  if (all > chart.names.size())
    figure.caption += fmt::format(" The first {} of {} looks are drawn.", chart.names.size(), all);
  return figure;
}

}  // namespace

std::string looks_html(const std::vector<Played>& played, std::size_t& id) {
  const auto bounds = bounds_figure(played, fmt::format("figure-{}", id));
  if (!bounds) return "";
  ++id;
  return figure_html(*bounds) + figure_html(endings_figure(played, fmt::format("figure-{}", id++)));
}

}  // namespace vt::report
