#include <fmt/format.h>

#include "host/plan/plan_parts.hpp"
#include "host/scenario/models/model_sections.hpp"
#include "host/scenario/toml/keys.hpp"

namespace vt {

double number(const ModelSpec& model, std::string_view name, std::string_view key) {
  if (const Expression* given = find_entry(model, key); given && given->number) return *given->number;
  for (const ModelKey& entry : kModelKeys)
    if (entry.section == name && entry.key == key) return entry.fallback;
  return 0.0;
}

void build_traits(PlanParts& parts) {
  constexpr double harmless = 1.0;  // for parts of the patient that the scenario does not simulate
  for (const ModelKey& key : kModelKeys) {
    if (key.trait < 0) continue;
    std::uint32_t& slot = parts.plan.trait_slot[key.trait];
    const ModelSpec& model = *find_model(parts.scenario, key.section);
    const Expression* given = find_entry(model, key.key);
    if (!given || !given->is_set()) {
      slot = parts.formulas.constant_slot(key.required || model.model.empty() ? harmless : key.fallback);
    } else if (given->column >= 0) {
      slot = parts.formulas.derive_from_table(given->column, given->where);
    } else if (given->number) {
      slot = parts.formulas.constant_slot(*given->number);
    } else {
      slot = parts.formulas.formula_slot(*given, fmt::format("{}.{}", key.section, key.key));
    }
  }
}

}  // namespace vt
