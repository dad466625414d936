/// \file The GPU back end: one patient per thread, the same source as on the CPU with one lane.

#include <thrust/device_vector.h>
#include <thrust/system_error.h>

#include <algorithm>
#include <cstdlib>
#include <map>
#include <mutex>
#include <set>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "kernels/run.hpp"
#include "kernels/simulate.hpp"
#include "kernels/tally/layout.hpp"
#include "kernels/why_no_gpu.hpp"

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

/// What failed, before it is told of which device.
struct Flaw {
  cudaError_t status;
  std::string what;
};

void check(cudaError_t status, const char* what) {
  if (status == cudaSuccess) return;
  cudaGetLastError();  // forgets what can be forgotten, such as want of memory
  throw Flaw{status, std::string(what) + ": " + cudaGetErrorString(status)};
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
    const std::string what = "no memory for " + std::to_string((n * sizeof(T) + 999'999) / 1'000'000) + " MB";
    check(cudaMalloc(&memory, n * sizeof(T)), what.c_str());
    return pointer(static_cast<T*>(memory));
  }
  void deallocate(pointer p, size_type) noexcept { cudaFree(thrust::raw_pointer_cast(p)); }
};
template <class T>
using OnDevice = thrust::device_vector<T, DeviceAllocator<T>>;

/// Memory of the device that is kept from launch to launch, and grows.
template <class T>
T* at_least(OnDevice<T>& memory, std::size_t count) {
  if (memory.size() < count) {
    memory.clear();
    memory.shrink_to_fit();
    memory.resize(count);
  }
  return thrust::raw_pointer_cast(memory.data());
}

cudaStream_t new_stream() {
  cudaStream_t stream = nullptr;
  check(cudaStreamCreateWithFlags(&stream, cudaStreamNonBlocking), "no stream of work could be made");
  return stream;
}

cudaEvent_t new_event() {
  cudaEvent_t event = nullptr;
  check(cudaEventCreateWithFlags(&event, cudaEventDisableTiming), "no event could be made");
  return event;
}

/// What units need on the device while they run: sent and fetched at once, each launched by itself, so that the
/// kernel's parameters stay where they take no register. Small ones overlap on streams of their own.
class Lane {
 public:
  explicit Lane(int device) : device_(device), stream_(new_stream()), sent_(new_event()) {}
  ~Lane() {
    cudaSetDevice(device_);
    cudaStreamSynchronize(stream_);  // after a failure something may still be on its way
    for (const Side& side : sides_) cudaStreamSynchronize(side.stream);
    cudaFreeHost(found_);
    for (const Side& side : sides_) {
      cudaEventDestroy(side.done);
      cudaStreamDestroy(side.stream);
    }
    cudaEventDestroy(sent_);
    cudaStreamDestroy(stream_);
  }
  Lane(const Lane&) = delete;
  Lane& operator=(const Lane&) = delete;

  void run(std::span<const PlanUnit> units) {
    place(units);
    const std::size_t bytes = words_used_ * sizeof(std::uint64_t);
    std::uint64_t* words = at_least(words_, words_used_);
    check(cudaMemsetAsync(words, 0, bytes, stream_), "the device's memory could not be cleared");
    launch_all(units);
    check(cudaMemcpyAsync(found_, words, bytes, cudaMemcpyDeviceToHost, stream_), "the sums could not be fetched");
    for (std::size_t u = 0; u < units.size(); ++u)
      if (units[u].records)
        check(cudaMemcpyAsync(units[u].records, placed_[u].records, patients_of(units[u]) * sizeof(Record),
                              cudaMemcpyDeviceToHost, stream_),
              "the rows could not be fetched");
    check(cudaStreamSynchronize(stream_), "the kernel failed");
    for (std::size_t u = 0; u < units.size(); ++u) {
      const std::uint64_t* found = found_ + (placed_[u].words - words);
      for (std::size_t i = 0; i < all_words(*units[u].plan); ++i) units[u].words[i] += found[i];
    }
  }

 private:
  struct Placed {  ///< a unit on the device
    const std::uint64_t* plan;
    std::uint64_t* words;
    Record* records;
  };
  struct Side {
    cudaStream_t stream;
    cudaEvent_t done;
  };
  static constexpr std::size_t kMostSides = 64;

  static std::uint64_t patients_of(const PlanUnit& unit) { return unit.unit.count * unit.unit.replicates; }

  /// Every Plan once, and for each unit words and rows.
  void place(std::span<const PlanUnit> units) {
    std::map<const Plan*, std::size_t> plans;
    std::size_t plan_words = 0, rows = 0;
    words_used_ = 0;
    for (const PlanUnit& unit : units) {
      if (plans.emplace(unit.plan, plan_words).second) plan_words += unit.plan->bytes / sizeof(std::uint64_t);
      words_used_ += all_words(*unit.plan);
      if (unit.records) rows += patients_of(unit);
    }
    std::uint64_t* const plan_memory = at_least(plans_, plan_words);
    std::uint64_t* words = at_least(words_, words_used_);
    Record* row = at_least(rows_, rows);
    for (const auto& [plan, offset] : plans)
      check(cudaMemcpyAsync(plan_memory + offset, plan, plan->bytes, cudaMemcpyHostToDevice, stream_),
            "the plan could not be sent");
    placed_.clear();
    for (const PlanUnit& unit : units) {
      placed_.push_back({plan_memory + plans.at(unit.plan), words, unit.records ? row : nullptr});
      words += all_words(*unit.plan);
      if (unit.records) row += patients_of(unit);
    }
    if (found_size_ >= words_used_) return;
    cudaFreeHost(std::exchange(found_, nullptr));
    found_size_ = 0;
    check(cudaMallocHost(&found_, words_used_ * sizeof(std::uint64_t)), "the host's memory does not suffice");
    found_size_ = words_used_;
  }

  void launch_all(std::span<const PlanUnit> units) {
    if (units.size() == 1) return launch(units[0], placed_[0], stream_);
    const std::size_t sides = std::min(units.size(), kMostSides);
    while (sides_.size() < sides) sides_.push_back({new_stream(), new_event()});
    check(cudaEventRecord(sent_, stream_), "no event could be recorded");
    for (std::size_t s = 0; s < sides; ++s)
      check(cudaStreamWaitEvent(sides_[s].stream, sent_), "a stream could not wait");
    for (std::size_t u = 0; u < units.size(); ++u) launch(units[u], placed_[u], sides_[u % sides].stream);
    for (std::size_t s = 0; s < sides; ++s) {
      check(cudaEventRecord(sides_[s].done, sides_[s].stream), "no event could be recorded");
      check(cudaStreamWaitEvent(stream_, sides_[s].done), "a stream could not wait");
    }
  }

  static void launch(const PlanUnit& unit, const Placed& placed, cudaStream_t stream) {
    const auto blocks = static_cast<unsigned>((patients_of(unit) + kThreadsPerBlock - 1) / kThreadsPerBlock);
    const BusyWords busy = busy_words(*unit.plan);
    const auto start = [&](auto* kernel) {
      kernel<<<blocks, kThreadsPerBlock, busy.count * sizeof(std::uint64_t), stream>>>(placed.plan, unit.unit, busy,
                                                                                       placed.words, placed.records);
    };
    with_variant(unit.plan->drug.pharmacokinetics, [&]<Variant variant>() { start(simulate_patients<variant>); });
    check(cudaGetLastError(), "the kernel could not be launched");
  }

  const int device_;
  cudaStream_t stream_;
  cudaEvent_t sent_;
  std::vector<Side> sides_;
  OnDevice<std::uint64_t> plans_, words_;
  OnDevice<Record> rows_;
  std::vector<Placed> placed_;
  std::size_t words_used_ = 0, found_size_ = 0;
  std::uint64_t* found_ = nullptr;  ///< the words on the host, in memory that the device writes to
};

constexpr int kArchitectures[] = {__CUDA_ARCH_LIST__};

CudaSaid what_cuda_says(cudaError_t status) {
  cudaGetLastError();
  CudaSaid said{.error = cudaGetErrorName(status), .text = cudaGetErrorString(status)};
  cudaDriverGetVersion(&said.driver);
  cudaRuntimeGetVersion(&said.runtime);
  return said;
}

/// "GPU-8-4-4-4-12 digits", as nvidia-smi writes it.
std::string uuid_text(const cudaUUID_t& uuid) {
  std::string text = "GPU";
  for (int i = 0; i < 16; ++i) {
    if (i == 0 || i == 4 || i == 6 || i == 8 || i == 10) text += '-';
    for (const int shift : {4, 0}) text += "0123456789abcdef"[static_cast<unsigned char>(uuid.bytes[i]) >> shift & 15];
  }
  return text;
}

/// What a device says of itself, without a context.
CudaDevice describe(int index) {
  CudaDevice device{.index = index};
  cudaDeviceProp properties{};
  if (const cudaError_t got = cudaGetDeviceProperties(&properties, index); got != cudaSuccess) {
    device.name = "of unknown name";
    device.reason = why_not_usable(what_cuda_says(got), device, kArchitectures);
    return device;
  }
  device.name = properties.name;
  device.uuid = uuid_text(properties.uuid);
  device.major = properties.major;
  device.minor = properties.minor;
  device.memory = properties.totalGlobalMem;
  device.is_usable = !is_too_old(device, kArchitectures);
  if (!device.is_usable) device.reason = why_no_code(device, kArchitectures);
  return device;
}

/// Makes the context and loads the code: a device that is busy, or behind its driver, shows here.
void try_out(CudaDevice& device) {
  if (!device.is_usable) return;
  cudaError_t got = cudaSetDevice(device.index);
  cudaFuncAttributes attributes{};
  if (got == cudaSuccess) got = cudaFuncGetAttributes(&attributes, simulate_patients<Variant::zero_order>);
  std::size_t free = 0, all = 0;
  if (got == cudaSuccess) got = cudaMemGetInfo(&free, &all);
  device.free_memory = free;
  device.is_usable = got == cudaSuccess;
  if (!device.is_usable) device.reason = why_not_usable(what_cuda_says(got), device, kArchitectures);
}

/// Devices that a Gpu was made for: their contexts stay.
struct Taken {
  std::mutex mutex;
  std::set<int> devices;
};
Taken& taken() {
  static Taken all;
  return all;
}

CudaStatus all_devices() {
  CudaStatus status;
  int count = 0;
  const cudaError_t got = cudaGetDeviceCount(&count);
  if (got != cudaSuccess || count == 0) {
    const CudaSaid said = what_cuda_says(got == cudaSuccess ? cudaErrorNoDevice : got);
    status.reason = why_no_gpu(said, std::getenv("CUDA_VISIBLE_DEVICES"));
    status.is_expected = said.driver == 0 || said.error == "cudaErrorNoDevice";
  }
  for (int i = 0; status.reason.empty() && i < count; ++i) status.devices.push_back(describe(i));
  return status;
}

/// Where there are several, a context stays only on those in use: it takes memory, and in exclusive mode the
/// device.
CudaStatus all_tried_out() {
  CudaStatus status = all_devices();
  const std::lock_guard lock(taken().mutex);
  for (CudaDevice& device : status.devices) {
    try_out(device);
    if (status.devices.size() > 1 && device.is_usable && !taken().devices.contains(device.index)) cudaDeviceReset();
  }
  return status;
}

}  // namespace

