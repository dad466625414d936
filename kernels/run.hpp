#pragma once
/// \file The border between the host and the kernels: the only calls that differ by hardware.

#include <cstdint>
#include <memory>
#include <span>
#include <stdexcept>
#include <string>

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

inline constexpr std::uint64_t kNextReplicate = std::uint64_t{1} << 32;  ///< between the ids of two replicates

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

/// What the CUDA back end could run on.
struct CudaStatus {
  bool usable = false;
  std::string device;  ///< name of the device, when usable
  std::string reason;  ///< why it is not usable: not built in, no driver, no device
};
CudaStatus cuda_status();

/// A unit of one Plan among others, with words (and rows, or null) of its own.
struct PlanUnit {
  const Plan* plan;
  WorkUnit unit;
  std::uint64_t* words;
  Record* records;
};

/// The GPU, which keeps its buffers from call to call.
class Gpu {
 public:
  Gpu();
  ~Gpu();
  Gpu(const Gpu&) = delete;
  Gpu& operator=(const Gpu&) = delete;

  /// As RunUnit, of several units at the same time. Calls of several threads overlap: while the kernel of one runs, the
  /// results of another come back. \throws DeviceError
  void run(std::span<const PlanUnit> units);

 private:
  class Lanes;
  std::unique_ptr<Lanes> lanes_;
};

}  // namespace vt
