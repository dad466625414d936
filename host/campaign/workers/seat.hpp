#pragma once
#include <functional>
#include <span>
#include <string>

#include "host/campaign/failures.hpp"
#include "kernels/run.hpp"

namespace vt {

/// Units of many trials at the same time.
using RunTogether = std::function<void(std::span<const PlanUnit>)>;

/// Where a thread does its work: a core, or a GPU.
struct Seat {
  std::string name;  ///< "GPU 0 (NVIDIA H200)"; of a core ""
  Runner run{};
  RunTogether together{};  ///< empty where one after another is as good
  int threads = 1;         ///< of the seat's own, for a trial that is done there
  bool is_gpu() const { return !name.empty(); }
};

/// A seat at a GPU, and copies of it. Of the first unit that it is given, up to 4,096 patients are simulated on the
/// CPU, too: a device, or a compiler, that computes something else is found before any of its numbers counts
/// (DeviceError, now and later). Where its memory does not suffice it is given less at a time.
/// \param run  throws DeviceMemoryError, after which it can be used, and DeviceError
Seat gpu_seat(const std::string& name, RunTogether run, RunUnit cpu);

}  // namespace vt
