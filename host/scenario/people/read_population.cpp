#include <map>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "host/scenario/sections.hpp"
#include "host/scenario/units/units.hpp"
#include "kernels/vocabulary/distributions.hpp"

namespace vt {
namespace {

constexpr Range kProbability{0, 1};

/// What stands for a value that could not be read, so that the rest can be checked: the scenario is refused anyway.
Expression stand_in(const Position& where) {
  Expression expression;
  expression.number = 1;
  expression.where = where;
  return expression;
}

void read_categories(TableReader& reader, CovariateSpec& covariate) {
  const Field values = reader.need("values", "a categorical covariate has values and probabilities");
  const Field probabilities = reader.need("probabilities", "a categorical covariate has values and probabilities");
  covariate.values = read_numbers(values, kAny);
  covariate.probabilities = read_numbers(probabilities, kProbability);
  if (!values || !probabilities || !values.node->is_list() || !probabilities.node->is_list()) return;
  const std::size_t n_values = values.node->items.size(), n_probabilities = probabilities.node->items.size();
  if (n_values == 0) values.complain("is empty (at least one value is expected)");
  if (n_values != n_probabilities)
    probabilities.complain(
        fmt::format("has {} numbers ({} values have {} probabilities)", n_probabilities, n_values, n_values));
  double sum = 0;
  for (const double p : covariate.probabilities) sum = sum + p;
  constexpr double rounding = 1e-9;
  if (!covariate.probabilities.empty() && (sum < 1 - rounding || sum > 1 + rounding))
    probabilities.complain(fmt::format("sums to {:.10g} (probabilities sum to 1)", sum));
  if (covariate.values.empty() || covariate.values.size() != covariate.probabilities.size())
    covariate.values = covariate.probabilities = {1};
}

void read_truncation(TableReader& reader, CovariateSpec& covariate, const DistributionEntry& entry) {
  const Field min = reader.get("min");
  const Field max = reader.get("max");
  covariate.min = read_number(min, "", kAny);
  covariate.max = read_number(max, "", kAny);
  std::vector<std::string_view> possible;
  for (const DistributionEntry& one : kDistributions)
    if (one.may_be_truncated) possible.push_back(one.name);
  for (const Field& bound : {min, max})
    if (bound && !entry.may_be_truncated)
      bound.complain(fmt::format("truncates a {} covariate (only these can be: {}); take it away", entry.name,
                                 fmt::join(possible, ", ")));
  if (covariate.min && covariate.max && *covariate.min >= *covariate.max)
    max.complain(fmt::format("is {} (it must lie above min = {})", *covariate.max, *covariate.min));
  const bool ends_below = covariate.max && *covariate.max <= entry.support.low;
  if (ends_below || (covariate.min && *covariate.min >= entry.support.high))
    (ends_below ? max : min).complain(fmt::format("leaves nothing ({} values lie {})", entry.name, entry.where));
}

void check_low_high(TableReader& reader, const CovariateSpec& covariate) {
  const Expression &low = covariate.parameters.at("low"), &high = covariate.parameters.at("high");
  const Field written = reader.get("high");
  if (written && reader.get("low") && low.number && high.number && *low.number >= *high.number)
    written.complain(fmt::format("is {} (it must lie above low = {})", *high.number, *low.number));
}

void read_covariate(TableReader& reader, const std::string& name, Scenario& scenario) {
  CovariateSpec covariate;
  covariate.name = name;
  covariate.where = reader.table().where;
  check_identifier(reader.get("name"));
  const std::vector<std::string> names = names_of(kDistributions);
  const Field distribution = reader.need("distribution", fmt::format("one of: {}", fmt::join(names, ", ")));
  const DistributionEntry* entry = find_distribution(read_choice(distribution, names));
  covariate.origin = read_origin(reader, true);
  if (entry == nullptr) {  // what its other keys mean is not known
    covariate.parameters["value"] = stand_in(covariate.where);
    scenario.covariates.push_back(std::move(covariate));
    return;
  }
  covariate.distribution = entry->distribution;
  for (const DistributionParameter& one : {entry->first, entry->second}) {
    if (one.key.empty()) continue;
    const Field field = reader.need(one.key, fmt::format("a {} covariate has it", entry->name));
    Expression value = read_expression(field, {"", {one.domain.low, one.domain.high, one.lies_above}, true, true});
    covariate.parameters[std::string(one.key)] = value.is_set() ? std::move(value) : stand_in(covariate.where);
  }
  if (entry->distribution == Distribution::categorical) read_categories(reader, covariate);
  read_truncation(reader, covariate, *entry);
  covariate.per_replicate = is_per_replicate(reader);
  if (covariate.per_replicate && entry->distribution == Distribution::fixed)
    reader.get("per").complain("is of a fixed covariate (which is not drawn); take it away");
  if (entry->distribution == Distribution::uniform) check_low_high(reader, covariate);
  reader.finish();
  scenario.covariates.push_back(std::move(covariate));
}

void read_parameter_value(TableReader& reader, const Field& value, ParameterSpec& parameter) {
  parameter.value.where = value.node->where;
  parameter.value.text = value.node->is_text() ? value.node->text : "";
  parameter.value.number = read_any_number(value, parameter.value.unit);
  if (!value.node->is_text() && parameter.value.number)
    parameter.value.text = fmt::format("{}", *parameter.value.number);
  if (parameter.value.unit == "%") {
    value.complain("is in % (in a formula it could mean the number or a hundredth of it); write a plain number");
    parameter.value.number.reset();
  }
  if (const Field unit = reader.get("unit"))
    unit.complain("stands beside a value (a value carries its unit: \"10.62 L/h\"); take it away");
}

void read_parameter(TableReader& reader, const std::string& name, Scenario& scenario) {
  ParameterSpec parameter;
  parameter.name = name;
  parameter.value.where = reader.table().where;
  check_identifier(reader.get("name"));
  const Field value = reader.get("value");
  const Field formula = reader.get("formula");
  if (value && formula) {
    formula.complain("stands beside a value (only one of them can count); take one away");
  } else if (value) {
    read_parameter_value(reader, value, parameter);
  } else if (formula) {
    parameter.value.where = formula.node->where;
    parameter.value.formula = parameter.value.text = read_text(formula).value;
    const Field unit = reader.get("unit");
    parameter.value.unit = read_text(unit).value;
    if (!parameter.value.unit.empty() && !parse_unit(parameter.value.unit))
      unit.complain(fmt::format("is '{}' (not a known unit)", parameter.value.unit));
  } else {
    reader.complain("has neither value nor formula");
  }
  if (!parameter.value.is_set()) parameter.value = stand_in(parameter.value.where);
  parameter.value.origin = read_origin(reader, true);
  reader.finish();
  scenario.parameters.push_back(std::move(parameter));
}

/// Covariates and parameters are told apart by name alone; random effects among themselves.
void check_unique_names(const Scenario& scenario, Problems& problems) {
  std::map<std::string, Position> seen;
  for (const CovariateSpec& c : scenario.covariates) seen.emplace(c.name, c.where);
  for (const ParameterSpec& p : scenario.parameters)
    if (const auto [at, is_new] = seen.emplace(p.name, p.value.where); !is_new)
      problems.add(p.value.where,
                   fmt::format("parameter '{}' has the name of a covariate ({}, line {}); rename one of them", p.name,
                               at->second.file, at->second.line));
  std::map<std::string, Position> effects;
  for (const RandomEffectSpec& e : scenario.random_effects)
    for (const std::string& name : e.names)
      if (const auto [at, is_new] = effects.emplace(name, e.where); !is_new)
        problems.add(e.where, fmt::format("random effect '{}' stands twice (also in {}, line {})", name,
                                          at->second.file, at->second.line));
}

}  // namespace

void read_population(TableReader& root, Scenario& scenario) {
  for_each_named(root, "covariate",
                 [&](TableReader& reader, const std::string& name) { read_covariate(reader, name, scenario); });
  read_mutants(root, scenario);
  for_each_named(root, "random_effect",
                 [&](TableReader& reader, const std::string&) { read_random_effect(reader, scenario); });
  for_each_named(root, "parameter",
                 [&](TableReader& reader, const std::string& name) { read_parameter(reader, name, scenario); });
  check_unique_names(scenario, root.problems());
}

}  // namespace vt
