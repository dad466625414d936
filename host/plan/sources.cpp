#include <fmt/format.h>

#include <algorithm>

#include "host/plan/plan_parts.hpp"
#include "host/scenario/models/model_sections.hpp"
#include "kernels/vocabulary/distributions.hpp"

namespace vt {

namespace {

/// What a prediction has of the files that it names, where it gives nothing itself.
void add_prior(PlanParts& parts) {
  const PriorSpec& prior = parts.scenario.prior;
  const auto add = [&](const std::string& key, const std::string& value, const std::string& unit,
                       const Origin& origin) {
    parts.built.sources.push_back(
        {"prediction." + key, value, unit, origin.source, std::string(to_text(origin.basis)), origin.calibrated_to});
  };
  const ModelSpec& given = parts.scenario.prediction;
  for (std::size_t i = 0; i < prior.files.size(); ++i)
    add("model", prior.files[i], "", {"file with sha256 " + prior.sha256[i], Basis::none, ""});
  if (!prior.is_set()) return;
  for (const auto& [key, value] : prior.pk.entries)
    if (!given.entries.contains(key)) add(key, value.text, value.unit, value.origin);
  for (const RandomEffectSpec& group : prior.random_effects)
    for (std::size_t i = 0; i < group.names.size() && i < group.covariance.size(); ++i)
      add("eta." + group.names[i], fmt::format("variance {:.6g}", group.covariance[i][i]), "", group.origin);
  for (const char* key : {"trough_cv", "trough_sd", "trough_sd_log"})
    if (const Expression* size = find_entry(prior.assays, key); size != nullptr)
      add(key, size->text, size->unit, size->origin);
}

}  // namespace

void collect_sources(PlanParts& parts) {
  const auto add = [&](const std::string& name, const std::string& value, const std::string& unit,
                       const Origin& origin) {
    parts.built.sources.push_back(
        {name, value, unit, origin.source, std::string(to_text(origin.basis)), origin.calibrated_to});
  };
  if (const PatientTableSpec& table = parts.scenario.table; table.file.is_set()) {
    Origin origin = table.origin;
    origin.source += "; sha256 " + table.sha256;
    add("population.table",
        fmt::format("{}, {} rows, {}", table.file.value, table.rows, table.with_replacement ? "drawn" : "in order"), "",
        origin);
  }
  if (const DoseRecordsSpec& records = parts.scenario.dose_records; !records.patients.empty()) {
    Origin origin = records.origin;
    origin.source += "; sha256 " + records.sha256;
    add("population.dose_records",
        fmt::format("{}, {} doses of {} patients", records.file.value, records.doses.size(), records.patients.size()),
        "", origin);
  }
  const CorrelationSpec& correlation = parts.scenario.correlation;
  for (std::size_t i = 0; i < correlation.names.size(); ++i)
    for (std::size_t j = 0; j < i; ++j)
      if (correlation.matrix[i][j] != 0)
        add(fmt::format("correlation of {} and {}", correlation.names[j], correlation.names[i]),
            fmt::format("{}", correlation.matrix[i][j]), "", correlation.origin);
  for (const CovariateSpec& spec : parts.scenario.covariates)
    add(spec.name, std::string(name_of(spec.distribution)), "", spec.origin);
  for (const RandomEffectSpec& spec : parts.scenario.random_effects)
    for (std::size_t i = 0; i < spec.names.size(); ++i)
      add("eta." + spec.names[i], fmt::format("variance {:.6g}", spec.covariance[i][i]), "", spec.origin);
  for (const ParameterSpec& spec : parts.scenario.parameters)
    add(spec.name, spec.value.text, spec.value.unit, spec.value.origin);
  for (const ModelSection& section : kModelSections)
    if (section.name != kHabits)  // below, with the origin of all of them
      for (const auto& [key, value] : find_model(parts.scenario, section.name)->entries)
        add(fmt::format("{}.{}", section.name, key), value.text, value.unit, value.origin);
  add_prior(parts);
  for (const TestSpec& spec : parts.scenario.tests)
    add("test." + spec.name, fmt::format("sensitivity {:.4g}, specificity {:.4g}", spec.sensitivity, spec.specificity),
        "", spec.origin);
  for (const auto& [key, value] : parts.scenario.adherence.habits.entries)
    add(fmt::format("{}.{}", kHabits, key), value.text, value.unit,
        value.origin.source.empty() ? parts.scenario.adherence.origin : value.origin);
  for (const InteractionSpec& spec : parts.scenario.interactions)
    add("interaction." + spec.perpetrator,
        fmt::format("clearance ×{:.4g}, bioavailability ×{:.4g}", spec.clearance_ratio, spec.bioavailability_ratio), "",
        spec.origin);
  for (const RuleSpec& spec : parts.scenario.rules)
    for (const Expression* effect : {&spec.odds, &spec.holidays})
      if (effect->is_set())
        add("rule." + spec.name, effect->text, effect->unit,
            effect->origin.source.empty() ? spec.origin : effect->origin);
  for (const EventSpec& spec : parts.scenario.events)
    if (spec.hazard.is_set()) add("event." + spec.name, spec.hazard.text, "", spec.origin);
  for (const Override& set : parts.scenario.overrides) {  // what has no row of its own: numbers of the design, too
    const std::string source = source_of(set);
    const bool is_there = std::ranges::any_of(parts.built.sources, [&](const ModelSource& row) {
      return row.name == set.key && row.source.starts_with(source);
    });
    const bool is_last = std::none_of(&set + 1, parts.scenario.overrides.data() + parts.scenario.overrides.size(),
                                      [&](const Override& later) { return later.key == set.key; });
    if (is_last && !is_there) add(set.key, (set.multiplies ? "× " : "") + set.value, "", {source, Basis::assumed, ""});
  }
}

}  // namespace vt
