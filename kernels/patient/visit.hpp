#pragma once
#include "kernels/patient/assays.hpp"
#include "kernels/patient/population.hpp"

/// \file Who comes on a day, and what is measured.

namespace vt { inline namespace VT_ISA {

/// A day's visits of L patients.
template <int L>
struct Visits {
  std::uint32_t scheduled;      ///< kinds that the calendar has today
  std::uint32_t any;            ///< kinds that at least one patient attends
  std::uint32_t attended[L];    ///< kinds, by patient
  Values<L, kVisitSlots> seen;  ///< observables for the formulas
};

/// Kinds of visit that a patient's holds call for today.
VT_COLD std::uint32_t rechecks(const Plan& plan, const Course& course, std::int32_t day) {
  std::uint32_t kinds = 0;
  std::uint64_t holds = course.held_by;
  for (std::uint32_t r = 0; holds != 0; ++r, holds >>= 1) {
    const std::int32_t every = (holds & 1) ? at(plan, plan.rules, r).recheck_days : 0;
    const std::int32_t since = day - course.rule_day[r];
    if (every > 0 && since > 0 && since % every == 0) kinds |= at(plan, plan.rules, r).visit_kinds;
  }
  return kinds;
}

/// Of the kinds due, those that take place: each may be missed on its own.
VT_COLD std::uint32_t attend(const Plan& plan, Id id, std::int32_t day, std::uint32_t due) {
  for (std::uint32_t k = 0; k < plan.visit_kinds.count; ++k) {
    const VisitKind& kind = at(plan, plan.visit_kinds, k);
    if (!(due >> k & 1) || kind.missed_below == 0) continue;
    if (std::uint64_t{draw(plan.seed, id.patient, kind.missed_stream, day, 0).w[0]} < kind.missed_below)
      due &= ~(1u << k);
  }
  return due;
}

template <int L>
VT_COLD void gather_visits(const Plan& plan, const Cohort<L>& cohort, std::int32_t day, Visits<L>& visits) {
  visits.scheduled = at(plan, plan.calendar, static_cast<std::uint32_t>(day - plan.first_day));
  visits.any = 0;
  for (int lane = 0; lane < L; ++lane) {
    const Course& course = cohort.course[lane];
    const bool takes_part = lane < cohort.patients && course.left == Left::no && course.failure == 0;
    const std::uint32_t due = takes_part ? visits.scheduled | (course.held_by ? rechecks(plan, course, day) : 0) : 0;
    visits.attended[lane] = due ? attend(plan, cohort.id[lane], day, due) : 0;
    visits.any |= visits.attended[lane];
  }
}

VT_HD void report(Course& course, Result which, double value) {
  course.result[static_cast<int>(which)] = value;
  course.results_defined |= 1u << static_cast<int>(which);
}

VT_HD double lowest(double so_far, double value, bool is_first) { return is_first ? value : lesser(so_far, value); }

/// A count, and whether it is the lowest yet.
VT_HD void report_count(Course& course, Result which, double value) {
  const bool is_first = (course.results_defined >> static_cast<int>(which) & 1) == 0;
  if (which == Result::anc)
    course.lowest_anc = lowest(course.lowest_anc, value, is_first);
  else
    course.lowest_platelets = lowest(course.lowest_platelets, value, is_first);
  report(course, which, value);
}

/// When the sample for a trough is drawn, in hours after the day's start.
VT_COLD double sample_time_h(const Plan& plan, Id id, std::int32_t day, std::uint32_t attended) {
  const Words words = draw(plan, id, Stream::sample_time, day, 0);
  double time = kMorning_h;
  for (std::uint32_t k = plan.visit_kinds.count; k-- > 0;) {
    const VisitKind& kind = at(plan, plan.visit_kinds, k);
    if ((attended >> k & 1) && (kind.measures & static_cast<std::uint32_t>(Measure::trough)))
      time = jittered_h(kMorning_h, kind.sample_sd_h, kind.sample_cdf_low, kind.sample_cdf_span,
                        uniform(words.w[0], words.w[1]));
  }
  return time;
}

/// Share of the prescribed pills that did not come back, in % since the last count: those taken, and of those left over
/// the ones that were lost.
VT_COLD void count_pills(Course& course, const DoseCount& doses) {
  const double prescribed = doses.prescribed_mg - course.counted_prescribed_mg;
  const double taken = doses.taken_mg - course.counted_taken_mg;
  if (!(prescribed > 0.0)) return;
  const double gone = fma(course.pills_lost, greater(prescribed - taken, 0.0), taken);
  report(course, Result::pill_count, 100.0 * gone / prescribed);
  course.counted_prescribed_mg = doses.prescribed_mg;
  course.counted_taken_mg = doses.taken_mg;
}

template <int L>
VT_COLD void measure(const Plan& plan, Cohort<L>& cohort, std::int32_t day, std::uint32_t attended, int lane) {
  std::uint32_t wanted = 0;
  for (std::uint32_t k = 0; k < plan.visit_kinds.count; ++k)
    if (attended >> k & 1) wanted |= at(plan, plan.visit_kinds, k).measures;
  const auto wants = [wanted](Measure m) { return (wanted & static_cast<std::uint32_t>(m)) != 0; };
  Course& course = cohort.course[lane];
  const Id id = cohort.id[lane];
  if (wants(Measure::trough)) {
    const double time = sample_time_h(plan, id, day, attended);
    const double ng_per_mL = plan.pharmacokinetics.exposure_scale * concentration(plan, cohort, lane, time);
    report(course, Result::trough, assay_trough(ng_per_mL, plan.assays, draw(plan, id, Stream::trough_assay, day, 0)));
    cohort.sampled_h.put(lane, {time});
  }
  const double percent = load_percent(cohort.leukaemia[lane]);
  if (wants(Measure::bcr_abl))
    report(course, Result::bcr_abl_is, assay_pcr(plan, percent, draw(plan, id, Stream::pcr, day, 0)));
  if (wants(Measure::cytogenetics))
    report(course, Result::ph_percent, count_metaphases(plan, id, day, ph_positive_share(plan.assays, percent)));
  if (wants(Measure::pill_count)) count_pills(course, cohort.doses[lane]);
  if (wants(Measure::blood_count)) {
    const Words words = draw(plan, id, Stream::counting, day, 0);
    if (plan.blood[0].is_set)
      report_count(course, Result::anc,
                   assay_count(measured_count(cohort.blood[0][lane]), plan.assays, words.w[0], words.w[1]));
    if (plan.blood[1].is_set)
      report_count(course, Result::platelets,
                   assay_count(measured_count(cohort.blood[1][lane]), plan.assays, words.w[2], words.w[3]));
  }
}

}}  // namespace vt
