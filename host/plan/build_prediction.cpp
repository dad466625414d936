#include <algorithm>

#include <fmt/format.h>

#include "host/plan/builder.hpp"
#include "kernels/numerics/real.hpp"

/// \file The physician's prediction of a trough, and tests with two outcomes.

namespace vt {

/// A name as it stands for the typical patient: random effects are 0. Parameters are computed anew.
std::optional<Symbol> PlanBuilder::typical_symbol(std::string_view name) {
  if (name.starts_with("eta.")) {
    if (!patient_symbol(name)) return std::nullopt;
    return Symbol{Symbol::Kind::constant, 0.0, 0};
  }
  if (const auto known = typical_names_.find(name); known != typical_names_.end()) return known->second;
  for (const ParameterSpec& spec : scenario_.parameters) {
    if (spec.name != name || spec.value.number) continue;
    const Program formula = typical_formula(spec.value);
    const std::uint32_t slot = new_patient_slot(spec.value.where);
    derived_.push_back({formula, slot, 0});
    return typical_names_[spec.name] = {Symbol::Kind::slot, 0.0, static_cast<int>(slot)};
  }
  return patient_symbol(name);
}

Program PlanBuilder::typical_formula(const Expression& value) {
  return add(compile_formula(
      value.formula, value.where, [this](std::string_view name) { return typical_symbol(name); }, patient_names(),
      kPatientObservables, kPatientSlots, problems_));
}

/// Where the prior's value of a key stands: as given, else as in [pk], else `otherwise`.
std::uint32_t PlanBuilder::typical_slot(std::string_view key, double otherwise) {
  for (const ModelSpec* model : {&scenario_.prediction, &scenario_.pk}) {
    const auto found = model->entries.find(std::string(key));
    if (found == model->entries.end()) continue;
    if (found->second.number) return constant_slot(*found->second.number);
    const Program formula = typical_formula(found->second);
    const std::uint32_t slot = new_patient_slot(found->second.where);
    derived_.push_back({formula, slot, 0});
    return slot;
  }
  return constant_slot(otherwise);
}

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

void PlanBuilder::build_prediction() {
  const ModelSpec& spec = scenario_.prediction;
  if (spec.where.line == 0) return;
  const auto given = [&](std::string_view key) { return spec.entries.contains(std::string(key)); };
  const auto value = [&](std::string_view key) { return number(spec, "prediction", key); };
  PredictionPlan& plan = plan_.prediction;
  plan.is_set = 1;
  const bool has_own_absorption = given("absorption_rate") || given("absorption_duration");
  const PharmacokineticsPlan& own = plan_.pharmacokinetics;
  const bool is_general = !has_own_absorption && own.absorption == Absorption::general &&
                          (own.stages > 0 || scenario_.pk.entries.contains("intercompartmental_clearance"));
  const bool is_infused = has_own_absorption ? given("absorption_duration") : own.entrance == Entrance::central;
  plan.absorption = is_general ? Absorption::general : is_infused ? Absorption::zero_order : Absorption::first_order;
  plan.stages = !is_general ? 0 : is_infused ? -1 : static_cast<std::int32_t>(own.stages);
  plan.slot[0] = typical_slot("clearance", 1.0);
  plan.slot[1] = typical_slot("volume", 1.0);
  plan.slot[2] = typical_slot(is_infused ? "absorption_duration" : "absorption_rate", 1.0);
  plan.slot[3] = typical_slot("lag", 0.0);
  plan.slot[4] = typical_slot("bioavailability", 1.0);
  plan.slot[5] = is_general ? typical_slot("intercompartmental_clearance", 0.0) : plan.slot[0];
  plan.slot[6] = is_general ? typical_slot("peripheral_volume", 1.0) : plan.slot[0];
  plan.slot[7] = is_general ? typical_slot("transit_rate", 1.0) : plan.slot[0];
  plan.levels = static_cast<std::uint32_t>(value("levels"));
  plan.history_days = static_cast<std::uint32_t>(value("history"));
  if (plan.history_days != value("history"))
    problems_.add(spec.entries.at("history").where, "prediction.history is not a number of whole days; round it");
  plan.below_limit = spec.below_limit;
  plan.limit_ng_per_mL = plan_.assays.trough_limit_ng_per_mL;
  plan.residual_cv = value("residual_cv");
  plan.half_life_h = value("half_life");

  Spread spread = own_spread(scenario_);
  const double correlation = given("correlation") || !(spread.clearance > 0.0 && spread.volume > 0.0)
                                 ? value("correlation")
                                 : spread.both / square_root(spread.clearance * spread.volume);
  if (given("clearance_sd")) spread.clearance = value("clearance_sd") * value("clearance_sd");
  if (given("volume_sd")) spread.volume = value("volume_sd") * value("volume_sd");
  if (!(spread.clearance > 0.0)) {
    problems_.add(spec.where,
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

/// What only all regimens together show.
void PlanBuilder::check_prediction() {
  const ModelSpec& spec = scenario_.prediction;
  if (!plan_.prediction.is_set) return;
  const bool has_cycles = std::ranges::any_of(regimens_, [](const Regimen& regimen) { return regimen.cycle_days > 1; });
  if (has_cycles)
    problems_.add(spec.where,
                  "prediction stands beside a cycle of days on and off (its trough is that of equal doses at equal "
                  "intervals); take one of them away");
  else if (plan_.regimens_vary && plan_.prediction.history_days == 0)
    problems_.add(
        spec.where,
        "prediction stands beside a schedule or alternate days (without the doses taken it assumes equal doses "
        "at equal intervals); write history = \"13 day\", or take one of them away");
  if (plan_.prediction.history_days > 0 && (plan_.prediction.history_days + 1) * plan_.intakes > kHistory)
    problems_.add(
        spec.entries.at("history").where,
        fmt::format("prediction.history is {} days of up to {} doses (with those of the level's own day at most "
                    "{} are kept); write history = \"{} day\"",
                    plan_.prediction.history_days, plan_.intakes, kHistory, kHistory / plan_.intakes - 1));
}

void PlanBuilder::build_tests() {
  std::vector<TestPlan> tests;
  for (const TestSpec& spec : scenario_.tests) {
    TestPlan test{};
    std::uint64_t reads = 0;
    test.condition = visit_formula(spec.condition.value, spec.condition.where, &reads);
    note_reads(~0u, reads);
    test.sensitivity = spec.sensitivity;
    test.specificity = spec.specificity;
    test.stream = stream("test", spec.name, spec.where);
    tests.push_back(test);
  }
  plan_.tests = built_.buffer.add(tests);
}

}  // namespace vt
