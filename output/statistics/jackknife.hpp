#pragma once
#include <span>

#include "output/statistics/estimate.hpp"

namespace vt {

/// An estimate with its error from the values that it has without each part of the patients: the delete-a-group
/// jackknife for parts of unequal sizes (Busing, Meijer and van der Leeden, Stat Comput 1999;9:3), with an interval of
/// Student's t on parts − 1 degrees of freedom.
///
/// \param value    with all patients
/// \param without  [part] without it
/// \param shares   [part] of the patients who are in it; their sum is 1
/// \return the error NaN for fewer than 2 parts, or where a value is not finite
Estimate with_jackknife(double value, std::span<const double> without, std::span<const double> shares, std::int64_t n);

}  // namespace vt
