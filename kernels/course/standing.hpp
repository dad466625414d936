#pragma once
#include "kernels/course/course.hpp"
#include "kernels/subset.hpp"

/// \file How the patients of a cohort stand, a bit of a word each: what visits ask of all of them at once, kept beside
/// their courses. Whoever changes one of these facts in a course says so with `update_standing` (kernels/cohort.hpp).

namespace vt { inline namespace VT_ISA {

/// Lanes of patients who …
struct Standing {
  std::uint64_t enrolled;  ///< met the criteria
  std::uint64_t in_trial;  ///< have not left
  std::uint64_t failed;    ///< could not be computed
  std::uint64_t off_drug;  ///< for good
  std::uint64_t holding;   ///< pause the drug
};

VT_HD std::uint64_t with_lane(std::uint64_t lanes, int lane, bool belongs) {
  const std::uint64_t bit = std::uint64_t{1} << lane;
  return belongs ? lanes | bit : lanes & ~bit;
}

VT_HD Standing standing_after(const Standing& before, int lane, const Course& course) {
  return {with_lane(before.enrolled, lane, course.rejected_by == 0),
          with_lane(before.in_trial, lane, course.leaving.why == Left::no),
          with_lane(before.failed, lane, course.failure != 0),
          with_lane(before.off_drug, lane, course.leaving.why != Left::no || course.off_drug.on != kNever),
          with_lane(before.holding, lane, course.holds.by != 0)};
}

}}  // namespace vt
