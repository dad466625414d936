#pragma once
#include "host/plan/build_plan.hpp"
#include "kernels/run.hpp"

namespace vt {

/// Simulates the first patients from `first` on once more and fills `results.decisions`, `results.daily` and
/// `results.concentrations`, as the scenario asks.
void record_patients(const BuiltPlan& built, RunUnit run, std::uint64_t first, Results& results);

}  // namespace vt
