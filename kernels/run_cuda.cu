/// \file The GPU back end: one patient per thread, the same source as on the CPU with one lane.

#include <thrust/device_vector.h>
#include <thrust/host_vector.h>
#include <thrust/system_error.h>

#include <string>
#include <type_traits>

#include "kernels/run.hpp"
#include "kernels/simulate.hpp"
#include "kernels/tally/layout.hpp"

namespace vt {

namespace {

constexpr int kThreadsPerBlock = 128;

/// Blocks on a processor at the same time: they leave 128 registers to a thread, and 255 to the general model's, which
/// would spill with fewer (tests/bench/README.md).
constexpr int blocks_per_processor(Absorption absorption) { return absorption == Absorption::general ? 2 : 4; }

template <Absorption absorption>
__global__ void __launch_bounds__(kThreadsPerBlock, blocks_per_processor(absorption))
    simulate_patients(const std::uint64_t* plan_words, std::uint64_t first, std::uint64_t count, std::uint64_t* words,
                      Record* records) {
  const Plan& plan = *reinterpret_cast<const Plan*>(plan_words);
  const std::uint64_t i = static_cast<std::uint64_t>(blockIdx.x) * blockDim.x + threadIdx.x;
  if (i >= count) return;
  simulate<absorption, 1>(plan, first + i, 1, TallyWords{words}, records ? records + i : nullptr);
}

void check(cudaError_t status, const char* what) {
  if (status == cudaSuccess) return;
  cudaGetLastError();  // forgets what can be forgotten, such as want of memory
  throw DeviceError(std::string(what) + ": " + cudaGetErrorString(status));
}

/// Frees without complaint: after a kernel has failed every call reports that failure again, and thrust's own allocator
/// would throw it out of a destructor, which ends the program.
template <class T>
struct DeviceAllocator : thrust::device_allocator<T> {
  using Base = thrust::device_allocator<T>;
  using typename Base::pointer;
  using typename Base::size_type;
  template <class U>
  struct rebind {
    using other = DeviceAllocator<U>;
  };
  pointer allocate(size_type n) {
    void* memory = nullptr;
    check(cudaMalloc(&memory, n * sizeof(T)), "the device's memory does not suffice");
    return pointer(static_cast<T*>(memory));
  }
  void deallocate(pointer p, size_type) noexcept { cudaFree(thrust::raw_pointer_cast(p)); }
};
template <class T>
using OnDevice = thrust::device_vector<T, DeviceAllocator<T>>;

void run(const Plan& plan, WorkUnit unit, std::uint64_t* words, Record* records) {
  const auto* plan_words = reinterpret_cast<const std::uint64_t*>(&plan);
  const OnDevice<std::uint64_t> device_plan(plan_words, plan_words + plan.bytes / 8);
  OnDevice<std::uint64_t> device_words(all_words(plan));
  OnDevice<Record> rows(records ? unit.count : 0);
  Record* device_rows = records ? thrust::raw_pointer_cast(rows.data()) : nullptr;
  const auto blocks = static_cast<unsigned>((unit.count + kThreadsPerBlock - 1) / kThreadsPerBlock);
  const std::uint64_t* device_plan_words = thrust::raw_pointer_cast(device_plan.data());
  std::uint64_t* sums = thrust::raw_pointer_cast(device_words.data());
  const auto launch = [&](auto* kernel) {
    kernel<<<blocks, kThreadsPerBlock>>>(device_plan_words, unit.first, unit.count, sums, device_rows);
  };
  switch (plan.pharmacokinetics.absorption) {
    case Absorption::zero_order:
      launch(simulate_patients<Absorption::zero_order>);
      break;
    case Absorption::first_order:
      launch(simulate_patients<Absorption::first_order>);
      break;
    case Absorption::general:
      launch(simulate_patients<Absorption::general>);
      break;
  }
  check(cudaGetLastError(), "the kernel could not be launched");
  check(cudaDeviceSynchronize(), "the kernel failed");

  const thrust::host_vector<std::uint64_t> found = device_words;
  for (std::size_t i = 0; i < found.size(); ++i) words[i] += found[i];
  if (records) {
    thrust::copy(rows.begin(), rows.end(), records);
  }
}

}  // namespace

CudaStatus cuda_status() {
  int devices = 0;
  const cudaError_t status = cudaGetDeviceCount(&devices);
  if (status == cudaErrorInsufficientDriver || status == cudaErrorNoDevice)
    return {false, "", "no NVIDIA GPU with a driver was found"};
  if (status != cudaSuccess) return {false, "", cudaGetErrorString(status)};
  if (devices == 0) return {false, "", "no CUDA device is visible"};
  cudaDeviceProp properties{};
  if (const cudaError_t got = cudaGetDeviceProperties(&properties, 0); got != cudaSuccess)
    return {false, "", cudaGetErrorString(got)};
  // Makes the context and loads the code: a device that is busy, too old for this build, or behind its driver shows
  // here.
  cudaFuncAttributes attributes{};
  if (const cudaError_t got = cudaFuncGetAttributes(&attributes, simulate_patients<Absorption::zero_order>);
      got != cudaSuccess) {
    cudaGetLastError();
    return {false, "", std::string(properties.name) + ": " + cudaGetErrorString(got)};
  }
  return {true, properties.name, ""};
}

void run_cuda(const Plan& plan, WorkUnit unit, std::uint64_t* words, Record* records) try {
  run(plan, unit, words, records);
} catch (const thrust::system_error& error) {
  throw DeviceError(std::string("the GPU failed: ") + error.what());
}

}  // namespace vt
