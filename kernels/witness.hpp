#pragma once
#include "kernels/course/visit.hpp"

namespace vt { inline namespace VT_ISA {

/// Looks on while patients live and changes nothing. Nobody looks on in an ordinary run, at no cost; `vtrial trace` has
/// a chronicler (kernels/trace_cpu.cpp).
struct Nobody {
  /// Some patient came to a visit today; its decisions have been made.
  template <int L>
  VT_HD void visited(const Plan&, std::int32_t, const Cohort<L>&, const Visits<L>&) const {}
  /// The day's visits, if there were any, are over.
  template <int L>
  VT_HD void decided(const Plan&, std::int32_t, const Cohort<L>&) const {}
  /// The rest of the day has been lived.
  template <int L>
  VT_HD void lived(const Plan&, std::int32_t, const Cohort<L>&) const {}
};

}}  // namespace vt
