#include "kernels/run.hpp"

#include "kernels/simulate.hpp"

/// \file The CPU back end. Compiled once per instruction set, VT_ISA = v2, v3, v4 (x86-64 levels) or generic; each
/// object keeps to its own namespace and offers one C entry point.

#define VT_JOIN_(a, b) a##b
#define VT_JOIN(a, b) VT_JOIN_(a, b)

namespace vt {

extern "C" void VT_JOIN(vt_run_, VT_ISA)(const Plan& plan, WorkUnit unit, std::uint64_t* words, Record* records) {
  const std::uint64_t all = unit.replicates * unit.count;
  for (std::uint64_t done = 0; done < all; done += kCohort) {  // small replicates share a cohort
    const int n = all - done < kCohort ? static_cast<int>(all - done) : kCohort;
    Lanes<Id, kCohort> who;
    for (int lane = 0; lane < kCohort; ++lane)
      who.put(lane, patient_of(unit, done + static_cast<std::uint64_t>(lane < n ? lane : n - 1)));
    Record* rows = records ? records + done : nullptr;
    with_variant(plan.drug.pharmacokinetics, [&]<Variant variant>() {
      simulate<variant>(plan, who, n, TallyWords{words}, rows, Nobody{}, unit.recorder);
    });
  }
}

}  // namespace vt
