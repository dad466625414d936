#pragma once
#include "kernels/cohort.hpp"
#include "kernels/people/traits.hpp"
#include "kernels/random/draw_lanes.hpp"
#include "kernels/tables.hpp"

/// \file Start and day of the leukaemia, applied to all patients of a cohort.

namespace vt { inline namespace VT_ISA {

/// The disease on the eve of the first day; the day up to which no mutant clone arises is drawn.
template <int L>
VT_COLD void begin_leukaemia(const Plan& plan, const PatientValues<L>& values, Cohort<L>& c) {
  const double most = most_influx(plan.leukaemia);
  const std::int32_t before = plan.first_day - 1;
  Lanes<Scalar, L> calm_until;
  set_all(calm_until, {});
  if (most > 0.0) {
    Lanes<Drawn, L> drawn;
    draw_all(plan.seed, c.id, Stream::mutation, before, 0, drawn);
    advance(
        calm_until,
        [=](const Scalar&, const Drawn& w)
            VT_INLINE { return Scalar{static_cast<double>(before) + calm_days(most, words_of(w))}; },
        drawn);
  }
  VT_LANES
  for (int lane = 0; lane < L; ++lane) {
    const Leukaemia::Parameters parameters = parameters_of<Leukaemia>(plan, values, lane);
    c.leukaemia_traits.put(lane, Leukaemia::traits_of(parameters));
    c.leukaemia.put(lane, Leukaemia::start(parameters, calm_until[lane].x));
  }
}

/// The disease's day under one form of the exposure's effect. E: Scalar, the relative exposure, or Exposures.
template <bool hyperbolic, int L, class E>
VT_STAGE void respond_to_exposure(const LeukaemiaPlan& rules, const Lanes<E, L>& drug, Cohort<L>& c) {
  const LeukaemiaPlan plan = rules;
  const double per_capacity = 1.0 / rules.capacity;
  advance(
      c.leukaemia,
      [=](const Leukaemia::State& now, const Leukaemia::Traits& t, const E& exposure) VT_INLINE {
        return respond<hyperbolic>(now, t, on_disease(exposure), on_mutant(exposure), plan, per_capacity);
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
