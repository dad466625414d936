#pragma once
#include <cstdint>
#include <span>
#include <string>

#include "host/plan/build_plan.hpp"
#include "kernels/trace.hpp"

namespace vt {

/// What failed, in the scenario's words: "the hazard of event 'progression' has no value".
std::string reason_of_failure(const BuiltPlan& built, std::uint64_t failure);

/// The numbers that made it fail: "hazard 1/mean_trough_28d: 1 divided by 0; mean_trough_28d = 0; day 120".
/// traits: of the patient phase, by slot.
std::string circumstances(const BuiltPlan& built, const TracedFailure& failure, std::span<const double> traits);

/// The circumstances of this failure in patient `id`, who lives again for them; empty where another life of the patient
/// failed before.
std::string circumstances(const BuiltPlan& built, std::uint64_t failure, std::uint64_t id);

}  // namespace vt
