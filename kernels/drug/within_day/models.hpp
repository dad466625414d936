#pragma once
#include "kernels/cohort.hpp"
#include "kernels/drug/variant.hpp"

/// \file The models of pharmacokinetics as courses of a piece of a day (kernels/drug/within_day/pieces.hpp), between
/// beginnings and ends of inputs: what is there later, how it moves, and when it turns.

namespace vt { inline namespace VT_ISA {

/// Drug in the central compartment in mg, its change per hour, the change of that, and the change of that.
struct Motion {
  double mg, slope, bend, jerk;
};

/// When a sum of two exponentials that begins with `value` and changes by `change` is 0; behind the end of time or
/// before its beginning if it never is. Rates may be the same. To a relative error of 1e-9.
VT_HD double zero_of_two(double value, double change, double a_per_h, double b_per_h) {
  constexpr double ln_2 = 0x1.62e42fefa39efp-1;
  const double by_a = change + a_per_h * value, by_b = change + b_per_h * value, ratio = by_b / by_a;
  const double log =
      select((ratio > 1e-300) & (ratio < 1e300), ln_2 * coarse_log2(clamp(ratio, 1e-300, 1e300)), -1e300);
  const bool is_one = by_b == by_a;
  return -value * select(is_one, 1.0, log) / select(is_one, by_a, by_b - by_a);
}

/// ∫₀^t e^(−a·u)·e^(−b·(t−u)) du from what either rate leaves after t, for gap = |a − b|: their difference, or by a
/// series where they are near to each other. Error ≤ 1e-15 of it.
VT_HD double met(double more_left, double less_left, double t_h, double gap_per_h, double per_gap) {
  const double x = -gap_per_h * t_h;
  double p = 0x1.27e4fb7789f5cp-22;
  p = fma(p, x, 0x1.71de3a556c734p-19);
  p = fma(p, x, 0x1.a01a01a01a01ap-16);
  p = fma(p, x, 0x1.a01a01a01a01ap-13);
  p = fma(p, x, 0x1.6c16c16c16c17p-10);
  p = fma(p, x, 0x1.1111111111111p-7);
  p = fma(p, x, 0x1.5555555555555p-5);
  p = fma(p, x, 0x1.5555555555555p-3);
  p = fma(p, x, 0.5);
  p = fma(p, x, 1.0);
  return select(x > -0.125, t_h * more_left * p, (more_left - less_left) * per_gap);
}

/// The distance of two rates, and its reciprocal: infinite where there is none.
struct Gap {
  double per_h, reciprocal;
};
VT_HD Gap gap_of(double a_per_h, double b_per_h) {
  const double gap = greater(a_per_h, b_per_h) - lesser(a_per_h, b_per_h);
  return {gap, 1.0 / gap};
}
VT_HD double met(double a_left, double b_left, double t_h, const Gap& gap) {
  return met(greater(a_left, b_left), lesser(a_left, b_left), t_h, gap.per_h, gap.reciprocal);
}

/// Models. `after` is what is there some time later; `course` is the same to 1e-15 of what was there or entered
/// (behind transit stages to 1e-10), made from few exponentials and a Shape, which follows from a day's rates: for who
/// looks at many times of a day.

/// One compartment.
template <class In>
struct CompartmentModel;

/// With input of zero order it falls or rises to a limit, so that a piece has no peak of its own.
template <>
struct CompartmentModel<ZeroOrder> {
  using Amount = Body;
  using Day = PkDay;
  static constexpr bool is_general = false, lasts = true;
  static constexpr Turns turns = Turns::never;
  static VT_HD Body after(const Body& b, const PkDay& k, double mg_per_h, double t_h) {
    const double passed = -k.elimination_per_h * t_h;
    return {fma(b.central_mg, exp(passed), mg_per_h * t_h * expm1_over(passed)), 0.0};
  }
  using Shape = Gap;
  static VT_HD Shape shape_of(const PkDay& k) { return gap_of(k.elimination_per_h, 0.0); }
  static VT_HD Body course(const Body& b, const PkDay& k, const Shape& elimination, double mg_per_h, double t_h) {
    const double left = exp(-k.elimination_per_h * t_h);
    return {fma(b.central_mg, left, mg_per_h * met(1.0, left, t_h, elimination)), 0.0};
  }
  static VT_HD Motion motion(const Body& b, const PkDay& k, double mg_per_h) {
    const double slope = mg_per_h - k.elimination_per_h * b.central_mg;
    const double bend = -k.elimination_per_h * slope;
    return {b.central_mg, slope, bend, -k.elimination_per_h * bend};
  }
  static VT_HD double quickest_per_h(const PkDay& k) { return k.elimination_per_h; }
  static VT_HD Body swallow(const Body& b, double, const Arrival&) { return b; }
  static VT_HD double central_mg(const Body& b) { return b.central_mg; }
};

template <>
struct CompartmentModel<FirstOrder> {
  using Amount = Body;
  using Day = PkDay;
  static constexpr bool is_general = false, lasts = false;
  static constexpr Turns turns = Turns::once;
  static VT_HD Body after(const Body& b, const PkDay& k, double, double t_h) {
    return FirstOrder::eliminate(b, k, t_h);
  }
  using Shape = Gap;
  static VT_HD Shape shape_of(const PkDay& k) { return gap_of(k.absorption_per_h, k.elimination_per_h); }
  static VT_HD Body course(const Body& b, const PkDay& k, const Shape& gap, double, double t_h) {
    const double left = exp(-k.elimination_per_h * t_h), depot_left = exp(-k.absorption_per_h * t_h);
    const double moved = k.absorption_per_h * met(left, depot_left, t_h, gap);
    return {fma(b.central_mg, left, b.depot_mg * moved), b.depot_mg * depot_left};
  }
  static VT_HD Motion motion(const Body& b, const PkDay& k, double) {
    const double entering = k.absorption_per_h * b.depot_mg;
    const double slope = entering - k.elimination_per_h * b.central_mg;
    const double ending = -k.absorption_per_h * entering, bend = ending - k.elimination_per_h * slope;
    return {b.central_mg, slope, bend, -k.absorption_per_h * ending - k.elimination_per_h * bend};
  }
  static VT_HD double quickest_per_h(const PkDay& k) { return k.absorption_per_h + k.elimination_per_h; }
  static VT_HD double turn_h(const Motion& m, const PkDay& k) {
    return zero_of_two(m.slope, m.bend, k.absorption_per_h, k.elimination_per_h);
  }
  static VT_HD Body swallow(const Body& b, double mg, const Arrival&) { return {b.central_mg, b.depot_mg + mg}; }
  static VT_HD double central_mg(const Body& b) { return b.central_mg; }
};

/// The general model with an input of kernels/drug/variant.hpp.
template <class In>
struct GeneralModel {
  using Amount = Amounts;
  using Day = Rates;
  static constexpr bool is_general = true, lasts = In::lasts;
  static constexpr Turns turns = In::turns;
  static VT_HD Amounts after(const Amounts& a, const Rates& k, double mg_per_h, double t_h) {
    const Amounts left = In::evolve(a, k, t_h);
    if constexpr (lasts)
      return plus(left, In::contribution({mg_per_h * t_h, 0.0, t_h > 0.0 ? t_h : 1.0, 0.0}, k, {}, t_h));
    return left;
  }
  struct Shape {
    double per_gap;
    Gap fast, slow;  ///< of the two modes: their rates' distances from that of absorption, or the rates
  };
  static VT_HD Shape shape_of(const Rates& k) {
    const double absorption = lasts ? 0.0 : k.absorption;
    return {1.0 / k.gap, gap_of(k.fast, absorption), gap_of(k.slow, absorption)};
  }
  static VT_HD Amounts course(const Amounts& a, const Rates& k, const Shape& shape, double mg_per_h, double t_h) {
    const double fast = exp(-k.fast * t_h), slow = exp(-k.slow * t_h);
    const double entering = lasts ? 1.0 : exp(-k.absorption * t_h), entered = lasts ? mg_per_h : k.absorption * a.depot;
    const double in_fast = entered * met(fast, entering, t_h, shape.fast);
    const double in_slow = entered * met(slow, entering, t_h, shape.slow);
    const double exchange = met(slow, fast, t_h, k.gap, shape.per_gap);
    Amounts then{};
    then.depot = a.depot * entering;
    then.central =
        fma(a.central, fma(k.fast_share, fast, k.slow_share * slow),
            fma(a.peripheral * k.from_peripheral, exchange, fma(k.fast_share, in_fast, k.slow_share * in_slow)));
    then.peripheral = fma(a.peripheral, fma(k.slow_share, fast, k.fast_share * slow),
                          k.to_peripheral * fma(a.central, exchange, (in_slow - in_fast) * shape.per_gap));
    return then;
  }
  static VT_HD Motion motion(const Amounts& a, const Rates& k, double mg_per_h) {
    const double entering = k.absorption * a.depot, out = k.elimination + k.to_peripheral;
    const double slope = mg_per_h + entering + k.from_peripheral * a.peripheral - out * a.central;
    const double peripheral_slope = k.to_peripheral * a.central - k.from_peripheral * a.peripheral;
    const double peripheral_bend = k.to_peripheral * slope - k.from_peripheral * peripheral_slope;
    const double changing = k.absorption * (In::arriving(a, k) - entering);
    const double bend = changing + k.from_peripheral * peripheral_slope - out * slope;
    return {a.central, slope, bend,
            k.absorption * (In::arriving_change(a, k) - changing) + k.from_peripheral * peripheral_bend - out * bend};
  }
  static VT_HD double leaving_per_h(const Rates& k) { return k.elimination + k.to_peripheral; }
  static VT_HD double quickest_per_h(const Rates& k) { return In::quickest_per_h(k); }
  /// When what is swallowed arrives at the earliest: no peak of it comes sooner than about this.
  static VT_HD double arrival_h(const Rates& k, double stages) {
    return (stages - 1.0) / k.transit + 1.0 / (k.transit + k.absorption + k.fast);
  }
  /// When the drug turns; from a depot about when.
  static VT_HD double turn_h(const Motion& m, const Rates& k) {
    return lasts ? zero_of_two(m.slope, m.bend, k.fast, k.slow) : zero_of_two(m.slope, m.bend, k.absorption, k.fast);
  }
  /// From a depot: a time that lies between two turns, if there are two. Without what comes at the rate of absorption
  /// the slope's change is that of two exponentials, so that the slope times e^(absorption·t) turns once.
  static VT_HD double between_turns_h(const Motion& m, const Rates& k) {
    return zero_of_two(fma(k.absorption, m.slope, m.bend), fma(k.absorption, m.bend, m.jerk), k.fast, k.slow);
  }
  static VT_HD double central_mg(const Amounts& a) { return a.central; }
  static VT_HD Amounts swallow(const Amounts& a, double mg, const Arrival& at) { return In::swallow(a, mg, at); }
};

}}  // namespace vt
