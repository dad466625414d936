#include "kernels/run.hpp"

namespace vt {

CudaStatus cuda_status() {
  return {false, "", "this build has no CUDA back end (nvcc was not found when it was built)"};
}

class CudaTrial::Device {};
CudaTrial::CudaTrial(const Plan&) { throw DeviceError(cuda_status().reason); }
CudaTrial::~CudaTrial() = default;
void CudaTrial::run(WorkUnit, std::uint64_t*, Record*) {}

void run_cuda(const Plan&, WorkUnit, std::uint64_t*, Record*) { throw DeviceError(cuda_status().reason); }

}  // namespace vt
