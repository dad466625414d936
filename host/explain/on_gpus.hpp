#pragma once
/// \file How long a run would take on GPUs of machines that one does not have. In closed form: host/campaign/workers
/// and ranks share the work out so that all end at about the same time (tests/bench/schedule.py plays it, event by
/// event).

#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <span>
#include <string>

#include "host/explain/cost.hpp"

namespace vt {

inline constexpr std::uint64_t kProgramBytes = 24'000'000;  ///< of memory, before any work (measured)

/// A number of the model, and where it is from.
struct ScaleConstant {
  enum class Basis : std::uint8_t { measured, estimate, program };  ///< program: it is written there
  const char* name;
  double value;
  const char* unit;
  Basis basis;
  const char* what;
};
std::span<const ScaleConstant> scale_constants();

/// What of a run GPUs take over, and what they do not.
struct GpuWork {
  double lives_core_s = 0;         ///< patients' lives, on a core here
  double patients = 1;             ///< who live them
  double host_core_s = 0;          ///< by the two threads at each GPU, in between
  std::uint64_t takes = 1;         ///< into which the work can be cut at most
  std::uint64_t launches = 1;      ///< of a take, one after another
  double begin_s = 0;              ///< of the process that leads alone, before anybody works
  double end_s = 0;                ///< and after all have handed over
  std::uint64_t thread_bytes = 0;  ///< of memory, of each of these threads
  std::uint64_t held_bytes = 0;    ///< and of the process that leads, until the end
  double delivered_bytes = 0;      ///< by each thread at the end
};

struct OnGpus {
  std::uint64_t gpus = 1;
  std::uint64_t used = 1;  ///< the others have nothing to do
  double seconds = 0;
  double fixed_seconds = 0;        ///< of these, what more GPUs do not shorten
  std::uint64_t memory_bytes = 0;  ///< of the process that leads, which has the most
};

OnGpus on_gpus(const GpuWork& work, std::uint64_t gpus);

/// Of one trial.
GpuWork gpu_work(const BuiltPlan& built, const Cost& cost);

/// "about 3.2 s on 64 GPUs, 1.1 s of it on any number …"
std::string in_words(const OnGpus& needs);
nlohmann::ordered_json json_of(const OnGpus& needs);

/// "1.2 GB"
std::string size_words(std::uint64_t bytes);

/// Value of a constant.
double scale_constant(const char* name);

}  // namespace vt
