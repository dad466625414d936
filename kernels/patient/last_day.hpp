#pragma once
#include "kernels/patient/assays.hpp"

/// \file What concentrations were during the last day: peaks, times above a threshold, profiles. Where the Plan asks
/// for it the day's start is kept; the rest is computed at the visits that look.

namespace vt { inline namespace VT_ISA {

/// One patient's day: the body at its start, its rates, and all that enters.
struct DayCourse {
  PkDay day;
  Body body;
  Rates rates;
  Amounts amounts;
  Input input[2 * kIntakesPerDay];
};

/// Drug in the central compartment of the general model, in mg.
VT_COLD double central_in(const PharmacokineticsPlan& pk, const DayCourse& course, double t_h) {
  const bool has_stages = pk.entrance == Entrance::stages;
  const Arrival at = arrival(pk.stages);
  double mg = has_stages ? evolve<true>(course.amounts, course.rates, t_h).central
                         : evolve<false>(course.amounts, course.rates, t_h).central;
  for (const Input& input : course.input) {
    if (!(input.mg > 0.0 && input.start_h < t_h)) continue;
    mg += pk.entrance == Entrance::central ? infused(input, course.rates, t_h).central
          : has_stages                     ? swallowed<true>(input, course.rates, at, t_h).central
                                           : swallowed<false>(input, course.rates, at, t_h).central;
  }
  return mg;
}

/// Drug in one compartment with input of zero or first order, in mg.
template <Absorption absorption>
VT_COLD double central_in(const DayCourse& course, double t_h) {
  double mg = eliminate<absorption>(course.body, course.day, t_h).central_mg;
  for (const Input& input : course.input)
    if (input.mg > 0.0 && input.start_h < t_h) mg += contribution<absorption>(input, course.day, t_h).central_mg;
  return mg;
}

/// Total concentration in ng/mL as reported, at a time of that day.
VT_COLD double concentration_in(const PharmacokineticsPlan& pk, const DayCourse& course, double t_h) {
  const double mg = pk.absorption == Absorption::general      ? central_in(pk, course, t_h)
                    : pk.absorption == Absorption::zero_order ? central_in<Absorption::zero_order>(course, t_h)
                                                              : central_in<Absorption::first_order>(course, t_h);
  return pk.exposure_scale * (mg / course.day.volume_L * kNgPerMlPerMgPerL);
}

/// Keeps the day's start, before its doses are taken.
template <int L>
VT_COLD void keep_day(const Plan& plan, Cohort<L>& c) {
  LastDay<L>& kept = *c.last_day;
  kept.day = c.today;
  kept.body = c.body;
  for (std::uint32_t i = 0; i < plan.intakes; ++i) kept.pending[i] = c.pending[i];
  if (plan.pharmacokinetics.absorption != Absorption::general) return;
  kept.rates = c.disposition->rates;
  kept.amounts = c.disposition->amounts;
}

/// The last day: what was kept, and the doses taken since.
template <int L>
VT_COLD DayCourse last_day(const Plan& plan, const Cohort<L>& c, int lane) {
  const LastDay<L>& kept = *c.last_day;
  DayCourse course{};
  course.day = kept.day[lane];
  course.body = kept.body[lane];
  if (plan.pharmacokinetics.absorption == Absorption::general) {
    course.rates = kept.rates[lane];
    course.amounts = kept.amounts[lane];
  }
  for (std::uint32_t i = 0; i < plan.intakes; ++i) {
    course.input[2 * i] = kept.pending[i][lane];
    course.input[2 * i + 1] = c.intake[i][lane];
  }
  return course;
}

/// Today up to its first dose.
template <int L>
VT_COLD DayCourse this_day(const Plan& plan, const Cohort<L>& c, int lane) {
  DayCourse course{};
  course.day = c.today[lane];
  course.body = c.body[lane];
  if (plan.pharmacokinetics.absorption == Absorption::general) {
    course.rates = c.disposition->rates[lane];
    course.amounts = c.disposition->amounts[lane];
  }
  for (std::uint32_t i = 0; i < plan.intakes; ++i) course.input[2 * i] = c.pending[i][lane];
  return course;
}

inline constexpr int kGrid = 96;  ///< steps of a day: 15 minutes
inline constexpr double kGrid_h = kHoursPerDay / kGrid;
inline constexpr int kHalvings = 24;  ///< of a step: to a ten thousandth of a second

/// The largest concentration of the day: the largest on the grid, then its neighbourhood narrowed by the golden
/// section. A peak that is lower than another point of the grid is overlooked, which takes two of nearly the same
/// height; the value is then less than that of a quarter of an hour's change too low.
VT_COLD double peak_of(const PharmacokineticsPlan& pk, const DayCourse& course) {
  constexpr double golden = 0.61803398874989485;
  double best = 0.0, best_h = 0.0;
  for (int i = 0; i <= kGrid; ++i) {
    const double c = concentration_in(pk, course, i * kGrid_h);
    best_h = c > best ? i * kGrid_h : best_h;
    best = greater(c, best);
  }
  double low = greater(best_h - kGrid_h, 0.0), high = lesser(best_h + kGrid_h, kHoursPerDay);
  double left = fma(-golden, high - low, high), right = fma(golden, high - low, low);
  double at_left = concentration_in(pk, course, left), at_right = concentration_in(pk, course, right);
  for (int i = 0; i < kHalvings; ++i) {
    best = greater(best, greater(at_left, at_right));
    if (at_left > at_right) {
      high = right, right = left, at_right = at_left;
      left = fma(-golden, high - low, high);
      at_left = concentration_in(pk, course, left);
    } else {
      low = left, left = right, at_left = at_right;
      right = fma(golden, high - low, low);
      at_right = concentration_in(pk, course, right);
    }
  }
  return best;
}

/// Hours of the day above a threshold: crossings are found on the grid and halved; what stays above or below for less
/// than 15 minutes may be overlooked.
VT_COLD double hours_above(const PharmacokineticsPlan& pk, const DayCourse& course, double threshold) {
  double hours = 0.0;
  bool was_above = concentration_in(pk, course, 0.0) > threshold;
  for (int i = 1; i <= kGrid; ++i) {
    const bool is_above = concentration_in(pk, course, i * kGrid_h) > threshold;
    if (is_above == was_above) {
      hours += is_above ? kGrid_h : 0.0;
      continue;
    }
    double low = (i - 1) * kGrid_h, high = i * kGrid_h;
    for (int halving = 0; halving < kHalvings; ++halving) {
      const double middle = 0.5 * (low + high);
      const bool is_before = (concentration_in(pk, course, middle) > threshold) == was_above;
      low = is_before ? middle : low;
      high = is_before ? high : middle;
    }
    hours += is_above ? i * kGrid_h - high : high - (i - 1) * kGrid_h;
    was_above = is_above;
  }
  return hours;
}

}}  // namespace vt
