#pragma once
/// \file The cells that targets ask for, in the tallies that were simulated.

#include <stdexcept>

#include "output/compare.hpp"

namespace vt {

/// A target that cannot be answered from these results. what() says why.
class NotTestable : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// One side of a target.
struct Asked {
  const ResultTally* tally;
  Selection where;
  Statistic statistic;
};

/// What stands in the target itself. \throws NotTestable
Asked asked_by(const Runs&, const Target&);
/// Its other side. \throws NotTestable
Asked asked_by(const Runs&, const Target&, const OtherSide&);

/// \throws NotTestable where there is no such cell
Pooled pool_asked(const Asked&);

/// \throws NotTestable, also where nobody was measured
Estimate estimate_of(const Asked&);

}  // namespace vt
