#include "host/campaign/workers/engine.hpp"

#include <fmt/format.h>

#include <memory>

namespace vt {

ChosenBackend choose_backend(Backend wanted) {
  ChosenBackend chosen;
  if (wanted == Backend::cpu) return chosen;
  const CudaStatus cuda = cuda_status();
  chosen.cuda = cuda.usable;
  chosen.device = cuda.device;
  chosen.why_not_cuda = cuda.reason;
  if (wanted == Backend::cuda && !cuda.usable)
    throw DeviceError(
        fmt::format("no GPU can be used ({}); use --backend cpu, which gives the same numbers", cuda.reason));
  return chosen;
}

Engine make_engine(Backend wanted) {
  Engine engine;
  engine.backend = choose_backend(wanted);
  if (!engine.backend.cuda) {
    engine.cpu = &choose_cpu_build();
    engine.run = engine.cpu->run;
    return engine;
  }
  engine.together = [gpu = std::make_shared<Gpu>()](std::span<const PlanUnit> units) { gpu->run(units); };
  engine.run = [together = engine.together](const Plan& plan, WorkUnit unit, std::uint64_t* words, Record* records) {
    const PlanUnit one{&plan, unit, words, records};
    together({&one, 1});
  };
  return engine;
}

}  // namespace vt
