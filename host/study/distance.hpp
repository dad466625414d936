#pragma once
#include "host/study/study_spec.hpp"

namespace vt {

/// What a published number is measured in: half of its interval, or the number's own size where there is none. 0: it
/// has neither.
double scale_of(const Target& published);

/// Sum over the rows of the squares of (simulated − published)/scale_of. Its error is the sum of the rows' errors, the
/// most that it can be; none where a row has no simulated value.
Answer distance_of(const Results& results, const std::vector<Target>& rows);

}  // namespace vt
