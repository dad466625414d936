#pragma once
#include "kernels/course/course.hpp"
#include "kernels/failure.hpp"
#include "kernels/numerics/real.hpp"

namespace vt { inline namespace VT_ISA {

/// The words that a run adds to: the tallies, then patients failed by reason and place, then patients by arm, then
/// those who did not qualify by criterion, then for each rule and arm how often it fired and in how many patients, then
/// patients by how they left, and arm, then by site how often a formula had no value and that was no failure, then by
/// site how often it could not be told whether a patient is among those that are counted.
inline constexpr int kMaxArms = 64;
VT_HD std::uint64_t failure_word(const Plan& plan) { return plan.tally_words; }
VT_HD std::uint64_t failure_word(const Plan& plan, std::uint64_t failure) {
  return failure_word(plan) + static_cast<std::uint64_t>(reason_of(failure)) * plan.failure_places + place_of(failure);
}
VT_HD std::uint64_t arm_word(const Plan& plan) { return failure_word(plan, failed(Failure::count, std::uint32_t{0})); }
VT_HD std::uint64_t criterion_word(const Plan& plan) { return arm_word(plan) + kMaxArms; }
VT_HD std::uint64_t rule_word(const Plan& plan, std::uint64_t rule, std::uint64_t arm) {
  return criterion_word(plan) + kMaxCriteria + 2 * (rule * plan.arms.count + arm);
}
VT_HD std::uint64_t leaving_word(const Plan& plan) { return rule_word(plan, plan.rules.count, 0); }
VT_HD std::uint64_t without_value_word(const Plan& plan, std::uint64_t site) {
  return leaving_word(plan) + static_cast<std::uint64_t>(kLeft) * plan.arms.count + site;
}
VT_HD std::uint64_t unclear_word(const Plan& plan, std::uint64_t site) {
  return without_value_word(plan, plan.sites) + site;
}
VT_HD std::uint64_t all_words(const Plan& plan) { return unclear_word(plan, plan.sites); }

}}  // namespace vt
