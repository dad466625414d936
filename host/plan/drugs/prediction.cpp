#include <algorithm>
#include <set>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "host/plan/plan_parts.hpp"
#include "kernels/drug/variant.hpp"
#include "kernels/numerics/real.hpp"

/// \file The physician's prediction of a trough.

namespace vt {

namespace {

/// Values as they stand for the typical patient: random effects are 0. Parameters are computed anew.
class TypicalPatient {
 public:
  explicit TypicalPatient(PlanParts& parts) : parts_(parts), prior_(parts.scenario.prior) {}

  /// Where the prior's value of a key stands: as given, else as in its model, else `otherwise`.
  std::uint32_t slot(std::string_view key, double otherwise) {
    if (const Expression* given = find_entry(parts_.scenario.prediction, key); given != nullptr)
      return slot_of(*given, key);
    is_of_file_ = prior_.is_set();
    const Expression* found = find_entry(parts_.scenario.prior_pk(), key);
    const std::uint32_t slot = found != nullptr ? slot_of(*found, key) : parts_.formulas.constant_slot(otherwise);
    is_of_file_ = false;
    return slot;
  }

  /// Names that formulas of the prior's files have and the scenario does not.
  const std::set<std::string>& missing() const { return missing_; }

 private:
  std::uint32_t slot_of(const Expression& value, std::string_view key) {
    if (value.number) return parts_.formulas.constant_slot(*value.number);
    return derive(value, fmt::format("prediction.{}", key));
  }

  std::optional<Symbol> symbol(std::string_view name) {
    if (is_of_file_) return symbol_of_file(name);
    if (name.starts_with("eta.")) {
      if (!parts_.formulas.patient_symbol(name)) return std::nullopt;
      return constant(0.0);
    }
    if (const auto known = names_.find(name); known != names_.end()) return known->second;
    for (const ParameterSpec& spec : parts_.scenario.parameters) {
      if (spec.name != name || spec.value.number) continue;
      names_[spec.name] = constant(1.0);  // in a circle, which has been reported, it stands for itself
      const std::uint32_t slot = derive(spec.value, fmt::format("parameter '{}' of the typical patient", name));
      return names_[spec.name] = {Symbol::Kind::slot, 0.0, static_cast<int>(slot)};
    }
    return parts_.formulas.patient_symbol(name);
  }

  /// In a formula of the prior's files: their random effects and parameters, the scenario's covariates.
  std::optional<Symbol> symbol_of_file(std::string_view name) {
    if (name.starts_with("eta.")) {
      const auto has = [&](const RandomEffectSpec& group) {
        return std::ranges::find(group.names, name.substr(name.find('.') + 1)) != group.names.end();
      };
      if (std::ranges::none_of(prior_.random_effects, has)) return std::nullopt;
      return constant(0.0);
    }
    if (const auto known = names_of_file_.find(name); known != names_of_file_.end()) return known->second;
    for (const ParameterSpec& spec : prior_.parameters) {
      if (spec.name != name) continue;
      if (spec.value.number) return constant(*spec.value.number);
      if (!open_.insert(spec.name).second) return report_circle(spec);
      const std::uint32_t slot = derive(spec.value, fmt::format("parameter '{}' of the prediction's model", name));
      open_.erase(spec.name);
      return names_of_file_[spec.name] = {Symbol::Kind::slot, 0.0, static_cast<int>(slot)};
    }
    is_of_file_ = false;
    const std::optional<Symbol> own = symbol(name);
    is_of_file_ = true;
    if (own) return own;
    missing_.emplace(name);
    return constant(1.0);
  }

  static Symbol constant(double x) { return {Symbol::Kind::constant, x, 0}; }
  Symbol report_circle(const ParameterSpec& spec) {
    parts_.problems.add(spec.value.where,
                        fmt::format("parameter '{}' of the prediction's model needs itself (it cannot "
                                    "be computed); write it without itself",
                                    spec.name));
    return names_of_file_[spec.name] = constant(1.0);  // said once
  }

  std::uint32_t derive(const Expression& value, const std::string& what) {
    const auto look_up = [this](std::string_view name) { return symbol(name); };
    return parts_.formulas.derive(parts_.formulas.patient_formula(value.formula, value.where, what, look_up),
                                  value.where);
  }

