#pragma once
#include "kernels/cohort.hpp"

/// \file A day in pieces, between which an input begins or ends: within one the drug is a few exponentials, smooth.
/// What a piece begins with is carried on from the one before, so that no input is reckoned twice.

namespace vt { inline namespace VT_ISA {

/// Drug in the central compartment in mg, its change per hour, the change of that, and the change of that.
struct Motion {
  double mg, slope, bend, jerk;
};

/// How often the drug can turn from rising to falling, or back, within a piece.
enum class Turns { never, once, twice, often };

/// When a sum of two exponentials that begins with `value` and changes by `change` is 0; behind the end of time or
/// before its beginning if it never is. Rates may be the same. To a relative error of 1e-9.
VT_HD double zero_of_two(double value, double change, double a_per_h, double b_per_h) {
  constexpr double ln_2 = 0x1.62e42fefa39efp-1;
  const double by_a = change + a_per_h * value, ratio = (change + b_per_h * value) / by_a, off = ratio - 1.0;
  const double log =
      select((ratio > 1e-300) & (ratio < 1e300), ln_2 * coarse_log2(clamp(ratio, 1e-300, 1e300)), -1e300);
  return -value / by_a * select(off == 0.0, 1.0, log / off);
}

/// One compartment with input of zero order: falls or rises to a limit, so that a piece has no peak of its own.
struct ZeroOrderModel {
  using Amount = Body;
  using Day = PkDay;
  static constexpr bool is_general = false, lasts = true;
  static constexpr Turns turns = Turns::never;
  static VT_HD Body after(const Body& b, const PkDay& k, double mg_per_h, double t_h) {
    const double passed = -k.elimination_per_h * t_h;
    return {fma(b.central_mg, exp(passed), mg_per_h * t_h * expm1_over(passed)), 0.0};
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

/// One compartment with input of first order.
struct FirstOrderModel {
  using Amount = Body;
  using Day = PkDay;
  static constexpr bool is_general = false, lasts = false;
  static constexpr Turns turns = Turns::once;
  static VT_HD Body after(const Body& b, const PkDay& k, double, double t_h) {
    return eliminate<Absorption::first_order>(b, k, t_h);
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

/// The general model.
template <Entrance entrance>
struct GeneralModel {
  using Amount = Amounts;
  using Day = Rates;
  static constexpr bool is_general = true, lasts = entrance == Entrance::central;
  static constexpr Turns turns = lasts ? Turns::once : entrance == Entrance::depot ? Turns::twice : Turns::often;
  static VT_HD Amounts after(const Amounts& a, const Rates& k, double mg_per_h, double t_h) {
    const Amounts left = evolve<entrance == Entrance::stages>(a, k, t_h);
    if constexpr (lasts) return plus(left, infused({mg_per_h * t_h, 0.0, t_h > 0.0 ? t_h : 1.0, 0.0}, k, t_h));
    return left;
  }
  static VT_HD Motion motion(const Amounts& a, const Rates& k, double mg_per_h) {
    const double entering = k.absorption * a.depot, out = k.elimination + k.to_peripheral;
    const double arriving = entrance == Entrance::stages ? k.transit * a.transit[0] : 0.0;
    const double slope = mg_per_h + entering + k.from_peripheral * a.peripheral - out * a.central;
    const double passing = entrance == Entrance::stages ? k.transit * k.transit * (a.transit[1] - a.transit[0]) : 0.0;
    const double peripheral_slope = k.to_peripheral * a.central - k.from_peripheral * a.peripheral;
    const double peripheral_bend = k.to_peripheral * slope - k.from_peripheral * peripheral_slope;
    const double changing = k.absorption * (arriving - entering);
    const double bend = changing + k.from_peripheral * peripheral_slope - out * slope;
    return {a.central, slope, bend,
            k.absorption * (passing - changing) + k.from_peripheral * peripheral_bend - out * bend};
  }
  static VT_HD double leaving_per_h(const Rates& k) { return k.elimination + k.to_peripheral; }
  /// No part of the course changes faster.
  static VT_HD double quickest_per_h(const Rates& k) {
    return lasts ? k.fast : (entrance == Entrance::stages ? k.transit : 0.0) + k.absorption + k.fast;
  }
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
  static VT_HD Amounts swallow(const Amounts& a, double mg, const Arrival& at) {
    Amounts more{};
    VT_UNROLL
    for (int i = 0; i < kMaxStages; ++i) more.transit[i] = mg * at.transit[i];
    more.depot = mg * at.depot;
    return plus(a, more);
  }
};

/// What a piece begins with, and what enters while it lasts.
template <class Amount>
struct Stock {
  Amount amount;
  double mg_per_h;
};

/// When a piece begins and ends, after the day's start; counts: 1, or 0 outside the hours that are asked for.
struct Span {
  double from_h, to_h, counts;
};

/// Hours of a day that are asked for.
struct Hours {
  double from_h, to_h;
};

/// A day of a cohort: rates, what is there at its start, what enters (intake: null if nothing is taken), and the hours
/// of it that are asked for.
template <class Model, int L>
struct DayOf {
  const Lanes<PkDay, L>& day;
  const Lanes<typename Model::Day, L>& rates;
  const Lanes<typename Model::Amount, L>& start;
  const Lanes<Input, L>* pending;
  const Lanes<Input, L>* intake;
  const Lanes<Hours, L>& hours;
};

/// Rates and amounts of a model, of a cohort's today or of its last day.
template <class Model, int L>
VT_HD const Lanes<typename Model::Day, L>& rates_in(const Cohort<L>& c) {
  if constexpr (Model::is_general)
    return c.disposition->rates;
  else
    return c.today;
}
template <class Model, int L>
VT_HD const Lanes<typename Model::Day, L>& rates_in(const LastDay<L>& kept) {
  if constexpr (Model::is_general)
    return kept.rates;
  else
    return kept.day;
}
template <class Model, int L>
VT_HD const Lanes<typename Model::Amount, L>& amounts_in(const Cohort<L>& c) {
  if constexpr (Model::is_general)
    return c.disposition->amounts;
  else
    return c.body;
}
template <class Model, int L>
VT_HD const Lanes<typename Model::Amount, L>& amounts_in(const LastDay<L>& kept) {
  if constexpr (Model::is_general)
    return kept.amounts;
  else
    return kept.body;
}

/// All of the day.
template <int L>
VT_HD void ask_all_day(Lanes<Hours, L>& hours) {
  set_all(hours, {0.0, kHoursPerDay});
}

/// The last day.
template <class Model, int L>
VT_HD DayOf<Model, L> last_day_of(const Cohort<L>& c, const Lanes<Hours, L>& hours) {
  const LastDay<L>& kept = *c.last_day;
  return {kept.day, rates_in<Model>(kept), amounts_in<Model>(kept), kept.pending, c.intake, hours};
}

/// Today; `intake` is null where its doses are not known.
template <class Model, int L>
VT_HD DayOf<Model, L> today_of(const Cohort<L>& c, const Lanes<Input, L>* intake, const Lanes<Hours, L>& hours) {
  return {c.today, rates_in<Model>(c), amounts_in<Model>(c), c.pending, intake, hours};
}

/// run.operator()<Model>() for the Plan's model.
template <class Run>
VT_HD void with_model(const PharmacokineticsPlan& pk, Run run) {
  if (pk.absorption == Absorption::zero_order)
    run.template operator()<ZeroOrderModel>();
  else if (pk.absorption == Absorption::first_order)
    run.template operator()<FirstOrderModel>();
  else if (pk.entrance == Entrance::central)
    run.template operator()<GeneralModel<Entrance::central>>();
  else if (pk.entrance == Entrance::depot)
    run.template operator()<GeneralModel<Entrance::depot>>();
  else
    run.template operator()<GeneralModel<Entrance::stages>>();
}

inline constexpr double kNoEvent_h = 1e9;

/// The earlier of an event and the first one of an input that lies behind `from_h`.
template <class Model>
VT_HD double next_event_h(double event_h, const Input& input, double from_h) {
  const double start = input.mg > 0.0 ? input.start_h : kNoEvent_h;
  const double begins = start > from_h ? start : kNoEvent_h;
  if constexpr (!Model::lasts) return lesser(event_h, begins);
  const double end = start + input.length_h;
  return lesser(event_h, lesser(begins, end > from_h ? end : kNoEvent_h));
}

/// Adds an input that begins in (before_h, now_h], or the rate of one that enters from now_h on.
template <class Model, class Amount>
VT_HD Stock<Amount> let_in(const Stock<Amount>& stock, const Input& input, const Span& until_now, const Arrival& at) {
  const double begun = input.start_h <= until_now.to_h ? input.mg : 0.0;
  if constexpr (Model::lasts) {
    const double per_h = input.start_h + input.length_h > until_now.to_h ? begun / input.length_h : 0.0;
    return {stock.amount, stock.mg_per_h + per_h};
  } else {
    return {Model::swallow(stock.amount, input.start_h > until_now.from_h ? begun : 0.0, at), 0.0};
  }
}

/// look(stock, span, end) for every piece of a day in turn, with what it ends with; in some lanes a piece has no
/// length.
template <class Model, int L, class Look>
VT_HD void walk(const Plan& plan, const DayOf<Model, L>& d, Look look) {
  using Amount = typename Model::Amount;
  const Arrival at = arrival(plan.pharmacokinetics.stages);
  Lanes<Stock<Amount>, L> stock;
  Lanes<Amount, L> end;
  Lanes<Span, L> span;
  const auto with_inputs = [&](auto apply) VT_INLINE {
    for (std::uint32_t i = 0; i < plan.intakes; ++i) {
      if (plan.pharmacokinetics.carries_over && !is_empty(d.pending[i])) apply(d.pending[i]);
      if (d.intake != nullptr && !is_empty(d.intake[i])) apply(d.intake[i]);
    }
  };
  advance(
      stock,
      [](const Stock<Amount>&, const Amount& start) VT_INLINE {
        return Stock<Amount>{start, 0.0};
      },
      d.start);
  set_all(span, {-kNoEvent_h, 0.0, 0.0});
  for (;;) {
    with_inputs([&](const Lanes<Input, L>& input) VT_INLINE {
      advance(
          stock,
          [=](const Stock<Amount>& s, const Input& in, const Span& past)
              VT_INLINE { return let_in<Model>(s, in, past, at); },
          input, span);
    });
    advance(
        span,
        [](const Span& past, const Hours& asked) VT_INLINE {
          const double from = past.to_h;
          const double opens = asked.from_h > from ? asked.from_h : kHoursPerDay;
          const double closes = asked.to_h > from ? asked.to_h : kHoursPerDay;
          const double before = from < asked.to_h ? 1.0 : 0.0, behind = from >= asked.from_h ? 1.0 : 0.0;
          return Span{from, lesser(kHoursPerDay, lesser(opens, closes)), before * behind};
        },
        d.hours);
    with_inputs([&](const Lanes<Input, L>& input) VT_INLINE {
      advance(
          span,
          [](const Span& s, const Input& in) VT_INLINE {
            return Span{s.from_h, next_event_h<Model>(s.to_h, in, s.from_h), s.counts};
          },
          input);
    });
    std::uint64_t some = 0;
    VT_LANES
    for (int lane = 0; lane < L; ++lane) some |= span[lane].from_h < kHoursPerDay ? 1 : 0;
    if (nobody(some != 0)) return;
    advance(
        end,
        [](const Amount&, const Stock<Amount>& s, const Span& piece, const typename Model::Day& k)
            VT_INLINE { return Model::after(s.amount, k, s.mg_per_h, piece.to_h - piece.from_h); },
        stock, span, d.rates);
    look(stock, span, end);
    advance(
        stock,
        [](const Stock<Amount>&, const Amount& left) VT_INLINE {
          return Stock<Amount>{left, 0.0};
        },
        end);
  }
}

}}  // namespace vt
