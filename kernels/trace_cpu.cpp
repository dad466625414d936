#include "kernels/trace.hpp"

#include "kernels/simulate.hpp"
#include "kernels/tally/layout.hpp"

/// \file The chronicle of one patient, on the CPU: the source of every run, with one lane and a witness.

namespace vt {

namespace {

/// Writes down each day of a life as it passes.
struct Chronicler {
  const Tracing& wanted;
  TracedFailure* failure;

  std::size_t row(const Plan& plan, std::int32_t day) const { return static_cast<std::size_t>(day - plan.first_day); }

  void visited(const Plan& plan, std::int32_t day, const Cohort<1>& cohort, const Visits<1>& visits) const {
    if (cohort.life != wanted.life || wanted.days == nullptr) return;
    wanted.days[row(plan, day)].attended = static_cast<std::uint32_t>(visits.attended[0]);
  }

  void decided(const Plan& plan, std::int32_t day, const Cohort<1>& cohort) const {
    if (failure->failure == 0 && cohort.course[0].failure != 0) note_failure(plan, day, cohort);
    if (cohort.life != wanted.life) return;
    if (wanted.days != nullptr) note_course(plan, day, cohort);
    if (wanted.only_at_end && day != plan.last_day) return;
    const std::size_t first = wanted.only_at_end ? 0 : row(plan, day) * wanted.count;
    count_in_the_morning(plan, day, cohort);
    for (std::uint32_t o = 0; o < wanted.count; ++o) {
      Observed<1> seen{};
      if (cohort.course[0].failure == 0) look(plan, cohort, day, wanted.observables[o], seen);
      wanted.values[first + o] = seen.value[0];
      wanted.defined[first + o] = seen.defined[0] && is_finite(seen.value[0]) ? 1 : 0;
    }
  }

  void note_course(const Plan& plan, std::int32_t day, const Cohort<1>& cohort) const {
    const Course& course = cohort.course[0];
    TracedDay& today = wanted.days[row(plan, day)];
    today.day = day;
    today.held_by = course.holds.by;
    today.arm = course.arm;
    today.regimen = course.dosing.regimen;
    today.left = static_cast<std::uint32_t>(course.leaving.why);
    today.failure = course.failure;
    for (std::uint32_t r = 0; r < plan.rules.count; ++r)
      if (course.rule[r].times > 0 && course.rule[r].day == day) today.rules_fired |= std::uint64_t{1} << r;
    const PkDay& rates = cohort.today[0];
    today.rates = {rates.clearance_L_per_h,
                   rates.volume_L,
                   rates.bioavailability,
                   rates.absorption_per_h,
                   cohort.pk[0].lag_h,
                   0.0,
                   0.0,
                   {}};
    if (cohort.disposition == nullptr) return;
    const DispositionTraits& traits = cohort.disposition->traits[0];
    today.rates.flow_L_per_h = traits.flow_L_per_h;
    today.rates.peripheral_L = traits.peripheral_L;
    for (int i = 0; i < kMostInputParameters; ++i) today.rates.input[i] = traits.input[i];
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
    if (cohort.life != wanted.life || wanted.days == nullptr) return;
    TracedDay& today = wanted.days[row(plan, day)];
    for (std::uint32_t i = 0; i < plan.intakes; ++i) {
      const Input input = cohort.intake[i][0];
      today.intake[i] = {cohort.prescription[i][0].dose_mg, input.swallowed_mg, input.start_h - cohort.pk[0].lag_h,
                         input.mg};
    }
  }
};

}  // namespace

extern "C" void vt_run_trace(const Plan& plan, const Tracing& wanted, TracedFailure* failure, Record* record,
                             std::uint64_t* words) {
  Lanes<Id, 1> ids;
  ids.put(0, {wanted.id});
  if (wanted.traits != nullptr) {
    PatientValues<1> patient;
    std::uint64_t found[1] = {0};
    std::uint32_t rejected_by[1] = {0};
    sample_population(plan, ids, patient, found, rejected_by);
    for (int slot = 0; slot < kPatientSlots; ++slot) wanted.traits[slot] = patient.value[slot][0];
  }

  *failure = {};
  *record = {};
  const Chronicler chronicler{wanted, failure};
  with_variant(plan.drug.pharmacokinetics,
               [&]<Variant variant>() { simulate<variant>(plan, ids, 1, TallyWords{words}, record, chronicler); });
  if (failure->failure == 0 && record->failure != 0) {  // seen when the trial was over
    failure->failure = static_cast<std::uint32_t>(record->failure);
    failure->day = plan.last_day;
  }
}

}  // namespace vt
