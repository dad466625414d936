#pragma once
/// \file A small made-up trial with every kind of tally and axis, the same on every call.

#include <vector>

#include "output/compare.hpp"
#include "output/results.hpp"

namespace vt::test {

/// Tallies: "mmr" (arm × visit × quartiles of the day-29 trough, not cut yet), "mmr_by_cut" (arm × bins),
/// "overall" (no axis), "trough" (visit × daily dose, a number).
Results sample_results();

/// Some inside, some outside, some not testable.
std::vector<Target> sample_targets();

}  // namespace vt::test
