#pragma once
#include "output/hdf5/handle.hpp"
#include "output/results.hpp"

namespace vt::hdf5 {

/// One tally as a group of its own: coordinates, integer tables, and the statistics derived from them.
/// \pre no octaves axis, shape_flaw(tally) is empty
void write_tally(hid_t tallies, const ResultTally&);

/// The group's name: the tally's, without what a path cannot hold.
std::string tally_group_name(const std::string& tally);

}  // namespace vt::hdf5
