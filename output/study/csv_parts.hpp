#pragma once
/// \file Cells that a study's tables share.

#include <string>

#include "output/csv/cells.hpp"
#include "output/study/study.hpp"

namespace vt {

/// ",dose [mg],rule": names of the study's factors, with the units of those that are numbers.
std::string csv_factors(const Study&);
/// ",100,no TDM": where they stand at a point. A level that is no number goes by its label.
std::string csv_levels(const Study&, const StudyPoint&);

}  // namespace vt
