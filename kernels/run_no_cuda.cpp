#include "kernels/run.hpp"

namespace vt {

CudaStatus cuda_status() {
  return {false, "", "this build has no CUDA back end (nvcc was not found when it was built)"};
}

void run_cuda(const Plan&, WorkUnit, std::uint64_t*, Record*) { throw DeviceError(cuda_status().reason); }

}  // namespace vt
