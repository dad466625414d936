#pragma once
#include "kernels/drug/input/first_order.hpp"

/// \file Input through a chain of equal transit stages: a dose enters the first of them at once, and the last empties
/// into a depot, from which it goes on as with input of first order. Finite and accurate where rates coincide.
///
/// Drug in the stage of number i has i stages before it, its own included; behind the last lies the depot (number 0).

namespace vt { inline namespace VT_ISA {

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
VT_HD Absorbed absorb_passed(const Chain& chain, const Rates& k, double transit_per_h, double mode_per_h, double t_h) {
  const Passed passed = pass_stages(chain, transit_per_h, mode_per_h, t_h);
  const Distance d = distance(transit_per_h, k.absorption);
  const double ratio = k.absorption / transit_per_h;
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

/// The same for what is formed of drug in the stages: a longer series, and a wider neighbourhood, for there are three
/// rates that may be near the transit rate. 0.4^(48 − 8) is below the rounding of a double; far away errors grow by at
/// most 2.5 from one stage to the next.
inline constexpr int kLongSeries = 48;
inline constexpr double kNearby = 0.4;

/// One step up a ladder of convolutions: to `to`, of drug that goes on through a place that empties at `rate`, from
/// `from`, the same without that place, both times the transit rate for each place. to[0] is known. Of a rate near by
/// `from` must be known up to kLongSeries, and `to` then is; else up to kMaxStages. As h_n of pass_stages.
VT_HD void pass_on(double transit_per_h, double rate_per_h, const double (&from)[kLongSeries + 1],
                   double (&to)[kLongSeries + 1]) {
  const double relative = (transit_per_h - rate_per_h) / transit_per_h;
  if (relative < kNearby && relative > -kNearby) {
    to[kLongSeries] = 0.0;
    for (int n = kLongSeries - 1; n >= 1; --n) to[n] = fma(relative, to[n + 1], from[n + 1]);
  } else {
    const double up = 1.0 / relative;
    for (int n = 1; n <= kMaxStages; ++n) to[n] = up * (to[n - 1] - from[n]);
  }
}

/// Of a unit dose that many stages before the depot: what has passed them and three places more, in a row, that empty
/// at a, b and c, and sits in the last: the third convolution times transit_per_h². share[0]: without any stage.
/// The rates are taken in order of their distance from the transit rate: those near by, which need long series, first.
struct Behind {
  double share[kLongSeries + 1];
};
VT_COLD Behind behind_stages(double transit_per_h, double a, double b, double c, double t_h) {
  const auto away = [=](double rate) VT_INLINE { return greater(transit_per_h - rate, rate - transit_per_h); };
  const auto sort = [&](double& near, double& far) VT_INLINE {
    const bool swaps = away(far) < away(near);
    const double first = swaps ? far : near, second = swaps ? near : far;
    near = first;
    far = second;
  };
  sort(a, b);
  sort(b, c);
  sort(a, b);
  constexpr double most = 700.0;  // as in chain_after
  const double mean = transit_per_h * t_h;
  // before[n]: what has left so many stages less one; that of n = 0, which nothing reads, is any number.
  double before[kLongSeries + 1], one[kLongSeries + 1], two[kLongSeries + 1];
  before[0] = 0.0;
  before[1] = mean < most ? exp(-mean) : 0.0;
  for (int n = 2; n <= kLongSeries; ++n) before[n] = before[n - 1] * (mean * (1.0 / (n - 1)));
  Behind behind;
  one[0] = exp(-a * t_h);
  pass_on(transit_per_h, a, before, one);
  two[0] = mean * divided_exp(-a * t_h, -b * t_h);
  pass_on(transit_per_h, b, one, two);
  behind.share[0] = mean * mean * divided_exp(-a * t_h, -b * t_h, -c * t_h);
  pass_on(transit_per_h, c, two, behind.share);
  return behind;
}

/// Metabolite, emptied at the rate `out_per_h`, of drug that sat in the stages `t_h` hours before. Absolute error
/// ≤ 1e-10 of the dose.
VT_COLD double formed_behind_stages(const Amounts& a, const Rates& k, double transit_per_h, double out_per_h,
                                    double t_h) {
  const double modes[] = {k.fast, k.slow}, shares[] = {k.fast_share, k.slow_share};
  double formed = 0.0;
  for (int mode = 0; mode < 2; ++mode) {
    const Behind behind = behind_stages(transit_per_h, k.absorption, modes[mode], out_per_h, t_h);
    double sum = 0.0;
    for (int i = 1; i <= kMaxStages; ++i) sum = fma(a.transit[i - 1], behind.share[i], sum);
    formed = fma(shares[mode], sum, formed);
  }
  return k.elimination / transit_per_h * (k.absorption / transit_per_h) * formed;
}

/// Where a dose enters a chain of so many stages; without any the depot.
VT_HD Arrival arrival(std::uint32_t stages) {
  Arrival at{};
  VT_UNROLL
  for (std::uint32_t i = 0; i < kMaxStages; ++i) at.transit[i] = i + 1 == stages ? 1.0 : 0.0;
  at.depot = stages == 0 ? 1.0 : 0.0;
  return at;
}

struct Transit : FirstOrder {
  static constexpr AbsorptionName name = {
      "transit", "the first of a chain of equal stages, whose last empties into such a depot", "absorption_rate"};
  struct Parameters {
    double transit_per_h;
  };
  static constexpr Parameter<Parameters> parameters[] = {
      {&Parameters::transit_per_h, "transit_rate", "1/h", Need::required, 1, 1e-6, 1e6, Zero::refused},
  };
  static constexpr Setting settings[] = {
      {"transit_stages", "", 0, 1, kMaxStages, true, Need::required},
  };
  static VT_HD double transit_per_h(const Rates& k) { return own<Transit>(k).transit_per_h; }
  static VT_HD std::uint32_t stages(const InputSettings& setting) { return static_cast<std::uint32_t>(setting[0]); }
  static VT_HD std::uint32_t stages(const PharmacokineticsPlan& pk) { return stages(pk.input_setting); }

  static constexpr Turns turns = Turns::often;

  static VT_HD Amounts evolve(const Amounts& before, const Rates& k, double t_h) {
    const double transit = transit_per_h(k);
    const Chain chain = chain_after(transit, t_h);
    const Passed to_depot = pass_stages(chain, transit, k.absorption, t_h);
    const Absorbed fast = absorb_passed(chain, k, transit, k.fast, t_h);
    const Absorbed slow = absorb_passed(chain, k, transit, k.slow, t_h);
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
  }
  static constexpr bool forms_in_lanes = false;
  static VT_HD double formed(const Amounts& a, const Rates& k, double out_per_h, double t_h) {
    return formed_of(a, k, out_per_h, t_h) + formed_behind_stages(a, k, transit_per_h(k), out_per_h, t_h);
  }
  static VT_HD Arrival arrival(const InputSettings& setting) { return vt::arrival(stages(setting)); }
  static VT_HD Amounts swallow(const Amounts& a, double mg, const Rates&, const Arrival& at) {
    Amounts more = a;
    VT_UNROLL
    for (int i = 0; i < kMaxStages; ++i) more.transit[i] += mg * at.transit[i];
    more.depot += mg * at.depot;
    return more;
  }
  static VT_HD Influx influx(const Amounts& a, const Rates& k) {
    const double transit = transit_per_h(k);
    return influx_from_depot(a, k, transit * a.transit[0], transit * transit * (a.transit[1] - a.transit[0]));
  }
  static VT_HD double quickest_per_h(const Rates& k) { return transit_per_h(k) + k.absorption + k.fast; }
  static VT_HD double slowest_per_h(const Rates& k, double disposition_per_h) {
    return lesser(FirstOrder::slowest_per_h(k, disposition_per_h), transit_per_h(k));
  }
  static VT_HD double later_h(const Rates& k, const InputSettings& setting) { return setting[0] / transit_per_h(k); }
  /// When what is swallowed arrives at the earliest: no peak of it comes sooner than about this.
  static VT_HD double arrival_h(const Rates& k, double stages) {
    return (stages - 1.0) / transit_per_h(k) + 1.0 / (transit_per_h(k) + k.absorption + k.fast);
  }
};

}}  // namespace vt
