#pragma once
#include "host/cli/commands.hpp"
#include "host/cli/load.hpp"
#include "host/cli/run_support.hpp"

namespace vt {

/// `run` of a study, or what this process has to do of it. \throws ScenarioError, IoError, DeviceError, Interrupted
ExitCode run_study_command(const RunCommand& command, LoadedStudy loaded, Workplace& place);

}  // namespace vt
