/// \file The GPU back end: one patient per thread, the same source as on the CPU with one lane.

#include <thrust/device_vector.h>
#include <thrust/system_error.h>

#include <mutex>
#include <string>
#include <vector>

#include "kernels/run.hpp"
#include "kernels/simulate.hpp"
#include "kernels/tally/layout.hpp"

namespace vt {

namespace {

constexpr int kThreadsPerBlock = 128;

/// Blocks on a processor at the same time: they leave 128 registers to a thread, and 255 to the general model's, which
/// would spill with fewer (tests/bench/README.md).
constexpr int blocks_per_processor(Variant variant) { return variant == Variant::general ? 2 : 4; }

/// One thread for each patient of a unit. Words that every day adds to are added up in each block first.
template <Variant variant>
__global__ void __launch_bounds__(kThreadsPerBlock, blocks_per_processor(variant))
    simulate_patients(const std::uint64_t* plan_words, WorkUnit unit, BusyWords busy, std::uint64_t* words,
                      Record* records) {
  const Plan& plan = *reinterpret_cast<const Plan*>(plan_words);
  if (busy.count > 0) {
    for (std::uint64_t k = threadIdx.x; k < busy.count; k += blockDim.x) block_words[k] = 0;
    __syncthreads();
  }
  const std::uint64_t i = static_cast<std::uint64_t>(blockIdx.x) * blockDim.x + threadIdx.x;
  if (i < unit.count * unit.replicates) {
    Lanes<Id, 1> who;
    who.put(0, patient_of(unit, i));
    simulate<variant>(plan, who, 1, TallyWords{words, busy}, records ? records + i : nullptr);
  }
  if (busy.count > 0) {
    __syncthreads();
    for (std::uint64_t k = threadIdx.x; k < busy.count; k += blockDim.x)
      if (block_words[k] != 0) TallyWords{words}.add(busy.first + k, block_words[k]);
  }
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

/// What one unit needs on the device while it runs.
class Lane {
 public:
  explicit Lane(const Plan& plan) : words_(all_words(plan)) {
    check(cudaStreamCreateWithFlags(&stream_, cudaStreamNonBlocking), "no stream of work could be made");
    check(cudaMallocHost(&found_, words_.size() * sizeof(std::uint64_t)), "the host's memory does not suffice");
  }
  ~Lane() {
    cudaFreeHost(found_);
    cudaStreamDestroy(stream_);
  }
  Lane(const Lane&) = delete;
  Lane& operator=(const Lane&) = delete;

  void run(const Plan& plan, const std::uint64_t* device_plan, WorkUnit unit, std::uint64_t* words, Record* records) {
    const std::uint64_t patients = unit.count * unit.replicates;
    if (records && rows_.size() < patients) rows_.resize(patients);
    Record* rows = records ? thrust::raw_pointer_cast(rows_.data()) : nullptr;
    std::uint64_t* sums = thrust::raw_pointer_cast(words_.data());
    const std::size_t bytes = words_.size() * sizeof(std::uint64_t);
    check(cudaMemsetAsync(sums, 0, bytes, stream_), "the device's memory could not be cleared");
    launch(plan, device_plan, unit, sums, rows);
    check(cudaMemcpyAsync(found_, sums, bytes, cudaMemcpyDeviceToHost, stream_), "the sums could not be fetched");
    if (records)
      check(cudaMemcpyAsync(records, rows, patients * sizeof(Record), cudaMemcpyDeviceToHost, stream_),
            "the rows could not be fetched");
    check(cudaStreamSynchronize(stream_), "the kernel failed");
    for (std::size_t i = 0; i < words_.size(); ++i) words[i] += found_[i];
  }

 private:
  void launch(const Plan& plan, const std::uint64_t* device_plan, WorkUnit unit, std::uint64_t* sums, Record* rows) {
    const auto blocks = static_cast<unsigned>((unit.count * unit.replicates + kThreadsPerBlock - 1) / kThreadsPerBlock);
    const BusyWords busy = busy_words(plan);
    const auto start = [&](auto* kernel) {
      kernel<<<blocks, kThreadsPerBlock, busy.count * sizeof(std::uint64_t), stream_>>>(device_plan, unit, busy, sums,
                                                                                        rows);
    };
    with_variant(plan.drug.pharmacokinetics, [&]<Variant variant>() { start(simulate_patients<variant>); });
    check(cudaGetLastError(), "the kernel could not be launched");
  }

  cudaStream_t stream_ = nullptr;
  OnDevice<std::uint64_t> words_;
  OnDevice<Record> rows_;
  std::uint64_t* found_ = nullptr;  ///< the words on the host, in memory that the device writes to
};

/// thrust's failures as ours.
template <class Work>
auto translated(Work work) try {
  return work();
} catch (const thrust::system_error& error) {
  throw DeviceError(std::string("the GPU failed: ") + error.what());
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
  if (const cudaError_t got = cudaFuncGetAttributes(&attributes, simulate_patients<Variant::zero_order>);
      got != cudaSuccess) {
    cudaGetLastError();
    return {false, "", std::string(properties.name) + ": " + cudaGetErrorString(got)};
  }
  return {true, properties.name, ""};
}

class CudaTrial::Device {
 public:
  explicit Device(const Plan& plan) : plan_(plan), words_(begin_of(plan), begin_of(plan) + plan.bytes / 8) {}

  void run(WorkUnit unit, std::uint64_t* words, Record* records) {
    std::unique_ptr<Lane> lane = take();
    lane->run(plan_, thrust::raw_pointer_cast(words_.data()), unit, words, records);
    const std::lock_guard lock(mutex_);
    idle_.push_back(std::move(lane));
  }

 private:
  static const std::uint64_t* begin_of(const Plan& plan) { return reinterpret_cast<const std::uint64_t*>(&plan); }

  std::unique_ptr<Lane> take() {
    const std::lock_guard lock(mutex_);
    if (idle_.empty()) return std::make_unique<Lane>(plan_);
    std::unique_ptr<Lane> lane = std::move(idle_.back());
    idle_.pop_back();
    return lane;
  }

  const Plan& plan_;
  const OnDevice<std::uint64_t> words_;  ///< of the Plan
  std::mutex mutex_;
  std::vector<std::unique_ptr<Lane>> idle_;
};

CudaTrial::CudaTrial(const Plan& plan) : device_(translated([&] { return std::make_unique<Device>(plan); })) {}

CudaTrial::~CudaTrial() = default;

void CudaTrial::run(WorkUnit unit, std::uint64_t* words, Record* records) {
  translated([&] { device_->run(unit, words, records); });
}

void run_cuda(const Plan& plan, WorkUnit unit, std::uint64_t* words, Record* records) {
  CudaTrial(plan).run(unit, words, records);
}

}  // namespace vt
