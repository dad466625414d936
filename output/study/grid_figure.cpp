#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "output/report/frame.hpp"
#include "output/study/study_figures.hpp"
#include "output/text.hpp"

namespace vt::report {
namespace {

constexpr std::size_t kMostHeatPanels = 12, kMostHeatCells = 3600;

using Levels = std::vector<std::size_t>;  ///< of every factor

std::size_t point_at(const Study& study, const Levels& levels) {
  std::size_t point = 0;
  for (std::size_t f = 0; f < levels.size(); ++f) point = point * study.shape[f] + levels[f];
  return point;
}

/// Mean variance of the endpoint along a factor, the others held.
double variation(const Study& study, const StudyEndpoint& endpoint, std::size_t factor) {
  std::size_t stride = 1;
  for (std::size_t f = factor + 1; f < study.shape.size(); ++f) stride *= study.shape[f];
  double total = 0;
  for (std::size_t p = 0; p < study.points.size(); ++p) {
    if (p / stride % study.shape[factor] != 0) continue;
    double n = 0, sum = 0, squares = 0;
    for (std::size_t i = 0; i < study.shape[factor]; ++i) {
      const double value = endpoint.estimates[p + i * stride].value;
      if (std::isfinite(value)) n += 1, sum += value, squares += value * value;
    }
    if (n > 1) total += std::max(0.0, squares / n - sum / n * sum / n);
  }
  return total;
}

/// Factors with several levels, those first that the endpoint varies most with.
std::vector<std::size_t> varying_factors(const Study& study, const StudyEndpoint& endpoint) {
  std::vector<std::size_t> factors;
  std::vector<double> sizes;
  for (std::size_t f = 0; f < study.factors.size(); ++f) {
    sizes.push_back(variation(study, endpoint, f));
    if (study.shape[f] > 1) factors.push_back(f);
  }
  std::ranges::stable_sort(factors, [&](std::size_t a, std::size_t b) { return sizes[a] > sizes[b]; });
  return factors;
}

std::string at_levels(const Study& study, const std::vector<std::size_t>& factors, const Levels& levels) {
  std::string text;
  for (const std::size_t f : factors)
    text += (text.empty() ? "" : ", ") + study.factors[f].name + " " + study.factors[f].labels[levels[f]];
  return text;
}

std::string half_width(const StudyEndpoint& endpoint, const std::vector<std::size_t>& points) {
  double most = 0;
  for (const std::size_t p : points) {
    const Interval& i = endpoint.estimates[p].interval;
    if (i.high > i.low) most = std::max(most, 0.5 * (i.high - i.low));
  }
  if (most == 0) return "";
  return fmt::format(" 95 % intervals of the simulation are up to ± {} wide.",
                     endpoint.is_share ? short_number(100 * most, 2) + " percentage points" : short_number(most, 2));
}

/// The two axes of a heat map, its panels, and where the factors stand that have none.
struct Surface {
  std::size_t x, y;
  Levels xs, ys;
  std::vector<std::size_t> over, held;  ///< factors of the panels; factors that stand at one level
  std::vector<Levels> panels;
  bool is_part = false;
};

Surface surface_of(const Study& study, const std::vector<std::size_t>& varying) {
  Surface surface{varying[0], varying[1], {}, {}, {varying.begin() + 2, varying.end()}, {}, {}};
  std::size_t combinations = 1;
  for (const std::size_t f : surface.over) combinations *= study.shape[f];
  if (combinations > kMostHeatPanels) {
    surface.held.assign(surface.over.begin() + 1, surface.over.end());
    surface.over.resize(1);
    surface.is_part = true;
  }
  std::ranges::sort(surface.over);
  for (std::size_t f = 0; f < study.shape.size(); ++f)
    if (study.shape[f] == 1) surface.held.push_back(f);
  Levels base(study.shape.size());
  for (const std::size_t f : surface.held) base[f] = (study.shape[f] - 1) / 2;
  surface.panels = {base};
  for (const std::size_t f : surface.over) {
    std::vector<Levels> more;
    for (const Levels& panel : surface.panels)
      for (const std::size_t level : evenly(study.shape[f], kMostHeatPanels)) {
        more.push_back(panel);
        more.back()[f] = level;
      }
    surface.panels = std::move(more);
  }
  const auto most = static_cast<std::size_t>(std::sqrt(kMostHeatCells / surface.panels.size()));
  surface.xs = evenly(study.shape[surface.x], most);
  surface.ys = evenly(study.shape[surface.y], most);
  return surface;
}

std::size_t columns_of(const Study& study, const Surface& surface) {
  if (surface.over.size() == 2 && study.shape[surface.over[1]] <= 4) return study.shape[surface.over[1]];
  const std::size_t n = surface.panels.size();
  return n == 4 ? 2 : std::min<std::size_t>(n, 3);
}

std::string what_is_shown(const Study& study, const Surface& surface) {
  std::string text;
  for (std::size_t i = 0; i < surface.over.size(); ++i)
    text += (i == 0 ? " A panel for each value of " : " and ") + study.factors[surface.over[i]].name;
  if (!surface.over.empty()) text += ".";
  if (!surface.held.empty()) text += " All at " + at_levels(study, surface.held, surface.panels[0]) + ".";
  const bool is_thinned = surface.xs.size() < study.shape[surface.x] || surface.ys.size() < study.shape[surface.y] ||
                          (surface.over.size() == 1 && surface.panels.size() < study.shape[surface.over[0]]);
  if (surface.is_part || is_thinned)
    text += fmt::format(" {} of {} points are shown; all are in the results file.",
                        surface.panels.size() * surface.xs.size() * surface.ys.size(), study.points.size());
  return text + " Nothing is averaged.";
}

Figure heat_figure(const Study& study, std::size_t e, const std::vector<std::size_t>& varying,
                   const std::vector<std::size_t>& front, const std::string& id) {
  const StudyEndpoint& endpoint = study.endpoints[e];
  const Surface surface = surface_of(study, varying);
  const StudyFactor &x = study.factors[surface.x], &y = study.factors[surface.y];
  HeatChart chart;
  chart.words = {id, endpoint.name, endpoint.title, x.name, y.name};
  chart.value_title = axis_words(endpoint);
  chart.is_share = endpoint.is_share;
  chart.columns = columns_of(study, surface);
  for (const std::size_t level : surface.xs) chart.x_labels.push_back(x.labels[level]);
  for (const std::size_t level : surface.ys) chart.y_labels.push_back(y.labels[level]);
  Figure figure{endpoint.name + " over " + x.name + " and " + y.name, "", "", {}, false};
  if (!surface.over.empty()) figure.data.heading.push_back("panel");
  for (const std::string& heading : {x.name, y.name, ">" + axis_words(endpoint), std::string(">95 % interval")})
    figure.data.heading.push_back(heading);
  std::vector<std::size_t> shown;
  bool has_marks = false;
  for (Levels levels : surface.panels) {
    HeatPanel panel;
    for (const std::size_t f : surface.over)
      panel.name.push_back(fitting(study.factors[f].name, 300.0 / static_cast<double>(chart.columns)) + " " +
                           study.factors[f].labels[levels[f]]);
    for (const std::size_t row : surface.ys)
      for (const std::size_t column : surface.xs) {
        levels[surface.x] = column, levels[surface.y] = row;
        const std::size_t p = shown.emplace_back(point_at(study, levels));
        const Estimate& at = endpoint.estimates[p];
        panel.values.push_back(at.value);
        panel.is_marked.push_back(std::ranges::find(front, p) != front.end());
        has_marks = has_marks || panel.is_marked.back();
        if (figure.data.rows.size() == kMostFigureRows) continue;
        std::vector<std::string> cells;
        if (!surface.over.empty()) cells.push_back(at_levels(study, surface.over, levels));
        for (const std::string& text :
             {x.labels[column], y.labels[row], value_words(endpoint, at.value), interval_words(endpoint, at)})
          cells.push_back(text);
        figure.data.rows.push_back(std::move(cells));
      }
    chart.panels.push_back(std::move(panel));
  }
  figure.caption = endpoint.title + "." + what_is_shown(study, surface) + half_width(endpoint, shown) +
                   (has_marks ? " Framed: points that no other beats." : "");
  figure.svg = draw(chart);
  return figure;
}

Figure curve_figure(const Study& study, std::size_t e, std::size_t f, const std::string& id) {
  const StudyEndpoint& endpoint = study.endpoints[e];
  const StudyFactor& factor = study.factors[f];
  CurveChart chart;
  chart.words = {id, endpoint.name, endpoint.title, factor.name, axis_words(endpoint)};
  chart.is_share = endpoint.is_share;
  chart.x.labels = factor.labels;
  if (std::ranges::all_of(factor.values, [](double v) { return std::isfinite(v); })) chart.x.at = factor.values;
  chart.curves = {{endpoint.name, endpoint.estimates, false}};
  Figure figure{endpoint.name + " over " + factor.name, endpoint.title + ".", "", {}, false};
  Levels levels(study.shape.size());
  std::vector<std::size_t> others;
  for (std::size_t other = 0; other < study.shape.size(); ++other)
    if (other != f) others.push_back(other);
  if (!others.empty()) figure.caption += " At " + at_levels(study, others, levels) + ".";
  figure.data.heading = {factor.name, ">" + axis_words(endpoint), ">95 % interval"};
  for (std::size_t p = 0; p < std::min(study.points.size(), kMostFigureRows); ++p)
    figure.data.rows.push_back({factor.labels[p], value_words(endpoint, endpoint.estimates[p].value),
                                interval_words(endpoint, endpoint.estimates[p])});
  figure.svg = draw(chart);
  return figure;
}

}  // namespace

std::optional<Figure> grid_figure(const Study& study, std::size_t e, const std::vector<std::size_t>& front,
                                  const std::string& id) {
  const StudyEndpoint& endpoint = study.endpoints[e];
  if (std::ranges::none_of(endpoint.estimates, [](const Estimate& at) { return std::isfinite(at.value); })) return {};
  const std::vector<std::size_t> varying = varying_factors(study, endpoint);
  if (varying.empty()) return {};
  return varying.size() == 1 ? curve_figure(study, e, varying[0], id) : heat_figure(study, e, varying, front, id);
}

}  // namespace vt::report
