#pragma once
#include "kernels/course/file/assays.hpp"
#include "kernels/course/file/results.hpp"
#include "kernels/drug/doses/regimens.hpp"
#include "kernels/models/intraday.hpp"
#include "kernels/people/population.hpp"

/// \file Who comes on a day, and what is kept of a measured level for predictions.

namespace vt { inline namespace VT_ISA {

/// A day's visits of L patients.
template <int L>
struct Visits {
  std::uint32_t scheduled;      ///< kinds that the calendar has today
  std::uint32_t any;            ///< kinds that at least one patient attends
  std::uint64_t attended[L];    ///< kinds, by patient
  std::uint64_t counts;         ///< lanes: patients whose values count
  Values<L, kVisitSlots> seen;  ///< observables for the formulas
};

/// Kinds of visit that a patient's holds call for today.
VT_COLD std::uint32_t rechecks(const Plan& plan, const Course& course, std::int32_t day) {
  std::uint32_t kinds = 0;
  for_each<kMaxRules>(course.holds.by, [&](int r) {
    const Rule& rule = at(plan, plan.rules, static_cast<std::uint32_t>(r));
    const std::int32_t since = day - course.rule[r].day;
    if (rule.recheck_days > 0 && since > 0 && since % rule.recheck_days == 0) kinds |= rule.visit_kinds;
  });
  return kinds;
}

/// Kinds of visit that the patient's rules have ordered for today.
VT_COLD std::uint32_t ordered(const Plan& plan, const Course& course, std::int32_t day) {
  std::uint32_t kinds = 0;
  for (std::uint32_t r = 0; r < plan.rules.count; ++r) {
    const Rule& rule = at(plan, plan.rules, r);
    const bool is_due = course.rule[r].times != 0 && day == course.rule[r].day + rule.after_days;
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

/// Kinds of visit of these patients that take place beside the calendar, because they are on hold or wait for
/// something; of lanes not asked for nothing is written. Returns all of them together.
template <int L>
VT_COLD std::uint64_t call_in(const Plan& plan, const Cohort<L>& cohort, std::int32_t day, std::uint64_t lanes,
                              std::uint64_t (&kinds)[L]) {
  std::uint64_t any = 0;
  for_each<L>(lanes, [&](int lane) {
    const Course& course = cohort.course[lane];
    std::uint32_t due = course.holds.by ? rechecks(plan, course, day) : 0;
    if (plan.waits) due |= called_by_results(plan, course, day);
    if (plan.orders_samples) due |= ordered(plan, course, day);
    kinds[lane] = due;
    any |= due;
  });
  return any;
}

/// Takes away a kind of visit from those who miss it: each may be missed on its own.
template <int L>
VT_COLD void miss(const Plan& plan, const Cohort<L>& cohort, std::int32_t day, std::uint32_t k, Visits<L>& visits) {
  const VisitKind& kind = at(plan, plan.visit_kinds, k);
  if (kind.missed_below == 0) return;
  const std::uint64_t bit = std::uint64_t{1} << k, below = kind.missed_below;
  std::uint64_t(&attended)[L] = visits.attended;
  const std::uint64_t who = lanes_where<L>([&](int lane) VT_INLINE { return (attended[lane] & bit) != 0; });
  Lanes<Drawn, L> drawn;
  draw_some(plan.seed, cohort.id, kind.missed_stream, day, 0, who, drawn);
  for_these<L>(who, [&](int lane) VT_INLINE { attended[lane] &= ~(drawn[lane].first >> 32 < below ? bit : 0); });
}

template <int L>
VT_HD std::uint64_t all_kinds(const std::uint64_t (&attended)[L]) {
  std::uint64_t kinds = 0;
  VT_LANES
  for (int lane = 0; lane < L; ++lane) kinds |= attended[lane];
  return kinds;
}

/// Who comes on a day, to which kinds of visit.
template <int L>
VT_COLD void gather_visits(const Plan& plan, const Cohort<L>& cohort, std::int32_t day, Visits<L>& visits) {
  visits.scheduled = at(plan, plan.calendar, static_cast<std::uint32_t>(day - plan.first_day));
  visits.any = 0;
  const std::uint64_t here = cohort.standing.in_trial & ~cohort.standing.failed, scheduled = visits.scheduled;
  const std::uint64_t called = plan.waits || plan.orders_samples ? here : here & cohort.standing.holding;
  std::uint64_t kinds[L];
  const std::uint64_t beside = called == 0 ? 0 : call_in(plan, cohort, day, called, kinds);
  if ((scheduled | beside) == 0) return;
  VT_LANES
  for (int lane = 0; lane < L; ++lane) visits.attended[lane] = scheduled & (0 - has_lane(here, lane));
  if (beside != 0) for_each<L>(called, [&](int lane) { visits.attended[lane] |= kinds[lane]; });
  for_each<kMaxVisitKinds>(scheduled | beside,
                           [&](int k) { miss(plan, cohort, day, static_cast<std::uint32_t>(k), visits); });
  visits.any = static_cast<std::uint32_t>(all_kinds(visits.attended));
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
  const Regimen& regimen = at(plan, plan.regimens, course.dosing.regimen);
  const std::int32_t since = day - static_cast<std::int32_t>(plan.prediction.history_days);
  const double level_h = fma(kHoursPerDay, static_cast<double>(day), time_h);
  recall_doses(history, kHoursPerDay * static_cast<double>(since), level_h, recall);
  recall.tail_mg = dose_of(regimen, course, regimen.intake[0]);
  recall.tail_doses = recall.tail_h = 0.0;
  const std::int32_t days = since - course.dosing.starts_on;
  if (days <= 0 || !(recall.tail_mg > 0.0)) return;
  const auto every = static_cast<std::int32_t>(regimen.every_days);
  const std::int32_t last = days - 1 - (days - 1) % every;  // of the days before, the last with doses
  std::uint32_t a_day = 0;
  for (std::uint32_t i = 0; i < kIntakesPerDay; ++i) a_day += regimen.intake[i].dose_mg > 0.0 ? 1 : 0;
  recall.tail_h = level_h - fma(kHoursPerDay, static_cast<double>(course.dosing.starts_on + last),
                                regimen.intake[a_day > 0 ? a_day - 1 : 0].nominal_h);
  recall.tail_doses = static_cast<double>(last / every + 1) * static_cast<double>(a_day);
}

/// Keeps a level for predictions: drawn `time_h` after the day's start, `after_h` after the last planned intake, at the
/// dose prescribed until now. Where the doses taken are known, the last of them counts instead.
template <int L>
VT_COLD void keep_level(const Plan& plan, Cohort<L>& cohort, int lane, std::int32_t day, double ng_per_mL,
                        double time_h, double after_h, std::int32_t due) {
  if (!plan.prediction.keeps_levels) return;
  Course& course = cohort.course[lane];
  const std::uint32_t place = course.levels.count % kLevels;
  Level level = {ng_per_mL,
                 after_h,
                 cohort.prescription[0][lane].dose_mg,
                 at(plan, plan.regimens, course.dosing.regimen).interval_h,
                 due,
                 day - plan.treated_from_day};
  if (plan.prediction.history_days > 0) {
    DoseHistory& history = cohort.history[lane];
    Recall& recall = history.recall[place];
    recall_history(plan, course, history, day, time_h, recall);
    const bool is_known = recall.doses > 0;
    level.after_h = is_known ? recall.dose[recall.doses - 1].time_h : recall.tail_h;
    level.dose_mg = is_known ? recall.dose[recall.doses - 1].mg : (recall.tail_doses > 0.0 ? recall.tail_mg : 0.0);
  }
  course.levels.newest[place] = level;
  course.levels.count += 1;
}

}}  // namespace vt
