#include "output/report/figures.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "output/report/chart.hpp"
#include "output/report/time_figures.hpp"
#include "output/tally/kinds.hpp"
#include "output/text.hpp"

namespace vt::report {
namespace {

using Kind = Statistic::Kind;
using Index = std::optional<std::size_t>;
constexpr std::size_t kMostPanels = 6, kMostCurves = 10;

std::string axis_title(const ResultAxis& axis) {
  const std::string words = axis.title.empty() ? axis.name : axis.title;
  return !has_unit(axis.unit) || axis.kind == ResultAxisKind::visit ? words : words + " (" + axis.unit + ")";
}

/// "Daily dose" → "daily dose", but "MMR" stays.
std::string in_sentence(const ResultAxis& axis) {
  std::string words = axis.title.empty() ? axis.name : axis.title;
  const auto is_small = [](char c) { return c >= 'a' && c <= 'z'; };
  if (words.size() > 1 && words[0] >= 'A' && words[0] <= 'Z' && is_small(words[1]))
    words[0] = static_cast<char>(words[0] - 'A' + 'a');
  return words;
}

std::string tally_title(const ResultTally& tally) { return tally.title.empty() ? tally.name : tally.title; }

std::string with_unit(const ResultTally& tally) {
  return !has_unit(tally.unit) ? tally_title(tally) : tally_title(tally) + " (" + tally.unit + ")";
}

Index visit_axis(const ResultTally& tally) {
  for (std::size_t a = 0; a < tally.axes.size(); ++a) {
    if (tally.axes[a].kind == ResultAxisKind::visit && tally.axes[a].labels.size() > 1) return a;
  }
  return std::nullopt;
}

/// The hours of a profile.
Index hour_axis(const ResultTally& tally) {
  if (tally.axes.empty() || tally.axes.back().name != "time" || tally.axes.back().labels.size() < 2) return {};
  return tally.axes.size() - 1;
}

/// The axes that are not time and have something to tell apart.
std::vector<std::size_t> group_axes(const ResultTally& tally) {
  std::vector<std::size_t> axes;
  for (std::size_t a = 0; a < tally.axes.size(); ++a) {
    if (a != visit_axis(tally) && a != hour_axis(tally) && tally.axes[a].labels.size() > 1) axes.push_back(a);
  }
  return axes;
}

/// Says by what only where the tally has several figures.
std::string title_by(const ResultTally& tally, Index axis) {
  if (!axis || group_axes(tally).size() < 2) return tally_title(tally);
  return tally_title(tally) + ", by " + in_sentence(tally.axes[*axis]);
}

Pooled cells(const ResultTally& tally, Index axis, std::size_t i, Index other = std::nullopt, std::size_t j = 0) {
  std::vector<Index> fixed(tally.axes.size());
  if (axis) fixed[*axis] = i;
  if (other) fixed[*other] = j;
  return pool_cells(tally, fixed);
}

/// Does the target name cells of these axes, and of no other? Gives the cell along `axis` and, if named, along `other`.
struct Place {
  std::size_t cell;
  Index other;
};
std::optional<Place> place_of(const Target& target, const ResultTally& tally, std::size_t axis, Index other) {
  if (target.tally != tally.name || !target.over.empty() || !target.minus.empty() || !target.spread.empty() ||
      !target.over_replicates.empty())
    return {};
  if (!std::isfinite(target.value)) return {};
  std::optional<Place> place;
  for (const auto& [name, value] : target.where) {
    const Index a = find_axis(tally, name);
    const Index cell = a ? find_cell(tally.axes[*a], value) : std::nullopt;
    if (!cell || (*a != axis && a != other)) return {};
    if (*a == axis) place = Place{*cell, place ? place->other : std::nullopt};
  }
  if (!place || !other) return place;
  const auto named = target.where.find(tally.axes[*other].name);
  if (named != target.where.end()) place->other = find_cell(tally.axes[*other], named->second);
  return place;
}

PublishedPoint published_point(const Target& target, std::size_t x) {
  return {target.name, x, -1, target.value, target.low, target.high, target.kind == TargetKind::fitted};
}

bool is_median(const Target& target) {
  const auto statistic = parse_statistic(target.statistic);
  return statistic && statistic->kind == Kind::quantile && statistic->p == 0.5;
}

Spread spread_of(const ResultTally& tally, const Pooled& pooled) {
  const auto at = [&](double p) { return value_of(tally, pooled, Statistic{Kind::quantile, p}); };
  return {at(0.05), at(0.25), at(0.5), at(0.75), at(0.95), pooled.evaluable};
}

std::vector<std::string> spread_row(const std::string& label, const Spread& s) {
  return {label,
          fmt::format("{}", s.n),
          short_number(s.p5),
          short_number(s.p25),
          short_number(s.p50),
          short_number(s.p75),
          short_number(s.p95)};
}

std::string published_text(const std::vector<PublishedPoint>& points) {
  std::string text;
  for (const PublishedPoint& p : points) text += (text.empty() ? " Published: " : "; ") + p.name;
  return text.empty() ? "" : text + ".";
}

Figure boxes(const ResultTally& tally, std::size_t axis, const std::vector<Comparison>& rows, std::size_t id) {
  BoxChart chart;
  const ResultAxis& group = tally.axes[axis];
  Figure figure{title_by(tally, axis), "", "", {}};
  figure.data.heading = {axis_title(group), ">n", ">5 %", ">25 %", ">median", ">75 %", ">95 %"};
  std::vector<Index> drawn(group.labels.size());
  for (std::size_t i = 0; i < group.labels.size(); ++i) {
    const Spread spread = spread_of(tally, cells(tally, axis, i));
    if (spread.n == 0) continue;
    drawn[i] = chart.boxes.size();
    chart.labels.push_back(group.labels[i]);
    chart.boxes.push_back(spread);
    figure.data.rows.push_back(spread_row(group.labels[i], spread));
  }
  for (const Comparison& row : rows) {
    const auto place = is_median(row.target) ? place_of(row.target, tally, axis, std::nullopt) : std::nullopt;
    if (place && drawn[place->cell]) chart.published.push_back(published_point(row.target, *drawn[place->cell]));
  }
  figure.caption = (visit_axis(tally) ? "All visits together." : "") + published_text(chart.published);
  chart.words = {fmt::format("figure-{}", id), figure.title,
                 "Median, quartiles and 5 to 95 % range by group; the numbers follow the figure.", axis_title(group),
                 with_unit(tally)};
  figure.has_published = !chart.published.empty();
  if (!chart.boxes.empty()) figure.svg = draw(chart);
  return figure;
}

/// Over visits, or over the hours of a profile.
Figure bands(const ResultTally& tally, std::size_t visit, Index group, const std::vector<Comparison>& rows,
             std::size_t id) {
  BandChart chart;
  const ResultAxis& time = tally.axes[visit];
  chart.x = {time.labels, coordinate(time)};
  const bool is_profile = hour_axis(tally) == visit;
  Figure figure{is_profile ? title_by(tally, group) : tally_title(tally) + " over time", "", "", {}};
  figure.data.heading = {
      is_profile ? "group, time" : "group, visit", ">n", ">5 %", ">25 %", ">median", ">75 %", ">95 %"};
  const std::size_t groups = group ? tally.axes[*group].labels.size() : 1;
  std::vector<PublishedPoint> published;
  for (std::size_t g = 0; g < groups && chart.panels.size() < kMostPanels; ++g) {
    BandPanel panel{group ? tally.axes[*group].labels[g] : tally_title(tally), {}, {}};
    std::int64_t n = 0;
    for (std::size_t v = 0; v < time.labels.size(); ++v) {
      panel.cells.push_back(spread_of(tally, cells(tally, visit, v, group, g)));
      n += panel.cells.back().n;
    }
    if (n == 0) continue;
    for (std::size_t v = 0; v < time.labels.size(); ++v) {
      if (panel.cells[v].n > 0)
        figure.data.rows.push_back(spread_row(panel.name + ", " + time.labels[v], panel.cells[v]));
    }
    for (const Comparison& row : rows) {
      const auto place = is_median(row.target) ? place_of(row.target, tally, visit, group) : std::nullopt;
      if (place && (!group || place->other == g)) panel.published.push_back(published_point(row.target, place->cell));
    }
    published.insert(published.end(), panel.published.begin(), panel.published.end());
    chart.panels.push_back(std::move(panel));
  }
  figure.caption = (group ? "One panel for each " + in_sentence(tally.axes[*group]) +
                                (!has_unit(tally.axes[*group].unit) ? "." : ", in " + tally.axes[*group].unit + ".")
                          : "") +
                   (is_profile && visit_axis(tally) && group != visit_axis(tally) ? " All days together." : "") +
                   published_text(published);
  chart.words = {fmt::format("figure-{}", id), figure.title,
                 "Median, quartiles and 5 to 95 % range at each time; the numbers follow the figure.", axis_title(time),
                 with_unit(tally)};
  figure.has_published = !published.empty();
  if (!chart.panels.empty()) figure.svg = draw(chart);
  return figure;
}

/// Of all randomised, unless the targets ask for the evaluable only.
Kind share_shown(const ResultTally& tally, const std::vector<Comparison>& rows) {
  if (tally.estimand != Estimand::itt) return Kind::proportion;
  int of_evaluable = 0, of_all = 0;
  for (const Comparison& row : rows) {
    if (row.target.tally != tally.name) continue;
    of_evaluable += row.target.statistic == "proportion";
    of_all += row.target.statistic == "itt";
  }
  return of_evaluable > of_all ? Kind::proportion : Kind::itt;
}

/// Published shares of just the cells drawn. \param drawn which curve stands for each cell of `series`, or −1
std::vector<PublishedPoint> published_shares(const ResultTally& tally, std::size_t axis, Index series,
                                             const Statistic& statistic, const std::vector<Comparison>& rows,
                                             const std::vector<int>& drawn) {
  std::vector<PublishedPoint> points;
  for (const Comparison& row : rows) {
    const auto asked = parse_statistic(row.target.statistic);
    if (!asked || asked->kind != statistic.kind) continue;
    const auto place = place_of(row.target, tally, axis, series);
    if (!place || (place->other && drawn[*place->other] < 0)) continue;
    points.push_back(published_point(row.target, place->cell));
    points.back().curve = place->other ? drawn[*place->other] : -1;
  }
  return points;
}

/// A figure of shares: `axis` is horizontal, one curve for each cell of `series`.
Figure curves(const ResultTally& tally, Index axis, Index series, const std::vector<Comparison>& rows, std::size_t id) {
  const Statistic statistic{share_shown(tally, rows)};
  CurveChart chart;
  ResultAxis none;
  none.labels = {"all patients"};
  const ResultAxis& x = axis ? tally.axes[*axis] : none;
  const ResultAxis& by = series ? tally.axes[*series] : none;
  chart.x = {x.labels, x.kind == ResultAxisKind::visit ? coordinate(x) : std::vector<double>{}};
  chart.is_ordered = entry_of(by.kind).is_ordered;
  Figure figure{title_by(tally, series), "", "", {}};
  figure.data.heading = {series ? axis_title(by) : "", axis ? axis_title(x) : "", ">n", ">share", ">95 % interval"};
  std::vector<int> drawn(by.labels.size(), -1);
  for (std::size_t s = 0; s < by.labels.size() && chart.curves.size() < kMostCurves; ++s) {
    Curve curve{by.labels[s], {}, chart.is_ordered && by.labels[s] == "not measured"};
    std::int64_t n = 0;
    for (std::size_t i = 0; i < x.labels.size(); ++i) {
      const Estimate e = estimate(tally, cells(tally, axis, i, series, s), statistic);
      curve.cells.push_back(e);
      n += e.n;
      if (e.n == 0) continue;
      figure.data.rows.push_back({series ? by.labels[s] : "", x.labels[i], fmt::format("{}", e.n), percent(e.value),
                                  percent(e.interval.low) + " – " + percent(e.interval.high)});
    }
    if (n == 0) continue;
    drawn[s] = static_cast<int>(chart.curves.size());
    chart.curves.push_back(std::move(curve));
  }
  if (axis) chart.published = published_shares(tally, *axis, series, statistic, rows, drawn);
  figure.caption = statistic.kind == Kind::itt ? "Shares are of all patients randomised: missing counts as no event."
                                               : "Shares are of the patients evaluable.";
  figure.caption += published_text(chart.published);
  figure.has_published = !chart.published.empty();
  chart.words = {fmt::format("figure-{}", id), figure.title,
                 "Share of patients with its 95 % interval; the numbers follow the figure.", axis ? axis_title(x) : "",
                 "patients (%)"};
  if (!chart.curves.empty()) figure.svg = draw(chart);
  return figure;
}

std::vector<Figure> drawn(std::vector<Figure> figures) {
  std::erase_if(figures, [](const Figure& figure) { return figure.svg.empty(); });
  return figures;
}

}  // namespace

Subject subject_of(const ResultTally& tally) {
  const bool is_effect = tally.kind->subject == Subject::time_to_event || tally.subject == Subject::response ||
                         tally.subject == Subject::safety;
  const auto is_by_exposure = [](const ResultAxis& axis) {
    return axis.subject == Subject::exposure && axis.labels.size() > 1;
  };
  if (is_effect && std::ranges::any_of(tally.axes, is_by_exposure)) return Subject::exposure_response;
  return tally.kind->subject != Subject::other ? tally.kind->subject : tally.subject;
}

std::vector<Figure> figures_of(const ResultTally& tally, const std::vector<Comparison>& rows, std::size_t first_id) {
  if (tally.kind->figures == nullptr) return {};
  std::vector<Figure> figures = tally.kind->figures(tally, rows, first_id);
  for (Figure& figure : figures)
    if (figure.subject == Subject::other) figure.subject = subject_of(tally);
  return figures;
}

std::vector<Figure> number_figures(const ResultTally& tally, const std::vector<Comparison>& rows,
                                   std::size_t first_id) {
  std::vector<Figure> figures;
  const auto next_id = [&] { return first_id + figures.size(); };
  const Index visit = visit_axis(tally);
  const std::vector<std::size_t> others = group_axes(tally);
  if (const Index hours = hour_axis(tally)) {
    for (const std::size_t a : others) figures.push_back(bands(tally, *hours, a, rows, next_id()));
    if (visit) figures.push_back(bands(tally, *hours, visit, rows, next_id()));
    if (!visit && others.empty()) figures.push_back(bands(tally, *hours, std::nullopt, rows, next_id()));
  } else {
    for (const std::size_t a : others) figures.push_back(boxes(tally, a, rows, next_id()));
    if (visit) figures.push_back(bands(tally, *visit, others.empty() ? Index{} : others[0], rows, next_id()));
    if (!visit && others.empty() && !tally.axes.empty()) figures.push_back(boxes(tally, 0, rows, next_id()));
    for (Figure& figure : attainment_figures(tally, next_id())) figures.push_back(std::move(figure));
  }
  return drawn(std::move(figures));
}

std::vector<Figure> share_figures(const ResultTally& tally, const std::vector<Comparison>& rows, std::size_t first_id) {
  std::vector<Figure> figures;
  const auto next_id = [&] { return first_id + figures.size(); };
  const Index visit = visit_axis(tally);
  const std::vector<std::size_t> others = group_axes(tally);
  if (visit) {
    for (const std::size_t a : others) figures.push_back(curves(tally, visit, a, rows, next_id()));
    if (others.empty()) figures.push_back(curves(tally, visit, std::nullopt, rows, next_id()));
  } else if (others.size() > 1) {
    figures.push_back(curves(tally, others[1], others[0], rows, next_id()));
  } else if (others.size() == 1) {
    figures.push_back(curves(tally, others[0], std::nullopt, rows, next_id()));
  }
  return drawn(std::move(figures));
}

}  // namespace vt::report
