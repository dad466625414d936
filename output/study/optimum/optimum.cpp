#include "output/study/optimum/optimum.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <nlohmann/json.hpp>

#include "output/study/study.hpp"
#include "output/text.hpp"

namespace vt {

namespace {

constexpr std::size_t kMostGenerationRows = 12;

std::string value_text(const StudyEndpoint& endpoint, const Estimate& at) {
  if (!std::isfinite(at.value)) return "–";
  const auto text = [&](double x) { return endpoint.is_share ? percent(x) : short_number(x); };
  if (!(at.standard_error > 0)) return text(at.value);
  return fmt::format("{} ± {}", text(at.value),
                     short_number(endpoint.is_share ? 100 * at.standard_error : at.standard_error, 2));
}

std::string unit_text(const StudyEndpoint& endpoint) {
  return has_unit(endpoint.unit) ? fmt::format("{} ({})", endpoint.name, endpoint.unit) : endpoint.name;
}

std::string wanted_text(const StudyEndpoint& endpoint) {
  std::string text = endpoint.goal == Goal::maximise   ? "the more the better"
                     : endpoint.goal == Goal::minimise ? "the less the better"
                                                       : "";
  const auto limit = [&](const char* words, double value) {
    if (std::isfinite(value))
      text += fmt::format("{}{} {}", text.empty() ? "" : ", ", words,
                          endpoint.is_share ? percent(value) : short_number(value));
  };
  limit("at most", endpoint.at_most);
  limit("at least", endpoint.at_least);
  return text;
}

std::string place_text(const Study& study, std::size_t p) {
  std::string text;
  for (std::size_t f = 0; f < study.factors.size(); ++f)
    text += fmt::format("{}{} {}", f == 0 ? "" : ", ", study.factors[f].name, level_text(study, study.points[p], f));
  return text;
}

std::string print_path(const Study& study) {
  const Optimum& optimum = *study.optimum;
  const std::vector<std::size_t> goals = goals_of(study);
  std::vector<std::string> columns = {">generation", ">points", ">within limits"};
  for (const std::size_t e : goals) columns.push_back(">best " + unit_text(study.endpoints[e]));
  if (goals.size() > 1) columns.emplace_back(">front");
  columns.emplace_back(">spread");
  TextTable table(columns);
  const std::size_t n = optimum.path.size(), rows = std::min(n, kMostGenerationRows);
  for (std::size_t i = 0; i < rows; ++i) {
    const std::size_t g = rows < 2 ? 0 : i * (n - 1) / (rows - 1);
    const OptimumGeneration& one = optimum.path[g];
    std::vector<std::string> row = {fmt::format("{}", g + 1), fmt::format("{}", one.asked),
                                    fmt::format("{}", one.feasible)};
    for (std::size_t i_goal = 0; i_goal < goals.size(); ++i_goal)
      row.push_back(value_text(study.endpoints[goals[i_goal]], {one.best[i_goal], 0, {kNaN, kNaN}, 0}));
    if (goals.size() > 1) row.push_back(fmt::format("{}", one.front));
    row.push_back(percent(one.spread));
    table.row(std::move(row));
  }
  return table.str("  ");
}

std::string print_best_point(const Study& study) {
  const BestPoint& best = study.optimum->best[0];
  TextTable table({"endpoint", "wanted", ">as optimised", ">fresh"});
  for (std::size_t e = 0; e < study.endpoints.size(); ++e) {
    const StudyEndpoint& endpoint = study.endpoints[e];
    table.row({unit_text(endpoint), wanted_text(endpoint), value_text(endpoint, endpoint.estimates[best.point]),
               value_text(endpoint, best.fresh[e])});
  }
  return fmt::format("\n{}: {}\n", study.optimum->is_feasible ? "Optimum" : "Nearest to the limits",
                     place_text(study, best.point)) +
         table.str("  ");
}

std::string print_front(const Study& study) {
  std::vector<std::string> columns;
  for (const StudyFactor& factor : study.factors) columns.push_back(factor.name);
  for (const StudyEndpoint& endpoint : study.endpoints) columns.push_back(">" + unit_text(endpoint));
  TextTable table(columns);
  for (const BestPoint& best : study.optimum->best) {
    std::vector<std::string> row;
    for (std::size_t f = 0; f < study.factors.size(); ++f)
      row.push_back(level_text(study, study.points[best.point], f));
    for (std::size_t e = 0; e < study.endpoints.size(); ++e)
      row.push_back(fmt::format(
          "{} ({})", value_text(study.endpoints[e], best.fresh[e]),
          value_text(study.endpoints[e], {study.endpoints[e].estimates[best.point].value, 0, {kNaN, kNaN}, 0})));
    table.row(std::move(row));
  }
  return "\nPoints that no other beats: fresh values (as optimised)\n" + table.str("  ");
}

nlohmann::ordered_json json_of(const Estimate& at) {
  const auto number = [](double x) {
    return std::isfinite(x) ? nlohmann::ordered_json(x) : nlohmann::ordered_json(nullptr);
  };
  return {{"value", number(at.value)},
          {"standard_error", number(at.standard_error)},
          {"low", number(at.interval.low)},
          {"high", number(at.interval.high)},
          {"n", at.n}};
}

}  // namespace

bool is_within(const StudyEndpoint& endpoint, double value) {
  return std::isfinite(value) && value <= endpoint.at_most && value >= endpoint.at_least;
}

double distance_outside(const Study& study, std::size_t p) {
  double all = 0;
  for (const StudyEndpoint& endpoint : study.endpoints) {
    const double value = endpoint.estimates[p].value;
    if (!std::isfinite(value)) return std::numeric_limits<double>::infinity();
    const auto add = [&](double limit, double beyond) {
      if (std::isfinite(limit) && beyond > 0) all += beyond / (limit != 0 ? std::fabs(limit) : 1.0);
    };
    add(endpoint.at_most, value - endpoint.at_most);
    add(endpoint.at_least, endpoint.at_least - value);
  }
  return all;
}

std::vector<std::size_t> goals_of(const Study& study) {
  std::vector<std::size_t> goals;
  for (std::size_t e = 0; e < study.endpoints.size(); ++e)
    if (study.endpoints[e].goal != Goal::none) goals.push_back(e);
  return goals;
}

std::string missed_limits(const Study& study, const BestPoint& best) {
  std::string text;
  for (std::size_t e = 0; e < study.endpoints.size(); ++e) {
    const StudyEndpoint& endpoint = study.endpoints[e];
    const double value = best.fresh[e].value;
    if (is_within(endpoint, value)) continue;
    const auto number = [&](double x) { return endpoint.is_share ? percent(x) : short_number(x, 4); };
    text += fmt::format("{}{} is {}", text.empty() ? "" : "; ", endpoint.name, number(value));
    if (value > endpoint.at_most) text += fmt::format(", above {}", number(endpoint.at_most));
    if (value < endpoint.at_least) text += fmt::format(", below {}", number(endpoint.at_least));
  }
  return text;
}

std::string print_optimum(const Study& study) {
  const Optimum& optimum = *study.optimum;
  return fmt::format("{}, {}: {} generations of {} points\n\n", optimum.words, optimum.software, optimum.path.size(),
                     optimum.population) +
         print_path(study) + (goals_of(study).size() > 1 ? print_front(study) : print_best_point(study)) +
         fmt::format(
             "\n  fresh: simulated once more with other random numbers (seed {}, {} patients), which is the\n"
             "  answer: the best of many has luck, and all points share that of their patients\n\n",
             optimum.fresh_seed, optimum.best[0].patients);
}

nlohmann::ordered_json optimum_json(const Study& study) {
  using Json = nlohmann::ordered_json;
  const Optimum& optimum = *study.optimum;
  Json json = {{"method", valid_utf8(optimum.method)},
               {"long_name", valid_utf8(optimum.words)},
               {"software", valid_utf8(optimum.software)},
               {"population", optimum.population},
               {"generations", optimum.generations},
               {"seed", optimum.seed},
               {"fresh_seed", optimum.fresh_seed},
               {"feasible", optimum.is_feasible},
               {"best", Json::array()},
               {"path", Json::array()}};
  for (const BestPoint& best : optimum.best) {
    Json row = {{"point", best.point}, {"patients", best.patients}, {"factors", Json::object()}};
    if (best.failed > 0) row["failed"] = best.failed;
    for (std::size_t f = 0; f < study.factors.size(); ++f) {
      const StudyFactor& factor = study.factors[f];
      const double x = study.points[best.point].coordinates[f];
      row["factors"][valid_utf8(factor.name)] =
          factor.labels.empty() ? Json(x) : Json(valid_utf8(factor.labels[static_cast<std::size_t>(x)]));
    }
    for (std::size_t e = 0; e < study.endpoints.size(); ++e) {
      Json entry = {{"as_optimised", json_of(study.endpoints[e].estimates[best.point])},
                    {"fresh", json_of(best.fresh[e])}};
      if (!best.reasons[e].empty()) entry["reason"] = valid_utf8(best.reasons[e]);
      row["endpoints"][valid_utf8(study.endpoints[e].name)] = std::move(entry);
    }
    json["best"].push_back(std::move(row));
  }
  const std::vector<std::size_t> goals = goals_of(study);
  for (const OptimumGeneration& one : optimum.path) {
    Json row = {{"asked", one.asked}, {"simulated", one.simulated}, {"feasible", one.feasible}, {"front", one.front}};
    row["spread"] = std::isfinite(one.spread) ? Json(one.spread) : Json(nullptr);
    for (std::size_t i = 0; i < goals.size(); ++i)
      row["best"][valid_utf8(study.endpoints[goals[i]].name)] =
          std::isfinite(one.best[i]) ? Json(one.best[i]) : Json(nullptr);
    json["path"].push_back(std::move(row));
  }
  return json;
}

}  // namespace vt
