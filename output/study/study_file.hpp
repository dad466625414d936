#pragma once
#include <string>

#include "output/study/study.hpp"

namespace vt {

/// Datasets that each endpoint has: no factor can have their names.
inline constexpr std::string_view kEndpointDatasets[] = {"value", "standard_error", "low", "high", "n", "point"};

/// Writes a study's file, as write_results does a trial's. What is in it: output/README.md. \throws IoError
void write_study(const std::string& path, const Study& study);

}  // namespace vt
