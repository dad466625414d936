#pragma once
#include "kernels/course/decisions.hpp"

/// \file What becomes of events while they last: their grade falls and rises, and they end, at rates that are looked at
/// whenever the hazard is.
///
/// The rates of one look stand until the next one, and compete: one waiting time −ln(u)/(sum of the rates), and one
/// draw of which it is. What would come behind the next look is drawn anew there, which is the same for rates that
/// stand.

namespace vt { inline namespace VT_ISA {

/// Rates per day of one patient's event.
struct ChangeRates {
  double recovery, easing, worsening;
};

/// Whether the last episode of an event goes on, so that it may change: on hold too, but not behind the end of the drug
/// where it ends with that.
VT_COLD bool may_change(const Plan& plan, Id id, const Course& course, std::uint32_t e, std::int32_t day) {
  const Event& event = at(plan, plan.events, e);
  if (course.leaving.why != Left::no || course.failure != 0 || grade_on(course.event[e], day) == 0) return false;
  return event.duration_day > 0.0 ? is_active(plan, id, course, e, day) : !is_off_drug(course);
}

/// The change of one event until the next look, if there is one.
VT_COLD void draw_change(const Plan& plan, std::uint32_t e, std::int32_t day, Id id, Course& course,
                         const ChangeRates& rates) {
  const Event& event = at(plan, plan.events, e);
  EventCourse& one = course.event[e];
  const double easing = one.grade > 1 ? rates.easing : 0.0;
  const double worsening = one.grade < kGrades ? rates.worsening : 0.0;
  const double sum = rates.recovery + easing + worsening;
  if (!(sum > 0.0)) return;
  const Words words = draw_event(plan, id, event, day, EventDraw::change);
  const double waited = -log(uniform(words.w[0], words.w[1])) / sum;
  if (!(waited < static_cast<double>(event.every_days))) return;
  const std::int32_t on = day + static_cast<std::int32_t>(waited) + 1;
  if (event.duration_day > 0.0 &&
      static_cast<double>(on - one.episode_day) >= duration_of(plan, id, event, one.episodes - 1u))
    return;  // it will be over before
  const double which = uniform(words.w[2], words.w[3]) * sum;
  one.next_grade = static_cast<std::uint8_t>(which < rates.recovery            ? 0
                                             : which < rates.recovery + easing ? one.grade - 1
                                                                               : one.grade + 1);
  one.changes_on = on;
}

/// What a rate is for one patient: 0 where it is not set or has no value. One that is an error or negative fails the
/// patient, for the first such rate.
template <int L>
VT_COLD double rate_of(const Event& event, const Program& program, const Verdicts<L>& verdict, Cohort<L>& cohort,
                       int lane) {
  if (!program.is_set || cohort.course[lane].failure != 0) return 0.0;
  const double per_day = verdict.result[lane] * event.per_day;
  if (verdict.has_error(lane)) {
    fail(cohort, lane, failed(Failure::formula_domain, program.site));
  } else if (per_day < 0.0) {
    fail(cohort, lane, failed(Failure::bad_value, program.site));
  } else {
    return per_day;
  }
  return 0.0;
}

/// Looks at the episodes of one event that go on in patients of `among`.
template <int L>
VT_COLD void look_for_changes(const Plan& plan, std::uint32_t e, std::int32_t day, Cohort<L>& cohort, Visits<L>& visits,
                              const std::uint64_t (&among)[L]) {
  const Event& event = at(plan, plan.events, e);
  std::uint64_t ongoing = 0;
  for (int lane = 0; lane < cohort.patients; ++lane) {
    if (!among[lane]) continue;
    make_change(cohort.course[lane], e, day);
    ongoing = with_lane(ongoing, lane, may_change(plan, cohort.id[lane], cohort.course[lane], e, day));
  }
  if (ongoing == 0) return;
  Verdicts<L> recovery, easing, worsening;
  if (event.recovery.is_set) judge(plan, event.recovery, visits, recovery);
  if (event.easing.is_set) judge(plan, event.easing, visits, easing);
  if (event.worsening.is_set) judge(plan, event.worsening, visits, worsening);
  for_each<L>(ongoing, [&](int lane) {
    const ChangeRates rates = {.recovery = rate_of(event, event.recovery, recovery, cohort, lane),
                               .easing = rate_of(event, event.easing, easing, cohort, lane),
                               .worsening = rate_of(event, event.worsening, worsening, cohort, lane)};
    if (cohort.course[lane].failure == 0) draw_change(plan, e, day, cohort.id[lane], cohort.course[lane], rates);
  });
}

}}  // namespace vt
