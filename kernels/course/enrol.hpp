#pragma once
#include "kernels/course/decisions.hpp"
#include "kernels/day.hpp"
#include "kernels/drug/doses/dose_records.hpp"
#include "kernels/drug/doses/regimens.hpp"
#include "kernels/models/slow_states.hpp"
#include "kernels/people/traits.hpp"

namespace vt { inline namespace VT_ISA {

/// Everybody's day of discontinuation under the arm's constant hazard; far away where there is none.
template <int L>
VT_COLD void find_leaving_days(const Plan& plan, const Cohort<L>& c, double (&day)[L]) {
  constexpr double never = 1e9;
  double per_day[L];
  for (int lane = 0; lane < L; ++lane)
    per_day[lane] = at(plan, plan.arms, static_cast<std::uint32_t>(c.arm[lane])).leave_per_day;
  Lanes<Drawn, L> drawn;
  draw_all(plan.seed, c.id, Stream::leaving, 0, 0, drawn);
  VT_LANES
  for (int lane = 0; lane < L; ++lane) {
    const double stays = -log(uniform(drawn[lane].first)) / per_day[lane];
    day[lane] = per_day[lane] > 0.0 ? lesser(stays, never) : never;
  }
}

/// Each event waits for its share of hazard, Exp(1).
template <int L>
VT_COLD void await_events(const Plan& plan, Cohort<L>& c) {
  for (std::uint32_t e = 0; e < plan.events.count; ++e) {
    if (!at(plan, plan.events, e).hazard.is_set) continue;
    Lanes<Drawn, L> drawn;
    double left[L];
    draw_all(plan.seed, c.id, at(plan, plan.events, e).stream, 0, 0, drawn);
    VT_LANES
    for (int lane = 0; lane < L; ++lane) left[lane] = -log(uniform(drawn[lane].first));
    for (int lane = 0; lane < L; ++lane) c.course[lane].event[e].hazard_left = left[lane];
  }
}

/// In the patient's arm; no event has happened.
VT_HD void begin_course(const Plan& plan, std::uint32_t arm_index, double leaves_on, Course& course) {
  course = Course{};
  course.arm = arm_index;
  const Arm& arm = at(plan, plan.arms, arm_index);
  course.dosing.regimen = course.dosing.scheduled_regimen = arm.regimen;
  course.dosing.schedule = arm.schedule;
  if (arm.schedule != 0)
    course.dosing.starts_on = at(plan, at(plan, plan.schedules, arm.schedule - 1).steps, 0).from_day;
  course.leaving.planned_on = course.due_on = static_cast<std::int32_t>(leaves_on);
  course.off_drug.on = course.switched_on = kNever;
  for (std::uint32_t e = 0; e < kMaxEvents; ++e)
    course.event[e].day = course.event[e].episode_day = course.event[e].changes_on = kNever;
}

/// A patient-phase value, or `otherwise` where the scenario has one number for all patients.
template <int L>
VT_HD double value_or(const PatientValues<L>& values, std::uint32_t slot, int lane, double otherwise) {
  return slot == kNoSlot ? otherwise : values.value[slot][lane];
}

template <int L>
VT_COLD Induction comedication(const Plan& plan, const PatientValues<L>& values, int lane, Id id,
                               const Interaction& interaction) {
  const std::uint64_t word = draw(plan.seed, id.patient, interaction.stream, 0, 0).w[0];
  const bool takes_it = word < interaction.taken_below && value_or(values, interaction.taken_slot, lane, 1.0) != 0.0;
  return {0.0, 0.0, takes_it ? 1.0 : 0.0};
}

/// The first window; of intermittent courses the last one that began before the first day, if any did.
template <int L>
VT_COLD Window first_window(const Plan& plan, const PatientValues<L>& values, int lane,
                            const Interaction& interaction) {
  constexpr double longest = 1e9;
  const double start = value_or(values, interaction.start_slot, lane, interaction.start_day);
  const double stop = value_or(values, interaction.stop_slot, lane, interaction.stop_day);
  const double every = interaction.every_days;
  if (!(every > 0.0)) return {start, stop, stop};
  const double before = clamp((plan.first_day - start) / every, 0.0, longest);
  const double from = fma(static_cast<double>(static_cast<std::int64_t>(before)), every, start);
  return {from, from + interaction.course_days, stop};
}

/// The first number of a prior with which no level can be predicted, or kPriorTraits: numbers are positive but for lag,
/// flow and what the input says of its own; a lag, and an input that lasts, last a day at most.
VT_COLD std::uint32_t flaw_of_prior(const PredictionPlan& plan, const double (&prior)[kPriorTraits]) {
  const bool lasts = with_input(plan.input, [&]<class In>() { return In::lasts; });
  std::uint32_t may_be_zero = 1u << 3 | 1u << 5, shares = 0;
  with_input(plan.input, [&]<class In>() {
    if constexpr (requires { In::parameters; })
      for_each_row(RowsOf<decltype(In::parameters)>{}, [&]<int i>() VT_INLINE {
        constexpr bool zero = In::parameters[i].zero == Zero::allowed, share = In::parameters[i].is_share;
        may_be_zero |= zero ? 1u << (kSharedPriorTraits + i) : 0;
        shares |= share ? 1u << (kSharedPriorTraits + i) : 0;
      });
  });
  for (std::uint32_t i = 0; i < kPriorTraits; ++i) {
    const bool is_short = i == 3 || (i == 2 && lasts);
    const bool is_positive = (may_be_zero >> i & 1) != 0 ? prior[i] >= 0.0 : prior[i] > 0.0;
    const bool is_share = (shares >> i & 1) != 0;
    if (!is_finite(prior[i]) || !is_positive || (is_short && prior[i] > kHoursPerDay) || (is_share && prior[i] > 1.0))
      return i;
  }
  return kPriorTraits;
}

/// What the course of one patient has of the patient's own.
template <int L>
VT_HD void fill_course(const Plan& plan, const PatientValues<L>& values, int lane, Course& course) {
  course.pills.lost = trait(plan, values, Trait::pills_lost, lane);
  if (plan.has_second_drug) course.second_drug = second_drug(plan, values, lane);
  for (std::uint32_t k = 0; k < plan.kept_slots.count; ++k)
    course.memories.kept[k] = values.value[at(plan, plan.kept_slots, k)][lane];
  for (std::uint32_t i = 0; i < plan.own_doses.count; ++i) {
    const OwnDose& dose = at(plan, plan.own_doses, i);
    const double mg = values.value[dose.slot][lane];
    if (course.failure == 0 && course.rejected_by == 0 && !(is_finite(mg) && mg >= 0.0 && is_in_reach(plan, dose, mg)))
      course.failure = failed(Failure::bad_dose, i);
    course.dosing.own_dose[i] = round_dose(plan, dose, mg);
  }
  if (!plan.prediction.is_set) return;
  for (std::uint32_t i = 0; i < kPriorTraits; ++i) course.prior[i] = values.value[plan.prediction.slot[i]][lane];
  const std::uint32_t flaw = flaw_of_prior(plan.prediction, course.prior);
  if (course.failure == 0 && course.rejected_by == 0 && flaw < kPriorTraits)
    course.failure = failed(Failure::bad_prior, flaw);
}

/// Arms, courses and how everybody stands.
template <int L>
VT_COLD void begin_courses(const Plan& plan, const PatientValues<L>& values, const std::uint64_t (&failure)[L],
                           const std::uint32_t (&rejected_by)[L], Cohort<L>& c) {
  double leaves_on[L];
  if (plan.lives > 1)
    for (std::uint64_t& arm : c.arm) arm = c.life;
  else
    allocate(plan, c.id, c.arm);
  find_leaving_days(plan, c, leaves_on);
  for (int lane = 0; lane < L; ++lane) {
    Course& course = c.course[lane];
    begin_course(plan, static_cast<std::uint32_t>(c.arm[lane]), leaves_on[lane], course);
    course.rejected_by = rejected_by[lane];
    if (rejected_by[lane] != 0)
      leave(course, Left::not_included, plan.first_day);
    else
      course.failure = static_cast<std::uint32_t>(failure[lane]);
    fill_course(plan, values, lane, course);
    update_standing(c, lane);
    c.dose_history[lane] = 0;
    if (plan.dose_records.patients.count > 0) c.cursor.put(lane, open_records(plan, c.id[lane]));
    if (plan.prediction.history_days > 0) c.history[lane].doses = 0;
  }
  await_events(plan, c);
}

/// The drug: there is none yet.
template <int L>
VT_COLD void begin_drug(const Plan& plan, const PatientValues<L>& values, Cohort<L>& c) {
  const Trait absorption = absorption_trait(plan.drug.pharmacokinetics);
  VT_LANES
  for (int lane = 0; lane < L; ++lane) {
    c.pk.put(lane, pk_traits(plan, values, absorption, lane));
    c.binding.put(lane, {trait(plan, values, Trait::binding_capacity_ng_per_mL, lane),
                         trait(plan, values, Trait::binding_constant_ng_per_mL, lane)});
  }
  if (c.disposition != nullptr) {
    for (int lane = 0; lane < L; ++lane) c.disposition->traits.put(lane, disposition_traits(plan, values, lane));
    set_all(c.disposition->amounts, {});
    set_all(c.disposition->metabolite, {});
    set_all(c.disposition->gut, {});
  }
  for (std::uint32_t i = 0; i < kMaxInteractions; ++i) {
    set_all(c.induction[i], {});
    set_all(c.window[i], {});
    for (int lane = 0; lane < L && i < plan.drug.n_interactions; ++lane) {
      c.induction[i].put(lane, comedication(plan, values, lane, c.id[lane], plan.drug.interactions[i]));
      c.window[i].put(lane, first_window(plan, values, lane, plan.drug.interactions[i]));
    }
  }
  for (std::uint32_t i = 0; i < kIntakesPerDay; ++i) {
    set_all(c.intake[i], {0.0, 0.0, 1.0, 0.0});
    set_all(c.pending[i], {0.0, 0.0, 1.0, 0.0});
  }
  VT_LANES
  for (int lane = 0; lane < L; ++lane) {
    const HabitTraits habits = habit_traits(plan, values, lane, c.course[lane].dosing.starts_on);
    c.habit_traits.put(lane, habits);
    c.habit.put(lane, habit_at_start(habits));
  }
  set_all(c.occasion, {1.0});
  set_all(c.body, {});
  set_all(c.doses, {});
  set_all(c.exposure, {});
  set_all(c.relative_exposure, {});
  set_all(c.sampled_h, {});
  set_all(c.troughs.total, {});
  set_all(c.concentrations.total, {});
}

/// Samples, screens and allocates the first n patients of `who`.
template <int L>
VT_COLD void enrol(const Plan& plan, const Lanes<Id, L>& who, int n, Cohort<L>& c) {
  PatientValues<L> values;
  std::uint64_t failure[L];
  std::uint32_t rejected_by[L];
  c.id = who;
  c.patients = n;
  c.standing = {};
  for (std::uint64_t& none : failure) none = 0;
  sample_population(plan, c.id, values, failure, rejected_by);
  judge_traits(plan, values, failure);
  begin_courses(plan, values, failure, rejected_by, c);
  begin_drug(plan, values, c);
  begin_leukaemia(plan, values, c);
  begin_blood_counts(plan, values, c);
  begin_plain_models(plan, values, *c.slow);
  begin_second_drug(plan, values, *c.slow);
  for (Lanes<Filed, L>& file : c.file) set_all(file, {});
}

}}  // namespace vt