  PlanParts& parts_;
  const PriorSpec& prior_;
  bool is_of_file_ = false;
  std::map<std::string, Symbol, std::less<>> names_, names_of_file_;  ///< parameters
  std::set<std::string> missing_, open_;                              ///< open: of the files, not computed yet
};

/// The structure of the prior: of its model, unless [prediction] gives another input.
struct PriorInput {
  AbsorptionModel input;
  Variant variant;
  bool is_of_model;  ///< the input
};
PriorInput input_of_prior(const Scenario& scenario) {
  const ModelSpec &given = scenario.prediction, &model = scenario.prior_pk();
  const auto is_given = [&](const AbsorptionEntry& one) { return given.entries.contains(std::string(one.rate_key)); };
  const auto other = std::ranges::find_if(kAbsorptionModels, is_given);
  const bool has_flow = model.entries.contains("intercompartmental_clearance");
  const auto with = [](AbsorptionModel input, bool is_of_model, bool flows) {
    const Variant variant = flows ? Variant::general : variant_of_one_compartment(input);
    return PriorInput{input, variant, is_of_model};
  };
  if (other == std::end(kAbsorptionModels)) return with(model.absorption, true, has_flow);
  if (!scenario.prior.is_set()) return with(other->model, false, false);  // a prior of one compartment, on its own
  const bool is_same = other->rate_key == entry_of(model.absorption).rate_key;
  return with(is_same ? model.absorption : other->model, is_same, has_flow);
}

void find_slots(PlanParts& parts, const PriorInput& structure) {
  PredictionPlan& plan = parts.plan.prediction;
  const bool is_general = structure.variant == Variant::general;
  TypicalPatient typical(parts);
  plan.slot[0] = typical.slot("clearance", 1.0);
  plan.slot[1] = typical.slot("volume", 1.0);
  plan.slot[2] = typical.slot(entry_of(structure.input).rate_key, 1.0);
  plan.slot[3] = typical.slot("lag", 0.0);
  plan.slot[4] = typical.slot("bioavailability", 1.0);
  plan.slot[5] = is_general ? typical.slot("intercompartmental_clearance", 0.0) : plan.slot[0];
  plan.slot[6] = is_general ? typical.slot("peripheral_volume", 1.0) : plan.slot[0];
  const double unused = 1.0;
  std::fill(plan.slot + kSharedPriorTraits, std::end(plan.slot), parts.formulas.constant_slot(unused));
  with_input(structure.input, [&]<class In>() {
    if constexpr (requires { In::parameters; })
      for (std::uint32_t* to = plan.slot + kSharedPriorTraits; const auto& one : In::parameters)
        *to++ = typical.slot(one.key, one.fallback);
    if constexpr (requires { In::settings; })
      for (double* to = plan.setting; const Setting& one : In::settings)
        *to++ = number(parts.scenario.prior_pk(), "pk", one.key);
  });
  if (typical.missing().empty()) return;
  const PriorSpec& prior = parts.scenario.prior;
  parts.problems.add(prior.named.front().where,
                     fmt::format("prediction.model is '{}' (which reads {}, and the scenario has no covariates or "
                                 "parameters of {}); add them, or give prediction the values that need them",
                                 names_of(prior), fmt::join(typical.missing(), ", "),
                                 typical.missing().size() == 1 ? "that name" : "these names"));
}

void find_trends(PlanParts& parts, const PriorInput& structure) {
  const ModelSpec &given = parts.scenario.prediction, &model = parts.scenario.prior_pk();
  PredictionPlan& plan = parts.plan.prediction;
  const auto trend = [&](const char* key, std::string_view value, bool is_of_model) {
    if (given.trends.contains(key)) return trend_of(given, key);
    const bool is_own_value = given.entries.contains(std::string(value));
    return is_of_model && !is_own_value ? trend_of(model, key) : Trend{0.0, 1.0};
  };
  plan.clearance_trend = trend("clearance_trend", "clearance", true);
  plan.volume_trend = trend("volume_trend", "volume", true);
  plan.bioavailability_trend = trend("bioavailability_trend", "bioavailability", true);
  plan.absorption_trend = trend("absorption_rate_trend", entry_of(structure.input).rate_key, structure.is_of_model);
  const auto step = [&](const char* key, std::string_view value) {
    const bool is_own_value = given.entries.contains(std::string(value));
    return is_own_value ? Step{1.0, parts.plan.last_day, 0} : step_of(model, key, parts.plan.last_day);
  };
  plan.clearance_step = step("clearance_step", "clearance");
  plan.volume_step = step("volume_step", "volume");
  const Trend* const all[] = {&plan.clearance_trend, &plan.volume_trend, &plan.bioavailability_trend,
                              &plan.absorption_trend};
  const bool has_step = (plan.clearance_step.is_set | plan.volume_step.is_set) != 0;
  plan.has_trend = has_step || std::ranges::any_of(all, [](const Trend* one) { return one->change != 0.0; }) ? 1 : 0;
  const bool is_rate = entry_of(structure.input).rate_key == "absorption_rate";
  if (given.trends.contains("absorption_rate_trend") && !is_rate)
    parts.problems.add(parts.scenario.prediction.where,
                       "prediction.absorption_rate_trend stands beside an input of zero order (which has no rate of "
                       "absorption); take it away");
}

/// Sizes of the error: those of [prediction], else those of the prior's files.
void find_residual_error(PlanParts& parts) {
  const Scenario& scenario = parts.scenario;
  PredictionPlan& plan = parts.plan.prediction;
  const ModelSpec& given = scenario.prediction;
  const auto is_given = [&](const char* key) { return given.entries.contains(key); };
  const bool is_own = is_given("residual_cv") || is_given("residual_sd") || is_given("residual_sd_log");
  const auto size = [&](const char* own, const char* of_file) {
    if (is_own) return number(given, "prediction", own);
    const Expression* found = find_entry(scenario.prior.assays, of_file);
    return found != nullptr && found->number ? *found->number : 0.0;
  };
  plan.residual_cv = size("residual_cv", "trough_cv");
  plan.residual_sd_ng_per_mL = size("residual_sd", "trough_sd");
  plan.residual_sd_log = size("residual_sd_log", "trough_sd_log");
  if (!is_own && !scenario.prior.is_set()) return;  // which the reader has said
  const Position& where = is_own ? given.where : scenario.prior.named.front().where;
  constexpr double least_cv = 1e-3;
  if (plan.residual_sd_log > 0.0 && (plan.residual_cv > 0.0 || plan.residual_sd_ng_per_mL > 0.0))
    parts.problems.add(where, is_own ? "prediction.residual_sd_log stands beside residual_cv or residual_sd (an error "
                                       "of the logarithm takes their place); take one of them away"
                                     : "the files of prediction.model have trough_sd_log beside trough_cv or trough_sd "
                                       "(the prior's error is of the logarithm, or of the level); write residual_cv");
  else if (plan.residual_sd_log == 0.0 && plan.residual_sd_ng_per_mL == 0.0 && plan.residual_cv < least_cv)
    parts.problems.add(where,
                       fmt::format("prediction has no residual_cv of {} or more (a prior without an error of its "
                                   "levels has no prediction); write residual_cv = 0.3, residual_sd or "
                                   "residual_sd_log",
                                   least_cv));
}

/// How patients differ from the typical one.
void find_spread(PlanParts& parts) {
  const ModelSpec& spec = parts.scenario.prediction;
  PredictionPlan& plan = parts.plan.prediction;
  const auto given = [&](std::string_view key) { return spec.entries.contains(std::string(key)); };
  const auto value = [&](std::string_view key) { return number(spec, "prediction", key); };
  PriorSpread spread = spread_of_prior(parts.scenario);
  const double correlation = given("correlation") || !(spread.clearance > 0.0 && spread.volume > 0.0)
                                 ? value("correlation")
                                 : spread.both / square_root(spread.clearance * spread.volume);
  if (given("clearance_sd")) spread.clearance = value("clearance_sd") * value("clearance_sd");
  if (given("volume_sd")) spread.volume = value("volume_sd") * value("volume_sd");
  if (given("absorption_sd")) spread.absorption = value("absorption_sd") * value("absorption_sd");
  if (!(spread.clearance > 0.0)) {
    parts.problems.add(spec.where,
                       "prediction has no spread of the clearance between patients (no random effect CL, or its "
                       "variance is 0); write clearance_sd = 0.36");
    return;
  }
  if (spread.absorption > 0.0) {
    plan.estimates_absorption = 1;
    plan.absorption_sd = square_root(spread.absorption);
    plan.precision_absorption = 1.0 / spread.absorption;
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

}  // namespace

void build_prediction(PlanParts& parts) {
  const ModelSpec& spec = parts.scenario.prediction;
  if (spec.where.line == 0 && spec.entries.empty() && spec.model.empty())
    return;  // --set may have given all that there is
  if (parts.scenario.prior.is_set() && parts.scenario.prior.pk.model.empty()) return;  // why has been said
  const auto value = [&](std::string_view key) { return number(spec, "prediction", key); };
  PredictionPlan& plan = parts.plan.prediction;
  plan.is_set = 1;
  plan.keeps_levels = 1;
  const PriorInput structure = input_of_prior(parts.scenario);
  plan.variant = structure.variant;
  plan.input = structure.input;
  find_slots(parts, structure);
  find_trends(parts, structure);
  find_residual_error(parts);
  plan.levels = static_cast<std::uint32_t>(value("levels"));
  plan.history_days = static_cast<std::uint32_t>(value("history"));
  if (plan.history_days != value("history"))
    parts.problems.add(spec.entries.at("history").where, "prediction.history is not a number of whole days; round it");
  plan.below_limit = spec.below_limit;
  plan.limit_ng_per_mL = parts.plan.assays.trough_limit_ng_per_mL;
  plan.half_life_h = value("half_life");
  find_spread(parts);
}

void finish_prediction(PlanParts& parts) {
  const ModelSpec& spec = parts.scenario.prediction;
  if (!parts.plan.prediction.is_set) return;
  for (Step* step : {&parts.plan.prediction.clearance_step, &parts.plan.prediction.volume_step})
    step->day -= parts.plan.treated_from_day;
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
