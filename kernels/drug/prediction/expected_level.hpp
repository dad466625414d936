#pragma once
#include "kernels/drug/prediction/dose_history.hpp"
#include "kernels/drug/variant.hpp"

/// \file The levels that a model expects from doses: equal ones for long, a single one, or those that are known.
/// Concentrations in ng/mL, times in h, doses in mg of one intake. Inputs may last, or lag, longer than the interval.

namespace vt { inline namespace VT_ISA {

/// A model for levels. `absorption` as in PkTraits; the rest is of the general model, with what its input has of its
/// own.
struct SteadyPk {
  double clearance_L_per_h, volume_L, absorption, lag_h, bioavailability;
  double flow_L_per_h = 0.0, peripheral_L = 1.0;
  AbsorptionModel input = AbsorptionModel::first_order;
  std::uint32_t unused = 0;
  double own[kMostInputParameters] = {1.0, 1.0};
  InputSettings setting = {};
};

/// The policy that predicts for a model's: that of transit through no stages for input of first order, which is the
/// same but for the last bit.
template <class In>
using PredictedBy = std::conditional_t<std::is_same_v<In, FirstOrder>, Transit, In>;
/// run.operator()<In>() with the policy that predicts.
template <class Run>
VT_HD auto with_input(const SteadyPk& pk, Run run) {
  return with_input(pk.input, [&]<class In>() VT_INLINE { return run.template operator()<PredictedBy<In>>(); });
}

/// Accumulation: 1/(1 − e^(−k·τ)).
VT_HD double accumulation(double k_per_h, double interval_h) { return -1.0 / expm1(-k_per_h * interval_h); }

/// Hours since the last input began, `after_h` after the last of many equal doses.
VT_HD double since_input_h(double after_h, double lag_h, double interval_h) {
  double t = after_h - lag_h;
  while (t < 0.0) t += interval_h;
  return t;
}

/// Zero-order input that ends `length_h` after it begins; t ≥ 0 after the last beginning: inputs that still enter one
/// by one, those that are over as a series.
VT_COLD double steady_zero_order(double k, double clearance, double rate, double length_h, double interval_h,
                                 double t) {
  double sum = 0.0;
  for (; t < length_h; t += interval_h) sum += -expm1(-k * t);
  const double over = -expm1(-k * length_h) * accumulation(k, interval_h);
  return rate / clearance * fma(over, exp(-k * (t - length_h)), sum);
}

/// ka, but where it is within 10⁻⁵ of k moved away by as much: an error of 10⁻⁵ at most.
VT_HD double apart_from(double k, double ka) {
  constexpr double apart = 1e-5;
  const double away = ka - k;
  return away < apart * k && away > -apart * k ? k * (1.0 + apart) : ka;
}

/// First-order input.
VT_COLD double steady_first_order(double k, double volume, double mg, double ka, double interval_h, double t) {
  const double rate = apart_from(k, ka);
  const double decay = exp(-k * t) * accumulation(k, interval_h);
  const double entry = exp(-rate * t) * accumulation(rate, interval_h);
  return mg * rate / (volume * (rate - k)) * (decay - entry);
}

VT_COLD Rates rates_of(const SteadyPk& pk) {
  return rates_of({pk.clearance_L_per_h / pk.volume_L, pk.volume_L, pk.flow_L_per_h, pk.peripheral_L}, pk.absorption,
                  pk.own);
}

VT_COLD Amounts later(const SteadyPk& pk, const Amounts& now, const Rates& k, double t_h) {
  return with_input(pk, [&]<class In>() { return In::evolve(now, k, t_h); });
}

/// What a dose has become after t_h ≥ 0, in the general model.
VT_COLD Amounts amounts_of_dose(const SteadyPk& pk, const Rates& k, double mg, double t_h) {
  return with_input(pk, [&]<class In>() {
    if constexpr (In::lasts)
      return In::contribution({mg, 0.0, pk.absorption, mg}, k, {}, t_h);
    else
      return In::evolve(In::swallow({}, mg, k, In::arrival(pk.setting)), k, t_h);
  });
}

/// How long a dose enters.
VT_HD double input_h(const SteadyPk& pk) {
  return with_input(pk, [&]<class In>() { return In::lasts ? pk.absorption : 0.0; });
}

/// How much later than behind a depot alone a dose comes.
VT_HD double later_h(const SteadyPk& pk) {
  return with_input(pk.input, [&]<class In>() { return In::later_h(rates_of(pk), pk.setting); });
}

/// The slowest rate at which a dose passes through the model.
VT_COLD double slowest(const SteadyPk& pk, const Rates& k) {
  const double disposition = k.to_peripheral > 0.0 ? k.slow : k.elimination;
  return with_input(pk.input, [&]<class In>() { return In::slowest_per_h(k, disposition); });
}

/// The general model after many equal doses, in mg/L; t ≥ 0 after the last input began: inputs that still enter one by
/// one, those that are over by doubling their number until a further one counts for less than 1e-16.
VT_COLD double steady_general(const SteadyPk& pk, double mg, double interval_h, double t_h) {
  constexpr double forgotten = 80.0;  // times the slowest rate: e^-80·80^8/8! of the last of eight stages
  constexpr int most_doublings = 64;
  const Rates k = rates_of(pk);
  const double lasts_h = input_h(pk);
  double entering = 0.0;
  for (; t_h < lasts_h; t_h += interval_h) entering += amounts_of_dose(pk, k, mg, t_h).central;
  Amounts over = amounts_of_dose(pk, k, mg, t_h);
  double span_h = interval_h;
  for (int i = 0; i < most_doublings && span_h * slowest(pk, k) < forgotten; ++i, span_h *= 2.0)
    over = plus(over, later(pk, over, k, span_h));
  return (entering + over.central) / pk.volume_L;
}

/// Time of the peak after the last of many equal doses: when an input ends or, of first order, when as much enters as
/// leaves; with the general model about.
VT_COLD double peak_h(Variant variant, const SteadyPk& pk, double interval_h) {
  double after_h = pk.lag_h;
  if (variant == Variant::zero_order || input_h(pk) > 0.0) {
    after_h += pk.absorption;
  } else {
    const double k = pk.clearance_L_per_h / pk.volume_L, ka = apart_from(k, pk.absorption);
    const double in = ka * accumulation(ka, interval_h), out = k * accumulation(k, interval_h);
    after_h += log(in / out) / (ka - k) + later_h(pk);
  }
  while (after_h >= interval_h) after_h -= interval_h;
  return after_h;
}

/// Concentration `after_h` after the last of many equal doses, 0 < after_h.
VT_COLD double steady_level(Variant variant, const SteadyPk& pk, double dose_mg, double interval_h, double after_h) {
  const double k = pk.clearance_L_per_h / pk.volume_L;
  const double mg = dose_mg * pk.bioavailability;
  const double t = since_input_h(after_h, pk.lag_h, interval_h);
  if (variant == Variant::general) return kNgPerMlPerMgPerL * steady_general(pk, mg, interval_h, t);
  const double mg_per_L =
      variant == Variant::zero_order
          ? steady_zero_order(k, pk.clearance_L_per_h, mg / pk.absorption, pk.absorption, interval_h, t)
          : steady_first_order(k, pk.volume_L, mg, pk.absorption, interval_h, t);
  return kNgPerMlPerMgPerL * mg_per_L;
}

/// Concentration `after_h` after a single dose.
VT_COLD double single_level(Variant variant, const SteadyPk& pk, double dose_mg, double after_h) {
  const double k = pk.clearance_L_per_h / pk.volume_L;
  const double mg = dose_mg * pk.bioavailability;
  const double t = after_h - pk.lag_h;
  if (!(t > 0.0)) return 0.0;
  if (variant == Variant::general)
    return kNgPerMlPerMgPerL * (amounts_of_dose(pk, rates_of(pk), mg, t).central / pk.volume_L);
  if (variant == Variant::zero_order) {
    const double during = lesser(t, pk.absorption);
    return kNgPerMlPerMgPerL * (mg / pk.absorption / pk.clearance_L_per_h) * -expm1(-k * during) *
           exp(-k * (t - during));
  }
  const double ka = apart_from(k, pk.absorption);
  return kNgPerMlPerMgPerL * (mg * ka / (pk.volume_L * (ka - k))) * (exp(-k * t) - exp(-ka * t));
}

/// The doses of a Recall with first-order input: what single_level gives for each, and what the series before them
/// does.
VT_COLD double first_order_level_of(const SteadyPk& pk, const Recall& recall, double interval_h) {
  const double k = pk.clearance_L_per_h / pk.volume_L;
  const double ka = apart_from(k, pk.absorption);
  double sum = 0.0;
  if (recall.tail_doses > 0.0) {
    const double last_h = since_input_h(recall.tail_h, pk.lag_h, interval_h);
    const double first_h = since_input_h(fma(recall.tail_doses, interval_h, recall.tail_h), pk.lag_h, interval_h);
    const double decay = (exp(-k * last_h) - exp(-k * first_h)) * accumulation(k, interval_h);
    const double entry = (exp(-ka * last_h) - exp(-ka * first_h)) * accumulation(ka, interval_h);
    sum = recall.tail_mg * (decay - entry);
  }
  for (int done = 0; done < recall.doses; done += kDosesAtOnce) {
    double part[kDosesAtOnce];
    VT_LANES
    for (int i = 0; i < kDosesAtOnce; ++i) {
      const double t = greater(recall.dose[done + i].time_h - pk.lag_h, 0.0);
      part[i] = recall.dose[done + i].mg * (exp(-k * t) - exp(-ka * t));
    }
    for (const double one : part) sum += one;
  }
  return kNgPerMlPerMgPerL * (pk.bioavailability * ka / (pk.volume_L * (ka - k))) * sum;
}

/// Whether any of the doses has begun to enter when the level is drawn.
VT_COLD bool has_begun(const Recall& recall, double lag_h, double interval_h) {
  bool found = recall.tail_doses > 0.0 && fma(recall.tail_doses - 1.0, interval_h, recall.tail_h) > lag_h;
  for (int i = 0; i < recall.doses; ++i) found |= recall.dose[i].time_h > lag_h;
  return found;
}

/// The concentration that the doses behind a level make: a finite series of equal doses, then each that is known.
VT_COLD double level_of(Variant variant, const SteadyPk& pk, const Recall& recall, double interval_h) {
  if (variant == Variant::first_order) return first_order_level_of(pk, recall, interval_h);
  double sum = 0.0;
  if (recall.tail_doses > 0.0) {
    const double begun_h = fma(recall.tail_doses, interval_h, recall.tail_h);
    sum = steady_level(variant, pk, recall.tail_mg, interval_h, recall.tail_h) -
          steady_level(variant, pk, recall.tail_mg, interval_h, begun_h);
  }
  for (int i = 0; i < recall.doses; ++i) sum += single_level(variant, pk, recall.dose[i].mg, recall.dose[i].time_h);
  return sum;
}

}}  // namespace vt
