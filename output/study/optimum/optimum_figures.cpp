#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "output/report/page.hpp"
#include "output/report/svg.hpp"
#include "output/study/optimum/optimum.hpp"
#include "output/study/study_figures.hpp"
#include "output/text.hpp"

namespace vt::report {
namespace {

constexpr std::size_t kMostPathDots = 1000, kMostBestRows = 100;

bool is_any_outside(const Study& study) {
  for (std::size_t p = 0; p < study.points.size(); ++p)
    if (distance_outside(study, p) > 0) return true;
  return false;
}

/// A goal at every point, by the generation that asked for it, and the best so far.
Figure path_figure(const Study& study, std::size_t goal, const std::string& id) {
  const Optimum& optimum = *study.optimum;
  const std::size_t e = goals_of(study)[goal];
  const StudyEndpoint& endpoint = study.endpoints[e];
  DotPanel panel;
  panel.x.title = "generation";
  const std::vector<std::size_t> drawn = evenly(study.points.size(), kMostPathDots);
  for (const std::size_t p : drawn) {
    const bool is_outside = distance_outside(study, p) > 0;
    panel.dots.push_back({static_cast<double>(optimum.generation[p] + 1),
                          endpoint.estimates[p].value,
                          {kNaN, kNaN},
                          {kNaN, kNaN},
                          is_outside ? DotStyle::outside : DotStyle::beaten,
                          ""});
  }
  for (std::size_t g = 0; g < optimum.path.size(); ++g)
    panel.dots.push_back(
        {static_cast<double>(g + 1), optimum.path[g].best[goal], {kNaN, kNaN}, {kNaN, kNaN}, DotStyle::best, ""});
  DotChart chart;
  chart.words = {id, endpoint.name + " by generation", endpoint.title, "", ""};
  chart.y = {axis_words(endpoint), endpoint.is_share, false, {}, {}};
  chart.panels.push_back(std::move(panel));
  chart.key = {{DotStyle::best, "best so far within all limits"}, {DotStyle::beaten, "a point within all limits"}};
  if (is_any_outside(study)) chart.key.emplace_back(DotStyle::outside, "a point outside a limit, or without a value");
  chart.joins_best = true;
  Figure figure{endpoint.name + " by generation", "", draw(chart), {}, false};
  figure.caption = fmt::format(
      "{}. Every dot is a point that the optimiser asked for, where it was asked for first.{} Spread: SD of a "
      "generation's points over the factor's range, mean over the factors.",
      endpoint.title,
      drawn.size() < study.points.size() ? fmt::format(" {} of {} are shown.", drawn.size(), study.points.size()) : "");
  figure.data.heading = {">generation", ">points", ">within limits", ">best " + axis_words(endpoint), ">spread"};
  for (const std::size_t g : evenly(optimum.path.size(), kMostFigureRows)) {
    const OptimumGeneration& one = optimum.path[g];
    figure.data.rows.push_back({fmt::format("{}", g + 1), fmt::format("{}", one.asked), fmt::format("{}", one.feasible),
                                value_words(endpoint, one.best[goal]), percent(one.spread)});
  }
  return figure;
}

/// The best points with fresh random numbers, by the first two goals, among all that the optimiser saw.
Figure fresh_front_figure(const Study& study, const std::string& id) {
  const std::vector<std::size_t> goals = goals_of(study);
  const StudyEndpoint &a = study.endpoints[goals[0]], &b = study.endpoints[goals[1]];
  DotPanel panel;
  panel.x = {axis_words(a), a.is_share, false, {}, {}};
  for (const std::size_t p : evenly(study.points.size(), kMostPathDots))
    panel.dots.push_back({a.estimates[p].value,
                          b.estimates[p].value,
                          {kNaN, kNaN},
                          {kNaN, kNaN},
                          distance_outside(study, p) > 0 ? DotStyle::outside : DotStyle::beaten,
                          ""});
  Figure figure{b.name + " against " + a.name, "", "", {}, false};
  figure.data.heading = {"no.", ">" + axis_words(a), ">95 % interval", ">" + axis_words(b), ">95 % interval"};
  for (std::size_t i = 0; i < study.optimum->best.size(); ++i) {
    const Estimate &x = study.optimum->best[i].fresh[goals[0]], &y = study.optimum->best[i].fresh[goals[1]];
    const std::string number = fmt::format("{}", i + 1);
    panel.dots.push_back({x.value, y.value, x.interval, y.interval, DotStyle::best, number});
    figure.data.rows.push_back(
        {number, value_words(a, x.value), interval_words(a, x), value_words(b, y.value), interval_words(b, y)});
  }
  DotChart chart;
  chart.words = {id, figure.title, a.title + "; " + b.title, "", ""};
  chart.y = {axis_words(b), b.is_share, false, {}, {}};
  chart.panels.push_back(std::move(panel));
  chart.key = {{DotStyle::best, "best points, fresh"}, {DotStyle::beaten, "all points as optimised"}};
  if (is_any_outside(study)) chart.key.emplace_back(DotStyle::outside, "of them outside a limit, or without a value");
  figure.svg = draw(chart);
  figure.caption =
      a.title + "; " + b.title +
      ". Numbers beside dots: those in the table of best points; lines through them: 95 % intervals of "
      "the simulation. All points have the same patients, whose luck they share: fresh ones may lie beside "
      "all others.";
  return figure;
}

/// What the optimiser saw against what fresh random numbers give, of several best points.
Figure luck_figure(const Study& study, std::size_t goal, const std::string& id) {
  const std::size_t e = goals_of(study)[goal];
  const StudyEndpoint& endpoint = study.endpoints[e];
  DotPanel panel;
  panel.x = {axis_words(endpoint) + ", as optimised", endpoint.is_share, false, {}, {}};
  Figure figure{endpoint.name + ": as optimised and fresh", "", "", {}, false};
  figure.data.heading = {"no.", ">as optimised", ">95 % interval", ">fresh", ">95 % interval"};
  for (std::size_t i = 0; i < study.optimum->best.size(); ++i) {
    const BestPoint& best = study.optimum->best[i];
    const Estimate &seen = endpoint.estimates[best.point], &fresh = best.fresh[e];
    const bool is_lost = !missed_limits(study, best).empty();
    panel.dots.push_back(
        {seen.value, fresh.value, seen.interval, fresh.interval, is_lost ? DotStyle::outside : DotStyle::plain, ""});
    figure.data.rows.push_back({fmt::format("{}", i + 1), value_words(endpoint, seen.value),
                                interval_words(endpoint, seen), value_words(endpoint, fresh.value),
                                interval_words(endpoint, fresh)});
  }
  DotChart chart;
  chart.words = {id, figure.title, endpoint.title, "", ""};
  chart.y = {axis_words(endpoint) + ", fresh", endpoint.is_share, false, {}, {}};
  chart.panels.push_back(std::move(panel));
  chart.has_diagonal = true;
  figure.svg = draw(chart);
  figure.caption = endpoint.title +
                   ". Every dot is a best point; pale ones miss a limit with fresh random numbers. Lines through dots: "
                   "95 % intervals of the simulation. On the broken line both are the same.";
  return figure;
}

Table best_table(const Study& study) {
  Table table{{"no."}, {}};
  for (const StudyFactor& factor : study.factors) table.heading.push_back(factor.name);
  for (const StudyEndpoint& endpoint : study.endpoints) {
    table.heading.push_back(fmt::format(">{}, fresh", axis_words(endpoint)));
    table.heading.emplace_back(">95 % interval");
    table.heading.emplace_back(">as optimised");
  }
  table.heading.emplace_back("fresh values outside limits");
  for (std::size_t i = 0; i < std::min(study.optimum->best.size(), kMostBestRows); ++i) {
    const BestPoint& best = study.optimum->best[i];
    std::vector<std::string> row = {fmt::format("{}", i + 1)};
    for (std::size_t f = 0; f < study.factors.size(); ++f)
      row.push_back(level_text(study, study.points[best.point], f));
    for (std::size_t e = 0; e < study.endpoints.size(); ++e) {
      const StudyEndpoint& endpoint = study.endpoints[e];
      row.push_back(value_words(endpoint, best.fresh[e].value));
      row.push_back(interval_words(endpoint, best.fresh[e]));
      row.push_back(value_words(endpoint, endpoint.estimates[best.point].value));
    }
    row.push_back(missed_limits(study, best));
    table.rows.push_back(std::move(row));
  }
  return table;
}

}  // namespace

std::vector<Section> optimum_sections(const Study& study, std::size_t& id) {
  const Optimum& optimum = *study.optimum;
  const std::size_t goals = goals_of(study).size();
  std::string out = fmt::format("<p>{}, {}: {} generations of {} points, seed {}.{}</p>\n", escape(optimum.words),
                                escape(optimum.software), optimum.path.size(), optimum.population, optimum.seed,
                                optimum.is_feasible ? "" : " No point meets all limits; this one is nearest to them.");
  const std::string caption = fmt::format(
      "{}. Fresh: simulated once more with other random numbers (seed {}, {} patients), which is the answer; as "
      "optimised: what the optimiser saw, the best of many with its luck.",
      goals > 1 ? "Points that meet all limits and that no other such point beats" : "The best point",
      optimum.fresh_seed, optimum.best[0].patients);
  out += table_html(best_table(study), caption);
  const auto add = [&](const Figure& figure) {
    out += figure_html(figure);
    ++id;
  };
  const auto name = [&] { return fmt::format("figure-{}", id); };
  if (goals > 1) add(fresh_front_figure(study, name()));
  for (std::size_t goal = 0; goal < goals && goals > 1; ++goal) add(luck_figure(study, goal, name()));
  const std::string found = std::exchange(out, "");
  for (std::size_t goal = 0; goal < goals; ++goal) add(path_figure(study, goal, name()));
  return {{"optimum", "Optimum", found}, {"way", "The way there", out}};
}

}  // namespace vt::report
