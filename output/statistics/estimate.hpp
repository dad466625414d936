#pragma once
/// \file Statistics of pooled cells, with their Monte-Carlo errors. NaN wherever there is nothing to compute from.

#include <limits>
#include <optional>
#include <string>
#include <string_view>

#include "output/statistics/pool.hpp"

namespace vt {

struct Interval {
  double low, high;
};

inline constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

/// The standard normal quantile of 0.975.
inline constexpr double kZ95 = 1.959963984540054;

/// Wilson's score interval of a share p observed in n patients (95 %). Wilson 1927, J Am Stat Assoc 22:209.
Interval wilson(double p, double n);

/// What may be asked of a tally: proportion = events/evaluable; itt = events/randomised (missing counts as no event);
/// evaluable = evaluable/randomised; n = patients evaluable. Mean, sd and quantile are those of a number tally.
/// above = share of values at or above a declared threshold. Of times to an event: survival = share without any event,
/// incidence = share with one cause while the others compete, rmst = mean time without any event up to a day, quantile
/// = day by which a share p has had any. difference = second − first arm of a pair; number_needed = 1 / difference of
/// two shares.
struct Statistic {
  enum class Kind {
    proportion,
    itt,
    evaluable,
    n,
    mean,
    sd,
    quantile,
    above,
    survival,
    incidence,
    rmst,
    difference,
    number_needed
  } kind;
  double p = 0;            ///< quantile: share; above: threshold
  double day = kWhole;     ///< survival, incidence, rmst: when; kWhole = the last day of the tally
  std::string cause = {};  ///< incidence: a name among the outcomes; "" = the event

  static constexpr double kWhole = 1e300;
};

/// "median", "p25", "quantile=0.9", "itt" …; nothing if there is no such statistic.
std::optional<Statistic> parse_statistic(std::string_view);

/// "median", "25th percentile", "proportion of evaluable patients" …
std::string describe(const Statistic&);

/// A share is of patients; everything else has the unit of its tally.
bool is_share(const Statistic&);

/// Can the statistic be asked of this kind of tally?
bool applies(const Statistic&, ResultKind);

double mean(const ResultTally&, const Pooled&);

/// With n − 1. Within an octave exact integers up to the final division; octaves are combined by their means.
double standard_deviation(const ResultTally&, const Pooled&);

/// The value below which a share p of the histogram lies, linear within a bin; 0 in the bin that begins there.
double quantile(const std::vector<std::int64_t>& histogram, const Binning&, double p);

/// A statistic as simulated. The error is of the simulation alone (its finite number of patients). Where visits are
/// pooled, the errors are those of n / visits patients: repeated values of a patient are not taken as independent.
struct Estimate {
  double value, standard_error;
  Interval interval;  ///< 95 %
  std::int64_t n;     ///< values it rests on
};
/// With a normal 95 % interval.
Estimate with_error(double value, double standard_error, std::int64_t n);

Estimate estimate(const ResultTally&, const Pooled&, const Statistic&);

/// Its value alone, without the work for the errors.
double value_of(const ResultTally&, const Pooled&, const Statistic&);

}  // namespace vt
