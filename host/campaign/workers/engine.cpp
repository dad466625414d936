#include "host/campaign/workers/engine.hpp"

#include <memory>

namespace vt {

ChosenBackend choose_backend(Backend wanted) {
  if (wanted == Backend::cpu) return {};
  ChosenBackend chosen = choose_backend(wanted, cuda_status());
  if (chosen.devices.size() > 1) chosen.devices.resize(1);
  chosen.device = names_of(chosen.devices);
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
  const auto gpu = std::make_shared<Gpu>(engine.backend.devices.front().index);
  engine.together = [gpu](std::span<const PlanUnit> units) { gpu->run(units); };
  engine.run = [together = engine.together](const Plan& plan, WorkUnit unit, std::uint64_t* words, Record* records) {
    const PlanUnit one{&plan, unit, words, records};
    together({&one, 1});
  };
  return engine;
}

}  // namespace vt
