#pragma once
#include "kernels/models/intraday.hpp"
#include "kernels/people/traits.hpp"

/// \file Start and day of the blood counts, applied to all patients of a cohort.

namespace vt { inline namespace VT_ISA {

inline constexpr double kLeastShare = 1e-30;  ///< keeps the logarithm of the clone's share finite

/// Load over baseline, at most 1.
VT_HD double share_of_load(const Leukaemia::State& state, const Leukaemia::Traits& traits) {
  return clamp(load_percent(state) * traits.per_baseline, kLeastShare, 1.0);
}

/// Leukaemic cells over those at the start: what is left of the clone's production of blood cells. Where normal cells
/// are not counted, the above.
VT_HD double share_of_clone(const Leukaemia::State& state, const Leukaemia::Traits& traits, double per_normal) {
  constexpr double unbounded = 1e300;
  const double most = per_normal > 0.0 ? unbounded : 1.0;
  return clamp(cells_at(load_percent(state) * traits.per_baseline, per_normal), kLeastShare, most);
}

/// How each patient's cells pass through the steps of the lineages that the Plan has.
template <int L>
VT_COLD void find_passages(const Plan& plan, Cohort<L>& c) {
  for (int lineage = 0; lineage < kLineages; ++lineage) {
    const BloodPlan& model = plan.blood[lineage];
    if (!has_lineage(plan, lineage)) continue;
    const auto through = [&](Lanes<Passage, L>& passages, double hours, std::uint32_t steps) VT_INLINE {
      const double days = step_days(hours, static_cast<double>(steps));
      advance(
          passages, [=](const Passage&, const BloodTraits& t) VT_INLINE { return passage(days * t.transit_per_day); },
          c.blood_traits[lineage]);
    };
    through(c.passage[lineage], kHoursPerDay, model.steps_per_day);
    if (model.follows_concentration) through(c.slow->morning_passage[lineage], kMorning_h, morning_steps(model));
  }
}

/// Neutrophils or platelets at the start. In loops of their own: one for all would not become vector instructions.
template <class M, int L>
VT_HD void begin_lineage(const Plan& plan, const PatientValues<L>& values, Cohort<L>& c) {
  Lanes<BloodTraits, L>& traits = c.blood_traits[M::lineage];
  VT_LANES
  for (int lane = 0; lane < L; ++lane) traits.put(lane, M::traits_of(parameters_of<M>(plan, values, lane)));
  if (!has<Leukaemia>(plan))
    advance(traits, [](const BloodTraits& t) VT_INLINE {
      BloodTraits without_clone = t;
      without_clone.clone_cells = 0.0;
      return without_clone;
    });
  VT_LANES
  for (int lane = 0; lane < L; ++lane) {
    const BloodCount::Parameters parameters = parameters_of<M>(plan, values, lane);
    c.blood[M::lineage].put(lane, M::start(parameters, traits[lane], c.blood_day[lane].clone_share));
  }
}

/// Both lineages on the eve of the first day, beside the clone as it is then.
template <int L>
VT_COLD void begin_blood_counts(const Plan& plan, const PatientValues<L>& values, Cohort<L>& c) {
  VT_LANES
  for (int lane = 0; lane < L; ++lane) {
    const double share = share_of_clone(c.leukaemia[lane], c.leukaemia_traits[lane], plan.leukaemia.per_normal);
    c.blood_day.put(lane, {0.0, share, share});
  }
  begin_lineage<Neutrophils>(plan, values, c);
  begin_lineage<Platelets>(plan, values, c);
  find_passages(plan, c);
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

/// Whether some patient's cells change too fast today for the steps of the Plan.
template <int L>
VT_HD bool are_strained(const Lanes<Blood, L>& blood, const Lanes<Scalar, L>& lost) {
  std::uint64_t any = 0;
  VT_LANES
  for (int lane = 0; lane < L; ++lane) any |= is_strained(blood[lane], lost[lane].x) ? std::uint64_t{1} : 0;
  return !nobody(any != 0);
}

/// One lineage's day where some patient takes more steps than the Plan has; whether there was one. The others get what
/// they get without such company.
template <int L>
VT_COLD bool grow_strained(const Plan& plan, int lineage, const Lanes<Scalar, L>& lost, Cohort<L>& c) {
  const auto least = static_cast<double>(plan.blood[lineage].steps_per_day);
  const Lanes<BloodTraits, L>& traits = c.blood_traits[lineage];
  Lanes<Blood, L>& blood = c.blood[lineage];
  Paces<L> paces;
  advance(
      paces.asked,
      [=](const Scalar&, const Blood& s, const BloodTraits& t, const Scalar& share)
          VT_INLINE { return Scalar{steps_through(kHoursPerDay, least, s, t, share.x)}; },
      blood, traits, lost);
  find_paces(kHoursPerDay, least, traits, paces);
  if (!paces.differ) return false;
  for (double done = 0.0; done < paces.most; done += 1.0) {
    advance(
        c.blood_forcing,
        [=](const BloodForcing&, const Scalar& share, const BloodDay& day, const Pace& p) VT_INLINE {
          const BloodForcing whole = forced_all_day(share.x, day), part = beside_clone(whole, day, done, p.steps);
          return either(p.steps == 1.0, whole, part);
        },
        lost, c.blood_day, paces.of);
    grow_paced(done, traits, paces, c.blood_forcing, blood);
  }
  lose_count(paces, blood);
  return true;
}

/// One lineage's day in equal steps.
template <int L>
VT_STAGE void grow_lineage(const Plan& plan, int lineage, Cohort<L>& c) {
  const std::uint32_t steps = plan.blood[lineage].steps_per_day;
  Lanes<Scalar, L> lost;
  find_lost(lineage, c, lost);
  if (are_strained(c.blood[lineage], lost) && grow_strained(plan, lineage, lost, c)) return;
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

VT_HD bool is_following(const Plan& plan, int lineage) {
  return has_lineage(plan, lineage) && plan.blood[lineage].follows_concentration;
}

/// As above for the lineages that follow the concentration, which look at the day's start, too.
template <int L>
VT_COLD void grow_following(const Plan& plan, Cohort<L>& c) {
  const LastDay<L>& start = *c.last_day;
  for (int lineage = 0; lineage < kLineages; ++lineage) {
    const BloodPlan& model = plan.blood[lineage];
    if (!is_following(plan, lineage)) continue;
    advance(
        c.blood_forcing, [](const BloodForcing&, const BloodDay& day) VT_INLINE { return forced_all_day(0.0, day); },
        c.blood_day);
    grow_through(plan, lineage, {kHoursPerDay, model.steps_per_day, false}, start.body, start.pending, c.intake, c,
                 c.passage[lineage], c.blood_forcing, c.blood[lineage]);
  }
}

/// White cells in 10⁹/L: normal ones, of which neutrophils are a share, and those of the clone.
template <int L>
VT_HD double white_cells(const Plan& plan, const Cohort<L>& c, int lane) {
  const double normal = BloodCount::normal(blood_seen(plan, c, Neutrophils::lineage)[lane]);
  const double of_clone =
      has<Leukaemia>(plan) ? c.leukaemia_traits[lane].white_cells_1e9_per_L * c.blood_day[lane].clone_share : 0.0;
  return normal / plan.leukaemia.neutrophil_share + of_clone;
}

/// What the lineages share of a day. E: Scalar, the relative exposure, or Exposures.
template <bool has_clone, int L, class E>
VT_HD void begin_blood_day(double per_normal, const Lanes<E, L>& drug, Cohort<L>& c) {
  advance(
      c.blood_day,
      [=](const BloodDay& before, const E& exposure, const Leukaemia::State& now, const Leukaemia::Traits& t)
          VT_INLINE {
            const double share = has_clone ? share_of_clone(now, t, per_normal) : before.clone_share;
            return blood_day(on_blood(exposure), before.clone_share, share);
          },
      drug, c.leukaemia, c.leukaemia_traits);
}

template <int L, class E>
VT_HD void begin_blood_day(const Plan& plan, const Lanes<E, L>& drug, Cohort<L>& c) {
  if (has<Leukaemia>(plan))
    begin_blood_day<true>(plan.leukaemia.per_normal, drug, c);
  else
    begin_blood_day<false>(0.0, drug, c);
}

/// The day of all lineages, which feel the clone as it was at the day's start and grows to its end.
template <int L>
VT_STAGE void count_blood(const Plan& plan, Cohort<L>& c) {
  if (!has<Leukaemia>(plan) && !has<Neutrophils>(plan) && !has<Platelets>(plan)) return;
  if (plan.has_second_drug)
    begin_blood_day(plan, c.slow->both_drugs, c);
  else
    begin_blood_day(plan, c.relative_exposure, c);
  // Unrolled: on a GPU the patient's address would be spilled for the index.
  VT_UNROLL
  for (int lineage = 0; lineage < kLineages; ++lineage) {
    if (!has_lineage(plan, lineage) || plan.blood[lineage].follows_concentration) continue;
    grow_lineage(plan, lineage, c);
  }
  if (is_following(plan, 0) || is_following(plan, 1)) grow_following(plan, c);
}

}}  // namespace vt
