#pragma once

/// \file Days of what people count in: a year has 365.25 of them on average.

namespace vt {

inline constexpr double kHoursPerDay = 24;
inline constexpr double kDaysPerWeek = 7;
inline constexpr double kDaysPerMonth = 30.4375;
inline constexpr double kDaysPerYear = 365.25;

}  // namespace vt
