#pragma once
#include <string>

#include "host/cli/commands.hpp"

namespace vt {

struct NewCommand {
  std::string file;   ///< to be written; "" = named after what it is
  std::string from;   ///< a scenario that comes with the program, to begin from; "" = none
  std::string study;  ///< a kind of study; "" = a trial
};

/// Writes a commented scenario that runs as it stands. \throws UsageError, IoError where a file is there already
ExitCode write_new_scenario(const NewCommand&);

}  // namespace vt
