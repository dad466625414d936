#pragma once
#include <string>
#include <vector>

#include "host/campaign/workers/devices.hpp"
#include "host/campaign/workers/isa.hpp"
#include "host/campaign/workers/machine.hpp"
#include "host/campaign/workers/seat.hpp"

namespace vt {

/// Threads at each GPU: one's kernel runs while the other adds up what its own has found, or tests replicates.
inline constexpr int kSeatsAtGpu = 2;

/// What simulates units.
struct Engine {
  ChosenBackend backend;
  const CpuBuild* cpu = nullptr;  ///< also where GPUs do the work, for what is looked at once more
  std::vector<Seat> seats;        ///< those at GPUs first
  bool has_gpu() const { return !seats.empty() && seats[0].is_gpu(); }
};

struct EngineWish {
  Backend backend = Backend::automatic;
  int threads = 0;  ///< on the CPU; 0: as many as usable_cores() says
  WantedDevices devices{};
  LocalRanks ranks{};
};

/// `cuda`: GPUs alone. `automatic`: GPUs, and the CPU beside them, or it alone. \throws DeviceError
Engine make_engine(const EngineWish& wish);
Engine make_engine(Backend wanted, int threads = 0);

}  // namespace vt
