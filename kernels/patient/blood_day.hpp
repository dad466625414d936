#pragma once
#include "kernels/patient/intraday.hpp"

/// \file The day of the blood counts, applied to all patients of a cohort.

namespace vt { inline namespace VT_ISA {

inline constexpr double kLeastShare = 1e-30;  ///< keeps the logarithm of the clone's share finite

/// Load over baseline, at most 1: what is left of the clone's production of blood cells.
VT_HD double share_of_clone(const Leukaemia& state, const LeukaemiaTraits& traits) {
  return clamp(load_percent(state) * traits.per_baseline, kLeastShare, 1.0);
}

/// How each patient's cells pass through the steps of the lineages that the Plan has.
template <int L>
VT_COLD void find_passages(const Plan& plan, Cohort<L>& c) {
  for (int lineage = 0; lineage < 2; ++lineage) {
    const BloodPlan& model = plan.blood[lineage];
    if (!model.is_set) continue;
    const auto through = [&](Lanes<Passage, L>& passages, double days) VT_INLINE {
      advance(
          passages, [=](const Passage&, const BloodTraits& t) VT_INLINE { return passage(days * t.transit_per_day); },
          c.blood_traits[lineage]);
    };
    through(c.passage[lineage], 1.0 / static_cast<double>(model.steps_per_day));
    if (model.follows_concentration)
      through(c.slow->morning_passage[lineage], kMorning_h / kHoursPerDay / static_cast<double>(morning_steps(model)));
  }
}

/// The share of proliferation that the drug takes away today.
template <int L>
VT_HD void find_lost(int lineage, const Cohort<L>& c, Lanes<Scalar, L>& lost) {
  advance(
      lost,
      [](const Scalar&, const BloodTraits& t, const BloodDay& day)
          VT_INLINE { return Scalar{lost_proliferation(t, day.log_exposure)}; },
      c.blood_traits[lineage], c.blood_day);
}

/// One lineage's day in equal steps.
template <int L>
VT_STAGE void grow_lineage(const Plan& plan, int lineage, Cohort<L>& c) {
  const std::uint32_t steps = plan.blood[lineage].steps_per_day;
  Lanes<Scalar, L> lost;
  find_lost(lineage, c, lost);
  if (steps == 1) {
    grow_step(
        c.blood_traits[lineage], c.passage[lineage], c.blood[lineage],
        [](const Scalar& share, const BloodDay& day) VT_INLINE { return forced_all_day(share.x, day); }, lost,
        c.blood_day);
    return;
  }
  const auto all = static_cast<double>(steps);
  for (std::uint32_t i = 0; i < steps; ++i) {
    const auto done = static_cast<double>(i);
    grow_step(
        c.blood_traits[lineage], c.passage[lineage], c.blood[lineage],
        [=](const Scalar& share, const BloodDay& day)
            VT_INLINE { return beside_clone(forced_all_day(share.x, day), day, done, all); },
        lost, c.blood_day);
  }
}

VT_HD bool is_following(const BloodPlan& model) { return model.is_set && model.follows_concentration; }

/// As above for the lineages that follow the concentration, which look at the day's start, too.
template <int L>
VT_COLD void grow_following(const Plan& plan, Cohort<L>& c) {
  const LastDay<L>& start = *c.last_day;
  for (int lineage = 0; lineage < 2; ++lineage) {
    const BloodPlan& model = plan.blood[lineage];
    if (!is_following(model)) continue;
    advance(
        c.blood_forcing, [](const BloodForcing&, const BloodDay& day) VT_INLINE { return forced_all_day(0.0, day); },
        c.blood_day);
    grow_through(plan, lineage, {kHoursPerDay, model.steps_per_day, false}, start.body, start.pending, c.intake, c,
                 c.passage[lineage], c.blood_forcing, c.blood[lineage]);
  }
}

/// What the lineages share of a day. E: Scalar, the relative exposure, or Exposures.
template <bool has_clone, int L, class E>
VT_HD void begin_blood_day(const Lanes<E, L>& drug, Cohort<L>& c) {
  advance(
      c.blood_day,
      [](const BloodDay& before, const E& exposure, const Leukaemia& now, const LeukaemiaTraits& t) VT_INLINE {
        const double share = has_clone ? share_of_clone(now, t) : before.clone_share;
        return blood_day(on_blood(exposure), before.clone_share, share);
      },
      drug, c.leukaemia, c.leukaemia_traits);
}

template <int L, class E>
VT_HD void begin_blood_day(const Plan& plan, const Lanes<E, L>& drug, Cohort<L>& c) {
  if (plan.leukaemia.is_set)
    begin_blood_day<true>(drug, c);
  else
    begin_blood_day<false>(drug, c);
}

/// The day of all lineages, which feel the clone as it was at the day's start and grows to its end.
template <int L>
VT_STAGE void count_blood(const Plan& plan, Cohort<L>& c) {
  if (!plan.leukaemia.is_set && !plan.blood[0].is_set && !plan.blood[1].is_set) return;
  if (plan.has_second_drug)
    begin_blood_day(plan, c.slow->both_drugs, c);
  else
    begin_blood_day(plan, c.relative_exposure, c);
  // Unrolled: on a GPU the patient's address would be spilled for the index.
  VT_UNROLL
  for (int lineage = 0; lineage < 2; ++lineage) {
    if (!plan.blood[lineage].is_set || plan.blood[lineage].follows_concentration) continue;
    grow_lineage(plan, lineage, c);
  }
  if (is_following(plan.blood[0]) || is_following(plan.blood[1])) grow_following(plan, c);
}

}}  // namespace vt
