#pragma once
/// \file Every arm against the first one.

#include <optional>
#include <string>
#include <vector>

#include "output/statistics/two_by_two.hpp"

namespace vt {

/// The axis of the arms.
std::optional<std::size_t> arm_axis(const ResultTally&);

/// The cell of the first arm that is otherwise the same. \pre arm_axis()
std::size_t cell_of_first_arm(const ResultTally&, std::size_t cell);

/// Share minus that of the first arm: of randomised patients (ITT), else of evaluable ones. Without error and interval
/// where the arms are lives of the same patients, whom two shares do not tell how they go together.
/// \pre the tally is a proportion
Estimate difference_from(const Pooled& first, const ResultTally&, const Pooled&);

/// An arm against the first one, in one cell of the other axes.
struct Contrast {
  std::string where;  ///< "month 6, < 1165": the cell of the other axes; "" = there are none
  std::string arm, against;
  Estimate difference;
  NumberNeeded needed;
};

/// In the order of the cells; empty without an axis of arms. Cells without patients are left out.
/// \pre the tally is a proportion
std::vector<Contrast> contrasts(const ResultTally&);

}  // namespace vt
