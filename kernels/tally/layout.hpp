#pragma once
#include "kernels/numerics/real.hpp"
#include "kernels/plan.hpp"

namespace vt {

/// The words that a run adds to: the tallies, then patients failed by reason, then patients by arm, then those who did
/// not qualify by criterion.
inline constexpr int kMaxArms = 64;
VT_HD std::uint64_t failure_word(const Plan& plan) { return plan.tally_words; }
VT_HD std::uint64_t arm_word(const Plan& plan) { return failure_word(plan) + kFailures; }
VT_HD std::uint64_t criterion_word(const Plan& plan) { return arm_word(plan) + kMaxArms; }
VT_HD std::uint64_t all_words(const Plan& plan) { return criterion_word(plan) + kMaxCriteria; }

}  // namespace vt
