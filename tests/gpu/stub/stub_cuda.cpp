/// \file A CUDA runtime without a GPU: devices keep their memory on the host, and the kernel is the CPU's. It is linked
/// in the place of NVIDIA's and has what run_cuda.cu and Thrust call of CUDA 13.

#include "tests/gpu/stub/stub_cuda.hpp"

#include <cuda_runtime_api.h>

#include <atomic>
#include <cstdlib>
#include <cstring>
#include <map>
#include <mutex>
#include <set>

#include "host/campaign/workers/isa.hpp"
#include "kernels/run.hpp"

namespace vt::stub {
namespace {

std::mutex mutex;
std::map<const void*, std::pair<int, std::size_t>> owners;  ///< of memory, streams and events: device, bytes
std::set<int> failing, broken;  ///< devices whose kernel has failed; those where somebody has waited for it
std::atomic<int> misused = 0;
thread_local int current = 0;
thread_local cudaError_t last = cudaSuccess;

/// Kernels that are ours, not Thrust's. They are registered before this file's variables are made.
std::set<const void*>& simulating() {
  static std::set<const void*> all;
  return all;
}

cudaError_t said(cudaError_t error) {
  if (error != cudaSuccess) last = error;
  return error;
}

cudaError_t alive() { return said(broken.contains(current) ? cudaErrorLaunchFailure : cudaSuccess); }

void own(const void* what, std::size_t bytes = 0) {
  owners[what] = {current, bytes};
  devices()[current].used += bytes;
}

void disown(const void* what) {
  if (what == nullptr) return;
  const auto found = owners.find(what);
  if (found == owners.end()) {
    ++misused;
    return;
  }
  devices()[found->second.first].used -= found->second.second;
  owners.erase(found);
}

void check_owner(const void* what) {
  if (what == nullptr || what == cudaStreamLegacy || what == cudaStreamPerThread) return;
  const auto found = owners.find(what);
  if (found == owners.end() || found->second.first != current) ++misused;
}

/// Inside of an allocation, too.
void check_memory(const void* where) {
  auto found = owners.upper_bound(where);
  if (found == owners.begin() || (--found)->second.first != current) ++misused;
}

template <class Handle>
cudaError_t make(Handle* handle) {
  const std::lock_guard lock(mutex);
  if (alive() != cudaSuccess) return last;
  *handle = static_cast<Handle>(std::malloc(1));
  own(*handle);
  return cudaSuccess;
}

cudaError_t unmake(void* handle) {
  const std::lock_guard lock(mutex);
  check_owner(handle);
  disown(handle);
  std::free(handle);
  return alive();
}

cudaError_t use(const void* stream, const void* event = nullptr) {
  const std::lock_guard lock(mutex);
  check_owner(stream);
  check_owner(event);
  return alive();
}

thread_local cudaStream_t stream_of_launch;

}  // namespace

std::vector<StubDevice>& devices() {
  static std::vector<StubDevice> all;
  return all;
}

int misuses() { return misused; }

}  // namespace vt::stub

using namespace vt::stub;  // NOLINT: what follows is in no namespace

