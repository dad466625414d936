#pragma once
#include "kernels/drug/metabolite.hpp"

/// \file Input of zero order: a dose enters the central compartment at a constant rate. `absorption_per_h` of a day is
/// its duration in h.

namespace vt { inline namespace VT_ISA {

struct ZeroOrder : OverTime {
  static constexpr AbsorptionName name = {"zero_order", "the central compartment, at a constant rate",
                                          "absorption_duration"};
  static constexpr Trait rate = Trait::absorption_duration_h;

  // One compartment.

  static VT_HD Shares shares_after(const PkDay& day, double t_h) { return {exp(-day.elimination_per_h * t_h), 0.0}; }
  static VT_HD double central_mg(const Body& body, const Shares& shares) { return body.central_mg * shares.left; }
  static VT_HD Body eliminate(const Body& body, const PkDay& day, double t_h) {
    return {body.central_mg * exp(-day.elimination_per_h * t_h), 0.0};
  }
  static VT_HD Decay decay_of(const PkDay& day) {
    const double left = exp(-day.elimination_per_h * kHoursPerDay), per_clearance = 1.0 / day.clearance_L_per_h;
    // (1 − e^−x)/x with 1/x = V/(CL·duration)
    return {
        left, 0.0, 0.0,
        -expm1(-day.elimination_per_h * day.absorption_per_h) * (per_clearance * (day.volume_L * day.per_absorption)),
        per_clearance};
  }
  static VT_HD Body eliminate(const Body& body, const Decay& decay) { return {body.central_mg * decay.left, 0.0}; }
  static VT_HD Remainder remainder_of(const Input& input, const PkDay& day) {
    const double since = greater(kHoursPerDay - input.start_h - input.length_h, 0.0);
    return {input.start_h, exp(-day.elimination_per_h * since), 0.0};
  }
  static VT_HD Balance add(const Balance& b, const Input& input, const Decay& decay, const Remainder& remains) {
    return {b.central_mg + input.mg * decay.input_left * remains.central, b.depot_mg, b.entered_mg + input.mg};
  }
  static VT_HD Body contribution(const Input& input, const PkDay& day, double until_h) {
    const double active = active_h(input, until_h);
    const double since = greater(until_h - input.start_h - active, 0.0);
    const double entered = input.mg * (active / input.length_h);
    return {entered * expm1_over(-day.elimination_per_h * active) * exp(-day.elimination_per_h * since), 0.0};
  }

  // The general model.

  static constexpr Turns turns = Turns::once;  ///< while an input enters, or none does
  static VT_HD Amounts evolve(const Amounts& before, const Rates& k, double t_h) {
    return mix(before, k, {0.0, 0.0}, t_h);
  }
  static VT_HD Amounts contribution(const Input& input, const Rates& k, const Arrival&, double until_h) {
    const Infusion part = infusion(input, until_h);
    const double entered = part.mg_per_h * part.active_h;
    const Modes in = {entered * expm1_over(-k.fast * part.active_h) * exp(-k.fast * part.since_h),
                      entered * expm1_over(-k.slow * part.active_h) * exp(-k.slow * part.since_h)};
    Amounts added{};
    added.central = k.fast_share * in.fast + k.slow_share * in.slow;
    added.peripheral = k.to_peripheral * ((in.slow - in.fast) / k.gap);
    return added;
  }
  static constexpr bool forms_in_lanes = true;
  static VT_HD double formed(const Amounts& a, const Rates& k, double out_per_h, double t_h) {
    return formed_of(a, k, out_per_h, t_h);
  }
  static VT_HD double formed(const Input& input, const Rates& k, double out_per_h, double until_h) {
    const Infusion part = infusion(input, until_h);
    const double t = part.active_h, since = part.since_h;
    const double fast = part.mg_per_h * t * expm1_over(-k.fast * t), slow = part.mg_per_h * t * expm1_over(-k.slow * t);
    const double m = -out_per_h * t;
    const double formed =
        part.mg_per_h * t * t *
        (k.fast_share * divided_exp(0.0, -k.fast * t, m) + k.slow_share * divided_exp(0.0, -k.slow * t, m));
    const double later = k.fast_share * fast * meeting(k.fast, out_per_h, since) +
                         k.slow_share * slow * meeting(k.slow, out_per_h, since);
    return k.elimination * (formed * exp(-out_per_h * since) + later);
  }
  static VT_HD Arrival arrival(const InputSettings&) { return {}; }
  static VT_HD Amounts swallow(const Amounts& a, double, const Rates&, const Arrival&) { return a; }

  struct Shape {
    Gap fast, slow;
  };
  static VT_HD Shape shape_of(const Rates& k) { return {gap_of(k.fast, 0.0), gap_of(k.slow, 0.0)}; }
  static VT_HD Transfer course(const Amounts&, const Rates&, const Shape& shape, double mg_per_h, const Modes& left,
                               double t_h) {
    return {{}, {mg_per_h * met(left.fast, 1.0, t_h, shape.fast), mg_per_h * met(left.slow, 1.0, t_h, shape.slow)}};
  }
  static VT_HD Influx influx(const Amounts&, const Rates&) { return {0.0, 0.0, 0.0}; }
  static VT_HD double turn_h(const Motion& m, const Rates& k) { return zero_of_two(m.slope, m.bend, k.fast, k.slow); }
  static VT_HD double quickest_per_h(const Rates& k) { return k.fast; }
  static VT_HD double slowest_per_h(const Rates&, double disposition_per_h) { return disposition_per_h; }
  static VT_HD double later_h(const Rates&, const InputSettings&) { return 0.0; }

 private:
  /// How long of an input lies before `until_h`, and how long ago it ended or was cut off.
  struct Infusion {
    double active_h, since_h, mg_per_h;
  };
  static VT_HD Infusion infusion(const Input& input, double until_h) {
    const double active = active_h(input, until_h);
    return {active, greater(until_h - input.start_h - active, 0.0), input.mg / input.length_h};
  }
};

}}  // namespace vt
