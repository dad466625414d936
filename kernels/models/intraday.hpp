#pragma once
#include "kernels/drug/variant.hpp"
#include "kernels/models/blood_steps.hpp"
#include "kernels/tables.hpp"

/// \file Blood counts that feel the concentration of each moment. In every step the course of the
/// concentration is replaced by the straight line with the same area and the same first moment, its projection on
/// polynomials of degree 1, so that the steps need not resolve absorption. Both come from the balance of mass: one
/// compartment, input of zero or first order.

namespace vt { inline namespace VT_ISA {

/// What is left of the drug after a step, and reciprocals of rates.
struct DrugFactors {
  double central_kept, depot_kept, absorbed, per_clearance, per_absorption;
};

/// The drug at a step's start and end, in mg; what enters during it, and the integral over the step of what has entered
/// so far, in mg·h.
struct DrugStep {
  double central, depot, next_central, next_depot, entered, entered_area;
};

/// A line over a step: the concentration in its middle, and how much it changes from there to the end, in mg/L.
struct DrugLine {
  double middle, half_change;
};

template <Variant variant>
VT_HD DrugFactors drug_factors(const PkDay& day, double h) {
  const double kept = exp(-day.elimination_per_h * h);
  if constexpr (variant == Variant::zero_order) return {kept, 0.0, 0.0, 1.0 / day.clearance_L_per_h, 0.0};
  return {kept, exp(-day.absorption_per_h * h), absorbed_share(day.absorption_per_h, day.elimination_per_h, h),
          1.0 / day.clearance_L_per_h, 1.0 / day.absorption_per_h};
}

/// The part of an input that enters in the step after `done` of those of h hours, seen from its start. What enters at a
/// moment does so in one step, however the times of the steps are rounded.
template <Variant variant>
VT_HD Input within(const Input& input, double done, double h) {
  const double from_h = h * done, to_h = h * (done + 1.0), since = input.start_h - from_h;
  if constexpr (variant == Variant::zero_order) {
    const double start = clamp(since, 0.0, h), length = clamp(since + input.length_h, 0.0, h) - start;
    return {input.mg * (length / input.length_h), start, length > 0.0 ? length : 1.0, 0.0};
  } else {
    const bool enters = (input.start_h >= from_h) & (input.start_h < to_h);
    return {enters ? input.mg : 0.0, enters ? since : 0.0, 1.0, 0.0};
  }
}

VT_HD DrugStep next_step(const DrugStep& s, const DrugFactors& f) {
  return {s.next_central,
          s.next_depot,
          fma(s.next_central, f.central_kept, s.next_depot * f.absorbed),
          s.next_depot * f.depot_kept,
          0.0,
          0.0};
}

/// Adds a part of an input to the step of h hours in which it enters.
template <Variant variant>
VT_HD DrugStep enter(const DrugStep& s, const Input& part, const PkDay& day, double h) {
  const Body added = InputOf<variant>::contribution(part, day, h);
  const double lasts = variant == Variant::zero_order ? part.length_h : 0.0;
  return {s.central,
          s.depot,
          s.next_central + added.central_mg,
          s.next_depot + added.depot_mg,
          s.entered + part.mg,
          fma(part.mg, h - part.start_h - 0.5 * lasts, s.entered_area)};
}

VT_HD DrugLine project(const DrugStep& s, const DrugFactors& f, double volume_L, double h, double per_h) {
  const double total = s.central + s.depot;
  const double area = (s.entered + total - s.next_central - s.next_depot) * f.per_clearance;
  const double depot_area = (s.entered + s.depot - s.next_depot) * f.per_absorption;
  const double area_of_area = (fma(total, h, s.entered_area) - fma(volume_L, area, depot_area)) * f.per_clearance;
  return {area * per_h, 6.0 * per_h * per_h * fma(0.5 * h, area, -area_of_area)};
}

/// The clone's shares in the step after `done`.
template <int L>
VT_HD void pass_clone(const Lanes<BloodDay, L>& day, double done, const Paces<L>& paces,
                      Lanes<BloodForcing, L>& forcing) {
  advance(
      forcing,
      [=](const BloodForcing& f, const BloodDay& today, const Pace& p)
          VT_INLINE { return either(p.steps == 1.0, f, beside_clone(f, today, done, p.steps)); },
      day, paces.of);
}

/// A stretch of a day in equal steps, after which the cells live on or are just counted.
struct Stretch {
  double hours;
  std::uint32_t steps;
  bool only_count;
};

/// Whether something of an input enters in the step after `done` of any of the patients.
template <Variant variant, int L>
VT_HD bool enters(const Lanes<Input, L>& input, const Lanes<Pace, L>& pace, double done) {
  std::uint64_t any = 0;
  VT_LANES
  for (int lane = 0; lane < L; ++lane) {
    const Pace p = pace[lane];
    any |= bits_of(within<variant>(input[lane], done, p.hours).mg);
  }
  return any != 0;
}

template <Variant variant, int L>
VT_HD void enter(const Lanes<Input, L>& input, const Lanes<PkDay, L>& day, const Lanes<Pace, L>& pace, double done,
                 Lanes<DrugStep, L>& drug) {
  if (!enters<variant>(input, pace, done)) return;
  advance(
      drug,
      [=](const DrugStep& s, const Input& in, const PkDay& today, const Pace& p)
          VT_INLINE { return enter<variant>(s, within<variant>(in, done, p.hours), today, p.hours); },
      input, day, pace);
}

/// At least as much as is in the central compartment at any time of a stretch.
template <Variant variant, int L>
VT_COLD void find_most(const Plan& plan, double hours, const Lanes<Body, L>& body, const Lanes<Input, L>* pending,
                       const Lanes<Input, L>* intake, const Lanes<PkDay, L>& today, Lanes<Scalar, L>& most_mg) {
  const auto enters_at_most = [=](const Input& input, const PkDay& day) VT_INLINE {
    const Input part = within<variant>(input, 0.0, hours);
    const double flow = day.elimination_per_h * part.length_h;  // over what is eliminated from 1 mg
    return part.mg * (variant == Variant::zero_order && flow > 1.0 ? 1.0 / flow : 1.0);
  };
  advance(
      most_mg, [](const Scalar&, const Body& b) VT_INLINE { return Scalar{b.central_mg + b.depot_mg}; }, body);
  const auto add = [&](const Lanes<Input, L>& input) VT_INLINE {
    advance(
        most_mg,
        [=](const Scalar& mg, const Input& in, const PkDay& day)
            VT_INLINE { return Scalar{mg.x + enters_at_most(in, day)}; },
        input, today);
  };
  for (std::uint32_t slot = 0; slot < plan.intakes; ++slot) {
    if (plan.drug.pharmacokinetics.carries_over) add(pending[slot]);
    if (intake != nullptr) add(intake[slot]);
  }
}

/// Blood cells through a stretch from the day's start, when `body` and `pending` were in the patient; `intake`: of this
/// day, or null; `passage`: through a step of the Plan's.
template <Variant variant, bool linear, int L>
VT_COLD void grow_through(const Plan& plan, int lineage, const Stretch& stretch, const Lanes<Body, L>& body,
                          const Lanes<Input, L>* pending, const Lanes<Input, L>* intake, const Cohort<L>& c,
                          const Lanes<Passage, L>& passage, Lanes<BloodForcing, L>& forcing, Lanes<Blood, L>& blood) {
  const Lanes<BloodTraits, L>& traits = c.blood_traits[lineage];
  const double per_reference = kNgPerMlPerMgPerL / plan.drug.pharmacokinetics.reference_ng_per_mL;
  const auto least = static_cast<double>(stretch.steps);
  Paces<L> paces;
  find_most<variant>(plan, stretch.hours, body, pending, intake, c.today, paces.asked);
  advance(
      paces.asked,
      [=](const Scalar& mg, const Blood& s, const BloodTraits& t, const PkDay& today) VT_INLINE {
        const double lost = lost_at<linear>(t, mg.x * today.per_volume * per_reference);
        const double absorption_per_h = variant == Variant::first_order ? today.absorption_per_h : 0.0;
        const double steps =
            linear ? least : steps_along(stretch.hours, least, s, t, lost, today.elimination_per_h, absorption_per_h);
        return Scalar{steps_through(stretch.hours, steps, s, t, lost)};
      },
      blood, traits, c.today);
  find_paces(stretch.hours, least, traits, paces);
  Lanes<DrugFactors, L> factors;
  advance(
      factors,
      [](const DrugFactors&, const PkDay& today, const Pace& p)
          VT_INLINE { return drug_factors<variant>(today, p.hours); },
      c.today, paces.of);
  Lanes<DrugStep, L> drug;
  advance(
      drug,
      [](const DrugStep&, const Body& b) VT_INLINE { return DrugStep{0.0, 0.0, b.central_mg, b.depot_mg, 0.0, 0.0}; },
      body);
  for (double done = 0.0; done < paces.most; done += 1.0) {
    advance(
        drug, [](const DrugStep& s, const DrugFactors& f) VT_INLINE { return next_step(s, f); }, factors);
    for (std::uint32_t slot = 0; slot < plan.intakes; ++slot) {
      if (plan.drug.pharmacokinetics.carries_over) enter<variant>(pending[slot], c.today, paces.of, done, drug);
      if (intake != nullptr) enter<variant>(intake[slot], c.today, paces.of, done, drug);
    }
    advance(
        forcing,
        [=](const BloodForcing& f, const BloodTraits& t, const DrugStep& d, const DrugFactors& k, const PkDay& today,
            const Pace& p) VT_INLINE {
          const DrugLine line = project(d, k, today.volume_L, p.hours, p.per_h);
          return BloodForcing{lost_at<linear>(t, (line.middle - line.half_change) * per_reference),
                              lost_at<linear>(t, line.middle * per_reference),
                              lost_at<linear>(t, (line.middle + line.half_change) * per_reference), f.clone_in_middle,
                              f.clone_at_end};
        },
        traits, drug, factors, c.today, paces.of);
    if (!stretch.only_count && has<Leukaemia>(plan)) pass_clone(c.blood_day, done, paces, forcing);
    if (paces.differ)
      grow_paced(done, traits, paces, forcing, blood);
    else if (stretch.only_count && done + 1.0 == paces.most)
      advance(
          blood, [](const Blood& s, const Passage& w, const BloodForcing& f) VT_INLINE { return counted(s, w, f); },
          passage, forcing);
    else
      grow_step(
          traits, passage, blood, [](const BloodForcing& f) VT_INLINE { return f; }, forcing);
  }
  if (paces.differ) lose_count(paces, blood);
}

template <int L>
VT_COLD void grow_through(const Plan& plan, int lineage, const Stretch& stretch, const Lanes<Body, L>& body,
                          const Lanes<Input, L>* pending, const Lanes<Input, L>* intake, const Cohort<L>& c,
                          const Lanes<Passage, L>& passage, Lanes<BloodForcing, L>& forcing, Lanes<Blood, L>& blood) {
  const bool linear = plan.blood[lineage].is_linear != 0;
  if (plan.drug.pharmacokinetics.variant == Variant::zero_order)
    linear ? grow_through<Variant::zero_order, true>(plan, lineage, stretch, body, pending, intake, c, passage, forcing,
                                                     blood)
           : grow_through<Variant::zero_order, false>(plan, lineage, stretch, body, pending, intake, c, passage,
                                                      forcing, blood);
  else
    linear ? grow_through<Variant::first_order, true>(plan, lineage, stretch, body, pending, intake, c, passage,
                                                      forcing, blood)
           : grow_through<Variant::first_order, false>(plan, lineage, stretch, body, pending, intake, c, passage,
                                                       forcing, blood);
}

/// Steps from the day's start to the morning dose: at most as long as the day's own.
VT_HD std::uint32_t morning_steps(const BloodPlan& model) {
  const auto mornings = static_cast<std::uint32_t>(kHoursPerDay / kMorning_h);
  return (model.steps_per_day + mornings - 1) / mornings;
}

/// The counts as a sample at the nominal morning dose finds them, before any of today's doses: where they follow the
/// concentration they are carried on from the day's start to that hour, the clone standing still. Once a day.
template <int L>
VT_COLD void count_in_the_morning(const Plan& plan, std::int32_t day, const Cohort<L>& c) {
  SlowStates<L>& slow = *c.slow;
  if (slow.counted_on == day) return;
  slow.counted_on = day;
  for (int lineage = 0; lineage < kLineages; ++lineage) {
    const BloodPlan& model = plan.blood[lineage];
    if (!model.follows_concentration) continue;
    Lanes<BloodForcing, L> forcing;
    advance(
        forcing,
        [](const BloodForcing&, const BloodDay& yesterday) VT_INLINE {
          return BloodForcing{0.0, 0.0, 0.0, yesterday.clone_share, yesterday.clone_share};
        },
        c.blood_day);
    slow.morning_blood[lineage] = c.blood[lineage];
    grow_through(plan, lineage, {kMorning_h, morning_steps(model), true}, c.body, c.pending,
                 static_cast<const Lanes<Input, L>*>(nullptr), c, slow.morning_passage[lineage], forcing,
                 slow.morning_blood[lineage]);
  }
}

/// The cells that are looked at today.
template <int L>
VT_HD const Lanes<Blood, L>& blood_seen(const Plan& plan, const Cohort<L>& c, int lineage) {
  return plan.blood[lineage].follows_concentration ? c.slow->morning_blood[lineage] : c.blood[lineage];
}

}}  // namespace vt
