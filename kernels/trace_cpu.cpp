#include "kernels/trace.hpp"

#include "kernels/simulate.hpp"
#include "kernels/tally/layout.hpp"

/// \file The chronicle of one patient, on the CPU: the source of every run, with one lane and a witness.

namespace vt {

namespace {

/// Writes down each day as it passes; of several lives (counterfactual allocation) the first.
struct Chronicler {
  const Observable* observables;
  std::uint32_t count;
  TracedDay* days;
  double* values;
  std::uint8_t* defined;
  TracedFailure* failure;

  std::size_t row(const Plan& plan, std::int32_t day) const { return static_cast<std::size_t>(day - plan.first_day); }

  void visited(const Plan& plan, std::int32_t day, const Cohort<1>& cohort, const Visits<1>& visits) const {
    if (cohort.life != 0) return;
    days[row(plan, day)].attended = static_cast<std::uint32_t>(visits.attended[0]);
  }

  void decided(const Plan& plan, std::int32_t day, const Cohort<1>& cohort) const {
    if (failure->failure == 0 && cohort.course[0].failure != 0) note_failure(plan, day, cohort);
    if (cohort.life != 0) return;
    const Course& course = cohort.course[0];
    TracedDay& today = days[row(plan, day)];
    today.day = day;
    today.held_by = course.holds.by;
    today.arm = course.arm;
    today.regimen = course.dosing.regimen;
    today.left = static_cast<std::uint32_t>(course.leaving.why);
    today.failure = course.failure;
    for (std::uint32_t r = 0; r < plan.rules.count; ++r)
      if (course.rule[r].times > 0 && course.rule[r].day == day) today.rules_fired |= std::uint64_t{1} << r;
    count_in_the_morning(plan, day, cohort);
    for (std::uint32_t o = 0; o < count; ++o) {
      Observed<1> seen{};
      if (course.failure == 0) look(plan, cohort, day, observables[o], seen);
      values[row(plan, day) * count + o] = seen.value[0];
      defined[row(plan, day) * count + o] = seen.defined[0] && is_finite(seen.value[0]) ? 1 : 0;
    }
  }

  void note_failure(const Plan& plan, std::int32_t day, const Cohort<1>& cohort) const {
    failure->failure = cohort.course[0].failure;
    failure->day = day;
    failure->life = cohort.life;
    count_in_the_morning(plan, day, cohort);
    for (std::uint32_t slot = 0; slot < plan.observables.count; ++slot) {
      Observed<1> seen{};
      look(plan, cohort, day, at(plan, plan.observables, slot), seen);
      failure->value[slot] = seen.value[0];
      failure->defined |= seen.defined[0] << slot;
    }
  }

  void lived(const Plan& plan, std::int32_t day, const Cohort<1>& cohort) const {
    if (cohort.life != 0) return;
    for (std::uint32_t i = 0; i < plan.intakes; ++i) {
      const Input input = cohort.intake[i][0];
      days[row(plan, day)].intake[i] = {cohort.prescription[i][0].dose_mg, input.swallowed_mg,
                                        input.start_h - cohort.pk[0].lag_h};
    }
  }
};

}  // namespace

extern "C" void vt_run_trace(const Plan& plan, std::uint64_t id, const Observable* observables, std::uint32_t count,
                             TracedDay* days, double* values, std::uint8_t* defined, double* traits,
                             TracedFailure* failure, std::uint64_t* words) {
  Lanes<Id, 1> ids;
  ids.put(0, {id});
  PatientValues<1> patient;
  std::uint64_t found[1] = {0};
  std::uint32_t rejected_by[1] = {0};
  sample_population(plan, ids, patient, found, rejected_by);
  for (int slot = 0; slot < kPatientSlots; ++slot) traits[slot] = patient.value[slot][0];

  *failure = {};
  Record record{};
  const Chronicler chronicler{observables, count, days, values, defined, failure};
  with_variant(plan.drug.pharmacokinetics,
               [&]<Variant variant>() { simulate<variant>(plan, ids, 1, TallyWords{words}, &record, chronicler); });
  if (failure->failure == 0 && record.failure != 0) {  // seen when the trial was over
    failure->failure = static_cast<std::uint32_t>(record.failure);
    failure->day = plan.last_day;
  }
}

}  // namespace vt
