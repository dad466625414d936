#pragma once
#include "kernels/course/file/columns.hpp"
#include "kernels/course/file/measurements.hpp"

/// \file What the laboratory does beside the samples of a visit: samples after the dose, tests with two outcomes.

namespace vt { inline namespace VT_ISA {

/// Concentration in ng/mL, unscaled, `t_h` after the day's start, with the day's doses, at the day's rates.
template <int L>
VT_COLD double concentration_after_doses(const Plan& plan, const Cohort<L>& cohort, int lane, double t_h) {
  const PkDay day = cohort.today[lane];
  return with_variant(plan.drug.pharmacokinetics, [&]<Variant variant>() {
    if constexpr (variant == Variant::general) {
      DayCourse course = this_day(plan, cohort, lane);
      for (std::uint32_t i = 0; i < plan.intakes; ++i) course.input[2 * i + 1] = cohort.intake[i][lane];
      return kNgPerMlPerMgPerL * central_in(plan.drug.pharmacokinetics, course, t_h) / day.volume_L;
    } else {
      double mg = 0.0;
      for (std::uint32_t i = 0; i < plan.intakes; ++i)
        mg += InputOf<variant>::contribution(cohort.intake[i][lane], day, t_h).central_mg;
      return concentration(plan, cohort, lane, t_h) + kNgPerMlPerMgPerL * mg / day.volume_L;
    }
  });
}

/// One patient's sample after the day's first dose; its result is known on the next day at the earliest.
template <int L>
VT_COLD void draw_late_sample(const Plan& plan, std::int32_t day, Cohort<L>& cohort, int lane) {
  Course& course = cohort.course[lane];
  const Id id = cohort.id[lane];
  std::uint32_t k = 0;
  while (!(course.laboratory.late_kinds >> k & 1)) ++k;  // one sample, at the time of the first of several visits
  const VisitKind& kind = at(plan, plan.visit_kinds, k);
  const Words words = draw(plan, id, Stream::late_sample, day, 0);
  const double dose_h = cohort.intake[0][lane].start_h - cohort.pk[lane].lag_h;
  const double time = dose_h + fma(kind.late_span_h, uniform(words.w[0], words.w[1]), kind.late_low_h);
  cohort.sampled_h.put(lane, {time});
  const double ng_per_mL =
      plan.drug.pharmacokinetics.exposure_scale * concentration_after_doses(plan, cohort, lane, time);
  double sample[L] = {};
  sample[lane] = ng_per_mL;
  assay_troughs(plan, cohort, day, 1, std::uint64_t{1} << lane, sample);
  const double measured = sample[lane];
  const std::int32_t delay = plan.assays.wait_days[static_cast<int>(Result::trough)];
  const std::int32_t wait = delay > 0 ? delay : 1;
  course.laboratory.samples[0] += 1;
  report(plan, cohort, lane, Result::trough, measured, day, wait);
  keep_level(plan, cohort, lane, day, measured, time, time - last_intake_h(plan, cohort, lane, time), day + wait);
  for (std::uint32_t m = 0; m < plan.memories.count; ++m) {
    const Memory& memory = at(plan, plan.memories, m);
    const bool is_trough = memory.source == Source::last && memory.index == static_cast<std::uint32_t>(Result::trough);
    if (is_trough && (course.laboratory.late_kinds & memory.visit_kinds) != 0 && memory.day == day)
      remember(course, m, {measured, true});
  }
  course.laboratory.late_kinds = 0;
}

/// Whether somebody waits for a sample after today's dose.
template <int L>
VT_HD bool awaits_sample(const Cohort<L>& cohort) {
  std::uint32_t late = 0;
  for (int lane = 0; lane < cohort.patients; ++lane) late |= cohort.course[lane].laboratory.late_kinds;
  return late != 0;
}

/// The samples of today that are drawn after the dose; after take_doses.
template <int L>
VT_COLD void draw_late_samples(const Plan& plan, std::int32_t day, Cohort<L>& cohort) {
  for (int lane = 0; lane < cohort.patients; ++lane)
    if (cohort.course[lane].laboratory.late_kinds != 0) draw_late_sample(plan, day, cohort, lane);
}

/// A test's outcome for one patient in whom its condition holds or not.
VT_HD bool is_positive(const Plan& plan, const TestPlan& test, Id id, std::int32_t day, bool holds) {
  const Words words = draw(plan.seed, id.patient, test.stream, day, 0);
  const double u = uniform(words.w[0], words.w[1]);
  return holds ? u < test.sensitivity : u >= test.specificity;
}

/// The tests of the day's visits; then the snapshot shows their outcomes.
template <int L>
VT_COLD void test_patients(const Plan& plan, std::int32_t day, Cohort<L>& cohort, Visits<L>& visits) {
  for (std::uint32_t t = 0; t < plan.tests.count; ++t) {
    std::uint32_t kinds = 0;
    for (std::uint32_t k = 0; k < plan.visit_kinds.count; ++k)
      kinds |= (at(plan, plan.visit_kinds, k).tests >> t & 1) << k;
    if (!(kinds & visits.any)) continue;
    const TestPlan& test = at(plan, plan.tests, t);
    double holds[L];
    std::uint64_t status[L];
    execute(test.condition, begin(plan, plan.instructions), begin(plan, plan.constants), visits.seen, holds, status);
    const std::uint64_t tested =
        lanes_where<L>([&](int lane) VT_INLINE { return (visits.attended[lane] & kinds) != 0; });
    count_without_value(plan, cohort.words, test.condition, tested & visits.counts & lanes_without_value(status));
    for (int lane = 0; lane < cohort.patients; ++lane) {
      if (!(visits.attended[lane] & kinds) || status[lane] != 0) continue;
      Course& course = cohort.course[lane];
      const std::uint32_t bit = 1u << t;
      course.laboratory.tests_done |= bit;
      course.laboratory.tests_positive &= ~bit;
      course.laboratory.tests_positive |= is_positive(plan, test, cohort.id[lane], day, holds[lane] != 0.0) ? bit : 0u;
    }
    for (std::uint32_t slot = 0; slot < plan.observables.count; ++slot) {
      const Observable& observable = at(plan, plan.observables, slot);
      if (observable.source == Source::test && observable.index == t) observe_slot(plan, cohort, day, slot, visits);
    }
  }
}

}}  // namespace vt
