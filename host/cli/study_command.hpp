#pragma once
#include "host/cli/commands.hpp"
#include "host/cli/load.hpp"

namespace vt {

/// `run` of a study. \throws ScenarioError, IoError, DeviceError, Interrupted
ExitCode run_study_command(const RunCommand& command, LoadedStudy loaded);

/// The study in words, before those of its first point's trial.
std::string explain_study(const LoadedStudy& loaded);

}  // namespace vt
