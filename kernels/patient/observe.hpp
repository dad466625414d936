#pragma once
#include "kernels/patient/known.hpp"
#include "kernels/patient/last_day.hpp"
#include "kernels/patient/prediction.hpp"
#include "kernels/patient/regimens.hpp"
#include "kernels/patient/visit.hpp"

/// \file What the formulas of visits, rules and tallies can see.

namespace vt { inline namespace VT_ISA {

inline constexpr double kDaysPerMonth = 30.4375;
/// Month N falls on day N·30.4375 rounded; with this offset `month` is N or more exactly from that day on.
inline constexpr double kMonthOffset_day = 0.46875;

/// The history of a result: the one before the last, the lowest or the highest.
VT_HD Seen seen_history(const Course& course, Source source, std::uint32_t i) {
  if (source == Source::previous) return {course.previous[i], (course.previous_defined >> i & 1) != 0};
  return {source == Source::lowest ? course.lowest[i] : course.highest[i], (course.results_defined >> i & 1) != 0};
}

/// Days on hold from the first dose up to today.
VT_HD std::int32_t days_on_hold(const Course& course, std::int32_t day) {
  return course.days_held + (course.held_by && day > course.held_since ? day - course.held_since : 0);
}

/// The patient's exposure yesterday as reported: with the trial's exposure scale.
template <int L>
VT_HD double reported_auc(const Plan& plan, const Cohort<L>& cohort, int lane) {
  return plan.pharmacokinetics.exposure_scale * kNgPerMlPerMgPerL * cohort.exposure[lane].auc_mg_h_per_L;
}

/// What the laboratory would find at today's nominal morning dose, total drug, in ng/mL.
template <int L>
VT_COLD double reported_trough(const Plan& plan, const Cohort<L>& cohort, int lane) {
  return plan.pharmacokinetics.exposure_scale * concentration(plan, cohort, lane, kMorning_h);
}

template <int L>
VT_COLD Seen look_at_metabolite(const Plan& plan, const Cohort<L>& cohort, std::int32_t day, Source source, int lane) {
  const PharmacokineticsPlan& pk = plan.pharmacokinetics;
  if (!pk.has_metabolite) return {0.0, false};
  const double scale = pk.exposure_scale * kNgPerMlPerMgPerL;
  if (source == Source::metabolite_auc_24h)
    return {scale * cohort.disposition->metabolite[lane].auc_mg_h_per_L, day > plan.first_dose_day};
  const double mg = metabolite_at(plan, cohort, lane, kMorning_h);
  return {scale * (mg / cohort.disposition->rates[lane].metabolite_L), day > plan.first_dose_day};
}

template <int L>
VT_COLD Seen look_at_body(const Plan& plan, const Cohort<L>& cohort, std::int32_t day, const Observable& observable,
                          int lane) {
  switch (observable.source) {
    case Source::trough_true:
      return {reported_trough(plan, cohort, lane), day > plan.first_dose_day};
    case Source::peak:
      return {day > plan.first_dose_day ? peak_of(plan.pharmacokinetics, last_day(plan, cohort, lane)) : 0.0,
              day > plan.first_dose_day};
    case Source::hours_above: {
      const double threshold = plan.pharmacokinetics.threshold_ng_per_mL;
      if (day <= plan.first_dose_day || !(threshold > 0.0)) return {0.0, false};
      return {hours_above(plan.pharmacokinetics, last_day(plan, cohort, lane), threshold), true};
    }
    case Source::trough_free:
      return {free_concentration(reported_trough(plan, cohort, lane), cohort.binding[lane]), day > plan.first_dose_day};
    case Source::average_free_concentration:
      return {free_concentration(greater(0.0, reported_auc(plan, cohort, lane)) / kHoursPerDay, cohort.binding[lane]),
              day > plan.first_dose_day};
    case Source::metabolite_trough:
    case Source::metabolite_auc_24h:
      return look_at_metabolite(plan, cohort, day, observable.source, lane);
    case Source::mean_trough:
      return {plan.pharmacokinetics.exposure_scale * mean_of_last(cohort.troughs, lane, day, observable.index),
              day > plan.first_dose_day};
    case Source::mean_concentration:
      return {plan.pharmacokinetics.exposure_scale * mean_of_last(cohort.concentrations, lane, day, observable.index),
              day > plan.first_dose_day};
    case Source::auc_24h:
      return {reported_auc(plan, cohort, lane), day > plan.first_dose_day};
    case Source::average_concentration:
      return {reported_auc(plan, cohort, lane) / kHoursPerDay, day > plan.first_dose_day};
    case Source::relative_exposure:
      return {cohort.relative_exposure[lane].x, day > plan.first_dose_day};
    case Source::bcr_abl_is_true:
      return {load_percent(cohort.leukaemia[lane]), plan.leukaemia.is_set != 0};
    case Source::ph_percent_true:
      return {100.0 * ph_positive_share(plan.assays, load_percent(cohort.leukaemia[lane])), plan.leukaemia.is_set != 0};
    case Source::anc_true:
      return {measured_count(cohort.blood[0][lane]), plan.blood[0].is_set != 0};
    case Source::platelets_true:
      return {measured_count(cohort.blood[1][lane]), plan.blood[1].is_set != 0};
    case Source::bcr_abl_share:
      return {cohort.clone_share[lane].x, plan.leukaemia.is_set != 0};
    case Source::anc_normal_true:
      return {cohort.blood[0][lane].circulating, plan.blood[0].is_set != 0};
    case Source::haemoglobin_true:
      return {cohort.slow->haemoglobin[lane].x, plan.counts_haemoglobin != 0};
    case Source::tumour_size_true:
      return {cohort.slow->tumour[lane].size, plan.follows_tumour != 0};
    case Source::tumour_density_true:
      return {cohort.slow->tumour[lane].density, plan.follows_tumour != 0};
    case Source::exposure_days:
      return {cohort.concentrations.total[lane].x / plan.pharmacokinetics.reference_ng_per_mL,
              day >= 0 && plan.sums_concentrations != 0};
    case Source::interacting_drug: {
      double taken = 0.0;
      for (std::uint32_t i = 0; i < kMaxInteractions; ++i)
        if (i < plan.n_interactions) taken = greater(taken, cohort.induction[i][lane].takes_it);
      return {taken, true};
    }
    default:
      return {0.0, false};
  }
}

/// The trough of the present dose at steady state, as the levels on file predict it. Extrapolation begins at the
/// prior's peak: the end of a zero-order input, the typical time of the peak otherwise.
VT_COLD Seen predict(const Plan& plan, const Course& course, const DoseHistory* history, std::int32_t day, Source how) {
  const PredictionPlan& prediction = plan.prediction;
  const Evidence evidence = known_levels(prediction, course, day, history);
  if (!prediction.is_set || evidence.levels == 0) return {0.0, false};
  const Regimen& regimen = at(plan, plan.regimens, course.regimen);
  const double dose_mg = dose_of(regimen, course, regimen.intake[0]);
  if (how == Source::predicted_trough_log_linear) {
    const Level& last = evidence.level[evidence.levels - 1];
    return {extrapolate(prediction, last, dose_mg, regimen.interval_h),
            last.after_h > peak_h(prediction.absorption, evidence.prior)};
  }
  const SteadyPk pk = deviate(evidence.prior, most_likely(prediction, evidence));
  return {steady_level(prediction.absorption, pk, dose_mg, regimen.interval_h, regimen.interval_h), true};
}

template <int L>
VT_COLD Seen look(const Plan& plan, const Cohort<L>& cohort, std::int32_t day, const Observable& observable, int lane) {
  const Course& course = cohort.course[lane];
  const DoseCount doses = cohort.doses[lane];
  switch (observable.source) {
    case Source::day:
      return {static_cast<double>(day), true};
    case Source::month:
      return {(static_cast<double>(day) + kMonthOffset_day) / kDaysPerMonth, true};
    case Source::arm:
      return {static_cast<double>(course.arm), true};
    case Source::daily_dose_mg:
      return {daily_dose(plan, course), true};
    case Source::on_hold:
      return {course.held_by ? 1.0 : 0.0, true};
    case Source::days_on_hold:
      return {static_cast<double>(days_on_hold(course, day)), true};
    case Source::times_held:
      return {static_cast<double>(course.holds), true};
    case Source::days_on_dose:
      return {static_cast<double>((day < course.off_drug_on ? day : course.off_drug_on) - days_on_hold(course, day)),
              day >= 0};
    case Source::doses_taken_percent:
      return {100.0 * doses.taken / greater(doses.prescribed, 1.0), doses.prescribed > 0.0};
    case Source::dose_changes:
      return {static_cast<double>(course.changes), true};
    case Source::days_since_change:
      return {static_cast<double>(day - course.changed_on), course.changes > 0};
    case Source::trough:
      return seen_result(course, Result::trough);
    case Source::bcr_abl_is:
      return seen_result(course, Result::bcr_abl_is);
    case Source::ph_percent:
      return seen_result(course, Result::ph_percent);
    case Source::anc:
      return seen_result(course, Result::anc);
    case Source::platelets:
      return seen_result(course, Result::platelets);
    case Source::control_copies:
    case Source::ddpcr_is:
    case Source::ddpcr_copies:
    case Source::haemoglobin:
    case Source::tumour_size:
      return look_at_further_result(course, observable.source);
    case Source::pill_count:
      return seen_result(course, Result::pill_count);
    case Source::previous:
    case Source::lowest:
    case Source::highest:
      return seen_history(course, observable.source, observable.index);
    case Source::dose_intensity_mg:
      return {doses.prescribed_mg / greater(static_cast<double>(day), 1.0), day > 0};
    case Source::relative_dose_intensity: {
      const double planned_mg = daily_dose(plan, course, at(plan, plan.arms, course.arm).regimen);
      return {100.0 * doses.taken_mg / greater(planned_mg * static_cast<double>(day), 1e-9), day > 0};
    }
    case Source::left:
      return {course.left == Left::no ? 0.0 : 1.0, true};
    case Source::on_treatment:
      return {day >= 0 && course.off_drug_on == kNever ? 1.0 : 0.0, true};
    case Source::event:
    case Source::day_of:
    case Source::severe:
    case Source::active:
    case Source::grade:
    case Source::worst_grade:
    case Source::times:
      return look_at_event(plan, cohort.id[lane], course, observable, day);
    case Source::second_drug:
      return {course.switched_on <= day ? 1.0 : 0.0, true};
    case Source::memory: {
      const bool is_known = at(plan, plan.memories, observable.index).known_on <= day;
      return {course.memory[observable.index], is_known && (course.memories_defined >> observable.index & 1) != 0};
    }
    case Source::test:
      return {(course.tests_positive >> observable.index & 1) != 0 ? 1.0 : 0.0,
              (course.tests_done >> observable.index & 1) != 0};
    case Source::trough_below_limit: {
      const Seen trough = seen_result(course, Result::trough);
      return {trough.value < plan.assays.trough_limit_ng_per_mL ? 1.0 : 0.0, trough.defined};
    }
    case Source::cost_so_far: {
      double cost = 0.0;
      for (int m = 0; m < kMeasures; ++m) cost = fma(plan.assays.cost[m], static_cast<double>(course.samples[m]), cost);
      return {cost, true};
    }
    case Source::predicted_trough_map:
    case Source::predicted_trough_log_linear:
      return predict(plan, course, plan.prediction.history_days > 0 ? &cohort.history[lane] : nullptr, day,
                     observable.source);
    case Source::kept:
      return {course.kept[observable.index], true};
    default:
      return look_at_body(plan, cohort, day, observable, lane);
  }
}

VT_HD void remember(Course& course, std::uint32_t memory, const Seen& seen) {
  course.memory[memory] = seen.value;
  course.memories_defined |= seen.defined ? 1u << memory : 0u;
}

/// A result under way that is due on a day.
VT_COLD Seen seen_under_way(const Course& course, std::uint32_t result, std::int32_t due) {
  Seen seen{0.0, false};
  for (const UnderWay& one : course.under_way[result])
    if (one.is_set && one.due == due) seen = {one.value, true};
  return seen;
}

/// Keeps what later formulas and axes refer to by its day ("trough @ 'day 29'"). A result that is under way is kept
/// from the day of its sample, and seen when it arrives.
template <int L>
VT_COLD void remember(const Plan& plan, Cohort<L>& cohort, std::int32_t day, const Visits<L>& visits) {
  for (std::uint32_t m = 0; m < plan.memories.count; ++m) {
    const Memory& memory = at(plan, plan.memories, m);
    if (memory.day != day) continue;
    for (int lane = 0; lane < cohort.patients; ++lane) {
      if (!(visits.attended[lane] >> memory.visit_kind & 1)) continue;
      Course& course = cohort.course[lane];
      remember(course, m,
               memory.known_on > day ? seen_under_way(course, memory.result, memory.known_on)
                                     : look(plan, cohort, day, Observable{memory.source, memory.index}, lane));
    }
  }
}

/// Fills one slot of the snapshot. A number that is not finite counts as undefined.
template <int L>
VT_COLD void observe_slot(const Plan& plan, const Cohort<L>& cohort, std::int32_t day, std::uint32_t slot,
                          Visits<L>& visits) {
  const Observable& observable = at(plan, plan.observables, slot);
  const std::uint64_t bit = std::uint64_t{1} << slot;
  for (int lane = 0; lane < L; ++lane) {
    const Seen seen = lane < cohort.patients && cohort.course[lane].failure == 0
                          ? look(plan, cohort, day, observable, lane)
                          : Seen{0.0, false};
    const bool defined = seen.defined && seen.value - seen.value == 0.0;
    visits.seen.value[slot][lane] = defined ? seen.value : 0.0;
    visits.seen.defined[lane] = (visits.seen.defined[lane] & ~bit) | (defined ? bit : 0);
  }
}

/// The observables that formulas at these kinds of visit use.
VT_COLD std::uint64_t wanted_at(const Plan& plan, std::uint32_t visit_kinds) {
  std::uint64_t wanted = 0;
  for (std::uint32_t k = 0; k < plan.visit_kinds.count; ++k) wanted |= visit_kinds >> k & 1 ? plan.reads[k] : 0;
  return wanted;
}

/// Fills the snapshot that formulas read, of the observables in `wanted` (bit = slot).
template <int L>
VT_COLD void observe(const Plan& plan, const Cohort<L>& cohort, std::int32_t day, std::uint64_t wanted,
                     Visits<L>& visits) {
  for (int lane = 0; lane < L; ++lane) visits.seen.defined[lane] = 0;
  for (std::uint32_t slot = 0; slot < plan.observables.count; ++slot)
    if (wanted >> slot & 1) observe_slot(plan, cohort, day, slot, visits);
}

}}  // namespace vt
