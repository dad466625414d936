#pragma once
#include "kernels/calendar.hpp"
#include "kernels/cohort.hpp"
#include "kernels/drug/variant.hpp"
#include "kernels/people/population.hpp"

namespace vt { inline namespace VT_ISA {

/// One trait of one lane.
template <int L>
VT_HD double trait(const Plan& plan, const PatientValues<L>& values, Trait which, int lane) {
  return values.value[plan.trait_slot[static_cast<int>(which)]][lane];
}

/// What one lane has of a model's table in the scenario.
template <class M, int L>
VT_HD typename M::Parameters parameters_of(const Plan& plan, const PatientValues<L>& values, int lane) {
  typename M::Parameters p;
  for_each_row(RowsOf<decltype(M::parameters)>{}, [&]<int i>() VT_INLINE {
    constexpr auto member = M::parameters[i].member;
    constexpr int trait = kFirstModelTrait + kBefore<M>.parameters + i;
    p.*member = values.value[plan.trait_slot[trait]][lane];
  });
  return p;
}

/// The trait that says how fast doses enter.
VT_HD Trait absorption_trait(const PharmacokineticsPlan& pk) {
  return with_input(pk, [&]<class In>() { return In::rate; });
}

template <int L>
VT_HD PkTraits pk_traits(const Plan& plan, const PatientValues<L>& v, Trait absorption, int lane) {
  const double volume = trait(plan, v, Trait::volume_L, lane), input = trait(plan, v, absorption, lane);
  return {trait(plan, v, Trait::clearance_L_per_h, lane), volume,       input,      trait(plan, v, Trait::lag_h, lane),
          trait(plan, v, Trait::bioavailability, lane),   1.0 / volume, 1.0 / input};
}

template <int L>
VT_HD DispositionTraits disposition_traits(const Plan& plan, const PatientValues<L>& v, int lane) {
  DispositionTraits traits{trait(plan, v, Trait::flow_L_per_h, lane),
                           trait(plan, v, Trait::peripheral_L, lane),
                           trait(plan, v, Trait::metabolite_clearance_L_per_h, lane),
                           trait(plan, v, Trait::metabolite_L, lane),
                           trait(plan, v, Trait::metabolite_flow_L_per_h, lane),
                           trait(plan, v, Trait::metabolite_peripheral_L, lane),
                           trait(plan, v, Trait::gut_extraction, lane),
                           trait(plan, v, Trait::gut_metabolite, lane),
                           {}};
  for_each_input(Inputs{}, [&]<AbsorptionModel model, class In>() VT_INLINE {
    constexpr int n = kCountOf<In>.parameters;
    if (model != plan.drug.pharmacokinetics.input) return;
    for (int i = 0; i < n; ++i) traits.input[i] = v.value[plan.trait_slot[kFirstInputTrait<model> + i]][lane];
  });
  return traits;
}

/// The second drug in terms of the first: what resists the first one takes a larger multiple of it.
template <int L>
VT_HD Exposures second_drug(const Plan& plan, const PatientValues<L>& v, int lane) {
  const Leukaemia::Parameters first = parameters_of<Leukaemia>(plan, v, lane);
  const double exposure = trait(plan, v, Trait::second_exposure, lane) * first.resistance_fold /
                          trait(plan, v, Trait::second_resistance_fold, lane);
  return {exposure, exposure * first.clone_fold / trait(plan, v, Trait::second_clone_fold, lane),
          trait(plan, v, Trait::second_on_blood, lane)};
}

/// How a patient misses doses whose first one is prescribed on a day; `taken` is the share of doses taken once daily
/// (outside holidays of drawn length).
template <int L>
VT_HD HabitTraits habit_traits(const Plan& plan, const PatientValues<L>& v, int lane, double starts_on_day) {
  const double end_miss = 1.0 - trait(plan, v, Trait::miss_after_miss, lane);
  const double end_holiday = 1.0 - trait(plan, v, Trait::holiday_after_holiday, lane);
  const double in_holidays = trait(plan, v, Trait::holiday_share, lane);
  const double shortest = trait(plan, v, Trait::holiday_shortest_day, lane);
  return {odds_of_missing(trait(plan, v, Trait::taken, lane)),
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
          starts_on_day + trait(plan, v, Trait::stops_after_day, lane),
          starts_on_day};
}

/// The dose before the first one counts as taken. The first intake brings the odds to those of its day.
VT_HD Habit habit_at_start(const HabitTraits& traits) {
  return {kTook, 0.0, traits.odds / (1.0 + traits.growth_per_day), 0.0, 0.5};
}

VT_HD bool is_finite(double x) { return x - x == 0.0; }

/// Fails the patients in whom the model cannot be computed, each for the first reason: every trait is a number and not
/// negative, what is divided by is positive, shares are shares, holidays have a length, an input begins by the next
/// midnight and is over when the Plan says.
template <int L>
VT_COLD void judge_traits(const Plan& plan, const PatientValues<L>& v, std::uint64_t (&failure)[L]) {
  const Trait absorption = absorption_trait(plan.drug.pharmacokinetics);
  const Trait divisors[] = {Trait::clearance_L_per_h,
                            Trait::volume_L,
                            absorption,
                            Trait::peripheral_L,
                            Trait::metabolite_clearance_L_per_h,
                            Trait::metabolite_L,
                            Trait::metabolite_peripheral_L,
                            Trait::binding_constant_ng_per_mL,
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
  const auto demand_more = [&](int divisor) VT_INLINE {
    const double* x = v.value[plan.trait_slot[divisor]];
    demand(Failure::zero_trait, Trait{static_cast<std::uint32_t>(divisor)},
           [=](int lane) VT_INLINE { return x[lane] > 0.0; });
  };
  const auto demand_share = [&](int share) VT_INLINE {
    const double* x = v.value[plan.trait_slot[share]];
    demand(Failure::share_above_one, Trait{static_cast<std::uint32_t>(share)},
           [=](int lane) VT_INLINE { return x[lane] <= 1.0; });
  };
  const auto demand_rows = [&]<class Owner, int first>() VT_INLINE {
    for_each_row(RowsOf<decltype(Owner::parameters)>{}, [&]<int i>() VT_INLINE {
      constexpr bool divides = Owner::parameters[i].zero == Zero::refused, is_share = Owner::parameters[i].is_share;
      if constexpr (divides) demand_more(first + i);
      if constexpr (is_share) demand_share(first + i);
    });
  };
  for (const Trait divisor : divisors) demand_more(static_cast<int>(divisor));
  for_each_input(Inputs{}, [&]<AbsorptionModel model, class In>() VT_INLINE {
    if constexpr (kCountOf<In>.parameters > 0) demand_rows.template operator()<In, kFirstInputTrait<model>>();
  });
  for_each_model(Models{}, [&]<class M>() VT_INLINE {
    demand_rows.template operator()<M, kFirstModelTrait + kBefore<M>.parameters>();
  });
  for (const Trait share : shares) demand_share(static_cast<int>(share));
  demand(Failure::short_holiday, Trait::holiday_shortest_day, [&](int lane) VT_INLINE {
    const double shortest = trait(plan, v, Trait::holiday_shortest_day, lane);
    return (shortest >= 1.0) & (trait(plan, v, Trait::holiday_longest_day, lane) >= shortest);
  });
  const PharmacokineticsPlan& pk = plan.drug.pharmacokinetics;
  demand(Failure::gut_extraction, Trait::gut_extraction, [&](int lane) VT_INLINE {
    const double extracted = trait(plan, v, Trait::gut_extraction, lane);
    return (extracted < 1.0) & ((pk.forms_in_gut == 0) | (absorbed_at_most(pk, extracted) <= kWhole));
  });
  demand(Failure::long_input, Trait::lag_h,
         [&](int lane) VT_INLINE { return trait(plan, v, Trait::lag_h, lane) < kHoursPerDay; });
  if (input_lasts(pk))
    demand(Failure::long_input, absorption, [&](int lane) VT_INLINE {
      return trait(plan, v, Trait::lag_h, lane) + trait(plan, v, absorption, lane) <= pk.longest_input_h;
    });
}

}}  // namespace vt
