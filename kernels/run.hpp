#pragma once
/// \file The border between the host and the kernels: the only calls that differ by hardware.

#include <cstdint>
#include <memory>
#include <span>
#include <stdexcept>
#include <string>
#include <vector>

#include "kernels/course/course.hpp"
#include "kernels/plan.hpp"
#include "kernels/random/draws.hpp"
#include "kernels/recorder.hpp"

namespace vt {

/// Patients first … first + count − 1 of each of `replicates` successive replicates; ids as in
/// kernels/random/draws.hpp, `first` in the first of these replicates.
struct WorkUnit {
  std::uint64_t first = 0;
  std::uint64_t count = 0;
  std::uint64_t replicates = 1;
  Recorder* recorder = nullptr;        ///< or null; on a CPU only
  const std::uint64_t* ids = nullptr;  ///< or null; on a CPU only: the `count` patients of one replicate, whose `first`
                                       ///< is not looked at
};

inline constexpr int kCohort = 64;  ///< patients whom a CPU simulates together

inline namespace VT_ISA {
/// Patient i of a unit, replicate by replicate.
VT_HD Id patient_of(const WorkUnit& unit, std::uint64_t i) {
  if (unit.ids != nullptr) return {unit.ids[i]};
  return {unit.first + i / unit.count * kNextReplicate + i % unit.count};
}
}  // namespace VT_ISA

/// Adds a unit's patients to `words` (kernels/tally/layout.hpp). `records`, if not null, receives a row for each of
/// them, replicate by replicate. Calls with distinct `words` may run at the same time.
using RunUnit = void (*)(const Plan& plan, WorkUnit unit, std::uint64_t* words, Record* records);

extern "C" {
void vt_run_v2(const Plan& plan, WorkUnit unit, std::uint64_t* words, Record* records);
void vt_run_v3(const Plan& plan, WorkUnit unit, std::uint64_t* words, Record* records);
void vt_run_v4(const Plan& plan, WorkUnit unit, std::uint64_t* words, Record* records);
void vt_run_generic(const Plan& plan, WorkUnit unit, std::uint64_t* words, Record* records);
}

/// The device cannot be used, or failed while it was used (exit code 4).
class DeviceError : public std::runtime_error {
  using std::runtime_error::runtime_error;
};

/// Memory that the device, or the host for it, does not have. The device can be used as before: fewer patients at a
/// time may fit.
class DeviceMemoryError : public DeviceError {
  using DeviceError::DeviceError;
};

/// A GPU that CUDA shows.
struct CudaDevice {
  int index = 0;                              ///< as CUDA counts those that CUDA_VISIBLE_DEVICES leaves
  std::string name = {};                      ///< "NVIDIA H200"
  std::string uuid = {};                      ///< "GPU-8-4-4-4-12 hexadecimal digits"; "" where it cannot be asked
  int major = 0, minor = 0;                   ///< compute capability
  std::uint64_t memory = 0, free_memory = 0;  ///< bytes; free_memory is that of the first look, 0: not known
  bool is_usable = false;
  std::string reason = {};  ///< why it is not usable: too old, busy, without memory; "" if it is
};

/// What the CUDA back end could run on.
struct CudaStatus {
  std::vector<CudaDevice> devices = {};  ///< by index, usable or not
  std::string reason = {};  ///< why there are none: not built in, no driver, a driver that is too old; "" if there are
  bool is_expected = true;  ///< nobody would think that there were some: no such build, no driver, no device
};

/// Each device is tried by itself: its context is made and the program's code is loaded. The first call does so, others
/// repeat what it found. May be called by several threads.
CudaStatus cuda_status();

/// By what devices say of themselves: no context is made, a device that is busy passes. For processes that look at the
/// same devices at the same time, which may be in exclusive mode. May be called by several threads.
CudaStatus cuda_status_untried();

/// A unit of one Plan among others, with words (and rows, or null) of its own.
struct PlanUnit {
  const Plan* plan;
  WorkUnit unit;
  std::uint64_t* words;
  Record* records;
};

/// A GPU, which keeps its buffers from call to call. Errors begin with its index and name.
class Gpu {
 public:
  /// \param device  index of a CudaDevice \throws DeviceError if it cannot be used
  explicit Gpu(int device = 0);
  ~Gpu();
  Gpu(const Gpu&) = delete;
  Gpu& operator=(const Gpu&) = delete;

  /// As RunUnit, of several units at the same time. Calls of several threads overlap: while the kernel of one runs, the
  /// results of another come back. No word has been added to when it throws; rows are not defined then.
  /// \throws DeviceMemoryError, after which the device can be used, and DeviceError
  void run(std::span<const PlanUnit> units);

 private:
  class Lanes;
  std::unique_ptr<Lanes> lanes_;
};

}  // namespace vt
