#pragma once
#include "kernels/cohort.hpp"
#include "kernels/random/draw_lanes.hpp"

/// \file Stages of the day of what few scenarios follow: a second drug, haemoglobin, tumours.

namespace vt { inline namespace VT_ISA {

VT_HD Exposures add(double first, double share, const Exposures& second) {
  return {fma(share, second.on_disease, first), fma(share, second.on_mutant, first),
          fma(share, second.on_blood, first)};
}

/// What acts today, of both drugs, the second one taken.
template <int L>
VT_STAGE void add_second_drug(Cohort<L>& c) {
  advance(
      c.slow->both_drugs,
      [](const Exposures&, const Scalar& first, const Exposures& second)
          VT_INLINE { return add(first.x, 1.0, second); },
      c.relative_exposure, c.slow->second_drug);
}

/// As above, the second one taken or missed.
template <int L>
VT_STAGE void add_second_drug_if_taken(const Plan& plan, std::int32_t day, Cohort<L>& c) {
  Lanes<Drawn, L> drawn;
  draw_lanes(plan.seed, c.id, Stream::second_drug, day, 0, drawn);
  advance(
      c.slow->both_drugs,
      [](const Exposures&, const Scalar& first, const Exposures& second, const Scalar& taken, const Drawn& w)
          VT_INLINE { return add(first.x, uniform(w.first) < taken.x ? 1.0 : 0.0, second); },
      c.relative_exposure, c.slow->second_drug, c.slow->second_taken, drawn);
}

template <int L>
VT_HD void add_second_drug(const Plan& plan, std::int32_t day, Cohort<L>& c) {
  if (plan.misses_second_drug)
    add_second_drug_if_taken(plan, day, c);
  else
    add_second_drug(c);
}

template <int L, class E>
VT_STAGE void turn_over_haemoglobin(const Lanes<E, L>& drug, SlowStates<L>& slow) {
  advance(
      slow.haemoglobin,
      [](const Scalar& now, const HaemoglobinTraits& t, const E& exposure)
          VT_INLINE { return Scalar{turn_over(now.x, t, on_blood(exposure))}; },
      slow.haemoglobin_traits, drug);
}

template <int L, class E>
VT_STAGE void grow_tumours(const Lanes<E, L>& drug, std::int32_t day, SlowStates<L>& slow) {
  constexpr double noon = 0.5;  // the washout of the effect, in the middle of the day
  const double treated_day = day > 0 ? static_cast<double>(day) + noon : 0.0;
  advance(
      slow.tumour,
      [=](const Tumour& now, const TumourTraits& t, const E& exposure)
          VT_INLINE { return grow_tumour(now, t, on_disease(exposure), treated_day); },
      slow.tumour_traits, drug);
}

/// Haemoglobin and tumours on a day.
template <int L, class E>
VT_HD void change_slowly(const Plan& plan, const Lanes<E, L>& drug, std::int32_t day, SlowStates<L>& slow) {
  if (plan.counts_haemoglobin) turn_over_haemoglobin(drug, slow);
  if (plan.follows_tumour) grow_tumours(drug, day, slow);
}

template <int L>
VT_HD void change_slowly(const Plan& plan, std::int32_t day, Cohort<L>& c) {
  if (plan.has_second_drug)
    change_slowly(plan, c.slow->both_drugs, day, *c.slow);
  else
    change_slowly(plan, c.relative_exposure, day, *c.slow);
}

}}  // namespace vt
