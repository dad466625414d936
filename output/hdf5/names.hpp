#pragma once
/// \file Names that a tally's group gives to its tables: no axis can have them.

#include <string>
#include <vector>

#include "output/results.hpp"

namespace vt::schema {

/// Of a group or dataset, in bytes: netCDF tools open names of up to 256, and axes get suffixes.
inline constexpr std::size_t kLongestName = 200;

/// Scales of /records/daily, beside which each recorded observable has a table.
inline constexpr std::string_view kDailyScales[] = {"patient", "day"};

/// What /patients has beside the columns.
inline constexpr std::string_view kPatientScales[] = {"replicate", "patient", "arm", "arm_number", "column"};

/// All datasets of a tally of this kind but those of its axes.
std::vector<std::string> tally_datasets(ResultKind kind);

/// The datasets of an axis, itself included.
std::vector<std::string> axis_datasets(const ResultAxis& axis);

}  // namespace vt::schema
