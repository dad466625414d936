#include "output/study/study_report.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "output/files.hpp"
#include "output/report/page.hpp"
#include "output/report/svg.hpp"
#include "output/study/study_figures.hpp"
#include "output/text.hpp"

namespace vt {
namespace {

using report::Figure;
using report::Table;

constexpr std::size_t kMostPointRows = 200, kMostLevels = 12;

/// Designs whose points are worth looking at one by one; those of the others differ in the steps of an estimator.
struct DesignEntry {
  std::string_view design, words;
  bool has_figures;
};
constexpr DesignEntry kDesigns[] = {{"grid", "every combination of the factors' values", true},
                                    {"list", "the rows of a file", true},
                                    {"latin_hypercube", "a Latin hypercube", true},
                                    {"sobol", "Sobol's sequence", true},
                                    {"optimise", "chosen by an optimiser", true},
                                    {"power", "every combination of the factors' values", false},
                                    {"saltelli", "Saltelli's design, for Sobol's indices", false},
                                    {"morris", "trajectories, for Morris's elementary effects", false}};

DesignEntry design_of(const Study& study) {
  const auto* entry = std::ranges::find(kDesigns, study.design, &DesignEntry::design);
  return entry == std::end(kDesigns) ? DesignEntry{study.design, study.design, true} : *entry;
}

std::string lead_words(const Study& study) {
  if (!study.power.empty())
    return fmt::format(
        "{} trial designs{}, each conducted {} times over at most {} virtual patients, whose life in every arm is "
        "known, "
        "seed {}.",
        study.power.size() / (2 * study.points.size()),
        study.points.size() > 1 ? fmt::format(" at {} design points ({})", study.points.size(), design_of(study).words)
                                : "",
        study.replicates, study.patients, study.seed);
  return fmt::format("{} design points ({}), each with the same {} virtual patients{}, seed {}.", study.points.size(),
                     design_of(study).words, study.patients,
                     study.replicates > 1 ? fmt::format(" in {} replicates", study.replicates) : "", study.seed);
}

/// Levels, or between which values the points are.
std::string factor_values(const Study& study, std::size_t f) {
  const StudyFactor& factor = study.factors[f];
  std::string text;
  for (std::size_t i = 0; i < std::min(factor.labels.size(), kMostLevels); ++i)
    text += (i == 0 ? "" : ", ") + factor.labels[i];
  if (factor.labels.size() > kMostLevels) text += fmt::format(", … ({})", factor.labels.size());
  if (!factor.labels.empty() || study.points.empty()) return text;
  if (!study.power.empty())
    return fmt::format("drawn anew in every replicate, median {}", level_text(study, study.points[0], f));
  const auto [low, high] =
      std::ranges::minmax_element(study.points, {}, [f](const StudyPoint& point) { return point.coordinates[f]; });
  return fmt::format("{} to {}", level_text(study, *low, f), level_text(study, *high, f));
}

std::string goal_words(const StudyEndpoint& endpoint) {
  std::string text = endpoint.goal == Goal::maximise   ? "the more the better"
                     : endpoint.goal == Goal::minimise ? "the less the better"
                                                       : "";
  const auto limit = [&](const char* words, double value) {
    if (!std::isfinite(value)) return;
    text += fmt::format("{}{} {}", text.empty() ? "" : "; ", words, report::value_words(endpoint, value));
    if (!endpoint.is_share && has_unit(endpoint.unit)) text += " " + endpoint.unit;
  };
  limit("at most", endpoint.at_most);
  limit("at least", endpoint.at_least);
  return text;
}

std::string question_html(const Study& study) {
  const bool has_circumstances = std::ranges::any_of(study.factors, &StudyFactor::is_circumstance);
  Table factors{{"Factor", "sets", "values"}, {}}, endpoints{{"Endpoint", "is", "unit", "wanted"}, {}};
  if (has_circumstances) factors.heading.emplace_back("is");
  for (std::size_t f = 0; f < study.factors.size(); ++f) {
    const StudyFactor& factor = study.factors[f];
    const std::string sets = factor.key.empty() ? "by level" : (factor.scales ? "multiplies " : "") + factor.key;
    factors.rows.push_back({factor.name, sets, factor_values(study, f)});
    if (has_circumstances)
      factors.rows.back().push_back(factor.is_circumstance ? "a circumstance, which nobody can choose" : "a decision");
  }
  for (const StudyEndpoint& endpoint : study.endpoints)
    endpoints.rows.push_back({endpoint.name, endpoint.title,
                              endpoint.is_share         ? "%"
                              : has_unit(endpoint.unit) ? endpoint.unit
                                                        : "",
                              goal_words(endpoint)});
  std::string correlated;
  for (const StudyCorrelation& both : study.correlations)
    correlated += fmt::format("<p>{}.</p>\n", report::escape(correlation_text(both)));
  std::string out;
  if (!study.factors.empty())
    out += report::table_html(factors, study.power.empty() ? "What differs between points"
                                                           : "What differs between points, or is drawn anew") +
           correlated;
  if (!study.endpoints.empty())
    out += report::table_html(endpoints,
                              "What was asked of each point's trial; intervals are 95 % intervals of the "
                              "simulation (its number of patients), not of the model");
  return out;
}

/// By circumstances, by the first goal, then by the next ones.
std::vector<std::size_t> sorted_front(const Study& study) {
  std::vector<std::size_t> front = pareto_front(study);
  std::ranges::stable_sort(front, [&](std::size_t a, std::size_t b) {
    const std::vector<double> at_a = report::circumstances_of(study, a), at_b = report::circumstances_of(study, b);
    if (at_a != at_b) return at_a < at_b;
    for (const StudyEndpoint& endpoint : study.endpoints) {
      const double x = endpoint.estimates[a].value, y = endpoint.estimates[b].value;
      if (endpoint.goal != Goal::none && x != y) return x < y;
    }
    return false;
  });
  return front;
}

/// Coordinates and endpoints of points, after a column that names each.
Table point_table(const Study& study, const std::string& heading, const std::vector<std::size_t>& points,
                  const std::vector<std::string>& names) {
  Table table{{heading}, {}};
  const bool has_failed = std::ranges::any_of(study.points, [](const StudyPoint& point) { return point.failed > 0; });
  const bool has_more =
      std::ranges::any_of(study.points, [&](const StudyPoint& point) { return point.patients > study.patients; });
  for (const StudyFactor& factor : study.factors) table.heading.push_back(factor.name);
  for (const StudyEndpoint& endpoint : study.endpoints) {
    table.heading.push_back(">" + report::axis_words(endpoint));
    table.heading.emplace_back(">95 % interval");
  }
  if (has_more) table.heading.emplace_back(">patients");
  if (has_failed) table.heading.emplace_back(">failed");
  for (std::size_t i = 0; i < points.size(); ++i) {
    const StudyPoint& point = study.points[points[i]];
    std::vector<std::string> row = {names[i]};
    for (std::size_t f = 0; f < study.factors.size(); ++f) row.push_back(level_text(study, point, f));
    for (const StudyEndpoint& endpoint : study.endpoints) {
      row.push_back(report::value_words(endpoint, endpoint.estimates[points[i]].value));
      row.push_back(report::interval_words(endpoint, endpoint.estimates[points[i]]));
    }
    if (has_more) row.push_back(fmt::format("{}", point.patients));
    if (has_failed) row.push_back(fmt::format("{}", point.failed));
    table.rows.push_back(std::move(row));
  }
  return table;
}

std::string front_html(const Study& study, const std::vector<std::size_t>& front, std::size_t& id) {
  if (!report::has_goals(study)) return "";
  std::string out;
  if (front.empty()) return "<p>No point meets all limits and has a value of every endpoint.</p>\n";
  if (const auto figure = report::front_figure(study, front, fmt::format("figure-{}", id))) {
    out += report::figure_html(*figure);
    ++id;
  }
  const std::vector<std::size_t> shown(
      front.begin(), front.begin() + static_cast<std::ptrdiff_t>(std::min(front.size(), kMostPointRows)));
  std::vector<std::string> numbers;
  for (std::size_t i = 0; i < shown.size(); ++i) numbers.push_back(fmt::format("{}", i + 1));
  const std::string caption =
      fmt::format(
          "Points that meet all limits and that no other such point{} beats in one goal without losing in another",
          std::ranges::any_of(study.factors, &StudyFactor::is_circumstance) ? " under the same circumstances" : "") +
      (front.size() > shown.size() ? fmt::format("; the first {} of {}", shown.size(), front.size()) : "") +
      ". By the values as simulated: points whose intervals overlap may change places.";
  return out + report::table_html(point_table(study, "no.", shown, numbers), caption);
}

std::string endpoints_html(const Study& study, const std::vector<std::size_t>& front, std::size_t& id) {
  if (!design_of(study).has_figures) return "";
  const bool is_grid = !study.shape.empty();
  std::string out;
  for (std::size_t e = 0; e < study.endpoints.size(); ++e) {
    const std::string name = fmt::format("figure-{}", id);
    const auto figure =
        is_grid ? report::grid_figure(study, e, front, name) : report::drawn_figure(study, e, front, name);
    if (!figure) continue;
    out += report::figure_html(*figure);
    ++id;
  }
  return out;
}

std::string sensitivity_html(const Study& study, std::size_t& id) {
  if (study.sensitivity.empty()) return "";
  Table most{{"Endpoint", "is", "depends most on", ">Monte-Carlo noise"}, {}};
  std::string out;
  for (std::size_t e = 0; e < study.sensitivity.size(); ++e) {
    const StudyEndpoint& endpoint = study.endpoints[e];
    most.rows.push_back(
        {endpoint.name, endpoint.title, report::strongest_factors(study, e), percent(study.sensitivity[e].noise)});
    const std::vector<Figure> figures = report::sensitivity_figures(study, e, id);
    for (const Figure& figure : figures) out += report::figure_html(figure);
    if (figures.empty())
      out += fmt::format("<p>{} has no indices: it is the same at all points, or has no value at some of them.</p>\n",
                         report::escape(endpoint.name));
    id += figures.size();
  }
  return report::table_html(
             most,
             "The factors with the largest indices. Monte-Carlo noise: the share of the variance between "
             "points that is of the finite number of patients") +
         out;
}

std::string points_html(const Study& study, const std::vector<std::size_t>& front) {
  if (!study.sensitivity.empty() || (!study.power.empty() && study.points.size() == 1)) return "";
  std::vector<std::size_t> shown;
  std::vector<std::string> names;
  for (std::size_t p = 0; p < std::min(study.points.size(), kMostPointRows); ++p) {
    shown.push_back(p);
    names.push_back(fmt::format("{}{}", p, std::ranges::find(front, p) != front.end() ? " *" : ""));
  }
  std::string caption = "Numbered as in the results file. ";
  if (!front.empty()) caption += "* no other point beats it. ";
  if (shown.size() < study.points.size())
    caption +=
        fmt::format("The first {} of {} points; all are in the results file. ", shown.size(), study.points.size());
  for (const StudyEndpoint& endpoint : study.endpoints) {
    const auto why = std::ranges::find_if(endpoint.reasons, [](const std::string& reason) { return !reason.empty(); });
    if (why != endpoint.reasons.end()) caption += fmt::format("{} –: {}. ", endpoint.name, *why);
  }
  return report::folded(fmt::format("{} points", study.points.size()),
                        report::table_html(point_table(study, "point", shown, names), caption),
                        shown.size() <= report::kOpenRows);
}

}  // namespace

std::string study_report_html(const Study& study) {
  const std::vector<std::size_t> front = sorted_front(study);
  const std::string hash = content_hash(study);
  std::size_t id = 1;
  std::vector<report::Section> sections = {{"question", "Question", question_html(study)}};
  const auto add = [&](std::vector<report::Section> more) { std::ranges::move(more, std::back_inserter(sections)); };
  if (!study.power.empty()) add(report::power_sections(study, id));
  if (study.optimum) {
    add(report::optimum_sections(study, id));
  } else {
    add({{"best", "Best points", front_html(study, front, id)}});
  }
  add({{"depends", "What endpoints depend on", sensitivity_html(study, id)}});
  add({{"endpoints", "Endpoints", endpoints_html(study, front, id)}});
  add({{"points", "Points", points_html(study, front)}});
  const Table facts{{"", ""},
                    {{"content hash", hash},
                     {"seed", fmt::format("{}", study.seed)},
                     {"scenario", study.scenario_path},
                     {"design", study.design}}};
  add({{"provenance", "Provenance", report::provenance_body(facts, study.provenance, study.resolved_scenario)}});
  return report::page_html(study.title.empty() ? "Study of virtual trials" : study.title, lead_words(study),
                           report::notes_html(study.notes) + report::sections_html(sections));
}

void write_study_report(const std::string& path, const Study& study) {
  write_whole_file(path, study_report_html(study));
}

}  // namespace vt
