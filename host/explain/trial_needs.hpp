#pragma once
#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <string>

#include "host/explain/cost.hpp"
#include "host/explain/on_gpus.hpp"

namespace vt {

/// What a trial will take here, about; at most, where it may end early. Bytes are those of a run on CPU cores.
struct TrialNeeds {
  Cost cost;
  std::uint64_t threads = 1;
  double seconds = 0;  ///< on so many threads, with start and file
  std::uint64_t memory_bytes = 0;
  std::uint64_t file_bytes = 0;
  GpuWork gpu_work;  ///< the same on GPUs
};

/// Simulates some patients; takes about 0.3 s. \param threads  that are wanted; 0: one for each core \throws
/// DeviceError
TrialNeeds needs_of(const BuiltPlan& built, int threads);

/// "about 3.4 s with 2 threads, 30 MB of memory, 0.5 MB of results"
std::string in_words(const TrialNeeds& needs);
nlohmann::ordered_json json_of(const TrialNeeds& needs);

}  // namespace vt
