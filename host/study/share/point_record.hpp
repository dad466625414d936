#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "host/study/differences.hpp"
#include "output/compare.hpp"
#include "output/study/study.hpp"

namespace vt {

/// All that a study wants to know of a point's trial.
struct PointRecord {
  StudyPoint point;
  std::uint64_t patients = 0;  ///< before some were added for their precision
  std::vector<Answer> answers;
  PointParts parts;
  std::vector<ResultTally> kept;  ///< tallies, their quantiles cut

  std::string bytes() const;
  static PointRecord of(std::string_view bytes);  ///< \throws BadBytes
};

}  // namespace vt
