#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <functional>

#include "output/study/study_figures.hpp"
#include "output/text.hpp"

namespace vt::report {
namespace {

/// An endpoint and its indices.
struct Found {
  const StudyEndpoint& endpoint;
  const StudySensitivity& indices;
  const std::vector<std::string>& names;  ///< of what the indices are by
  std::string correlated;                 ///< how to read them where factors are
};

bool has_numbers(const std::vector<double>& values) {
  return std::ranges::any_of(values, [](double v) { return std::isfinite(v); });
}

/// The largest first, whatever its sign.
std::vector<std::size_t> largest_first(const std::vector<double>& values) {
  std::vector<std::size_t> order = evenly(values.size(), values.size());
  const auto size = [&](std::size_t i) { return std::isnan(values[i]) ? -1.0 : std::fabs(values[i]); };
  std::ranges::stable_sort(order, [&](std::size_t a, std::size_t b) { return size(a) > size(b); });
  return order;
}

std::string noise_words(const Found& found) {
  if (std::isnan(found.indices.noise)) return "";
  return fmt::format(" Of the variance between points {} is Monte-Carlo noise.", percent(found.indices.noise));
}

Bar with_half_width(const std::vector<double>& values, const std::vector<double>& half, std::size_t i) {
  return {values[i], values[i] - half[i], values[i] + half[i]};
}

std::string plus_minus(const std::vector<double>& values, const std::vector<double>& half, std::size_t i) {
  return fmt::format("{} ± {}", short_number(values[i]), error_number(half[i]));
}

std::optional<Figure> sobol_figure(const Found& found, const std::string& id) {
  const SobolIndices& s = found.indices.sobol;
  if (!has_numbers(s.ST) && !has_numbers(s.S1)) return {};
  BarChart chart;
  chart.words = {id, "Sobol's indices of " + found.endpoint.name, found.endpoint.title, "share of the variance", ""};
  chart.series = {{"by itself (S1)", {}}, {"with its interactions (ST)", {}}};
  Figure figure{"What " + found.endpoint.name + " depends on", "", "", {{"factor", ">S1", ">ST"}, {}}, false};
  for (const std::size_t i : largest_first(s.ST)) {
    chart.names.push_back(found.names[i]);
    chart.series[0].bars.push_back(with_half_width(s.S1, s.S1_conf, i));
    chart.series[1].bars.push_back(with_half_width(s.ST, s.ST_conf, i));
    figure.data.rows.push_back({found.names[i], plus_minus(s.S1, s.S1_conf, i), plus_minus(s.ST, s.ST_conf, i)});
  }
  figure.caption =
      found.endpoint.title + ". Sobol's indices: shares of the variance between points." + noise_words(found);
  figure.svg = draw(chart);
  return figure;
}

std::optional<Figure> interaction_figure(const Found& found, const std::string& id) {
  constexpr std::size_t most = 12;
  const SobolIndices& s = found.indices.sobol;
  const std::size_t k = found.names.size();
  if (!has_numbers(s.S2)) return {};
  std::vector<std::size_t> pairs;
  for (std::size_t at = 0; at < s.S2.size(); ++at)
    if (std::isfinite(s.S2[at])) pairs.push_back(at);
  std::ranges::stable_sort(pairs, [&](std::size_t a, std::size_t b) { return s.S2[a] > s.S2[b]; });
  BarChart chart;
  chart.words = {id, "Interactions of " + found.endpoint.name, found.endpoint.title, "share of the variance", ""};
  chart.series = {{"two factors together (S2)", {}}};
  Figure figure{"Which factors act on " + found.endpoint.name + " together", "", "", {{"factors", ">S2"}, {}}, false};
  for (const std::size_t at : pairs) {
    const std::string name = found.names[at / k] + " × " + found.names[at % k];
    figure.data.rows.push_back({name, plus_minus(s.S2, s.S2_conf, at)});
    if (chart.names.size() == most) continue;
    chart.names.push_back(name);
    chart.series[0].bars.push_back(with_half_width(s.S2, s.S2_conf, at));
  }
  std::string beyond;
  for (const std::size_t at : pairs_beyond_chance(s))
    beyond += fmt::format("{}{} × {}", beyond.empty() ? "" : ", ", found.names[at / k], found.names[at % k]);
  figure.caption = found.endpoint.title + ". What two factors explain together, beyond what each does by itself.";
  if (pairs.size() > 1 && has_numbers(s.S2_conf))
    figure.caption += fmt::format(
        " Intervals are each pair's own: some exclude 0 by chance. Beyond chance, of {} pairs looked at together "
        "(Bonferroni): {}.",
        pairs_of(s), beyond.empty() ? "none" : beyond);
  if (pairs.size() > most) figure.caption += fmt::format(" The {} largest of {} pairs.", most, pairs.size());
  figure.svg = draw(chart);
  return figure;
}

std::optional<Figure> morris_figure(const Found& found, const std::string& id) {
  const MorrisIndices& m = found.indices.morris;
  if (!has_numbers(m.mu_star)) return {};
  const std::string unit = found.endpoint.is_share         ? " (%)"
                           : has_unit(found.endpoint.unit) ? " (" + found.endpoint.unit + ")"
                                                           : "";
  DotChart chart;
  chart.words = {id, "Elementary effects on " + found.endpoint.name, found.endpoint.title, "", ""};
  chart.y = {"sigma: how much the effect differs" + unit, found.endpoint.is_share, true, {}, {}};
  chart.has_diagonal = true;
  DotPanel panel;
  panel.x = {"mu_star: mean size of the effect" + unit, found.endpoint.is_share, true, {}, {}};
  Figure figure{
      "What " + found.endpoint.name + " depends on", "", "", {{"factor", ">mu_star", ">mu", ">sigma"}, {}}, false};
  const double scale = found.endpoint.is_share ? 100 : 1;
  for (const std::size_t i : largest_first(m.mu_star)) {
    const Interval across{std::max(0.0, m.mu_star[i] - m.mu_star_conf[i]), m.mu_star[i] + m.mu_star_conf[i]};
    panel.dots.push_back({m.mu_star[i], m.sigma[i], across, {kNaN, kNaN}, DotStyle::plain, found.names[i]});
    figure.data.rows.push_back(
        {found.names[i],
         fmt::format("{} ± {}", short_number(scale * m.mu_star[i]), error_number(scale * m.mu_star_conf[i])),
         short_number(scale * m.mu[i]), short_number(scale * m.sigma[i])});
  }
  if (found.endpoint.is_share)
    for (std::size_t c = 1; c < figure.data.heading.size(); ++c) figure.data.heading[c] += " (%)";
  chart.panels = {std::move(panel)};
  figure.caption =
      found.endpoint.title +
      ". Morris's elementary effects, per whole range of a factor. Far right: a large effect; high up: one "
      "that depends on the other factors, or is no straight line; dotted: sigma = mu_star. Lines through "
      "dots: 95 % intervals." +
      noise_words(found);
  figure.svg = draw(chart);
  return figure;
}

std::optional<Figure> rank_figure(const Found& found, const std::string& id) {
  const RankCorrelations& r = found.indices.ranks;
  if (!has_numbers(r.prcc)) return {};
  BarChart chart;
  chart.words = {id, "Rank correlations of " + found.endpoint.name, found.endpoint.title,
                 "partial rank correlation (PRCC)", ""};
  chart.series = {{"PRCC", {}}};
  Figure figure{
      "What " + found.endpoint.name + " depends on", "", "", {{"factor", ">PRCC", ">95 % interval"}, {}}, false};
  for (const std::size_t i : largest_first(r.prcc)) {
    chart.names.push_back(found.names[i]);
    chart.series[0].bars.push_back({r.prcc[i], r.prcc_low[i], r.prcc_high[i]});
    figure.data.rows.push_back(
        {found.names[i], short_number(r.prcc[i]), short_number(r.prcc_low[i]) + " to " + short_number(r.prcc_high[i])});
  }
  figure.caption =
      found.endpoint.title +
      ". Partial rank correlations with each factor, the others held: to the right, more of the factor goes "
      "with more of the endpoint." +
      found.correlated + noise_words(found);
  figure.svg = draw(chart);
  return figure;
}

std::optional<Figure> pawn_figure(const Found& found, const std::string& id) {
  const PawnIndices& p = found.indices.pawn;
  if (!has_numbers(p.median)) return {};
  BarChart chart;
  chart.words = {id, "PAWN indices of " + found.endpoint.name, found.endpoint.title, "distance between distributions",
                 ""};
  chart.interval_words = "minimum to maximum over slices";
  chart.threshold = p.dummy;
  chart.threshold_words = "of a factor that does nothing";
  chart.series = {{"median (PAWN)", {}}};
  Figure figure{"What " + found.endpoint.name + " depends on",
                "",
                "",
                {{"factor", ">median", ">mean", ">minimum", ">maximum"}, {}},
                false};
  for (const std::size_t i : largest_first(p.median)) {
    chart.names.push_back(found.names[i]);
    chart.series[0].bars.push_back({p.median[i], p.minimum[i], p.maximum[i]});
    figure.data.rows.push_back({found.names[i], short_number(p.median[i]), short_number(p.mean[i]),
                                short_number(p.minimum[i]), short_number(p.maximum[i])});
  }
  figure.caption = found.endpoint.title +
                   ". PAWN: how far the distribution of the endpoint moves when the factor is held in a slice of its "
                   "range. Broken line: a factor that does nothing has a median below it in 95 of 100 studies, each "
                   "by itself." +
                   found.correlated + noise_words(found);
  figure.svg = draw(chart);
  return figure;
}

/// The indices of ever more points, of the factors that matter most.
std::optional<Figure> convergence_figure(const Found& found, const std::string& id) {
  constexpr std::size_t most = 6;
  const Convergence& part = found.indices.convergence;
  const bool is_morris = !part.mu_star.empty();
  const std::vector<std::vector<double>>& rows = is_morris ? part.mu_star : part.ST;
  if (part.n.size() < 2 || rows.empty() || !has_numbers(rows.back())) return {};
  const std::string name = is_morris ? "mu_star" : "ST", of = is_morris ? "trajectories" : "base points";
  CurveChart chart;
  chart.words = {id, "Convergence of " + found.endpoint.name, found.endpoint.title, of, name};
  chart.is_share = is_morris && found.endpoint.is_share;
  chart.is_linear = true;
  if (chart.is_share) chart.words.y_title += " (%)";
  if (is_morris && !chart.is_share && has_unit(found.endpoint.unit))
    chart.words.y_title += " (" + found.endpoint.unit + ")";
  Figure figure{"Whether " + of + " are enough for " + found.endpoint.name, "", "", {{of}, {}}, false};
  for (const std::uint64_t n : part.n) {
    chart.x.labels.push_back(fmt::format("{}", n));
    chart.x.at.push_back(std::log2(static_cast<double>(n)));
    figure.data.rows.push_back({chart.x.labels.back()});
  }
  const std::vector<std::size_t> order = largest_first(rows.back());
  for (std::size_t i = 0; i < std::min(order.size(), most); ++i) {
    Curve curve{found.names[order[i]], {}, false};
    figure.data.heading.push_back(">" + curve.name);
    for (std::size_t k = 0; k < rows.size(); ++k) {
      const double value = rows[k][order[i]];
      curve.cells.push_back({value, kNaN, {kNaN, kNaN}, 0});
      figure.data.rows[k].push_back(short_number(chart.is_share ? 100 * value : value));
    }
    chart.curves.push_back(std::move(curve));
  }
  figure.caption = fmt::format("{}. {} from the first {} alone: it should no longer move at the right.",
                               found.endpoint.title, name, of);
  if (order.size() > most) figure.caption += fmt::format(" The {} largest of {}.", most, order.size());
  figure.svg = draw(chart);
  return figure;
}

/// One entry for each kind of figure; it gives none where its indices are not there.
constexpr std::optional<Figure> (*kSensitivityFigures[])(const Found&, const std::string& id) = {
    sobol_figure, interaction_figure, morris_figure, rank_figure, pawn_figure, convergence_figure};

/// An index of every factor, and how one of them is written.
struct IndexOfFactors {
  const char* name;
  const std::vector<double>& values;
  std::function<std::string(std::size_t)> text;
};

}  // namespace

std::string strongest_factors(const Study& study, std::size_t endpoint) {
  constexpr std::size_t most = 3;
  const StudySensitivity& one = study.sensitivity[endpoint];
  const double in_percent = study.endpoints[endpoint].is_share ? 100 : 1;
  const std::string percent_sign = in_percent > 1 ? " %" : "";
  const IndexOfFactors indices[] = {
      {"ST", one.sobol.ST, [&](std::size_t i) { return plus_minus(one.sobol.ST, one.sobol.ST_conf, i); }},
      {"mu_star", one.morris.mu_star,
       [&](std::size_t i) { return short_number(in_percent * one.morris.mu_star[i]) + percent_sign; }},
      {"PRCC", one.ranks.prcc, [&](std::size_t i) { return short_number(one.ranks.prcc[i]); }},
      {"PAWN median", one.pawn.median, [&](std::size_t i) { return short_number(one.pawn.median[i]); }}};
  for (const IndexOfFactors& index : indices) {
    if (!has_numbers(index.values)) continue;
    std::string list;
    const std::vector<std::size_t> order = largest_first(index.values);
    for (std::size_t i = 0; i < std::min(order.size(), most); ++i)
      if (std::isfinite(index.values[order[i]]))
        list += (list.empty() ? "" : ", ") + one.names[order[i]] + " " + index.text(order[i]);
    return list + " (" + index.name + ")";
  }
  return "–";
}

std::vector<Figure> sensitivity_figures(const Study& study, std::size_t e, std::size_t first_id) {
  const StudySensitivity& one = study.sensitivity[e];
  std::string correlated = correlated_words(study, one);
  if (!correlated.empty()) correlated = fmt::format(" F{}.", correlated.substr(1));
  const Found found{study.endpoints[e], one, one.names, correlated};
  std::vector<Figure> figures;
  for (const auto figure_of : kSensitivityFigures)
    if (auto figure = figure_of(found, fmt::format("figure-{}", first_id + figures.size())))
      figures.push_back(std::move(*figure));
  return figures;
}

}  // namespace vt::report
