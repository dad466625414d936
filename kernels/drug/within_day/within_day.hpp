#pragma once
#include "kernels/drug/within_day/piece_course.hpp"

/// \file What concentrations were within a day: their peak, and times above a threshold. Piece by piece, between the
/// points of kernels/drug/within_day/piece_course.hpp, all patients of a cohort side by side; in mg of the central
/// compartment. Of two extremes between the same two points neither is seen.

namespace vt { inline namespace VT_ISA {

/// Steps of Newton's method, each kept between the ends of what has been found so far: at most so many, which would
/// halve a day to a nanosecond; a patient who has come to the end takes no more, whoever else still does.
inline constexpr int kMostRefinements = 46;
inline constexpr double kNearest_h = 1e-9;     ///< ends so near to each other are one
inline constexpr double kLastStep_h = 1e-7;    ///< the step behind one so short changes nothing
inline constexpr double kPeakError = 0x1p-44;  ///< what the next step may add to a peak, as a share of it

/// What of a piece has been noted so far: how many crossings of the threshold, how many extremes that matter, and the
/// hours above.
struct Noted {
  double crossings, extremes, hours;
};
inline constexpr int kCrossings = 3, kExtremes = 3;  ///< of a piece that are sought

/// Whether anything is still sought in any lane.
template <class S, int L>
VT_HD bool some_sought(const Lanes<S, L>& lanes) {
  return any_of<L>([&](int lane) VT_INLINE { return lanes[lane].sought > 0.0; });
}

/// A peak (sign 1) or valley (−1) between two points, enclosed nearer and nearer by `low` and `high`; at `at`, with the
/// most or least drug seen there. Sought: 1, and 0 when it is found.
struct Extreme {
  double at_h, mg, low_h, high_h, sign, sought, from_h, from_mg, to_h, to_mg;
};

/// What is swallowed at the beginning of a piece makes no peak before `arrival_h`, and often a sharp one behind it.
VT_HD Extreme extreme_between(const Point& a, const Point& b, double arrival_h) {
  const double sign = select(a.slope > 0.0, 1.0, -1.0);
  const double there = a.at_h + (b.at_h - a.at_h) * (a.slope / (a.slope - b.slope));
  const double early = select(a.at_h > 0.0, there, lesser(there, 2.0 * arrival_h));
  const double mg = select(sign * (a.mg - b.mg) > 0.0, a.mg, b.mg);
  return {early, mg, a.at_h, b.at_h, sign, 1.0, a.at_h, a.mg, b.at_h, b.mg};
}

/// One step of Newton's method for the slope; the last one where the extreme lies beyond `enough_mg`.
VT_HD Extreme refine(const Extreme& e, const Motion& m, double enough_mg) {
  const double slope = select(m.mg > kNothing_mg, e.sign * m.slope, -e.sign), bend = e.sign * m.bend;
  const double low = select(slope > 0.0, e.at_h, e.low_h), high = select(slope > 0.0, e.high_h, e.at_h);
  const double newton = e.at_h - slope / bend, middle = 0.5 * (low + high);
  const bool is_there = slope * slope < -bend * (kPeakError * m.mg);  // nowhere but where it bends
  const bool is_last = is_there | (e.sign * (m.mg - enough_mg) > 0.0) | (high - low < kNearest_h);
  const double next = select((bend < 0.0) & (newton > low) & (newton < high), newton, middle);
  const double mg = select(e.sign * (m.mg - e.mg) > 0.0, m.mg, e.mg);
  return {select(is_last, e.at_h, next), mg,       low,       high,   e.sign,
          select(is_last, 0.0, 1.0),     e.from_h, e.from_mg, e.to_h, e.to_mg};
}

/// Refines what is sought until it is found in every patient.
template <class Model, int L>
VT_HD void refine_all(const DayOf<Model, L>& d, const Lanes<Stock<typename Model::Amount>, L>& stock,
                      const Lanes<Scalar, L>& enough_mg, Lanes<Extreme, L>& extreme) {
  for (int i = 0; i < kMostRefinements && some_sought(extreme); ++i)
    advance(
        extreme,
        [](const Extreme& e, const Stock<typename Model::Amount>& s, const typename Model::Day& k, const Scalar& enough)
            VT_INLINE { return choose(e.sought > 0.0, refine(e, motion_after<Model>(s, k, e.at_h), enough.x), e); },
        stock, d.rates, enough_mg);
}

/// Whether a peak lies between two points.
VT_HD bool has_peak(const Point& a, const Point& b) { return (a.slope > 0.0) & (b.slope <= 0.0) & (b.at_h > a.at_h); }

/// The peaks of every patient's piece.
template <class Model, int L>
VT_HD void note_peaks(const Plan& plan, const Lanes<typename Model::Day, L>& rates, const PieceCourse<L>& course,
                      Lanes<Noted, L>& noted, Lanes<Extreme, L> (&extreme)[kExtremes]) {
  const auto stages = static_cast<double>(plan.pharmacokinetics.stages);
  for (int i = course.begin + 1; i <= PieceCourse<L>::kLastPoint; ++i) {
    const Lanes<Point, L>& from = course.point[i - 1];
    const Lanes<Point, L>& to = course.point[i];
    if (!any_of<L>([&](int lane) VT_INLINE { return has_peak(from[lane], to[lane]); })) continue;
    for (int n = 0; n < kExtremes; ++n) {
      const auto number = static_cast<double>(n);
      advance(
          extreme[n],
          [=](const Extreme& e, const Noted& so_far, const Point& a, const Point& b, const typename Model::Day& k)
              VT_INLINE {
                const Extreme here = extreme_between(a, b, Model::arrival_h(k, stages));
                return choose(has_peak(a, b) & (so_far.extremes == number), here, e);
              },
          noted, from, to, rates);
    }
    advance(
        noted,
        [](const Noted& n, const Point& a, const Point& b) VT_INLINE {
          return Noted{n.crossings, n.extremes + select(has_peak(a, b), 1.0, 0.0), n.hours};
        },
        from, to);
  }
}

/// The day's peaks.
template <class Model, int L>
VT_COLD_STAGE void find_peaks(const Plan& plan, const DayOf<Model, L>& d, Lanes<Scalar, L>& mg) {
  PieceCourse<L> course;
  Lanes<Noted, L> noted;
  Lanes<Extreme, L> extreme[kExtremes];
  Lanes<Scalar, L> without_limit;
  set_all(without_limit, {1e300});
  set_all(mg, {});
  walk(plan, d, [&](const auto& stock, const Lanes<Span, L>& span) VT_INLINE {
    find_course(plan, d, stock, span, course);
    set_all(noted, {});
    for (Lanes<Extreme, L>& e : extreme) set_all(e, {});
    note_peaks<Model>(plan, d.rates, course, noted, extreme);
    const auto at_least = [&](const auto& of) VT_INLINE {
      advance(
          mg,
          [](const Scalar& so_far, const auto& there, const Span& piece)
              VT_INLINE { return Scalar{greater(so_far.x, there.mg * piece.counts)}; },
          of, span);
    };
    for (int i = course.begin; i <= PieceCourse<L>::kLastPoint; ++i) at_least(course.point[i]);
    for (Lanes<Extreme, L>& e : extreme) {
      if (!some_sought(e)) break;
      refine_all(d, stock, without_limit, e);
      at_least(e);
    }
  });
}

/// A threshold is crossed between two points, upwards (sign 1) or downwards (−1): enclosed nearer and nearer by `low`
/// and `high`, with so much drug at first. Sought: 1, and 0 when it is found, at `at`.
struct Crossing {
  double at_h, low_h, high_h, sign, sought, low_mg, high_mg;
};

VT_HD Crossing crossing_between(double from_h, double from_mg, double to_h, double to_mg) {
  return {to_h, from_h, to_h, select(to_mg > from_mg, 1.0, -1.0), 1.0, from_mg, to_mg};
}

/// log2 of an amount over a threshold; less than any other where nothing is left.
VT_HD double log2_over(double mg, double threshold_mg) { return coarse_log2(greater(mg, kNothing_mg) / threshold_mg); }

/// Where a course that is exponential between its ends crosses the threshold.
VT_HD Crossing begin_at(const Crossing& c, double threshold_mg) {
  const double low = log2_over(c.low_mg, threshold_mg), high = log2_over(c.high_mg, threshold_mg);
  const double there = c.low_h + (c.high_h - c.low_h) * (low / (low - high)), middle = 0.5 * (c.low_h + c.high_h);
  const bool is_within = (there > c.low_h) & (there < c.high_h);
  return {select(is_within, there, middle), c.low_h, c.high_h, c.sign, c.sought, c.low_mg, c.high_mg};
}

/// One step of Newton's method for the logarithm, which is nearly straight where the drug falls or rises by powers.
VT_HD Crossing refine(const Crossing& c, const Motion& m, double threshold_mg) {
  constexpr double ln_2 = 0x1.62e42fefa39efp-1;
  const bool is_behind = c.sign * (m.mg - threshold_mg) > 0.0;
  const double low = select(is_behind, c.low_h, c.at_h), high = select(is_behind, c.at_h, c.high_h);
  const double octaves = log2_over(m.mg, threshold_mg), step = ln_2 * octaves * m.mg / m.slope;
  const double newton = c.at_h - step, middle = 0.5 * (low + high);
  const bool is_within = (newton >= low) & (newton <= high);  // no number is not
  const bool is_near = (octaves * octaves < 1.0) & (step * step < kLastStep_h * kLastStep_h) & is_within;
  const bool is_last = is_near | (high - low < kNearest_h);
  return {select(is_within, newton, middle), low, high, c.sign, select(is_last, 0.0, 1.0), c.low_mg, c.high_mg};
}

/// Whether an extreme between two points may lie beyond the threshold, of which both are on the same side. The drug
/// falls no faster than what leaves the compartment, so that it can be bounded from either point.
VT_HD bool may_pass(const Point& a, const Point& b, double leaving_per_h, double threshold_mg) {
  const double most_fall = exp(leaving_per_h * (b.at_h - a.at_h));
  const bool peaks = has_peak(a, b) & (a.mg <= threshold_mg) & (b.mg <= threshold_mg);
  const bool dips = (a.slope < 0.0) & (b.slope > 0.0) & (a.mg > threshold_mg) & (b.mg > threshold_mg);
  return (peaks & (b.mg * most_fall > threshold_mg)) | (dips & (a.mg < threshold_mg * most_fall));
}

/// What every patient's piece is looked through for.
template <int L>
struct Sighting {
  Lanes<Noted, L> noted;
  Lanes<Crossing, L> crossing[kCrossings];
  Lanes<Extreme, L> extreme[kExtremes];
};

/// Looks through every patient's piece: hours above as though whatever crosses the threshold crossed it at once behind
/// the later point, which the crossings that are found are counted against. Of a fourth crossing only these two points
/// are known; a fourth extreme is overlooked.
template <class Model, int L>
VT_HD void look_through(const Plan& plan, const Lanes<typename Model::Day, L>& rates, const PieceCourse<L>& course,
                        const Lanes<Scalar, L>& threshold_mg, Sighting<L>& seen) {
  using Day = typename Model::Day;
  const auto stages = static_cast<double>(plan.pharmacokinetics.stages);
  set_all(seen.noted, {});
  for (Lanes<Crossing, L>& c : seen.crossing) set_all(c, {});
  for (Lanes<Extreme, L>& e : seen.extreme) set_all(e, {});
  for (int i = course.begin + 1; i <= PieceCourse<L>::kLastPoint; ++i) {
    const Lanes<Point, L>& from = course.point[i - 1];
    const Lanes<Point, L>& to = course.point[i];
    const auto crosses = [](const Point& a, const Point& b, const Scalar& threshold)
                             VT_INLINE { return (a.mg > threshold.x) ^ (b.mg > threshold.x); };
    const auto turns = [](const Point& a, const Point& b) VT_INLINE { return (a.slope > 0.0) ^ (b.slope > 0.0); };
    const bool some_cross =
        any_of<L>([&](int lane) VT_INLINE { return crosses(from[lane], to[lane], threshold_mg[lane]); });
    const bool some_turn = any_of<L>([&](int lane) VT_INLINE { return turns(from[lane], to[lane]); });
    for (int n = 0; n < kCrossings && some_cross; ++n) {
      const auto number = static_cast<double>(n);
      advance(
          seen.crossing[n],
          [=](const Crossing& c, const Noted& so_far, const Point& a, const Point& b, const Scalar& threshold)
              VT_INLINE {
                return choose(crosses(a, b, threshold) & (so_far.crossings == number),
                              crossing_between(a.at_h, a.mg, b.at_h, b.mg), c);
              },
          seen.noted, from, to, threshold_mg);
    }
    for (int n = 0; n < kExtremes && some_turn; ++n) {
      const auto number = static_cast<double>(n);
      advance(
          seen.extreme[n],
          [=](const Extreme& e, const Noted& so_far, const Point& a, const Point& b, const Day& k,
              const Scalar& threshold) VT_INLINE {
            const bool may_be = may_pass(a, b, Model::leaving_per_h(k), threshold.x);
            const Extreme here = extreme_between(a, b, Model::arrival_h(k, stages));
            return choose(may_be & (so_far.extremes == number), here, e);
          },
          seen.noted, from, to, rates, threshold_mg);
    }
    advance(
        seen.noted,
        [=](const Noted& n, const Point& a, const Point& b, const Day& k, const Scalar& threshold) VT_INLINE {
          const bool is_sought = may_pass(a, b, Model::leaving_per_h(k), threshold.x);
          return Noted{n.crossings + select(crosses(a, b, threshold), 1.0, 0.0),
                       n.extremes + select(is_sought, 1.0, 0.0),
                       n.hours + select(a.mg > threshold.x, b.at_h - a.at_h, 0.0)};
        },
        from, to, rates, threshold_mg);
  }
}

/// Finds the crossings, and adds what they change in the hours above: those from a crossing upwards to where it was
/// taken to be, less those from one downwards.
template <class Model, int L>
VT_HD void count_crossings(const DayOf<Model, L>& d, const Lanes<Stock<typename Model::Amount>, L>& stock,
                           const Lanes<Scalar, L>& threshold_mg, Lanes<Crossing, L>& crossing, Lanes<Noted, L>& noted) {
  if (!some_sought(crossing)) return;
  const Lanes<Crossing, L> unfound = crossing;
  advance(
      crossing, [](const Crossing& c, const Scalar& threshold) VT_INLINE { return begin_at(c, threshold.x); },
      threshold_mg);
  for (int i = 0; i < kMostRefinements && some_sought(crossing); ++i)
    advance(
        crossing,
        [](const Crossing& c, const Stock<typename Model::Amount>& s, const typename Model::Day& k,
           const Scalar& threshold)
            VT_INLINE { return choose(c.sought > 0.0, refine(c, motion_after<Model>(s, k, c.at_h), threshold.x), c); },
        stock, d.rates, threshold_mg);
  advance(
      noted,
      [](const Noted& n, const Crossing& c, const Crossing& u) VT_INLINE {
        return Noted{n.crossings, n.extremes, fma(u.sought * c.sign, u.at_h - c.at_h, n.hours)};
      },
      crossing, unfound);
}

/// Hours above a threshold, by patient in mg.
template <class Model, int L>
VT_COLD_STAGE void find_hours_above(const Plan& plan, const DayOf<Model, L>& d, const Lanes<Scalar, L>& threshold_mg,
                                    Lanes<Scalar, L>& hours) {
  PieceCourse<L> course;
  Sighting<L> seen;
  set_all(hours, {});
  walk(plan, d, [&](const auto& stock, const Lanes<Span, L>& span) VT_INLINE {
    find_course(plan, d, stock, span, course);
    look_through<Model>(plan, d.rates, course, threshold_mg, seen);
    for (Lanes<Crossing, L>& crossing : seen.crossing) count_crossings(d, stock, threshold_mg, crossing, seen.noted);
    for (Lanes<Extreme, L>& extreme : seen.extreme) {
      if (!some_sought(extreme)) break;
      refine_all(d, stock, threshold_mg, extreme);
      for (int side = 0; side < 2; ++side) {  // where it passes the threshold, and where it comes back
        advance(
            seen.crossing[0],
            [=](const Crossing&, const Extreme& e, const Scalar& threshold) VT_INLINE {
              const Crossing before = crossing_between(e.from_h, e.from_mg, e.at_h, e.mg);
              const Crossing behind = crossing_between(e.at_h, e.mg, e.to_h, e.to_mg);
              const Crossing c = choose(side == 0, before, behind);
              const double passes = select(e.sign * (e.mg - threshold.x) > 0.0, 1.0, 0.0);
              return Crossing{e.at_h, c.low_h, c.high_h, c.sign, passes, c.low_mg, c.high_mg};
            },
            extreme, threshold_mg);
        count_crossings(d, stock, threshold_mg, seen.crossing[0], seen.noted);
      }
    }
    advance(
        hours,
        [](const Scalar& so_far, const Noted& n, const Span& piece)
            VT_INLINE { return Scalar{fma(n.hours, piece.counts, so_far.x)}; },
        seen.noted, span);
  });
}

}}  // namespace vt
