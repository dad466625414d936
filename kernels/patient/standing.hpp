#pragma once
#include "kernels/cohort.hpp"

/// \file How patients stand, one word each beside their courses: what visits ask of all patients of a cohort. Whoever
/// changes one of these facts in a course says so with `restand`.

namespace vt { inline namespace VT_ISA {

inline constexpr std::uint64_t kEnrolled = 1;  ///< met the criteria
inline constexpr std::uint64_t kInTrial = 2;   ///< has not left
inline constexpr std::uint64_t kFailed = 4;    ///< could not be computed
inline constexpr std::uint64_t kOffDrug = 8;   ///< for good
inline constexpr std::uint64_t kHolds = 16;    ///< the drug, for now
inline constexpr int kArmShift = 8;            ///< from this bit on the arm

VT_HD std::uint64_t standing_of(const Course& course) {
  const bool is_off = course.left != Left::no || course.off_drug_on != kNever;
  return (course.rejected_by == 0 ? kEnrolled : 0) | (course.left == Left::no ? kInTrial : 0) |
         (course.failure != 0 ? kFailed : 0) | (is_off ? kOffDrug : 0) | (course.held_by != 0 ? kHolds : 0) |
         std::uint64_t{course.arm} << kArmShift;
}

/// Lanes without a patient have no standing.
template <int L>
VT_HD void restand(Cohort<L>& cohort, int lane) {
  cohort.standing[lane] = lane < cohort.patients ? standing_of(cohort.course[lane]) : 0;
}

/// The patients of whom, of the facts in `mask`, exactly `facts` hold.
template <int L>
VT_HD std::uint64_t who_stand(const Cohort<L>& cohort, std::uint64_t mask, std::uint64_t facts) {
  return lanes_where<L>([&](int lane) VT_INLINE { return (cohort.standing[lane] & mask) == facts; });
}

/// Those who have neither left nor failed.
template <int L>
VT_HD std::uint64_t who_take_part(const Cohort<L>& cohort) {
  return who_stand(cohort, kInTrial | kFailed, kInTrial);
}

}}  // namespace vt
