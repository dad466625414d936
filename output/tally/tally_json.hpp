#pragma once
#include "output/json.hpp"

namespace vt {

/// A tally as output/json.md describes it: what the results file has of it but exact sums and histograms. Of a tally by
/// replicate, that of all replicates together and how its statistics spread over them.
/// \param reason why statistics are withheld; "" = they are not
Json tally_json(const ResultTally&, const std::string& reason);

}  // namespace vt
