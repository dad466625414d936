#pragma once
#include <functional>
#include <span>

#include "host/campaign/failures.hpp"
#include "host/campaign/workers/devices.hpp"
#include "host/campaign/workers/isa.hpp"
#include "kernels/run.hpp"

namespace vt {

/// What this process would run on, with the first device that can be used.
ChosenBackend choose_backend(Backend wanted);

/// What simulates units. May be used by several threads.
struct Engine {
  ChosenBackend backend;
  const CpuBuild* cpu = nullptr;  ///< null: a GPU
  Runner run;
  /// Units of many trials at the same time; empty where one after another is as good.
  std::function<void(std::span<const PlanUnit>)> together;
};

/// \throws DeviceError
Engine make_engine(Backend wanted);

}  // namespace vt
