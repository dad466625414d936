#pragma once
#include <optional>
#include <string>
#include <vector>

#include "output/study/study.hpp"

namespace vt {

namespace hdf5 {
class Image;
}

/// Datasets that stand beside those of factors, of endpoints and in /design: no factor can have their names.
inline constexpr std::string_view kEndpointDatasets[] = {"value", "standard_error", "low",   "high",
                                                         "n",     "reason",         "point", "generation"};

/// What follows a factor's name in that of the dataset with the numbers of its levels.
inline constexpr const char* kLevelValues = "_value";

/// Names of the datasets that a tally's group has in the file of a study: none of its dimensions can have them.
std::vector<std::string> kept_datasets(const ResultTally&);

/// Writes a study's file, as write_results does a trial's. What is in it: output/README.md. \throws IoError
void write_study(const std::string& path, const Study& study);

/// The bytes that write_study writes.
std::string study_file_bytes(const Study& study);

/// Reads it back and recomputes the content hash; nothing if it is that of a trial.
/// \throws IoError if the file cannot be read, is not ours, is of another schema, or is not as it was written
std::optional<Study> read_study_file(const std::string& path);

/// \param path for messages only
std::optional<Study> parse_study_file(const std::string& bytes, const std::string& path);

/// Of what is in a study's file that is open, whatever its attribute says. \throws hdf5::Failure
std::string recomputed_study_hash(const hdf5::Image& file);

/// Which scenario a study's file is of, and the command that made it; nothing if it is that of a trial. \throws IoError
struct StudyOrigin {
  std::string scenario_path, command_line;
};
std::optional<StudyOrigin> study_origin(const std::string& path);

}  // namespace vt
