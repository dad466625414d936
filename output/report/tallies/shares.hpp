#pragma once
/// \file The shares of a proportion tally that a figure shows, and what can be said of patients who are missing.

#include "output/report/figures.hpp"
#include "output/report/tallies/view.hpp"

namespace vt::report {

struct Share {
  std::int64_t randomised = 0, evaluable = 0, events = 0;
  Estimate of_all = kNoEstimate, of_evaluable = kNoEstimate;
  const Estimate& of(Statistic::Kind kind) const { return kind == Statistic::Kind::itt ? of_all : of_evaluable; }
};

/// [panel][curve][x], and which of them hold somebody.
struct Shares {
  std::vector<std::vector<std::vector<Share>>> cells;
  std::vector<std::size_t> panels, curves;
};

Shares shares_of(const ResultTally&, const Layout&);

/// Whether it holds of any share that there is.
template <class Holds>
bool any_share(const Shares& shares, Holds holds) {
  for (const auto& panel : shares.cells)
    for (const auto& curve : panel)
      for (const Share& share : curve)
        if (share.evaluable > 0 && holds(share)) return true;
  return false;
}

/// Is anybody missing where somebody is evaluable?
inline bool has_missing(const Shares& shares) {
  return any_share(shares, [](const Share& share) { return share.randomised != share.evaluable; });
}

/// Is nobody evaluable in a cell of a curve that has others?
bool has_gaps(const Shares&);

/// What can be said of all randomised whatever became of those who are missing, of a score that holds for good: at any
/// time no fewer have had it than were seen with it until then, and no more than those who are not seen without it then
/// or later (the limits of Manski 2003, Partial identification of probability distributions, chapter 1).
struct AtLeastAtMost {
  double low = kNaN, high = kNaN;
};
/// By cell of a curve; NaN where the patients allocated differ from cell to cell.
std::vector<AtLeastAtMost> limits_of(const std::vector<Share>& curve);

/// Are a curve's patients the same at every visit, by what tells curves and panels apart and who counts? Of other
/// groups than arms nothing says so, and as many patients may be others.
bool has_limits(const ResultTally&, const Layout&);

/// Does no curve of the evaluable ever fall?
bool never_falls(const Shares&);

/// All of them, of the evaluable and, where somebody is missing, of all randomised; of a score that holds for good with
/// the limits, where there are any.
Table share_table(const ResultTally&, const Layout&, const Shares&, bool is_cumulative);

}  // namespace vt::report
