#pragma once
#include <cstdint>

/// \file What a patient has of the patient's own, by name.

namespace vt {

/// Where the patient phase leaves what the stages read; behind these come the parameters of
/// inputs and models (kernels/plan_models.hpp).
enum class Trait : std::uint32_t {
  clearance_L_per_h,
  volume_L,
  absorption_rate_per_h,
  absorption_duration_h,
  lag_h,
  bioavailability,
  flow_L_per_h,
  peripheral_L,
  metabolite_clearance_L_per_h,
  metabolite_L,
  binding_capacity_ng_per_mL,
  binding_constant_ng_per_mL,
  taken,
  miss_after_miss,
  holiday_share,
  holiday_after_holiday,
  holidays_per_day,
  holiday_shortest_day,
  holiday_longest_day,
  decline_per_year,
  double_after_miss,
  double_by_mistake,
  stops_after_day,
  pills_lost,
  second_exposure,
  second_resistance_fold,
  second_clone_fold,
  second_on_blood,
  second_taken,
  metabolite_flow_L_per_h,
  metabolite_peripheral_L,
  gut_extraction,
  gut_metabolite,
  count
};
inline constexpr int kOwnTraits = static_cast<int>(Trait::count);

}  // namespace vt
