#include <fmt/format.h>

#include <cmath>
#include <utility>

#include "output/json.hpp"
#include "output/notes.hpp"
#include "output/print.hpp"
#include "output/statistics/over_replicates.hpp"
#include "output/statistics/quantile_groups.hpp"
#include "output/statistics/test_summary.hpp"
#include "output/tally/kinds.hpp"
#include "output/text.hpp"

namespace vt {
namespace {

Json axis_json(const ResultAxis& axis) {
  Json json = {{"name", valid_utf8(axis.name)},
               {"kind", entry_of(axis.kind).name},
               {"title", valid_utf8(axis.title)},
               {"unit", valid_utf8(axis.unit)},
               {"labels", texts(axis.labels)}};
  if (!axis.values.empty()) json["values"] = numbers(coordinate(axis));
  if (axis.kind == ResultAxisKind::quantiles) {
    json["cuts"] = numbers(axis.cuts);
    json["patients"] = axis.group_patients;
  }
  return json;
}

/// How many values a column has.
std::int64_t values_in(const PatientColumns& columns, std::size_t column) {
  std::int64_t count = 0;
  for (std::size_t i = column; i < columns.values.size(); i += columns.names.size())
    count += std::isnan(columns.values[i]) ? 0 : 1;
  return count;
}

/// What is told of the spread over replicates.
const std::pair<const char*, Statistic> kOverReplicates[] = {
    {"p2.5", {Statistic::Kind::quantile, 0.025}},
    {"median", {Statistic::Kind::quantile, 0.5}},
    {"p97.5", {Statistic::Kind::quantile, 0.975}},
    {"mean", {Statistic::Kind::mean}},
    {"sd", {Statistic::Kind::sd}},
};

/// \param reason why statistics are withheld; "" = they are not
Json tally_json(const ResultTally& tally, const std::string& reason);

/// Of a tally by replicate: the tally of all together, and how its statistics spread over the replicates.
Json replicates_json(const ResultTally& tally, const std::string& reason) {
  const ResultTally together = without_replicates(tally);
  Json json = tally_json(together, reason);
  if (!reason.empty()) return json;
  const std::size_t replicates = axis_sizes(tally)[*replicate_axis(tally)];
  Json& over = json["over_replicates"] = {{"replicates", replicates}, {"statistics", Json::array()}};
  for (const Statistic& statistic : headline_statistics(tally)) {
    Json one = {{"statistic", valid_utf8(describe(statistic))}};
    for (const OverReplicates& row : over_replicates(tally, statistic)) {
      for (const auto& [name, of] : kOverReplicates)
        one[name].push_back(number_or_null(of_sample(row.values, of).value));
      one["replicates"].push_back(of_sample(row.values, {Statistic::Kind::mean}).n);
      one["values"].push_back(numbers(row.values));
    }
    over["statistics"].push_back(std::move(one));
  }
  return json;
}

Json tally_json(const ResultTally& tally, const std::string& reason) {
  if (replicate_axis(tally)) return replicates_json(tally, reason);
  Json json = {{"name", valid_utf8(tally.name)},   {"title", valid_utf8(tally.title)},
               {"score", valid_utf8(tally.score)}, {"unit", valid_utf8(tally.unit)},
               {"kind", to_string(tally.kind)},    {"estimand", name_of(tally.estimand)}};
  if (!tally.among.empty()) json["among"] = valid_utf8(tally.among);
  if (!tally.from.empty()) json["from"] = valid_utf8(tally.from);
  json["axes"] = Json::array();
  for (const ResultAxis& axis : tally.axes) json["axes"].push_back(axis_json(axis));
  json["randomised"] = tally.randomised;
  json["evaluable"] = tally.evaluable;
  if (!reason.empty()) {
    json["withheld"] = reason;
    return json;
  }
  if (tally.pair.size() == 2) json["pair"] = texts(tally.pair);
  tally.kind->add_json(tally, json);
  return json;
}

}  // namespace

Json results_json(const Results& results) {
  if (has_octaves(results)) {
    Results cut = results;
    collapse_quantiles(cut);
    return results_json(cut);
  }
  Json json = {{"title", valid_utf8(results.title)},
               {"seed", results.seed},
               {"patients", results.patients},
               {"replicates", results.replicates},
               {"first_day", results.first_day},
               {"last_day", results.last_day},
               {"plan_hash", fmt::format("{:016x}", results.plan_hash)},
               {"content_hash", content_hash(results)}};
  json["screening"] = Json::array();
  for (const ScreeningCount& count : results.screening)
    json["screening"].push_back(
        {{"criterion", valid_utf8(count.criterion)}, {"when", valid_utf8(count.when)}, {"rejected", count.rejected}});
  json["arms"] = Json::array();
  for (const ArmResult& arm : results.arms) {
    json["arms"].push_back(
        {{"name", valid_utf8(arm.name)}, {"regimen", valid_utf8(arm.regimen)}, {"patients", arm.patients}});
  }
  json["rules"] = Json::array();
  for (const RuleResult& rule : results.rules)
    json["rules"].push_back({{"name", valid_utf8(rule.name)},
                             {"action", valid_utf8(rule.action)},
                             {"fired", rule.fired},
                             {"patients", rule.patients}});
  json["leaving"] = Json::array();
  for (const LeavingResult& left : results.leaving)
    json["leaving"].push_back({{"reason", valid_utf8(left.reason)}, {"patients", left.patients}});
  json["tallies"] = Json::array();
  for (const ResultTally& tally : results.tallies) json["tallies"].push_back(tally_json(tally, withheld(results)));
  json["tests"] = Json::array();
  for (const ResultTest& test : results.tests) {
    Json summaries = Json::array();
    for (std::size_t t = 0; t < test.terms.size(); ++t) {
      const TestSummary s = summary_of(test, t);
      summaries.push_back({{"term", valid_utf8(test.terms[t])},
                           {"replicates", s.replicates},
                           {"estimates", s.estimates},
                           {"mean_of_estimates", number_or_null(s.mean)},
                           {"sd_of_estimates", number_or_null(s.sd)},
                           {"share_significant_of_all", number_or_null(s.significant)}});
    }
    json["tests"].push_back({{"name", valid_utf8(test.name)},
                             {"kind", name_of(test.kind)},
                             {"terms", texts(test.terms)},
                             {"estimate", numbers(test.estimate)},
                             {"standard_error", numbers(test.standard_error)},
                             {"p", numbers(test.p)},
                             {"patients", test.patients},
                             {"events", test.events},
                             {"summary", std::move(summaries)}});
  }
  json["failures"] = Json::array();
  for (const FailureCount& f : results.failures) {
    json["failures"].push_back({{"reason", valid_utf8(f.reason)},
                                {"example", valid_utf8(f.example)},
                                {"patients", f.patients},
                                {"smallest_id", f.smallest_id},
                                {"replicate", replicate_of(f.smallest_id)},
                                {"patient", number_in_replicate(f.smallest_id)}});
  }
  json["formulas_without_value"] = Json::array();
  for (const WithoutValue& f : results.without_value)
    json["formulas_without_value"].push_back(
        {{"name", valid_utf8(f.what)}, {"formula", valid_utf8(f.formula)}, {"times", f.times}});
  for (std::size_t c = 0; c < results.columns.names.size(); ++c)
    json["columns"].push_back({{"name", valid_utf8(results.columns.names[c])},
                               {"unit", valid_utf8(results.columns.units[c])},
                               {"formula", valid_utf8(results.columns.formulas[c])},
                               {"values", values_in(results.columns, c)}});
  for (const WithoutValue& f : results.unclear)
    json["conditions_undefined"].push_back(
        {{"name", valid_utf8(f.what)}, {"formula", valid_utf8(f.formula)}, {"times", f.times}});
  json["notes"] = texts(results.notes);
  json["provenance"] = provenance_json(results.provenance, results.scenario_path);
  json["provenance"]["notes"] = texts(results.provenance.notes);
  return json;
}

}  // namespace vt
