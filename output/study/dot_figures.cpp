#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>

#include "output/study/study_figures.hpp"
#include "output/text.hpp"

namespace vt::report {
namespace {

constexpr std::size_t kMostDots = 1000, kMostWithBars = 300, kMostDotPanels = 12, kMostFrontPanels = 9;

bool meets_all_limits(const Study& study, std::size_t p) {
  return std::ranges::all_of(study.endpoints, [&](const StudyEndpoint& endpoint) {
    const double value = endpoint.estimates[p].value;
    return value >= endpoint.at_least && value <= endpoint.at_most;
  });
}

std::vector<double> limits_of(const StudyEndpoint& endpoint) {
  std::vector<double> limits;
  for (const double limit : {endpoint.at_least, endpoint.at_most})
    if (std::isfinite(limit)) limits.push_back(limit);
  return limits;
}

/// Levels lie side by side, unless all of them are numbers.
bool is_numeric(const StudyFactor& factor) {
  return factor.labels.empty() || std::ranges::all_of(factor.values, [](double v) { return std::isfinite(v); });
}

double place_on(const Study& study, std::size_t p, std::size_t f) {
  const StudyFactor& factor = study.factors[f];
  const double x = study.points[p].coordinates[f];
  return factor.labels.empty() || !is_numeric(factor) ? x : factor.values[static_cast<std::size_t>(x)];
}

/// As many as can be drawn, of the front first.
std::vector<std::size_t> points_to_draw(const Study& study, const std::vector<std::size_t>& front) {
  std::vector<std::size_t> points = evenly(study.points.size(), kMostDots);
  for (const std::size_t i : evenly(front.size(), kMostDots)) points.push_back(front[i]);
  std::ranges::sort(points);
  points.erase(std::unique(points.begin(), points.end()), points.end());
  return points;
}

std::string how_many_are_drawn(const Study& study, std::size_t drawn) {
  std::string text = drawn <= kMostWithBars ? " Lines through dots: 95 % intervals of the simulation." : "";
  if (drawn < study.points.size())
    text += fmt::format(" {} of {} points are shown; all are in the results file.", drawn, study.points.size());
  return text;
}

std::string goal_axis(const StudyEndpoint& endpoint) {
  return axis_words(endpoint) + (endpoint.goal == Goal::maximise ? ", the more the better" : ", the less the better");
}

/// Numbers of the front's points, those of one place together: "1–3, 7".
std::map<std::size_t, std::string> front_names(const Study& study, const std::vector<std::size_t>& front,
                                               const StudyEndpoint& a, const StudyEndpoint& b) {
  std::map<std::vector<double>, std::vector<std::size_t>> places;
  for (std::size_t i = 0; i < front.size(); ++i) {
    std::vector<double> place = circumstances_of(study, front[i]);
    place.push_back(a.estimates[front[i]].value);
    place.push_back(b.estimates[front[i]].value);
    places[place].push_back(i);
  }
  std::map<std::size_t, std::string> names;
  for (const auto& [place, numbers] : places) {
    std::string text;
    for (std::size_t i = 0; i < numbers.size(); ++i) {
      std::size_t last = i;
      while (last + 1 < numbers.size() && numbers[last + 1] == numbers[last] + 1) ++last;
      text += fmt::format("{}{}", text.empty() ? "" : ", ", numbers[i] + 1);
      if (last > i) text += fmt::format("{}{}", last > i + 1 ? "–" : ", ", numbers[last] + 1);
      i = last;
    }
    names[front[numbers[0]]] = text;
  }
  return names;
}

enum class OfPoint { all_factors, circumstances };
std::string point_words(const Study& study, std::size_t p, OfPoint which) {
  std::string text;
  for (std::size_t f = 0; f < study.factors.size(); ++f)
    if (which == OfPoint::all_factors || study.factors[f].is_circumstance)
      text += (text.empty() ? "" : ", ") + study.factors[f].name + " " + level_text(study, study.points[p], f);
  return text;
}

}  // namespace

std::string axis_words(const StudyEndpoint& endpoint) {
  if (endpoint.is_share) return endpoint.name + " (%)";
  return has_unit(endpoint.unit) ? fmt::format("{} ({})", endpoint.name, endpoint.unit) : endpoint.name;
}

std::string value_words(const StudyEndpoint& endpoint, double value) {
  return endpoint.is_share ? percent(value) : short_number(value);
}

std::string interval_words(const StudyEndpoint& endpoint, const Estimate& at) {
  if (!(at.interval.low < at.interval.high)) return "–";
  return value_words(endpoint, at.interval.low) + " to " + value_words(endpoint, at.interval.high);
}

std::vector<std::size_t> evenly(std::size_t n, std::size_t most) {
  std::vector<std::size_t> numbers;
  const std::size_t count = std::min(n, std::max<std::size_t>(most, 2));
  for (std::size_t i = 0; i < count; ++i) numbers.push_back(count < 2 ? 0 : i * (n - 1) / (count - 1));
  return numbers;
}

bool has_goals(const Study& study) {
  return std::ranges::any_of(study.endpoints, [](const StudyEndpoint& e) { return e.goal != Goal::none; });
}

std::vector<double> circumstances_of(const Study& study, std::size_t p) {
  std::vector<double> circumstances;
  for (std::size_t f = 0; f < study.factors.size(); ++f)
    if (study.factors[f].is_circumstance) circumstances.push_back(study.points[p].coordinates[f]);
  return circumstances;
}

DotStyle style_of(const Study& study, const std::vector<std::size_t>& front, std::size_t p) {
  const bool has_limits = std::ranges::any_of(study.endpoints, [](auto& e) { return !limits_of(e).empty(); });
  if (!has_goals(study) && !has_limits) return DotStyle::plain;
  if (!meets_all_limits(study, p)) return DotStyle::outside;
  if (!has_goals(study)) return DotStyle::plain;
  return std::ranges::find(front, p) != front.end() ? DotStyle::best : DotStyle::beaten;
}

std::vector<std::pair<DotStyle, std::string>> key_to(const Study& study, const std::vector<std::size_t>& front,
                                                     const std::vector<std::size_t>& points) {
  const std::pair<DotStyle, std::string> all[] = {{DotStyle::best, "no other point beats it"},
                                                  {DotStyle::beaten, "beaten by another"},
                                                  {DotStyle::plain, "within all limits"},
                                                  {DotStyle::outside, "outside a limit, or without a value"}};
  std::vector<std::pair<DotStyle, std::string>> key;
  for (const auto& entry : all)
    if (std::ranges::any_of(points, [&](std::size_t p) { return style_of(study, front, p) == entry.first; }))
      key.push_back(entry);
  return key.size() == 1 && key[0].first == DotStyle::plain ? decltype(key){} : key;
}

std::optional<Figure> drawn_figure(const Study& study, std::size_t e, const std::vector<std::size_t>& front,
                                   const std::string& id) {
  const StudyEndpoint& endpoint = study.endpoints[e];
  if (std::ranges::none_of(endpoint.estimates, [](const Estimate& at) { return std::isfinite(at.value); })) return {};
  const std::vector<std::size_t> points = points_to_draw(study, front);
  DotChart chart;
  chart.words = {id, endpoint.name, endpoint.title, "", ""};
  chart.y = {axis_words(endpoint), endpoint.is_share, false, {}, limits_of(endpoint)};
  chart.key = key_to(study, front, points);
  Figure figure{endpoint.name + " against every factor", endpoint.title + ".", "", {}, false};
  for (std::size_t f = 0; f < std::min(study.factors.size(), kMostDotPanels); ++f) {
    const StudyFactor& factor = study.factors[f];
    DotPanel panel;
    panel.x.title =
        is_numeric(factor) && has_unit(factor.unit) ? fmt::format("{} ({})", factor.name, factor.unit) : factor.name;
    if (!is_numeric(factor)) panel.x.labels = factor.labels;
    for (const std::size_t p : points) {
      const Estimate& at = endpoint.estimates[p];
      panel.dots.push_back({place_on(study, p, f), at.value, {kNaN, kNaN}, at.interval, style_of(study, front, p), ""});
      if (points.size() > kMostWithBars) panel.dots.back().upright = {kNaN, kNaN};
    }
    chart.panels.push_back(std::move(panel));
    figure.data.heading.push_back(factor.name);
  }
  figure.data.heading.push_back(">" + axis_words(endpoint));
  figure.data.heading.push_back(">95 % interval");
  for (std::size_t i = 0; i < std::min(points.size(), kMostFigureRows); ++i) {
    std::vector<std::string> row;
    for (std::size_t f = 0; f < chart.panels.size(); ++f) row.push_back(level_text(study, study.points[points[i]], f));
    row.push_back(value_words(endpoint, endpoint.estimates[points[i]].value));
    row.push_back(interval_words(endpoint, endpoint.estimates[points[i]]));
    figure.data.rows.push_back(std::move(row));
  }
  figure.caption += " All factors vary at once: what one panel does not explain, the others and the simulation do." +
                    how_many_are_drawn(study, points.size());
  if (study.factors.size() > kMostDotPanels)
    figure.caption += fmt::format(" The first {} of {} factors.", kMostDotPanels, study.factors.size());
  figure.svg = draw(chart);
  return figure;
}

std::optional<Figure> front_figure(const Study& study, const std::vector<std::size_t>& front, const std::string& id) {
  std::vector<const StudyEndpoint*> goals;
  for (const StudyEndpoint& endpoint : study.endpoints)
    if (endpoint.goal != Goal::none) goals.push_back(&endpoint);
  if (goals.size() < 2) return {};
  const StudyEndpoint &a = *goals[0], &b = *goals[1];
  const std::vector<std::size_t> points = points_to_draw(study, front);
  const std::map<std::size_t, std::string> names = front_names(study, front, a, b);
  DotChart chart;
  chart.words = {id, b.name + " against " + a.name, a.title + "; " + b.title, "", ""};
  chart.y = {goal_axis(b), b.is_share, false, {}, limits_of(b)};
  chart.key = key_to(study, front, points);
  std::map<std::vector<double>, DotPanel> panels;  // by circumstances
  for (const std::size_t p : points)
    panels[circumstances_of(study, p)].name = point_words(study, p, OfPoint::circumstances);
  const std::size_t kinds = panels.size();
  if (kinds == 1 || kinds > kMostFrontPanels) panels.clear(), panels[{}];  // all in one
  for (auto& [circumstances, panel] : panels) panel.x = {goal_axis(a), a.is_share, false, {}, limits_of(a)};
  chart.joins_best = goals.size() == 2 && kinds == panels.size();
  chart.has_common_x = true;
  Figure figure{b.name + " against " + a.name, "", "", {}, false};
  figure.data.heading = {"point", ">" + axis_words(a), ">95 % interval", ">" + axis_words(b), ">95 % interval"};
  bool is_empty = true;
  for (const std::size_t p : points) {
    const Estimate &x = a.estimates[p], &y = b.estimates[p];
    is_empty = is_empty && !(std::isfinite(x.value) && std::isfinite(y.value));
    const auto name = names.find(p);
    Dot dot{x.value, y.value, x.interval, y.interval, style_of(study, front, p), ""};
    if (name != names.end()) dot.name = name->second;
    if (points.size() > kMostWithBars && dot.style != DotStyle::best) dot.across = dot.upright = {kNaN, kNaN};
    panels[panels.size() == 1 ? std::vector<double>() : circumstances_of(study, p)].dots.push_back(std::move(dot));
    if (figure.data.rows.size() < kMostFigureRows)
      figure.data.rows.push_back({point_words(study, p, OfPoint::all_factors), value_words(a, x.value),
                                  interval_words(a, x), value_words(b, y.value), interval_words(b, y)});
  }
  if (is_empty) return {};
  for (auto& [circumstances, panel] : panels) chart.panels.push_back(std::move(panel));
  figure.caption = a.title + "; " + b.title + ". Numbers beside dots: those in the table of best points." +
                   how_many_are_drawn(study, points.size());
  if (kinds > 1)
    figure.caption +=
        " Points are compared where circumstances are the same: each of these has best points of its own.";
  if (goals.size() > 2)
    figure.caption +=
        fmt::format(" There are {} goals: a point that is beaten in these two may be best in another.", goals.size());
  if (!chart.panels[0].x.limits.empty() || !chart.y.limits.empty()) figure.caption += " Broken red lines: limits.";
  figure.svg = draw(chart);
  return figure;
}

}  // namespace vt::report
