#pragma once
#include <cstdint>
#include <span>
#include <vector>

#include "host/plan/build_plan.hpp"
#include "kernels/course/course.hpp"

namespace vt {

/// What becomes of the patients of a replicate in every arm, who enter one after another.
struct Lives {
  std::vector<std::vector<const Record*>> row;  ///< [arm][patient]
  std::vector<std::uint32_t> block_arm;         ///< [patient] in the trial's blocks
  std::vector<double> wait, choice;             ///< [patient] uniform in (0, 1): for times of entry, and for arms
  std::size_t arms() const { return row.size(); }
  std::size_t patients() const { return block_arm.size(); }
  /// All arms do what the first one does.
  Lives under_null() const;
};

/// Who has entered by now.
struct Entered {
  std::vector<double> day;         ///< [patient] of entry
  std::vector<std::uint32_t> arm;  ///< [patient]
};

/// Whether a patient has responded, or has an event that is waited for.
bool is_event(const AnalysisPlan& analysis, const Record& row);

/// One comparison with the first arm.
struct Compared {
  double z = 0;         ///< positive: better than the first arm
  double estimate = 0;  ///< difference of shares, log odds ratio, log hazard ratio; log-rank: the log hazard ratio by
                        ///< one step, (observed − expected) / variance
  std::int64_t information = 0;  ///< patients with a response, or events
};

/// The analysis of what is known on a day, of those in the first arm and in `arm`. No number: z = 0.
Compared compare_arms(const AnalysisPlan& analysis, const Lives& lives, const Entered& entered, std::uint32_t arm,
                      double today, double known_after, double margin, bool fewer_is_better);

}  // namespace vt
