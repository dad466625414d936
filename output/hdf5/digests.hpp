#pragma once
/// \file What every object of a file was when it was written: the text /provenance/digests, a line for each group and
/// dataset in the order of writing. So it can be said what another program has changed.

#include <optional>
#include <string>
#include <vector>

#include "output/hdf5/handle.hpp"

namespace vt::hdf5 {

/// The last to be put into a file: digests of all that is in it, and that it is complete.
void complete(hid_t file);

/// Where a file is not what its digests say: "/tallies/mmr/events", "attribute title of /".
struct Differences {
  std::vector<std::string> changed, missing;
  std::vector<std::string> foreign;  ///< there, and not in the digests: another program's
  bool is_as_written() const { return changed.empty() && missing.empty(); }
};

/// Nothing where the file has no digests (before schema 3.3). What is foreign is neither opened nor read.
/// \throws Failure where the digests cannot be read
std::optional<Differences> differences(const Image& file);

}  // namespace vt::hdf5
