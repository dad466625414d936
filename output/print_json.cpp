#include <fmt/format.h>

#include <cmath>
#include <utility>

#include "output/json.hpp"
#include "output/notes.hpp"
#include "output/print.hpp"
#include "output/statistics/quantile_groups.hpp"
#include "output/statistics/test_summary.hpp"
#include "output/tally/tally_json.hpp"
#include "output/text.hpp"

namespace vt {
namespace {

/// How many values a column has.
std::int64_t values_in(const PatientColumns& columns, std::size_t column) {
  std::int64_t count = 0;
  for (std::size_t i = column; i < columns.values.size(); i += columns.names.size())
    count += std::isnan(columns.values[i]) ? 0 : 1;
  return count;
}

Json without_value_json(const std::vector<WithoutValue>& formulas) {
  Json list = Json::array();
  for (const WithoutValue& f : formulas)
    list.push_back({{"name", valid_utf8(f.what)}, {"formula", valid_utf8(f.formula)}, {"times", f.times}});
  return list;
}

Json test_json(const ResultTest& test) {
  Json json = {{"name", valid_utf8(test.name)},
               {"kind", name_of(test.kind)},
               {"title", valid_utf8(test.what)},
               {"terms", texts(test.terms)},
               {"estimate", numbers(test.estimate)},
               {"standard_error", numbers(test.standard_error)},
               {"p", numbers(test.p)},
               {"patients", test.patients},
               {"events", test.events}};
  for (const DerivedOfTest& derived : kDerivedOfTests)
    if (const std::vector<double> values = numbers_of(derived, test); !values.empty())
      json[derived.name] = numbers(values);
  json["summary"] = Json::array();
  for (std::size_t t = 0; t < test.terms.size(); ++t) {
    const TestSummary s = summary_of(test, t);
    Json one = {{"term", valid_utf8(test.terms[t])}, {"replicates", s.replicates}, {"estimates", s.estimates}};
    for (const NumberOfSummary& number : kNumbersOfSummary) one[number.name] = number_or_null(s.*number.member);
    json["summary"].push_back(std::move(one));
  }
  return json;
}

Json sources_json(const std::vector<ModelSource>& sources) {
  Json list = Json::array();
  for (const ModelSource& one : sources)
    list.push_back({{"parameter", valid_utf8(one.name)},
                    {"value", valid_utf8(one.value)},
                    {"unit", valid_utf8(one.unit)},
                    {"source", valid_utf8(one.source)},
                    {"basis", valid_utf8(one.basis)},
                    {"calibrated_to", valid_utf8(one.calibrated_to)}});
  return list;
}

}  // namespace

Json results_json(const Results& results) {
  if (has_octaves(results)) {
    Results cut = results;
    collapse_quantiles(cut);
    return results_json(cut);
  }
  const auto screened = static_cast<std::int64_t>(results.patients * results.replicates);
  std::uint64_t failed = 0;
  for (const FailureCount& f : results.failures) failed += f.patients;
  Json json = json_object("trial", {{"title", valid_utf8(results.title)},
                                    {"seed", results.seed},
                                    {"patients", results.patients},
                                    {"replicates", results.replicates},
                                    {"first_day", results.first_day},
                                    {"last_day", results.last_day},
                                    {"plan_hash", fmt::format("{:016x}", results.plan_hash)},
                                    {"content_hash", content_hash(results)},
                                    {"screened", screened},
                                    {"included", screened - rejected(results)},
                                    {"failed", failed}});
  if (results.first_patient != 0) json["first_patient"] = results.first_patient;
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
  const std::string reason = withheld(results);
  for (const ResultTally& tally : results.tallies) json["tallies"].push_back(tally_json(tally, reason));
  json["tests"] = Json::array();
  for (const ResultTest& test : results.tests) json["tests"].push_back(test_json(test));
  json["failures"] = Json::array();
  for (const FailureCount& f : results.failures) {
    json["failures"].push_back({{"reason", valid_utf8(f.reason)},
                                {"example", valid_utf8(f.example)},
                                {"patients", f.patients},
                                {"smallest_id", f.smallest_id},
                                {"replicate", replicate_of(f.smallest_id)},
                                {"patient", number_in_replicate(f.smallest_id)}});
  }
  json["formulas_without_value"] = without_value_json(results.without_value);
  json["conditions_undefined"] = without_value_json(results.unclear);
  json["columns"] = Json::array();
  for (std::size_t c = 0; c < results.columns.names.size(); ++c)
    json["columns"].push_back({{"name", valid_utf8(results.columns.names[c])},
                               {"unit", valid_utf8(results.columns.units[c])},
                               {"kind", results.columns.kinds[c]},
                               {"formula", valid_utf8(results.columns.formulas[c])},
                               {"values", values_in(results.columns, c)}});
  json["sources"] = sources_json(results.sources);
  json["notes"] = texts(results.notes);
  json["provenance"] = provenance_json(results.provenance, results.scenario_path);
  json["provenance"]["notes"] = texts(results.provenance.notes);
  return json;
}

}  // namespace vt
