#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "host/cli/load.hpp"
#include "host/qualification/qualification.hpp"

namespace vt {

/// A qualification with its trials, in the order of its runs.
struct LoadedQualification {
  Qualification qualification;
  std::vector<LoadedScenario> trials;
  std::vector<std::string> notes;  ///< of its rows; those of the trials stand with them
};

/// Whether a file that can be read has runs, which scenarios and studies do not.
bool is_qualification_file(const std::string& path);

/// Reads and compiles all that is to be simulated. `patients`: in each trial, whatever the file says.
/// \throws ScenarioError with every problem of the file or, where it has none, of its trials
LoadedQualification load_qualification(const std::string& path, std::optional<std::uint64_t> patients = {});

/// The same of several files: the problems of all files, or of all trials. \throws ScenarioError
std::vector<LoadedQualification> load_qualifications(const std::vector<std::string>& paths,
                                                     std::optional<std::uint64_t> patients);

}  // namespace vt
