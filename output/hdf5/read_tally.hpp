#pragma once
#include "output/hdf5/handle.hpp"
#include "output/results.hpp"

namespace vt::hdf5 {

/// Throws a Failure that says what is wrong with the file.
void require(bool is_so, const std::string& otherwise);

/// Counts are not below 0, and their sum cannot overflow.
void require_counts(const std::vector<std::int64_t>& counts, const std::string& name);

/// The tally of a group of /tallies.
ResultTally read_tally(hid_t tallies, const std::string& name);

}  // namespace vt::hdf5
