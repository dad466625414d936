#pragma once
#include "kernels/drug/within_day/models.hpp"

/// \file A day in pieces, between which an input begins or ends: within one the drug is a few exponentials, smooth.
/// What a piece begins with is carried on from the one before, so that no input is reckoned twice.

namespace vt { inline namespace VT_ISA {

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
  return {rates_in<Model>(kept), amounts_in<Model>(kept), kept.pending, c.intake, hours};
}

/// Today; `intake` is null where its doses are not known.
template <class Model, int L>
VT_HD DayOf<Model, L> today_of(const Cohort<L>& c, const Lanes<Input, L>* intake, const Lanes<Hours, L>& hours) {
  return {rates_in<Model>(c), amounts_in<Model>(c), c.pending, intake, hours};
}

/// run.operator()<Model>() for the Plan's model.
template <class Run>
VT_HD void with_model(const PharmacokineticsPlan& pk, Run run) {
  with_variant(pk, [&]<Variant variant>() {
    if constexpr (variant == Variant::general)
      with_input(pk, [&]<class In>() { run.template operator()<GeneralModel<In>>(); });
    else
      run.template operator()<CompartmentModel<InputOf<variant>>>();
  });
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
VT_HD Stock<Amount> let_in(const Stock<Amount>& stock, const Input& input, const Span& until_now,
                           const typename Model::Day& k, const Arrival& at) {
  const double begun = input.start_h <= until_now.to_h ? input.mg : 0.0;
  if constexpr (Model::lasts) {
    const double per_h = input.start_h + input.length_h > until_now.to_h ? begun / input.length_h : 0.0;
    return {stock.amount, stock.mg_per_h + per_h};
  } else {
    return {Model::swallow(stock.amount, input.start_h > until_now.from_h ? begun : 0.0, k, at), 0.0};
  }
}

/// What a piece ends with.
template <class Model, int L>
VT_HD void find_end(const DayOf<Model, L>& d, const Lanes<Stock<typename Model::Amount>, L>& stock,
                    const Lanes<Span, L>& span, Lanes<typename Model::Amount, L>& end) {
  using Amount = typename Model::Amount;
  advance(
      end,
      [](const Amount&, const Stock<Amount>& s, const Span& piece, const typename Model::Day& k)
          VT_INLINE { return Model::after(s.amount, k, s.mg_per_h, piece.to_h - piece.from_h); },
      stock, span, d.rates);
}

/// look(stock, span, end) for every piece of a day in turn, which puts what it ends with into `end`; in some lanes a
/// piece has no length.
template <class Model, int L, class Look>
VT_HD void walk(const Plan& plan, const DayOf<Model, L>& d, Look look) {
  using Amount = typename Model::Amount;
  const Arrival at = Model::arrival(plan.drug.pharmacokinetics);
  Lanes<Stock<Amount>, L> stock;
  Lanes<Amount, L> end;
  Lanes<Span, L> span;
  const auto with_inputs = [&](auto apply) VT_INLINE {
    for (std::uint32_t i = 0; i < plan.intakes; ++i) {
      if (plan.drug.pharmacokinetics.carries_over && !is_empty(d.pending[i])) apply(d.pending[i]);
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
          [=](const Stock<Amount>& s, const Input& in, const Span& past, const typename Model::Day& k)
              VT_INLINE { return let_in<Model>(s, in, past, k, at); },
          input, span, d.rates);
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
    for_lanes<L>([&](int lane) VT_INLINE { some |= span[lane].from_h < kHoursPerDay ? 1 : 0; });
    if (nobody(some != 0)) return;
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
