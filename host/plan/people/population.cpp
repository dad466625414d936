#include <algorithm>

#include <fmt/format.h>

#include "host/plan/people/patient_order.hpp"
#include "host/plan/plan_parts.hpp"
#include "host/scenario/people/correlation.hpp"
#include "kernels/numerics/philox.hpp"
#include "kernels/people/distributions.hpp"
#include "kernels/vocabulary/distributions.hpp"

namespace vt {

namespace {

constexpr double kNoBound = 1e300;

/// By covariate its row of the copula's factor, over the covariates correlated so far; independent ones have none.
std::map<std::string, std::vector<double>> copula_factors(const CorrelationSpec& spec,
                                                          const std::vector<PatientValue>& order) {
  std::vector<std::size_t> place;  // by correlated covariate its row of the matrix
  for (const PatientValue& value : order)
    for (std::size_t i = 0; value.covariate && i < spec.names.size(); ++i)
      if (spec.names[i] == value.covariate->name) place.push_back(i);
  std::vector<std::vector<double>> matrix(place.size(), std::vector<double>(place.size()));
  for (std::size_t i = 0; i < place.size(); ++i)
    for (std::size_t j = 0; j < place.size(); ++j) matrix[i][j] = spec.matrix[place[i]][place[j]];
  const Matrix factor = cholesky_factor(matrix);
  std::map<std::string, std::vector<double>> rows;
  for (std::size_t i = 0; i < place.size(); ++i)
    rows[spec.names[place[i]]].assign(factor[i].begin(), factor[i].begin() + static_cast<long>(i) + 1);
  return rows;
}

Covariate build_covariate(PlanParts& parts, const CovariateSpec& spec, const std::vector<double>& factor) {
  Covariate covariate{};
  if (spec.column >= 0) {
    covariate.distribution = Distribution::table;
    covariate.column = static_cast<std::uint32_t>(spec.column);
  }
  covariate.factor = parts.built.buffer.add(factor);
  for (const DistributionEntry& entry : kDistributions) {
    if (entry.distribution != spec.distribution) continue;
    covariate.distribution = spec.distribution;
    const auto parameter = [&](std::string_view key) {
      const auto found = spec.parameters.find(std::string(key));
      if (found == spec.parameters.end()) return Program{};
      const Expression& value = found->second;
      return value.number ? parts.formulas.constant_program(*value.number)
                          : parts.formulas.patient_formula(value.formula, value.where,
                                                           fmt::format("{} of covariate '{}'", key, spec.name));
    };
    covariate.first = parameter(entry.first.key);
    covariate.second = parameter(entry.second.key);
  }
  covariate.low = spec.min.value_or(-kNoBound);
  covariate.high = spec.max.value_or(kNoBound);
  if (const DistributionEntry* entry = find_distribution(name_of(spec.distribution));
      entry && entry->may_be_truncated) {
    const auto &first = spec.parameters.at(std::string(entry->first.key)).number,
               &second = spec.parameters.at(std::string(entry->second.key)).number;
    if (first && second && !part_of(spec.distribution, *first, *second, covariate.low, covariate.high).is_there)
      parts.problems.add(spec.where,
                         fmt::format("covariate '{}' has next to nobody between min and max (less than 1e-290 "
                                     "of its distribution); widen them",
                                     spec.name));
  }
  covariate.stream = parts.formulas.stream("covariate", spec.name, spec.where);
  covariate.slot = parts.formulas.new_patient_slot(spec.where);
  covariate.derived_before = parts.formulas.derived();
  covariate.per_replicate = spec.per_replicate ? 1 : 0;
  if (covariate.distribution == Distribution::categorical) {
    std::vector<std::uint64_t> below;
    double cumulative = 0.0;
    for (const double p : spec.probabilities) below.push_back(bernoulli_threshold(cumulative += p));
    covariate.values = parts.built.buffer.add(spec.values);
    covariate.below = parts.built.buffer.add(below);
  }
  parts.built.covariates.push_back(spec.name);
  parts.formulas.name_patient_value(spec.name, {Symbol::Kind::slot, 0.0, static_cast<int>(covariate.slot)});
  return covariate;
}

void build_random_effects(PlanParts& parts) {
  std::vector<RandomEffect> effects;
  for (const RandomEffectSpec& spec : parts.scenario.random_effects) {
    if (spec.names.size() > kMaxCorrelated) {
      parts.problems.add(spec.where,
                         fmt::format("{} correlated random effects (a group holds at most {}); split the group",
                                     spec.names.size(), kMaxCorrelated));
      continue;
    }
    const auto factor = cholesky_factor(spec.covariance);
    const auto first = static_cast<std::uint32_t>(effects.size());
    for (std::size_t i = 0; i < spec.names.size(); ++i) {
      RandomEffect effect{};
      effect.slot = parts.formulas.new_patient_slot(spec.where);
      effect.stream = parts.formulas.stream("eta", spec.names[i], spec.where);
      effect.first_in_group = first;
      effect.per_replicate = spec.per_replicate ? 1 : 0;
      effect.factor =
          parts.built.buffer.add(std::vector<double>(factor[i].begin(), factor[i].begin() + static_cast<long>(i) + 1));
      if (!spec.columns.empty()) effect.column = static_cast<std::uint32_t>(spec.columns[i] + 1);
      effects.push_back(effect);
      parts.formulas.name_patient_value("eta." + spec.names[i],
                                        {Symbol::Kind::slot, 0.0, static_cast<int>(effect.slot)});
    }
  }
  parts.plan.random_effects = parts.built.buffer.add(effects);
}

void build_parameter(PlanParts& parts, const ParameterSpec& spec) {
  Formulas& formulas = parts.formulas;
  if (spec.value.number) return formulas.name_patient_value(spec.name, {Symbol::Kind::constant, *spec.value.number, 0});
  const std::uint32_t slot = spec.value.column >= 0
                                 ? formulas.derive_from_table(spec.value.column, spec.value.where)
                                 : formulas.derive(formulas.patient_formula(spec.value.formula, spec.value.where,
                                                                            fmt::format("parameter '{}'", spec.name)),
                                                   spec.value.where);
  formulas.name_patient_value(spec.name, {Symbol::Kind::slot, 0.0, static_cast<int>(slot)});
}

}  // namespace

void build_table(PlanParts& parts) {
  const PatientTableSpec& table = parts.scenario.table;
  if (table.columns.empty() && parts.scenario.dose_records.patients.empty()) return;
  std::vector<double> values;
  for (const PatientTableSpec::Column& column : table.columns)
    values.insert(values.end(), column.values.begin(), column.values.end());
  parts.plan.table.values = parts.built.buffer.add(values);
  parts.plan.table.rows = static_cast<std::uint32_t>(table.rows);
  if (table.with_replacement) parts.plan.table.stream = parts.formulas.stream("population", "table", table.file.where);
}

/// Random effects come first: parameters need them, and covariates may need parameters.
void build_population(PlanParts& parts) {
  build_random_effects(parts);
  const std::vector<PatientValue> order = in_order_of_computation(parts.scenario, parts.problems);
  for (const PatientValue& value : order)  // where a circle is a problem, its names are none
    parts.formulas.name_patient_value(value.name(), {Symbol::Kind::constant, 1.0, 0});
  const auto factors = copula_factors(parts.scenario.correlation, order);
  std::vector<Covariate> covariates;
  for (const PatientValue& value : order) {
    if (value.parameter) {
      build_parameter(parts, *value.parameter);
      continue;
    }
    const auto factor = factors.find(value.covariate->name);
    covariates.push_back(
        build_covariate(parts, *value.covariate, factor == factors.end() ? std::vector<double>{} : factor->second));
  }
  parts.plan.covariates = parts.built.buffer.add(covariates);
}

void build_criteria(PlanParts& parts) {
  parts.plan.n_parameters = parts.formulas.derived();
  if (parts.scenario.criteria.size() > kMaxCriteria)
    return parts.problems.add(parts.scenario.criteria[kMaxCriteria].when.where,
                              fmt::format("{} inclusion criteria (at most {}); join some by 'and'",
                                          parts.scenario.criteria.size(), kMaxCriteria));
  std::vector<Program> criteria;
  for (const CriterionSpec& spec : parts.scenario.criteria) {
    criteria.push_back(parts.formulas.patient_formula(spec.when.value, spec.when.where,
                                                      fmt::format("the inclusion criterion '{}'", spec.name)));
    parts.built.screening.push_back({spec.name, spec.when.value, 0});
  }
  parts.plan.criteria = parts.built.buffer.add(criteria);
}

}  // namespace vt
