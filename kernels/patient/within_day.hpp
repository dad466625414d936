#pragma once
#include "kernels/patient/pieces.hpp"

/// \file What concentrations were within a day: their peak, and times above a threshold. Piece by piece
/// (kernels/patient/pieces.hpp), all patients of a cohort side by side; in mg of the central compartment.

namespace vt { inline namespace VT_ISA {

/// Whether anything is still sought in any lane.
template <class S, int L>
VT_HD bool some_sought(const Lanes<S, L>& lanes) {
  std::uint64_t some = 0;
  VT_LANES
  for (int lane = 0; lane < L; ++lane) some |= lanes[lane].sought > 0.0 ? 1 : 0;
  return !nobody(some != 0);
}

/// Steps of a piece between which extremes and crossings are looked for: finer towards its beginning, t =
/// length·(i/n)², but equal where the model has transit stages, whose beginnings are soft.
inline constexpr int kSteps = 12;
template <class Model>
VT_HD double step_share(int i) {
  return Model::has_soft_beginnings ? static_cast<double>(i) / kSteps : static_cast<double>(i * i) / (kSteps * kSteps);
}
/// Steps of Newton's method, each kept between the ends of what has been found so far: at most so many, which would
/// halve a day to a nanosecond; a patient who has come to the end takes no more, whoever else still does.
inline constexpr int kMostRefinements = 46;
inline constexpr double kNearest_h = 1e-9;      ///< ends so near to each other are one
inline constexpr double kLastStep_h = 1e-7;     ///< the step behind one so short changes nothing
inline constexpr double kPeakError = 0x1p-44;   ///< what the next step may add to a peak, as a share of it

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
/// Sought: 1, and 0 when there is none.
struct Top {
  double mg, at_h, low_h, high_h, next_h, sought;
};

VT_HD Top refine(const Top& top, const Motion& m, double enough_mg) {
  const bool is_lower = m.mg < top.mg && top.next_h != top.at_h;  // perhaps in a valley before the top, or behind it
  const bool goes_on = is_lower ? top.next_h < top.at_h : m.slope > 0.0;
  const double low = goes_on ? top.next_h : top.low_h, high = goes_on ? top.high_h : top.next_h;
  const double step = m.bend < 0.0 ? m.slope / m.bend : kNoEvent_h;
  const double newton = top.next_h - step, middle = 0.5 * (low + high);
  const double next = newton > low && newton < high ? newton : middle;
  const bool is_there = m.bend < 0.0 && m.slope * step > -kPeakError * m.mg;
  const bool is_last = is_there || high - low < kNearest_h || m.mg > enough_mg;
  return {greater(top.mg, m.mg), m.mg > top.mg ? top.next_h : top.at_h, low, high, next, is_last ? 0.0 : 1.0};
}

/// The highest step of every patient's piece. Of two peaks in one piece the lower one is overlooked, and so is one that
/// rises and falls between two steps.
template <class Model, int L>
VT_HD void find_tops(const Lanes<Span, L>& span, const PieceCourse<L>& course, Lanes<Top, L>& top) {
  advance(
      top,
      [](const Top&, const Scalar& mg, const Span& piece) VT_INLINE {
        const double end = (piece.to_h - piece.from_h) * (Model::has_peaks ? step_share<Model>(1) : 1.0);
        return Top{mg.x, 0.0, 0.0, end, 0.5 * end, 0.0};
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
                     is_higher ? length * here : so_far.next_h, 0.0};
        },
        course.mg[i], span);
  }
}

/// For what a top is sought: to learn whether it lies above `least_mg`, and no further once it lies above `enough_mg`.
inline constexpr double kWithoutLimit_mg = 1e300;
struct Wanted {
  double least_mg, enough_mg;
};

