#pragma once
#include "kernels/drug/pharmacokinetics.hpp"

/// \file The general pharmacokinetic model: a chain of equal transit stages, a depot, one or two compartments, a
/// metabolite; in closed form between events, rates frozen over a day. Finite and accurate where rates coincide.
///
/// Drug in the stage of number i has i stages before it, its own included; behind the last lies the depot (number 0),
/// which empties into the central compartment at the rate ka. A central compartment that exchanges with a peripheral
/// one is a mixture of two modes, each a single exponential.

namespace vt { inline namespace VT_ISA {

inline constexpr int kMaxStages = 8;

/// Individual parameters beside PkTraits. Unused ones are harmless numbers.
struct DispositionTraits {
  double flow_L_per_h, peripheral_L, transit_per_h, metabolite_clearance_L_per_h, metabolite_L;
};

/// Today's rates. `fast` and `slow` are the eigenvalues, `fast_share` and `slow_share` their parts in the central
/// compartment's response to a dose into it; `gap` = fast − slow.
struct Rates {
  double absorption, transit, elimination, to_peripheral, from_peripheral;
  double fast, slow, gap, fast_share, slow_share;
  double metabolite, metabolite_clearance_L_per_h, metabolite_L;
};

/// Amounts in mg; stage i is transit[i − 1].
struct Amounts {
  double transit[kMaxStages];
  double depot, central, peripheral;
};

/// Rates from parameters. clearance, volume > 0; without a peripheral compartment the flow is 0.
VT_HD Rates rates_of(const PkDay& day, const DispositionTraits& traits, double metabolite_factor) {
  const double out = traits.flow_L_per_h / day.volume_L;
  const double back = traits.flow_L_per_h / traits.peripheral_L;
  const double sum = day.elimination_per_h + out - back;
  const double product = 4.0 * out * back;
  const double gap = square_root(fma(sum, sum, product));
  // Of gap ± sum the larger is exact enough; the other is their product over it.
  const double more = sum > 0.0 ? gap + sum : product / (gap - sum);
  const double less = sum > 0.0 ? product / (gap + sum) : gap - sum;
  const double fast = 0.5 * (day.elimination_per_h + out + back + gap);
  const double metabolite_clearance = traits.metabolite_clearance_L_per_h * metabolite_factor;
  return {day.absorption_per_h,
          traits.transit_per_h,
          day.elimination_per_h,
          out,
          back,
          fast,
          day.elimination_per_h * back / fast,
          gap,
          0.5 * more / gap,
          0.5 * less / gap,
          metabolite_clearance / traits.metabolite_L,
          metabolite_clearance,
          traits.metabolite_L};
}

/// ∫₀^t e^(−a·u)·e^(−b·(t−u)) du; finite and smooth at a = b.
VT_HD double meeting(double a_per_h, double b_per_h, double t_h) {
  const double less = lesser(a_per_h, b_per_h), more = greater(a_per_h, b_per_h);
  return t_h * exp(-less * t_h) * expm1_over((less - more) * t_h);
}

/// Terms of the series for stages whose rate is near another: 4^(8 − 32) is below the rounding of a double.
inline constexpr int kSeries = 32;
/// Rates within this relative distance of the transit rate count as near it.
inline constexpr double kNear = 0.25;

/// What a unit dose into the chain has become after a time: for n = 0 … , `stage[n]` is its share in the stage n steps
/// on if the chain goes on for ever (the probability of n events of a Poisson process).
struct Chain {
  double stage[kSeries + 1];
};
VT_HD Chain chain_after(double transit_per_h, double t_h) {
  Chain chain;
  constexpr double most = 700.0;  // beyond it nothing is left: below 1e-240 of the dose in every stage
  const double mean = transit_per_h * t_h;
  chain.stage[0] = mean < most ? exp(-mean) : 0.0;
  VT_UNROLL
  for (int n = 1; n <= kSeries; ++n) chain.stage[n] = chain.stage[n - 1] * (mean * (1.0 / n));
  return chain;
}

/// How near a rate is to the transit rate: of the two recursions over stages, `up` divides by the relative distance and
/// is stable far away, `down` multiplies by it and converges near by.
struct Distance {
  double step_up, step_down;
  bool is_near;
};
VT_HD Distance distance(double transit_per_h, double rate_per_h) {
  const double relative = (transit_per_h - rate_per_h) / transit_per_h;
  const bool is_near = relative < kNear && relative > -kNear;
  return {is_near ? 0.0 : 1.0 / (is_near ? 1.0 : relative), is_near ? relative : 0.0, is_near};
}

/// passed[n] = the share of a unit dose that has passed n stages and sits in a compartment that empties at `rate`:
/// h_n = (h_{n−1} − stage_{n−1})/d upwards or h_n = stage_n + d·h_{n+1} downwards, d = (transit − rate)/transit.
/// Absolute error ≤ 1e-10 of the dose for n ≤ kMaxStages.
struct Passed {
  double share[kSeries + 1];
};
VT_HD Passed pass_stages(const Chain& chain, double transit_per_h, double rate_per_h, double t_h) {
  const Distance d = distance(transit_per_h, rate_per_h);
  Passed up, down;
  up.share[0] = exp(-rate_per_h * t_h);
  VT_UNROLL
  for (int n = 1; n <= kSeries; ++n) up.share[n] = d.step_up * (up.share[n - 1] - chain.stage[n - 1]);
  down.share[kSeries] = chain.stage[kSeries];
  VT_UNROLL
  for (int n = kSeries - 1; n >= 0; --n) down.share[n] = fma(d.step_down, down.share[n + 1], chain.stage[n]);
  VT_UNROLL
  for (int n = 1; n <= kSeries; ++n) up.share[n] = d.is_near ? down.share[n] : up.share[n];
  return up;
}

/// absorbed[n] = the share of a unit dose that has passed n stages and the depot and sits in a mode of rate `mode`.
struct Absorbed {
  double share[kMaxStages + 1];
};
VT_HD Absorbed absorb_passed(const Chain& chain, const Rates& k, double mode_per_h, double t_h) {
  const Passed passed = pass_stages(chain, k.transit, mode_per_h, t_h);
  const Distance d = distance(k.transit, k.absorption);
  const double ratio = k.absorption / k.transit;
  Absorbed absorbed;
  absorbed.share[0] = k.absorption * meeting(k.absorption, mode_per_h, t_h);
  VT_UNROLL
  for (int n = 1; n <= kMaxStages; ++n)
    absorbed.share[n] = d.step_up * (absorbed.share[n - 1] - ratio * passed.share[n]);
  double down = 0.0;
  VT_UNROLL
  for (int n = kSeries - 1; n >= 1; --n) {
    down = fma(d.step_down, down, ratio * passed.share[n + 1]);
    if (n <= kMaxStages) absorbed.share[n] = d.is_near ? down : absorbed.share[n];
  }
  return absorbed;
}

/// Drug that has come into each mode of the central compartment.
struct Modes {
  double fast, slow;
};

/// What is in the compartments after `t_h`: `before` without its stages and depot, and drug that came through them.
VT_HD Amounts mix(const Amounts& before, const Rates& k, const Modes& in, double t_h) {
  const double fast = exp(-k.fast * t_h), slow = exp(-k.slow * t_h);
  const double exchange = meeting(k.fast, k.slow, t_h);
  Amounts after{};
  after.central = before.central * (k.fast_share * fast + k.slow_share * slow) +
                  before.peripheral * k.from_peripheral * exchange + (k.fast_share * in.fast + k.slow_share * in.slow);
  after.peripheral = before.peripheral * (k.slow_share * fast + k.fast_share * slow) +
                     before.central * k.to_peripheral * exchange + k.to_peripheral * ((in.slow - in.fast) / k.gap);
  return after;
}

/// All amounts `t_h` hours later, nothing entering. \tparam has_stages  otherwise the transit stages are empty.
template <bool has_stages>
VT_HD Amounts evolve(const Amounts& before, const Rates& k, double t_h) {
  if constexpr (has_stages) {
    const Chain chain = chain_after(k.transit, t_h);
    const Passed to_depot = pass_stages(chain, k.transit, k.absorption, t_h);
    const Absorbed fast = absorb_passed(chain, k, k.fast, t_h), slow = absorb_passed(chain, k, k.slow, t_h);
    Modes in = {before.depot * fast.share[0], before.depot * slow.share[0]};
    double depot = before.depot * to_depot.share[0];
    VT_UNROLL
    for (int i = 1; i <= kMaxStages; ++i) {
      in.fast = fma(before.transit[i - 1], fast.share[i], in.fast);
      in.slow = fma(before.transit[i - 1], slow.share[i], in.slow);
      depot = fma(before.transit[i - 1], to_depot.share[i], depot);
    }
    Amounts after = mix(before, k, in, t_h);
    after.depot = depot;
    VT_UNROLL
    for (int i = 0; i < kMaxStages; ++i) {
      double left = 0.0;
      VT_UNROLL
      for (int j = i; j < kMaxStages; ++j) left = fma(before.transit[j], chain.stage[j - i], left);
      after.transit[i] = left;
    }
    return after;
  } else {
    const Modes in = {before.depot * k.absorption * meeting(k.absorption, k.fast, t_h),
                      before.depot * k.absorption * meeting(k.absorption, k.slow, t_h)};
    Amounts after = mix(before, k, in, t_h);
    after.depot = before.depot * exp(-k.absorption * t_h);
    return after;
  }
}

/// Where a swallowed dose goes: 1 at one stage or at the depot, 0 elsewhere.
struct Arrival {
  double transit[kMaxStages], depot;
};
VT_HD Arrival arrival(std::uint32_t stages) {
  Arrival at{};
  VT_UNROLL
  for (std::uint32_t i = 0; i < kMaxStages; ++i) at.transit[i] = i + 1 == stages ? 1.0 : 0.0;
  at.depot = stages == 0 ? 1.0 : 0.0;
  return at;
}

/// What a dose by mouth adds by `until_h`: it enters its first stage at once.
template <bool has_stages>
VT_HD Amounts swallowed(const Input& input, const Rates& k, const Arrival& at, double until_h) {
  const double mg = input.start_h < until_h ? input.mg : 0.0;
  Amounts dose{};
  VT_UNROLL
  for (int i = 0; i < kMaxStages; ++i) dose.transit[i] = mg * at.transit[i];
  dose.depot = mg * at.depot;
  return evolve<has_stages>(dose, k, greater(until_h - input.start_h, 0.0));
}

/// How long of an input of zero order lies before `until_h`, and how long ago it ended or was cut off.
struct Infusion {
  double active_h, since_h, mg_per_h;
};
VT_HD Infusion infusion(const Input& input, double until_h) {
  const double active = active_h(input, until_h);
  return {active, greater(until_h - input.start_h - active, 0.0), input.mg / input.length_h};
}

/// What an input of zero order into the central compartment adds by `until_h`.
VT_HD Amounts infused(const Input& input, const Rates& k, double until_h) {
  const Infusion part = infusion(input, until_h);
  const double entered = part.mg_per_h * part.active_h;
  const Modes in = {entered * expm1_over(-k.fast * part.active_h) * exp(-k.fast * part.since_h),
                    entered * expm1_over(-k.slow * part.active_h) * exp(-k.slow * part.since_h)};
  Amounts added{};
  added.central = k.fast_share * in.fast + k.slow_share * in.slow;
  added.peripheral = k.to_peripheral * ((in.slow - in.fast) / k.gap);
  return added;
}

VT_HD Amounts plus(const Amounts& a, const Amounts& b) {
  Amounts sum;
  VT_UNROLL
  for (int i = 0; i < kMaxStages; ++i) sum.transit[i] = a.transit[i] + b.transit[i];
  sum.depot = a.depot + b.depot;
  sum.central = a.central + b.central;
  sum.peripheral = a.peripheral + b.peripheral;
  return sum;
}

VT_HD double not_yet_absorbed_mg(const Amounts& a) {
  double mg = a.depot;
  VT_UNROLL
  for (int i = 0; i < kMaxStages; ++i) mg += a.transit[i];
  return mg;
}

VT_HD double total_mg(const Amounts& a) { return not_yet_absorbed_mg(a) + a.central + a.peripheral; }

}}  // namespace vt
