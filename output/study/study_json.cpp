#include <cmath>
#include <utility>

#include "output/json.hpp"
#include "output/study/study.hpp"
#include "output/text.hpp"

namespace vt {

namespace {

Json convergence_json(const Convergence& part) {
  Json json = {{"n", part.n}};
  for (const ConvergenceTable& table : kConvergenceTables)
    for (const std::vector<double>& row : part.*table.rows) json[table.name].push_back(numbers(row));
  return json;
}

Json kept_json(const ResultTally& tally) {
  Json json = {{"name", valid_utf8(tally.name)},
               {"kind", to_string(tally.kind)},
               {"cells", axis_cells(tally)},
               {"axes", Json::array()}};
  for (const ResultAxis& axis : tally.axes)
    json["axes"].push_back({{"name", valid_utf8(axis.name)}, {"labels", texts(axis.labels)}});
  return json;
}

}  // namespace

Json study_json(const Study& study) {
  Json json = json_object("study", {{"title", valid_utf8(study.title)},
                                    {"design", valid_utf8(study.design)},
                                    {"seed", study.seed},
                                    {"patients", study.patients},
                                    {"replicates", study.replicates},
                                    {"number_of_points", study.points.size()},
                                    {"content_hash", content_hash(study)},
                                    {"factors", Json::array()},
                                    {"correlations", Json::array()},
                                    {"endpoints", Json::array()},
                                    {"sensitivity", Json::array()},
                                    {"points", Json::array()}});
  for (std::size_t f = 0; f < study.factors.size(); ++f) {
    const StudyFactor& factor = study.factors[f];
    Json entry = {{"name", valid_utf8(factor.name)},
                  {"key", valid_utf8(factor.key)},
                  {"multiplies", factor.scales},
                  {"unit", valid_utf8(factor.unit)},
                  {"labels", texts(factor.labels)},
                  {"values", numbers(factor.values)},
                  {"role", factor.is_circumstance ? "circumstance" : "decision"}};
    if (factor.labels.empty()) {
      const auto [lowest, highest] = drawn_range(study, f);
      entry["lowest"] = number_or_null(lowest), entry["highest"] = number_or_null(highest);
    }
    json["factors"].push_back(std::move(entry));
  }
  for (const StudyCorrelation& both : study.correlations)
    json["correlations"].push_back({{"factors", {valid_utf8(both.first), valid_utf8(both.second)}},
                                    {"of_scores", number_or_null(both.of_scores)},
                                    {"spearman_asked", number_or_null(spearman_asked(both))},
                                    {"spearman", number_or_null(both.spearman)}});
  for (const StudyEndpoint& endpoint : study.endpoints) {
    Json entry = {{"name", valid_utf8(endpoint.name)},
                  {"title", valid_utf8(endpoint.title)},
                  {"unit", valid_utf8(endpoint.unit)},
                  {"is_share", endpoint.is_share},
                  {"noise", number_or_null(endpoint.noise)}};
    for (const GoalEntry& one : kGoals)
      if (one.goal == endpoint.goal) entry["goal"] = one.name;
    if (std::isfinite(endpoint.at_most)) entry["at_most"] = endpoint.at_most;
    if (std::isfinite(endpoint.at_least)) entry["at_least"] = endpoint.at_least;
    json["endpoints"].push_back(std::move(entry));
  }
  for (const StudySensitivity& one : study.sensitivity) {
    Json entry = {
        {"endpoint", valid_utf8(one.endpoint)}, {"names", texts(one.names)}, {"noise", number_or_null(one.noise)}};
    if (!one.pawn.median.empty()) entry["dummy"] = number_or_null(one.pawn.dummy);
    for (const auto& [name, values] : indices_of(one))
      if (!values->empty()) entry[name] = numbers(*values);
    if (!one.convergence.n.empty()) entry["convergence"] = convergence_json(one.convergence);
    if (!one.sobol.S1.empty()) {
      entry["pairs"] = pairs_of(one.sobol);
      entry["pairs_beyond_chance"] = Json::array();
      for (const std::size_t at : pairs_beyond_chance(one.sobol))
        entry["pairs_beyond_chance"].push_back(
            texts({one.names[at / one.names.size()], one.names[at % one.names.size()]}));
    }
    json["sensitivity"].push_back(std::move(entry));
  }
  for (std::size_t p = 0; p < study.points.size() && study.sensitivity.empty(); ++p) {
    Json row = {{"factors", Json::object()}, {"endpoints", Json::object()}};
    for (std::size_t f = 0; f < study.factors.size(); ++f) {
      const StudyFactor& factor = study.factors[f];
      const double x = study.points[p].coordinates[f];
      row["factors"][valid_utf8(factor.name)] =
          factor.labels.empty() ? number_or_null(x) : Json(valid_utf8(factor.labels[static_cast<std::size_t>(x)]));
    }
    for (const StudyEndpoint& endpoint : study.endpoints) {
      const Estimate& e = endpoint.estimates[p];
      Json entry = {{"value", number_or_null(e.value)},
                    {"standard_error", number_or_null(e.standard_error)},
                    {"low", number_or_null(e.interval.low)},
                    {"high", number_or_null(e.interval.high)},
                    {"n", e.n}};
      if (!endpoint.reasons[p].empty()) entry["reason"] = valid_utf8(endpoint.reasons[p]);
      row["endpoints"][valid_utf8(endpoint.name)] = std::move(entry);
    }
    if (study.optimum) row["generation"] = study.optimum->generation[p];
    if (study.points[p].failed > 0) row["failed"] = study.points[p].failed;
    if (study.points[p].patients != study.patients) row["patients"] = study.points[p].patients;
    json["points"].push_back(std::move(row));
  }
  if (study.optimum) json["optimum"] = optimum_json(study);
  if (!study.power.empty()) json["power"] = power_json(study);
  json["pareto"] = pareto_front(study);
  json["tallies"] = Json::array();
  for (const StudyTally& kept : study.tallies) json["tallies"].push_back(kept_json(kept.tally));
  json["notes"] = texts(study.notes);
  json["provenance"] = provenance_json(study.provenance, study.scenario_path);
  json["provenance"]["notes"] = texts(study.provenance.notes);
  return json;
}

}  // namespace vt
