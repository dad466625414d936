#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "host/plan/plan_parts.hpp"
#include "kernels/tables.hpp"

namespace vt {

namespace {

/// Whether the drug's effect on a lineage is in proportion to the exposure, in everybody.
bool is_linear(const ModelSpec& lineage) {
  const Expression* exponent = find_entry(lineage, "exponent");
  return exponent == nullptr || (exponent->number && *exponent->number == 1.0);
}

/// Steps in which a lineage's day is computed; one that lasts longer than a stage of transit is too coarse.
std::uint32_t steps_per_day(PlanParts& parts, const ModelSpec& lineage) {
  const Expression *given = find_entry(lineage, "steps_per_day"), *transit = find_entry(lineage, "transit");
  const double least = transit && transit->number ? std::ceil(4 / *transit->number) : 1;
  if (!given || !given->number)
    return static_cast<std::uint32_t>(std::max(least, !lineage.follows_concentration ? 1.
                                                      : is_linear(lineage)           ? 4.
                                                                                     : 8.));
  if (*given->number < least)
    parts.problems.add(lineage.where,
                       fmt::format("steps_per_day is {} (with a transit time of {} days a step would last longer than "
                                   "a stage, a quarter of it); write steps_per_day = {}",
                                   *given->number, *transit->number, least));
  return static_cast<std::uint32_t>(*given->number);
}

/// A lineage that feels the concentration of each moment.
void follow_concentration(PlanParts& parts, const ModelSpec& lineage, BloodPlan& blood) {
  const auto refuse = [&](std::string_view what, std::string_view why) {
    parts.problems.add(
        lineage.where,
        fmt::format("input = \"concentration\" stands beside {} ({}); write input = \"daily\"", what, why));
  };
  if (parts.plan.drug.pharmacokinetics.variant == Variant::general)
    refuse("two compartments, transit stages or a metabolite", "it is worked out for one compartment");
  if (parts.plan.drug.pharmacokinetics.free_drug_acts)
    refuse("response_driver = \"free\"", "the total concentration acts");
  if (parts.plan.has_second_drug) refuse("[second_drug]", "that has no concentration");
  blood.follows_concentration = 1;
  blood.is_linear = is_linear(lineage) ? 1 : 0;
  parts.plan.drug.pharmacokinetics.keeps_last_day = 1;
}

}  // namespace

void build_blood_counts(PlanParts& parts) {
  const ModelSpec* lineages[] = {&parts.scenario.model<Neutrophils>(), &parts.scenario.model<Platelets>()};
  for (int i = 0; i < kLineages; ++i) {
    parts.plan.blood[i].steps_per_day = has_lineage(parts.plan, i) ? steps_per_day(parts, *lineages[i]) : 1;
    if (lineages[i]->follows_concentration) follow_concentration(parts, *lineages[i], parts.plan.blood[i]);
  }
}

}  // namespace vt
