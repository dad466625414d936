#pragma once
#include <string>
#include <vector>

#include "host/cli/load.hpp"

namespace vt {

/// Every file that the study reads.
std::vector<std::string> inputs_of(const StudySpec& study);

/// What must be the same for a run to go on with what another one has left: every text that was read, and all points.
std::string identity_of(const LoadedStudy& loaded);

}  // namespace vt
