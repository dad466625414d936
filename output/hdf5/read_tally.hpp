#pragma once
#include "output/hdf5/handle.hpp"
#include "output/results.hpp"

namespace vt::hdf5 {

/// Counts are not below 0, and their sum cannot overflow.
void require_counts(const std::vector<std::int64_t>& counts, const std::string& name);

/// All of a tally but its counts and the limits of its quantile groups.
/// \param others  names of datasets that are not the tally's
ResultTally read_tally_head(hid_t group, const std::vector<std::string>& others = {});

/// The tally of a group of /tallies.
ResultTally read_tally(hid_t tallies, const std::string& name);

}  // namespace vt::hdf5
