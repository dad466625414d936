#pragma once
#include "host/plan/build_plan.hpp"
#include "host/problems.hpp"
#include "host/scenario/scenario.hpp"

namespace vt {

/// What is no mistake but has to be said of a scenario and its Plan: rules in no arm, visits that never take place,
/// steps that are coarse for some patients.
void note_oversights(const Scenario&, const Plan&, Problems&);

}  // namespace vt
