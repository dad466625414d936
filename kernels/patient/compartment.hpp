#pragma once
#include "kernels/cohort.hpp"

/// \file The day of one compartment with input of zero or first order, applied to all patients of a cohort.

namespace vt { inline namespace VT_ISA {

/// Whether clearance, volume and absorption are those of the first day on every day. What follows from them alone is
/// then kept from day to day; a GPU, where every number that is kept costs, computes it anew but for the day's decay.
VT_HD bool rates_stay(const Plan& plan) {
  const PharmacokineticsPlan& pk = plan.pharmacokinetics;
  return plan.n_interactions == 0 && pk.clearance_trend.change == 0.0 && pk.volume_trend.change == 0.0 &&
         pk.absorption_trend.change == 0.0 && pk.bioavailability_trend.change == 0.0;
}
template <int L>
VT_HD bool keeps_shares(const Plan& plan) {
  return L > 1 && rates_stay(plan);
}

/// What follows from today's rates alone.
template <Absorption absorption, int L>
VT_HD void set_decay(const Plan& plan, Cohort<L>& c) {
  advance(
      c.decay, [](const Decay&, const PkDay& day) VT_INLINE { return decay_of<absorption>(day); }, c.today);
  if (!keeps_shares<L>(plan)) return;
  advance(
      c.until_morning,
      [](const Shares&, const PkDay& day) VT_INLINE { return shares_after<absorption>(day, kMorning_h); }, c.today);
}

/// Adds what one input brings in a day that may end before it.
template <Absorption absorption, int L>
VT_HD void add_partly(const Lanes<Input, L>& input, const Cohort<L>& c, Lanes<Balance, L>& balance) {
  if (is_empty(input)) return;
  advance(
      balance,
      [](const Balance& b, const Input& in, const PkDay& day) VT_INLINE {
        const Body added = contribution<absorption>(in, day, kHoursPerDay);
        return Balance{b.central_mg + added.central_mg, b.depot_mg + added.depot_mg,
                       b.entered_mg + entered_mg<absorption>(in, kHoursPerDay)};
      },
      input, c.today);
}

/// Whether every patient's input begins when it did on the day that `remains` is of.
template <int L>
VT_HD bool has_same_times(const Lanes<Input, L>& input, const Lanes<Remainder, L>& remains) {
  std::uint64_t differs = 0;
  VT_LANES
  for (int lane = 0; lane < L; ++lane) differs |= bits_of(input[lane].start_h) ^ bits_of(remains[lane].start_h);
  return differs == 0;
}

/// Adds what one slot's intakes bring, all of which are over when the day ends.
template <Absorption absorption, int L>
VT_HD void add_wholly(const Plan& plan, std::uint32_t slot, Cohort<L>& c, Lanes<Balance, L>& balance) {
  const Lanes<Input, L>& input = c.intake[slot];
  if (is_empty(input)) return;
  if (!keeps_shares<L>(plan)) {
    advance(
        balance,
        [](const Balance& b, const Input& in, const PkDay& day, const Decay& decay)
            VT_INLINE { return add<absorption>(b, in, decay, remainder_of<absorption>(in, day)); },
        input, c.today, c.decay);
    return;
  }
  Lanes<Remainder, L>& remains = c.remains[slot];
  if (!(c.knows_remains >> slot & 1) || !has_same_times(input, remains))
    advance(
        remains,
        [](const Remainder&, const Input& in, const PkDay& day) VT_INLINE { return remainder_of<absorption>(in, day); },
        input, c.today);
  c.knows_remains |= 1u << slot;
  advance(
      balance,
      [](const Balance& b, const Input& in, const Decay& decay, const Remainder& r)
          VT_INLINE { return add<absorption>(b, in, decay, r); },
      input, c.decay, remains);
}

/// Amounts at the day's end, and the day's area under the curve from the balance of mass: AUC·CL = what left the body.
template <Absorption absorption, int L>
VT_STAGE void empty_compartment(const Plan& plan, Cohort<L>& c) {
  Lanes<Balance, L> balance;
  advance(
      balance,
      [](const Balance&, const Body& b, const Decay& decay) VT_INLINE {
        const Body left = eliminate<absorption>(b, decay);
        return Balance{left.central_mg, left.depot_mg, b.central_mg + b.depot_mg};
      },
      c.body, c.decay);
  for (std::uint32_t i = 0; i < kIntakesPerDay; ++i) {
    if (i >= plan.intakes) break;
    if (!plan.pharmacokinetics.carries_over) {
      add_wholly<absorption>(plan, i, c, balance);
      continue;
    }
    add_partly<absorption>(c.pending[i], c, balance);
    add_partly<absorption>(c.intake[i], c, balance);
    advance(
        c.pending[i], [](const Input&, const Input& in) VT_INLINE { return remainder<absorption>(in); }, c.intake[i]);
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
