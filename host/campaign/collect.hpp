#pragma once
#include <cstdint>

#include "host/campaign/failures.hpp"
#include "host/campaign/ledger.hpp"
#include "host/plan/build_plan.hpp"
#include "output/results.hpp"

/// \file Counts taken out of a run's words (kernels/tally/layout.hpp).

namespace vt {

inline std::int64_t as_count(std::uint64_t word) { return static_cast<std::int64_t>(word); }

/// A tally's counts.
void fill(ResultTally& tally, const TallyPlan& plan, const std::uint64_t* words);

const TallyPlan* tally_plans(const Plan& plan);

/// All that words tell, of a trial of so many patients in each replicate. What `built` has for it is used up.
Results collect(BuiltPlan& built, const Ledger& ledger, std::uint64_t patients, const Runner& run);

/// The tallies of a trial without a part of it; nothing else.
Results collect_without(const BuiltPlan& built, const Ledger& ledger, std::size_t part);

}  // namespace vt
