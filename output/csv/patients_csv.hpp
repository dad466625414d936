#pragma once
#include <string>
#include <string_view>

#include "output/results.hpp"

namespace vt {

inline constexpr std::string_view kPatientsHeading = "replicate,patient,arm,";  ///< its beginning

/// The columns that are kept as a long table: replicate,patient,arm,NAME [unit],…: a row for each patient or, under
/// counterfactual allocation, for each life; replicates and patients from 0. Those who were not included, could not be
/// computed or are missing say so as their arm. Nothing where no columns are kept.
std::string patients_csv(const Results&);

}  // namespace vt
