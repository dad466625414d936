#pragma once
#include "kernels/course/file/assays.hpp"
#include "kernels/drug/within_day/averages.hpp"
#include "kernels/drug/within_day/within_day.hpp"

/// \file What concentrations were during the last day: peaks, times above a threshold, profiles. Where the Plan asks
/// for it the day's start is kept; the rest is computed at the visits that look, of all patients
/// (kernels/drug/within_day/within_day.hpp) or of one.

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
template <class In>
VT_COLD double central_in(const DayCourse& course, const Arrival& at, double t_h) {
  double mg = In::evolve(course.amounts, course.rates, t_h).central;
  for (const Input& input : course.input)
    if (input.mg > 0.0 && input.start_h < t_h) mg += contribution_of<In>(input, course.rates, at, t_h).central;
  return mg;
}

/// Drug in one compartment, in mg.
template <class In>
VT_COLD double central_in(const DayCourse& course, double t_h) {
  double mg = In::eliminate(course.body, course.day, t_h).central_mg;
  for (const Input& input : course.input)
    if (input.mg > 0.0 && input.start_h < t_h) mg += In::contribution(input, course.day, t_h).central_mg;
  return mg;
}

/// Drug in the central compartment, in mg, of whatever model the Plan has.
VT_HD double central_in(const PharmacokineticsPlan& pk, const DayCourse& course, double t_h) {
  return with_variant(pk, [&]<Variant variant>() {
    if constexpr (variant == Variant::general)
      return with_input(pk, [&]<class In>() { return central_in<In>(course, In::arrival(pk.input_setting), t_h); });
    else
      return central_in<InputOf<variant>>(course, t_h);
  });
}

/// Total concentration in ng/mL as reported, at a time of that day.
VT_COLD double concentration_in(const PharmacokineticsPlan& pk, const DayCourse& course, double t_h) {
  return pk.exposure_scale * (central_in(pk, course, t_h) / course.day.volume_L * kNgPerMlPerMgPerL);
}

/// Keeps the day's start, before its doses are taken.
template <int L>
VT_COLD void keep_day(const Plan& plan, Cohort<L>& c) {
  LastDay<L>& kept = *c.last_day;
  kept.day = c.today;
  kept.body = c.body;
  for (std::uint32_t i = 0; i < plan.intakes; ++i) kept.pending[i] = c.pending[i];
  if (plan.drug.pharmacokinetics.variant != Variant::general) return;
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
  if (plan.drug.pharmacokinetics.variant == Variant::general) {
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
  if (plan.drug.pharmacokinetics.variant == Variant::general) {
    course.rates = c.disposition->rates[lane];
    course.amounts = c.disposition->amounts[lane];
  }
  for (std::uint32_t i = 0; i < plan.intakes; ++i) course.input[2 * i] = c.pending[i][lane];
  return course;
}

/// The largest concentration of the last day, as reported.
template <int L>
VT_COLD void look_at_peak(const Plan& plan, const Cohort<L>& c, double (&ng_per_mL)[L]) {
  Lanes<Hours, L> all;
  Lanes<Scalar, L> mg;
  ask_all_day(all);
  with_model(plan.drug.pharmacokinetics, [&]<class Model>() { find_peaks(plan, last_day_of<Model>(c, all), mg); });
  const double scale = plan.drug.pharmacokinetics.exposure_scale * kNgPerMlPerMgPerL;
  VT_LANES
  for (int lane = 0; lane < L; ++lane) ng_per_mL[lane] = scale * mg[lane].x / c.last_day->day[lane].volume_L;
}

/// Hours of the last day above the Plan's threshold.
template <int L>
VT_COLD void look_at_hours_above(const Plan& plan, const Cohort<L>& c, double (&hours)[L]) {
  const PharmacokineticsPlan& pk = plan.drug.pharmacokinetics;
  const double mg_per_L = pk.threshold_ng_per_mL / (pk.exposure_scale * kNgPerMlPerMgPerL);
  Lanes<Hours, L> all;
  Lanes<Scalar, L> threshold_mg, found;
  ask_all_day(all);
  advance(
      threshold_mg, [=](const Scalar&, const PkDay& day) VT_INLINE { return Scalar{mg_per_L * day.volume_L}; },
      c.last_day->day);
  with_model(pk, [&]<class Model>() { find_hours_above(plan, last_day_of<Model>(c, all), threshold_mg, found); });
  VT_LANES
  for (int lane = 0; lane < L; ++lane) hours[lane] = found[lane].x;
}

/// The average of what was free on the last day, as reported.
template <int L>
VT_COLD void look_at_average_free(const Plan& plan, const Cohort<L>& c, double (&ng_per_mL)[L]) {
  const PharmacokineticsPlan& pk = plan.drug.pharmacokinetics;
  Lanes<Hours, L> all;
  Lanes<Scalar, L> average;
  ask_all_day(all);
  with_model(pk, [&]<class Model>() {
    find_average_free(plan, last_day_of<Model>(c, all), c.last_day->day, pk.exposure_scale, c.binding, average);
  });
  VT_LANES
  for (int lane = 0; lane < L; ++lane) ng_per_mL[lane] = average[lane].x;
}

/// The 24 hours from the last day's first intake on: those of the last day, and those of today.
template <int L>
VT_COLD void ask_from_dose(const Cohort<L>& c, Lanes<Hours, L>& last, Lanes<Hours, L>& today) {
  VT_LANES
  for (int lane = 0; lane < L; ++lane) {
    const double dose_h = clamp(c.intake[0][lane].start_h - c.pk[lane].lag_h, 0.0, kHoursPerDay);
    last.put(lane, {dose_h, kHoursPerDay});
    today.put(lane, {0.0, dose_h});
  }
}

/// Area under the curve from the last day's first intake on, as reported, before any of today's doses.
template <int L>
VT_COLD void look_at_area_from_dose(const Plan& plan, const Cohort<L>& c, double (&ng_h_per_mL)[L]) {
  const double scale = plan.drug.pharmacokinetics.exposure_scale * kNgPerMlPerMgPerL;
  const Lanes<Input, L>* none = nullptr;
  Lanes<Hours, L> last, today;
  Lanes<Scalar, L> before, after;
  ask_from_dose(c, last, today);
  with_model(plan.drug.pharmacokinetics, [&]<class Model>() {
    find_area(plan, last_day_of<Model>(c, last), c.last_day->day, before);
    find_area(plan, today_of<Model>(c, none, today), c.today, after);
  });
  VT_LANES
  for (int lane = 0; lane < L; ++lane) ng_h_per_mL[lane] = scale * (before[lane].x + after[lane].x);
}

/// The peak of those hours.
template <int L>
VT_COLD void look_at_peak_from_dose(const Plan& plan, const Cohort<L>& c, double (&ng_per_mL)[L]) {
  const double scale = plan.drug.pharmacokinetics.exposure_scale * kNgPerMlPerMgPerL;
  const Lanes<Input, L>* none = nullptr;
  Lanes<Hours, L> last, today;
  Lanes<Scalar, L> before, after;
  ask_from_dose(c, last, today);
  with_model(plan.drug.pharmacokinetics, [&]<class Model>() {
    find_peaks(plan, last_day_of<Model>(c, last), before);
    find_peaks(plan, today_of<Model>(c, none, today), after);
  });
  VT_LANES
  for (int lane = 0; lane < L; ++lane)
    ng_per_mL[lane] =
        scale * greater(before[lane].x / c.last_day->day[lane].volume_L, after[lane].x / c.today[lane].volume_L);
}

}}  // namespace vt
