#include "host/plan/plan_parts.hpp"
#include "kernels/drug/variant.hpp"

namespace vt {

Trend trend_of(const ModelSpec& model, const std::string& key) {
  const auto found = model.trends.find(key);
  if (found == model.trends.end() || !found->second.is_set) return {0.0, 1.0};
  return {found->second.change, 1.0 / found->second.time_constant_day};
}

Step step_of(const ModelSpec& model, const std::string& key, std::int32_t last_day) {
  const Expression* factor = find_entry(model, key + ".factor");
  if (factor == nullptr) return {1.0, last_day, 0};
  const Expression* day = find_entry(model, key + ".day");
  return {*factor->number, static_cast<std::int32_t>(*day->number), 1};
}

void build_pharmacokinetics(PlanParts& parts) {
  const ModelSpec& pk = parts.scenario.pk;
  PharmacokineticsPlan& plan = parts.plan.drug.pharmacokinetics;
  const DispositionEntry* disposition = find_named(kDispositionModels, pk.model);  // null behind a mistake
  plan.has_metabolite = find_entry(pk, "metabolite_clearance") != nullptr ? 1 : 0;
  plan.input = pk.absorption;
  with_input(plan, [&]<class In>() {
    if constexpr (requires { In::settings; })
      for (double* to = plan.input_setting; const Setting& one : In::settings) *to++ = number(pk, "pk", one.key);
  });
  const bool is_single =
      disposition != nullptr && disposition->model == DispositionModel::one_compartment && !plan.has_metabolite;
  plan.variant = is_single ? variant_of_one_compartment(plan.input) : Variant::general;
  plan.metabolite_is_distributed = find_entry(pk, "metabolite_peripheral_volume") != nullptr ? 1 : 0;
  plan.forms_in_gut = find_entry(pk, "gut_extraction") != nullptr ? 1 : 0;
  plan.clearance_step = step_of(pk, "clearance_step", parts.plan.last_day);
  plan.volume_step = step_of(pk, "volume_step", parts.plan.last_day);
  plan.metabolite_clearance_step = step_of(pk, "metabolite_clearance_step", parts.plan.last_day);
  plan.free_drug_acts = pk.free_drug_acts ? 1 : 0;
  plan.threshold_ng_per_mL = number(pk, "pk", "threshold");
  plan.reference_free_ng_per_mL = number(pk, "pk", "reference_free_concentration");
  plan.occasion_days = static_cast<std::uint32_t>(number(pk, "pk", "occasion"));
  plan.bioavailability_occasion_sd = number(pk, "pk", "bioavailability_occasion_sd");
  plan.clearance_trend = trend_of(pk, "clearance_trend");
  plan.volume_trend = trend_of(pk, "volume_trend");
  plan.bioavailability_trend = trend_of(pk, "bioavailability_trend");
  plan.absorption_trend = trend_of(pk, "absorption_rate_trend");
  plan.exposure_scale = number(pk, "pk", "exposure_scale");
  plan.reference_ng_per_mL = number(pk, "pk", "reference_concentration");
}

void build_adherence(PlanParts& parts) {
  const AdherenceSpec& spec = parts.scenario.adherence;
  const AdherenceEntry* model = find_named(kAdherenceModels, spec.model);
  if (!spec.has_habits || model == nullptr) return;
  parts.plan.drug.adherence.missing = model->in_runs ? Missing::in_runs : Missing::alone;
}

}  // namespace vt
