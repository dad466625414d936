#include <algorithm>

#include <fmt/format.h>

#include "host/plan/plan_parts.hpp"
#include "kernels/drug/variant.hpp"
#include "kernels/numerics/real.hpp"

/// \file The physician's prediction of a trough.

namespace vt {

namespace {

/// Values as they stand for the typical patient: random effects are 0. Parameters are computed anew.
class TypicalPatient {
 public:
  explicit TypicalPatient(PlanParts& parts) : parts_(parts) {}

  /// Where the prior's value of a key stands: as given, else as in [pk], else `otherwise`.
  std::uint32_t slot(std::string_view key, double otherwise) {
    for (const ModelSpec* model : {&parts_.scenario.prediction, &parts_.scenario.pk}) {
      const Expression* found = find_entry(*model, key);
      if (found == nullptr) continue;
      if (found->number) return parts_.formulas.constant_slot(*found->number);
      return derive(*found, fmt::format("prediction.{}", key));
    }
    return parts_.formulas.constant_slot(otherwise);
  }

 private:
  std::optional<Symbol> symbol(std::string_view name) {
    if (name.starts_with("eta.")) {
      if (!parts_.formulas.patient_symbol(name)) return std::nullopt;
      return Symbol{Symbol::Kind::constant, 0.0, 0};
    }
    if (const auto known = names_.find(name); known != names_.end()) return known->second;
    for (const ParameterSpec& spec : parts_.scenario.parameters) {
      if (spec.name != name || spec.value.number) continue;
      const std::uint32_t slot = derive(spec.value, fmt::format("parameter '{}' of the typical patient", name));
      return names_[spec.name] = {Symbol::Kind::slot, 0.0, static_cast<int>(slot)};
    }
    return parts_.formulas.patient_symbol(name);
  }

  std::uint32_t derive(const Expression& value, const std::string& what) {
    const auto look_up = [this](std::string_view name) { return symbol(name); };
    return parts_.formulas.derive(parts_.formulas.patient_formula(value.formula, value.where, what, look_up),
                                  value.where);
  }