CudaStatus cuda_status() {
  static const CudaStatus found = all_tried_out();
  return found;
}

CudaStatus cuda_status_untried() {
  static const CudaStatus found = all_devices();
  return found;
}

class Gpu::Lanes {
 public:
  explicit Lanes(int index) {
    CudaStatus seen = cuda_status_untried();
    if (seen.devices.empty()) throw DeviceError(seen.reason);
    if (index < 0 || static_cast<std::size_t>(index) >= seen.devices.size())
      throw DeviceError(std::string("there is no GPU ") + std::to_string(index));
    device_ = std::move(seen.devices[index]);
    const std::lock_guard lock(taken().mutex);
    try_out(device_);
    if (!device_.is_usable) throw DeviceError(begin_of_error() + device_.reason);
    taken().devices.insert(index);
  }

  void run(std::span<const PlanUnit> units) try {
    check(cudaSetDevice(device_.index), "it cannot be used");
    cudaGetLastError();  // forgets what another device has left
    run_with_memory(units);
  } catch (const Flaw& flaw) {
    throw_error(flaw.status, flaw.what);
  } catch (const thrust::system_error& error) {
    cudaGetLastError();
    throw_error(static_cast<cudaError_t>(error.code().value()), error.what());
  }

 private:
  /// Memory that idle lanes have kept is given back where it is wanted.
  void run_with_memory(std::span<const PlanUnit> units) {
    try {
      return run_once(units);
    } catch (const Flaw& flaw) {
      if (flaw.status != cudaErrorMemoryAllocation || !drop_idle()) throw;
    }
    run_once(units);
  }

