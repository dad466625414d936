#pragma once
#include "host/study/points.hpp"

namespace vt {

/// Indices of every endpoint, if the study asks what endpoints depend on.
void find_sensitivity(const StudySpec& study, const Design& design, Study& found);

}  // namespace vt
