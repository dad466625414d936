#pragma once
#include <string>
#include <vector>

namespace vt::stub {

/// A device that is not there.
struct StubDevice {
  std::string name = "Stub";
  int major = 9, minor = 0;
  std::size_t memory = std::size_t{1} << 28;  ///< bytes
  bool is_busy = false;                       ///< no context can be made
  int launches_left = -1;                     ///< the kernel fails after so many; -1: never
  std::size_t used = 0;                       ///< bytes; what was allocated and not freed
  int launches = 0, streams = 0, resets = 0;
};

/// What there is; before the first call of the CUDA back end.
std::vector<StubDevice>& devices();

/// Uses of a stream, an event or memory on a thread whose device is another: CUDA refuses or misplaces them.
int misuses();

}  // namespace vt::stub
