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

/// Variants for at most so many stages, as most models of this kind have: half and two thirds of the work of eight.
inline constexpr int kFewStages = 4, kSomeStages = 6;

/// find.operator()(d) with d of a Model that has a Shape.
template <class Model, int L, class Find>
VT_HD void with_shape(const Plan& plan, const DayOf<Model, L>& d, Find find) {
  if constexpr (Model::turns != Turns::often)
    find(d);
  else if (some_near_transit(d.rates))
    find(DayOf<StagesModel<true, kMaxStages>, L>{d.rates, d.start, d.pending, d.intake, d.hours});
  else if (Transit::stages(plan.drug.pharmacokinetics) > kSomeStages)
    find(DayOf<StagesModel<false, kMaxStages>, L>{d.rates, d.start, d.pending, d.intake, d.hours});
  else if (Transit::stages(plan.drug.pharmacokinetics) > kFewStages)
    find(DayOf<StagesModel<false, kSomeStages>, L>{d.rates, d.start, d.pending, d.intake, d.hours});
  else
    find(DayOf<StagesModel<false, kFewStages>, L>{d.rates, d.start, d.pending, d.intake, d.hours});
}

/// So many patients look through a day together: few, so that few wait for others and all of it stays near.
inline constexpr int kLookTogether = 8;

template <class S, int few, int L>
VT_HD void take_part(Lanes<S, few>& part, const Lanes<S, L>& all, int first) {
  for_lanes<few>([&](int lane) VT_INLINE { part.put(lane, all[first + lane]); });
}

/// A day of some patients of a cohort.
template <class Model, int few>
struct PartOfDay {
  Lanes<typename Model::Day, few> rates;
  Lanes<typename Model::Amount, few> start;
  Lanes<Input, few> pending[kIntakesPerDay], intake[kIntakesPerDay];
  Lanes<Hours, few> hours;
};

/// find(day, first) for few patients of the day after the other, of whom `first` is the cohort's patient.
template <class Model, int L, class Find>
VT_HD void in_parts(const Plan& plan, const DayOf<Model, L>& d, Find find) {
  if constexpr (L <= kLookTogether) {
    find(d, 0);
  } else {
    static_assert(L % kLookTogether == 0);
    PartOfDay<Model, kLookTogether> part;
    for (int first = 0; first < L; first += kLookTogether) {
      take_part(part.rates, d.rates, first);
      take_part(part.start, d.start, first);
      take_part(part.hours, d.hours, first);
      for (std::uint32_t i = 0; i < plan.intakes; ++i) {
        if (plan.drug.pharmacokinetics.carries_over) take_part(part.pending[i], d.pending[i], first);
        if (d.intake != nullptr) take_part(part.intake[i], d.intake[i], first);
      }
      find(DayOf<Model, kLookTogether>{part.rates, part.start, part.pending,
                                       d.intake != nullptr ? part.intake : nullptr, part.hours},
           first);
    }
  }
}

/// The day's peaks.
template <class Model, int L>
VT_HD void find_peaks(const Plan& plan, const DayOf<Model, L>& d, Lanes<Scalar, L>& mg) {
  in_parts(plan, d, [&]<int few>(const DayOf<Model, few>& part, int first) VT_INLINE {
    Lanes<Scalar, few> found;
    with_shape(plan, part, [&](const auto& day) VT_INLINE { find_peaks_of(plan, day, found); });
    for_lanes<few>([&](int lane) VT_INLINE { mg.put(first + lane, found[lane]); });
  });
}

/// Hours above a threshold, by patient in mg.
template <class Model, int L>
VT_HD void find_hours_above(const Plan& plan, const DayOf<Model, L>& d, const Lanes<Scalar, L>& threshold_mg,
                            Lanes<Scalar, L>& hours) {
  in_parts(plan, d, [&]<int few>(const DayOf<Model, few>& part, int first) VT_INLINE {
    Lanes<Scalar, few> threshold, found;
    take_part(threshold, threshold_mg, first);
    with_shape(plan, part, [&](const auto& day) VT_INLINE { find_hours_of(plan, day, threshold, found); });
    for_lanes<few>([&](int lane) VT_INLINE { hours.put(first + lane, found[lane]); });
  });
}

}}  // namespace vt
