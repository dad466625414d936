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

/// What forces one lineage in every step of the day. The clone grows or shrinks at a constant rate within the day.
template <int L>
VT_HD void force_lineage(const BloodPlan& model, int lineage, Cohort<L>& c) {
  if (model.steps_per_day == 1) {
    advance(
        c.blood_forcing,
        [](const BloodForcing&, const BloodTraits& t, const BloodDay& day) VT_INLINE {
          const double lost = lost_proliferation(t, day.log_exposure);
          return BloodForcing{lost, lost, lost, square_root(day.clone_ratio)};
        },
        c.blood_traits[lineage], c.blood_day);
    return;
  }
  const double half_step = 0.5 / static_cast<double>(model.steps_per_day);
  advance(
      c.blood_forcing,
      [=](const BloodForcing&, const BloodTraits& t, const BloodDay& day) VT_INLINE {
        const double lost = lost_proliferation(t, day.log_exposure);
        return BloodForcing{lost, lost, lost, exp(half_step * log(day.clone_ratio))};
      },
      c.blood_traits[lineage], c.blood_day);
}

/// One lineage's day in equal steps.
template <int L>
VT_STAGE void grow_lineage(const Plan& plan, int lineage, Cohort<L>& c) {
  const BloodPlan& model = plan.blood[lineage];
  force_lineage(model, lineage, c);
  for (std::uint32_t i = 0; i < model.steps_per_day; ++i)
    grow_step(c.blood_traits[lineage], c.passage[lineage], c.blood_forcing, c.blood[lineage]);
}

VT_HD bool is_following(const BloodPlan& model) { return model.is_set && model.follows_concentration; }

/// As above for the lineages that follow the concentration, which look at the day's start, too.
template <int L>
VT_COLD void grow_following(const Plan& plan, Cohort<L>& c) {
  const LastDay<L>& start = *c.last_day;
  for (int lineage = 0; lineage < 2; ++lineage) {
    const BloodPlan& model = plan.blood[lineage];
    if (!is_following(model)) continue;
    force_lineage(model, lineage, c);
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
