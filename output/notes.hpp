#pragma once
#include <string>
#include <vector>

#include "output/results.hpp"

namespace vt {

/// What has to be said of the numbers a run came to: values outside a tally's range or below what its quantiles tell
/// apart, quantile groups of unequal size, replicates without an estimate, patients who failed.
std::vector<std::string> notes_on(const Results&);

/// "12 of 1000 patients failed and are in no tally" where that is more than 0.1 %; "" = it is not.
std::string failed_share(const Results&);

/// Why no statistic is shown: more than 1 % of the patients failed, and those who did not are a choice of their own.
/// "" = they are shown.
std::string withheld(const Results&);

}  // namespace vt
