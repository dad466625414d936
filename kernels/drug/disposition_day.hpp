#pragma once
#include "kernels/cohort.hpp"
#include "kernels/drug/variant.hpp"

/// \file The day of the general pharmacokinetic model, applied to all patients of a cohort.

namespace vt { inline namespace VT_ISA {

/// Today's rates, from today's clearance, volume and absorption.
template <int L>
VT_STAGE void set_disposition_rates(const PharmacokineticsPlan& pk, std::int32_t day, Cohort<L>& c) {
  const double metabolite_factor = day >= pk.metabolite_step_day ? pk.metabolite_step : 1.0;
  Disposition<L>& d = *c.disposition;
  advance(
      d.rates,
      [=](const Rates&, const PkDay& today, const DispositionTraits& traits)
          VT_INLINE { return rates_of(today, traits, metabolite_factor); },
      c.today, d.traits);
}

/// What the day brings of one slot's inputs.
template <class In, int L>
VT_STAGE void add_input(const PharmacokineticsPlan& pk, const Lanes<Input, L>& input, Cohort<L>& c) {
  constexpr double day_h = kHoursPerDay;
  Disposition<L>& d = *c.disposition;
  const Arrival at = In::arrival(pk.input_setting);
  if (pk.has_metabolite)
    advance(
        d.metabolite,
        [=](const Metabolite& m, const Rates& k, const Input& in) VT_INLINE {
          return Metabolite{m.mg + metabolite_of<In>(in, k, at, day_h), m.start_mg, 0.0};
        },
        d.rates, input);
  advance(
      d.amounts,
      [=](const Amounts& a, const Rates& k, const Input& in)
          VT_INLINE { return plus(a, contribution_of<In>(in, k, at, day_h)); },
      d.rates, input);
  advance(
      c.exposure,
      [](const Exposure& e, const Input& in) VT_INLINE {
        return Exposure{0.0, e.entered_mg + In::entered_mg(in, day_h)};
      },
      input);
}

/// As absorb_and_eliminate of kernels/day.hpp, up to the exposure's effect.
template <class In, int L>
VT_COLD void live_disposition(const Plan& plan, Cohort<L>& c) {
  constexpr double day_h = kHoursPerDay;
  const PharmacokineticsPlan& pk = plan.drug.pharmacokinetics;
  Disposition<L>& d = *c.disposition;
  advance(
      c.exposure,
      [](const Exposure&, const Amounts& a) VT_INLINE {
        return Exposure{0.0, total_mg(a)};
      },
      d.amounts);
  if (pk.has_metabolite)
    advance(
        d.metabolite,
        [](const Metabolite& m, const Rates& k, const Amounts& a) VT_INLINE {
          return Metabolite{metabolise(m.mg, a, k, day_h), m.mg, 0.0};
        },
        d.rates, d.amounts);
  advance(
      d.amounts, [](const Amounts& a, const Rates& k) VT_INLINE { return In::evolve(a, k, day_h); }, d.rates);
  for (std::uint32_t i = 0; i < kIntakesPerDay; ++i) {
    if (i >= plan.intakes) break;
    if (pk.carries_over && !is_empty(c.pending[i])) add_input<In>(pk, c.pending[i], c);
    if (!is_empty(c.intake[i])) add_input<In>(pk, c.intake[i], c);
  }
  advance(
      c.exposure,
      [](const Exposure& e, const Amounts& a, const PkDay& today) VT_INLINE {
        return Exposure{(e.entered_mg - total_mg(a)) / today.clearance_L_per_h, e.entered_mg};
      },
      d.amounts, c.today);
  if (pk.has_metabolite)
    advance(
        d.metabolite,
        [](const Metabolite& m, const Rates& k, const Exposure& parent, const PkDay& today) VT_INLINE {
          const double formed = today.clearance_L_per_h * parent.auc_mg_h_per_L;
          return Metabolite{m.mg, m.start_mg, (formed + m.start_mg - m.mg) / k.metabolite_clearance_L_per_h};
        },
        d.rates, c.exposure, c.today);
  if (pk.carries_over)
    for (std::uint32_t i = 0; i < plan.intakes; ++i)
      advance(
          c.pending[i], [](const Input&, const Input& in) VT_INLINE { return In::remainder(in); }, c.intake[i]);
  advance(
      c.body,
      [](const Body&, const Amounts& a) VT_INLINE {
        return Body{a.central, not_yet_absorbed_mg(a)};
      },
      d.amounts);
}

template <int L>
VT_STAGE void absorb_and_distribute(const Plan& plan, Cohort<L>& c) {
  with_input(plan.drug.pharmacokinetics, [&]<class In>() { live_disposition<In>(plan, c); });
}

/// Drug in the central compartment `t_h` after the day's start, in mg, before any of today's doses.
template <class In, int L>
VT_STAGE void find_central_after(const Plan& plan, const Cohort<L>& c, double t_h, Lanes<Scalar, L>& central_mg) {
  const Disposition<L>& d = *c.disposition;
  const Arrival at = In::arrival(plan.drug.pharmacokinetics.input_setting);
  advance(
      central_mg,
      [=](const Scalar&, const Amounts& a, const Rates& k) VT_INLINE { return Scalar{In::evolve(a, k, t_h).central}; },
      d.amounts, d.rates);
  if (!plan.drug.pharmacokinetics.carries_over) return;
  for (std::uint32_t i = 0; i < plan.intakes; ++i)
    if (!is_empty(c.pending[i]))
      advance(
          central_mg,
          [=](const Scalar& mg, const Rates& k, const Input& in)
              VT_INLINE { return Scalar{mg.x + contribution_of<In>(in, k, at, t_h).central}; },
          d.rates, c.pending[i]);
}

template <int L>
VT_COLD void find_central(const Plan& plan, const Cohort<L>& c, double t_h, Lanes<Scalar, L>& central_mg) {
  with_input(plan.drug.pharmacokinetics, [&]<class In>() { find_central_after<In>(plan, c, t_h, central_mg); });
}

/// Amounts of one patient `t_h` after the day's start, before any of today's doses.
template <int L>
VT_COLD Amounts amounts_at(const Plan& plan, const Cohort<L>& c, int lane, double t_h) {
  const Rates k = c.disposition->rates[lane];
  return with_input(plan.drug.pharmacokinetics, [&]<class In>() {
    const Arrival at = In::arrival(plan.drug.pharmacokinetics.input_setting);
    Amounts then = In::evolve(c.disposition->amounts[lane], k, t_h);
    for (std::uint32_t i = 0; i < plan.intakes; ++i)
      then = plus(then, contribution_of<In>(c.pending[i][lane], k, at, t_h));
    return then;
  });
}

/// Metabolite of one patient in mg `t_h` after the day's start, before any of today's doses.
template <int L>
VT_COLD double metabolite_at(const Plan& plan, const Cohort<L>& c, int lane, double t_h) {
  const Disposition<L>& d = *c.disposition;
  const Rates k = d.rates[lane];
  return with_input(plan.drug.pharmacokinetics, [&]<class In>() {
    const Arrival at = In::arrival(plan.drug.pharmacokinetics.input_setting);
    double mg = metabolise(d.metabolite[lane].mg, d.amounts[lane], k, t_h);
    for (std::uint32_t i = 0; i < plan.intakes; ++i) mg += metabolite_of<In>(c.pending[i][lane], k, at, t_h);
    return mg;
  });
}

}}  // namespace vt
