#pragma once
/// \file How a statistic spreads over the replicates of a trial: what trials of that size may find.

#include <span>

#include "output/statistics/estimate.hpp"

namespace vt {

/// The axis of replicates of a tally.
std::optional<std::size_t> replicate_axis(const ResultTally&);

/// The tally added up over its replicates; as it is without that axis.
ResultTally without_replicates(const ResultTally&);

/// A statistic of one replicate: NaN where nobody was measured, and infinite where times do not reach a quantile.
double value_in_replicate(const ResultTally&, const Pooled&, const Statistic&);

/// A quantile, the mean or the SD of a sample, NaN left out. Quantiles are linear between order statistics (type 7 of
/// Hyndman & Fan 1996, Am Stat 50:361). Errors: of a quantile half the distance between those one standard error of p
/// away, of the SD that of a normal sample.
bool is_of_samples(const Statistic&);
Estimate of_sample(std::span<const double> sample, const Statistic&);

/// Where one more value of the same law would lie, with 95 %: quantiles at (n + 1)p (type 6), as of n values k/(n + 1)
/// of the law lie below the k-th on the average. Below 39 values it is all of them, and holds less. No NaN among them.
Interval predictive_of_sample(std::vector<double> values);

/// A statistic in each replicate, for one cell of the other axes.
struct OverReplicates {
  std::size_t cell;  ///< of without_replicates()
  std::vector<double> values;
};

/// How values spread, in words: how many there are, what 2.5, 50 and 97.5 % of them do not exceed, their SD. ∞: not
/// reached.
inline constexpr const char* kSpreadHeading[] = {">replicates", ">2.5 %", ">median", ">97.5 %", ">SD"};
std::vector<std::string> spread_texts(const Statistic&, std::span<const double> values);

/// What each kind of tally is asked in every replicate.
std::vector<Statistic> headline_statistics(const ResultTally&);

/// For each cell of the other axes. \pre replicate_axis(tally)
std::vector<OverReplicates> over_replicates(const ResultTally&, const Statistic&);

}  // namespace vt
