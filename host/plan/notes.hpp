#pragma once
#include "host/plan/build_plan.hpp"
#include "host/problems.hpp"
#include "host/scenario/scenario.hpp"

namespace vt {

/// What is no mistake but has to be said of a scenario and its Plan: rules in no arm, visits that never take place,
/// columns that nothing reads, steps that are coarse for some patients.
void note_oversights(const Scenario&, const BuiltPlan&, Problems&);

}  // namespace vt
