#pragma once
#include <string>

#include "host/cli/commands.hpp"
#include "host/plan/build_plan.hpp"

namespace vt {

/// What a run cannot do, whatever its scenario says: patients whose numbers are of the next replicate, rows that do not
/// fit into memory. \throws UsageError
void check_limits(const RunCommand& command, const std::string& scenario, const BuiltPlan& built);

}  // namespace vt
