#pragma once
#include <span>
#include <vector>

#include "output/statistics/survival.hpp"

namespace vt {

/// The comparison of survival curves.
struct LogRank {
  std::vector<double> observed, expected;  ///< events by group
  double chi_square;
  int degrees_of_freedom;
  double p;  ///< 1 where nothing can differ
};

/// One stratum: a risk table for each group (all causes count as the event). Groups may have different times.
using Stratum = std::vector<RiskTable>;

/// Mantel's test, summed over strata. Mantel 1966, Cancer Chemother Rep 50:163. \pre all strata have as many groups
LogRank log_rank(const std::vector<Stratum>&);

/// From patients. \param event 1 or 0 (censored)  \param group, stratum 0, 1, 2 …; an empty `stratum` is a single one
LogRank log_rank(std::span<const double> time, std::span<const int> event, std::span<const int> group,
                 std::span<const int> stratum = {});

}  // namespace vt
