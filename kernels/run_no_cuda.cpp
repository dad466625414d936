#include "kernels/run.hpp"

namespace vt {

CudaStatus cuda_status() {
  return {.reason = "this build has no CUDA back end (nvcc was not found when it was built)"};
}

CudaStatus cuda_status_untried() { return cuda_status(); }

class Gpu::Lanes {};
Gpu::Gpu(int) { throw DeviceError(cuda_status().reason); }
Gpu::~Gpu() = default;
void Gpu::run(std::span<const PlanUnit>) { throw DeviceError(cuda_status().reason); }

}  // namespace vt
