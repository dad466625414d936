#include "host/plan/plan_parts.hpp"
#include "kernels/tables.hpp"

namespace vt {

void build_models(PlanParts& parts) {
  for (std::size_t i = 0; i < parts.scenario.models.size(); ++i)
    parts.plan.models |= parts.scenario.models[i].model.empty() ? 0u : 1u << i;
  for_each_model(Models{}, [&]<class M>() {
    if (IsMeasured<M> && has<M>(parts.plan)) parts.plan.measures_further = 1;
  });
  parts.plan.has_second_drug = parts.scenario.second_drug.model.empty() ? 0 : 1;
  const Expression* taken = find_entry(parts.scenario.second_drug, "taken");
  parts.plan.misses_second_drug = taken && taken->number.value_or(0) != 1 ? 1 : 0;
}

}  // namespace vt
