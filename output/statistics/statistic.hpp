#pragma once
/// \file What may be asked of a tally. Which kinds of tally have a statistic, and how: output/tally.

#include <optional>
#include <string>
#include <string_view>

#include "kernels/vocabulary/named.hpp"

namespace vt {

/// Their meaning: kStatistics. Mean, sd and quantile are those of a number tally; of times to an event, quantile is the
/// day by which a share p has had any.
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

struct StatisticEntry {
  enum class Takes { nothing, share, threshold, day, day_and_cause };  ///< a day is not part of the name
  Statistic::Kind kind;
  std::string_view name;
  std::string_view words;  ///< before what it takes
  std::string_view meaning;
  bool is_share = false;
  Takes takes = Takes::nothing;
  std::string_view examples = name;  ///< as targets write it
};
inline constexpr StatisticEntry kStatistics[] = {
    {.kind = Statistic::Kind::quantile,
     .name = "quantile",
     .words = "",
     .meaning = "value or time that a share of the patients stays below",
     .takes = StatisticEntry::Takes::share,
     .examples = "median, p25, quantile=0.9"},
    {.kind = Statistic::Kind::mean, .name = "mean", .words = "mean", .meaning = "mean"},
    {.kind = Statistic::Kind::sd, .name = "sd", .words = "SD", .meaning = "standard deviation"},
    {.kind = Statistic::Kind::above,
     .name = "above",
     .words = "share at or above",
     .meaning = "share at or above a threshold of the tally",
     .is_share = true,
     .takes = StatisticEntry::Takes::threshold,
     .examples = "above=1000"},
    {.kind = Statistic::Kind::proportion,
     .name = "proportion",
     .words = "share of evaluable patients",
     .meaning = "events / evaluable",
     .is_share = true},
    {.kind = Statistic::Kind::itt,
     .name = "itt",
     .words = "share of randomised patients",
     .meaning = "events / randomised: missing counts as no event",
     .is_share = true},
    {.kind = Statistic::Kind::evaluable,
     .name = "evaluable",
     .words = "share evaluable",
     .meaning = "evaluable / randomised",
     .is_share = true},
    {.kind = Statistic::Kind::n, .name = "n", .words = "patients evaluable", .meaning = "patients evaluable"},
    {.kind = Statistic::Kind::number_needed,
     .name = "number_needed",
     .words = "number needed to treat",
     .meaning = "1 / difference of two shares; `where` and `minus` name the arms"},
    {.kind = Statistic::Kind::survival,
     .name = "survival",
     .words = "share without event",
     .meaning = "share without any of the causes",
     .is_share = true,
     .takes = StatisticEntry::Takes::day},
    {.kind = Statistic::Kind::incidence,
     .name = "cumulative_incidence",
     .words = "cumulative incidence",
     .meaning = "share with one cause while the others compete",
     .is_share = true,
     .takes = StatisticEntry::Takes::day_and_cause},
    {.kind = Statistic::Kind::rmst,
     .name = "rmst",
     .words = "mean time without event",
     .meaning = "mean time without any of the causes",
     .takes = StatisticEntry::Takes::day},
    {.kind = Statistic::Kind::difference,
     .name = "difference",
     .words = "difference within patients",
     .meaning = "share in the second life minus that in the first",
     .is_share = true},
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
