#pragma once
#include <array>
#include <string_view>

#include "kernels/plan.hpp"

namespace vt {

/// One entry that a model table of a scenario may have.
struct ModelKey {
  std::string_view section;  ///< pk, second_drug, adherence, assays or that of a model in kernels/models
  std::string_view key;
  std::string_view unit;  ///< kernel unit; "" = dimensionless
  bool may_be_formula;    ///< false: one number for all patients
  bool required;
  double fallback;   ///< when it is optional and not given
  double low, high;  ///< inclusive range of a number
  int trait;         ///< place in Plan::trait_slot, or -1: goes into the Plan as one number
  bool is_whole = false;
};

/// What prediction.below_limit may be.
struct BelowLimitName {
  std::string_view name;
  BelowLimit meaning;
  std::string_view words;
};
inline constexpr BelowLimitName kBelowLimits[] = {
    {"censored", BelowLimit::censored, "as any below it (censored likelihood, M3)"},
    {"half", BelowLimit::half, "as half of it (M5)"},
    {"ignored", BelowLimit::ignored, "not at all (M1)"},
};

#define VT_TRAIT(name) static_cast<int>(Trait::name)

/// `pk.absorption_duration` is required for zero-order, `pk.absorption_rate` for first-order absorption.
inline constexpr ModelKey kPkKeys[] = {
    {"pk", "clearance", "L/h", true, true, 0, 1e-9, 1e6, VT_TRAIT(clearance_L_per_h)},
    {"pk", "volume", "L", true, true, 0, 1e-9, 1e9, VT_TRAIT(volume_L)},
    {"pk", "absorption_rate", "1/h", true, false, 1, 1e-6, 1e6, VT_TRAIT(absorption_rate_per_h)},
    {"pk", "absorption_duration", "h", true, false, 1, 1e-6, 24, VT_TRAIT(absorption_duration_h)},
    {"pk", "lag", "h", true, false, 0, 0, 12, VT_TRAIT(lag_h)},
    {"pk", "bioavailability", "", true, false, 1, 0, 1e3, VT_TRAIT(bioavailability)},
    {"pk", "intercompartmental_clearance", "L/h", true, false, 0, 0, 1e6, VT_TRAIT(flow_L_per_h)},
    {"pk", "peripheral_volume", "L", true, false, 1, 1e-9, 1e9, VT_TRAIT(peripheral_L)},
    {"pk", "metabolite_clearance", "L/h", true, false, 1, 1e-9, 1e6, VT_TRAIT(metabolite_clearance_L_per_h)},
    {"pk", "metabolite_volume", "L", true, false, 1, 1e-9, 1e9, VT_TRAIT(metabolite_L)},
    {"pk", "metabolite_intercompartmental_clearance", "L/h", true, false, 0, 0, 1e6, VT_TRAIT(metabolite_flow_L_per_h)},
    {"pk", "metabolite_peripheral_volume", "L", true, false, 1, 1e-9, 1e9, VT_TRAIT(metabolite_peripheral_L)},
    {"pk", "gut_extraction", "", true, false, 0, 0, 0.999, VT_TRAIT(gut_extraction)},
    {"pk", "gut_metabolite", "", true, false, 0, 0, 1e6, VT_TRAIT(gut_metabolite)},
    {"pk", "binding_capacity", "ng/mL", true, false, 0, 0, 1e12, VT_TRAIT(binding_capacity_ng_per_mL)},
    {"pk", "binding_constant", "ng/mL", true, false, 1, 1e-9, 1e12, VT_TRAIT(binding_constant_ng_per_mL)},
    {"pk", "threshold", "ng/mL", false, false, 0, 1e-9, 1e9, -1},
    {"pk", "reference_free_concentration", "ng/mL", false, false, 1, 1e-9, 1e9, -1},
    {"pk", "bioavailability_occasion_sd", "", false, false, 0, 0, 3, -1},
    {"pk", "occasion", "day", false, false, 28, 1, 1e5, -1, true},
    {"pk", "exposure_scale", "", false, false, 1, 1e-6, 1e6, -1},
    {"pk", "reference_concentration", "ng/mL", false, false, 1000, 1e-9, 1e9, -1},
};
inline constexpr ModelKey kFurtherKeys[] = {
    {"second_drug", "exposure", "", true, true, 0, 0, 1e6, VT_TRAIT(second_exposure)},
    {"second_drug", "resistance_fold", "", true, false, 1, 1e-6, 1e12, VT_TRAIT(second_resistance_fold)},
    {"second_drug", "clone_fold", "", true, false, 1, 1e-6, 1e12, VT_TRAIT(second_clone_fold)},
    {"second_drug", "taken", "", true, false, 1, 0, 1, VT_TRAIT(second_taken)},
    {"second_drug", "on_blood", "", true, false, 0, 0, 1e6, VT_TRAIT(second_on_blood)},

    {"assays", "pcr_copies", "", false, false, 0, 0, 1e9, -1},
    {"assays", "pcr_copies_sd_log", "", false, false, 0, 0, 3, -1},
    {"assays", "ddpcr_copies", "", false, false, 0, 0, 1e9, -1},
    {"assays", "ddpcr_copies_sd_log", "", false, false, 0, 0, 3, -1},
    {"assays", "ddpcr_sd_log10", "", false, false, 0, 0, 3, -1},
    {"adherence", "taken", "", true, false, 1, 0, 1, VT_TRAIT(taken)},
    {"adherence", "miss_after_miss", "", true, false, 0, 0, 0.999, VT_TRAIT(miss_after_miss)},
    {"adherence", "holiday_share", "", true, false, 0, 0, 1, VT_TRAIT(holiday_share)},
    {"adherence", "holiday_after_holiday", "", true, false, 0, 0, 0.999, VT_TRAIT(holiday_after_holiday)},
    {"adherence", "holiday_rate", "1/day", true, false, 0, 0, 10, VT_TRAIT(holidays_per_day)},
    {"adherence", "holiday_shortest", "day", true, false, 1, 1, 1e5, VT_TRAIT(holiday_shortest_day)},
    {"adherence", "holiday_longest", "day", true, false, 1, 1, 1e5, VT_TRAIT(holiday_longest_day)},
    {"adherence", "decline", "1/year", true, false, 0, 0, 100, VT_TRAIT(decline_per_year)},
    {"adherence", "double_after_miss", "", true, false, 0, 0, 1, VT_TRAIT(double_after_miss)},
    {"adherence", "double_by_mistake", "", true, false, 0, 0, 1, VT_TRAIT(double_by_mistake)},
    {"adherence", "stops_after", "day", true, false, 1e9, 0, 1e9, VT_TRAIT(stops_after_day)},
    {"adherence", "pills_lost", "", true, false, 0, 0, 1, VT_TRAIT(pills_lost)},

    {"assays", "trough_cv", "", false, false, 0, 0, 2, -1},
    {"assays", "trough_limit", "ng/mL", false, false, 0, 0, 1e9, -1},
    {"assays", "trough_sd", "ng/mL", false, false, 0, 0, 1e6, -1},
    {"assays", "trough_sd_log", "", false, false, 0, 0, 2, -1},
    {"assays", "count_cv", "", false, false, 0, 0, 2, -1},
    {"assays", "metaphases", "", false, false, 20, 1, 32, -1, true},
    {"assays", "metaphase_odds", "", false, false, 1, 1e-9, 1e9, -1},
    {"assays", "metaphase_anchor", "%", false, false, 10, 1e-9, 1e9, -1},
    {"assays", "metaphase_slope_low", "", false, false, 1, 0.01, 100, -1},
    {"assays", "metaphase_slope_high", "", false, false, 1, 0.01, 100, -1},

    // What is not given is taken from the scenario's own [pk] and random effects CL and V, at the typical patient.
    {"prediction", "clearance", "L/h", true, false, 0, 1e-9, 1e6, -1},
    {"prediction", "volume", "L", true, false, 0, 1e-9, 1e9, -1},
    {"prediction", "absorption_rate", "1/h", true, false, 0, 1e-6, 1e6, -1},
    {"prediction", "absorption_duration", "h", true, false, 0, 1e-6, 24, -1},
    {"prediction", "lag", "h", true, false, 0, 0, 12, -1},
    {"prediction", "bioavailability", "", true, false, 1, 1e-9, 1e3, -1},
    {"prediction", "clearance_sd", "", false, false, 0, 1e-6, 10, -1},
    {"prediction", "volume_sd", "", false, false, 0, 0, 10, -1},
    {"prediction", "correlation", "", false, false, 0, -0.999, 0.999, -1},
    {"prediction", "absorption_sd", "", false, false, 0, 0, 10, -1},
    {"prediction", "residual_cv", "", false, false, 0, 0, 10, -1},
    {"prediction", "residual_sd", "ng/mL", false, false, 0, 1e-3, 1e6, -1},
    {"prediction", "residual_sd_log", "", false, false, 0, 1e-3, 10, -1},
    {"prediction", "levels", "", false, false, 4, 1, 4, -1, true},
    {"prediction", "history", "day", false, false, 0, 0, 27, -1},
    {"prediction", "half_life", "h", false, false, 18, 0.01, 1e4, -1},
};
/// Every key of every model table: those above, those of inputs and models in kernels, and errors, delays and costs of
/// what is measured. The validator, the documentation and the Plan read this one table.
namespace all_model_keys {

/// Whether a size of errors is a key above, or one of an earlier quantity.
constexpr bool is_there_before(const ReportedQuantity& quantity) {
  for (const ModelKey& one : kFurtherKeys)
    if (one.section == "assays" && one.key == quantity.error.key) return true;
  for (const ReportedQuantity& one : kReported)
    if (one.error.key == quantity.error.key) return one.result != quantity.result;
  return false;
}

constexpr void visit(auto take) {
  for (const ModelKey& one : kPkKeys) take(one);
  for_each_input(Inputs{}, [&]<AbsorptionModel model, class In>() {  // kAbsorptionKeys says which model needs them
    int trait = kFirstInputTrait<model>;
    if constexpr (requires { In::parameters; })
      for (const auto& one : In::parameters)
        take(ModelKey{"pk", one.key, one.unit, true, false, one.fallback, one.low, one.high, trait++});
    if constexpr (requires { In::settings; })
      for (const Setting& one : In::settings)
        take(ModelKey{"pk", one.key, one.unit, false, false, one.fallback, one.low, one.high, -1, one.is_whole});
  });
  for_each_model(Models{}, [&]<class M>() {
    int trait = kFirstModelTrait + kBefore<M>.parameters;
    for (const auto& one : M::parameters)
      take(ModelKey{M::section, one.key, one.unit, true, one.need == Need::required, one.fallback, one.low, one.high,
                    trait++});
    if constexpr (requires { M::settings; })
      for (const Setting& one : M::settings)
        take(ModelKey{M::section, one.key, one.unit, false, false, one.fallback, one.low, one.high, -1, one.is_whole});
  });
  for (const ModelKey& one : kFurtherKeys) take(one);
  for (const ReportedQuantity& one : kReported)
    if (!one.error.key.empty() && !is_there_before(one))
      take(ModelKey{"assays", one.error.key, "", false, false, 0, 0, one.error.most, -1});
  for (const Measurement& one : kMeasurements) {
    if (!one.delay.empty()) take(ModelKey{"assays", one.delay, "day", false, false, 0, 0, 3650, -1, true});
    if (!one.cost.empty()) take(ModelKey{"assays", one.cost, "", false, false, 0, 0, 1e9, -1});
  }
}

constexpr std::size_t kHowMany = [] {
  std::size_t n = 0;
  visit([&](const ModelKey&) { ++n; });
  return n;
}();

}  // namespace all_model_keys
inline constexpr auto kModelKeys = [] {
  std::array<ModelKey, all_model_keys::kHowMany> all{};
  auto next = all.begin();
  all_model_keys::visit([&](const ModelKey& one) { *next++ = one; });
  return all;
}();

// The error of RQ-PCR is a curve: assays.pcr_sd_log10 = [[0.1, 0.19], …], pairs of % IS and SD; it is read into
// Scenario::assays.entries as "pcr_sd_log10.level.N" and "pcr_sd_log10.sd.N", ascending in level.

#undef VT_TRAIT

}  // namespace vt
