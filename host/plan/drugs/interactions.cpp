#include <fmt/format.h>

#include "host/plan/plan_parts.hpp"
#include "kernels/drug/metabolite.hpp"
#include "kernels/numerics/elementary.hpp"
#include "kernels/numerics/philox.hpp"

namespace vt {

namespace {

constexpr double kLn2 = 0x1.62e42fefa39efp-1;

/// Nothing but what the gut wall extracts can be added to what is absorbed.
void limit_bioavailability(PlanParts& parts) {
  PharmacokineticsPlan& pk = parts.plan.drug.pharmacokinetics;
  pk.most_bioavailability = 1.0;
  for (const InteractionSpec& spec : parts.scenario.interactions)
    if (spec.bioavailability_ratio > 1.0) pk.most_bioavailability *= spec.bioavailability_ratio;
  const Expression* extraction = find_entry(parts.scenario.pk, "gut_extraction");
  if (extraction == nullptr || !extraction->number) return;  // of a formula: patient by patient
  const auto passes = [&](double ratio) { return ratio * (1.0 - *extraction->number); };
  if (passes(pk.most_bioavailability) <= kWhole) return;
  for (const InteractionSpec& spec : parts.scenario.interactions)
    if (passes(spec.bioavailability_ratio) > kWhole)
      return parts.problems.add(
          spec.where,
          fmt::format(
              "the interaction with {} has bioavailability_ratio {:.6g} (with pk.gut_extraction {:.6g} it is at "
              "most {:.6g}: then the gut wall lets all pass); change one of them",
              spec.perpetrator, spec.bioavailability_ratio, *extraction->number, 1.0 / (1.0 - *extraction->number)));
  parts.problems.add(extraction->where,
                     fmt::format("pk.gut_extraction is {:.6g} (the interactions together multiply bioavailability by "
                                 "{:.6g}, and more than all would pass the gut wall); change one of them",
                                 *extraction->number, pk.most_bioavailability));
}

}  // namespace

void build_interactions(PlanParts& parts) {
  const auto share_kept = [](double half_life_h) {
    return half_life_h > 0.0 ? exp(-kLn2 * (kHoursPerDay / half_life_h)) : 0.0;
  };
  if (parts.scenario.interactions.size() > kMaxInteractions) {
    parts.problems.add(parts.scenario.interactions[kMaxInteractions].where,
                       fmt::format("{} interactions (at most {} act in one scenario); remove some",
                                   parts.scenario.interactions.size(), kMaxInteractions));
    return;
  }
  for (const InteractionSpec& spec : parts.scenario.interactions) {
    Interaction& interaction = parts.plan.drug.interactions[parts.plan.drug.n_interactions++];
    const auto of_interaction = [&](const char* part) {
      return fmt::format("{} of the interaction with {}", part, spec.perpetrator);
    };
    interaction.taken_below = bernoulli_threshold(spec.fraction);
    interaction.stream = parts.formulas.stream("interaction", spec.perpetrator, spec.where);
    interaction.taken_slot = parts.formulas.formula_slot(spec.taken_when, of_interaction("taken_when"));
    interaction.start_slot = parts.formulas.formula_slot(spec.start, of_interaction("start"));
    interaction.stop_slot = parts.formulas.formula_slot(spec.stop, of_interaction("stop"));
    interaction.start_day = spec.start_day;
    interaction.stop_day = spec.stop_day;
    interaction.course_days = spec.course_days;
    interaction.every_days = spec.every_days;
    interaction.clearance_ratio = spec.clearance_ratio;
    interaction.bioavailability_ratio = spec.bioavailability_ratio;
    interaction.metabolite_clearance_ratio = spec.metabolite_clearance_ratio;
    interaction.liver_keep = share_kept(spec.liver_half_life_h);
    interaction.gut_keep = share_kept(spec.gut_half_life_h);
  }
  limit_bioavailability(parts);
}

}  // namespace vt
