#pragma once
#include "kernels/drug/within_day/piece_course.hpp"

/// \file Peaks and valleys of a piece of a day, and the few points between which it only rises or falls where it is a
/// sum of two or three exponentials.

namespace vt { inline namespace VT_ISA {

/// Steps towards a zero, each kept between the ends of what has been found so far: at most so many, which would halve a
/// day to a nanosecond; a patient who has come to the end takes no more, whoever else still does.
inline constexpr int kMostRefinements = 46;
inline constexpr double kNearest_h = 1e-9;  ///< ends so near to each other are one
inline constexpr double kPeakError =
    0x1p-42;  ///< so many times what the next step may add to a peak, as a share of it: 8 or more

/// state[lane] = stage(state[lane], inputs[lane]...) until nothing is sought any more, or `most` times; few patients at
/// a time, so that few wait for others.
template <class S, int L, class Stage, class... Inputs>
VT_HD void advance_sought(Lanes<S, L>& state, int most, Stage stage, const Lanes<Inputs, L>&... inputs) {
  constexpr int together = L < 8 ? L : 8;
  for (int first = 0; first < L; first += together) {
    std::uint64_t some = 0;
    VT_FEW_LANES
    for (int lane = first; lane < first + together; ++lane) some |= bits_of(state[lane].sought);
    for (int i = 0; i < most && !nobody(some != 0); ++i) {
      some = 0;
      VT_FEW_LANES
      for (int lane = first; lane < first + together; ++lane) {
        const S before = state[lane], after = choose(before.sought > 0.0, stage(before, inputs[lane]...), before);
        state.put(lane, after);
        some |= bits_of(after.sought);
      }
    }
  }
}

/// How the drug moves some time after a piece's beginning.
template <class Model>
VT_HD Motion motion_after(const Stock<typename Model::Amount>& stock, const typename Model::Day& k,
                          const typename Model::Shape& shape, double t_h) {
  return Model::motion(Model::course(stock.amount, k, shape, stock.mg_per_h, t_h), k, stock.mg_per_h);
}

/// What follows from the day's rates.
template <class Model, int L>
VT_HD void find_shape(const Lanes<typename Model::Day, L>& rates, Lanes<typename Model::Shape, L>& shape) {
  advance(
      shape, [](const typename Model::Shape&, const typename Model::Day& k) VT_INLINE { return Model::shape_of(k); },
      rates);
}

/// What a piece ends with.
template <class Model, int L>
VT_HD void find_course_end(const DayOf<Model, L>& d, const Lanes<typename Model::Shape, L>& shape,
                           const Lanes<Stock<typename Model::Amount>, L>& stock, const Lanes<Span, L>& span,
                           Lanes<typename Model::Amount, L>& end) {
  advance(
      end,
      [](const typename Model::Amount&, const Stock<typename Model::Amount>& s, const typename Model::Day& k,
         const typename Model::Shape& f, const Span& piece)
          VT_INLINE { return Model::course(s.amount, k, f, s.mg_per_h, piece.to_h - piece.from_h); },
      stock, d.rates, shape, span);
}

/// A peak (sign 1) or valley (−1) between two points, enclosed nearer and nearer by `low` and `high`; at `at`, with the
/// most or least drug seen there. Sought: 1, and 0 when it is found.
struct Extreme {
  double at_h, mg, slope, bend, low_h, high_h, sign, sought;
  VT_HD Point point() const { return {at_h, mg, slope, bend}; }
};

/// One step towards where the slope is 0, of third order; the last one where what is left of the course's power series
/// changes nothing, or where the extreme lies beyond `enough_mg`.
VT_HD Extreme refine(const Extreme& e, const Motion& m, double quickest_per_h, double enough_mg) {
  const double slope = select(m.mg > kNothing_mg, e.sign * m.slope, -e.sign), bend = e.sign * m.bend;
  const double low = select(slope > 0.0, e.at_h, e.low_h), high = select(slope > 0.0, e.high_h, e.at_h);
  const double per_bend = -1.0 / bend, newton = slope * per_bend, curl = 0.5 * newton * per_bend * (e.sign * m.jerk);
  const double step = newton * clamp(1.0 + curl, 0.5, 2.0), next = e.at_h + step, middle = 0.5 * (low + high);
  const bool is_within = (bend < 0.0) & (next > low) & (next < high);
  const double quick = step * quickest_per_h, gain = step * fma(step, 0.5 * bend, slope);
  const bool is_near = is_within & (curl * curl < 0.0625) & (quick * quick < 0.0625) &
                       (slope * newton * (quick * quick) < kPeakError * m.mg);
  const bool is_last = is_near | (e.sign * (m.mg - enough_mg) > 0.0) | (high - low < kNearest_h);
  const double there =
      m.mg + e.sign * select(is_near, fma(step * step * step, e.sign * m.jerk * (1.0 / 6.0), gain), 0.0);
  const double mg = select(e.sign * (there - e.mg) > 0.0, there, e.mg);
  const double at = select(is_near, next, select(is_last, e.at_h, select(is_within, next, middle)));
  return {at, mg, 0.0, m.bend, low, high, e.sign, select(is_last, 0.0, 1.0)};
}

/// Refines what is sought until it is found in every patient.
template <class Model, int L>
VT_HD void refine_all(const DayOf<Model, L>& d, const Lanes<typename Model::Shape, L>& shape,
                      const Lanes<Stock<typename Model::Amount>, L>& stock, const Lanes<Scalar, L>& enough_mg,
                      Lanes<Extreme, L>& extreme) {
  advance_sought(
      extreme, kMostRefinements,
      [](const Extreme& e, const Stock<typename Model::Amount>& s, const typename Model::Day& k,
         const typename Model::Shape& f, const Scalar& enough)
          VT_INLINE { return refine(e, motion_after<Model>(s, k, f, e.at_h), Model::quickest_per_h(k), enough.x); },
      stock, d.rates, shape, enough_mg);
}

/// Whether a peak or a valley lies between two points.
VT_HD bool has_turn(const Point& a, const Point& b) { return ((a.slope > 0.0) ^ (b.slope > 0.0)) & (b.at_h > a.at_h); }
VT_HD bool has_peak(const Point& a, const Point& b) { return (a.slope > 0.0) & (b.slope <= 0.0) & (b.at_h > a.at_h); }

/// An extreme between two points that is first looked for at `start_h`.
VT_HD Extreme extreme_between(const Point& a, const Point& b, double start_h, bool is_sought) {
  const double sign = select(a.slope > 0.0, 1.0, -1.0), middle = 0.5 * (a.at_h + b.at_h);
  const double mg = select(sign * (a.mg - b.mg) > 0.0, a.mg, b.mg);
  const bool is_within = (start_h > a.at_h) & (start_h < b.at_h);
  return {select(is_within, start_h, middle), mg, 0.0, 0.0, a.at_h, b.at_h, sign, select(is_sought, 1.0, 0.0)};
}

/// Where the slope is 0 between two points near to each other: as a cubic in it, the time has the points' bends there.
VT_HD double turn_between(const Point& a, const Point& b) {
  const double length = b.at_h - a.at_h, change = b.slope - a.slope, x = a.slope / -change, y = 1.0 - x;
  const double first = clamp(change / a.bend, 0.0, 3.0 * length), last = clamp(change / b.bend, 0.0, 3.0 * length);
  return fma(x * y, fma(first, y, -last * x), fma(length * x * x, fma(2.0, y, 1.0), a.at_h));
}

/// A piece of a model that turns twice at most: it only rises or falls between its beginning, the turns and its end.
/// Who has fewer turns is at the point before again.
template <Turns turns, int L>
struct SmoothCourse {
  static constexpr int last = turns == Turns::never ? 1 : turns == Turns::once ? 2 : 3;
  Lanes<Point, L> point[last + 1];
};

/// Which extremes of a piece count.
struct Sought {
  double peaks_below_mg, valleys_above_mg;
  /// Of what turns between two points.
  VT_HD bool counts(const Point& a, const Point& b) const {
    const bool peaks = (a.slope > 0.0) & ((a.mg <= peaks_below_mg) | (b.mg <= peaks_below_mg));
    const bool dips = (a.slope <= 0.0) & ((a.mg > valleys_above_mg) | (b.mg > valleys_above_mg));
    return peaks | dips;
  }
};

/// The turn behind a point; that point where none is sought.
template <class Model, int L>
VT_HD void find_turn(const DayOf<Model, L>& d, const Lanes<typename Model::Shape, L>& shape,
                     const Lanes<Stock<typename Model::Amount>, L>& stock, const Lanes<Point, L>& before,
                     Lanes<Extreme, L>& extreme, Lanes<Point, L>& turn) {
  Lanes<Scalar, L> without_limit;
  advance(
      without_limit, [](const Scalar&, const Extreme& e) VT_INLINE { return Scalar{1e300 * e.sign}; }, extreme);
  advance(
      extreme,
      [](const Extreme& e, const Point& p) VT_INLINE {
        return choose(e.sought > 0.0, e, Extreme{p.at_h, p.mg, p.slope, p.bend, e.low_h, e.high_h, e.sign, 0.0});
      },
      before);
  refine_all<Model>(d, shape, stock, without_limit, extreme);
  advance(
      turn, [](const Point&, const Extreme& e) VT_INLINE { return e.point(); }, extreme);
}

/// The points of every patient's piece, and what it ends with.
template <class Model, int L>
VT_HD void find_points(const DayOf<Model, L>& d, const Lanes<typename Model::Shape, L>& shape,
                       const Lanes<Stock<typename Model::Amount>, L>& stock, const Lanes<Span, L>& span,
                       const Lanes<Sought, L>& sought, Lanes<typename Model::Amount, L>& end,
                       SmoothCourse<Model::turns, L>& course) {
  using Piece = Stock<typename Model::Amount>;
  using Day = typename Model::Day;
  using Shape = typename Model::Shape;
  using Amount = typename Model::Amount;
  constexpr int last = SmoothCourse<Model::turns, L>::last;
  Lanes<Point, L>& to = course.point[last];
  advance(
      course.point[0],
      [](const Point&, const Piece& s, const Day& k)
          VT_INLINE { return point_of(Model::motion(s.amount, k, s.mg_per_h), 0.0); },
      stock, d.rates);
  find_course_end<Model>(d, shape, stock, span, end);
  advance(
      to,
      [](const Point&, const Amount& left, const Piece& s, const Day& k, const Span& piece)
          VT_INLINE { return point_of(Model::motion(left, k, s.mg_per_h), piece.to_h - piece.from_h); },
      end, stock, d.rates, span);
  if constexpr (Model::turns != Turns::never) {
    Lanes<Point, L>& from = course.point[0];
    Lanes<Extreme, L> extreme;
    advance(
        extreme,
        [](const Extreme&, const Piece& s, const Point& a, const Point& b, const Day& k, const Sought& what) VT_INLINE {
          const double at = Model::turn_h(Model::motion(s.amount, k, s.mg_per_h), k);
          // Where the drug comes to a limit the sign of its slope is a matter of rounding.
          const bool turns = has_turn(a, b) | ((Model::turns == Turns::once) & (at > 0.0) & (at < b.at_h));
          return extreme_between(a, b, at, turns & what.counts(a, b));
        },
        stock, from, to, d.rates, sought);
    if constexpr (Model::turns == Turns::twice) {
      // Where both ends rise, or both fall, two turns have this point between them.
      const auto may_turn = [](const Motion& m, const Point& a, const Point& b, const Day& k) VT_INLINE {
        return !((a.slope > 0.0) ^ (b.slope > 0.0)) & (fma(k.absorption, m.slope, m.bend) * m.slope < 0.0);
      };
      Lanes<Point, L> between;
      advance(
          between,
          [=](const Point&, const Piece& s, const Point& a, const Point& b, const Day& k) VT_INLINE {
            const bool may_be = may_turn(Model::motion(s.amount, k, s.mg_per_h), a, b, k) & (b.at_h > 0.0);
            return Point{select(may_be, b.at_h, 0.0), a.mg, a.slope, 0.0};
          },
          stock, from, to, d.rates);
      const auto some = [&](int lane) VT_INLINE { return between[lane].at_h > 0.0; };
      if (any_of<L>(some))
        advance(
            between,
            [](const Point& p, const Piece& s, const Day& k) VT_INLINE {
              const double at = Model::between_turns_h(Model::motion(s.amount, k, s.mg_per_h), k);
              return Point{select((at > 0.0) & (at < p.at_h), at, 0.0), p.mg, p.slope, 0.0};
            },
            stock, d.rates);
      if (any_of<L>(some)) {
        Lanes<Extreme, L> second;
        advance(
            between,
            [](const Point& p, const Piece& s, const Day& k, const Shape& f)
                VT_INLINE { return choose(p.at_h > 0.0, point_of(motion_after<Model>(s, k, f, p.at_h), p.at_h), p); },
            stock, d.rates, shape);
        advance(
            extreme,
            [](const Extreme& e, const Point& a, const Point& b, const Sought& what) VT_INLINE {
              return choose(has_turn(a, b),
                            extreme_between(a, b, turn_between(a, b), has_turn(a, b) & what.counts(a, b)), e);
            },
            from, between, sought);
        advance(
            second,
            [](const Extreme&, const Point& a, const Point& b, const Sought& what) VT_INLINE {
              return extreme_between(a, b, turn_between(a, b), (a.at_h > 0.0) & has_turn(a, b) & what.counts(a, b));
            },
            between, to, sought);
        find_turn<Model>(d, shape, stock, from, extreme, course.point[1]);
        find_turn<Model>(d, shape, stock, course.point[1], second, course.point[2]);
        return;
      }
      find_turn<Model>(d, shape, stock, from, extreme, course.point[1]);
      course.point[2] = course.point[1];
    } else {
      find_turn<Model>(d, shape, stock, from, extreme, course.point[1]);
    }
  }
}

}}  // namespace vt
