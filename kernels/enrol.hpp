#pragma once
#include "kernels/patient/day.hpp"
#include "kernels/patient/decisions.hpp"
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
    course.event_day[e] = kNever;
    if (e >= plan.events.count || !at(plan, plan.events, e).hazard.is_set) continue;
    const Words words = draw(plan.seed, id.patient, at(plan, plan.events, e).stream, 0, 0);
    course.hazard_left[e] = -log(uniform(words.w[0], words.w[1]));
  }
}

VT_HD Course new_course(const Plan& plan, Id id) {
  Course course{};
  course.arm = allocate(plan, id);
  const Arm& arm = at(plan, plan.arms, course.arm);
  course.regimen = course.scheduled_regimen = arm.regimen;
  course.schedule = arm.schedule;
  if (arm.schedule != 0) course.starts_on = at(plan, at(plan, plan.schedules, arm.schedule - 1).steps, 0).from_day;
  course.leaves_on = leaving_day(plan, id, arm.leave_per_day);
  course.turns_on = course.leaves_on;
  course.off_drug_on = kNever;
  await_events(plan, id, course);
  return course;
}

VT_HD Induction comedication(const Plan& plan, Id id, const Interaction& interaction) {
  const std::uint64_t word = draw(plan.seed, id.patient, interaction.stream, 0, 0).w[0];
  return {0.0, 0.0, word < interaction.taken_below ? 1.0 : 0.0};
}

/// Everything of one patient that the first day starts from.
template <int L>
VT_HD void set_out(const Plan& plan, const PatientValues<L>& values, int lane, std::uint64_t failure,
                   std::uint32_t rejected_by, Cohort<L>& c) {
  const Id id = c.id[lane];
  Course course = new_course(plan, id);
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
  c.course[lane] = course;

  c.pk.put(lane, pk_traits(plan, values, lane));
  c.binding.put(lane, {trait(plan, values, Trait::binding_capacity_ng_per_mL, lane),
                       trait(plan, values, Trait::binding_constant_ng_per_mL, lane)});
  if (c.disposition != nullptr) {
    c.disposition->traits.put(lane, disposition_traits(plan, values, lane));
    c.disposition->amounts.put(lane, {});
    c.disposition->metabolite.put(lane, {});
  }
  c.leukaemia_traits.put(lane, leukaemia_traits(plan, values, lane));
  const Leukaemia disease = leukaemia_at_start(plan, values, lane);
  c.leukaemia.put(lane, disease);
  const double share = share_of_clone(disease, c.leukaemia_traits[lane]);
  c.clone_share.put(lane, {share});
  for (int lineage = 0; lineage < 2; ++lineage) {
    BloodTraits blood = blood_traits(plan, values, lineage, lane);
    if (!plan.leukaemia.is_set) blood.clone_cells = 0.0;
    c.blood_traits[lineage].put(lane, blood);
    c.blood[lineage].put(lane, blood_at_start(plan, values, lineage, lane, blood, share));
  }
  for (std::uint32_t i = 0; i < kMaxInteractions; ++i)
    c.induction[i].put(lane, i < plan.n_interactions ? comedication(plan, id, plan.interactions[i]) : Induction{});
  for (std::uint32_t i = 0; i < kIntakesPerDay; ++i) {
    c.intake[i].put(lane, {0.0, 0.0, 1.0, 0.0});
    c.pending[i].put(lane, {0.0, 0.0, 1.0, 0.0});
  }
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
VT_HD void enrol(const Plan& plan, std::uint64_t first, int n, Cohort<L>& c) {
  PatientValues<L> values;
  std::uint64_t failure[L];
  std::uint32_t rejected_by[L];
  c.patients = n;
  for (int lane = 0; lane < L; ++lane) {
    failure[lane] = 0;
    c.id.put(lane, {first + static_cast<std::uint64_t>(lane < n ? lane : n - 1)});
  }
  sample_population(plan, c.id, values, failure, rejected_by);
  for (int lane = 0; lane < L; ++lane) set_out(plan, values, lane, failure[lane], rejected_by[lane], c);
}

}}  // namespace vt
