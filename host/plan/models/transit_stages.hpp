#pragma once
#include <vector>

#include "kernels/plan.hpp"

namespace vt {

/// How long a stage of transit of a lineage of blood cells lasts in those of the first 512 candidates whose values can
/// be computed and meet the criteria: in days, ascending. Empty if there are none or the Plan has no such lineage.
/// Lineage 0: neutrophils, 1: platelets.
std::vector<double> transit_stages_day(const Plan& plan, int lineage);

}  // namespace vt
