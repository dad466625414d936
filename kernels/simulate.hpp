#pragma once
#include "kernels/course/enrol.hpp"
#include "kernels/course/events.hpp"
#include "kernels/course/file/laboratory.hpp"
#include "kernels/drug/doses/dose_records.hpp"
#include "kernels/life.hpp"
#include "kernels/models/slow_states.hpp"
#include "kernels/record.hpp"
#include "kernels/tally/lives.hpp"
#include "kernels/witness.hpp"

/// \file A virtual trial, patient by patient: the page to read first.

namespace vt { inline namespace VT_ISA {

/// Today's doses where they follow from the day: the first one, schedules, alternate days, cycles.
template <int L>
VT_COLD void follow_regimens(const Plan& plan, std::int32_t day, Cohort<L>& cohort) {
  for (int lane = 0; lane < L; ++lane) {
    follow_schedule(plan, day, cohort.course[lane]);
    prescribe(plan, day, cohort, lane);
    if (day == cohort.course[lane].dosing.starts_on) begin_counting_doses(plan, cohort, lane);
  }
}

/// Before the first dose nothing is prescribed.
template <int L>
VT_COLD void await_treatment(Cohort<L>& cohort) {
  for (std::uint32_t i = 0; i < kIntakesPerDay; ++i)
    for (int lane = 0; lane < L; ++lane) cohort.prescription[i].put(lane, Intake{});
}

/// No sample has been drawn yet today, but one after yesterday's dose may be due, for which today's waits.
template <int L>
VT_HD void forget_sample(Cohort<L>& cohort) {
  advance(cohort.sampled_h,
          [](const Scalar& sampled) VT_INLINE { return Scalar{greater(sampled.x - kHoursPerDay, 0.0)}; });
}

/// A day's visits: laboratory, what is remembered of it, tallies, then the rules, which all see the same values.
template <int L, class Witness>
VT_COLD void hold_visits(const Plan& plan, std::int32_t day, Cohort<L>& cohort, Visits<L>& visits,
                         const TallyWords& words, const Witness& witness) {
  if ((visits.any | visits.scheduled) == 0) return;  // here for others' visits
  count_in_the_morning(plan, day, cohort);
  find_failures(cohort, visits.scheduled, visits.attended);
  measure(plan, cohort, day, visits);
  remember(plan, cohort, day, visits);
  find_events(plan, day, cohort, visits);
  observe(plan, cohort, day, wanted_at(plan, visits.scheduled | visits.any), visits);
  test_patients(plan, day, cohort, visits);
  add_to_tallies(plan, day, cohort, visits, words);
  decide(plan, day, cohort, visits);
  witness.visited(plan, day, cohort, visits);
}

/// Who comes today, and their visits. A function of its own: on most days nobody does.
template <int L, class Witness>
VT_COLD void visit(const Plan& plan, Cohort<L>& cohort, const TallyWords& words, const Witness& witness) {
  Visits<L> visits;
  forget_sample(cohort);
  gather_visits(plan, cohort, cohort.day, visits);
  if (nobody((visits.any | visits.scheduled) != 0)) return;
  hold_visits(plan, cohort.day, cohort, visits, words, witness);
}

/// What is prescribed and what is due from the day on, and the rates that stand over the day: before events and visits,
/// which look at concentrations.
template <Variant variant, int L>
VT_HD void begin_day(const Plan& plan, Cohort<L>& cohort) {
  const std::int32_t& day = cohort.day;
  if (day == plan.first_dose_day || day == 0 || (plan.regimens_vary && day > plan.first_dose_day))
    follow_regimens(plan, day, cohort);
  const bool strikes = take_due_consequences(plan, day, cohort);
  if (plan.sets_adherence) wear_off(day, cohort);
  begin_occasion(plan, day, cohort);
  if (!nobody(rates_change<variant>(plan, day, cohort))) set_rates<variant>(plan, day, cohort);
  sum_up_exposure<variant>(plan, day, cohort);
  if (strikes && plan.remembers_events) remember_events(plan, cohort, day, ~0u);
}

/// One day of the patients' lives. Its rates stand since the day's start, so that a comedication acts from the next day
/// on.
template <Variant variant, int L>
VT_HD void live_a_day(const Plan& plan, Cohort<L>& cohort) {
  const std::int32_t& day = cohort.day;
  if (plan.drug.pharmacokinetics.keeps_last_day) keep_day(plan, cohort);
  take_doses<variant>(plan, day, cohort);
  if (plan.dose_records.patients.count > 0) take_recorded<variant>(plan, day, cohort);
  if (plan.prediction.history_days > 0) keep_doses(plan, day, cohort);
  if (plan.waits && !nobody(awaits_sample(cohort))) draw_late_samples(plan, day, cohort);
  interact(plan, day, cohort);
  absorb_and_eliminate<variant>(plan, cohort);
  if (plan.has_second_drug) add_second_drug(plan, day, cohort);
  respond(plan, day, cohort);
  count_blood(plan, cohort);
  step_plain_models(plan, day, cohort);
}

/// What recorded patients have to show today.
template <int L>
VT_HD void write_down(const Plan& plan, Cohort<L>& cohort) {
  count_in_the_morning(plan, cohort.day, cohort);
  note_day(plan, cohort.day, cohort);
}

/// Concentrations of the day that has been lived, where somebody waits for them.
template <int L>
VT_HD void look_back(const Plan& plan, const Cohort<L>& cohort, const TallyWords& words) {
  if (cohort.profiles->kinds != 0) finish_profiles(plan, cohort.day, cohort, words);
  if (cohort.recorder != nullptr) note_concentrations(plan, cohort.day, cohort);
}

/// One life of each of the first n patients of `who`: in the arm that they are allocated to or, under counterfactual
/// allocation, in arm `number`, with the same draws as in the others.
template <Variant variant, int L, class Witness>
VT_HD void live(const Plan& plan, const Lanes<Id, L>& who, int n, std::uint32_t number, Pairs<L>& pairs,
                const TallyWords& words, Record* records, const Witness& witness, Recorder* recorder) {
  Life<variant, L> life;
  Cohort<L>& cohort = begin_life(plan, number, words, records != nullptr, recorder, life);
  enrol(plan, who, n, cohort);  // sampled from the population, allocated to an arm
  await_treatment(cohort);

  const std::int32_t& day = cohort.day;  // read from there: a copy kept across calls would be spilled on a GPU
  for (cohort.day = plan.first_day; day <= plan.last_day; ++cohort.day) {
    begin_day<variant>(plan, cohort);
    if (plan.event_calendar.count > 0) happen(plan, cohort);
    visit(plan, cohort, words, witness);
    if (recorder != nullptr) write_down(plan, cohort);
    witness.decided(plan, day, cohort);
    if (day == plan.last_day) break;
    live_a_day<variant>(plan, cohort);
    look_back(plan, cohort, words);
    witness.lived(plan, day, cohort);
    if (cohort.keeps_dose_history) note_doses(plan, cohort);
  }

  look_back(plan, cohort, words);
  conclude(plan, cohort, words);
  if (records != nullptr) write_records(plan, cohort, records);
  tally_lives(plan, number, cohort, pairs, words, records);
}

/// The trial of the first n patients of `who`, 1 ≤ n ≤ L; lanes beyond n repeat one of them.
///
/// Adds to `words` (kernels/tally/layout.hpp) and, where asked for, writes each patient's end to `records` and what
/// happens on the way, in the first of several lives, to `recorder`. A pure function of the Plan and the ids: neither
/// L, nor the split into cohorts, nor the order of calls can be seen in it.
template <Variant variant, int L, class Witness = Nobody>
VT_HD void simulate(const Plan& plan, const Lanes<Id, L>& who, int n, const TallyWords& words, Record* records,
                    const Witness& witness = {}, Recorder* recorder = nullptr) {
  Pairs<L> pairs;
  for (std::uint32_t life = 0; life < plan.lives; ++life)
    live<variant>(plan, who, n, life, pairs, words, records, witness, life == 0 ? recorder : nullptr);
}

}}  // namespace vt
