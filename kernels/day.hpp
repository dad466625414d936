#pragma once
#include "kernels/drug/compartment.hpp"
#include "kernels/drug/occasions.hpp"
#include "kernels/drug/within_day/averages.hpp"
#include "kernels/drug/within_day/morning.hpp"
#include "kernels/models/blood_day.hpp"
#include "kernels/models/leukaemia_day.hpp"
#include "kernels/random/draw_lanes.hpp"
#include "kernels/tables.hpp"

/// \file The stages of a day, each applied to all patients of a cohort.

namespace vt { inline namespace VT_ISA {

/// Whether today's rates may differ from yesterday's.
template <Variant variant, int L>
VT_HD bool rates_change(const Plan& plan, std::int32_t day, const Cohort<L>& c) {
  const PharmacokineticsPlan& pk = plan.drug.pharmacokinetics;
  const std::int32_t treated = day - plan.treated_from_day;
  return variant == Variant::general || plan.drug.n_interactions > 0 || day == plan.first_day ||
         day == c.occasion_began_on || is_moving(pk.clearance_trend, treated) || is_moving(pk.volume_trend, treated) ||
         is_moving(pk.absorption_trend, treated) || is_moving(pk.bioavailability_trend, treated) ||
         day == pk.clearance_step.day || day == pk.volume_step.day;
}

/// Today's clearance, volume, bioavailability and absorption: traits × trend × comedications × occasion.
template <Variant variant, int L>
VT_STAGE void set_rates(const Plan& plan, std::int32_t day, Cohort<L>& c) {
  const PharmacokineticsPlan& pk = plan.drug.pharmacokinetics;
  const std::int32_t treated = day - plan.treated_from_day;
  const double clearance = trend_factor(pk.clearance_trend, treated) * step_factor(pk.clearance_step, day);
  const double volume = trend_factor(pk.volume_trend, treated) * step_factor(pk.volume_step, day);
  const double per_volume = 1.0 / volume;
  const double bioavailability = trend_factor(pk.bioavailability_trend, treated);
  const double uptake = trend_factor(pk.absorption_trend, treated), per_uptake = 1.0 / uptake;
  advance(c.modifiers, [](const Modifiers&) VT_INLINE { return Modifiers{1.0, 1.0}; });
  for (std::uint32_t i = 0; i < kMaxInteractions; ++i) {
    if (i >= plan.drug.n_interactions) break;
    const Interaction interaction = plan.drug.interactions[i];
    advance(
        c.modifiers, [=](const Modifiers& m, const Induction& s) VT_INLINE { return modify(m, s, interaction); },
        c.induction[i]);
  }
  advance(
      c.today,
      [=](const PkDay&, const PkTraits& t, const Modifiers& m, const Scalar& occasion) VT_INLINE {
        const double cl = t.clearance_L_per_h * clearance * m.clearance;
        const double per_v = t.per_volume * per_volume;
        return PkDay{cl,
                     t.volume_L * volume,
                     cl * per_v,
                     t.bioavailability * bioavailability * m.bioavailability * occasion.x,
                     t.absorption * uptake,
                     per_v,
                     t.per_absorption * per_uptake};
      },
      c.pk, c.modifiers, c.occasion);
  if constexpr (variant == Variant::general)
    set_disposition_rates(plan, day, c);
  else
    set_decay<InputOf<variant>>(plan, c);
}

/// How long an intake enters the body at a constant rate; 1 h, which nobody reads, where it enters at once. `lasts`: 1
/// if the general model has inputs of zero order, otherwise 0.
template <Variant variant>
VT_HD double input_length_h(const PkDay& day, double lasts) {
  if constexpr (variant == Variant::general)
    return lasts * day.absorption_per_h + (1.0 - lasts);
  else
    return InputOf<variant>::lasts ? day.absorption_per_h : 1.0;
}

/// The chances of two slots of a day: one draw serves both.
VT_HD Chance chance_of_even_slot(const Drawn& w) { return {w.first & 0xffffffffu, w.first >> 32}; }
VT_HD Chance chance_of_odd_slot(const Drawn& w) { return {w.second & 0xffffffffu, w.second >> 32}; }

/// Draws them for an even slot and the next.
template <int L>
VT_HD void draw_chances(const Plan& plan, std::int32_t day, int even_slot, const Cohort<L>& c, Lanes<Drawn, L>& drawn) {
  draw_lanes(plan.seed, c.id, Stream::intake, day, even_slot / 2, drawn);
}

/// One or two intakes, from an even slot on, where every dose is taken with the probability of its schedule.
template <int slot, bool both, Variant variant, int L>
VT_HD void take_by_schedule(const Plan& plan, std::int32_t day, Cohort<L>& c) {
  const double lasts = input_lasts(plan.drug.pharmacokinetics) ? 1.0 : 0.0;
  Lanes<Drawn, L> drawn;
  draw_chances(plan, day, slot, c, drawn);
  VT_LANES
  for (int lane = 0; lane < L; ++lane) {
    const PkTraits traits = c.pk[lane];
    const PkDay today = c.today[lane];
    const double length = input_length_h<variant>(today, lasts), sampled_h = c.sampled_h[lane].x;
    const auto take = [&](const Intake& intake, const Chance& chance) VT_INLINE {
      return take_by_schedule(intake, chance, traits, today.bioavailability, sampled_h, length);
    };
    const Drawn w = drawn[lane];
    c.intake[slot].put(lane, take(c.prescription[slot][lane], chance_of_even_slot(w)));
    if constexpr (both) c.intake[slot + 1].put(lane, take(c.prescription[slot + 1][lane], chance_of_odd_slot(w)));
  }
}

/// One intake where every dose is taken at its nominal time.
template <Variant variant, int L>
VT_HD void take_in_time(const Plan& plan, int slot, Cohort<L>& c) {
  const double lasts = input_lasts(plan.drug.pharmacokinetics) ? 1.0 : 0.0;
  advance(
      c.intake[slot],
      [=](const Input&, const Intake& intake, const PkTraits& traits, const PkDay& today, const Scalar& sampled)
          VT_INLINE {
            return swallow(intake.dose_mg, intake.nominal_h, traits, today.bioavailability, sampled.x,
                           input_length_h<variant>(today, lasts));
          },
      c.prescription[slot], c.pk, c.today, c.sampled_h);
}

/// One intake where patients have habits of their own.
template <bool in_runs, Variant variant, int L>
VT_STAGE void take_by_habit(const Plan& plan, std::int32_t day, int slot, const Lanes<Drawn, L>& drawn, Cohort<L>& c) {
  const auto today = static_cast<double>(day);
  const double is_first = slot == 0 ? 1.0 : 0.0;
  const double lasts = input_lasts(plan.drug.pharmacokinetics) ? 1.0 : 0.0;
  const bool is_odd = slot % 2 != 0;
  advance(
      c.habit,
      [=](const Habit& habit, const HabitTraits& traits, const Drawn& w, const Intake& intake) VT_INLINE {
        const Chance chance = is_odd ? chance_of_odd_slot(w) : chance_of_even_slot(w);
        const Occasion occasion = {today,
                                   is_first,
                                   uniform_of_word(chance.taken),
                                   uniform_of_word(chance.time),
                                   intake.miss_odds,
                                   intake.dose_mg > 0.0 ? 1.0 : 0.0};
        return in_runs ? decide_in_runs(habit, traits, occasion) : decide_alone(habit, traits, occasion);
      },
      c.habit_traits, drawn, c.prescription[slot]);
  advance(
      c.intake[slot],
      [=](const Input&, const Habit& habit, const Intake& intake, const PkTraits& traits, const PkDay& rates,
          const Scalar& sampled) VT_INLINE {
        const double length = input_length_h<variant>(rates, lasts);
        return take_dose(intake, intake.dose_mg * habit.doses, habit.time, traits, rates.bioavailability, sampled.x,
                         length);
      },
      c.habit, c.prescription[slot], c.pk, c.today, c.sampled_h);
}

/// Adds up doses prescribed and taken, two slots at a time.
template <int L>
VT_HD void count_doses(const Plan& plan, Cohort<L>& c) {
  const auto count = [](const DoseCount& n, const Intake& planned, const Input& input)
                         VT_INLINE { return count_dose(n, planned, input); };
  const auto count_both =
      [](const DoseCount& n, const Intake& planned, const Input& input, const Intake& next, const Input& next_input)
          VT_INLINE { return count_dose(count_dose(n, planned, input), next, next_input); };
  for (std::uint32_t i = 0; i < kIntakesPerDay; i += 2) {
    if (i + 1 < plan.intakes)
      advance(c.doses, count_both, c.prescription[i], c.intake[i], c.prescription[i + 1], c.intake[i + 1]);
    else if (i < plan.intakes)
      advance(c.doses, count, c.prescription[i], c.intake[i]);
  }
}

/// One or two intakes, from an even slot on, where patients have habits of their own.
template <bool in_runs, Variant variant, int L>
VT_HD void take_by_habit(const Plan& plan, std::int32_t day, int slot, bool both, Cohort<L>& c) {
  Lanes<Drawn, L> drawn;
  draw_chances(plan, day, slot, c, drawn);
  take_by_habit<in_runs, variant>(plan, day, slot, drawn, c);
  if (both) take_by_habit<in_runs, variant>(plan, day, slot + 1, drawn, c);
}

/// The intakes of an even slot and the next.
template <int slot, Variant variant, int L>
VT_HD void take_doses(const Plan& plan, std::int32_t day, Cohort<L>& c) {
  const Missing missing = day < plan.first_dose_day ? Missing::by_schedule : plan.drug.adherence.missing;
  const bool both = slot + 1 < plan.intakes;
  if (missing == Missing::never) {
    take_in_time<variant>(plan, slot, c);
    if (both) take_in_time<variant>(plan, slot + 1, c);
  } else if (missing == Missing::by_schedule) {
    if (both)
      take_by_schedule<slot, true, variant>(plan, day, c);
    else
      take_by_schedule<slot, false, variant>(plan, day, c);
  } else if (missing == Missing::alone) {
    take_by_habit<false, variant>(plan, day, slot, both, c);
  } else {
    take_by_habit<true, variant>(plan, day, slot, both, c);
  }
}

/// Which doses are taken, and when. Habits begin with the first dose.
template <Variant variant, int L>
VT_STAGE void take_doses(const Plan& plan, std::int32_t day, Cohort<L>& c) {
  static_assert(kIntakesPerDay == 4);
  if (plan.intakes > 0) take_doses<0, variant>(plan, day, c);
  if (plan.intakes > 2) take_doses<2, variant>(plan, day, c);
  count_doses(plan, c);
}

/// The day's average concentration over the reference.
template <int L>
VT_STAGE void relate_exposure(const PharmacokineticsPlan& pk, Cohort<L>& c) {
  const double per_reference = 1.0 / (pk.reference_ng_per_mL * (kHoursPerDay / kNgPerMlPerMgPerL));
  advance(
      c.relative_exposure,
      [=](const Scalar&, const Exposure& e)
          VT_INLINE { return Scalar{greater(0.0, e.auc_mg_h_per_L) * per_reference}; },
      c.exposure);
}

/// As above, of what is not bound: the average of the free concentration, before the day's drug is eliminated.
template <int L>
VT_COLD void relate_free_exposure(const Plan& plan, Cohort<L>& c) {
  const double per_reference = 1.0 / plan.drug.pharmacokinetics.reference_free_ng_per_mL;
  Lanes<Hours, L> all;
  ask_all_day(all);
  with_model(plan.drug.pharmacokinetics, [&]<class Model>() {
    find_average_free(plan, today_of<Model>(c, c.intake, all), c.today, 1.0, c.binding, c.relative_exposure);
  });
  advance(c.relative_exposure, [=](const Scalar& free) VT_INLINE { return Scalar{free.x * per_reference}; });
}

/// What the day does to the drug in the body, and what that means for the exposure.
template <Variant variant, int L>
VT_STAGE void absorb_and_eliminate(const Plan& plan, Cohort<L>& c) {
  const bool is_free = plan.drug.pharmacokinetics.free_drug_acts != 0;
  if (is_free) relate_free_exposure(plan, c);
  if constexpr (variant == Variant::general)
    absorb_and_distribute(plan, c);
  else
    empty_compartment<InputOf<variant>>(plan, c);
  if (!is_free) relate_exposure(plan.drug.pharmacokinetics, c);
}

/// This morning's trough and yesterday's average concentration, in ng/mL without the exposure scale, for means over the
/// last days, from the day after the first dose on.
template <Variant variant, int L>
VT_STAGE void sum_up_exposure(const Plan& plan, std::int32_t day, Cohort<L>& c) {
  const std::int32_t since = day - plan.first_dose_day;
  if (since < 1) return;
  Lanes<Scalar, L> amount;
  if (plan.sums_troughs) {
    find_morning<variant>(plan, c, amount);
    add_day(c.troughs, since, kNgPerMlPerMgPerL, amount);
  }
  if (plan.sums_concentrations) {
    advance(
        amount, [](const Scalar&, const Exposure& e) VT_INLINE { return Scalar{greater(0.0, e.auc_mg_h_per_L)}; },
        c.exposure);
    add_day(c.concentrations, since, kNgPerMlPerMgPerL / kHoursPerDay, amount);
  }
}

/// Onset and offset of comedications.
template <int L>
VT_STAGE void interact(const Plan& plan, std::int32_t day, Cohort<L>& c) {
  for (std::uint32_t i = 0; i < kMaxInteractions; ++i) {
    if (i >= plan.drug.n_interactions) break;
    const Interaction interaction = plan.drug.interactions[i];
    const auto today = static_cast<double>(day);
    const double every = interaction.every_days;
    if (every > 0.0) advance(c.window[i], [=](const Window& w) VT_INLINE { return course_on(w, today, every); });
    advance(
        c.induction[i],
        [=](const Induction& s, const Window& w) VT_INLINE { return turn_over(s, interaction, is_within(w, today)); },
        c.window[i]);
  }
}

}}  // namespace vt
