#pragma once
#include <cstdint>

#include "host/plan/build_plan.hpp"
#include "output/results.hpp"

/// \file Counts taken out of a run's words (kernels/tally/layout.hpp).

namespace vt {

inline std::int64_t as_count(std::uint64_t word) { return static_cast<std::int64_t>(word); }

/// A tally's counts.
void fill(ResultTally& tally, const TallyPlan& plan, const std::uint64_t* words);

/// The counts by rule and arm, and by way of leaving and arm.
void collect_rules(const BuiltPlan& built, const std::uint64_t* words, Results& results);

}  // namespace vt
