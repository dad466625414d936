#pragma once
#include "kernels/drug/within_day/stages_day.hpp"

/// \file What concentrations were within a day: their peak, and hours above a threshold. Piece by piece, all patients
/// of a cohort side by side; in mg of the central compartment.

namespace vt { inline namespace VT_ISA {

/// The peaks of every patient's piece, and what it ends with.
template <class Model, int L>
VT_HD void raise_to_peaks(const DayOf<Model, L>& d, const Lanes<typename Model::Shape, L>& shape,
                          const Lanes<Stock<typename Model::Amount>, L>& stock, const Lanes<Span, L>& span,
                          Lanes<typename Model::Amount, L>& end, Lanes<Scalar, L>& mg) {
  SmoothCourse<Model::turns, L> course;
  Lanes<Sought, L> peaks;
  set_all(peaks, {1e300, 1e300});
  find_points<Model>(d, shape, stock, span, peaks, end, course);
  for (const Lanes<Point, L>& point : course.point) raise(mg, point, span);
}

/// Hours above the threshold in every patient's piece, and what it ends with.
template <class Model, int L>
VT_HD void count_piece(const DayOf<Model, L>& d, const Lanes<typename Model::Shape, L>& shape,
                       const Lanes<Stock<typename Model::Amount>, L>& stock, const Lanes<Span, L>& span,
                       const Lanes<Threshold, L>& threshold, Lanes<typename Model::Amount, L>& end,
                       Lanes<Scalar, L>& hours) {
  SmoothCourse<Model::turns, L> course;
  Lanes<Sought, L> sought;
  Lanes<Crossed, L> between;
  advance(
      sought,
      [](const Sought&, const Threshold& t) VT_INLINE {
        return Sought{t.mg, t.mg};
      },
      threshold);
  find_points<Model>(d, shape, stock, span, sought, end, course);
  for (int i = 0; i < SmoothCourse<Model::turns, L>::last; ++i) {
    advance(
        between,
        [](const Crossed&, const Point& a, const Point& b, const Threshold& t) VT_INLINE { return crossed(a, b, t); },
        course.point[i], course.point[i + 1], threshold);
    advance(
        hours,
        [](const Scalar& so_far, const Crossed& c, const Threshold& t) VT_INLINE {
          const bool is_above = (c.from.mg > t.mg) & (c.to.mg > t.mg);
          return Scalar{so_far.x + select(is_above, c.to.at_h - c.from.at_h, 0.0)};
        },
        between, threshold);
    if (some_sought(between)) count_hours<Model>(d, shape, stock, threshold, between, hours);
  }
}

/// The day's peaks, of a Model of kernels/drug/within_day/models.hpp with a Shape.
template <class Model, int L>
VT_COLD_STAGE void find_peaks_of(const Plan& plan, const DayOf<Model, L>& d, Lanes<Scalar, L>& mg) {
  using Amount = typename Model::Amount;
  Lanes<typename Model::Shape, L> shape;
  find_shape<Model>(d.rates, shape);
  set_all(mg, {});
  walk(plan, d, [&](const Lanes<Stock<Amount>, L>& stock, const Lanes<Span, L>& span, Lanes<Amount, L>& end) VT_INLINE {
    if constexpr (Model::turns == Turns::often)
      raise_to_peaks(plan, d, shape, stock, span, end, mg);
    else
      raise_to_peaks(d, shape, stock, span, end, mg);
  });
}

/// Hours of the day above a threshold, of such a Model.
template <class Model, int L>
VT_COLD_STAGE void find_hours_of(const Plan& plan, const DayOf<Model, L>& d, const Lanes<Scalar, L>& threshold_mg,
                                 Lanes<Scalar, L>& hours) {
  using Amount = typename Model::Amount;
  Lanes<typename Model::Shape, L> shape;
  Lanes<Threshold, L> threshold;
  Lanes<Scalar, L> in_piece;
  find_shape<Model>(d.rates, shape);
  advance(
      threshold,
      [](const Threshold&, const Scalar& mg) VT_INLINE {
        return Threshold{mg.x, 1.0 / mg.x};
      },
      threshold_mg);
  set_all(hours, {});
  walk(plan, d, [&](const Lanes<Stock<Amount>, L>& stock, const Lanes<Span, L>& span, Lanes<Amount, L>& end) VT_INLINE {
    set_all(in_piece, {});
    if constexpr (Model::turns == Turns::often)
      count_piece(plan, d, shape, stock, span, threshold, end, in_piece);
    else
      count_piece(d, shape, stock, span, threshold, end, in_piece);
    advance(
        hours,
        [](const Scalar& so_far, const Scalar& more, const Span& piece)
            VT_INLINE { return Scalar{fma(more.x, piece.counts, so_far.x)}; },
        in_piece, span);
  });
}

inline constexpr int kFewStages = 4;  ///< as most models of this kind have: half the work of eight

/// find.operator()(d) with d of a Model that has a Shape.
template <class Model, int L, class Find>
VT_HD void with_shape(const Plan& plan, const DayOf<Model, L>& d, Find find) {
  if constexpr (Model::turns != Turns::often)
    find(d);
  else if (some_near_transit(d.rates))
    find(DayOf<StagesModel<true, kMaxStages>, L>{d.day, d.rates, d.start, d.pending, d.intake, d.hours});
  else if (Transit::stages(plan.drug.pharmacokinetics) > kFewStages)
    find(DayOf<StagesModel<false, kMaxStages>, L>{d.day, d.rates, d.start, d.pending, d.intake, d.hours});
  else
    find(DayOf<StagesModel<false, kFewStages>, L>{d.day, d.rates, d.start, d.pending, d.intake, d.hours});
}

/// The day's peaks.
template <class Model, int L>
VT_HD void find_peaks(const Plan& plan, const DayOf<Model, L>& d, Lanes<Scalar, L>& mg) {
  with_shape(plan, d, [&](const auto& day) VT_INLINE { find_peaks_of(plan, day, mg); });
}

/// Hours above a threshold, by patient in mg.
template <class Model, int L>
VT_HD void find_hours_above(const Plan& plan, const DayOf<Model, L>& d, const Lanes<Scalar, L>& threshold_mg,
                            Lanes<Scalar, L>& hours) {
  with_shape(plan, d, [&](const auto& day) VT_INLINE { find_hours_of(plan, day, threshold_mg, hours); });
}

}}  // namespace vt
