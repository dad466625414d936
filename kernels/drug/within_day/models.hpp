#pragma once
#include "kernels/cohort.hpp"
#include "kernels/drug/variant.hpp"

/// \file The models of pharmacokinetics as courses of a piece of a day (kernels/drug/within_day/pieces.hpp), between
/// beginnings and ends of inputs: what is there later, how it moves, and when it turns.

namespace vt { inline namespace VT_ISA {

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
  static VT_HD Arrival arrival(const PharmacokineticsPlan&) { return {}; }
  static VT_HD Body swallow(const Body& b, double, const PkDay&, const Arrival&) { return b; }
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
  static VT_HD Arrival arrival(const PharmacokineticsPlan&) { return {}; }
  static VT_HD Body swallow(const Body& b, double mg, const PkDay&, const Arrival&) {
    return {b.central_mg, b.depot_mg + mg};
  }
  static VT_HD double central_mg(const Body& b) { return b.central_mg; }
};

/// The general model with an input of kernels/drug/variant.hpp.
template <class In>
struct GeneralModel {
  using Amount = Amounts;
  using Day = Rates;
  static constexpr bool is_general = true, lasts = In::lasts;
  static constexpr Turns turns = In::turns;
  static_assert(turns != Turns::often || std::is_base_of_v<Transit, In>,
                "what turns more than twice is looked through as a chain (kernels/drug/within_day/piece_course.hpp)");
  static VT_HD Amounts after(const Amounts& a, const Rates& k, double mg_per_h, double t_h) {
    const Amounts left = In::evolve(a, k, t_h);
    if constexpr (lasts)
      return plus(left, In::contribution({mg_per_h * t_h, 0.0, t_h > 0.0 ? t_h : 1.0, 0.0}, k, {}, t_h));
    return left;
  }
  struct Shape {
    double per_gap;
    typename In::Shape in;
  };
  static VT_HD Shape shape_of(const Rates& k) { return {1.0 / k.gap, In::shape_of(k)}; }
  static VT_HD Amounts course(const Amounts& a, const Rates& k, const Shape& shape, double mg_per_h, double t_h) {
    const double fast = exp(-k.fast * t_h), slow = exp(-k.slow * t_h);
    const Transfer transfer = In::course(a, k, shape.in, mg_per_h, {fast, slow}, t_h);
    const double exchange = met(slow, fast, t_h, k.gap, shape.per_gap);
    Amounts then = transfer.left;
    then.central = fma(a.central, fma(k.fast_share, fast, k.slow_share * slow),
                       fma(a.peripheral * k.from_peripheral, exchange,
                           fma(k.fast_share, transfer.in.fast, k.slow_share * transfer.in.slow)));
    then.peripheral =
        fma(a.peripheral, fma(k.slow_share, fast, k.fast_share * slow),
            k.to_peripheral * fma(a.central, exchange, (transfer.in.slow - transfer.in.fast) * shape.per_gap));
    return then;
  }
  static VT_HD Motion motion(const Amounts& a, const Rates& k, double mg_per_h) {
    const Influx in = In::influx(a, k);
    const double out = k.elimination + k.to_peripheral;
    const double slope = mg_per_h + in.per_h + k.from_peripheral * a.peripheral - out * a.central;
    const double peripheral_slope = k.to_peripheral * a.central - k.from_peripheral * a.peripheral;
    const double peripheral_bend = k.to_peripheral * slope - k.from_peripheral * peripheral_slope;
    const double bend = in.change + k.from_peripheral * peripheral_slope - out * slope;
    return {a.central, slope, bend, in.bend + k.from_peripheral * peripheral_bend - out * bend};
  }
  static VT_HD double leaving_per_h(const Rates& k) { return k.elimination + k.to_peripheral; }
  static VT_HD double quickest_per_h(const Rates& k) { return In::quickest_per_h(k); }
  static VT_HD double arrival_h(const Rates& k, double stages) { return In::arrival_h(k, stages); }
  static VT_HD double turn_h(const Motion& m, const Rates& k) { return In::turn_h(m, k); }
  static VT_HD double between_turns_h(const Motion& m, const Rates& k) { return In::between_turns_h(m, k); }
  static VT_HD double central_mg(const Amounts& a) { return a.central; }
  static VT_HD Arrival arrival(const PharmacokineticsPlan& pk) { return In::arrival(pk.input_setting); }
  static VT_HD Amounts swallow(const Amounts& a, double mg, const Rates& k, const Arrival& at) {
    return In::swallow(a, mg, k, at);
  }
};

}}  // namespace vt