/// Goes from the highest steps to the highest points, where the course rises at all. The drug falls no faster than what
/// leaves the compartment, so that between two steps it cannot have been much higher than at the second one.
template <class Model, int L>
VT_HD void refine_tops(const DayOf<Model, L>& d, const Lanes<Stock<typename Model::Amount>, L>& stock,
                       const Lanes<Span, L>& span, const Lanes<Wanted, L>& wanted, Lanes<Top, L>& top) {
  using Piece = Stock<typename Model::Amount>;
  using Day = typename Model::Day;
  if constexpr (Model::has_peaks) {
    advance(
        top,
        [](const Top& t, const Piece& s, const Day& k, const Span& piece, const Wanted& w) VT_INLINE {
          const bool rises = t.at_h > 0.0 || Model::motion(s.amount, k, s.mg_per_h).slope > 0.0;
          const double most_mg = t.mg * exp(Model::leaving_per_h(k) * (t.high_h - t.low_h));
          const bool is_wanted = most_mg > w.least_mg && t.mg <= w.enough_mg && piece.to_h > piece.from_h;
          return Top{t.mg, t.at_h, t.low_h, t.high_h, t.next_h, rises && is_wanted ? 1.0 : 0.0};
        },
        stock, d.rates, span, wanted);
    for (int i = 0; i < kMostRefinements && some_sought(top); ++i)
      advance(
          top,
          [](const Top& t, const Piece& s, const Day& k, const Wanted& w) VT_INLINE {
            const Top better = refine(t, motion_after<Model>(s, k, t.next_h), w.enough_mg);
            return t.sought > 0.0 ? better : t;
          },
          stock, d.rates, wanted);
  }
}

/// The day's peaks.
template <class Model, int L>
VT_COLD void find_peaks(const Plan& plan, const DayOf<Model, L>& d, Lanes<Scalar, L>& mg) {
  Lanes<Top, L> top;
  PieceCourse<L> course;
  Lanes<Wanted, L> wanted;
  set_all(wanted, {0.0, kWithoutLimit_mg});
  set_all(mg, {});
  walk(plan, d, [&](const auto& stock, const Lanes<Span, L>& span) VT_INLINE {
    find_course(d, stock, span, course);
    find_tops<Model>(span, course, top);
    refine_tops(d, stock, span, wanted, top);
    advance(
        mg,
        [](const Scalar& so_far, const Top& t, const Span& piece)
            VT_INLINE { return Scalar{greater(so_far.x, t.mg * piece.counts)}; },
        top, span);
  });
}

/// A threshold is crossed between `from` and `to`, upwards (rises: 1) or downwards; `low` and `high` enclose it, nearer
/// and nearer, with so much drug at first. Sought: 1, and 0 when it is found, at `next`.
struct Crossing {
  double from_h, to_h, rises, low_h, high_h, next_h, low_mg, high_mg, sought;
};
inline constexpr int kCrossings = 3;  ///< of one piece that are found

/// How far a piece has been looked through: hours above so far, without steps that cross the threshold.
struct Scan {
  double hours, at_h, mg, is_above, crossings;
};

/// A time, the drug then, and whether it is above the threshold.
struct Mark {
  double at_h, mg, is_above;
};

/// The crossing of number `i`, if it lies between where the scan is and the mark.
VT_HD Crossing if_crossed(const Crossing& before, const Scan& s, const Mark& mark, double i) {
  const bool is_it = (mark.is_above != s.is_above ? s.crossings : -1.0) == i;
  const Crossing now{s.at_h, mark.at_h, mark.is_above, s.at_h, mark.at_h, 0.0, s.mg, mark.mg, 1.0};
  return is_it ? now : before;
}

VT_HD Scan look_on(const Scan& s, const Mark& mark) {
  return {fma(mark.is_above * s.is_above, mark.at_h - s.at_h, s.hours), mark.at_h, mark.mg, mark.is_above,
          s.crossings + (mark.is_above != s.is_above ? 1.0 : 0.0)};
}

/// log2 of an amount over a threshold; less than any other where nothing is left.
VT_HD double log2_over(double mg, double threshold_mg) { return coarse_log2(greater(mg, 1e-290) / threshold_mg); }

/// Where a course that is exponential between its ends crosses the threshold.
VT_HD Crossing begin_at(const Crossing& c, double threshold_mg) {
  const double low = log2_over(c.low_mg, threshold_mg), high = log2_over(c.high_mg, threshold_mg);
  const double there = c.low_h + (c.high_h - c.low_h) * (low / (low - high)), middle = 0.5 * (c.low_h + c.high_h);
  const bool is_within = there > c.low_h && there < c.high_h;
  return {c.from_h, c.to_h, c.rises, c.low_h, c.high_h, is_within ? there : middle, c.low_mg, c.high_mg, c.sought};
}

