#pragma once
#include "kernels/patient/assays.hpp"
#include "kernels/patient/intraday.hpp"
#include "kernels/patient/population.hpp"
#include "kernels/patient/results.hpp"

/// \file Who comes on a day, and what is measured.

namespace vt { inline namespace VT_ISA {

/// A day's visits of L patients.
template <int L>
struct Visits {
  std::uint32_t scheduled;      ///< kinds that the calendar has today
  std::uint32_t any;            ///< kinds that at least one patient attends
  std::uint32_t attended[L];    ///< kinds, by patient
  std::uint64_t counts[L];      ///< 1: a patient whose values count
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

/// Kinds of visit that the patient's rules have ordered for today.
VT_COLD std::uint32_t ordered(const Plan& plan, const Course& course, std::int32_t day) {
  std::uint32_t kinds = 0;
  for (std::uint32_t r = 0; r < plan.rules.count; ++r) {
    const Rule& rule = at(plan, plan.rules, r);
    const bool is_due = course.rule_times[r] != 0 && day == course.rule_day[r] + rule.after_days;
    if (rule.action == Action::sample && is_due) kinds |= 1u << rule.what;
  }
  return kinds;
}

/// Kinds of visit that take place because a result arrives today.
VT_COLD std::uint32_t called_by_results(const Plan& plan, const Course& course, std::int32_t day) {
  const std::uint32_t results = due_today(course, day);
  std::uint32_t kinds = 0;
  for (std::uint32_t k = 0; k < plan.visit_kinds.count; ++k)
    if (at(plan, plan.visit_kinds, k).on_results & results) kinds |= 1u << k;
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

/// Kinds of visit that patients may miss.
VT_COLD std::uint32_t missable_kinds(const Plan& plan) {
  std::uint32_t kinds = 0;
  for (std::uint32_t k = 0; k < plan.visit_kinds.count; ++k)
    kinds |= at(plan, plan.visit_kinds, k).missed_below != 0 ? 1u << k : 0u;
  return kinds;
}

template <int L>
VT_COLD void gather_visits(const Plan& plan, const Cohort<L>& cohort, std::int32_t day, Visits<L>& visits) {
  visits.scheduled = at(plan, plan.calendar, static_cast<std::uint32_t>(day - plan.first_day));
  visits.any = 0;
  if (visits.scheduled == 0 && !cohort.someone_holds && !plan.waits && !plan.orders_samples) return;
  const std::uint32_t missable = missable_kinds(plan);
  for (int lane = 0; lane < L; ++lane) {
    const Course& course = cohort.course[lane];
    const bool takes_part = lane < cohort.patients && course.left == Left::no && course.failure == 0;
    std::uint32_t due = takes_part ? visits.scheduled : 0;
    if (takes_part && course.held_by) due |= rechecks(plan, course, day);
    if (takes_part && plan.waits) due |= called_by_results(plan, course, day);
    if (takes_part && plan.orders_samples) due |= ordered(plan, course, day);
    visits.attended[lane] = due & missable ? attend(plan, cohort.id[lane], day, due) : due;
    visits.any |= visits.attended[lane];
  }
}

/// The last intake planned up to `until_h`, of the intakes that `cohort` holds: its time, without lag. None: the
/// nominal morning dose.
template <int L>
VT_COLD double last_intake_h(const Plan& plan, const Cohort<L>& cohort, int lane, double until_h) {
  const double lag = cohort.pk[lane].lag_h;
  double last = -1e9;
  for (std::uint32_t i = 0; i < plan.intakes; ++i) {
    const double time = cohort.intake[i][lane].start_h - lag;
    if (cohort.prescription[i][lane].dose_mg > 0.0 && time <= until_h) last = greater(last, time);
  }
  return last < 0.0 ? kMorning_h : last;
}

/// Keeps today's doses for predictions.
template <int L>
VT_COLD void keep_doses(const Plan& plan, std::int32_t day, Cohort<L>& cohort) {
  for (int lane = 0; lane < L; ++lane)
    for (std::uint32_t i = 0; i < plan.intakes; ++i) {
      const Input input = cohort.intake[i][lane];
      if (input.swallowed_mg > 0.0)
        add_dose(cohort.history[lane],
                 fma(kHoursPerDay, static_cast<double>(day), input.start_h - cohort.pk[lane].lag_h),
                 input.swallowed_mg);
    }
}

/// The doses behind a level drawn `time_h` after the start of a day: those taken on the last days, and for the time
/// before what the present regimen would have given since treatment began.
VT_COLD void recall_history(const Plan& plan, const Course& course, const DoseHistory& history, std::int32_t day,
                            double time_h, Recall& recall) {
  const Regimen& regimen = at(plan, plan.regimens, course.regimen);
  const std::int32_t since = day - static_cast<std::int32_t>(plan.prediction.history_days);
  const double level_h = fma(kHoursPerDay, static_cast<double>(day), time_h);
  recall_doses(history, kHoursPerDay * static_cast<double>(since), level_h, recall);
  recall.tail_mg = dose_of(regimen, course, regimen.intake[0]);
  recall.tail_doses = recall.tail_h = 0.0;
  const std::int32_t days = since - course.starts_on;
  if (days <= 0 || !(recall.tail_mg > 0.0)) return;
  const auto every = static_cast<std::int32_t>(regimen.every_days);
  const std::int32_t last = days - 1 - (days - 1) % every;  // of the days before, the last with doses
  std::uint32_t a_day = 0;
  for (std::uint32_t i = 0; i < kIntakesPerDay; ++i) a_day += regimen.intake[i].dose_mg > 0.0 ? 1 : 0;
  recall.tail_h = level_h - fma(kHoursPerDay, static_cast<double>(course.starts_on + last),
                                regimen.intake[a_day > 0 ? a_day - 1 : 0].nominal_h);
  recall.tail_doses = static_cast<double>(last / every + 1) * static_cast<double>(a_day);
}

/// Keeps a level for predictions: drawn `time_h` after the day's start, `after_h` after the last planned intake, at the
/// dose prescribed until now. Where the doses taken are known, the last of them counts instead.
template <int L>
VT_COLD void keep_level(const Plan& plan, Cohort<L>& cohort, int lane, std::int32_t day, double ng_per_mL,
                        double time_h, double after_h, std::int32_t due) {
  if (!plan.prediction.is_set) return;
  Course& course = cohort.course[lane];
  const std::uint32_t place = course.levels % kLevels;
  Level level = {
      ng_per_mL, after_h, cohort.prescription[0][lane].dose_mg, at(plan, plan.regimens, course.regimen).interval_h,
      due,       0};
  if (plan.prediction.history_days > 0) {
    DoseHistory& history = cohort.history[lane];
    Recall& recall = history.recall[place];
    recall_history(plan, course, history, day, time_h, recall);
    const bool is_known = recall.doses > 0;
    level.after_h = is_known ? recall.dose[recall.doses - 1].time_h : recall.tail_h;
    level.dose_mg = is_known ? recall.dose[recall.doses - 1].mg : (recall.tail_doses > 0.0 ? recall.tail_mg : 0.0);
  }
  course.level[place] = level;
  course.levels += 1;
}

/// When the sample for a trough is drawn, in hours after the day's start.
VT_COLD double sample_time_h(const Plan& plan, Id id, std::int32_t day, std::uint32_t attended) {
  const Words words = draw(plan, id, Stream::sample_time, day, 0);
  double time = kMorning_h;
  for (std::uint32_t k = plan.visit_kinds.count; k-- > 0;) {
    const VisitKind& kind = at(plan, plan.visit_kinds, k);
    if ((attended >> k & 1) && !kind.is_late && (kind.measures & static_cast<std::uint32_t>(Measure::trough)))
      time = jittered_h(kMorning_h, kind.sample_sd_h, kind.sample_cdf_low, kind.sample_cdf_span,
                        uniform(words.w[0], words.w[1]));
  }
  return time;
}

/// A trough before the day's first dose.
template <int L>
VT_COLD void measure_trough(const Plan& plan, Cohort<L>& cohort, std::int32_t day, std::uint32_t attended, int lane) {
  const Id id = cohort.id[lane];
  const double time = sample_time_h(plan, id, day, attended);
  const double ng_per_mL = plan.pharmacokinetics.exposure_scale * concentration(plan, cohort, lane, time);
  const double measured = assay_trough(plan, ng_per_mL, id, day, 0);
  const std::int32_t wait = plan.assays.wait_days[static_cast<int>(Result::trough)];
  report(cohort.course[lane], Result::trough, measured, day, wait);
  const double yesterday_h = time + kHoursPerDay;
  keep_level(plan, cohort, lane, day, measured, time, yesterday_h - last_intake_h(plan, cohort, lane, yesterday_h),
             day + wait);
  cohort.sampled_h.put(lane, {time});
}

/// Share of the prescribed pills that did not come back, in % since the last count: those taken, and of those left over
/// the ones that were lost.
VT_COLD void count_pills(Course& course, const DoseCount& doses, std::int32_t day) {
  const double prescribed = doses.prescribed_mg - course.counted_prescribed_mg;
  const double taken = doses.taken_mg - course.counted_taken_mg;
  if (!(prescribed > 0.0)) return;
  const double gone = fma(course.pills_lost, greater(prescribed - taken, 0.0), taken);
  report(course, Result::pill_count, 100.0 * gone / prescribed, day, 0);
  course.counted_prescribed_mg = doses.prescribed_mg;
  course.counted_taken_mg = doses.taken_mg;
}

/// What few scenarios measure: BCR-ABL with a detection limit, droplet digital PCR, tumours, haemoglobin.
template <int L>
VT_COLD void measure_further(const Plan& plan, Cohort<L>& cohort, std::int32_t day, std::uint32_t wanted, int lane) {
  const Id id = cohort.id[lane];
  const AssayPlan& assays = plan.assays;
  const auto wants = [wanted](Measure m) VT_INLINE { return (wanted & static_cast<std::uint32_t>(m)) != 0; };
  const auto result = [&](Result which, double value) VT_INLINE {
    report(cohort.course[lane], which, value, day, assays.wait_days[static_cast<int>(which)]);
  };
  const double percent = load_percent(cohort.leukaemia[lane]);
  if (wants(Measure::bcr_abl) && assays.pcr_copies > 0.0) {
    const Sample sample = take_sample(assays.pcr_copies, assays.pcr_copies_spread, percent,
                                      draw(plan, id, Stream::pcr, day, 1), draw(plan, id, Stream::pcr, day, 2));
    const double found = assay_pcr(plan, percent, draw(plan, id, Stream::pcr, day, 0));
    result(Result::bcr_abl_is, sample.is_detected ? found : 0.0);
    result(Result::control_copies, sample.control_copies);
  }
  if (wants(Measure::ddpcr)) {
    const Sample sample = take_sample(assays.ddpcr_copies, assays.ddpcr_copies_spread, percent,
                                      draw(plan, id, Stream::ddpcr, day, 1), draw(plan, id, Stream::ddpcr, day, 2));
    const double found = assay_level(percent, assays.ddpcr_sd_log10, draw(plan, id, Stream::ddpcr, day, 0));
    result(Result::ddpcr_is, sample.is_detected ? found : 0.0);
    result(Result::ddpcr_copies, sample.control_copies);
  }
  if (wants(Measure::imaging)) {
    const Tumour tumour = cohort.slow->tumour[lane];
    const Words words = draw(plan, id, Stream::imaging, day, 0);
    result(Result::tumour_size, assay_image(tumour.size, assays.size_error, words.w[0], words.w[1]));
    result(Result::tumour_density, assay_image(tumour.density, assays.density_error, words.w[2], words.w[3]));
  }
  if (wants(Measure::blood_count) && plan.counts_haemoglobin) {
    const Words words = draw(plan, id, Stream::counting, day, 1);
    result(Result::haemoglobin, assay_count(cohort.slow->haemoglobin[lane].x, assays, words.w[0], words.w[1]));
  }
}

/// What these kinds of visit measure.
VT_COLD std::uint32_t measures_of(const Plan& plan, std::uint32_t kinds) {
  std::uint32_t measures = 0;
  for (std::uint32_t k = 0; k < plan.visit_kinds.count; ++k)
    measures |= kinds >> k & 1 ? at(plan, plan.visit_kinds, k).measures : 0;
  return measures;
}

/// What one patient's visits of the day measure. Samples after the dose wait until it is taken.
template <int L>
VT_COLD void measure(const Plan& plan, Cohort<L>& cohort, std::int32_t day, std::uint32_t attended, int lane) {
  Course& course = cohort.course[lane];
  const Id id = cohort.id[lane];
  const auto trough = static_cast<std::uint32_t>(Measure::trough);
  std::uint32_t wanted = 0;
  for (std::uint32_t k = 0; k < plan.visit_kinds.count; ++k) {
    const VisitKind& kind = at(plan, plan.visit_kinds, k);
    if (!(attended >> k & 1)) continue;
    wanted |= kind.is_late ? kind.measures & ~trough : kind.measures;
    if (kind.is_late && (kind.measures & trough)) course.late_kinds |= 1u << k;
  }
  for (int m = 0; m < kMeasures; ++m) course.samples[m] += wanted >> m & 1;
  const auto wants = [wanted](Measure m) VT_INLINE { return (wanted & static_cast<std::uint32_t>(m)) != 0; };
  const auto result = [&](Result which, double value) VT_INLINE {
    report(course, which, value, day, plan.assays.wait_days[static_cast<int>(which)]);
  };
  if (wants(Measure::trough)) measure_trough(plan, cohort, day, attended, lane);
  const double percent = load_percent(cohort.leukaemia[lane]);
  if (wants(Measure::bcr_abl) && !(plan.assays.pcr_copies > 0.0))
    result(Result::bcr_abl_is, assay_pcr(plan, percent, draw(plan, id, Stream::pcr, day, 0)));
  if (wants(Measure::cytogenetics))
    result(Result::ph_percent, count_metaphases(plan, id, day, ph_positive_share(plan.assays, percent)));
  if (wants(Measure::pill_count)) count_pills(course, cohort.doses[lane], day);
  if (wants(Measure::blood_count)) {
    const Words words = draw(plan, id, Stream::counting, day, 0);
    if (plan.blood[0].is_set)
      result(Result::anc,
             assay_count(measured_count(blood_seen(plan, cohort, 0)[lane]), plan.assays, words.w[0], words.w[1]));
    if (plan.blood[1].is_set)
      result(Result::platelets,
             assay_count(measured_count(blood_seen(plan, cohort, 1)[lane]), plan.assays, words.w[2], words.w[3]));
  }
  if (plan.measures_further) measure_further(plan, cohort, day, wanted, lane);
}

/// The laboratory's part of the day's visits: results that arrive, samples that are drawn.
template <int L>
VT_COLD void measure(const Plan& plan, Cohort<L>& cohort, std::int32_t day, const Visits<L>& visits) {
  if (!plan.waits && measures_of(plan, visits.any) == 0) return;
  for (int lane = 0; lane < cohort.patients; ++lane) {
    if (!visits.attended[lane]) continue;
    if (plan.waits) deliver(cohort.course[lane], day);
    measure(plan, cohort, day, visits.attended[lane], lane);
  }
}

}}  // namespace vt
