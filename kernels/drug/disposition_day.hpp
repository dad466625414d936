#pragma once
#include "kernels/cohort.hpp"
#include "kernels/drug/variant.hpp"

/// \file The day of the general pharmacokinetic model, applied to all patients of a cohort.

namespace vt { inline namespace VT_ISA {

/// The metabolite's, by the day's step and comedications, and what the gut wall forms of it.
template <int L>
VT_COLD void set_metabolite_rates(const Plan& plan, std::int32_t day, Cohort<L>& c) {
  const PharmacokineticsPlan& pk = plan.drug.pharmacokinetics;
  const double factor = step_factor(pk.metabolite_clearance_step, day);
  const bool both = pk.metabolite_is_distributed != 0;
  Disposition<L>& d = *c.disposition;
  advance(
      d.metabolite_day,
      [=](const MetaboliteDay&, const DispositionTraits& traits) VT_INLINE {
        return MetaboliteDay{traits.metabolite_clearance_L_per_h * factor, traits.metabolite_L, 0.0};
      },
      d.traits);
  for (std::uint32_t i = 0; i < kMaxInteractions; ++i) {
    if (i >= plan.drug.n_interactions) break;
    const double more = plan.drug.interactions[i].metabolite_clearance_ratio - 1.0;
    if (more == 0.0) continue;
    advance(
        d.metabolite_day,
        [=](const MetaboliteDay& m, const Induction& state) VT_INLINE {
          return MetaboliteDay{m.clearance_L_per_h * fma(more, state.liver, 1.0), m.volume_L, 0.0};
        },
        c.induction[i]);
  }
  if (pk.forms_in_gut)
    advance(
        d.metabolite_day,
        [](const MetaboliteDay& m, const DispositionTraits& traits, const Modifiers& by) VT_INLINE {
          return MetaboliteDay{m.clearance_L_per_h, m.volume_L, formed_per_absorbed(traits, by.bioavailability)};
        },
        d.traits, c.modifiers);
  advance(
      d.metabolite_rates,
      [=](const Rates&, const Rates& drug, const DispositionTraits& traits, const MetaboliteDay& m)
          VT_INLINE { return metabolite_rates_of(drug, traits, m, both); },
      d.rates, d.traits, d.metabolite_day);
}

/// Today's rates, from today's clearance, volume and absorption.
template <int L>
VT_STAGE void set_disposition_rates(const Plan& plan, std::int32_t day, Cohort<L>& c) {
  Disposition<L>& d = *c.disposition;
  advance(
      d.rates,
      [](const Rates&, const PkDay& today, const DispositionTraits& traits)
          VT_INLINE { return rates_of(today, traits); },
      c.today, d.traits);
  if (plan.drug.pharmacokinetics.has_metabolite) set_metabolite_rates(plan, day, c);
}

/// As advance, but patient by patient where a policy's `formed` calls what is not for lanes.
template <class In, class S, int L, class Stage, class... Inputs>
VT_HD void advance_formed(Lanes<S, L>& state, Stage stage, const Lanes<Inputs, L>&... inputs) {
  if constexpr (In::forms_in_lanes) {
    advance(state, stage, inputs...);
  } else {
    for (int lane = 0; lane < L; ++lane) state.put(lane, stage(state[lane], inputs[lane]...));
  }
}

/// What of a body becomes metabolite in either of its modes; of one compartment only the first is looked at.
template <class In>
VT_HD Modes formed_into(const Amounts& a, const Rates& k, const Rates& metabolite, bool both, double t_h) {
  return {In::formed(a, k, metabolite.fast, t_h), both ? In::formed(a, k, metabolite.slow, t_h) : 0.0};
}
template <class In>
VT_HD Modes formed_into(const Input& in, const Rates& k, const Rates& metabolite, bool both, const Arrival& at,
                        double t_h) {
  return {formed_of_input<In>(in, k, metabolite.fast, at, t_h),
          both ? formed_of_input<In>(in, k, metabolite.slow, at, t_h) : 0.0};
}

/// Metabolite by the day's end of what was there at its start.
template <class In, int L>
VT_COLD void begin_metabolite(const PharmacokineticsPlan& pk, Disposition<L>& d) {
  constexpr double day_h = kHoursPerDay;
  const bool both = pk.metabolite_is_distributed != 0;
  advance_formed<In>(
      d.metabolite,
      [=](const Metabolite& m, const Rates& k, const Rates& own, const Amounts& a) VT_INLINE {
        const Metabolite start = {m.mg, m.peripheral_mg, m.mg + m.peripheral_mg, 0.0, 0.0};
        return add_formed(empty(start, own, both, day_h), own, formed_into<In>(a, k, own, both, day_h), both);
      },
      d.rates, d.metabolite_rates, d.amounts);
  if (!pk.forms_in_gut) return;
  advance(
      d.metabolite,
      [](const Metabolite& m, const Rates& own, const Amounts& a, const GutShares& gut) VT_INLINE {
        const Amounts came = In::evolve(on_its_way(a), own, day_h);
        const double passed = not_yet_absorbed_mg(a) - not_yet_absorbed_mg(came);
        return add_from_gut(m, came, gut.on_way, gut.on_way * passed);
      },
      d.metabolite_rates, d.amounts, d.gut);
  advance(
      d.gut,
      [](const GutShares& gut, const Rates& own, const Amounts& a) VT_INLINE {
        const double left = not_yet_absorbed_mg(In::evolve(on_its_way(a), own, day_h));
        return GutShares{gut.on_way, gut.pending, gut.on_way * left};
      },
      d.metabolite_rates, d.amounts);
}

/// And of one slot's inputs; `share`: what the gut wall forms for each mg that it lets pass.
template <class In, int L>
VT_COLD void add_metabolite(const PharmacokineticsPlan& pk, const Lanes<Input, L>& input, const Lanes<Scalar, L>& share,
                            Disposition<L>& d) {
  constexpr double day_h = kHoursPerDay;
  const Arrival at = In::arrival(pk.input_setting);
  const bool both = pk.metabolite_is_distributed != 0;
  advance_formed<In>(
      d.metabolite,
      [=](const Metabolite& m, const Rates& k, const Rates& own, const Input& in)
          VT_INLINE { return add_formed(m, own, formed_into<In>(in, k, own, both, at, day_h), both); },
      d.rates, d.metabolite_rates, input);
  if (!pk.forms_in_gut) return;
  advance(
      d.metabolite,
      [=](const Metabolite& m, const Rates& own, const Input& in, const Scalar& forms) VT_INLINE {
        const Amounts came = contribution_of<In>(in, own, at, day_h);
        return add_from_gut(m, came, forms.x, forms.x * (In::entered_mg(in, day_h) - not_yet_absorbed_mg(came)));
      },
      d.metabolite_rates, input, share);
  advance(
      d.gut,
      [=](const GutShares& gut, const Rates& own, const Input& in, const Scalar& forms) VT_INLINE {
        const double left = not_yet_absorbed_mg(contribution_of<In>(in, own, at, day_h));
        return GutShares{gut.on_way, gut.pending, fma(forms.x, left, gut.left_mg)};
      },
      d.metabolite_rates, input, share);
}

/// Its area from the balance of mass, and what the gut wall forms of the drug that is left for tomorrow. (Of less than
/// 1e-250 mg on its way it forms nothing.)
template <int L>
VT_COLD void end_metabolite(const PharmacokineticsPlan& pk, Cohort<L>& c) {
  Disposition<L>& d = *c.disposition;
  advance(
      d.metabolite,
      [](const Metabolite& m, const MetaboliteDay& day, const Exposure& parent, const PkDay& today) VT_INLINE {
        const double formed = today.clearance_L_per_h * parent.auc_mg_h_per_L + m.from_gut_mg;
        return Metabolite{m.mg, m.peripheral_mg, m.start_mg,
                          (formed + m.start_mg - (m.mg + m.peripheral_mg)) / day.clearance_L_per_h, m.from_gut_mg};
      },
      d.metabolite_day, c.exposure, c.today);
  if (!pk.forms_in_gut) return;
  advance(
      d.gut,
      [](const GutShares& gut, const Amounts& a, const MetaboliteDay& day) VT_INLINE {
        const double on_way = not_yet_absorbed_mg(a);
        return GutShares{on_way > 1e-250 ? gut.left_mg / on_way : 0.0, day.per_absorbed, 0.0};
      },
      d.amounts, d.metabolite_day);
}

/// What the day brings of one slot's inputs.
template <class In, int L>
VT_STAGE void add_input(const PharmacokineticsPlan& pk, const Lanes<Input, L>& input, const Lanes<Scalar, L>& share,
                        Cohort<L>& c) {
  constexpr double day_h = kHoursPerDay;
  Disposition<L>& d = *c.disposition;
  const Arrival at = In::arrival(pk.input_setting);
  if (pk.has_metabolite) add_metabolite<In>(pk, input, share, d);
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

/// What yesterday's inputs and today's bring.
template <class In, int L>
VT_HD void add_inputs(const Plan& plan, Cohort<L>& c) {
  const PharmacokineticsPlan& pk = plan.drug.pharmacokinetics;
  Disposition<L>& d = *c.disposition;
  Lanes<Scalar, L> of_pending, of_today;
  if (pk.forms_in_gut) {
    advance(
        of_pending, [](const Scalar&, const GutShares& gut) VT_INLINE { return Scalar{gut.pending}; }, d.gut);
    advance(
        of_today, [](const Scalar&, const MetaboliteDay& day) VT_INLINE { return Scalar{day.per_absorbed}; },
        d.metabolite_day);
  }
  for (std::uint32_t i = 0; i < kIntakesPerDay; ++i) {
    if (i >= plan.intakes) break;
    if (pk.carries_over && !is_empty(c.pending[i])) add_input<In>(pk, c.pending[i], of_pending, c);
    if (!is_empty(c.intake[i])) add_input<In>(pk, c.intake[i], of_today, c);
  }
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
  if (pk.has_metabolite) begin_metabolite<In>(pk, d);
  advance(
      d.amounts, [](const Amounts& a, const Rates& k) VT_INLINE { return In::evolve(a, k, day_h); }, d.rates);
  add_inputs<In>(plan, c);
  advance(
      c.exposure,
      [](const Exposure& e, const Amounts& a, const PkDay& today) VT_INLINE {
        return Exposure{(e.entered_mg - total_mg(a)) / today.clearance_L_per_h, e.entered_mg};
      },
      d.amounts, c.today);
  if (pk.has_metabolite) end_metabolite(pk, c);
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

/// The metabolite of one patient `t_h` after the day's start, before any of today's doses.
template <int L>
VT_COLD Metabolite metabolite_at(const Plan& plan, const Cohort<L>& c, int lane, double t_h) {
  const PharmacokineticsPlan& pk = plan.drug.pharmacokinetics;
  const Disposition<L>& d = *c.disposition;
  const Rates k = d.rates[lane], own = d.metabolite_rates[lane];
  const Amounts a = d.amounts[lane];
  const GutShares gut = d.gut[lane];
  const bool both = pk.metabolite_is_distributed != 0;
  return with_input(pk, [&]<class In>() {
    const Arrival at = In::arrival(pk.input_setting);
    Metabolite m =
        add_formed(empty(d.metabolite[lane], own, both, t_h), own, formed_into<In>(a, k, own, both, t_h), both);
    if (pk.forms_in_gut) m = add_from_gut(m, In::evolve(on_its_way(a), own, t_h), gut.on_way, 0.0);
    for (std::uint32_t i = 0; i < plan.intakes; ++i) {
      const Input in = c.pending[i][lane];
      m = add_formed(m, own, formed_into<In>(in, k, own, both, at, t_h), both);
      if (pk.forms_in_gut) m = add_from_gut(m, contribution_of<In>(in, own, at, t_h), gut.pending, 0.0);
    }
    return m;
  });
}

}}  // namespace vt
