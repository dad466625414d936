#pragma once
/// \file Octaves axes (fine source bins) cut into quantile groups of equal size, as nearly as the bins allow.

#include "output/results.hpp"

namespace vt {

/// Does any axis still wait to be cut?
bool has_octaves(const Results&);
bool has_octaves(const ResultTally&);

/// How many quantile groups an octaves axis is cut into, without "not measured".
std::uint32_t wanted_groups(const ResultAxis&);

/// Cuts every octaves axis into `groups` (default 4) quantile groups and one group "not measured". The cut-offs are
/// edges of bins, the nearest to the quantiles of the margin: all arms together, each patient counted once, at the
/// visit where most patients had the source measured. Integer addition only; a tally without octaves is returned
/// unchanged. \pre shape_flaw(tally) is empty
ResultTally collapse_quantiles(const ResultTally&);

/// Of the groups of an axis that has been cut, "not measured" among them: limits, low ≤ x < high, NaN where open; the
/// realised share of those who were measured.
struct QuantileGroups {
  std::vector<double> low, high, share;
};
QuantileGroups groups_of(const ResultAxis&);

/// Every tally of a run. Doing it twice changes nothing.
void collapse_quantiles(Results&);

}  // namespace vt
