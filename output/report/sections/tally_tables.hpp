#pragma once
/// \file The numbers of a tally as tables.

#include <string>

#include "output/results.hpp"

namespace vt::report {

/// Its cells, differences to the first arm, and how its numbers spread over replicates, folded.
/// \param failed  what has to be said of patients who failed; "" = nothing
std::string tally_tables(const ResultTally&, const std::string& failed);

}  // namespace vt::report
