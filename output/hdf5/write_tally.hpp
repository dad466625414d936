#pragma once
#include "output/hdf5/handle.hpp"
#include "output/results.hpp"

namespace vt::hdf5 {

/// One tally as a group of its own: coordinates, integer tables, and the statistics derived from them.
/// \pre no octaves axis, shape_flaw(tally) is empty
void write_tally(hid_t tallies, const ResultTally&);

/// Its group with what stands in attributes, and the labels of an axis, the dimension scale.
Handle create_tally_group(hid_t tallies, const ResultTally&);
Handle write_axis_labels(hid_t group, const ResultAxis&);

/// The group's name: the tally's, without what a path cannot hold.
std::string tally_group_name(const std::string& tally);

}  // namespace vt::hdf5
