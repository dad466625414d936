#pragma once
#include <string>

#include "host/plan/build_plan.hpp"
#include "host/scenario/scenario.hpp"

namespace vt {

/// The resolved scenario in words: trial, arms, visits, rules, patients, models with the origin of every number,
/// tallies, and what a run will need. Every sentence is made from the Scenario and the Plan that a run would use.
std::string explain(const Scenario& scenario, const BuiltPlan& built);

}  // namespace vt
