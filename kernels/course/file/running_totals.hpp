#pragma once
#include "kernels/lanes.hpp"
#include "kernels/plan.hpp"

/// \file Means over the last days.

namespace vt { inline namespace VT_ISA {

/// Sums of a daily value from the day after the first dose on, which is day 0 here. The totals of the last days are
/// kept, so that the mean over any window of up to kWindowDays days is one difference.
template <int L>
struct RunningTotals {
  Lanes<Scalar, L> total;
  Lanes<Scalar, L> before[kWindowDays];  ///< at day mod kWindowDays: the total without that day
};

/// Adds unit · amount as the value of `day` ≥ 1; once a day.
template <int L>
VT_STAGE void add_day(RunningTotals<L>& sums, std::int32_t day, double unit, const Lanes<Scalar, L>& amount) {
  advance(
      sums.before[day % kWindowDays], [](const Scalar&, const Scalar& total) VT_INLINE { return total; }, sums.total);
  advance(
      sums.total, [=](const Scalar& sum, const Scalar& x) VT_INLINE { return Scalar{fma(unit, x.x, sum.x)}; }, amount);
}

/// Mean of the last `days` values, that of `day` included, 1 ≤ days ≤ kWindowDays; of the last `treated` ≤ day while
/// these are fewer; 0 where there are none.
template <int L>
VT_HD double mean_of_last(const RunningTotals<L>& sums, int lane, std::int32_t day, std::int32_t treated,
                          std::uint32_t days) {
  if (treated < 1) return 0.0;
  const std::int32_t n = static_cast<std::int32_t>(days) < treated ? static_cast<std::int32_t>(days) : treated;
  return (sums.total[lane].x - sums.before[(day - n + 1) % kWindowDays][lane].x) / static_cast<double>(n);
}

}}  // namespace vt
