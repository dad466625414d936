#include "host/study/read/read_endpoint.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "host/scenario/sections.hpp"
#include "host/scenario/tallies/read_targets.hpp"
#include "host/scenario/toml/merge.hpp"
#include "host/scenario/toml/shapes.hpp"
#include "host/study/read/read_distance.hpp"

namespace vt {

namespace {

std::optional<std::size_t> level_named(const FactorSpec& factor, const AxisValue& wanted) {
  for (std::size_t i = 0; i < factor.levels.size(); ++i) {
    const FactorLevel& level = factor.levels[i];
    if (const auto* label = std::get_if<std::string>(&wanted); label && *label == level.label) return i;
    if (const auto* number = std::get_if<double>(&wanted); number && level.value == *number) return i;
  }
  return std::nullopt;
}

/// analysis = "odds", statistic = "power"
TestQuestion read_test_question(TableReader& reader, const Field& analysis) {
  TestQuestion test{read_text(analysis).value, "", OfTest::power};
  const Field statistic = reader.need("statistic", "it says what is asked of the test");
  if (const OfTestEntry* entry = statistic ? find_named(kOfTests, read_choice(statistic, names_of(kOfTests))) : nullptr)
    test.asked = entry->asked;
  if (const Field term = reader.get("term")) test.term = read_text(term).value;
  return test;
}

/// weights = { mmr = 1, neutropenia = -0.5 }
void read_weights(const Field& field, EndpointSpec& endpoint) {
  note_own_names(field);
  if (!field.node->is_table() || field.node->entries.empty())
    return field.complain("is no table of numbers; write { mmr = 1, neutropenia = -0.5 }");
  for (const Entry& entry : field.node->entries) {
    const Field weight{&entry.value, fmt::format("{}.{}", field.path, entry.key), field.problems};
    if (const auto number = read_number(weight, "", kAny)) endpoint.weights[entry.key] = *number;
  }
}

/// Sums are of endpoints that are no sums.
void check_weights(const StudySpec& study, Problems& problems) {
  for (const EndpointSpec& endpoint : study.endpoints)
    for (const auto& [name, weight] : endpoint.weights) {
      const auto part = std::ranges::find(study.endpoints, name, [](const EndpointSpec& e) { return e.question.name; });
      if (part == study.endpoints.end() || !part->weights.empty())
        problems.add(
            endpoint.where,
            fmt::format("endpoint.{} weighs '{}' (which is {}); name an endpoint that is no sum",
                        endpoint.question.name, name, part == study.endpoints.end() ? "no endpoint" : "a sum itself"));
    }
}

/// Patients are added until a standard error is small enough, to a limit that has to be said.
void check_precision(const StudySpec& study, Node& trial, const Position& where, Problems& problems) {
  const Node* patients = find_entry(trial, "trial.patients");
  if (patients != nullptr && study.most_patients != 0 &&
      static_cast<std::int64_t>(study.most_patients) < patients->whole)
    problems.add(where, fmt::format("study.most_patients is {}, and a point begins with {} patients; write more",
                                    study.most_patients, patients->whole));
  if (study.most_patients != 0 && find_entry(trial, "trial.stop_when") != nullptr)
    problems.add(where, "study.most_patients adds patients where trial.stop_when leaves some out; take one away");
  const bool is_wanted = std::ranges::any_of(study.endpoints, [](const EndpointSpec& e) { return !!e.precision; });
  if (is_wanted && study.most_patients == 0)
    problems.add(where,
                 "an endpoint has a precision, but the study no most_patients (how many a point may have for "
                 "it); write most_patients = 100_000");
  if (!is_wanted && study.most_patients != 0)
    problems.add(where,
                 "study.most_patients goes with the precision of an endpoint (no endpoint has one); take it "
                 "away, or write precision = 0.005 in an [[endpoint]]");
}

}  // namespace

bool is_share_of(const EndpointSpec& endpoint) {
  if (endpoint.test) return endpoint.test->asked == OfTest::power;
  const auto statistic = parse_statistic(endpoint.question.statistic);
  return statistic && is_share(*statistic) && endpoint.question.over.empty();
}

EndpointSpec read_endpoint(TableReader& reader, const std::string& name, const std::vector<FactorSpec>& factors) {
  EndpointSpec endpoint;
  endpoint.where = reader.table().where;
  endpoint.question.name = name;
  if (const Field weights = reader.get("weights"))
    read_weights(weights, endpoint);
  else if (const Field file = reader.get("distance_to"))
    read_distance(reader, file, endpoint);
  else if (const Field analysis = reader.get("analysis"))
    endpoint.test = read_test_question(reader, analysis);
  else
    endpoint.question = read_question(reader);
  endpoint.question.name = name;
  if (const Field goal = reader.get("goal"))
    for (const std::string word = read_choice(goal, names_of(kGoals)); const GoalEntry& one : kGoals)
      if (one.name == word) endpoint.goal = one.goal;
  const auto limit = [&](const char* key, std::optional<double>& into) {
    std::string unit;
    const Field field = reader.get(key);
    if (field) into = read_any_number(field, unit);
    if (into && unit == "%" && is_share_of(endpoint)) *into /= 100, unit.clear();
    if (!unit.empty() && !endpoint.limit_unit.empty() && unit != endpoint.limit_unit)
      field.complain(fmt::format("is in '{}' (another of its numbers is in '{}'); write all in one unit", unit,
                                 endpoint.limit_unit));
    if (!unit.empty()) endpoint.limit_unit = unit;
  };
  limit("at_most", endpoint.at_most);
  limit("at_least", endpoint.at_least);
  if (const Field precision = reader.get("precision")) {
    limit("precision", endpoint.precision);
    if (endpoint.precision && !(*endpoint.precision > 0)) precision.complain("is not above 0; give a standard error");
    if (!endpoint.weights.empty()) precision.complain("is of a sum of endpoints; give it with each of them");
    if (!endpoint.rows.empty()) precision.complain("is of a distance from targets; take it away");
    if (endpoint.test) precision.complain("is of a test (which more replicates make more precise); set replicates");
  }
  for (std::size_t f = 0; f < factors.size(); ++f) {
    Selection& minus = endpoint.question.minus.where;
    const auto versus = minus.find(factors[f].name);
    if (versus == minus.end()) continue;
    if (const auto level = level_named(factors[f], versus->second))
      endpoint.against[f] = *level;
    else
      reader.complain(fmt::format("has a minus of factor '{}' (which has no such value)", factors[f].name));
    minus.erase(versus);
  }
  if (!endpoint.against.empty() && !endpoint.question.minus.empty())
    reader.complain("has a minus of factors and of axes (a difference has two sides); name factors or axes");
  if (!endpoint.against.empty() && endpoint.precision)
    reader.complain(
        "has a precision and a minus of factors (whose error is of two points); give the precision with an "
        "endpoint of one point");
  reader.finish();
  return endpoint;
}

void check_together(const StudySpec& study, Node& trial, const Position& where, Problems& problems) {
  check_weights(study, problems);
  check_precision(study, trial, where, problems);
}

}  // namespace vt
