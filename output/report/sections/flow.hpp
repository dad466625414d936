#pragma once
/// \file How many patients went which way.

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "output/results.hpp"

namespace vt::report {

struct FlowOfArm {
  std::int64_t allocated = 0;
  std::int64_t to_the_end = 0;
  std::int64_t left = 0;    ///< by all reasons
  std::int64_t failed = 0;  ///< could not be computed; allocated = to_the_end + left + failed
};

/// included = screened − not_included. Randomised: allocated + missing = included. In every arm: allocated + missing =
/// included × arms. Where the results do not tell how patients ended, only `allocated` of the arms is known.
struct Flow {
  std::int64_t screened = 0, not_included = 0, included = 0;
  std::int64_t allocated = 0;  ///< over the arms
  std::int64_t missing = 0;    ///< not simulated: of a partial file
  bool is_every_arm = false;   ///< every patient lives every arm
  bool knows_ends = false;
  std::vector<FlowOfArm> arms;
};
Flow flow_of(const Results&);

}  // namespace vt::report
