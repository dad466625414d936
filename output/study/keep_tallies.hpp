#pragma once
#include "output/study/study.hpp"

namespace vt {

/// Puts the counts of a point's trial among those of all points. \param names  of tallies that every point has, and
/// between which what_differs() finds nothing \pre quantiles are cut
void keep_tallies(const Results& results, const std::vector<std::string>& names, std::size_t point, std::size_t points,
                  std::vector<StudyTally>& kept);

/// Of a tally's counts at one point, its quantiles cut.
std::uint64_t kept_bytes(const ResultTally&);

/// Why two tallies have no table in common, "has other axes", …; "" if they have.
std::string what_differs(const ResultTally&, const ResultTally&);

}  // namespace vt
