#include <algorithm>

#include <fmt/format.h>

#include "host/plan/builder.hpp"
#include "kernels/numerics/philox.hpp"
#include "kernels/numerics/real.hpp"
#include "kernels/people/truncated.hpp"
#include "kernels/vocabulary/distributions.hpp"

namespace vt {

namespace {

constexpr double kNoBound = 1e300;

/// Lower-triangular factor of a positive definite matrix, computed with the kernels' own square root.
std::vector<std::vector<double>> cholesky(const std::vector<std::vector<double>>& matrix) {
  const std::size_t n = matrix.size();
  std::vector<std::vector<double>> factor(n, std::vector<double>(n, 0.0));
  for (std::size_t i = 0; i < n; ++i) {
    for (std::size_t j = 0; j <= i; ++j) {
      double rest = matrix[i][j];
      for (std::size_t k = 0; k < j; ++k) rest -= factor[i][k] * factor[j][k];
      factor[i][j] = i == j ? square_root(greater(rest, 0.0)) : (factor[j][j] > 0.0 ? rest / factor[j][j] : 0.0);
    }
  }
  return factor;
}

}  // namespace

/// By covariate its row of the copula's factor, over the covariates correlated so far; independent ones have none.
std::map<std::string, std::vector<double>> PlanBuilder::copula_factors(const std::vector<PatientValue>& order) const {
  const CorrelationSpec& spec = scenario_.correlation;
  std::vector<std::size_t> place;  // by correlated covariate its row of the matrix
  for (const PatientValue& value : order)
    for (std::size_t i = 0; value.covariate && i < spec.names.size(); ++i)
      if (spec.names[i] == value.covariate->name) place.push_back(i);
  std::vector<std::vector<double>> matrix(place.size(), std::vector<double>(place.size()));
  for (std::size_t i = 0; i < place.size(); ++i)
    for (std::size_t j = 0; j < place.size(); ++j) matrix[i][j] = spec.matrix[place[i]][place[j]];
  const std::vector<std::vector<double>> factor = cholesky(matrix);
  std::map<std::string, std::vector<double>> rows;
  for (std::size_t i = 0; i < place.size(); ++i)
    rows[spec.names[place[i]]].assign(factor[i].begin(), factor[i].begin() + static_cast<long>(i) + 1);
  return rows;
}

void PlanBuilder::build_table() {
  const PatientTableSpec& table = scenario_.table;
  if (table.columns.empty() && scenario_.dose_records.patients.empty()) return;
  std::vector<double> values;
  for (const PatientTableSpec::Column& column : table.columns)
    values.insert(values.end(), column.values.begin(), column.values.end());
  plan_.table.values = built_.buffer.add(values);
  plan_.table.rows = static_cast<std::uint32_t>(table.rows);
  if (table.with_replacement) plan_.table.stream = stream("population", "table", table.file.where);
}

void PlanBuilder::build_dose_records() {
  const DoseRecordsSpec& spec = scenario_.dose_records;
  if (spec.patients.empty()) return;
  std::uint32_t on_day = 0;
  std::int32_t first_day = plan_.first_dose_day;
  for (std::size_t p = 0; p < spec.patients.size(); ++p)
    for (std::size_t i = spec.first[p]; i < spec.first[p + 1]; ++i) {
      const DoseRecordsSpec::Dose& dose = spec.doses[i];
      on_day = i > spec.first[p] && spec.doses[i - 1].day == dose.day ? on_day + 1 : 1;
      plan_.intakes = std::max(plan_.intakes, on_day);
      latest_intake_h_ = std::max(latest_intake_h_, dose.time_h);
      first_day = std::min(first_day, dose.day);
    }
  plan_.first_dose_day = first_day;
  const auto doses = built_.buffer.add_each<RecordedDose>(spec.doses.size(), [&](std::size_t i) {
    const DoseRecordsSpec::Dose& dose = spec.doses[i];
    return RecordedDose{dose.time_h, dose.mg, dose.day, 0};
  });
  plan_.dose_records = {doses, built_.buffer.add(spec.patients), built_.buffer.add(spec.first),
                        spec.until_day.value_or(kNever), 0};
}

Derived PlanBuilder::from_table(int column, const Position& where) {
  return {Program{}, new_patient_slot(where), static_cast<std::uint32_t>(column + 1)};
}

/// Random effects come first: parameters need them, and covariates may need parameters.
void PlanBuilder::build_population() {
  build_random_effects();
  const std::vector<PatientValue> order = in_order_of_computation(scenario_, problems_);
  for (const PatientValue& value : order)  // where a circle is a problem, its names are none
    patient_names_[value.name()] = {Symbol::Kind::constant, 1.0, 0};
  const auto factors = copula_factors(order);
  for (const PatientValue& value : order) {
    if (value.parameter) {
      build_parameter(*value.parameter);
      continue;
    }
    const auto factor = factors.find(value.covariate->name);
    build_covariate(*value.covariate, factor == factors.end() ? std::vector<double>{} : factor->second);
  }
}

void PlanBuilder::build_covariate(const CovariateSpec& spec, const std::vector<double>& factor) {
  Covariate covariate{};
  if (spec.column >= 0) {
    covariate.distribution = Distribution::table;
    covariate.column = static_cast<std::uint32_t>(spec.column);
  }
  covariate.factor = built_.buffer.add(factor);
  for (const DistributionEntry& entry : kDistributions) {
    if (entry.distribution != spec.distribution) continue;
    covariate.distribution = spec.distribution;
    const auto parameter = [&](std::string_view key) {
      const auto found = spec.parameters.find(std::string(key));
      if (found == spec.parameters.end()) return Program{};
      const Expression& value = found->second;
      return value.number
                 ? constant_program(*value.number)
                 : patient_formula(value.formula, value.where, fmt::format("{} of covariate '{}'", key, spec.name));
    };
    covariate.first = parameter(entry.first.key);
    covariate.second = parameter(entry.second.key);
  }
  covariate.low = spec.min.value_or(-kNoBound);
  covariate.high = spec.max.value_or(kNoBound);
  if (covariate.distribution == Distribution::beta) {
    const auto &a = spec.parameters.at("a").number, &b = spec.parameters.at("b").number;
    if (a && b && !beta_part(*a, *b, covariate.low, covariate.high).is_there)
      problems_.add(spec.where, fmt::format("covariate '{}' has next to nobody between min and max (less than 1e-290 "
                                            "of its distribution); widen them",
                                            spec.name));
  }
  covariate.stream = stream("covariate", spec.name, spec.where);
  covariate.slot = new_patient_slot(spec.where);
  covariate.derived_before = static_cast<std::uint32_t>(derived_.size());
  if (covariate.distribution == Distribution::categorical) {
    std::vector<std::uint64_t> below;
    double cumulative = 0.0;
    for (const double p : spec.probabilities) below.push_back(bernoulli_threshold(cumulative += p));
    covariate.values = built_.buffer.add(spec.values);
    covariate.below = built_.buffer.add(below);
  }
  covariates_.push_back(covariate);
  built_.covariates.push_back(spec.name);
  patient_names_[spec.name] = {Symbol::Kind::slot, 0.0, static_cast<int>(covariate.slot)};
}

void PlanBuilder::build_random_effects() {
  for (const RandomEffectSpec& spec : scenario_.random_effects) {
    if (spec.names.size() > kMaxCorrelated) {
      problems_.add(spec.where, fmt::format("{} correlated random effects (a group holds at most {}); split the group",
                                            spec.names.size(), kMaxCorrelated));
      continue;
    }
    const auto factor = cholesky(spec.covariance);
    const auto first = static_cast<std::uint32_t>(random_effects_.size());
    for (std::size_t i = 0; i < spec.names.size(); ++i) {
      RandomEffect effect{};
      effect.slot = new_patient_slot(spec.where);
      effect.stream = stream("eta", spec.names[i], spec.where);
      effect.first_in_group = first;
      effect.factor =
          built_.buffer.add(std::vector<double>(factor[i].begin(), factor[i].begin() + static_cast<long>(i) + 1));
      if (!spec.columns.empty()) effect.column = static_cast<std::uint32_t>(spec.columns[i] + 1);
      random_effects_.push_back(effect);
      patient_names_["eta." + spec.names[i]] = {Symbol::Kind::slot, 0.0, static_cast<int>(effect.slot)};
    }
  }
}

void PlanBuilder::build_parameter(const ParameterSpec& spec) {
  if (spec.value.column >= 0) {
    const Derived derived = from_table(spec.value.column, spec.value.where);
    derived_.push_back(derived);
    patient_names_[spec.name] = {Symbol::Kind::slot, 0.0, static_cast<int>(derived.slot)};
    return;
  }
  if (spec.value.number) {
    patient_names_[spec.name] = {Symbol::Kind::constant, *spec.value.number, 0};
    return;
  }
  const Program formula =
      patient_formula(spec.value.formula, spec.value.where, fmt::format("parameter '{}'", spec.name));
  const std::uint32_t slot = new_patient_slot(spec.value.where);
  derived_.push_back({formula, slot, 0});
  patient_names_[spec.name] = {Symbol::Kind::slot, 0.0, static_cast<int>(slot)};
}

void PlanBuilder::build_criteria() {
  plan_.n_parameters = static_cast<std::uint32_t>(derived_.size());
  if (scenario_.criteria.size() > kMaxCriteria)
    return problems_.add(
        scenario_.criteria[kMaxCriteria].when.where,
        fmt::format("{} inclusion criteria (at most {}); join some by 'and'", scenario_.criteria.size(), kMaxCriteria));
  std::vector<Program> criteria;
  for (const CriterionSpec& spec : scenario_.criteria) {
    criteria.push_back(
        patient_formula(spec.when.value, spec.when.where, fmt::format("the inclusion criterion '{}'", spec.name)));
    built_.screening.push_back({spec.name, spec.when.value, 0});
  }
  plan_.criteria = built_.buffer.add(criteria);
}

}  // namespace vt