/// One step of Newton's method for the logarithm, which is nearly straight where the drug falls or rises by powers.
VT_HD Crossing refine(const Crossing& c, const Motion& m, double threshold_mg) {
  constexpr double ln_2 = 0x1.62e42fefa39efp-1;
  const bool is_behind = (m.mg > threshold_mg ? 1.0 : 0.0) == c.rises;
  const double low = is_behind ? c.low_h : c.next_h, high = is_behind ? c.next_h : c.high_h;
  const double octaves = log2_over(m.mg, threshold_mg), step = ln_2 * octaves * m.mg / m.slope;
  const double newton = c.next_h - step, middle = 0.5 * (low + high);
  const bool is_within = newton >= low && newton <= high;  // no number is not
  const bool is_near = octaves < 1.0 && octaves > -1.0 && step < kLastStep_h && step > -kLastStep_h;
  const bool is_last = (is_within && is_near) || high - low < kNearest_h;
  return {c.from_h, c.to_h, c.rises, low, high, is_within ? newton : middle, c.low_mg, c.high_mg, is_last ? 0.0 : 1.0};
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

/// Looks through every patient's piece, at its steps and at its top.
template <class Model, int L>
VT_HD void scan_piece(const Lanes<Span, L>& span, const PieceCourse<L>& course, const Lanes<Top, L>& top,
                      const Lanes<Scalar, L>& threshold_mg, Sighting<L>& seen) {
  for (Lanes<Crossing, L>& crossing : seen.crossing) set_all(crossing, {});
  advance(
      seen.scan,
      [](const Scan&, const Scalar& mg, const Scalar& threshold) VT_INLINE {
        return Scan{0.0, 0.0, mg.x, mg.x > threshold.x ? 1.0 : 0.0, 0.0};
      },
      course.mg[0], threshold_mg);
  for (int i = Model::has_peaks ? 1 : kSteps; i <= kSteps; ++i) {
    const double here = step_share<Model>(i);
    if constexpr (Model::has_peaks) {
      advance(
          seen.mark,
          [=](const Mark&, const Scan& s, const Span& piece, const Top& t, const Scalar& threshold) VT_INLINE {
            const bool is_here = t.at_h > s.at_h && t.at_h < (piece.to_h - piece.from_h) * here;
            const double is_above = t.mg > threshold.x ? 1.0 : 0.0;
            return Mark{is_here ? t.at_h : s.at_h, is_here ? t.mg : s.mg, is_here ? is_above : s.is_above};
          },
          seen.scan, span, top, threshold_mg);
      look_on(seen);
    }
    advance(
        seen.mark,
        [=](const Mark&, const Scalar& mg, const Span& piece, const Scalar& threshold) VT_INLINE {
          return Mark{(piece.to_h - piece.from_h) * here, mg.x, mg.x > threshold.x ? 1.0 : 0.0};
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
  Lanes<Wanted, L> wanted;
  advance(
      wanted, [](const Wanted&, const Scalar& threshold) VT_INLINE { return Wanted{threshold.x, threshold.x}; },
      threshold_mg);
  walk(plan, d, [&](const Lanes<Piece, L>& stock, const Lanes<Span, L>& span) VT_INLINE {
    find_course(d, stock, span, course);
    find_tops<Model>(span, course, top);
    refine_tops(d, stock, span, wanted, top);
    scan_piece<Model>(span, course, top, threshold_mg, seen);
    advance(
        hours,
        [](const Scalar& so_far, const Scan& s, const Span& piece)
            VT_INLINE { return Scalar{fma(s.hours, piece.counts, so_far.x)}; },
        seen.scan, span);
    for (Lanes<Crossing, L>& crossing : seen.crossing) {
      if (!some_sought(crossing)) break;
      advance(
          crossing, [](const Crossing& c, const Scalar& threshold) VT_INLINE { return begin_at(c, threshold.x); },
          threshold_mg);
      for (int i = 0; i < kMostRefinements && some_sought(crossing); ++i)
        advance(
            crossing,
            [](const Crossing& c, const Piece& s, const Day& k, const Scalar& threshold) VT_INLINE {
              const Crossing nearer = refine(c, motion_after<Model>(s, k, c.next_h), threshold.x);
              return c.sought > 0.0 ? nearer : c;
            },
            stock, d.rates, threshold_mg);
      advance(
          hours,
          [](const Scalar& so_far, const Crossing& c, const Span& piece)
              VT_INLINE { return Scalar{fma(hours_above(c), piece.counts, so_far.x)}; },
          crossing, span);
    }
  });
}

}}  // namespace vt
