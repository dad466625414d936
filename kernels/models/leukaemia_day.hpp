#pragma once
#include "kernels/cohort.hpp"
#include "kernels/tables.hpp"

/// \file The day of the leukaemia, applied to all patients of a cohort.

namespace vt { inline namespace VT_ISA {

/// The disease's day under one form of the exposure's effect. E: Scalar, the relative exposure, or Exposures.
template <bool hyperbolic, int L, class E>
VT_STAGE void respond_to_exposure(const LeukaemiaPlan& rules, const Lanes<E, L>& drug, Cohort<L>& c) {
  const double hill = rules.hill, per_capacity = 1.0 / rules.capacity;
  advance(
      c.leukaemia,
      [=](const Leukaemia::State& now, const Leukaemia::Traits& t, const E& exposure) VT_INLINE {
        return respond<hyperbolic>(now, t, on_disease(exposure), on_mutant(exposure), hill, per_capacity);
      },
      c.leukaemia_traits, drug);
}

template <int L, class E>
VT_HD void respond_to(const LeukaemiaPlan& rules, const Lanes<E, L>& drug, Cohort<L>& c) {
  if (rules.hill == 1.0)
    respond_to_exposure<true>(rules, drug, c);
  else
    respond_to_exposure<false>(rules, drug, c);
}

/// Mutant clones that arise today: in most cohorts none does.
template <int L>
VT_HD void mutate(const Plan& plan, std::int32_t day, Cohort<L>& c) {
  const auto today = static_cast<double>(day);
  std::uint64_t some = 0;
  VT_LANES
  for (int lane = 0; lane < L; ++lane) some |= today > c.leukaemia[lane].calm_until ? 1 : 0;
  if (nobody(some != 0)) return;
  const LeukaemiaPlan rules = plan.leukaemia;
  const std::uint64_t seed = plan.seed;
  advance(
      c.leukaemia,
      [=](const Leukaemia::State& now, const Id& id) VT_INLINE {
        const Words words = draw(seed, id.patient, static_cast<std::uint32_t>(Stream::mutation), day, 0);
        return mutate(now, rules, today, words);
      },
      c.id);
}

/// The disease's day; a mutant clone may arise.
template <int L>
VT_STAGE void respond(const Plan& plan, std::int32_t day, Cohort<L>& c) {
  if (!has<Leukaemia>(plan)) return;
  if (plan.has_second_drug)
    respond_to(plan.leukaemia, c.slow->both_drugs, c);
  else
    respond_to(plan.leukaemia, c.relative_exposure, c);
  if (most_influx(plan.leukaemia) > 0.0) mutate(plan, day, c);
}

}}  // namespace vt
