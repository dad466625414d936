#pragma once
#include <string>
#include <vector>

#include "kernels/run.hpp"

namespace vt {

/// One build of the CPU kernels.
struct CpuBuild {
  std::string name;  ///< v4, v3, v2 (x86-64 levels) or generic
  RunUnit run = nullptr;
  bool runs_here = false;
};

/// The builds in this program, fastest first.
const std::vector<CpuBuild>& cpu_builds();

/// The fastest build that this processor runs, or the one named by the environment variable VTRIAL_ISA.
/// \throws DeviceError if that one does not exist or cannot run here
const CpuBuild& choose_cpu_build();

}  // namespace vt
