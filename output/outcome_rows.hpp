#pragma once
#include <string>
#include <vector>

#include "output/statistics/pool.hpp"

namespace vt {

/// Columns of a table over the cells of a tally of times or of pairs; ">" marks those aligned to the right.
std::vector<std::string> outcome_heading(const ResultTally&);

/// One cell: patients, outcomes; times: share without event at the end with its interval, median and mean time; pairs:
/// difference with its error.
std::vector<std::string> outcome_row(const ResultTally&, const Pooled&);

}  // namespace vt
