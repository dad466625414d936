#pragma once
/// \file What published studies of their size would show, if what was simulated held.

#include <cstdint>
#include <string>
#include <vector>

#include "output/compare.hpp"

namespace vt {

/// 95 % of studies of that size lie between these. One whose patients in a cell are random is taken at the number it
/// had.
struct PredictiveInterval {
  Interval interval{kNaN, kNaN};
  std::string law;          ///< in words; or why there is no interval
  std::uint64_t count = 0;  ///< of shares: patients, so that only whole counts of them are possible; else 0
  bool is_known() const { return interval.low <= interval.high; }
  /// Is a published number inside? Shares are rounded to whole patients first, as they were before they were printed.
  bool holds(double published) const;
};

/// \param sizes  patients in the cell, in that of the other side, too, where there is one; empty: nothing is known
/// \pre as of compare()
PredictiveInterval predictive_interval(const Runs&, const Target&, const std::vector<std::uint64_t>& sizes);

/// Events, from 2.5 to 97.5 % of them, in a study of `size` patients, where `events` of `patients` were simulated: a
/// beta-binomial law, of Jeffreys' prior. \pre 0 ≤ events ≤ patients, size > 0
struct CountInterval {
  std::uint64_t low, high;
};
CountInterval predictive_counts(double events, double patients, std::uint64_t size);

/// Shares u < v of all patients, between whose quantiles the p-quantile of a sample of `size` lies in 95 %: those of a
/// beta law with p·(n + 1) and (1 − p)·(n + 1), the law of order statistics. \pre 0 < p < 1, size > 0
Interval ranks_of_quantile(double p, std::uint64_t size);

}  // namespace vt
