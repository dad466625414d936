#pragma once
#include "kernels/people/traits.hpp"
#include "kernels/tally/layout.hpp"
#include "kernels/tally/score.hpp"

/// \file How a patient's trial ended.

namespace vt { inline namespace VT_ISA {

/// see(x) for what has to stay a number in a patient: the drug, models with stages of their own, the relative exposure,
/// plain models. host/trace/failure.cpp has the words.
template <int L, class See>
VT_HD void for_each_vital(const Cohort<L>& c, int lane, See see) {
  const auto see_model = [&]<class M>() VT_INLINE {
    const auto state = state_of<M>(c)[lane];
    for_each_row(RowsOf<decltype(M::vitals)>{}, [&]<int i>() VT_INLINE { see(vital<M, i>(state)); });
  };
  see(c.body[lane].central_mg);
  for_each_model(StagedModels{}, see_model);
  see(c.relative_exposure[lane].x);
  for_each_model(PlainModels{}, see_model);
}

/// Of the patients with a visit today, those whose state is no longer a number take no further part; none of their
/// later values is tallied.
template <int L>
VT_COLD void find_failures(Cohort<L>& cohort, std::uint32_t scheduled, std::uint64_t (&attended)[L]) {
  const std::uint64_t bad = lanes_where<L>([&](int lane) VT_INLINE {
    double sum = 0.0;
    for_each_vital(cohort, lane, [&](double x) VT_INLINE { sum += x; });
    return !is_finite(sum);
  });
  for_each<L>(bad & cohort.standing.enrolled & ~cohort.standing.failed, [&](int lane) {
    if ((scheduled | attended[lane]) == 0) return;
    std::uint32_t first = 0, place = 0;
    bool is_found = false;
    for_each_vital(cohort, lane, [&](double x) VT_INLINE {
      if (!is_found && !is_finite(x)) first = place, is_found = true;
      place += 1;
    });
    if (!is_found) first = kVitals - 1;  // their sum alone is not finite
    fail(cohort, lane, failed(Failure::not_finite, first));
    attended[lane] = 0;
  });
}

inline constexpr std::uint64_t kNotANumber = 0x7ff8000000000000u;

/// Concentrations of a day that has been lived, of days that are written down: its own, and those of the day before
/// from hour 18 on, which lie in it. On the trial's last day nothing is taken.
template <int L>
VT_COLD void note_concentrations(const Plan& plan, std::int32_t day, const Cohort<L>& cohort) {
  const Recorder& recorder = *cohort.recorder;
  if (recorder.concentration == nullptr) return;
  const std::uint32_t days = plan.recorded_days.count, hours = plan.recorded_hours.count;
  for (std::uint32_t place = 0; place < days; ++place) {
    const std::int32_t recorded = at(plan, plan.recorded_days, place);
    if (recorded != day && recorded != day - 1) continue;
    const double morning_h = recorded == day ? kMorning_h : kMorning_h - kHoursPerDay;
    for (int lane = 0; lane < cohort.patients; ++lane) {
      const Course& course = cohort.course[lane];
      const bool is_there = course.failure == 0 && course.rejected_by == 0;
      const DayCourse lived = day < plan.last_day ? last_day(plan, cohort, lane) : this_day(plan, cohort, lane);
      double* row = recorder.concentration +
                    ((cohort.id[lane].patient - recorder.first) * std::uint64_t{days} + place) * std::uint64_t{hours};
      for (std::uint32_t h = 0; h < hours; ++h) {
        const double t = morning_h + at(plan, plan.recorded_hours, h);
        if (!(t > 0.0 && t <= kHoursPerDay)) continue;
        const double c = is_there ? concentration_in(plan.drug.pharmacokinetics, lived, t) : from_bits(kNotANumber);
        row[h] = is_finite(c) ? c : from_bits(kNotANumber);
      }
    }
  }
}

/// The recorded values of a day, as they stand after its visit.
template <int L>
VT_COLD void note_day(const Plan& plan, std::int32_t day, const Cohort<L>& cohort) {
  const Recorder& recorder = *cohort.recorder;
  if (recorder.daily == nullptr) return;
  const std::uint64_t days = static_cast<std::uint64_t>(plan.last_day - plan.first_day) + 1;
  for (std::uint32_t v = 0; v < plan.recorded.count; ++v) {
    Observed<L> column;
    look(plan, cohort, day, at(plan, plan.recorded, v), column);
    for (int lane = 0; lane < cohort.patients; ++lane) {
      const double x = column.value[lane];
      const std::uint64_t row = (cohort.id[lane].patient - recorder.first) * plan.recorded.count + v;
      const bool is_number = column.defined[lane] != 0 && is_finite(x) && cohort.course[lane].failure == 0;
      recorder.daily[row * days + static_cast<std::uint64_t>(day - plan.first_day)] =
          is_number ? x : from_bits(kNotANumber);
    }
  }
}

/// Counts the cohort by arm, its failures by reason, and those who did not qualify by criterion; of all others the
/// rules that fired and how they left.
template <int L>
VT_COLD void conclude(const Plan& plan, Cohort<L>& cohort, const TallyWords& words) {
  std::uint64_t nobody[L] = {};
  find_failures(cohort, ~0u, nobody);
  for (int lane = 0; lane < cohort.patients; ++lane) {
    const Course& course = cohort.course[lane];
    if (course.rejected_by != 0) {
      words.add(criterion_word(plan) + course.rejected_by - 1, 1);
      continue;
    }
    words.add(arm_word(plan) + course.arm, 1);
    if (course.failure != 0) {
      words.add(failure_word(plan, course.failure), 1);
      continue;
    }
    words.add(leaving_word(plan) + static_cast<std::uint64_t>(course.leaving.why) * plan.arms.count + course.arm, 1);
    for (std::uint32_t r = 0; r < plan.rules.count; ++r) {
      if (course.rule[r].times == 0) continue;
      words.add(rule_word(plan, r, course.arm), course.rule[r].times);
      words.add(rule_word(plan, r, course.arm) + 1, 1);
    }
  }
}

/// Folds a word into a history (FNV-1a over 64-bit words).
VT_HD std::uint64_t fold(std::uint64_t history, std::uint64_t word) { return (history ^ word) * 0x100000001b3u; }

/// Folds today's doses, amount and time, into each patient's history.
template <int L>
VT_COLD void note_doses(const Plan& plan, Cohort<L>& c) {
  for (std::uint32_t i = 0; i < plan.intakes; ++i)
    for (int lane = 0; lane < c.patients; ++lane) {
      const Input input = c.intake[i][lane];
      c.dose_history[lane] = fold(fold(c.dose_history[lane], bits_of(input.mg)), bits_of(input.start_h));
    }
}

/// The day of an event as a record has it.
VT_HD std::int64_t recorded_day(std::int32_t day) { return day == kNever ? -1 : (day < 0 ? day - 1 : day); }

/// A failed patient's record holds identity, arm and reason, that of one who did not qualify identity and criterion;
/// the rest is zero.
template <int L>
VT_COLD Record record(const Plan& plan, const Cohort<L>& c, int lane) {
  const Course& course = c.course[lane];
  Record r{};
  r.patient = c.id[lane].patient;
  r.rejected_by = course.rejected_by;
  if (course.rejected_by != 0) return r;
  r.arm = course.arm;
  r.failure = course.failure;
  if (course.failure != 0) return r;
  r.regimen = course.dosing.regimen;
  r.left = static_cast<std::uint64_t>(course.leaving.why);
  r.left_day = static_cast<std::uint64_t>(course.leaving.day);
  r.holds = static_cast<std::uint64_t>(course.holds.count);
  r.days_held = static_cast<std::uint64_t>(course.holds.days);
  for (std::uint32_t i = 0; i < plan.rules.count; ++i) r.rules_fired = fold(r.rules_fired, course.rule[i].times);
  r.doses_prescribed = c.doses[lane].prescribed;
  r.doses_taken = c.doses[lane].taken;
  r.taken_mg = c.doses[lane].taken_mg;
  r.dose_history = c.dose_history[lane];
  r.central_mg = c.body[lane].central_mg;
  r.depot_mg = c.body[lane].depot_mg;
  if (c.disposition != nullptr) {
    r.peripheral_mg = c.disposition->amounts[lane].peripheral;
    r.metabolite_mg = c.disposition->metabolite[lane].mg;
  }
  r.liver = c.induction[0][lane].liver;
  r.gut = c.induction[0][lane].gut;
  for_each_model(Models{}, [&]<class M>() VT_INLINE {
    constexpr int first = kBefore<M>.recorded;
    const typename M::State state = state_of<M>(c)[lane];
    __builtin_memcpy(r.models + first, &state, M::recorded * sizeof(double));
  });
  for (int i = 0; i < kResults; ++i) {
    const Filed file = c.file[i][lane];
    r.result[i] = file.last;
    r.results_defined |= file.results > 0.0 ? std::uint64_t{1} << i : 0;
  }
  for (int e = 0; e < kMaxEvents; ++e)
    r.event_day[e] = recorded_day(course.event[e].episodes != 0 ? course.event[e].day : kNever);
  return r;
}

/// `records` points at the record of the cohort's first patient. Of several lives the first is kept, or the first that
/// failed.
template <int L>
VT_COLD void write_records(const Plan& plan, const Cohort<L>& c, Record* records) {
  for (int lane = 0; lane < c.patients; ++lane)
    if (c.life == 0 || (records[lane].failure == 0 && c.course[lane].failure != 0))
      records[lane] = record(plan, c, lane);
}

}}  // namespace vt
