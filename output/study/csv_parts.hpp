#pragma once
/// \file Cells of comma-separated values. Texts are quoted where they need it; numbers that are not there are empty.

#include <string>

#include "output/study/study.hpp"

namespace vt {

std::string csv_text(const std::string& text);
std::string csv_number(double x);

/// ",dose [mg],rule": names of the study's factors, with the units of those that are numbers.
std::string csv_factors(const Study&);
/// ",100,no TDM": where they stand at a point. A level that is no number goes by its label.
std::string csv_levels(const Study&, const StudyPoint&);

}  // namespace vt
