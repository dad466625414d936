#pragma once
#include "host/scenario/scenario.hpp"
#include "kernels/plan.hpp"

namespace vt {

/// How many results of a kind a patient can have at most whose samples lie on `days` days and the one before them:
/// those of scheduled visits, of rechecks, of visits that rules order or results call.
///
/// Never too few; too many where orders or holds do not come as often as they could.
std::uint32_t most_results(const Scenario&, Measure, std::uint32_t days);

}  // namespace vt
