#pragma once
#include "kernels/cohort.hpp"
#include "kernels/people/traits.hpp"
#include "kernels/random/draw_lanes.hpp"

/// \file Start and day of what few scenarios follow: a second drug, plain models.

namespace vt { inline namespace VT_ISA {

/// The second drug, which nobody has yet.
template <int L>
VT_COLD void begin_second_drug(const Plan& plan, const PatientValues<L>& values, SlowStates<L>& slow) {
  set_all(slow.second_drug, {});
  for (int lane = 0; lane < L; ++lane) slow.second_taken.put(lane, {trait(plan, values, Trait::second_taken, lane)});
}

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

/// Plain models, where the Plan has them; 0 elsewhere.
template <int L>
VT_COLD void begin_plain_models(const Plan& plan, const PatientValues<L>& values, SlowStates<L>& slow) {
  for_each_model(PlainModels{}, [&]<class M>() VT_INLINE {
    Held<M, L>& held = slow.models;
    set_all(held.state, {});
    for (int lane = 0; lane < L && has<M>(plan); ++lane) {
      const auto parameters = parameters_of<M>(plan, values, lane);
      const auto traits = M::traits_of(parameters);
      held.traits.put(lane, traits);
      held.state.put(lane, M::start(parameters, traits));
    }
  });
}

/// The exposure that acts on a plain model.
template <class M, class E>
VT_HD double acting(const E& exposure) {
  if constexpr (M::effect == Effect::on_blood)
    return on_blood(exposure);
  else
    return on_disease(exposure);
}

/// A plain model's day, `day` days after that of the first dose. E: Scalar, the relative exposure, or Exposures.
template <class M, int L, class E>
VT_STAGE void step_model(const Lanes<E, L>& drug, std::int32_t day, SlowStates<L>& slow) {
  constexpr double noon = 0.5;  // of what changes with time, the middle of the day
  const double treated_day = day > 0 ? static_cast<double>(day) + noon : 0.0;
  Held<M, L>& held = slow.models;
  advance(
      held.state,
      [=](const typename M::State& now, const typename M::Traits& t, const E& exposure)
          VT_INLINE { return M::step(now, t, acting<M>(exposure), treated_day); },
      held.traits, drug);
}

/// A day of the plain models.
template <int L>
VT_HD void step_plain_models(const Plan& plan, std::int32_t day, Cohort<L>& c) {
  for_each_model(PlainModels{}, [&]<class M>() VT_INLINE {
    if (!has<M>(plan)) return;
    if (plan.has_second_drug)
      step_model<M>(c.slow->both_drugs, day - plan.treated_from_day, *c.slow);
    else
      step_model<M>(c.relative_exposure, day - plan.treated_from_day, *c.slow);
  });
}

}}  // namespace vt
