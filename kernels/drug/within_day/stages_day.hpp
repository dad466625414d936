#pragma once
#include "kernels/drug/within_day/crossings.hpp"

/// \file Peaks and hours above a threshold of a piece of a day behind transit stages, which is looked through between
/// the points of kernels/drug/within_day/piece_course.hpp; of two extremes between the same two points neither is seen.

namespace vt { inline namespace VT_ISA {

/// What of a piece has been noted so far: how many crossings of the threshold, and how many
/// extremes that matter.
struct Noted {
  double crossings, extremes;
};
inline constexpr int kCrossings = 3, kExtremes = 3;  ///< of a piece that are sought

/// An extreme and the points between which it lies.
struct Turn {
  Point from, to;
  double sought;
};

/// How many have been noted of what is seen between two points, or kUnseen where nothing is.
inline constexpr double kUnseen = -1.0;

/// note(n) for every n of `most` that some patient's number(lane) stands at.
template <int L, class Number, class Note>
VT_HD void note_next(int most, Number number, Note note) {
  for (int n = 0; n < most; ++n) {
    const auto here = static_cast<double>(n);
    if (any_of<L>([&](int lane) VT_INLINE { return number(lane) == here; })) note(n, here);
  }
}

/// Raises the largest amount of drug so far.
template <class Found, int L>
VT_HD void raise(Lanes<Scalar, L>& mg, const Lanes<Found, L>& found, const Lanes<Span, L>& span) {
  advance(
      mg,
      [](const Scalar& so_far, const Found& there, const Span& piece)
          VT_INLINE { return Scalar{greater(so_far.x, there.mg * piece.counts)}; },
      found, span);
}

/// The peaks of every patient's piece, and what it ends with.
template <class Model, int L>
VT_HD void raise_to_peaks(const Plan& plan, const DayOf<Model, L>& d, const Lanes<typename Model::Shape, L>& shape,
                          const Lanes<Stock<Amounts>, L>& stock, const Lanes<Span, L>& span, Lanes<Amounts, L>& end,
                          Lanes<Scalar, L>& mg) {
  Lanes<Noted, L> noted;
  Lanes<Turn, L> turn[kExtremes];
  Lanes<Extreme, L> extreme;
  Lanes<Scalar, L> without_limit, peak;
  set_all(noted, {});
  set_all(without_limit, {1e300});
  for (Lanes<Turn, L>& t : turn) set_all(t, {});
  const auto look = [&](const Lanes<Point, L>& from, const Lanes<Point, L>& to) VT_INLINE {
    raise(mg, to, span);
    if (!any_of<L>([&](int lane) VT_INLINE { return has_peak(from[lane], to[lane]); })) return;
    advance(
        peak,
        [](const Scalar&, const Noted& n, const Point& a, const Point& b)
            VT_INLINE { return Scalar{select(has_peak(a, b), n.extremes, kUnseen)}; },
        noted, from, to);
    note_next<L>(
        kExtremes, [&](int lane) VT_INLINE { return peak[lane].x; },
        [&](int n, double number) VT_INLINE {
          advance(
              turn[n],
              [=](const Turn& t, const Scalar& seen, const Point& a, const Point& b) VT_INLINE {
                return choose(seen.x == number, Turn{a, b, 1.0}, t);
              },
              peak, from, to);
        });
    advance(
        noted,
        [](const Noted& n, const Scalar& seen) VT_INLINE {
          return Noted{n.crossings, n.extremes + select(seen.x >= 0.0, 1.0, 0.0)};
        },
        peak);
  };
  advance(
      mg,
      [](const Scalar& so_far, const Stock<Amounts>& s, const Span& piece)
          VT_INLINE { return Scalar{greater(so_far.x, s.amount.central * piece.counts)}; },
      stock, span);
  find_course_end<Model>(d, shape, stock, span, end);
  go_through(plan, d, shape, stock, span, end, look);
  for (const Lanes<Turn, L>& t : turn) {
    if (!some_sought(t)) break;
    advance(
        extreme,
        [](const Extreme&, const Turn& here) VT_INLINE {
          return extreme_between(here.from, here.to, turn_between(here.from, here.to), here.sought > 0.0);
        },
        t);
    refine_all<Model>(d, shape, stock, without_limit, extreme);
    raise(mg, extreme, span);
  }
}

/// Whether an extreme between two points may lie beyond the threshold, of which both are on the same side.
VT_HD bool may_turn_beyond(const Point& a, const Point& b, double threshold_mg) {
  const bool peaks = has_peak(a, b) & (a.mg <= threshold_mg) & (b.mg <= threshold_mg);
  const bool dips = (a.slope < 0.0) & (b.slope > 0.0) & (a.mg > threshold_mg) & (b.mg > threshold_mg);
  return peaks | dips;
}
/// The same, less what cannot be: the drug falls no faster than what leaves the compartment, so that it can be bounded
/// from either point.
VT_HD bool may_pass(const Point& a, const Point& b, double leaving_per_h, double threshold_mg) {
  const double most_fall = exp(leaving_per_h * (b.at_h - a.at_h));
  return may_turn_beyond(a, b, threshold_mg) &
         (((a.mg <= threshold_mg) & (b.mg * most_fall > threshold_mg)) | (a.mg < threshold_mg * most_fall));
}

/// What every patient's piece behind transit stages is looked through for.
template <int L>
struct Sighting {
  Lanes<Noted, L> noted;
  Lanes<Crossed, L> crossed[kCrossings];
  Lanes<Turn, L> turn[kExtremes];
};

/// Looks at what lies between two points. Of a fourth crossing the two points are known, a fourth extreme is
/// overlooked: hours above as though whatever crosses the threshold crossed it at once behind the later point.
template <class Model, int L>
VT_HD void look_between(const Lanes<Rates, L>& rates, const Lanes<Threshold, L>& threshold, const Lanes<Point, L>& from,
                        const Lanes<Point, L>& to, Sighting<L>& seen, Lanes<Scalar, L>& hours) {
  Lanes<Noted, L> here;
  advance(
      here,
      [](const Noted&, const Noted& n, const Point& a, const Point& b, const Threshold& t) VT_INLINE {
        return Noted{select((a.mg > t.mg) ^ (b.mg > t.mg), n.crossings, kUnseen),
                     select(may_turn_beyond(a, b, t.mg), n.extremes, kUnseen)};
      },
      seen.noted, from, to, threshold);
  advance(
      hours,
      [](const Scalar& so_far, const Noted& n, const Point& a, const Point& b, const Threshold& t) VT_INLINE {
        const bool is_sought = (n.crossings >= 0.0) & (n.crossings < static_cast<double>(kCrossings));
        return Scalar{so_far.x + select((a.mg > t.mg) & !is_sought, b.at_h - a.at_h, 0.0)};
      },
      here, from, to, threshold);
  if (any_of<L>([&](int lane) VT_INLINE { return here[lane].crossings >= 0.0; })) {
    note_next<L>(
        kCrossings, [&](int lane) VT_INLINE { return here[lane].crossings; },
        [&](int n, double number) VT_INLINE {
          advance(
              seen.crossed[n],
              [=](const Crossed& c, const Noted& now, const Point& a, const Point& b) VT_INLINE {
                return choose(now.crossings == number, Crossed{a, b, 1.0}, c);
              },
              here, from, to);
        });
    advance(
        seen.noted,
        [](const Noted& n, const Noted& now) VT_INLINE {
          return Noted{n.crossings + select(now.crossings >= 0.0, 1.0, 0.0), n.extremes};
        },
        here);
  }
  if (any_of<L>([&](int lane) VT_INLINE { return here[lane].extremes >= 0.0; })) {
    advance(
        here,
        [](const Noted& now, const Point& a, const Point& b, const Rates& k, const Threshold& t) VT_INLINE {
          const bool is_sought = may_pass(a, b, Model::leaving_per_h(k), t.mg);
          return Noted{now.crossings, select(is_sought, now.extremes, kUnseen)};
        },
        from, to, rates, threshold);
    note_next<L>(
        kExtremes, [&](int lane) VT_INLINE { return here[lane].extremes; },
        [&](int n, double number) VT_INLINE {
          advance(
              seen.turn[n],
              [=](const Turn& was, const Noted& now, const Point& a, const Point& b) VT_INLINE {
                return choose(now.extremes == number, Turn{a, b, 1.0}, was);
              },
              here, from, to);
        });
    advance(
        seen.noted,
        [](const Noted& n, const Noted& now) VT_INLINE {
          return Noted{n.crossings, n.extremes + select(now.extremes >= 0.0, 1.0, 0.0)};
        },
        here);
  }
}

/// Hours above where an extreme lies beyond the threshold and its two points do not.
template <class Model, int L>
VT_HD void count_turn(const DayOf<Model, L>& d, const Lanes<typename Model::Shape, L>& shape,
                      const Lanes<Stock<Amounts>, L>& stock, const Lanes<Threshold, L>& threshold,
                      const Lanes<Turn, L>& turn, Lanes<Scalar, L>& hours) {
  Lanes<Extreme, L> extreme;
  Lanes<Scalar, L> enough;
  Lanes<Crossed, L> side;
  advance(
      enough, [](const Scalar&, const Threshold& t) VT_INLINE { return Scalar{t.mg}; }, threshold);
  advance(
      extreme,
      [](const Extreme&, const Turn& here) VT_INLINE {
        return extreme_between(here.from, here.to, turn_between(here.from, here.to), here.sought > 0.0);
      },
      turn);
  refine_all<Model>(d, shape, stock, enough, extreme);
  for (int i = 0; i < 2; ++i) {  // where it passes the threshold, and where it comes back
    advance(
        side,
        [=](const Crossed&, const Turn& here, const Extreme& e, const Threshold& t) VT_INLINE {
          const bool passes = (here.sought > 0.0) & (e.sign * (e.mg - t.mg) > 0.0);
          Crossed c = choose(i == 0, Crossed{here.from, e.point(), 0.0}, Crossed{e.point(), here.to, 0.0});
          c.sought = select(passes, 1.0, 0.0);
          return c;
        },
        turn, extreme, threshold);
    if (!some_sought(side)) return;
    count_hours<Model>(d, shape, stock, threshold, side, hours);
    // What was counted as though it stayed on its side.
    advance(
        hours,
        [=](const Scalar& so_far, const Crossed& c, const Extreme& e)
            VT_INLINE { return Scalar{so_far.x - select(e.sign < 0.0, c.sought * (c.to.at_h - c.from.at_h), 0.0)}; },
        side, extreme);
  }
}

/// Hours above the threshold in every patient's piece, and what it ends with.
template <class Model, int L>
VT_HD void count_piece(const Plan& plan, const DayOf<Model, L>& d, const Lanes<typename Model::Shape, L>& shape,
                       const Lanes<Stock<Amounts>, L>& stock, const Lanes<Span, L>& span,
                       const Lanes<Threshold, L>& threshold, Lanes<Amounts, L>& end, Lanes<Scalar, L>& hours) {
  Sighting<L> seen;
  set_all(seen.noted, {});
  for (Lanes<Crossed, L>& c : seen.crossed) set_all(c, {});
  for (Lanes<Turn, L>& t : seen.turn) set_all(t, {});
  find_course_end<Model>(d, shape, stock, span, end);
  go_through(plan, d, shape, stock, span, end, [&](const Lanes<Point, L>& from, const Lanes<Point, L>& to) VT_INLINE {
    look_between<Model>(d.rates, threshold, from, to, seen, hours);
  });
  for (const Lanes<Crossed, L>& c : seen.crossed) {
    if (!some_sought(c)) break;
    count_hours<Model>(d, shape, stock, threshold, c, hours);
  }
  for (const Lanes<Turn, L>& t : seen.turn) {
    if (!some_sought(t)) break;
    count_turn<Model>(d, shape, stock, threshold, t, hours);
  }
}

}}  // namespace vt
