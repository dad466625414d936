#pragma once
#include "kernels/calendar.hpp"
#include "kernels/cohort.hpp"
#include "kernels/people/population.hpp"

namespace vt { inline namespace VT_ISA {

/// One trait of one lane.
template <int L>
VT_HD double trait(const Plan& plan, const PatientValues<L>& values, Trait which, int lane) {
  return values.value[plan.trait_slot[static_cast<int>(which)]][lane];
}

VT_HD Trait lineage_trait(Trait of_neutrophils, int lineage) {
  constexpr int step = static_cast<int>(Trait::platelets_baseline) - static_cast<int>(Trait::anc_baseline);
  return static_cast<Trait>(static_cast<int>(of_neutrophils) + step * lineage);
}

/// Whether drug enters the central compartment at a constant rate.
VT_HD bool has_zero_order_input(const PharmacokineticsPlan& pk) {
  return pk.absorption == Absorption::zero_order ||
         (pk.absorption == Absorption::general && pk.entrance == Entrance::central);
}

VT_HD Trait absorption_trait(const PharmacokineticsPlan& pk) {
  return has_zero_order_input(pk) ? Trait::absorption_duration_h : Trait::absorption_rate_per_h;
}

template <int L>
VT_HD PkTraits pk_traits(const Plan& plan, const PatientValues<L>& v, Trait absorption, int lane) {
  const double volume = trait(plan, v, Trait::volume_L, lane), input = trait(plan, v, absorption, lane);
  return {trait(plan, v, Trait::clearance_L_per_h, lane), volume,       input,      trait(plan, v, Trait::lag_h, lane),
          trait(plan, v, Trait::bioavailability, lane),   1.0 / volume, 1.0 / input};
}

template <int L>
VT_HD DispositionTraits disposition_traits(const Plan& plan, const PatientValues<L>& v, int lane) {
  return {trait(plan, v, Trait::flow_L_per_h, lane), trait(plan, v, Trait::peripheral_L, lane),
          trait(plan, v, Trait::transit_per_h, lane), trait(plan, v, Trait::metabolite_clearance_L_per_h, lane),
          trait(plan, v, Trait::metabolite_L, lane)};
}

template <int L>
VT_HD LeukaemiaTraits leukaemia_traits(const Plan& plan, const PatientValues<L>& v, int lane) {
  constexpr double insensitive = 1e100;  // no drug acts; the product of two such numbers is finite
  const double half =
      lesser(trait(plan, v, Trait::half_exposure, lane) * trait(plan, v, Trait::resistance_fold, lane), insensitive);
  const double activation = trait(plan, v, Trait::activation_per_day, lane);
  return {trait(plan, v, Trait::regrowth_per_day, lane),
          trait(plan, v, Trait::kill_max_per_day, lane),
          half,
          lesser(half * trait(plan, v, Trait::clone_fold, lane), insensitive),
          activation,
          trait(plan, v, Trait::deactivation_per_day, lane),
          1.0 / trait(plan, v, Trait::baseline_percent, lane),
          trait(plan, v, Trait::immune_per_day, lane),
          1.0 / trait(plan, v, Trait::immune_load_percent, lane),
          exp(-activation)};
}

/// `calm_until`: the day up to which no mutant clone arises.
template <int L>
VT_HD Leukaemia leukaemia_at_start(const Plan& plan, const PatientValues<L>& v, int lane, double calm_until) {
  const double baseline = trait(plan, v, Trait::baseline_percent, lane);
  return {baseline, baseline * trait(plan, v, Trait::quiescent_ratio, lane),
          baseline * trait(plan, v, Trait::clone_ratio, lane), calm_until};
}

/// Transit rate is 4 per mean transit time: three transit stages and the circulating cells.
template <int L>
VT_HD BloodTraits blood_traits(const Plan& plan, const PatientValues<L>& v, int lineage, int lane) {
  const double baseline = trait(plan, v, lineage_trait(Trait::anc_baseline, lineage), lane);
  const double power = trait(plan, v, lineage_trait(Trait::anc_feedback, lineage), lane);
  return {baseline,
          4.0 / trait(plan, v, lineage_trait(Trait::anc_transit_day, lineage), lane),
          power,
          trait(plan, v, lineage_trait(Trait::anc_effect, lineage), lane),
          trait(plan, v, lineage_trait(Trait::anc_exponent, lineage), lane),
          baseline * trait(plan, v, lineage_trait(Trait::anc_clone, lineage), lane),
          power * coarse_log2(baseline)};
}

template <int L>
VT_HD Blood blood_at_start(const Plan& plan, const PatientValues<L>& v, int lineage, int lane,
                           const BloodTraits& traits, double clone_share) {
  const double cells = traits.baseline * trait(plan, v, lineage_trait(Trait::anc_start, lineage), lane);
  return begun({cells, cells, cells, cells, cells, 1.0, 0.0}, traits, clone_share);
}

template <int L>
VT_HD HaemoglobinTraits haemoglobin_traits(const Plan& plan, const PatientValues<L>& v, int lane) {
  return {trait(plan, v, Trait::haemoglobin_baseline, lane),
          exp(-1.0 / trait(plan, v, Trait::haemoglobin_turnover_day, lane)),
          trait(plan, v, Trait::haemoglobin_effect, lane), trait(plan, v, Trait::haemoglobin_exponent, lane)};
}

template <int L>
VT_HD TumourTraits tumour_traits(const Plan& plan, const PatientValues<L>& v, int lane) {
  return {trait(plan, v, Trait::tumour_limit, lane),         trait(plan, v, Trait::tumour_growth_per_day, lane),
          trait(plan, v, Trait::tumour_kill_per_day, lane),  trait(plan, v, Trait::tumour_fading_per_day, lane),
          trait(plan, v, Trait::tumour_density, lane),       trait(plan, v, Trait::tumour_density_per_day, lane),
          trait(plan, v, Trait::tumour_density_effect, lane)};
}

/// The second drug in terms of the first: what resists the first one takes a larger multiple of it.
template <int L>
VT_HD Exposures second_drug(const Plan& plan, const PatientValues<L>& v, int lane) {
  const double exposure = trait(plan, v, Trait::second_exposure, lane) * trait(plan, v, Trait::resistance_fold, lane) /
                          trait(plan, v, Trait::second_resistance_fold, lane);
  return {exposure, exposure * trait(plan, v, Trait::clone_fold, lane) / trait(plan, v, Trait::second_clone_fold, lane),
          trait(plan, v, Trait::second_on_blood, lane)};
}

/// How a patient misses doses; `taken` is the share of doses taken once daily (outside holidays of drawn length).
template <int L>
VT_HD HabitTraits habit_traits(const Plan& plan, const PatientValues<L>& v, int lane) {
  constexpr double least_taken = 1e-12;
  const double taken = greater(trait(plan, v, Trait::taken, lane), least_taken);
  const double end_miss = 1.0 - trait(plan, v, Trait::miss_after_miss, lane);
  const double end_holiday = 1.0 - trait(plan, v, Trait::holiday_after_holiday, lane);
  const double in_holidays = trait(plan, v, Trait::holiday_share, lane);
  const double shortest = trait(plan, v, Trait::holiday_shortest_day, lane);
  return {(1.0 - taken) / taken,
          expm1(trait(plan, v, Trait::decline_per_year, lane) / kDaysPerYear),
          (1.0 - in_holidays) * end_miss,
          end_miss,
          in_holidays * end_holiday,
          end_holiday,
          -expm1(-trait(plan, v, Trait::holidays_per_day, lane)),
          shortest,
          trait(plan, v, Trait::holiday_longest_day, lane) + 1.0 - shortest,
          trait(plan, v, Trait::double_after_miss, lane),
          trait(plan, v, Trait::double_by_mistake, lane),
          trait(plan, v, Trait::stops_after_day, lane)};
}

/// The dose before the first one counts as taken. The first intake brings the odds to those of day 0.
VT_HD Habit habit_at_start(const HabitTraits& traits) {
  return {kTook, 0.0, traits.odds / (1.0 + traits.growth_per_day), 0.0, 0.5};
}

VT_HD bool is_finite(double x) { return x - x == 0.0; }

/// Fails the patients in whom the model cannot be computed, each for the first reason: every trait is a number and not
/// negative, what is divided by is positive, shares are shares, holidays have a length, an input begins by the next
/// midnight and is over when the Plan says.
template <int L>
VT_COLD void judge_traits(const Plan& plan, const PatientValues<L>& v, std::uint64_t (&failure)[L]) {
  const Trait absorption = absorption_trait(plan.pharmacokinetics);
  const Trait divisors[] = {Trait::clearance_L_per_h,
                            Trait::volume_L,
                            absorption,
                            Trait::peripheral_L,
                            Trait::transit_per_h,
                            Trait::metabolite_clearance_L_per_h,
                            Trait::metabolite_L,
                            Trait::binding_constant_ng_per_mL,
                            Trait::half_exposure,
                            Trait::resistance_fold,
                            Trait::clone_fold,
                            Trait::baseline_percent,
                            Trait::immune_load_percent,
                            Trait::anc_baseline,
                            Trait::anc_transit_day,
                            Trait::platelets_baseline,
                            Trait::platelets_transit_day,
                            Trait::haemoglobin_turnover_day,
                            Trait::tumour_limit,
                            Trait::second_resistance_fold,
                            Trait::second_clone_fold};
  const Trait shares[] = {Trait::taken,
                          Trait::miss_after_miss,
                          Trait::holiday_share,
                          Trait::holiday_after_holiday,
                          Trait::double_after_miss,
                          Trait::double_by_mistake,
                          Trait::pills_lost,
                          Trait::second_taken};
  const auto demand = [&](Failure why, Trait which, auto holds) VT_INLINE {
    const std::uint64_t bad = failed(why, which);
    VT_LANES
    for (int lane = 0; lane < L; ++lane) failure[lane] = (holds(lane) | (failure[lane] != 0)) ? failure[lane] : bad;
  };
  for (std::uint32_t t = 0; t < static_cast<std::uint32_t>(kTraits); ++t) {
    const double* x = v.value[plan.trait_slot[t]];
    demand(Failure::negative_trait, Trait{t},
           [=](int lane) VT_INLINE { return is_finite(x[lane]) & (x[lane] >= 0.0); });
  }
  for (const Trait divisor : divisors) {
    const double* x = v.value[plan.trait_slot[static_cast<int>(divisor)]];
    demand(Failure::zero_trait, divisor, [=](int lane) VT_INLINE { return x[lane] > 0.0; });
  }
  for (const Trait share : shares) {
    const double* x = v.value[plan.trait_slot[static_cast<int>(share)]];
    demand(Failure::share_above_one, share, [=](int lane) VT_INLINE { return x[lane] <= 1.0; });
  }
  demand(Failure::short_holiday, Trait::holiday_shortest_day, [&](int lane) VT_INLINE {
    const double shortest = trait(plan, v, Trait::holiday_shortest_day, lane);
    return (shortest >= 1.0) & (trait(plan, v, Trait::holiday_longest_day, lane) >= shortest);
  });
  const PharmacokineticsPlan& pk = plan.pharmacokinetics;
  demand(Failure::long_input, Trait::lag_h,
         [&](int lane) VT_INLINE { return trait(plan, v, Trait::lag_h, lane) < kHoursPerDay; });
  if (has_zero_order_input(pk))
    demand(Failure::long_input, Trait::absorption_duration_h, [&](int lane) VT_INLINE {
      return trait(plan, v, Trait::lag_h, lane) + trait(plan, v, Trait::absorption_duration_h, lane) <=
             pk.longest_input_h;
    });
}

}}  // namespace vt
