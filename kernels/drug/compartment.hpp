#pragma once
#include "kernels/cohort.hpp"
#include "kernels/drug/variant.hpp"

/// \file The day of one compartment, applied to all patients of a cohort. `In`: a policy of kernels/drug/variant.hpp.

namespace vt { inline namespace VT_ISA {

/// Whether clearance, volume and absorption are those of the first day on every day: the Plan has no trend, no step and
/// no comedication. The shares of doses that follow from them are then kept from day to day; a GPU, where every number
/// that is kept costs, computes them anew. (Rates and decay are kept in any Plan while they rest: rates_change.)
VT_HD bool rates_stay(const Plan& plan) {
  const PharmacokineticsPlan& pk = plan.drug.pharmacokinetics;
  const std::uint32_t changes = plan.drug.n_interactions | pk.clearance_step.is_set | pk.volume_step.is_set;
  return changes == 0 && pk.clearance_trend.change == 0.0 && pk.volume_trend.change == 0.0 &&
         pk.absorption_trend.change == 0.0 && pk.bioavailability_trend.change == 0.0;
}
template <int L>
VT_HD bool keeps_shares(const Plan& plan) {
  return L > 1 && rates_stay(plan);
}

/// What follows from today's rates alone.
template <class In, int L>
VT_HD void set_decay(const Plan& plan, Cohort<L>& c) {
  advance(
      c.decay, [](const Decay&, const PkDay& day) VT_INLINE { return In::decay_of(day); }, c.today);
  if (!keeps_shares<L>(plan)) return;
  advance(
      c.until_morning, [](const Shares&, const PkDay& day) VT_INLINE { return In::shares_after(day, kMorning_h); },
      c.today);
}

/// Whether every patient's input begins when it did on the day that `remains` is of.
template <int L>
VT_HD bool has_same_times(const Lanes<Input, L>& input, const Lanes<Remainder, L>& remains) {
  std::uint64_t differs = 0;
  VT_LANES
  for (int lane = 0; lane < L; ++lane) differs |= bits_of(input[lane].start_h) ^ bits_of(remains[lane].start_h);
  return differs == 0;
}

/// An input that is over by `time_h`; of others nothing.
template <class In>
VT_HD Input if_over(const Input& input, double time_h) {
  return {In::runs_past(input, time_h) ? 0.0 : input.mg, input.start_h, input.length_h, input.swallowed_mg};
}

/// Adds what one slot's intakes bring that are over when the day ends.
template <class In, int L>
VT_HD void add_wholly(const Plan& plan, std::uint32_t slot, Cohort<L>& c, Lanes<Balance, L>& balance) {
  const Lanes<Input, L>& input = c.intake[slot];
  if (is_empty(input)) return;
  constexpr double never_h = 1e300;
  const double over_by_h = plan.drug.pharmacokinetics.carries_over ? kHoursPerDay : never_h;
  if (!keeps_shares<L>(plan)) {
    advance(
        balance,
        [=](const Balance& b, const Input& in, const PkDay& day, const Decay& decay)
            VT_INLINE { return In::add(b, if_over<In>(in, over_by_h), decay, In::remainder_of(in, day)); },
        input, c.today, c.decay);
    return;
  }
  Lanes<Remainder, L>& remains = c.remains[slot];
  if (!(c.knows_remains >> slot & 1) || !has_same_times(input, remains))
    advance(
        remains,
        [](const Remainder&, const Input& in, const PkDay& day) VT_INLINE { return In::remainder_of(in, day); }, input,
        c.today);
  c.knows_remains |= 1u << slot;
  advance(
      balance,
      [=](const Balance& b, const Input& in, const Decay& decay, const Remainder& r)
          VT_INLINE { return In::add(b, if_over<In>(in, over_by_h), decay, r); },
      input, c.decay, remains);
}

/// Not 0 if an input enters around midnight: yesterday's that is not all in, or today's that will not be.
template <class In>
VT_HD std::uint64_t enters_around_midnight(const Input& pending, const Input& input) {
  return bits_of(pending.mg) | (In::runs_past(input, kHoursPerDay) ? bits_of(input.mg) : 0);
}

/// Whether any patient's does.
template <class In, int L>
VT_HD bool some_enter_around_midnight(const Lanes<Input, L>& pending, const Lanes<Input, L>& input) {
  std::uint64_t some = 0;
  VT_LANES
  for (int lane = 0; lane < L; ++lane) some |= enters_around_midnight<In>(pending[lane], input[lane]);
  return some != 0;
}

/// Adds what an input brings in a day that may end before it.
template <class In>
VT_HD Balance add_partly(const Balance& b, const Input& input, const PkDay& day) {
  const Body added = In::contribution(input, day, kHoursPerDay);
  return {b.central_mg + added.central_mg, b.depot_mg + added.depot_mg,
          b.entered_mg + In::entered_mg(input, kHoursPerDay)};
}

/// Adds what inputs around midnight bring today and leaves the rest to tomorrow, patient by patient: they are few.
template <class In, int L>
VT_STAGE void carry_over(std::uint32_t slot, Cohort<L>& c, Lanes<Balance, L>& balance) {
  struct Flag {
    std::uint64_t is_set;
  };
  Lanes<Flag, L> around_midnight;
  advance(
      around_midnight,
      [](const Flag&, const Input& pending, const Input& input)
          VT_INLINE { return Flag{enters_around_midnight<In>(pending, input)}; },
      c.pending[slot], c.intake[slot]);
  for (int lane = 0; lane < L; ++lane) {
    if (around_midnight[lane].is_set == 0) continue;
    const Input input = c.intake[slot][lane];
    const PkDay day = c.today[lane];
    const bool lasts = In::runs_past(input, kHoursPerDay);
    Balance b = add_partly<In>(balance[lane], c.pending[slot][lane], day);
    if (lasts) b = add_partly<In>(b, input, day);
    balance.put(lane, b);
    c.pending[slot].put(lane, lasts ? In::remainder(input) : Input{0.0, 0.0, 1.0, 0.0});
  }
}

/// Amounts at the day's end, and the day's area under the curve from the balance of mass: AUC·CL = what left the body.
template <class In, int L>
VT_STAGE void empty_compartment(const Plan& plan, Cohort<L>& c) {
  Lanes<Balance, L> balance;
  advance(
      balance,
      [](const Balance&, const Body& b, const Decay& decay) VT_INLINE {
        const Body left = In::eliminate(b, decay);
        return Balance{left.central_mg, left.depot_mg, b.central_mg + b.depot_mg};
      },
      c.body, c.decay);
  for (std::uint32_t i = 0; i < kIntakesPerDay; ++i) {
    if (i >= plan.intakes) break;
    add_wholly<In>(plan, i, c, balance);
    if (!plan.drug.pharmacokinetics.carries_over) continue;
    if (!nobody(some_enter_around_midnight<In>(c.pending[i], c.intake[i]))) carry_over<In>(i, c, balance);
  }
  advance(
      c.body,
      [](const Body&, const Balance& b) VT_INLINE {
        return Body{b.central_mg, b.depot_mg};
      },
      balance);
  advance(
      c.exposure,
      [](const Exposure&, const Balance& b, const Decay& d) VT_INLINE {
        return Exposure{(b.entered_mg - b.central_mg - b.depot_mg) * d.per_clearance, b.entered_mg};
      },
      balance, c.decay);
}

}}  // namespace vt
