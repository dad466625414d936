#pragma once
#include "output/report/figures.hpp"

namespace vt::report {

/// Times to an event: the share without it, or, where other causes compete, the cumulative incidence of each; one curve
/// with its 95 % band for each cell of the first axis that has something to tell apart. Other axes are pooled.
std::vector<Figure> time_figures(const ResultTally&, const std::vector<Comparison>&, std::size_t first_id);

/// Share of values at or above each threshold of a number, a curve for each cell of its first axis likewise; nothing
/// without thresholds.
std::vector<Figure> attainment_figures(const ResultTally&, std::size_t first_id);

}  // namespace vt::report
