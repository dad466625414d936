#pragma once
#include "kernels/patient/pieces.hpp"

/// \file What concentrations were within a day: their peak, and times above a threshold. Piece by piece
/// (kernels/patient/pieces.hpp), all patients of a cohort side by side; in mg of the central compartment.

namespace vt { inline namespace VT_ISA {

/// Steps of a piece between which extremes and crossings are looked for: finer towards its beginning, t =
/// length·(i/n)², but equal where the model has transit stages, whose beginnings are soft.
inline constexpr int kSteps = 12;
template <class Model>
VT_HD double step_share(int i) {
  return Model::has_soft_beginnings ? static_cast<double>(i) / kSteps : static_cast<double>(i * i) / (kSteps * kSteps);
}
/// Steps of Newton's method, each kept between the ends of what has been found so far.
inline constexpr int kRefinements = 6;

template <class Model>
VT_HD Motion motion_after(const Stock<typename Model::Amount>& stock, const typename Model::Day& k, double t_h) {
  return Model::motion(Model::after(stock.amount, k, stock.mg_per_h, t_h), k, stock.mg_per_h);
}

/// The drug at the steps of every patient's piece, in mg.
template <int L>
struct PieceCourse {
  Lanes<Scalar, L> mg[kSteps + 1];
};
template <class Model, int L>
VT_HD void find_course(const DayOf<Model, L>& d, const Lanes<Stock<typename Model::Amount>, L>& stock,
                       const Lanes<Span, L>& span, PieceCourse<L>& course) {
  using Piece = Stock<typename Model::Amount>;
  using Day = typename Model::Day;
  advance(
      course.mg[0], [](const Scalar&, const Piece& s) VT_INLINE { return Scalar{Model::central_mg(s.amount)}; }, stock);
  if constexpr (Model::has_soft_beginnings) {
    Lanes<Piece, L> now = stock;
    Lanes<Steps, L> step;
    advance(
        step,
        [](const Steps&, const Span& piece, const Day& k)
            VT_INLINE { return steps_of(k, (piece.to_h - piece.from_h) / kSteps); },
        span, d.rates);
    for (int i = 1; i <= kSteps; ++i) {
      advance(
          now,
          [](const Piece& s, const Steps& w) VT_INLINE {
            return Piece{take_step(s.amount, w), 0.0};
          },
          step);
      advance(
          course.mg[i], [](const Scalar&, const Piece& s) VT_INLINE { return Scalar{Model::central_mg(s.amount)}; },
          now);
    }
  } else {
    for (int i = Model::has_peaks ? 1 : kSteps; i <= kSteps; ++i) {
      const double here = step_share<Model>(i);
      advance(
          course.mg[i],
          [=](const Scalar&, const Piece& s, const Span& piece, const Day& k)
              VT_INLINE { return Scalar{motion_after<Model>(s, k, (piece.to_h - piece.from_h) * here).mg}; },
          stock, span, d.rates);
    }
  }
}

/// The highest point of a piece found so far, and the stretch in which a higher one may lie; hours from its beginning.
struct Top {
  double mg, at_h, low_h, high_h, next_h;
};

VT_HD Top refine(const Top& top, const Motion& m) {
  const double low = m.slope > 0.0 ? top.next_h : top.low_h, high = m.slope > 0.0 ? top.high_h : top.next_h;
  const double step = m.bend < 0.0 ? m.slope / m.bend : kNoEvent_h;
  const double newton = top.next_h - step, middle = 0.5 * (low + high);
  const double behind = newton > low ? newton : middle;
  return {greater(top.mg, m.mg), m.mg > top.mg ? top.next_h : top.at_h, low, high, behind < high ? behind : middle};
}

/// The highest step of every patient's piece. Of two peaks in one piece the lower one is overlooked, and so is one that
/// rises and falls between two steps.
template <class Model, int L>
VT_HD void find_tops(const Lanes<Span, L>& span, const PieceCourse<L>& course, Lanes<Top, L>& top) {
  advance(
      top,
      [](const Top&, const Scalar& mg, const Span& piece) VT_INLINE {
        const double end = (piece.to_h - piece.from_h) * (Model::has_peaks ? step_share<Model>(1) : 1.0);
        return Top{mg.x, 0.0, 0.0, end, 0.5 * end};
      },
      course.mg[0], span);
  for (int i = Model::has_peaks ? 1 : kSteps; i <= kSteps; ++i) {
    const double before = step_share<Model>(i - 1), here = step_share<Model>(i),
                 behind = step_share<Model>(i < kSteps ? i + 1 : i);
    advance(
        top,
        [=](const Top& so_far, const Scalar& mg, const Span& piece) VT_INLINE {
          const double length = piece.to_h - piece.from_h;
          const bool is_higher = mg.x > so_far.mg;
          return Top{is_higher ? mg.x : so_far.mg, is_higher ? length * here : so_far.at_h,
                     is_higher ? length * before : so_far.low_h, is_higher ? length * behind : so_far.high_h,
                     is_higher ? length * here : so_far.next_h};
        },
        course.mg[i], span);
  }
}

/// Whether any patient's piece has its top behind its beginning.
template <class Model, int L>
VT_HD bool some_rise(const Lanes<Stock<typename Model::Amount>, L>& stock, const Lanes<typename Model::Day, L>& rates,
                     const Lanes<Span, L>& span, const Lanes<Top, L>& top) {
  std::uint64_t some = 0;
  VT_LANES
  for (int lane = 0; lane < L; ++lane) {
    const Stock<typename Model::Amount> s = stock[lane];
    const std::uint64_t rises = Model::motion(s.amount, rates[lane], s.mg_per_h).slope > 0.0 ? 1 : 0;
    const std::uint64_t is_behind = top[lane].at_h > 0.0 ? 1 : 0, lasts = span[lane].to_h > span[lane].from_h ? 1 : 0;
    some |= (rises | is_behind) & lasts;
  }
  return !nobody(some != 0);
}

/// Goes from the highest steps to the highest points.
template <class Model, int L>
VT_HD void refine_tops(const Lanes<Stock<typename Model::Amount>, L>& stock, const Lanes<typename Model::Day, L>& rates,
                       const Lanes<Span, L>& span, Lanes<Top, L>& top) {
  if constexpr (Model::has_peaks) {
    if (!some_rise<Model>(stock, rates, span, top)) return;
    for (int i = 0; i < kRefinements; ++i)
      advance(
          top,
          [](const Top& so_far, const Stock<typename Model::Amount>& s, const typename Model::Day& k)
              VT_INLINE { return refine(so_far, motion_after<Model>(s, k, so_far.next_h)); },
          stock, rates);
  }
}

/// The day's peaks.
template <class Model, int L>
VT_COLD void find_peaks(const Plan& plan, const DayOf<Model, L>& d, Lanes<Scalar, L>& mg) {
  Lanes<Top, L> top;
  PieceCourse<L> course;
  set_all(mg, {});
  walk(plan, d, [&](const auto& stock, const Lanes<Span, L>& span) VT_INLINE {
    find_course(d, stock, span, course);
    find_tops<Model>(span, course, top);
    refine_tops<Model>(stock, d.rates, span, top);
    advance(
        mg,
        [](const Scalar& so_far, const Top& t, const Span& piece)
            VT_INLINE { return Scalar{greater(so_far.x, t.mg * piece.counts)}; },
        top, span);
  });
}

/// A threshold is crossed between `from` and `to`, upwards (rises: 1) or downwards; `low` and `high` enclose it, nearer
/// and nearer.
struct Crossing {
  double from_h, to_h, rises, low_h, high_h, next_h;
};
inline constexpr int kCrossings = 3;  ///< of one piece that are found

/// How far a piece has been looked through: hours above so far, without steps that cross the threshold.
struct Scan {
  double hours, at_h, is_above, crossings;
};

/// A time, and whether the concentration is above the threshold then.
struct Mark {
  double at_h, is_above;
};

/// The crossing of number `i`, if it lies between where the scan is and the mark.
VT_HD Crossing if_crossed(const Crossing& before, const Scan& s, const Mark& mark, double i) {
  const bool is_it = (mark.is_above != s.is_above ? s.crossings : -1.0) == i;
  return {is_it ? s.at_h : before.from_h,       is_it ? mark.at_h : before.to_h,
          is_it ? mark.is_above : before.rises, is_it ? s.at_h : before.low_h,
          is_it ? mark.at_h : before.high_h,    is_it ? 0.5 * (s.at_h + mark.at_h) : before.next_h};
}

VT_HD Scan look_on(const Scan& s, const Mark& mark) {
  return {fma(mark.is_above * s.is_above, mark.at_h - s.at_h, s.hours), mark.at_h, mark.is_above,
          s.crossings + (mark.is_above != s.is_above ? 1.0 : 0.0)};
}

VT_HD Crossing refine(const Crossing& c, const Motion& m, double threshold_mg) {
  const double is_above = m.mg > threshold_mg ? 1.0 : 0.0;
  const double low = is_above != c.rises ? c.next_h : c.low_h, high = is_above != c.rises ? c.high_h : c.next_h;
  const double newton = c.next_h - (m.mg - threshold_mg) / m.slope, middle = 0.5 * (low + high);
  const double behind = newton >= low ? newton : middle;  // no number: the middle
  return {c.from_h, c.to_h, c.rises, low, high, behind <= high ? behind : middle};
}

/// How long a crossing's step is above.
VT_HD double hours_above(const Crossing& c) { return c.rises > 0.0 ? c.to_h - c.next_h : c.next_h - c.from_h; }

/// What every patient's piece is looked through for.
template <int L>
struct Sighting {
  Lanes<Scan, L> scan;
  Lanes<Mark, L> mark;
  Lanes<Crossing, L> crossing[kCrossings];
};

/// Goes on to the marks.
template <int L>
VT_HD void look_on(Sighting<L>& seen) {
  for (int n = 0; n < kCrossings; ++n) {
    const auto number = static_cast<double>(n);
    advance(
        seen.crossing[n],
        [=](const Crossing& before, const Scan& s, const Mark& mark)
            VT_INLINE { return if_crossed(before, s, mark, number); },
        seen.scan, seen.mark);
  }
  advance(
      seen.scan, [](const Scan& s, const Mark& mark) VT_INLINE { return look_on(s, mark); }, seen.mark);
}

/// Whether any patient has so many crossings.
template <int L>
VT_HD bool some_cross(const Lanes<Scan, L>& scan, int times) {
  const auto most = static_cast<double>(times);
  std::uint64_t some = 0;
  VT_LANES
  for (int lane = 0; lane < L; ++lane) some |= scan[lane].crossings >= most ? 1 : 0;
  return !nobody(some != 0);
}

/// Looks through every patient's piece, at its steps and at its top.
template <class Model, int L>
VT_HD void scan_piece(const Lanes<Span, L>& span, const PieceCourse<L>& course, const Lanes<Top, L>& top,
                      const Lanes<Scalar, L>& threshold_mg, Sighting<L>& seen) {
  for (Lanes<Crossing, L>& crossing : seen.crossing) set_all(crossing, {});
  advance(
      seen.scan,
      [](const Scan&, const Scalar& mg, const Scalar& threshold) VT_INLINE {
        return Scan{0.0, 0.0, mg.x > threshold.x ? 1.0 : 0.0, 0.0};
      },
      course.mg[0], threshold_mg);
  for (int i = Model::has_peaks ? 1 : kSteps; i <= kSteps; ++i) {
    const double here = step_share<Model>(i);
    if constexpr (Model::has_peaks) {
      advance(
          seen.mark,
          [=](const Mark&, const Scan& s, const Span& piece, const Top& t, const Scalar& threshold) VT_INLINE {
            const double until = t.at_h < (piece.to_h - piece.from_h) * here ? t.at_h : s.at_h;
            const double is_above = t.mg > threshold.x ? 1.0 : 0.0;
            return Mark{greater(until, s.at_h), until > s.at_h ? is_above : s.is_above};
          },
          seen.scan, span, top, threshold_mg);
      look_on(seen);
    }
    advance(
        seen.mark,
        [=](const Mark&, const Scalar& mg, const Span& piece, const Scalar& threshold) VT_INLINE {
          return Mark{(piece.to_h - piece.from_h) * here, mg.x > threshold.x ? 1.0 : 0.0};
        },
        course.mg[i], span, threshold_mg);
    look_on(seen);
  }
}

/// Hours above a threshold, by patient in mg. Of a piece three crossings are found; what rises above or falls below the
/// threshold and back between two steps counts only if it is the piece's peak.
template <class Model, int L>
VT_COLD void find_hours_above(const Plan& plan, const DayOf<Model, L>& d, const Lanes<Scalar, L>& threshold_mg,
                              Lanes<Scalar, L>& hours) {
  using Piece = Stock<typename Model::Amount>;
  using Day = typename Model::Day;
  set_all(hours, {});
  Lanes<Top, L> top;
  PieceCourse<L> course;
  Sighting<L> seen;
  walk(plan, d, [&](const Lanes<Piece, L>& stock, const Lanes<Span, L>& span) VT_INLINE {
    find_course(d, stock, span, course);
    find_tops<Model>(span, course, top);
    refine_tops<Model>(stock, d.rates, span, top);
    scan_piece<Model>(span, course, top, threshold_mg, seen);
    advance(
        hours,
        [](const Scalar& so_far, const Scan& s, const Span& piece)
            VT_INLINE { return Scalar{fma(s.hours, piece.counts, so_far.x)}; },
        seen.scan, span);
    for (int n = 0; n < kCrossings && some_cross(seen.scan, n + 1); ++n) {
      for (int i = 0; i < kRefinements; ++i)
        advance(
            seen.crossing[n],
            [](const Crossing& c, const Piece& s, const Day& k, const Scalar& threshold)
                VT_INLINE { return refine(c, motion_after<Model>(s, k, c.next_h), threshold.x); },
            stock, d.rates, threshold_mg);
      advance(
          hours,
          [](const Scalar& so_far, const Crossing& c, const Span& piece)
              VT_INLINE { return Scalar{fma(hours_above(c), piece.counts, so_far.x)}; },
          seen.crossing[n], span);
    }
  });
}

}}  // namespace vt
