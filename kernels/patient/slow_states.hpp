#pragma once
#include "kernels/cohort.hpp"

/// \file Stages of the day for what changes over weeks: haemoglobin and tumours.

namespace vt { inline namespace VT_ISA {

template <int L>
VT_STAGE void turn_over_haemoglobin(const Plan& plan, Cohort<L>& c) {
  if (!plan.counts_haemoglobin) return;
  advance(
      c.haemoglobin,
      [](const Scalar& now, const HaemoglobinTraits& t, const Scalar& exposure)
          VT_INLINE { return Scalar{turn_over(now.x, t, exposure.x)}; },
      c.haemoglobin_traits, c.relative_exposure);
}

template <int L>
VT_STAGE void grow_tumours(const Plan& plan, std::int32_t day, Cohort<L>& c) {
  if (!plan.follows_tumour) return;
  constexpr double noon = 0.5;  // the washout of the effect, in the middle of the day
  const double treated_day = day > 0 ? static_cast<double>(day) + noon : 0.0;
  advance(
      c.tumour,
      [=](const Tumour& now, const TumourTraits& t, const Scalar& exposure)
          VT_INLINE { return grow_tumour(now, t, exposure.x, treated_day); },
      c.tumour_traits, c.relative_exposure);
}

}}  // namespace vt