extern "C" {

cudaError_t cudaGetDeviceCount(int* count) {
  *count = static_cast<int>(devices().size());
  return said(*count == 0 ? cudaErrorNoDevice : cudaSuccess);
}

cudaError_t cudaGetDeviceProperties(cudaDeviceProp* properties, int device) {
  const StubDevice& one = devices().at(device);
  std::strncpy(properties->name, one.name.c_str(), sizeof properties->name - 1);
  properties->uuid.bytes[15] = static_cast<char>(device);
  properties->major = one.major;
  properties->minor = one.minor;
  properties->totalGlobalMem = one.memory;
  return cudaSuccess;
}

cudaError_t cudaSetDevice(int device) {
  current = device;
  return said(devices().at(device).is_busy ? cudaErrorDevicesUnavailable : cudaSuccess);
}

cudaError_t cudaGetDevice(int* device) {
  *device = current;
  return cudaSuccess;
}

cudaError_t cudaDeviceReset() {
  const std::lock_guard lock(mutex);
  ++devices()[current].resets;
  for (const auto& [what, owner] : owners) misused += owner.first == current;  // what is in use is lost
  return cudaSuccess;
}

cudaError_t cudaMemGetInfo(std::size_t* free, std::size_t* all) {
  *all = devices()[current].memory;
  *free = *all - devices()[current].used;
  return cudaSuccess;
}

cudaError_t cudaFuncGetAttributes(cudaFuncAttributes*, const void*) { return cudaSuccess; }
cudaError_t cudaDriverGetVersion(int* version) { return *version = CUDART_VERSION, cudaSuccess; }
cudaError_t cudaRuntimeGetVersion(int* version) { return *version = CUDART_VERSION, cudaSuccess; }
const char* cudaGetErrorName(cudaError_t error) {
  return error == cudaErrorNoDevice             ? "cudaErrorNoDevice"
         : error == cudaErrorDevicesUnavailable ? "cudaErrorDevicesUnavailable"
                                                : "cudaErrorUnknown";
}
const char* cudaGetErrorString(cudaError_t error) {
  return error == cudaErrorMemoryAllocation ? "out of memory" : "unspecified launch failure";
}
cudaError_t cudaPeekAtLastError() { return last; }
cudaError_t cudaGetLastError() {
  const cudaError_t error = last;
  last = broken.contains(current) ? cudaErrorLaunchFailure : cudaSuccess;
  return error;
}

cudaError_t cudaMalloc(void** memory, std::size_t bytes) {
  const std::lock_guard lock(mutex);
  if (alive() != cudaSuccess) return last;
  if (devices()[current].used + bytes > devices()[current].memory) return said(cudaErrorMemoryAllocation);
  *memory = std::malloc(bytes);
  std::memset(*memory, 0xa5, bytes);
  own(*memory, bytes);
  return cudaSuccess;
}
cudaError_t cudaFree(void* memory) { return memory == nullptr ? cudaSuccess : unmake(memory); }
cudaError_t cudaHostAlloc(void** memory, std::size_t bytes, unsigned) {
  const std::lock_guard lock(mutex);
  *memory = std::malloc(bytes);
  return alive();
}
cudaError_t cudaFreeHost(void* memory) {
  std::free(memory);
  return cudaSuccess;
}

cudaError_t cudaStreamCreateWithFlags(cudaStream_t* stream, unsigned) { return make(stream); }
cudaError_t cudaStreamDestroy(cudaStream_t stream) { return unmake(stream); }
cudaError_t cudaStreamSynchronize(cudaStream_t stream) {
  {
    const std::lock_guard lock(mutex);
    if (failing.contains(current)) broken.insert(current);
  }
  return use(stream);
}
cudaError_t cudaStreamWaitEvent(cudaStream_t stream, cudaEvent_t event, unsigned) { return use(stream, event); }
cudaError_t cudaEventCreateWithFlags(cudaEvent_t* event, unsigned) { return make(event); }
cudaError_t cudaEventDestroy(cudaEvent_t event) { return unmake(event); }
cudaError_t cudaEventRecord(cudaEvent_t event, cudaStream_t stream) { return use(stream, event); }

cudaError_t cudaMemcpyAsync(void* to, const void* from, std::size_t bytes, cudaMemcpyKind kind, cudaStream_t stream) {
  if (use(stream) != cudaSuccess) return last;
  {
    const std::lock_guard lock(mutex);
    check_memory(kind == cudaMemcpyDeviceToHost ? from : to);
  }
  std::memcpy(to, from, bytes);
  return cudaSuccess;
}
cudaError_t cudaMemsetAsync(void* memory, int value, std::size_t bytes, cudaStream_t stream) {
  if (use(stream) != cudaSuccess) return last;
  std::memset(memory, value, bytes);
  return cudaSuccess;
}

void** __cudaRegisterFatBinary(void*) {
  static void* binary = nullptr;
  return &binary;
}
void __cudaRegisterFatBinaryEnd(void**) {}
void __cudaUnregisterFatBinary(void**) {}
void __cudaRegisterVar(void**, char*, char*, const char*, int, std::size_t, int, int) {}
void __cudaRegisterFunction(void**, const char* function, char*, const char* name, int, uint3*, uint3*, dim3*, dim3*,
                            int*) {
  if (std::strstr(name, "simulate_patients") != nullptr) simulating().insert(function);
}
unsigned __cudaPushCallConfiguration(dim3, dim3, std::size_t, cudaStream_t stream) {
  stream_of_launch = stream;
  return 0;
}
cudaError_t __cudaPopCallConfiguration(dim3* grid_of, dim3* block_of, std::size_t* shared, void* stream) {
  *grid_of = *block_of = dim3(1);
  *shared = 0;
  *static_cast<cudaStream_t*>(stream) = stream_of_launch;
  return cudaSuccess;
}
cudaError_t __cudaGetKernel(cudaKernel_t* kernel, const void* function) {
  *kernel = static_cast<cudaKernel_t>(const_cast<void*>(function));
  return cudaSuccess;
}

/// Arguments as simulate_patients has them: the Plan, a unit, busy words, words, records.
cudaError_t __cudaLaunchKernel(cudaKernel_t kernel, dim3, dim3, void** arguments, std::size_t, cudaStream_t stream) {
  if (use(stream) != cudaSuccess) return last;
  if (!simulating().contains(kernel)) return cudaSuccess;  // Thrust fills what is overwritten
  const auto& plan = **static_cast<const vt::Plan**>(arguments[0]);
  std::uint64_t* words = *static_cast<std::uint64_t**>(arguments[3]);
  vt::Record* records = *static_cast<vt::Record**>(arguments[4]);
  {
    const std::lock_guard lock(mutex);
    check_memory(&plan);
    check_memory(words);
    if (records != nullptr) check_memory(records);
    StubDevice& device = devices()[current];
    ++device.launches;
    if (device.launches_left == 0) return failing.insert(current), cudaSuccess;
    if (device.launches_left > 0) --device.launches_left;
  }
  vt::choose_cpu_build().run(plan, *static_cast<vt::WorkUnit*>(arguments[1]), words, records);
  return cudaSuccess;
}

}  // extern "C"
