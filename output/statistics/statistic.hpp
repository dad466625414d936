#pragma once
/// \file What may be asked of a tally. Which kinds of tally have a statistic, and how: output/tally.

#include <optional>
#include <string>
#include <string_view>

namespace vt {

/// proportion = events/evaluable; itt = events/randomised (missing counts as no event); evaluable =
/// evaluable/randomised; n = patients evaluable. Mean, sd and quantile are those of a number tally. above = share of
/// values at or above a declared threshold. Of times to an event: survival = share without any event, incidence = share
/// with one cause while the others compete, rmst = mean time without any event up to a day, quantile = day by which a
/// share p has had any. difference = second − first arm of a pair; number_needed = 1 / difference of two shares.
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

/// All that can be parsed, with examples of those that take a number: "median, p25, …".
std::string statistics_known();

/// "median", "25th percentile", "proportion of evaluable patients" …
std::string describe(const Statistic&);

/// A share is of patients; everything else has the unit of its tally.
bool is_share(const Statistic&);

}  // namespace vt
