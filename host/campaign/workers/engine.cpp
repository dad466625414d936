#include "host/campaign/workers/engine.hpp"

#include <fmt/format.h>
#include <sched.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <fstream>
#include <memory>
#include <string>
#include <thread>

namespace vt {

namespace {

/// Of the control groups (version 2) that this process is in; 0: none, or not known.
int cores_of_control_group() {
  std::ifstream groups("/proc/self/cgroup");
  std::string path;
  for (std::string line; std::getline(groups, line);)
    if (line.starts_with("0::")) path = line.substr(3);
  int fewest = 0;
  for (; !path.empty(); path = path.substr(0, path.rfind('/'))) {
    std::ifstream limit("/sys/fs/cgroup" + path + "/cpu.max");
    double quota = 0, period = 0;
    if (!(limit >> quota >> period) || period <= 0) continue;  // "max": no limit
    const int cores = std::max(1, static_cast<int>(std::ceil(quota / period)));
    fewest = fewest == 0 ? cores : std::min(fewest, cores);
  }
  return fewest;
}

}  // namespace

int usable_cores() {
  cpu_set_t set;
  CPU_ZERO(&set);
  const int allowed = sched_getaffinity(0, sizeof set, &set) == 0 ? CPU_COUNT(&set) : 0;
  const int cores = std::max(1, allowed > 0 ? allowed : static_cast<int>(std::thread::hardware_concurrency()));
  const char* slurm = std::getenv("SLURM_CPUS_PER_TASK");
  int fewest = cores;
  for (const int limit : {cores_of_control_group(), slurm != nullptr ? std::atoi(slurm) : 0})
    if (limit > 0) fewest = std::min(fewest, limit);
  return fewest;
}

Engine make_engine(const EngineWish& wish) {
  Engine engine;
  if (wish.backend != Backend::cpu)
    engine.backend = choose_backend(wish.backend, wish.ranks.size > 1 ? cuda_status_untried() : cuda_status(),
                                    wish.devices, wish.ranks);
  engine.cpu = &choose_cpu_build();
  for (const CudaDevice& device : engine.backend.devices) {
    const std::string name = fmt::format("GPU {} ({})", device.index, device.name);
    try {
      RunTogether run = [gpu = std::make_shared<Gpu>(device.index)](std::span<const PlanUnit> units) {
        gpu->run(units);
      };
      engine.seats.insert(engine.seats.end(), kSeatsAtGpu, gpu_seat(name, std::move(run), engine.cpu->run));
    } catch (const DeviceError& error) {  // the others, or the CPU, do its work
      engine.backend.notes.emplace_back(error.what());
      engine.backend.why_not_cuda = error.what();
    }
  }
  if (engine.backend.cuda && engine.seats.empty()) {
    if (wish.backend == Backend::cuda) throw DeviceError(engine.backend.why_not_cuda);
    engine.backend.cuda = false;
    engine.backend.device.clear();
    engine.backend.notes.clear();
  }
  if (wish.backend == Backend::cuda) return engine;
  const int gpus = static_cast<int>(engine.seats.size()) / kSeatsAtGpu;
  const int threads = wish.threads > 0 ? wish.threads : usable_cores() - gpus;  // which launch and add up
  for (int t = 0; t < std::max(threads, engine.seats.empty() ? 1 : 0); ++t)
    engine.seats.push_back({"", engine.cpu->run});
  return engine;
}

Engine make_engine(Backend wanted, int threads) { return make_engine({wanted, threads}); }

}  // namespace vt
