#pragma once
#include "output/results.hpp"

namespace vt {

/// Over the replicates of a test, one term of it. Replicates without a number (no convergence) count as not
/// significant.
struct TestSummary {
  std::int64_t estimates, replicates;  ///< with a number; all
  double mean, sd;                     ///< of the estimates that there are
  double significant;                  ///< share of all with p < 0.05: the power, where there is an effect
};
TestSummary summary_of(const ResultTest&, std::size_t term);

}  // namespace vt
