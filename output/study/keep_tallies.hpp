#pragma once
#include "output/study/study.hpp"

namespace vt {

/// Puts the counts of a point's trial among those of all points. \pre quantiles are cut, and the tallies are those of
/// all other points: what_differs() finds nothing
void keep_tallies(const Results& results, std::size_t point, std::size_t points, std::vector<StudyTally>& kept);

/// Of a tally's counts at one point, its quantiles cut.
std::uint64_t kept_bytes(const ResultTally&);

/// Why two tallies have no table in common, in words that follow the tally's name; "" if they have.
std::string what_differs(const ResultTally&, const ResultTally&);

}  // namespace vt