  PlanParts& parts_;
  std::map<std::string, Symbol, std::less<>> names_;  ///< parameters
};

}  // namespace

namespace {

struct Spread {
  double clearance = 0, volume = 0, both = 0;  ///< variances and covariance
};

/// Of the scenario's random effects CL and V.
Spread own_spread(const Scenario& scenario) {
  Spread spread;
  for (const RandomEffectSpec& group : scenario.random_effects)
    for (std::size_t i = 0; i < group.names.size(); ++i)
      for (std::size_t j = 0; j < group.names.size(); ++j) {
        const double value = group.covariance[i][j];
        if (group.names[i] == "CL" && group.names[j] == "CL") spread.clearance = value;
        if (group.names[i] == "V" && group.names[j] == "V") spread.volume = value;
        if (group.names[i] == "CL" && group.names[j] == "V") spread.both = value;
      }
  return spread;
}

}  // namespace

void build_prediction(PlanParts& parts) {
  const ModelSpec& spec = parts.scenario.prediction;
  if (spec.where.line == 0 && spec.entries.empty()) return;  // --set may have given all that there is
  const auto given = [&](std::string_view key) { return spec.entries.contains(std::string(key)); };
  const auto value = [&](std::string_view key) { return number(spec, "prediction", key); };
  PredictionPlan& plan = parts.plan.prediction;
  plan.is_set = 1;
  const auto prior = std::ranges::find_if(kAbsorptionModels, given, &AbsorptionEntry::rate_key);
  const bool has_own_absorption = prior != std::end(kAbsorptionModels);
  const PharmacokineticsPlan& own = parts.plan.drug.pharmacokinetics;
  const bool is_general = !has_own_absorption && own.variant == Variant::general &&
                          (variant_of_one_compartment(own.input) == Variant::general ||
                           parts.scenario.pk.entries.contains("intercompartmental_clearance"));
  const AbsorptionModel input = has_own_absorption ? prior->model : own.input;
  plan.variant = is_general ? Variant::general : variant_of_one_compartment(input);
  plan.input = input;
  std::ranges::copy(own.input_setting, plan.setting);
  TypicalPatient typical(parts);
  plan.slot[0] = typical.slot("clearance", 1.0);
  plan.slot[1] = typical.slot("volume", 1.0);
  plan.slot[2] = typical.slot(entry_of(input).rate_key, 1.0);
  plan.slot[3] = typical.slot("lag", 0.0);
  plan.slot[4] = typical.slot("bioavailability", 1.0);
  plan.slot[5] = is_general ? typical.slot("intercompartmental_clearance", 0.0) : plan.slot[0];
  plan.slot[6] = is_general ? typical.slot("peripheral_volume", 1.0) : plan.slot[0];
  const double unused = 1.0;
  std::fill(plan.slot + kSharedPriorTraits, std::end(plan.slot), parts.formulas.constant_slot(unused));
  with_input(input, [&]<class In>() {
    if constexpr (requires { In::parameters; })
      for (std::uint32_t* to = plan.slot + kSharedPriorTraits; const auto& one : In::parameters)
        *to++ = typical.slot(one.key, one.fallback);
  });
  plan.levels = static_cast<std::uint32_t>(value("levels"));
  plan.history_days = static_cast<std::uint32_t>(value("history"));
  if (plan.history_days != value("history"))
    parts.problems.add(spec.entries.at("history").where, "prediction.history is not a number of whole days; round it");
  plan.below_limit = spec.below_limit;
  plan.limit_ng_per_mL = parts.plan.assays.trough_limit_ng_per_mL;
  plan.residual_cv = value("residual_cv");
  plan.half_life_h = value("half_life");

  Spread spread = own_spread(parts.scenario);
  const double correlation = given("correlation") || !(spread.clearance > 0.0 && spread.volume > 0.0)
                                 ? value("correlation")
                                 : spread.both / square_root(spread.clearance * spread.volume);
  if (given("clearance_sd")) spread.clearance = value("clearance_sd") * value("clearance_sd");
  if (given("volume_sd")) spread.volume = value("volume_sd") * value("volume_sd");
  if (!(spread.clearance > 0.0)) {
    parts.problems.add(spec.where,
                       "prediction has no spread of the clearance between patients (no random effect CL, or its "
                       "variance is 0); write clearance_sd = 0.36");
    return;
  }
  plan.clearance_sd = square_root(spread.clearance);
  plan.estimates_volume = spread.volume > 0.0 ? 1 : 0;
  if (!plan.estimates_volume) {
    plan.precision_clearance = 1.0 / spread.clearance;
    return;
  }
  plan.volume_sd = square_root(spread.volume);
  const double both = correlation * square_root(spread.clearance * spread.volume);
  const double determinant = spread.clearance * spread.volume - both * both;
  plan.precision_clearance = spread.volume / determinant;
  plan.precision_volume = spread.clearance / determinant;
  plan.precision_both = -both / determinant;
}

void check_prediction(const PlanParts& parts) {
  const ModelSpec& spec = parts.scenario.prediction;
  if (!parts.plan.prediction.is_set) return;
  const bool has_cycles =
      std::ranges::any_of(parts.regimens.all(), [](const Regimen& regimen) { return regimen.cycle_days > 1; });
  if (has_cycles)
    parts.problems.add(
        spec.where,
        "prediction stands beside a cycle of days on and off (its trough is that of equal doses at equal "
        "intervals); take one of them away");
  else if (parts.plan.regimens_vary && parts.plan.prediction.history_days == 0)
    parts.problems.add(
        spec.where,
        "prediction stands beside a schedule or alternate days (without the doses taken it assumes equal doses "
        "at equal intervals); write history = \"13 day\", or take one of them away");
  if (parts.plan.prediction.history_days > 0 &&
      (parts.plan.prediction.history_days + 1) * parts.plan.intakes > kHistory)
    parts.problems.add(
        spec.entries.at("history").where,
        fmt::format("prediction.history is {} days of up to {} doses (with those of the level's own day at most "
                    "{} are kept); write history = \"{} day\"",
                    parts.plan.prediction.history_days, parts.plan.intakes, kHistory,
                    kHistory / parts.plan.intakes - 1));
}

}  // namespace vt
