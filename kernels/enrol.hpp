#pragma once
#include "kernels/patient/day.hpp"
#include "kernels/patient/decisions.hpp"
#include "kernels/patient/dose_records.hpp"
#include "kernels/patient/regimens.hpp"
#include "kernels/patient/traits.hpp"

namespace vt { inline namespace VT_ISA {

/// Day of discontinuation under the arm's constant hazard; far away where there is none.
VT_COLD std::int32_t leaving_day(const Plan& plan, Id id, double per_day) {
  constexpr double never = 1e9;
  const Words words = draw(plan, id, Stream::leaving, 0, 0);
  const double day = per_day > 0.0 ? -log(uniform(words.w[0], words.w[1])) / per_day : never;
  return static_cast<std::int32_t>(lesser(day, never));
}

/// No event has happened; each waits for its share of hazard, Exp(1).
VT_COLD void await_events(const Plan& plan, Id id, Course& course) {
  for (std::uint32_t e = 0; e < kMaxEvents; ++e) {
    course.event_day[e] = course.episode_day[e] = kNever;
    if (e >= plan.events.count || !at(plan, plan.events, e).hazard.is_set) continue;
    const Words words = draw(plan.seed, id.patient, at(plan, plan.events, e).stream, 0, 0);
    course.hazard_left[e] = -log(uniform(words.w[0], words.w[1]));
  }
}

VT_HD Course new_course(const Plan& plan, Id id, std::uint32_t life) {
  Course course{};
  course.arm = plan.lives > 1 ? life : allocate(plan, id);
  const Arm& arm = at(plan, plan.arms, course.arm);
  course.regimen = course.scheduled_regimen = arm.regimen;
  course.schedule = arm.schedule;
  if (arm.schedule != 0) course.starts_on = at(plan, at(plan, plan.schedules, arm.schedule - 1).steps, 0).from_day;
  course.leaves_on = leaving_day(plan, id, arm.leave_per_day);
  course.turns_on = course.leaves_on;
  course.off_drug_on = course.switched_on = kNever;
  await_events(plan, id, course);
  return course;
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

/// Haemoglobin, the tumour and the second drug, each where the Plan has it; 0 elsewhere.
template <int L>
VT_COLD void begin_slow_states(const Plan& plan, const PatientValues<L>& values, int lane, SlowStates<L>& slow) {
  slow.haemoglobin.put(lane, {});
  slow.tumour.put(lane, {});
  slow.second_drug.put(lane, {});
  slow.second_taken.put(lane, {trait(plan, values, Trait::second_taken, lane)});
  if (plan.counts_haemoglobin) {
    const HaemoglobinTraits traits = haemoglobin_traits(plan, values, lane);
    slow.haemoglobin_traits.put(lane, traits);
    slow.haemoglobin.put(lane, {traits.baseline_g_per_dL * trait(plan, values, Trait::haemoglobin_start, lane)});
  }
  if (plan.follows_tumour) {
    const TumourTraits traits = tumour_traits(plan, values, lane);
    slow.tumour_traits.put(lane, traits);
    slow.tumour.put(lane, {trait(plan, values, Trait::tumour_baseline, lane), traits.density});
  }
}

/// Everything of one patient that the first day starts from.
template <int L>
VT_HD void set_out(const Plan& plan, const PatientValues<L>& values, int lane, std::uint64_t failure,
                   std::uint32_t rejected_by, Cohort<L>& c) {
  const Id id = c.id[lane];
  Course course = new_course(plan, id, c.life);
  if (plan.dose_records.patients.count > 0) c.cursor.put(lane, open_records(plan, id));
  course.pills_lost = trait(plan, values, Trait::pills_lost, lane);
  if (plan.has_second_drug) course.second_drug = second_drug(plan, values, lane);
  course.failure = static_cast<std::uint32_t>(failure);
  course.rejected_by = rejected_by;
  if (rejected_by != 0)
    leave(course, Left::not_included, plan.first_day);
  else if (!failure && !can_live(plan, values, lane))
    course.failure = static_cast<std::uint32_t>(Failure::bad_trait);
  for (std::uint32_t k = 0; k < plan.kept_slots.count; ++k)
    course.kept[k] = values.value[at(plan, plan.kept_slots, k)][lane];
  for (std::uint32_t i = 0; i < plan.own_doses.count; ++i) {
    const OwnDose& dose = at(plan, plan.own_doses, i);
    const double mg = values.value[dose.slot][lane];
    if (!failure && !(is_finite(mg) && mg >= 0.0)) course.failure = static_cast<std::uint32_t>(Failure::bad_trait);
    course.own_dose[i] = round_dose(plan, dose, mg);
  }
  for (std::uint32_t i = 0; i < kPriorTraits && plan.prediction.is_set; ++i)
    course.prior[i] = values.value[plan.prediction.slot[i]][lane];
  c.course[lane] = course;
  c.arm[lane] = course.arm;
  restand(c, lane);
  if (plan.prediction.history_days > 0) c.history[lane].doses = 0;

  c.pk.put(lane, pk_traits(plan, values, lane));
  c.binding.put(lane, {trait(plan, values, Trait::binding_capacity_ng_per_mL, lane),
                       trait(plan, values, Trait::binding_constant_ng_per_mL, lane)});
  if (c.disposition != nullptr) {
    c.disposition->traits.put(lane, disposition_traits(plan, values, lane));
    c.disposition->amounts.put(lane, {});
    c.disposition->metabolite.put(lane, {});
  }
  c.leukaemia_traits.put(lane, leukaemia_traits(plan, values, lane));
  const Leukaemia disease = leukaemia_at_start(plan, values, id, lane);
  c.leukaemia.put(lane, disease);
  const double share = share_of_clone(disease, c.leukaemia_traits[lane]);
  c.blood_day.put(lane, {0.0, share, share});
  for (int lineage = 0; lineage < 2; ++lineage) {
    BloodTraits blood = blood_traits(plan, values, lineage, lane);
    if (!plan.leukaemia.is_set) blood.clone_cells = 0.0;
    c.blood_traits[lineage].put(lane, blood);
    c.blood[lineage].put(lane, blood_at_start(plan, values, lineage, lane, blood, share));
  }
  begin_slow_states(plan, values, lane, *c.slow);
  for (std::uint32_t i = 0; i < kMaxInteractions; ++i) {
    const bool is_used = i < plan.n_interactions;
    c.induction[i].put(lane, is_used ? comedication(plan, values, lane, id, plan.interactions[i]) : Induction{});
    c.window[i].put(lane, is_used ? first_window(plan, values, lane, plan.interactions[i]) : Window{});
  }
  for (std::uint32_t i = 0; i < kIntakesPerDay; ++i) {
    c.intake[i].put(lane, {0.0, 0.0, 1.0, 0.0});
    c.pending[i].put(lane, {0.0, 0.0, 1.0, 0.0});
  }
  const HabitTraits habits = habit_traits(plan, values, lane);
  c.habit_traits.put(lane, habits);
  c.habit.put(lane, habit_at_start(habits));
  for (Lanes<Filed, L>& file : c.file) file.put(lane, {});
  c.occasion.put(lane, {1.0});
  c.body.put(lane, {});
  c.doses.put(lane, {});
  c.exposure.put(lane, {});
  c.relative_exposure.put(lane, {});
  c.sampled_h.put(lane, {});
  c.troughs.total.put(lane, {});
  c.concentrations.total.put(lane, {});
  c.dose_history[lane] = 0;
}

/// Samples, screens and allocates the patients first … first + n − 1 of a replicate. Lanes beyond n repeat the last
/// patient.
template <int L>
VT_COLD void enrol(const Plan& plan, std::uint64_t first, int n, Cohort<L>& c) {
  PatientValues<L> values;
  std::uint64_t failure[L];
  std::uint32_t rejected_by[L];
  c.patients = n;
  c.standing = {};
  for (int lane = 0; lane < L; ++lane) {
    failure[lane] = 0;
    c.id.put(lane, {first + static_cast<std::uint64_t>(lane < n ? lane : n - 1)});
  }
  sample_population(plan, c.id, values, failure, rejected_by);
  for (int lane = 0; lane < L; ++lane) set_out(plan, values, lane, failure[lane], rejected_by[lane], c);
  find_passages(plan, c);
}

}}  // namespace vt
