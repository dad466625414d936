#pragma once
#include "kernels/plan.hpp"

namespace vt {

/// The words that a run adds to: the tallies, then patients failed by reason, then patients by arm.
inline constexpr int kMaxArms = 64;
inline std::uint64_t failure_word(const Plan& plan) { return plan.tally_words; }
inline std::uint64_t arm_word(const Plan& plan) { return plan.tally_words + kFailures; }
inline std::uint64_t all_words(const Plan& plan) { return plan.tally_words + kFailures + kMaxArms; }

}  // namespace vt
