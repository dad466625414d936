/// \file The GPU back end: one patient per thread, the same source as on the CPU with one lane.

#include <thrust/device_vector.h>
#include <thrust/host_vector.h>
#include <thrust/sort.h>

#include <stdexcept>
#include <string>

#include "kernels/run.hpp"
#include "kernels/simulate.hpp"
#include "kernels/tally/layout.hpp"

namespace vt {

namespace {

constexpr int kThreadsPerBlock = 128;

template <Absorption absorption>
__global__ void __launch_bounds__(kThreadsPerBlock)
    simulate_patients(const std::uint64_t* plan_words, std::uint64_t first, std::uint64_t count, std::uint64_t* words,
                      Record* records) {
  const Plan& plan = *reinterpret_cast<const Plan*>(plan_words);
  const std::uint64_t i = static_cast<std::uint64_t>(blockIdx.x) * blockDim.x + threadIdx.x;
  if (i >= count) return;
  simulate<absorption, 1>(plan, first + i, 1, TallyWords{words}, records ? records + i : nullptr);
}

void check(cudaError_t status, const char* what) {
  if (status != cudaSuccess) throw std::runtime_error(std::string(what) + ": " + cudaGetErrorString(status));
}

struct ById {
  __host__ __device__ bool operator()(const Record& a, const Record& b) const { return a.patient < b.patient; }
};

}  // namespace

CudaStatus cuda_status() {
  int devices = 0;
  const cudaError_t status = cudaGetDeviceCount(&devices);
  if (status != cudaSuccess) return {false, "", cudaGetErrorString(status)};
  if (devices == 0) return {false, "", "no CUDA device is visible"};
  cudaDeviceProp properties{};
  if (const cudaError_t got = cudaGetDeviceProperties(&properties, 0); got != cudaSuccess)
    return {false, "", cudaGetErrorString(got)};
  return {true, properties.name, ""};
}

void run_cuda(const Plan& plan, WorkUnit unit, std::uint64_t* words, Record* records) {
  const auto* plan_words = reinterpret_cast<const std::uint64_t*>(&plan);
  const thrust::device_vector<std::uint64_t> device_plan(plan_words, plan_words + plan.bytes / 8);
  thrust::device_vector<std::uint64_t> device_words(all_words(plan));
  thrust::device_vector<Record> rows(records ? unit.count : 0);
  Record* device_rows = records ? thrust::raw_pointer_cast(rows.data()) : nullptr;
  const auto blocks = static_cast<unsigned>((unit.count + kThreadsPerBlock - 1) / kThreadsPerBlock);
  const std::uint64_t* device_plan_words = thrust::raw_pointer_cast(device_plan.data());
  std::uint64_t* sums = thrust::raw_pointer_cast(device_words.data());
  if (plan.pharmacokinetics.absorption == Absorption::zero_order)
    simulate_patients<Absorption::zero_order>
        <<<blocks, kThreadsPerBlock>>>(device_plan_words, unit.first, unit.count, sums, device_rows);
  else
    simulate_patients<Absorption::first_order>
        <<<blocks, kThreadsPerBlock>>>(device_plan_words, unit.first, unit.count, sums, device_rows);
  check(cudaGetLastError(), "the kernel could not be launched");
  check(cudaDeviceSynchronize(), "the kernel failed");

  const thrust::host_vector<std::uint64_t> found = device_words;
  for (std::size_t i = 0; i < found.size(); ++i) words[i] += found[i];
  if (records) {
    thrust::sort(rows.begin(), rows.end(), ById{});
    thrust::copy(rows.begin(), rows.end(), records);
  }
}

}  // namespace vt
