#pragma once
#include "kernels/patient/pieces.hpp"

/// \file A piece of a day (kernels/patient/pieces.hpp) behind transit stages, at points between which it is looked
/// through: close to each other at its beginning, where what was swallowed arrives, and farther apart with the time
/// since.

namespace vt { inline namespace VT_ISA {

/// Whether a condition holds for any patient of a cohort.
template <int L, class Holds>
VT_HD bool any_of(Holds holds) {
  std::uint64_t some = 0;
  VT_LANES
  for (int lane = 0; lane < L; ++lane) some |= holds(lane) ? 1 : 0;
  return !nobody(some != 0);
}

/// What a while does to a body with transit stages into which nothing enters: the shares of what is in a stage that are
/// so many stages on, in the depot, and in either compartment (from stage i; 0: from the depot); and what the
/// compartments exchange.
struct Steps {
  double stage[kMaxStages], depot[kMaxStages + 1], central[kMaxStages + 1], peripheral[kMaxStages + 1];
  double central_left, central_from_peripheral, peripheral_left, peripheral_from_central;
};
VT_HD Steps steps_of(const Rates& k, double t_h) {
  const Chain chain = chain_after(k.transit, t_h);
  const Passed to_depot = pass_stages(chain, k.transit, k.absorption, t_h);
  const Absorbed fast = absorb_passed(chain, k, k.fast, t_h), slow = absorb_passed(chain, k, k.slow, t_h);
  Amounts one{}, other{};
  one.central = other.peripheral = 1.0;
  const Amounts from_central = mix(one, k, {}, t_h), from_peripheral = mix(other, k, {}, t_h);
  Steps w;
  VT_UNROLL
  for (int i = 0; i < kMaxStages; ++i) w.stage[i] = chain.stage[i];
  VT_UNROLL
  for (int i = 0; i <= kMaxStages; ++i) {
    w.depot[i] = to_depot.share[i];
    w.central[i] = k.fast_share * fast.share[i] + k.slow_share * slow.share[i];
    w.peripheral[i] = k.to_peripheral * ((slow.share[i] - fast.share[i]) / k.gap);
  }
  w.central_left = from_central.central;
  w.central_from_peripheral = from_peripheral.central;
  w.peripheral_left = from_peripheral.peripheral;
  w.peripheral_from_central = from_central.peripheral;
  return w;
}

/// Twice that while.
VT_HD Steps twice(const Steps& w) {
  Steps d;
  VT_UNROLL
  for (int i = 0; i < kMaxStages; ++i) {
    d.stage[i] = 0.0;
    VT_UNROLL
    for (int j = 0; j <= i; ++j) d.stage[i] = fma(w.stage[j], w.stage[i - j], d.stage[i]);
  }
  VT_UNROLL
  for (int i = 0; i <= kMaxStages; ++i) {
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
VT_HD Amounts take_step(const Amounts& a, const Steps& w) {
  Amounts after;
  after.depot = a.depot * w.depot[0];
  after.central = fma(a.central, w.central_left, fma(a.peripheral, w.central_from_peripheral, a.depot * w.central[0]));
  after.peripheral =
      fma(a.peripheral, w.peripheral_left, fma(a.central, w.peripheral_from_central, a.depot * w.peripheral[0]));
  VT_UNROLL
  for (int i = 1; i <= kMaxStages; ++i) {
    after.depot = fma(a.transit[i - 1], w.depot[i], after.depot);
    after.central = fma(a.transit[i - 1], w.central[i], after.central);
    after.peripheral = fma(a.transit[i - 1], w.peripheral[i], after.peripheral);
  }
  VT_UNROLL
  for (int i = 0; i < kMaxStages; ++i) {
    double left = 0.0;
    VT_UNROLL
    for (int j = i; j < kMaxStages; ++j) left = fma(a.transit[j], w.stage[j - i], left);
    after.transit[i] = left;
  }
  return after;
}

/// Octaves of time in which a piece is looked through at steps of their own, beside its first half-octaves; bit k is
/// set where the octave of number k from the piece's end is needed.
struct Octaves {
  std::uint64_t needed;
  double share;  ///< of the piece that the first step is
};
inline constexpr int kMostOctaves = 12;  ///< the first step is then 1/16384 of the piece: 5 seconds of a day
VT_HD Octaves octaves_of(double length_h, double arrival_h) {
  std::uint64_t needed = 0;
  double share = 0.25;
  VT_UNROLL
  for (int k = 0; k < kMostOctaves; ++k) {
    const bool is_needed = arrival_h * static_cast<double>(1 << k) < length_h;
    needed |= is_needed ? std::uint64_t{1} << k : 0;
    share *= select(is_needed, 0.5, 1.0);
  }
  return {needed, share};
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

/// A level of a course: its two points lie three quarters of 2^(−level) of the piece and 2^(−level) of it behind its
/// beginning; of a patient's first level, at half of that and at that.
struct Stride {
  double share;
  std::uint64_t own,
      further;  ///< bits of Octaves: set where the level is gone through, where it is not the first; 0: all
  VT_HD explicit Stride(int level)
      : share(from_bits(static_cast<std::uint64_t>(1023 - level) << 52)),
        own(level >= 2 ? std::uint64_t{1} << (level - 2) : 0),
        further(level >= 1 ? std::uint64_t{1} << (level - 1) : 0) {}
  VT_HD bool is_gone_through(const Octaves& o) const { return (o.needed & own) == own; }
  VT_HD bool is_further(const Octaves& o) const { return (o.needed & further) == further; }
  VT_HD double first_h(const Octaves& o, double length_h) const {
    return length_h * share * select(is_further(o), 0.75, select(is_gone_through(o), 0.5, 0.0));
  }
  VT_HD double second_h(const Octaves& o, double length_h) const {
    return select(is_gone_through(o), length_h * share, 0.0);
  }
};

/// look(from, to) for every two neighbouring points of every patient's piece behind transit stages, and look_at(end).
/// Patients who need fewer of them than others are at the beginning in more than one.
template <class Model, int L, class Look, class LookAt>
VT_HD void go_through(const Plan& plan, const DayOf<Model, L>& d, const Lanes<Stock<Amounts>, L>& stock,
                      const Lanes<Span, L>& span, Look look, LookAt look_at) {
  Lanes<Octaves, L> octaves;
  Lanes<Point, L> point[2];
  Lanes<Amounts, L> now;
  Lanes<Steps, L> step;
  const auto stages = static_cast<double>(plan.pharmacokinetics.stages);
  advance(
      octaves,
      [=](const Octaves&, const Span& piece, const Rates& k)
          VT_INLINE { return octaves_of(piece.to_h - piece.from_h, Model::arrival_h(k, stages)); },
      span, d.rates);
  int level = 1;
  while (level <= kMostOctaves &&
         any_of<L>([&](int lane) VT_INLINE { return (octaves[lane].needed >> (level - 1)) != 0; }))
    ++level;
  advance(
      point[1],
      [](const Point&, const Stock<Amounts>& s, const Rates& k)
          VT_INLINE { return point_of(Model::motion(s.amount, k, 0.0), 0.0); },
      stock, d.rates);
  advance(
      now, [](const Amounts&, const Stock<Amounts>& s) VT_INLINE { return s.amount; }, stock);
  advance(
      step,
      [](const Steps&, const Span& piece, const Octaves& o, const Rates& k)
          VT_INLINE { return steps_of(k, (piece.to_h - piece.from_h) * o.share); },
      span, octaves, d.rates);
  for (; level >= 0; --level) {
    const Stride here(level);
    for (int i = 0; i < 2; ++i) {
      advance(
          now,
          [=](const Amounts& a, const Steps& w, const Octaves& o)
              VT_INLINE { return choose(here.is_gone_through(o), take_step(a, w), a); },
          step, octaves);
      advance(
          point[i],
          [=](const Point&, const Amounts& a, const Rates& k, const Octaves& o, const Span& piece) VT_INLINE {
            const double length_h = piece.to_h - piece.from_h;
            return point_of(Model::motion(a, k, 0.0), i == 0 ? here.first_h(o, length_h) : here.second_h(o, length_h));
          },
          now, d.rates, octaves, span);
      look(point[1 - i], point[i]);
    }
    if (level > 0)
      advance(
          step, [=](const Steps& w, const Octaves& o) VT_INLINE { return choose(here.is_further(o), twice(w), w); },
          octaves);
  }
  look_at(point[1]);
}

}}  // namespace vt
