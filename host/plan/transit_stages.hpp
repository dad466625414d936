#pragma once
#include <vector>

#include "kernels/plan.hpp"

namespace vt {

/// How long a stage of transit of a lineage of blood cells lasts in each of the first 512 patients who can be computed
/// and meet the criteria: in days, ascending. Empty if the Plan has no such lineage. Lineage 0: neutrophils, 1:
/// platelets.
std::vector<double> transit_stages_day(const Plan& plan, int lineage);

}  // namespace vt
