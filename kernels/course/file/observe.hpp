#pragma once
#include "kernels/course/known.hpp"
#include "kernels/course/visit.hpp"
#include "kernels/drug/doses/regimens.hpp"
#include "kernels/drug/prediction/prediction.hpp"
#include "kernels/drug/within_day/last_day.hpp"

/// \file What the formulas of visits, rules and tallies can see.

namespace vt { inline namespace VT_ISA {

/// Days on hold from the first dose up to today.
VT_HD std::int32_t days_on_hold(const Course& course, std::int32_t day) {
  return course.holds.days + (course.holds.by && day > course.holds.since ? day - course.holds.since : 0);
}

/// Whether a comedication is taken today, 1 or 0. Its window is yesterday's until the day has been lived.
template <int L>
VT_HD double takes_today(const Plan& plan, const Cohort<L>& cohort, std::int32_t day, std::uint32_t i, int lane) {
  const auto today = static_cast<double>(day);
  const Window window = course_on(cohort.window[i][lane], today, plan.drug.interactions[i].every_days);
  return cohort.induction[i][lane].takes_it * is_within(window, today);
}

template <int L>
VT_COLD Seen look_at_metabolite(const Plan& plan, const Cohort<L>& cohort, std::int32_t day, Source source, int lane) {
  const PharmacokineticsPlan& pk = plan.drug.pharmacokinetics;
  if (!pk.has_metabolite) return {0.0, false};
  const double scale = pk.exposure_scale * kNgPerMlPerMgPerL;
  if (source == Source::metabolite_auc_24h)
    return {scale * cohort.disposition->metabolite[lane].auc_mg_h_per_L, day > plan.first_dose_day};
  const double mg = metabolite_at(plan, cohort, lane, kMorning_h).mg;
  return {scale * (mg / cohort.disposition->metabolite_day[lane].volume_L), day > plan.first_dose_day};
}

template <int L>
VT_COLD Seen look_at_body(const Plan& plan, const Cohort<L>& cohort, std::int32_t day, const Observable& observable,
                          int lane) {
  switch (observable.source) {
    case Source::metabolite_trough:
    case Source::metabolite_auc_24h:
      return look_at_metabolite(plan, cohort, day, observable.source, lane);
    case Source::mean_trough:
    case Source::mean_concentration: {
      const RunningTotals<L>& sums = observable.source == Source::mean_trough ? cohort.troughs : cohort.concentrations;
      const std::int32_t treated = day - cohort.course[lane].dosing.starts_on;
      return {plan.drug.pharmacokinetics.exposure_scale *
                  mean_of_last(sums, lane, day - plan.first_dose_day, treated, observable.index),
              treated > 0};
    }
    case Source::ph_percent_true:
      return {100.0 * ph_positive_share(plan.assays, load_percent(cohort.leukaemia[lane])), has<Leukaemia>(plan)};
    case Source::interacting_drug: {
      double taken = 0.0;
      for (std::uint32_t i = 0; i < kMaxInteractions; ++i)
        if (i < plan.drug.n_interactions) taken = greater(taken, cohort.induction[i][lane].takes_it);
      return {taken, true};
    }
    case Source::interacting_drug_now: {
      double taken = 0.0;
      for (std::uint32_t i = 0; i < kMaxInteractions; ++i)
        if (i < plan.drug.n_interactions) taken = greater(taken, takes_today(plan, cohort, day, i, lane));
      return {taken, true};
    }
    case Source::comedication:
      return {takes_today(plan, cohort, day, observable.index, lane), true};
    default:
      return {0.0, false};
  }
}

/// What a rule has done for a patient.
VT_HD Seen look_at_rule(const Course& course, const Observable& observable) {
  const RuleCourse& rule = course.rule[observable.index];
  const bool has_fired = rule.times != 0;
  if (observable.source == Source::day_fired) return {static_cast<double>(rule.day), has_fired};
  if (observable.source == Source::times_fired) return {static_cast<double>(rule.times), true};
  return {has_fired ? 1.0 : 0.0, true};
}

/// The trough of the present dose at steady state, with today's values of the prior: as the typical patient has it, or
/// as the levels on file predict it. Extrapolation begins at the prior's peak; of a level that is only known to be low
/// there is none.
VT_COLD Seen predict(const Plan& plan, const Course& course, const DoseHistory* history, std::int32_t day, Source how) {
  const PredictionPlan& prediction = plan.prediction;
  const Evidence evidence = known_levels(prediction, course, day, history);
  const bool is_known = how == Source::predicted_trough_prior ? day >= course.dosing.starts_on : evidence.levels > 0;
  if (!prediction.is_set || !is_known) return {0.0, false};
  const Regimen& regimen = at(plan, plan.regimens, course.dosing.regimen);
  const double dose_mg = dose_of(regimen, course, regimen.intake[0]);
  if (how == Source::predicted_trough_log_linear) {
    const int newest = evidence.levels - 1;
    const Level& last = evidence.level[newest];
    const SteadyPk then = prediction.has_trend ? on_day(evidence.prior, evidence.day[newest]) : evidence.prior;
    return {extrapolate(prediction, last, dose_mg, regimen.interval_h),
            !is_censored(prediction, last) && last.after_h > peak_h(prediction.variant, then, last.interval_h)};
  }
  SteadyPk pk = evidence.prior;
  if (how == Source::predicted_trough_map) pk = deviate(evidence.prior, most_likely(prediction, evidence));
  if (prediction.has_trend) pk = on_day(pk, of_day(prediction, day - plan.treated_from_day));
  return {steady_level(prediction.variant, pk, dose_mg, regimen.interval_h, regimen.interval_h), true};
}

/// Hours from the dose to the sample of the last level that is on file; without a dose there are none.
VT_COLD Seen look_at_sample(const Course& course, std::int32_t day) {
  const Levels& levels = course.levels;
  for (std::uint32_t i = 1; i <= kLevels && i <= levels.count; ++i) {
    const Level& level = levels.newest[(levels.count - i) % kLevels];
    if (level.due <= day) return {level.after_h, level.dose_mg > 0.0};
  }
  return {0.0, false};
}

VT_HD bool is_of_an_event(Source source) {
  const int place = static_cast<int>(source);
  return ((place < 64 ? kOfEvents >> place : kFurtherOfEvents >> (place - 64)) & 1) != 0;
}

template <int L>
VT_COLD Seen look(const Plan& plan, const Cohort<L>& cohort, std::int32_t day, const Observable& observable, int lane) {
  const Course& course = cohort.course[lane];
  const DoseCount doses = cohort.doses[lane];
  const std::int32_t treated = day - course.dosing.starts_on;
  switch (observable.source) {
    case Source::daily_dose_mg:
      return {daily_dose(plan, course), true};
    case Source::days_on_hold:
      return {static_cast<double>(days_on_hold(course, day)), true};
    case Source::times_held:
      return {static_cast<double>(course.holds.count), true};
    case Source::days_since_hold:
      return {static_cast<double>(day - course.holds.ended_on), course.holds.count > 0 && course.holds.by == 0};
    case Source::days_on_dose:
      return {static_cast<double>(course.off_drug.on == kNever || day < course.off_drug.on
                                      ? treated - days_on_hold(course, day)
                                      : course.off_drug.on - course.dosing.starts_on - course.holds.days_at_end),
              treated >= 0};
    case Source::dose_changes:
      return {static_cast<double>(course.dosing.changes), true};
    case Source::days_since_change:
      return {static_cast<double>(day - course.dosing.changed_on), course.dosing.changes > 0};
    case Source::relative_dose_intensity: {
      const double planned_mg = daily_dose(plan, course, at(plan, plan.arms, course.arm).regimen);
      return {100.0 * doses.taken_mg / greater(planned_mg * static_cast<double>(treated), 1e-9), treated > 0};
    }
    case Source::left:
      return {course.leaving.why == Left::no ? 0.0 : 1.0, true};
    case Source::on_treatment:
      return {treated >= 0 && course.off_drug.on == kNever ? 1.0 : 0.0, true};
    case Source::second_drug:
      return {course.switched_on <= day ? 1.0 : 0.0, true};
    case Source::memory: {
      const Memory& memory = at(plan, plan.memories, observable.index);
      const bool is_known =
          memory.event == 0 ? memory.known_on <= day : has_happened(course.event[memory.event - 1], day);
      return {course.memories.value[observable.index],
              is_known && (course.memories.defined >> observable.index & 1) != 0};
    }
    case Source::test:
      return {(course.laboratory.tests_positive >> observable.index & 1) != 0 ? 1.0 : 0.0,
              (course.laboratory.tests_done >> observable.index & 1) != 0};
    case Source::trough_below_limit: {
      const Filed trough = cohort.file[static_cast<int>(Result::trough)][lane];
      return {trough.last < plan.assays.trough_limit_ng_per_mL ? 1.0 : 0.0, trough.results > 0.0};
    }
    case Source::cost_so_far: {
      double cost = 0.0;
      for (int m = 0; m < kMeasures; ++m)
        cost = fma(plan.assays.cost[m], static_cast<double>(course.laboratory.samples[m]), cost);
      return {cost, true};
    }
    case Source::trough_after_h:
      return look_at_sample(course, day);
    case Source::predicted_trough_prior:
    case Source::predicted_trough_map:
    case Source::predicted_trough_log_linear:
      return predict(plan, course, plan.prediction.history_days > 0 ? &cohort.history[lane] : nullptr, day,
                     observable.source);
    case Source::kept:
      return {course.memories.kept[observable.index], true};
    case Source::fired:
    case Source::times_fired:
    case Source::day_fired:
      return look_at_rule(course, observable);
    default:
      return is_of_an_event(observable.source) ? look_at_event(plan, cohort.id[lane], course, observable, day)
                                               : look_at_body(plan, cohort, day, observable, lane);
  }
}

}}  // namespace vt
