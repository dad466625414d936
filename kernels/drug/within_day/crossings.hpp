#pragma once
#include "kernels/drug/within_day/turns.hpp"

/// \file Where the drug crosses a threshold between two points of a piece of a day between which it only rises or
/// falls.

namespace vt { inline namespace VT_ISA {

/// Of the power series, a tenth of what is left out: the step times the cube of how short it is.
inline constexpr double kCrossingError_h = 1e-10;

/// A threshold in mg, and its reciprocal.
struct Threshold {
  double mg, per_mg;
};

/// Two points of a piece between which the threshold is crossed; sought: 1, or 0 where it is not.
struct Crossed {
  Point from, to;
  double sought;
};
VT_HD Crossed crossed(const Point& a, const Point& b, const Threshold& threshold) {
  return {a, b, select((a.mg > threshold.mg) ^ (b.mg > threshold.mg), 1.0, 0.0)};
}

/// A crossing, upwards (sign 1) or downwards (−1), enclosed nearer and nearer by `low` and `high`; at `at`. Sought: 1,
/// and 0 when it is found.
struct Crossing {
  double at_h, low_h, high_h, sign, sought;
};

/// log2 of an amount over the threshold; less than any other where nothing is left.
VT_HD double log2_over(double mg, const Threshold& threshold) {
  return coarse_log2(greater(mg, kNothing_mg) * threshold.per_mg);
}

/// Where to begin: the time as a cubic in the logarithm of what falls, or in what rises, with the slopes at both ends;
/// beside a peak or valley as one in the square root of the distance from it.
VT_HD Crossing begin_between(const Crossed& c, const Threshold& threshold) {
  constexpr double ln_2 = 0x1.62e42fefa39efp-1;
  const double length = c.to.at_h - c.from.at_h, sign = select(c.to.mg > c.from.mg, 1.0, -1.0);
  const bool falls = sign < 0.0, is_backwards = (c.to.slope == 0.0) & (c.from.slope != 0.0);
  const Point origin = choose(is_backwards, c.to, c.from), other = choose(is_backwards, c.from, c.to);
  const bool is_flat = origin.slope == 0.0;
  const auto over = [&](const Point& p) VT_INLINE {
    return select(falls, ln_2 * log2_over(p.mg, threshold), p.mg * threshold.per_mg - 1.0);
  };
  const auto unit = [&](const Point& p) VT_INLINE { return select(falls, p.mg, threshold.mg); };
  const double at_origin = over(origin), change = at_origin - over(other), size = select(change > 0.0, change, -change);
  // The hours that all of the change would take at the pace of either end; one division for three.
  const double by_first = select(is_flat, select(is_backwards, -sign, sign) * origin.bend, sign * origin.slope);
  const double by_last = sign * other.slope, reciprocal = 1.0 / (change * by_first * by_last);
  const double share = at_origin * (by_first * by_last) * reciprocal, root = square_root(greater(share, 0.0));
  const double first = size * unit(origin) * (change * by_last) * reciprocal;
  const double last = clamp(size * unit(other) * (change * by_first) * reciprocal, 0.0, 3.0 * length);
  const double start = clamp(square_root(greater(2.0 * first, 0.0)), 0.0, 2.0 * length);
  const double cube = 2.0 * (last - length) + start, square = length - start - cube;
  const double left = 1.0 - share;
  const double beside = root * fma(root, fma(root, cube, square), start);
  const double between = share * fma(left, fma(clamp(first, 0.0, 3.0 * length), left, -last * share),
                                     length * share * fma(-2.0, share, 3.0));
  const double since = select(is_flat, beside, between), there = origin.at_h + select(is_backwards, -since, since);
  const bool is_within = (there > c.from.at_h) & (there < c.to.at_h);
  return {select(is_within, there, 0.5 * (c.from.at_h + c.to.at_h)), c.from.at_h, c.to.at_h, sign, c.sought};
}

/// One step of fourth order in the logarithm, which is nearly straight where the drug falls or rises by powers; the
/// last one where what the power series leaves out is too short to matter.
VT_HD Crossing refine(const Crossing& c, const Motion& m, double quickest_per_h, const Threshold& threshold) {
  constexpr double ln_2 = 0x1.62e42fefa39efp-1;
  const bool is_behind = c.sign * (m.mg - threshold.mg) > 0.0;
  const double low = select(is_behind, c.low_h, c.at_h), high = select(is_behind, c.at_h, c.high_h);
  const double reciprocal = 1.0 / (m.mg * m.slope), per_mg = m.slope * reciprocal, per_slope = m.mg * reciprocal;
  const double newton = ln_2 * log2_over(m.mg, threshold) * m.mg * per_slope;
  const double pace = m.slope * per_mg, bend = m.bend * per_mg, per_pace = m.mg * per_slope;
  // Of log mg: half the second and a sixth of the third derivative, over the first.
  const double curl = 0.5 * fma(bend, per_pace, -pace);
  const double twist = (1.0 / 6.0) * fma(pace * pace, 2.0, fma(m.jerk, per_slope, -3.0 * bend));
  const double second = curl * newton, third = fma(2.0 * second, second, -twist * newton * newton);
  const double step = -newton * clamp(1.0 + second + third, 0.25, 4.0), next = c.at_h + step;
  const double quick = quickest_per_h * newton;
  const double size = greater(quick * quick, greater(second * second, greater(third, -third)));
  const bool is_within = (next >= low) & (next <= high);  // no number is not
  const bool is_near =
      is_within & (size < 0.0625) & (newton * newton * (size * size * size) < kCrossingError_h * kCrossingError_h);
  const bool is_last = is_near | (high - low < kNearest_h);
  return {select(is_within, next, 0.5 * (low + high)), low, high, c.sign, select(is_last, 0.0, 1.0)};
}

/// Whether anything is still sought in any lane.
template <class S, int L>
VT_HD bool some_sought(const Lanes<S, L>& lanes) {
  return any_of<L>([&](int lane) VT_INLINE { return lanes[lane].sought > 0.0; });
}

/// Adds to the hours above those between two points; where the threshold is crossed in between, with where.
template <class Model, int L>
VT_HD void count_hours(const DayOf<Model, L>& d, const Lanes<typename Model::Shape, L>& shape,
                       const Lanes<Stock<typename Model::Amount>, L>& stock, const Lanes<Threshold, L>& threshold,
                       const Lanes<Crossed, L>& between, Lanes<Scalar, L>& hours) {
  Lanes<Crossing, L> crossing;
  advance(
      crossing, [](const Crossing&, const Crossed& c, const Threshold& t) VT_INLINE { return begin_between(c, t); },
      between, threshold);
  advance_sought(
      crossing, kMostRefinements,
      [](const Crossing& c, const Stock<typename Model::Amount>& s, const typename Model::Day& k,
         const typename Model::Shape& f, const Threshold& t)
          VT_INLINE { return refine(c, motion_after<Model>(s, k, f, c.at_h), Model::quickest_per_h(k), t); },
      stock, d.rates, shape, threshold);
  advance(
      hours,
      [](const Scalar& so_far, const Crossing& c, const Crossed& b) VT_INLINE {
        return Scalar{so_far.x + b.sought * select(c.sign > 0.0, b.to.at_h - c.at_h, c.at_h - b.from.at_h)};
      },
      crossing, between);
}

}}  // namespace vt
