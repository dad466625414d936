#pragma once
#include <string>
#include <vector>

#include "output/statistics/two_by_two.hpp"

namespace vt {

/// An arm against the first one, in one cell of the other axes.
struct Contrast {
  std::string where;  ///< "month 6, < 1165": the cell of the other axes; "" = there are none
  std::string arm, against;
  Estimate difference;  ///< of the shares: of randomised patients (ITT), else of evaluable ones
  NumberNeeded needed;
};

/// In the order of the cells; empty without an axis of arms. Cells without patients are left out.
/// \pre the tally is a proportion
std::vector<Contrast> contrasts(const ResultTally&);

}  // namespace vt
