#include "kernels/run.hpp"

#include "kernels/simulate.hpp"

/// \file The CPU back end. Compiled once per instruction set, VT_ISA = v2, v3, v4 (x86-64 levels) or generic; each
/// object keeps to its own namespace and offers one C entry point.

#define VT_JOIN_(a, b) a##b
#define VT_JOIN(a, b) VT_JOIN_(a, b)

namespace vt {

inline constexpr int kCohort = 64;

extern "C" void VT_JOIN(vt_run_, VT_ISA)(const Plan& plan, WorkUnit unit, std::uint64_t* words, Record* records) {
  const std::uint64_t cohorts = (unit.count + kCohort - 1) / kCohort;
  for (std::uint64_t i = 0; i < unit.replicates * cohorts; ++i) {
    const std::uint64_t replicate = i / cohorts, done = i % cohorts * kCohort;
    const std::uint64_t left = unit.count - done;
    const int n = left < kCohort ? static_cast<int>(left) : kCohort;
    const std::uint64_t first = unit.first + replicate * kNextReplicate + done;
    Record* rows = records ? records + replicate * unit.count + done : nullptr;
    const auto live = [&]<Absorption absorption>() {
      simulate<absorption, kCohort>(plan, first, n, TallyWords{words}, rows, Nobody{}, unit.recorder);
    };
    switch (plan.pharmacokinetics.absorption) {
      case Absorption::zero_order:
        live.template operator()<Absorption::zero_order>();
        break;
      case Absorption::first_order:
        live.template operator()<Absorption::first_order>();
        break;
      case Absorption::general:
        live.template operator()<Absorption::general>();
        break;
    }
  }
}

}  // namespace vt