  void run_once(std::span<const PlanUnit> units) {
    std::unique_ptr<Lane> lane = take();
    lane->run(units);
    const std::lock_guard lock(mutex_);
    idle_.push_back(std::move(lane));
  }

  std::unique_ptr<Lane> take() {
    const std::lock_guard lock(mutex_);
    if (idle_.empty()) return std::make_unique<Lane>(device_.index);
    std::unique_ptr<Lane> lane = std::move(idle_.back());
    idle_.pop_back();
    return lane;
  }

  /// Whether there were any.
  bool drop_idle() {
    std::vector<std::unique_ptr<Lane>> dropped;
    const std::lock_guard lock(mutex_);
    dropped.swap(idle_);
    return !dropped.empty();
  }

  std::string begin_of_error() const {
    return std::string("GPU ") + std::to_string(device_.index) + " (" + device_.name + "): ";
  }

  [[noreturn]] void throw_error(cudaError_t status, const std::string& what) const {
    if (status == cudaErrorMemoryAllocation) throw DeviceMemoryError(begin_of_error() + what);
    throw DeviceError(begin_of_error() + what);
  }

  CudaDevice device_;
  std::mutex mutex_;
  std::vector<std::unique_ptr<Lane>> idle_;
};

Gpu::Gpu(int device) : lanes_(std::make_unique<Lanes>(device)) {}

Gpu::~Gpu() = default;

void Gpu::run(std::span<const PlanUnit> units) { lanes_->run(units); }

}  // namespace vt
