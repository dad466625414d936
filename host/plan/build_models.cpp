#include <fmt/format.h>

#include <algorithm>

#include "host/plan/builder.hpp"
#include "host/scenario/models/model_sections.hpp"
#include "host/scenario/toml/keys.hpp"
#include "host/scenario/units/units.hpp"
#include "kernels/course/course.hpp"
#include "kernels/numerics/elementary.hpp"
#include "kernels/numerics/philox.hpp"
#include "kernels/vocabulary/distributions.hpp"

namespace vt {

namespace {

constexpr double kLn2 = 0x1.62e42fefa39efp-1;

Trend trend(const ModelSpec& pk, const char* name) {
  const auto found = pk.trends.find(name);
  if (found == pk.trends.end() || !found->second.is_set) return {0.0, 1.0};
  return {found->second.change, 1.0 / found->second.time_constant_day};
}

}  // namespace

double PlanBuilder::number(const ModelSpec& model, std::string_view name, std::string_view key) const {
  if (const Expression* given = find_entry(model, key); given && given->number) return *given->number;
  for (const ModelKey& entry : kModelKeys)
    if (entry.section == name && entry.key == key) return entry.fallback;
  return 0.0;
}

void PlanBuilder::build_traits() {
  constexpr double harmless = 1.0;  // for parts of the patient that the scenario does not simulate
  for (const ModelKey& key : kModelKeys) {
    if (key.trait < 0) continue;
    std::uint32_t& slot = plan_.trait_slot[key.trait];
    const ModelSpec& model = *find_model(scenario_, key.section);
    const Expression* given = find_entry(model, key.key);
    if (!given || !given->is_set()) {
      slot = constant_slot(key.required || model.model.empty() ? harmless : key.fallback);
    } else if (given->column >= 0) {
      derived_.push_back(from_table(given->column, given->where));
      slot = derived_.back().slot;
    } else if (given->number) {
      slot = constant_slot(*given->number);
    } else {
      slot = formula_slot(*given, fmt::format("{}.{}", key.section, key.key));
    }
  }
}

void PlanBuilder::build_pharmacokinetics() {
  const ModelSpec& pk = scenario_.pk;
  PharmacokineticsPlan& plan = plan_.pharmacokinetics;
  const bool first_order = find_entry(pk, "absorption_rate") != nullptr;
  plan.stages = static_cast<std::uint32_t>(number(pk, "pk", "transit_stages"));
  plan.has_metabolite = find_entry(pk, "metabolite_clearance") != nullptr ? 1 : 0;
  const bool is_general = pk.model == "two_compartments" || plan.stages > 0 || plan.has_metabolite;
  plan.absorption = is_general ? Absorption::general : first_order ? Absorption::first_order : Absorption::zero_order;
  plan.entrance = plan.stages > 0 ? Entrance::stages : (first_order ? Entrance::depot : Entrance::central);
  const Expression* step = find_entry(pk, "metabolite_clearance_step.factor");
  plan.metabolite_step = step ? *step->number : 1.0;
  plan.metabolite_step_day =
      step ? static_cast<std::int32_t>(*find_entry(pk, "metabolite_clearance_step.day")->number) : plan_.last_day;
  plan.free_drug_acts = pk.free_drug_acts ? 1 : 0;
  plan.threshold_ng_per_mL = number(pk, "pk", "threshold");
  plan.reference_free_ng_per_mL = number(pk, "pk", "reference_free_concentration");
  plan.occasion_days = static_cast<std::uint32_t>(number(pk, "pk", "occasion"));
  plan.bioavailability_occasion_sd = number(pk, "pk", "bioavailability_occasion_sd");
  plan.clearance_trend = trend(pk, "clearance_trend");
  plan.volume_trend = trend(pk, "volume_trend");
  plan.bioavailability_trend = trend(pk, "bioavailability_trend");
  plan.absorption_trend = trend(pk, "absorption_rate_trend");
  plan.exposure_scale = number(pk, "pk", "exposure_scale");
  plan.reference_ng_per_mL = number(pk, "pk", "reference_concentration");
}

void PlanBuilder::build_adherence() {
  const AdherenceSpec& spec = scenario_.adherence;
  const bool in_runs = spec.model == "markov" || spec.model == "three_state";
  if (spec.has_habits) plan_.adherence.missing = in_runs ? Missing::in_runs : Missing::alone;
}

/// The patient-phase slot of a formula's value; kNoSlot if there is no formula.
std::uint32_t PlanBuilder::formula_slot(const Expression& formula, const std::string& what) {
  if (formula.formula.empty()) return kNoSlot;
  const Program program = patient_formula(formula.formula, formula.where, what);
  const std::uint32_t slot = new_patient_slot(formula.where);
  derived_.push_back({program, slot, 0});
  return slot;
}

void PlanBuilder::build_interactions() {
  const auto share_kept = [](double half_life_h) {
    return half_life_h > 0.0 ? exp(-kLn2 * (kHoursPerDay / half_life_h)) : 0.0;
  };
  if (scenario_.interactions.size() > kMaxInteractions) {
    problems_.add(scenario_.interactions[kMaxInteractions].where,
                  fmt::format("{} interactions (at most {} act in one scenario); remove some",
                              scenario_.interactions.size(), kMaxInteractions));
    return;
  }
  for (const InteractionSpec& spec : scenario_.interactions) {
    Interaction& interaction = plan_.interactions[plan_.n_interactions++];
    const auto of_interaction = [&](const char* part) {
      return fmt::format("{} of the interaction with {}", part, spec.perpetrator);
    };
    interaction.taken_below = bernoulli_threshold(spec.fraction);
    interaction.stream = stream("interaction", spec.perpetrator, spec.where);
    interaction.taken_slot = formula_slot(spec.taken_when, of_interaction("taken_when"));
    interaction.start_slot = formula_slot(spec.start, of_interaction("start"));
    interaction.stop_slot = formula_slot(spec.stop, of_interaction("stop"));
    interaction.start_day = spec.start_day;
    interaction.stop_day = spec.stop_day;
    interaction.course_days = spec.course_days;
    interaction.every_days = spec.every_days;
    interaction.clearance_ratio = spec.clearance_ratio;
    interaction.bioavailability_ratio = spec.bioavailability_ratio;
    interaction.liver_keep = share_kept(spec.liver_half_life_h);
    interaction.gut_keep = share_kept(spec.gut_half_life_h);
  }
}

void PlanBuilder::build_assays() {
  const auto value = [&](std::string_view key) { return number(scenario_.assays, "assays", key); };
  AssayPlan& assays = plan_.assays;
  assays.trough_cv = value("trough_cv");
  assays.trough_limit_ng_per_mL = value("trough_limit");
  assays.count_cv = value("count_cv");
  assays.trough_sd_ng_per_mL = value("trough_sd");
  assays.trough_sd_log = value("trough_sd_log");
  for (const ReportedQuantity& one : kReported) {
    const std::string_view delay = entry_of(one.measure).delay;
    const auto days = static_cast<std::int32_t>(delay.empty() ? 0 : value(delay));
    assays.wait_days[static_cast<int>(one.result)] = days;
    if (days > 0) plan_.waits = 1;
  }
  for (const Measurement& one : kMeasurements)
    assays.cost[std::countr_zero(static_cast<std::uint32_t>(one.measure))] = one.cost.empty() ? 0 : value(one.cost);
  assays.metaphases = static_cast<std::uint32_t>(value("metaphases"));
  assays.metaphase_odds = value("metaphase_odds");
  assays.metaphase_anchor_percent = value("metaphase_anchor");
  assays.metaphase_slope_low = value("metaphase_slope_low");
  assays.metaphase_slope_high = value("metaphase_slope_high");
  assays.pcr_copies = value("pcr_copies");
  if (assays.pcr_copies > 0.0) plan_.measures_further = 1;
  assays.pcr_copies_spread = value("pcr_copies_sd_log");
  assays.ddpcr_copies = value("ddpcr_copies");
  assays.ddpcr_copies_spread = value("ddpcr_copies_sd_log");
  assays.ddpcr_sd_log10 = value("ddpcr_sd_log10");
  assays.size_error = value("tumour_size_sd_log");
  assays.density_error = value("tumour_density_sd_log");
  std::vector<double> level, sd;
  for (int i = 0;; ++i) {
    const Expression* at_level = find_entry(scenario_.assays, fmt::format("pcr_sd_log10.level.{}", i));
    const Expression* has_sd = find_entry(scenario_.assays, fmt::format("pcr_sd_log10.sd.{}", i));
    if (!at_level || !has_sd) break;
    constexpr double ln10 = 0x1.26bb1bbb55516p+1;
    level.push_back(log(*at_level->number) / ln10);
    sd.push_back(*has_sd->number);
  }
  assays.pcr_log10 = built_.buffer.add(level);
  assays.pcr_sd = built_.buffer.add(sd);
}

void PlanBuilder::collect_sources() {
  const auto add = [&](const std::string& name, const std::string& value, const std::string& unit,
                       const Origin& origin) {
    built_.sources.push_back(
        {name, value, unit, origin.source, std::string(to_text(origin.basis)), origin.calibrated_to});
  };
  if (const PatientTableSpec& table = scenario_.table; table.file.is_set()) {
    Origin origin = table.origin;
    origin.source += "; sha256 " + table.sha256;
    add("population.table",
        fmt::format("{}, {} rows, {}", table.file.value, table.rows, table.with_replacement ? "drawn" : "in order"), "",
        origin);
  }
  if (const DoseRecordsSpec& records = scenario_.dose_records; !records.patients.empty()) {
    Origin origin = records.origin;
    origin.source += "; sha256 " + records.sha256;
    add("population.dose_records",
        fmt::format("{}, {} doses of {} patients", records.file.value, records.doses.size(), records.patients.size()),
        "", origin);
  }
  const CorrelationSpec& correlation = scenario_.correlation;
  for (std::size_t i = 0; i < correlation.names.size(); ++i)
    for (std::size_t j = 0; j < i; ++j)
      if (correlation.matrix[i][j] != 0)
        add(fmt::format("correlation of {} and {}", correlation.names[j], correlation.names[i]),
            fmt::format("{}", correlation.matrix[i][j]), "", correlation.origin);
  for (const CovariateSpec& spec : scenario_.covariates)
    add(spec.name, std::string(name_of(spec.distribution)), "", spec.origin);
  for (const RandomEffectSpec& spec : scenario_.random_effects)
    for (std::size_t i = 0; i < spec.names.size(); ++i)
      add("eta." + spec.names[i], fmt::format("variance {:.6g}", spec.covariance[i][i]), "", spec.origin);
  for (const ParameterSpec& spec : scenario_.parameters)
    add(spec.name, spec.value.text, spec.value.unit, spec.value.origin);
  for (const ModelSection& section : kModelSections)
    if (section.name != kHabits)  // below, with the origin of all of them
      for (const auto& [key, value] : find_model(scenario_, section.name)->entries)
        add(fmt::format("{}.{}", section.name, key), value.text, value.unit, value.origin);
  for (const TestSpec& spec : scenario_.tests)
    add("test." + spec.name, fmt::format("sensitivity {:.4g}, specificity {:.4g}", spec.sensitivity, spec.specificity),
        "", spec.origin);
  for (const auto& [key, value] : scenario_.adherence.habits.entries)
    add(fmt::format("{}.{}", kHabits, key), value.text, value.unit,
        value.origin.source.empty() ? scenario_.adherence.origin : value.origin);
  for (const InteractionSpec& spec : scenario_.interactions)
    add("interaction." + spec.perpetrator,
        fmt::format("clearance ×{:.4g}, bioavailability ×{:.4g}", spec.clearance_ratio, spec.bioavailability_ratio), "",
        spec.origin);
  for (const EventSpec& spec : scenario_.events)
    if (spec.hazard.is_set()) add("event." + spec.name, spec.hazard.text, "", spec.origin);
  for (const Override& set : scenario_.overrides) {  // what has no row of its own: numbers of the design, too
    const std::string source = "command line: " + as_typed(set);
    const bool is_there = std::ranges::any_of(
        built_.sources, [&](const ModelSource& row) { return row.name == set.key && row.source == source; });
    const bool is_last = std::none_of(&set + 1, scenario_.overrides.data() + scenario_.overrides.size(),
                                      [&](const Override& later) { return later.key == set.key; });
    if (is_last && !is_there) add(set.key, set.value, "", {source, Basis::assumed, ""});
  }
}

}  // namespace vt
