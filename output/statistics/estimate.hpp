#pragma once
/// \file Statistics of pooled cells, with their Monte-Carlo errors. NaN wherever there is nothing to compute from.

#include <limits>

#include "output/statistics/pool.hpp"
#include "output/statistics/statistic.hpp"

namespace vt {

struct Interval {
  double low, high;
};

inline constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

/// The standard normal quantile of 0.975.
inline constexpr double kZ95 = 1.959963984540054;

/// Wilson's score interval of a share p observed in n patients (95 %). Wilson 1927, J Am Stat Assoc 22:209.
Interval wilson(double p, double n);

/// Can the statistic be asked of this kind of tally?
bool applies(const Statistic&, ResultKind);

/// A statistic as simulated. The error is of the simulation alone (its finite number of patients). Where visits are
/// pooled, the errors are those of n / visits patients: repeated values of a patient are not taken as independent.
struct Estimate {
  double value, standard_error;
  Interval interval;  ///< 95 %
  std::int64_t n;     ///< values it rests on
};
inline constexpr Estimate kNoEstimate = {kNaN, kNaN, {kNaN, kNaN}, 0};

/// With a normal 95 % interval.
Estimate with_error(double value, double standard_error, std::int64_t n);

/// events / n, with Wilson's interval, where each patient may have been counted so often.
Estimate share_of(std::int64_t events, std::int64_t n, std::int64_t repeats);

/// \pre applies(statistic, tally.kind); else there is no estimate
Estimate estimate(const ResultTally&, const Pooled&, const Statistic&);

/// Its value alone, without the work for the errors.
double value_of(const ResultTally&, const Pooled&, const Statistic&);

}  // namespace vt
