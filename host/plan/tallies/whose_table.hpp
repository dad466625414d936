#pragma once
#include "host/plan/build_plan.hpp"
#include "host/scenario/tallies/columns.hpp"

namespace vt {

/// Whose rows the table of patients has: those of the recorded ones, unless columns of all patients are kept anyway, or
/// of all.
TablePlan::Whose whose_table(const Scenario& scenario);

}  // namespace vt
