#pragma once
#include "host/problems.hpp"
#include "host/scenario/scenario.hpp"

namespace vt {

/// A name that formulas read means one thing in all of them: covariates, parameters and tests are no observables,
/// functions or operators, and no two of them have the same name.
void check_names(const Scenario&, Problems&);

}  // namespace vt
