#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "output/report/page.hpp"
#include "output/study/power/power_figures.hpp"
#include "output/text.hpp"

namespace vt::report {
namespace {

std::string size_words(const WantedSize& size) {
  return std::isnan(size.patients) ? "–" : fmt::format("{:.0f}", std::ceil(size.patients));
}

std::string size_band(const WantedSize& size) {
  const auto end = [](double x) { return std::isnan(x) ? std::string("–") : fmt::format("{:.0f}", x); };
  return fmt::format("{} to {}", end(size.low), end(size.high));
}

bool is_extrapolated(const WantedSize& size) { return size.patients < size.smallest || size.patients > size.largest; }

/// The rate over the sizes of a curve, a panel for each point, and where it is as wanted.
Figure curve_figure(const Study& study, const std::vector<Played>& played, const std::string& curve,
                    const std::vector<WantedSize>& sizes, const std::string& id) {
  DotChart chart;
  Figure figure{fmt::format("{}: power over the number of patients", curve), "", "", {}, false};
  chart.words = {id, figure.title, "share of the trials that find an arm better", "", ""};
  chart.y = {"trials that find an arm better (%)", true, true, {}, {}};
  chart.key = {{DotStyle::plain, "as simulated"}, {DotStyle::beaten, "equal arms"}};
  chart.has_common_x = chart.joins_plain = true;
  chart.limit_words = "power that is wanted";
  figure.data.heading = {"at", ">patients", ">power", ">95 % interval", ">equal arms", ">95 % interval"};
  std::string beyond;
  for (std::size_t p = 0; p < std::min(study.points.size(), kMostPanels); ++p) {
    DotPanel panel;
    panel.name = study.points.size() > 1 ? place_words(study, p) : "";
    panel.x = {"patients", false, true, {}, {}};
    for (const Played& one : played) {
      if (one.results[0]->curve != curve || one.results[0]->point != p) continue;
      const auto planned = static_cast<double>(one.results[0]->planned);
      std::vector<std::string> row = {panel.name, fmt::format("{}", one.results[0]->planned)};
      for (std::size_t truth = 0; truth < 2; ++truth) {
        const Estimate& rate = one.summaries[truth].better;
        panel.dots.push_back(
            {planned, rate.value, {kNaN, kNaN}, rate.interval, truth == 0 ? DotStyle::plain : DotStyle::beaten, ""});
        row.insert(row.end(), {percent(rate.value), share_interval(rate)});
      }
      figure.data.rows.push_back(std::move(row));
    }
    for (const WantedSize& size : sizes) {
      if (size.curve != curve || size.point != p) continue;
      chart.y.limits = {size.power};
      if (is_extrapolated(size)) beyond = " A size beyond those that were simulated is extrapolated.";
      if (std::isnan(size.patients) || size.patients > 4 * size.largest) continue;
      const bool has_band = size.high < 4 * size.largest;
      panel.dots.push_back({size.patients,
                            size.power,
                            {has_band ? size.low : kNaN, has_band ? size.high : kNaN},
                            {kNaN, kNaN},
                            DotStyle::best,
                            size_words(size)});
    }
    chart.panels.push_back(std::move(panel));
  }
  if (!chart.y.limits.empty()) chart.key.emplace_back(DotStyle::best, "size with the power that is wanted");
  figure.svg = draw(chart);
  figure.caption =
      "Upright lines: 95 % intervals of the simulation. Broken line: the power that is wanted; the line "
      "through the size that has it: its 95 % band." +
      beyond;
  if (study.points.size() > kMostPanels)
    figure.caption += fmt::format(" The first {} of {} points.", kMostPanels, study.points.size());
  return figure;
}

}  // namespace

std::string sizes_html(const Study& study, const std::vector<Played>& played, std::size_t& id) {
  std::vector<std::string> curves;
  for (const Played& one : played)
    if (const std::string& curve = one.results[0]->curve;
        !curve.empty() && std::ranges::find(curves, curve) == curves.end())
      curves.push_back(curve);
  if (curves.empty()) return "";
  const std::vector<WantedSize> sizes = wanted_sizes(study.power);
  std::string out;
  for (const std::string& curve : curves)
    out += figure_html(curve_figure(study, played, curve, sizes, fmt::format("figure-{}", id++)));
  if (sizes.empty()) return out;
  Table table{{"design", "at", ">power", ">patients", ">95 % band", ""}, {}};
  for (const WantedSize& size : sizes)
    table.rows.push_back({size.curve, place_words(study, size.point), percent(size.power), size_words(size),
                          size_band(size),
                          std::isnan(size.patients) ? "no size has this power"
                          : is_extrapolated(size)   ? "beyond the sizes that were simulated"
                                                    : ""});
  return out + table_html(table,
                          "Sizes with the power that is wanted, by a line through the normal quantiles of the "
                          "power over the root of the number of patients");
}

}  // namespace vt::report
