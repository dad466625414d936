#pragma once
#include "host/problems.hpp"
#include "host/scenario/scenario.hpp"
#include "kernels/vocabulary/domain.hpp"

namespace vt {

/// Where the values of quartile(x) or tertile(x) lie, above 0: bins of a 64th of an octave from `low` to `high` are cut
/// into groups. As the axis says, or as is usual for an observable, or what a covariate's distribution has; any other
/// formula 2^-8 to 2^17. A covariate with values below 0, which have no place there, is a problem.
Domain quantile_range(const AxisSpec&, const Scenario&, Problems&);

}  // namespace vt
