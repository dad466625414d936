#pragma once
#include "kernels/drug/exponentials.hpp"
#include "kernels/drug/pharmacokinetics.hpp"
#include "kernels/parameters.hpp"

/// \file The general pharmacokinetic model: any input (kernels/drug/variant.hpp), one or two compartments, a
/// metabolite; in closed form between events, rates frozen over a day. Finite and accurate where rates coincide.
///
/// A central compartment that exchanges with a peripheral one is a mixture of two modes, each a single exponential.

namespace vt { inline namespace VT_ISA {

inline constexpr int kMaxStages = 8;

/// Individual parameters beside PkTraits. Unused ones are harmless numbers.
struct DispositionTraits {
  double flow_L_per_h, peripheral_L, metabolite_clearance_L_per_h, metabolite_L;
  double metabolite_flow_L_per_h, metabolite_peripheral_L, gut_extraction, gut_metabolite;
  double input[kMostInputParameters];  ///< what the policy of input has of its own, in the order of its table
};

/// Today's rates, of the drug or of its metabolite. `fast` and `slow` are the eigenvalues, `fast_share` and
/// `slow_share` their parts in the central compartment's response to a dose into it; `gap` = fast − slow.
struct Rates {
  double absorption, elimination, to_peripheral, from_peripheral;
  double fast, slow, gap, fast_share, slow_share;
  double input[kMostInputParameters];  ///< as in DispositionTraits
};

/// Those numbers by name. \tparam In  a policy with Parameters
template <class In>
VT_HD typename In::Parameters own(const Rates& k) {
  typename In::Parameters p;
  for_each_row(RowsOf<decltype(In::parameters)>{}, [&]<int i>() VT_INLINE {
    constexpr auto member = In::parameters[i].member;
    p.*member = k.input[i];
  });
  return p;
}

/// Amounts in mg; stage i of a chain (kernels/drug/input/transit.hpp) is transit[i − 1]. A policy without a chain may
/// put there what is on its way beside the depot.
struct Amounts {
  double transit[kMaxStages];
  double depot, central, peripheral;
};

/// What is eliminated from a volume, and exchanged with another one.
struct Compartments {
  double elimination_per_h, volume_L, flow_L_per_h, peripheral_L;
};

/// Rates from parameters, all of them > 0 but for the flow: 0 without a peripheral compartment. Then `fast` is the rate
/// of elimination, with all of the share, to the last bit.
VT_HD Rates rates_of(const Compartments& body, double absorption_per_h, const double (&input)[kMostInputParameters]) {
  const double out = body.flow_L_per_h / body.volume_L;
  const double back = body.flow_L_per_h / body.peripheral_L;
  const double sum = body.elimination_per_h + out - back;
  const double product = 4.0 * out * back;
  const double gap = square_root(fma(sum, sum, product));
  // Of gap ± sum the larger is exact enough; the other is their product over it.
  const double more = sum > 0.0 ? gap + sum : product / (gap - sum);
  const double less = sum > 0.0 ? product / (gap + sum) : gap - sum;
  const double fast = 0.5 * (body.elimination_per_h + out + back + gap);
  Rates k{absorption_per_h, body.elimination_per_h, out, back, fast, body.elimination_per_h * back / fast, gap,
          0.5 * more / gap, 0.5 * less / gap,       {}};
  VT_UNROLL
  for (int i = 0; i < kMostInputParameters; ++i) k.input[i] = input[i];
  return k;
}
/// The same without a peripheral compartment.
VT_HD Rates rates_of_one(double elimination_per_h, double absorption_per_h,
                         const double (&input)[kMostInputParameters]) {
  Rates k{absorption_per_h, elimination_per_h, 0.0, 0.0, elimination_per_h, 0.0, elimination_per_h, 1.0, 0.0, {}};
  VT_UNROLL
  for (int i = 0; i < kMostInputParameters; ++i) k.input[i] = input[i];
  return k;
}
VT_HD Rates rates_of(const PkDay& day, const DispositionTraits& traits) {
  return rates_of({day.elimination_per_h, day.volume_L, traits.flow_L_per_h, traits.peripheral_L}, day.absorption_per_h,
                  traits.input);
}

/// ∫₀^t e^(−a·u)·e^(−b·(t−u)) du; finite and smooth at a = b.
VT_HD double meeting(double a_per_h, double b_per_h, double t_h) {
  const double less = lesser(a_per_h, b_per_h), more = greater(a_per_h, b_per_h);
  return t_h * exp(-less * t_h) * expm1_over((less - more) * t_h);
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

/// Where a swallowed dose goes: 1 at one stage or at the depot, 0 elsewhere.
struct Arrival {
  double transit[kMaxStages], depot;
};

/// What is still on its way into the central compartment some time later, and what has come.
struct Transfer {
  Amounts left;
  Modes in;
};
/// What enters the central compartment per hour, the change of that, and the change of that.
struct Influx {
  double per_h, change, bend;
};

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

/// What is on its way alone.
VT_HD Amounts on_its_way(const Amounts& a) {
  Amounts way = a;
  way.central = way.peripheral = 0.0;
  return way;
}

VT_HD double total_mg(const Amounts& a) { return not_yet_absorbed_mg(a) + a.central + a.peripheral; }

}}  // namespace vt
