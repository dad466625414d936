#include "host/campaign/workers/engine.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <string>

namespace vt {

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
