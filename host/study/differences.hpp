#pragma once
#include <vector>

#include "host/study/points.hpp"

namespace vt {

/// What a point's endpoints are without each part of its trial (host/campaign/places.hpp). Points have the same
/// patients in the same parts: what they share drops out of the error of a difference.
struct PointParts {
  std::vector<double> shares;                ///< [part] of the patients
  std::vector<std::vector<double>> without;  ///< [endpoint][part]; NaN where there is none
};

/// Whether a study asks for differences between points, or for sums of endpoints.
bool needs_parts(const StudySpec& study);

/// Once all points have their answers: endpoints less those at other points, and sums of endpoints, with their errors.
/// \param parts  of every point; where there are none errors are those of independent trials, and bounds of sums
void combine(const StudySpec& study, const Design& design, std::vector<PointParts> parts, Study& found);

}  // namespace vt
