#pragma once
#include "kernels/drug/metabolite.hpp"

/// \file Input of first order: a dose enters a depot at once, which empties into the central compartment at the rate
/// `absorption_per_h` of a day.

namespace vt { inline namespace VT_ISA {

struct FirstOrder : AtOnce {
  static constexpr AbsorptionName name = {
      "first_order", "a depot, which empties at a rate into the central compartment", "absorption_rate"};
  static constexpr Trait rate = Trait::absorption_rate_per_h;

  // One compartment.

  static VT_HD Shares shares_after(const PkDay& day, double t_h) {
    return {exp(-day.elimination_per_h * t_h), absorbed_share(day.absorption_per_h, day.elimination_per_h, t_h)};
  }
  static VT_HD double central_mg(const Body& body, const Shares& shares) {
    return body.central_mg * shares.left + body.depot_mg * shares.moved;
  }
  static VT_HD Body eliminate(const Body& body, const PkDay& day, double t_h) {
    return {body.central_mg * exp(-day.elimination_per_h * t_h) +
                body.depot_mg * absorbed_share(day.absorption_per_h, day.elimination_per_h, t_h),
            body.depot_mg * exp(-day.absorption_per_h * t_h)};
  }
  static VT_HD Decay decay_of(const PkDay& day) {
    return {exp(-day.elimination_per_h * kHoursPerDay), exp(-day.absorption_per_h * kHoursPerDay),
            absorbed_share(day.absorption_per_h, day.elimination_per_h, kHoursPerDay), 0.0,
            1.0 / day.clearance_L_per_h};
  }
  static VT_HD Body eliminate(const Body& body, const Decay& decay) {
    return {body.central_mg * decay.left + body.depot_mg * decay.depot_moved, body.depot_mg * decay.depot_left};
  }
  static VT_HD Remainder remainder_of(const Input& input, const PkDay& day) {
    const double t = greater(kHoursPerDay - input.start_h, 0.0);
    return {input.start_h, absorbed_share(day.absorption_per_h, day.elimination_per_h, t),
            exp(-day.absorption_per_h * t)};
  }
  static VT_HD Balance add(const Balance& b, const Input& input, const Decay&, const Remainder& remains) {
    return {b.central_mg + input.mg * remains.central, b.depot_mg + input.mg * remains.depot, b.entered_mg + input.mg};
  }
  static VT_HD Body contribution(const Input& input, const PkDay& day, double until_h) {
    const double t = greater(until_h - input.start_h, 0.0);
    const double mg = input.start_h < until_h ? input.mg : 0.0;
    return {mg * absorbed_share(day.absorption_per_h, day.elimination_per_h, t), mg * exp(-day.absorption_per_h * t)};
  }

  // The general model.

  static constexpr Turns turns = Turns::twice;
  static VT_HD Amounts evolve(const Amounts& before, const Rates& k, double t_h) {
    const Modes in = {before.depot * k.absorption * meeting(k.absorption, k.fast, t_h),
                      before.depot * k.absorption * meeting(k.absorption, k.slow, t_h)};
    Amounts after = mix(before, k, in, t_h);
    after.depot = before.depot * exp(-k.absorption * t_h);
    return after;
  }
  static constexpr bool forms_in_lanes = true;
  static VT_HD double formed(const Amounts& a, const Rates& k, double out_per_h, double t_h) {
    return formed_of(a, k, out_per_h, t_h);
  }
  static VT_HD Arrival arrival(const InputSettings&) { return {{}, 1.0}; }
  static VT_HD Amounts swallow(const Amounts& a, double mg, const Rates&, const Arrival&) {
    Amounts more = a;
    more.depot += mg;
    return more;
  }

  struct Shape {
    Gap fast, slow;  ///< of the two modes' rates from that of absorption
  };
  static VT_HD Shape shape_of(const Rates& k) { return {gap_of(k.fast, k.absorption), gap_of(k.slow, k.absorption)}; }
  static VT_HD Transfer course(const Amounts& a, const Rates& k, const Shape& shape, double, const Modes& left,
                               double t_h) {
    const double depot_left = exp(-k.absorption * t_h), entered = k.absorption * a.depot;
    Transfer transfer{
        {},
        {entered * met(left.fast, depot_left, t_h, shape.fast), entered * met(left.slow, depot_left, t_h, shape.slow)}};
    transfer.left.depot = a.depot * depot_left;
    return transfer;
  }
  static VT_HD Influx influx(const Amounts& a, const Rates& k) { return influx_from_depot(a, k, 0.0, 0.0); }
  /// `arriving`: what enters the depot per hour.
  static VT_HD Influx influx_from_depot(const Amounts& a, const Rates& k, double arriving, double arriving_change) {
    const double entering = k.absorption * a.depot, changing = k.absorption * (arriving - entering);
    return {entering, changing, k.absorption * (arriving_change - changing)};
  }
  /// About when the drug turns.
  static VT_HD double turn_h(const Motion& m, const Rates& k) {
    return zero_of_two(m.slope, m.bend, k.absorption, k.fast);
  }
  /// A time that lies between two turns, if there are two. Without what comes at the rate of absorption the slope's
  /// change is that of two exponentials, so that the slope times e^(absorption·t) turns once.
  static VT_HD double between_turns_h(const Motion& m, const Rates& k) {
    return zero_of_two(fma(k.absorption, m.slope, m.bend), fma(k.absorption, m.bend, m.jerk), k.fast, k.slow);
  }
  static VT_HD double quickest_per_h(const Rates& k) { return k.absorption + k.fast; }
  static VT_HD double slowest_per_h(const Rates& k, double disposition_per_h) {
    return lesser(disposition_per_h, k.absorption);
  }
  /// How much later than behind a depot alone a dose comes, on average.
  static VT_HD double later_h(const Rates&, const InputSettings&) { return 0.0; }
};

}}  // namespace vt
