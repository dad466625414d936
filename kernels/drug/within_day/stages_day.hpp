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

/// note(n) for every n of `most` that some patient's count stands at where `is_noted` holds.
template <int L, class Holds, class Count, class Note>
VT_HD void note_next(int most, Holds is_noted, Count count, Note note) {
  for (int n = 0; n < most; ++n) {
    const auto number = static_cast<double>(n);
    if (any_of<L>([&](int lane) VT_INLINE { return is_noted(lane) & (count(lane) == number); })) note(n, number);
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
  Lanes<Scalar, L> without_limit;
  set_all(noted, {});
  set_all(without_limit, {1e300});
  for (Lanes<Turn, L>& t : turn) set_all(t, {});
  const auto look = [&](const Lanes<Point, L>& from, const Lanes<Point, L>& to) VT_INLINE {
    const auto is_peak = [&](int lane) VT_INLINE { return has_peak(from[lane], to[lane]); };
    raise(mg, to, span);
    if (!any_of<L>(is_peak)) return;
    note_next<L>(
        kExtremes, is_peak, [&](int lane) VT_INLINE { return noted[lane].extremes; },
        [&](int n, double number) VT_INLINE {
          advance(
              turn[n],
              [=](const Turn& t, const Noted& so_far, const Point& a, const Point& b) VT_INLINE {
                return choose(has_peak(a, b) & (so_far.extremes == number), Turn{a, b, 1.0}, t);
              },
              noted, from, to);
        });
    advance(
        noted,
        [](const Noted& n, const Point& a, const Point& b) VT_INLINE {
          return Noted{n.crossings, n.extremes + select(has_peak(a, b), 1.0, 0.0)};
        },
        from, to);
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
  const auto crosses = [](const Point& a, const Point& b, const Threshold& t)
                           VT_INLINE { return (a.mg > t.mg) ^ (b.mg > t.mg); };
  const auto some_cross = [&](int lane) VT_INLINE { return crosses(from[lane], to[lane], threshold[lane]); };
  const auto some_turn = [&](int lane) VT_INLINE { return may_turn_beyond(from[lane], to[lane], threshold[lane].mg); };
  advance(
      hours,
      [=](const Scalar& so_far, const Point& a, const Point& b, const Threshold& t, const Noted& n) VT_INLINE {
        const bool is_sought = crosses(a, b, t) & (n.crossings < static_cast<double>(kCrossings));
        return Scalar{so_far.x + select((a.mg > t.mg) & !is_sought, b.at_h - a.at_h, 0.0)};
      },
      from, to, threshold, seen.noted);
  if (any_of<L>(some_cross)) {
    note_next<L>(
        kCrossings, some_cross, [&](int lane) VT_INLINE { return seen.noted[lane].crossings; },
        [&](int n, double number) VT_INLINE {
          advance(
              seen.crossed[n],
              [=](const Crossed& c, const Noted& so_far, const Point& a, const Point& b, const Threshold& t) VT_INLINE {
                return choose(crosses(a, b, t) & (so_far.crossings == number), Crossed{a, b, 1.0}, c);
              },
              seen.noted, from, to, threshold);
        });
    advance(
        seen.noted,
        [=](const Noted& n, const Point& a, const Point& b, const Threshold& t) VT_INLINE {
          return Noted{n.crossings + select(crosses(a, b, t), 1.0, 0.0), n.extremes};
        },
        from, to, threshold);
  }
  if (any_of<L>(some_turn)) {
    note_next<L>(
        kExtremes, some_turn, [&](int lane) VT_INLINE { return seen.noted[lane].extremes; },
        [&](int n, double number) VT_INLINE {
          advance(
              seen.turn[n],
              [=](const Turn& was, const Noted& so_far, const Point& a, const Point& b, const Rates& k,
                  const Threshold& t) VT_INLINE {
                const bool may_be = may_pass(a, b, Model::leaving_per_h(k), t.mg);
                return choose(may_be & (so_far.extremes == number), Turn{a, b, 1.0}, was);
              },
              seen.noted, from, to, rates, threshold);
        });
    advance(
        seen.noted,
        [=](const Noted& n, const Point& a, const Point& b, const Rates& k, const Threshold& t) VT_INLINE {
          const bool is_sought = may_pass(a, b, Model::leaving_per_h(k), t.mg);
          return Noted{n.crossings, n.extremes + select(is_sought, 1.0, 0.0)};
        },
        from, to, rates, threshold);
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
