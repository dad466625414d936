#include "kernels/why_no_gpu.hpp"

#include <algorithm>

namespace vt {

namespace {

constexpr int kOldestToolkit = 12;  ///< that compiles this (.cmake/cuda.cmake)

/// The oldest branch of the driver that runs programs of a Toolkit: NVIDIA, CUDA Compatibility, "Minor Version
/// Compatibility", table 1.
struct OldestDriver {
  int toolkit, branch;
};
constexpr OldestDriver kOldestDrivers[] = {
    {12, 525},
    {13, 580},
};

int major_of(int version) { return version / 1000; }

/// "12.2"
std::string cuda(int version) { return std::to_string(major_of(version)) + "." + std::to_string(version % 1000 / 10); }

/// "driver 580 or newer"
std::string driver_for(int runtime) {
  for (const OldestDriver& row : kOldestDrivers)
    if (row.toolkit == major_of(runtime)) return "driver " + std::to_string(row.branch) + " or newer";
  return "a driver for CUDA " + cuda(runtime) + " or newer";
}

std::string driver_too_old(const CudaSaid& said) {
  std::string text = "the NVIDIA driver is too old for this build: it supports CUDA " + cuda(said.driver) +
                     ", the program was built with CUDA " + cuda(said.runtime) + "; install " +
                     driver_for(said.runtime);
  if (major_of(said.driver) >= kOldestToolkit) text += ", or build with an older Toolkit";
  return text;
}

/// "9.0" of 900
std::string capability(int architecture) {
  return std::to_string(architecture / 100) + "." + std::to_string(architecture % 100 / 10);
}

std::string capability(const CudaDevice& device) {
  return "compute capability " + std::to_string(device.major) + "." + std::to_string(device.minor);
}

/// "build with CUDAARCHS=37"
std::string build_for(const CudaDevice& device) {
  return "build with CUDAARCHS=" + std::to_string(device.major) + std::to_string(device.minor);
}

/// What needs neither versions nor architectures.
struct Plain {
  const char *error, *reason;
};
constexpr Plain kPlain[] = {
    {"cudaErrorStubLibrary",
     "the libcuda.so that was found is the Toolkit's stub, not a driver; take its folder 'stubs' out of "
     "LD_LIBRARY_PATH"},
    {"cudaErrorSystemDriverMismatch",
     "the NVIDIA driver's kernel module and its library libcuda.so have different versions; restart the machine, or in "
     "a "
     "container take the library of the machine"},
    {"cudaErrorSystemNotReady",
     "the NVIDIA driver is not ready (cudaErrorSystemNotReady); on machines with NVSwitch start nvidia-fabricmanager"},
    {"cudaErrorDevicesUnavailable",
     "it is busy, or may not be used: somebody has it alone (exclusive mode), or its mode is 'prohibited'; nvidia-smi "
     "says which"},
    {"cudaErrorMemoryAllocation", "its memory is taken by other programs; nvidia-smi says which"},
};

std::string plain_reason(const CudaSaid& said) {
  for (const Plain& row : kPlain)
    if (said.error == row.error) return row.reason;
  return said.text + " (" + said.error + ")";
}

}  // namespace

std::string why_no_gpu(const CudaSaid& said, const char* visible) {
  if (said.driver == 0 && said.error == "cudaErrorInsufficientDriver")
    return "no NVIDIA driver was found (libcuda.so.1)";
  if (said.error == "cudaErrorInsufficientDriver" || said.error == "cudaErrorCallRequiresNewerDriver")
    return driver_too_old(said);
  if (said.error == "cudaErrorCompatNotSupportedOnDevice")
    return "the libcuda.so that was found is of a CUDA compatibility package, which does not support this GPU; take it "
           "out of LD_LIBRARY_PATH and install " +
           driver_for(said.runtime);
  if (said.error != "cudaErrorNoDevice") return plain_reason(said);
  if (visible == nullptr) return "the NVIDIA driver sees no GPU";
  return "the NVIDIA driver shows no GPU (CUDA_VISIBLE_DEVICES is '" + std::string(visible) + "')";
}

std::string why_not_usable(const CudaSaid& said, const CudaDevice& device, std::span<const int> architectures) {
  if (said.error == "cudaErrorNoKernelImageForDevice" || said.error == "cudaErrorInvalidDeviceFunction")
    return why_no_code(device, architectures);
  if (said.error == "cudaErrorUnsupportedPtxVersion")
    return capability(device) + ": the driver, for CUDA " + cuda(said.driver) + ", does not compile code of CUDA " +
           cuda(said.runtime) + " for it; install a driver for CUDA " + cuda(said.runtime) + " or newer, or " +
           build_for(device);
  return why_no_gpu(said, nullptr);
}

bool is_too_old(const CudaDevice& device, std::span<const int> architectures) {
  return std::ranges::none_of(architectures, [&](int one) { return one <= 100 * device.major + 10 * device.minor; });
}

std::string why_no_code(const CudaDevice& device, std::span<const int> architectures) {
  std::string list;
  for (const int architecture : architectures) list += (list.empty() ? "" : ", ") + capability(architecture);
  return capability(device) + ", this build has " + list + "; " + build_for(device) +
         ", with a Toolkit that compiles for it";
}

}  // namespace vt
