#pragma once
#include <optional>
#include <string>

#include "output/study/study.hpp"

namespace vt {

/// Datasets that each endpoint has: no factor can have their names.
inline constexpr std::string_view kEndpointDatasets[] = {"value", "standard_error", "low", "high", "n", "point"};

/// Writes a study's file, as write_results does a trial's. What is in it: output/README.md. \throws IoError
void write_study(const std::string& path, const Study& study);

/// Which scenario a study's file is of, and the command that made it; nothing if it is that of a trial. \throws IoError
struct StudyOrigin {
  std::string scenario_path, command_line;
};
std::optional<StudyOrigin> study_origin(const std::string& path);

/// What `info` says of a study's file; nothing if it is that of a trial. \throws IoError
std::optional<std::string> study_info(const std::string& path);

}  // namespace vt
