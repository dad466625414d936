#pragma once
#include "kernels/drug/compartment.hpp"
#include "kernels/drug/within_day/octaves.hpp"
#include "kernels/drug/within_day/pieces.hpp"

/// \file A piece of a day (kernels/drug/within_day/pieces.hpp) behind transit stages, at points between which it is
/// looked through: close to each other at its beginning, where what was swallowed arrives, and farther apart with the
/// time since.

namespace vt { inline namespace VT_ISA {

/// Whether a condition holds for any patient of a cohort.
template <int L, class Holds>
VT_HD bool any_of(Holds holds) {
  std::uint64_t some = 0;
  for_lanes<L>([&](int lane) VT_INLINE { some |= holds(lane) ? 1 : 0; });
  return !nobody(some != 0);
}

/// What a while does to a body with transit stages into which nothing enters: the shares of what is in a stage that are
/// so many stages on, in the depot, and in either compartment (from stage i; 0: from the depot); and what the
/// compartments exchange. \tparam most  of stages; the further ones hold nothing
template <int most>
struct StagesSteps {
  double stage[most], depot[most + 1], central[most + 1], peripheral[most + 1];
  double central_left, central_from_peripheral, peripheral_left, peripheral_from_central;
};

/// The shares of a unit dose that have passed n stages and sit in a compartment that empties at a rate, of which `left`
/// is what that rate leaves: as pass_stages(). \tparam some_near  otherwise the rate is far from the transit rate.
template <bool some_near>
VT_HD Passed pass_stages(const Chain& chain, const Distance& d, double left) {
  Passed up;
  up.share[0] = left;
  VT_UNROLL
  for (int n = 1; n <= kSeries; ++n) up.share[n] = d.step_up * (up.share[n - 1] - chain.stage[n - 1]);
  if constexpr (some_near) {
    double down = chain.stage[kSeries];
    up.share[kSeries] = select(d.is_near, down, up.share[kSeries]);
    VT_UNROLL
    for (int n = kSeries - 1; n >= 0; --n) {
      down = fma(d.step_down, down, chain.stage[n]);
      up.share[n] = select(d.is_near & (n > 0), down, up.share[n]);
    }
  }
  return up;
}

/// The same that have passed the depot, too: as absorb_passed(), `absorbed` being what came from the depot.
template <bool some_near>
VT_HD Absorbed absorb_passed(const Passed& passed, const Distance& d, double ratio, double absorbed_share) {
  Absorbed absorbed;
  absorbed.share[0] = absorbed_share;
  VT_UNROLL
  for (int n = 1; n <= kMaxStages; ++n)
    absorbed.share[n] = d.step_up * (absorbed.share[n - 1] - ratio * passed.share[n]);
  if constexpr (some_near) {
    double down = 0.0;
    VT_UNROLL
    for (int n = kSeries - 1; n >= 1; --n) {
      down = fma(d.step_down, down, ratio * passed.share[n + 1]);
      if (n <= kMaxStages) absorbed.share[n] = select(d.is_near, down, absorbed.share[n]);
    }
  }
  return absorbed;
}

/// The model with transit stages as a Model of kernels/drug/within_day/models.hpp.
/// \tparam some_near  some patient's rates are near the transit rate: no number depends on it
/// \tparam most  stages: nor on it
template <bool some_near, int most>
struct StagesModel : GeneralModel<Transit> {
  using Steps = StagesSteps<most>;
  struct Shape {
    double per_gap, ratio;
    Gap fast, slow;  ///< of the two modes' rates and that of absorption
    double up_depot, down_depot, up_fast, down_fast, up_slow, down_slow;  ///< Distances of three rates; up 0: near
  };
  static VT_HD Shape shape_of(const Rates& k) {
    const Distance depot = distance(Transit::transit_per_h(k), k.absorption);
    const Distance fast = distance(Transit::transit_per_h(k), k.fast),
                   slow = distance(Transit::transit_per_h(k), k.slow);
    return {1.0 / k.gap,
            k.absorption / Transit::transit_per_h(k),
            gap_of(k.fast, k.absorption),
            gap_of(k.slow, k.absorption),
            depot.step_up,
            depot.step_down,
            fast.step_up,
            fast.step_down,
            slow.step_up,
            slow.step_down};
  }
  static VT_HD StagesSteps<most> steps_of(const Rates& k, const Shape& s, double t_h) {
    const Chain chain = chain_after(Transit::transit_per_h(k), t_h);
    const double depot_left = exp(-k.absorption * t_h), fast_left = exp(-k.fast * t_h), slow_left = exp(-k.slow * t_h);
    const Distance to_depot = {s.up_depot, s.down_depot, s.up_depot == 0.0};
    const Passed depot = pass_stages<some_near>(chain, to_depot, depot_left);
    const Passed to_fast = pass_stages<some_near>(chain, {s.up_fast, s.down_fast, s.up_fast == 0.0}, fast_left);
    const Passed to_slow = pass_stages<some_near>(chain, {s.up_slow, s.down_slow, s.up_slow == 0.0}, slow_left);
    const Absorbed fast =
        absorb_passed<some_near>(to_fast, to_depot, s.ratio, k.absorption * met(fast_left, depot_left, t_h, s.fast));
    const Absorbed slow =
        absorb_passed<some_near>(to_slow, to_depot, s.ratio, k.absorption * met(slow_left, depot_left, t_h, s.slow));
    const double exchange = met(slow_left, fast_left, t_h, k.gap, s.per_gap);
    StagesSteps<most> w;
    VT_UNROLL
    for (int i = 0; i < most; ++i) w.stage[i] = chain.stage[i];
    VT_UNROLL
    for (int i = 0; i <= most; ++i) {
      w.depot[i] = depot.share[i];
      w.central[i] = fma(k.fast_share, fast.share[i], k.slow_share * slow.share[i]);
      w.peripheral[i] = k.to_peripheral * ((slow.share[i] - fast.share[i]) * s.per_gap);
    }
    w.central_left = fma(k.fast_share, fast_left, k.slow_share * slow_left);
    w.central_from_peripheral = k.from_peripheral * exchange;
    w.peripheral_left = fma(k.slow_share, fast_left, k.fast_share * slow_left);
    w.peripheral_from_central = k.to_peripheral * exchange;
    return w;
  }
  static VT_HD Amounts course(const Amounts& a, const Rates& k, const Shape& s, double, double t_h);
};

/// Whether a rate of any patient is near the transit rate.
template <int L>
VT_HD bool some_near_transit(const Lanes<Rates, L>& rates) {
  const auto is_near = [](double transit, double rate) VT_INLINE {
    const double off = transit - rate, most = kNear * transit;
    return (off <= most) & (off >= -most);
  };
  return any_of<L>([&](int lane) VT_INLINE {
    const Rates k = rates[lane];
    return is_near(Transit::transit_per_h(k), k.absorption) | is_near(Transit::transit_per_h(k), k.fast) |
           is_near(Transit::transit_per_h(k), k.slow);
  });
}

/// Twice that while.
template <int most>
VT_HD StagesSteps<most> twice(const StagesSteps<most>& w) {
  StagesSteps<most> d;
  VT_UNROLL
  for (int i = 0; i < most; ++i)  // probabilities of i events of a Poisson process
    d.stage[i] = w.stage[i] * (w.stage[0] * static_cast<double>(1 << i));
  VT_UNROLL
  for (int i = 0; i <= most; ++i) {
    d.depot[i] = w.depot[i] * w.depot[0];
    d.central[i] =
        fma(w.central[i], w.central_left, fma(w.peripheral[i], w.central_from_peripheral, w.depot[i] * w.central[0]));
    d.peripheral[i] = fma(w.peripheral[i], w.peripheral_left,
                          fma(w.central[i], w.peripheral_from_central, w.depot[i] * w.peripheral[0]));
    VT_UNROLL
    for (int j = 1; j <= i; ++j) {
      d.depot[i] = fma(w.stage[i - j], w.depot[j], d.depot[i]);
      d.central[i] = fma(w.stage[i - j], w.central[j], d.central[i]);
      d.peripheral[i] = fma(w.stage[i - j], w.peripheral[j], d.peripheral[i]);
    }
  }
  const double exchanged = w.central_from_peripheral * w.peripheral_from_central;
  const double both_left = w.central_left + w.peripheral_left;
  d.central_left = fma(w.central_left, w.central_left, exchanged);
  d.peripheral_left = fma(w.peripheral_left, w.peripheral_left, exchanged);
  d.central_from_peripheral = w.central_from_peripheral * both_left;
  d.peripheral_from_central = w.peripheral_from_central * both_left;
  return d;
}

/// evolve() by that while.
template <int most>
VT_HD Amounts take_step(const Amounts& a, const StagesSteps<most>& w) {
  Amounts after;
  after.depot = a.depot * w.depot[0];
  after.central = fma(a.central, w.central_left, fma(a.peripheral, w.central_from_peripheral, a.depot * w.central[0]));
  after.peripheral =
      fma(a.peripheral, w.peripheral_left, fma(a.central, w.peripheral_from_central, a.depot * w.peripheral[0]));
  VT_UNROLL
  for (int i = 1; i <= most; ++i) {
    after.depot = fma(a.transit[i - 1], w.depot[i], after.depot);
    after.central = fma(a.transit[i - 1], w.central[i], after.central);
    after.peripheral = fma(a.transit[i - 1], w.peripheral[i], after.peripheral);
  }
  VT_UNROLL
  for (int i = 0; i < most; ++i) {
    double left = 0.0;
    VT_UNROLL
    for (int j = i; j < most; ++j) left = fma(a.transit[j], w.stage[j - i], left);
    after.transit[i] = left;
  }
  VT_UNROLL
  for (int i = most; i < kMaxStages; ++i) after.transit[i] = a.transit[i];
  return after;
}

template <bool some_near, int most>
VT_HD Amounts StagesModel<some_near, most>::course(const Amounts& a, const Rates& k, const Shape& s, double,
                                                   double t_h) {
  return take_step(a, steps_of(k, s, t_h));
}

/// A time after the piece's beginning, the drug then in mg, its change per hour and the change of that.
struct Point {
  double at_h, mg, slope, bend;
};
inline constexpr double kNothing_mg = 1e-290;  ///< so little no longer changes: behind a beginning it has all gone
VT_HD Point point_of(const Motion& m, double at_h) {
  const bool changes = (m.mg > kNothing_mg) | (at_h == 0.0);
  return {at_h, m.mg, select(changes, m.slope, 0.0), select(changes, m.bend, 0.0)};
}

/// Whether a piece turns nowhere for want of drug that has not arrived. Without it the slope is that of two
/// exponentials, and so no nearer to 0 than at one of the ends, if they are of one sign; with it by so much nearer.
VT_HD bool turns_nowhere(const Amounts& begin, const Rates& k, const Point& from, const Point& to) {
  const double off = greater(k.absorption, greater(k.from_peripheral, k.elimination + k.to_peripheral)) *
                     not_yet_absorbed_mg(begin) * 2.0;
  return ((from.slope > off) & (to.slope > off)) | ((from.slope < -off) & (to.slope < -off));
}

/// look(from, to) for every two neighbouring points of every patient's piece behind transit stages, of which the last
/// is what it ends with. Patients who need fewer of them than others stay where they are.
template <class Model, int L, class Look>
VT_HD void go_through(const Plan& plan, const DayOf<Model, L>& d, const Lanes<typename Model::Shape, L>& shape,
                      const Lanes<Stock<Amounts>, L>& stock, const Lanes<Span, L>& span, const Lanes<Amounts, L>& end,
                      Look look) {
  using Steps = typename Model::Steps;
  Lanes<Octaves, L> octaves;
  Lanes<Point, L> point[2], last;
  const auto stages = static_cast<double>(Transit::stages(plan.drug.pharmacokinetics));
  // Rates that changed at midnight make a jolt, which the quickest of them ends.
  const double jolts = rates_stay(plan) ? 0.0 : 1.0;
  advance(
      point[1],
      [](const Point&, const Stock<Amounts>& s, const Rates& k)
          VT_INLINE { return point_of(Model::motion(s.amount, k, 0.0), 0.0); },
      stock, d.rates);
  advance(
      last,
      [](const Point&, const Amounts& a, const Rates& k, const Span& piece)
          VT_INLINE { return point_of(Model::motion(a, k, 0.0), piece.to_h - piece.from_h); },
      end, d.rates, span);
  advance(
      octaves,
      [=](const Octaves&, const Span& piece, const Rates& k, const Stock<Amounts>& s, const Point& a, const Point& b)
          VT_INLINE {
            const double arrival_h = Model::arrival_h(k, stages), jolt_h = 1.0 / Model::quickest_per_h(k);
            const bool begins_with_jolt = (jolts > 0.0) & (piece.from_h == 0.0) & (jolt_h < arrival_h);
            return octaves_of(piece.to_h - piece.from_h, select(begins_with_jolt, jolt_h, arrival_h),
                              !turns_nowhere(s.amount, k, a, b));
          },
      span, d.rates, stock, point[1], last);
  if (any_of<L>([&](int lane) VT_INLINE { return octaves[lane].needed != 0; })) {
    Lanes<Amounts, L> now;
    Lanes<Steps, L> step;
    int most = 0;
    while (most < kMostOctaves &&
           any_of<L>([&](int lane) VT_INLINE { return Stride(most + 1).is_gone_through(octaves[lane]); }))
      ++most;
    advance(
        now, [](const Amounts&, const Stock<Amounts>& s) VT_INLINE { return s.amount; }, stock);
    advance(
        step,
        [](const Steps&, const Span& piece, const Octaves& o, const Rates& k, const typename Model::Shape& s)
            VT_INLINE { return Model::steps_of(k, s, (piece.to_h - piece.from_h) * o.share); },
        span, octaves, d.rates, shape);
    const auto begin = [&](int i) VT_INLINE {  // everybody's first two steps
      const double steps = i == 0 ? 1.0 : 2.0;
      advance(
          now,
          [](const Amounts& a, const Steps& w, const Octaves& o)
              VT_INLINE { return choose(o.needed != 0, take_step(a, w), a); },
          step, octaves);
      advance(
          point[i],
          [=](const Point&, const Amounts& a, const Rates& k, const Octaves& o, const Span& piece) VT_INLINE {
            const double at_h = steps * o.share * (piece.to_h - piece.from_h);
            return point_of(Model::motion(a, k, 0.0), select(o.needed != 0, at_h, 0.0));
          },
          now, d.rates, octaves, span);
    };
    const auto set_point = [&](const Stride& here, int i, double share, auto then) VT_INLINE {
      advance(
          point[i],
          [=](const Point&, const Point& before, const Amounts& a, const Steps& w, const Rates& k, const Octaves& o,
              const Span& piece) VT_INLINE {
            const Motion m = Model::motion(then(a, w), k, 0.0);
            return choose(here.is_gone_through(o), point_of(m, share * (piece.to_h - piece.from_h)), before);
          },
          point[1 - i], now, step, d.rates, octaves, span);
    };
    const auto go_on = [&](const Stride& here, int i) VT_INLINE {  // by one step, and by a step twice as long
      if (i == 0) {
        set_point(here, i, here.share * 0.75,
                  [](const Amounts& a, const Steps& w) VT_INLINE { return take_step(a, w); });
        return;
      }
      advance(
          step,
          [=](const Steps& w, const Octaves& o) VT_INLINE { return choose(here.is_gone_through(o), twice(w), w); },
          octaves);
      advance(
          now,
          [=](const Amounts& a, const Steps& w, const Octaves& o)
              VT_INLINE { return choose(here.is_gone_through(o), take_step(a, w), a); },
          step, octaves);
      set_point(here, i, here.share, [](const Amounts& a, const Steps&) VT_INLINE { return a; });
    };
    for (int level = most + 1; level >= 0; --level) {
      const bool begins = level > most;
      const int points = begins || level > 0 ? 2 : 1;
      for (int i = 0; i < points; ++i) {
        if (begins)
          begin(i);
        else
          go_on(Stride(level), i);
        look(point[1 - i], point[i]);
      }
    }
    look(point[0], last);
  } else {
    look(point[1], last);
  }
}

}}  // namespace vt
