#pragma once
#include <string>

#include "host/cli/commands.hpp"

namespace vt {

struct SelfTestCommand {
  std::string directory;  ///< "" = output/selftest below the working directory
  bool json = false, quiet = false;
};

/// Checks the installation; writes selftest.html and selftest.json.
ExitCode run_self_test(const SelfTestCommand&);

}  // namespace vt
