#pragma once
#include "kernels/patient/intraday.hpp"

/// \file The day of the blood counts, applied to all patients of a cohort.

namespace vt { inline namespace VT_ISA {

inline constexpr double kLeastShare = 1e-30;  ///< keeps the logarithm of the clone's share finite

/// Load over baseline, at most 1: what is left of the clone's production of blood cells.
VT_HD double share_of_clone(const Leukaemia& state, const LeukaemiaTraits& traits) {
  return clamp(load_percent(state) / traits.baseline_percent, kLeastShare, 1.0);
}

/// The day's forcing of one lineage.
template <int L>
VT_HD void force_lineage(const BloodPlan& model, int lineage, Cohort<L>& c) {
  const double h = 1.0 / static_cast<double>(model.steps_per_day);
  advance(
      c.blood_forcing,
      [=](const BloodForcing&, const BloodTraits& t, const BloodDay& day) VT_INLINE {
        return BloodForcing{lost_proliferation(t, day.log_exposure), day.clone_growth * t.transit_day,
                            exp(0.5 * h * day.clone_growth)};
      },
      c.blood_traits[lineage], c.blood_day);
}

/// Sets one lineage's dependent states at midnight. `share`: of the clone.
template <int L>
VT_HD void pass_midnight(int lineage, const Lanes<Scalar, L>& share, Cohort<L>& c) {
  advance(
      c.blood[lineage],
      [](const Blood& s, const BloodTraits& t, const Scalar& x) VT_INLINE { return at_midnight(s, t, x.x); },
      c.blood_traits[lineage], share);
}

/// One lineage's day in equal Runge–Kutta steps.
template <int L>
VT_STAGE void grow_lineage(const Plan& plan, int lineage, Cohort<L>& c) {
  const BloodPlan& model = plan.blood[lineage];
  const double h = 1.0 / static_cast<double>(model.steps_per_day);
  force_lineage(model, lineage, c);
  pass_midnight(lineage, c.clone_share, c);
  for (std::uint32_t i = 0; i < model.steps_per_day; ++i)
    advance(
        c.blood[lineage],
        [=](const Blood& s, const BloodTraits& t, const BloodForcing& f) VT_INLINE {
          return runge_kutta_step(s, t, Lost{f.lost, f.lost, f.lost}, f, h);
        },
        c.blood_traits[lineage], c.blood_forcing);
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
    grow_through(plan, lineage, {kHoursPerDay, model.steps_per_day}, start.body, start.pending, c.intake, c,
                 c.blood_forcing, c.blood[lineage]);
    pass_midnight(lineage, c.next_clone_share, c);
  }
}

/// What the lineages share of a day. E: Scalar, the relative exposure, or Exposures.
template <int L, class E>
VT_HD void begin_blood_day(const Lanes<E, L>& drug, Cohort<L>& c) {
  advance(
      c.blood_day,
      [](const BloodDay&, const E& exposure, const Scalar& then, const Scalar& now)
          VT_INLINE { return blood_day(on_blood(exposure), then.x, now.x); },
      drug, c.next_clone_share, c.clone_share);
}

/// The day of all lineages, which feel the clone as it was at the day's start and grows to its end.
template <int L>
VT_STAGE void count_blood(const Plan& plan, Cohort<L>& c) {
  if (!plan.leukaemia.is_set && !plan.blood[0].is_set && !plan.blood[1].is_set) return;
  c.next_clone_share = c.clone_share;
  if (plan.leukaemia.is_set)
    advance(
        c.next_clone_share,
        [](const Scalar&, const Leukaemia& now, const LeukaemiaTraits& t)
            VT_INLINE { return Scalar{share_of_clone(now, t)}; },
        c.leukaemia, c.leukaemia_traits);
  if (plan.has_second_drug)
    begin_blood_day(c.slow->both_drugs, c);
  else
    begin_blood_day(c.relative_exposure, c);
  for (int lineage = 0; lineage < 2; ++lineage)
    if (plan.blood[lineage].is_set && !plan.blood[lineage].follows_concentration) grow_lineage(plan, lineage, c);
  if (is_following(plan.blood[0]) || is_following(plan.blood[1])) grow_following(plan, c);
  c.clone_share = c.next_clone_share;
}

}}  // namespace vt
