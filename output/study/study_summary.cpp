#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <map>
#include <optional>
#include <utility>

#include "output/print.hpp"
#include "output/study/study.hpp"
#include "output/study/study_figures.hpp"
#include "output/text.hpp"

namespace vt {

namespace {

constexpr std::size_t kColumnsOfScreen = 100, kMostRows = 10, kMostExtremes = 8;

std::string study_number(const StudyEndpoint& endpoint, const Estimate& at, bool has_error) {
  if (!std::isfinite(at.value)) return "–";
  const std::string number = endpoint.is_share ? percent(at.value) : short_number(at.value);
  if (!has_error || !(at.standard_error > 0)) return number;
  return number + " ± " + error_number(endpoint.is_share ? 100 * at.standard_error : at.standard_error);
}

bool is_narrow(const std::string& text) {
  std::size_t from = 0;
  for (std::size_t end = text.find('\n'); end != std::string::npos; from = end + 1, end = text.find('\n', from))
    if (text_width(std::string_view(text).substr(from, end - from)) > kColumnsOfScreen) return false;
  return true;
}

/// As wide as it can be on a screen: with errors, without them, with shorter words.
std::string table_for_screen(const std::function<TextTable(bool has_errors, std::size_t columns)>& table) {
  std::string text;
  for (const auto& [has_errors, columns] : {std::pair{true, 40}, {true, 24}, {false, 24}, {false, 16}, {false, 12}}) {
    text = table(has_errors, static_cast<std::size_t>(columns)).str("  ");
    if (is_narrow(text)) break;
  }
  return text;
}

std::string endpoint_heading(const StudyEndpoint& endpoint, std::size_t columns) {
  return ">" + shortened(has_unit(endpoint.unit) ? fmt::format("{} ({})", endpoint.name, endpoint.unit) : endpoint.name,
                         columns);
}

std::string more_rows(std::size_t all, std::size_t shown, const char* what) {
  return shown < all ? fmt::format("  {} of {} {} are shown\n", shown, all, what) : "";
}

/// Points with what they are chosen for; `numbers`: the estimate of an endpoint at one of them.
struct ChosenPoint {
  std::size_t point;
  const std::vector<Estimate>* fresh = nullptr;  ///< instead of the study's
  std::string why;
};

/// With so many of the endpoints as fit.
std::string points_table(const Study& study, const std::vector<ChosenPoint>& chosen) {
  const auto with = [&](std::size_t endpoints) {
    return table_for_screen([&](bool has_errors, std::size_t columns) {
      std::vector<std::string> heading;
      for (const StudyFactor& factor : study.factors) heading.push_back(shortened(factor.name, columns));
      for (std::size_t e = 0; e < endpoints; ++e) heading.push_back(endpoint_heading(study.endpoints[e], columns));
      heading.emplace_back("");
      TextTable table(heading);
      for (const ChosenPoint& one : chosen) {
        std::vector<std::string> row;
        for (std::size_t f = 0; f < study.factors.size(); ++f)
          row.push_back(shortened(level_text(study, study.points[one.point], f), columns));
        for (std::size_t e = 0; e < endpoints; ++e)
          row.push_back(study_number(
              study.endpoints[e], one.fresh ? (*one.fresh)[e] : study.endpoints[e].estimates[one.point], has_errors));
        row.push_back(shortened(one.why, std::max<std::size_t>(columns, 30)));
        table.row(std::move(row));
      }
      return table;
    });
  };
  std::size_t endpoints = study.endpoints.size();
  std::string text = with(endpoints);
  while (endpoints > 1 && !is_narrow(text)) text = with(--endpoints);
  return text + more_rows(study.endpoints.size(), endpoints, "endpoints");
}

/// Of these points those where endpoints are lowest and highest; of goals, best under each circumstances, which nobody
/// can choose.
std::vector<ChosenPoint> extremes(const Study& study, const std::vector<std::size_t>& all_points) {
  std::vector<ChosenPoint> chosen;
  std::vector<std::size_t> points = all_points;
  const auto add = [&](const StudyEndpoint& endpoint, double sign, const char* word) {
    std::optional<std::size_t> most;
    for (const std::size_t p : points) {
      const double x = sign * endpoint.estimates[p].value;
      if (std::isfinite(x) && (!most || x > sign * endpoint.estimates[*most].value)) most = p;
    }
    if (!most) return;
    const auto there = std::ranges::find(chosen, *most, &ChosenPoint::point);
    if (there == chosen.end())
      chosen.push_back({*most, nullptr, fmt::format("{} {}", word, endpoint.name)});
    else
      there->why += fmt::format(", {} {}", word, endpoint.name);
  };
  const bool has_goals = !goals_of(study).empty();
  if (!has_goals) {
    for (const StudyEndpoint& endpoint : study.endpoints) add(endpoint, -1, "lowest"), add(endpoint, 1, "highest");
    return chosen;
  }
  std::map<std::vector<double>, std::vector<std::size_t>> by_circumstances;
  for (const std::size_t p : all_points) by_circumstances[report::circumstances_of(study, p)].push_back(p);
  for (const auto& [circumstances, those] : by_circumstances) {
    points = those;
    for (const StudyEndpoint& endpoint : study.endpoints)
      if (endpoint.goal != Goal::none) add(endpoint, endpoint.goal == Goal::maximise ? 1 : -1, "best");
  }
  return chosen;
}

std::string sweep_rows(const Study& study) {
  std::vector<std::size_t> points = pareto_front(study);
  std::string heading;
  if (!points.empty())
    heading = fmt::format("  No other point is better in one goal without being worse in another: {} of {} points\n",
                          points.size(), study.points.size());
  for (std::size_t p = 0; heading.empty() && p < study.points.size(); ++p) points.push_back(p);
  std::vector<ChosenPoint> chosen;
  if (points.size() > kMostRows) chosen = extremes(study, points);
  for (std::size_t i = 0; i < points.size() && points.size() <= kMostRows; ++i)
    chosen.push_back({points[i], nullptr, ""});
  chosen.resize(std::min(chosen.size(), points.size() > kMostRows ? kMostExtremes : kMostRows));
  return heading + points_table(study, chosen) + more_rows(points.size(), chosen.size(), "points");
}

std::string optimum_rows(const Study& study) {
  const Optimum& optimum = *study.optimum;
  std::vector<ChosenPoint> chosen;
  for (const BestPoint& best : optimum.best) chosen.push_back({best.point, &best.fresh, missed_limits(study, best)});
  const std::size_t all = chosen.size();
  chosen.resize(std::min(all, kMostRows));
  const std::string what = all > 1               ? "Points that no other beats"
                           : optimum.is_feasible ? "Optimum"
                                                 : "Nearest to the limits";
  return fmt::format("  {}, by {} generations of {} points; values of {} patients with fresh random numbers\n", what,
                     optimum.path.size(), optimum.population, optimum.best[0].patients) +
         points_table(study, chosen) + more_rows(all, chosen.size(), "points");
}

/// The index that factors are put in order by, and its error.
struct MainIndex {
  const char* name;
  const std::vector<double>*values, *low, *high;  ///< errors: ± low where there is no high; null: none
};
MainIndex main_index(const StudySensitivity& one) {
  if (!one.sobol.ST.empty()) return {"ST", &one.sobol.ST, &one.sobol.ST_conf, nullptr};
  if (!one.morris.mu_star.empty()) return {"mu_star", &one.morris.mu_star, &one.morris.mu_star_conf, nullptr};
  if (!one.pawn.median.empty()) return {"median PAWN", &one.pawn.median, nullptr, nullptr};
  return {"PRCC", &one.ranks.prcc, &one.ranks.prcc_low, &one.ranks.prcc_high};
}

std::string index_text(const MainIndex& index, std::size_t i, bool has_error) {
  const std::string number = short_number((*index.values)[i]);
  if (!has_error || index.low == nullptr) return number;
  return index.high
             ? fmt::format("{} ({} to {})", number, short_number((*index.low)[i]), short_number((*index.high)[i]))
             : fmt::format("{} ± {}", number, error_number((*index.low)[i]));
}

/// Factors by their largest index, each endpoint's as a share of its largest.
std::string sensitivity_rows(const Study& study) {
  const std::vector<std::string>& names = study.sensitivity[0].names;
  std::vector<double> size(names.size(), 0);
  for (const StudySensitivity& one : study.sensitivity) {
    const std::vector<double>& values = *main_index(one).values;
    double most = 0;
    for (const double x : values) most = std::fmax(most, std::fabs(x));
    for (std::size_t f = 0; f < names.size() && most > 0; ++f)
      size[f] = std::fmax(size[f], std::fabs(values[f]) / most);
  }
  std::vector<std::size_t> order(names.size());
  for (std::size_t f = 0; f < order.size(); ++f) order[f] = f;
  std::ranges::stable_sort(order, [&](std::size_t a, std::size_t b) { return size[a] > size[b]; });
  order.resize(std::min(order.size(), kMostRows));
  const std::string table = table_for_screen([&](bool has_errors, std::size_t columns) {
    std::vector<std::string> heading = {"factor"};
    for (const StudySensitivity& one : study.sensitivity)
      heading.push_back(fmt::format(">{}: {}", shortened(one.endpoint, columns), main_index(one).name));
    TextTable text(heading);
    for (const std::size_t f : order) {
      std::vector<std::string> row = {shortened(names[f], columns)};
      for (const StudySensitivity& one : study.sensitivity) row.push_back(index_text(main_index(one), f, has_errors));
      text.row(std::move(row));
    }
    return text;
  });
  std::string noise;
  for (const StudySensitivity& one : study.sensitivity)
    if (std::isfinite(one.noise))
      noise += fmt::format("{}{} {}", noise.empty() ? "" : ", ", one.endpoint, percent(one.noise));
  return table + more_rows(names.size(), order.size(), "factors") +
         (noise.empty()
              ? ""
              : shortened("  Monte-Carlo noise, of the variance between points: " + noise, kColumnsOfScreen) + "\n");
}

std::string power_rows(const Study& study) {
  std::vector<const PowerResult*> shown;
  for (const PowerResult& result : study.power)
    if (shown.size() < kMostRows && !result.is_null) shown.push_back(&result);
  for (const PowerResult& result : study.power)
    if (shown.size() < kMostRows && result.is_null) shown.push_back(&result);
  const std::string table = table_for_screen([&](bool has_errors, std::size_t columns) {
    TextTable text({"design", "at", "truth", ">found better (95 % interval)", ">patients", ">days"});
    for (const PowerResult* result : shown) {
      const PowerSummary summary = summary_of(*result);
      const auto mean = [&](const Estimate& e) {
        return short_number(e.value) + (has_errors ? " ± " + error_number(e.standard_error) : "");
      };
      text.row({shortened(result->design, columns), shortened(place_words(study, result->point), columns),
                truth_words(*result),
                fmt::format("{} ({:.1f}–{:.1f})", percent(summary.better.value), 100 * summary.better.interval.low,
                            100 * summary.better.interval.high),
                mean(summary.patients), mean(summary.days)});
    }
    return text;
  });
  std::string sizes;
  constexpr std::size_t most_sizes = 2;
  const std::vector<WantedSize> wanted = wanted_sizes(study.power);
  for (std::size_t i = 0; i < std::min(wanted.size(), most_sizes); ++i)
    sizes += std::isnan(wanted[i].patients)
                 ? fmt::format("  {}: no size has a power of {}\n", wanted[i].curve, percent(wanted[i].power))
                 : fmt::format("  {}: a power of {} takes {:.0f} patients ({:.0f} to {:.0f})\n", wanted[i].curve,
                               percent(wanted[i].power), std::ceil(wanted[i].patients), wanted[i].low, wanted[i].high);
  return table + more_rows(study.power.size(), shown.size(), "rows") + sizes;
}

}  // namespace

std::string print_study_summary(const Study& study, const Whereabouts& where) {
  std::vector<std::string> title = wrapped(study.title, kColumnsOfScreen);
  title.resize(std::min<std::size_t>(title.size(), 2));
  std::string out = fmt::format("{}\n", fmt::join(title, "\n"));
  const std::string replicates = study.replicates > 1 ? fmt::format(" × {} replicates", study.replicates) : "";
  const bool is_of_indices = study.power.empty() && !study.sensitivity.empty();
  const std::string rows = !study.power.empty() ? power_rows(study)
                           : is_of_indices      ? sensitivity_rows(study)
                           : study.optimum      ? optimum_rows(study)
                                                : sweep_rows(study);
  const bool has_errors = rows.find(" ± ") != std::string::npos;
  const char* errors = !has_errors ? "" : is_of_indices ? "; ± half the 95 % interval" : "; ± standard error";
  out += study.power.empty() ? fmt::format("{} points × {} patients{}, the same patients at every point{}\n\n",
                                           study.points.size(), patients_text(study), replicates, errors)
                             : fmt::format("{} replicates of at most {} patients, everybody's life in all arms{}\n\n",
                                           study.replicates, study.patients, errors);
  out += rows;
  constexpr std::size_t most_notes = 2;
  for (std::size_t i = 0; i < std::min(study.notes.size(), most_notes); ++i)
    out += shortened("  note: " + study.notes[i], kColumnsOfScreen) + "\n";
  if (study.notes.size() > most_notes) out += fmt::format("  … and {} more notes\n", study.notes.size() - most_notes);
  out += "\n";
  const std::vector<std::string> names = printable(study);
  if (!where.results.empty()) {
    out += fmt::format("results  {}\nreport   {}\n", where.results,
                       where.report.empty() ? "vtrial report " + where.results : where.report);
    if (!names.empty()) {
      const bool is_word = names[0].find(' ') == std::string::npos;
      out +=
          fmt::format("tables   vtrial info {} --tally {}\n", where.results, is_word ? names[0] : "'" + names[0] + "'");
    }
    out += fmt::format("         everything: vtrial info {}, or --print all here\n", where.results);
  }
  return out + fmt::format("content hash {}\n", content_hash(study));
}

std::vector<std::string> printable(const Study& study) {
  std::vector<std::string> names;
  for (const PowerResult& result : study.power)
    for (const std::string& name : {result.design, result.curve})
      if (!name.empty() && std::ranges::find(names, name) == names.end()) names.push_back(name);
  for (const StudyEndpoint& endpoint : study.endpoints) names.push_back(endpoint.name);
  return names;
}

std::string print_study_named(const Study& study, const std::vector<std::string>& names) {
  std::string out;
  for (const std::string& name : names) {
    Study one = study;
    one.optimum.reset();
    std::erase_if(one.power, [&](const PowerResult& result) { return result.design != name && result.curve != name; });
    std::erase_if(one.observed, [&](const PublishedCount& count) { return count.design != name; });
    std::erase_if(one.endpoints, [&](const StudyEndpoint& endpoint) { return endpoint.name != name; });
    std::erase_if(one.sensitivity, [&](const StudySensitivity& index) { return index.endpoint != name; });
    for (StudyEndpoint& endpoint : one.endpoints) endpoint.goal = Goal::none;  // a front is of all goals
    out += print_study(one);
  }
  return out;
}

}  // namespace vt
