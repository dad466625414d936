#pragma once
#include "kernels/patient/regimens.hpp"
#include "kernels/patient/visit.hpp"

/// \file Rules: at a visit, if a Formula holds, do an Action. All rules of a day read one snapshot; what they change
/// holds from the day's first dose on.

namespace vt { inline namespace VT_ISA {

/// The dose plan of a day that follows from a patient's course: nothing while the drug is held or after leaving.
template <int L>
VT_COLD void prescribe(const Plan& plan, std::int32_t day, Cohort<L>& cohort, int lane) {
  const Course& course = cohort.course[lane];
  const Regimen& regimen = at(plan, plan.regimens, course.regimen);
  const bool dosed = course.held_by == 0 && course.left == Left::no && course.off_drug_on == kNever &&
                     course.failure == 0 && day >= course.starts_on && is_dosing_day(regimen, day);
  for (std::uint32_t i = 0; i < kIntakesPerDay; ++i) {
    Intake intake = regimen.intake[i];
    intake.dose_mg = dosed ? dose_of(regimen, course, intake) : 0.0;
    cohort.prescription[i].put(lane, intake);
  }
}

/// Whoever has left is no longer observed: what would happen later is forgotten.
VT_HD void leave(Course& course, Left why, std::int32_t day) {
  course.left = why;
  course.left_day = day;
  for (int e = 0; e < kMaxEvents; ++e) course.event_day[e] = course.event_day[e] > day ? kNever : course.event_day[e];
}

VT_HD double daily_dose(const Plan& plan, const Course& course, std::uint32_t regimen) {
  return daily_dose_of(at(plan, plan.regimens, regimen), course);
}

/// The neighbour of the present regimen on the arm's ladder, or the present one where the ladder ends.
VT_COLD std::uint32_t step(const Plan& plan, const Course& course, bool down) {
  const Table<std::uint32_t> ladder = at(plan, plan.arms, course.arm).ladder;
  const double now = daily_dose(plan, course, course.regimen);
  std::uint32_t found = course.regimen;
  for (std::uint32_t i = 0; i < ladder.count; ++i) {
    const std::uint32_t candidate = at(plan, ladder, i);
    const double dose = daily_dose(plan, course, candidate);
    const double best = daily_dose(plan, course, found);
    const bool nearer = found == course.regimen || (down ? dose > best : dose < best);
    if ((down ? dose < now : dose > now) && nearer) found = candidate;
  }
  return found;
}

/// Ends one rule's hold. The regimen that it prescribes afterwards applies unless the present one is lower.
VT_COLD void release(const Plan& plan, Course& course, std::uint32_t r, std::int32_t day) {
  const Rule& rule = at(plan, plan.rules, r);
  course.held_by &= ~(std::uint64_t{1} << r);
  const std::uint32_t times = course.rule_times[r];
  const std::uint32_t last = rule.resume.count - 1;
  const std::uint32_t after = at(plan, rule.resume, times - 1 < last ? times - 1 : last);
  if (daily_dose(plan, course, after) < daily_dose(plan, course, course.regimen)) course.regimen = after;
  if (course.held_by == 0 && day > course.held_since) course.days_held += day - course.held_since;
}

VT_COLD void act(const Plan& plan, Course& course, std::uint32_t r, std::int32_t day) {
  const Rule& rule = at(plan, plan.rules, r);
  course.rule_day[r] = day;
  course.rule_times[r] += 1;
  switch (rule.action) {
    case Action::hold:
      if (course.held_by == 0) {
        course.held_since = day > 0 ? day : 0;
        course.holds += 1;
      }
      course.held_by |= std::uint64_t{1} << r;
      return;
    case Action::step_down:
      course.regimen = step(plan, course, true);
      return;
    case Action::step_up:
      course.regimen = step(plan, course, false);
      return;
    case Action::set_regimen:
      course.regimen = rule.regimen;
      return;
    case Action::stop:
      leave(course, Left::stopped, day);
      return;
  }
}

/// Whether the physician acts when the condition holds: with the rule's probability, if it has one.
VT_HD bool follows(const Plan& plan, const Rule& rule, Id id, std::int32_t day, double probability) {
  if (!rule.probability.is_set) return true;
  const Words words = draw(plan.seed, id.patient, rule.stream, day, 0);
  return uniform(words.w[0], words.w[1]) < probability;
}

template <int L>
struct Verdicts {
  double result[L];
  std::uint64_t status[L];
  VT_HD bool holds(int lane) const { return status[lane] == 0 && result[lane] != 0.0; }
};

template <int L>
VT_COLD void judge(const Plan& plan, const Program& program, Visits<L>& visits, Verdicts<L>& verdicts) {
  execute(program, begin(plan, plan.instructions), begin(plan, plan.constants), visits.seen, verdicts.result,
          verdicts.status);
}

/// Applies one rule to every patient who attends one of its visits.
template <int L>
VT_COLD void apply(const Plan& plan, std::uint32_t r, std::int32_t day, Cohort<L>& cohort, Visits<L>& visits,
                   std::uint64_t (&groups_done)[L]) {
  const Rule& rule = at(plan, plan.rules, r);
  Verdicts<L> when, until, probability;
  judge(plan, rule.when, visits, when);
  if (rule.until.is_set) judge(plan, rule.until, visits, until);
  if (rule.probability.is_set) judge(plan, rule.probability, visits, probability);
  for (int lane = 0; lane < cohort.patients; ++lane) {
    Course& course = cohort.course[lane];
    const std::uint64_t group = std::uint64_t{1} << rule.group;
    if (!(visits.attended[lane] & rule.visit_kinds) || !(rule.arms >> course.arm & 1) || course.left != Left::no)
      continue;
    if (course.off_drug_on != kNever && rule.action != Action::stop) continue;  // there is no dose to decide on
    if (course.held_by >> r & 1) {
      if (until.holds(lane)) release(plan, course, r, day);
      continue;
    }
    const bool spent = rule.most_times != 0 && course.rule_times[r] >= rule.most_times;
    if (!when.holds(lane) || spent || (rule.group != 0 && (groups_done[lane] & group))) continue;
    if (rule.probability.is_set && probability.status[lane] != 0) continue;
    if (!follows(plan, rule, cohort.id[lane], day, rule.probability.is_set ? probability.result[lane] : 1.0)) continue;
    act(plan, course, r, day);
    groups_done[lane] |= group;
  }
}

/// All rules of the day, in the order of the scenario. Before day 0 they can act, but nothing is prescribed.
template <int L>
VT_COLD void decide(const Plan& plan, std::int32_t day, Cohort<L>& cohort, Visits<L>& visits) {
  std::uint64_t groups_done[L];
  for (int lane = 0; lane < L; ++lane) groups_done[lane] = 0;
  for (std::uint32_t r = 0; r < plan.rules.count; ++r)
    if (at(plan, plan.rules, r).visit_kinds & visits.any) apply(plan, r, day, cohort, visits, groups_done);
  for (int lane = 0; lane < cohort.patients && day >= plan.first_dose_day; ++lane)
    if (visits.attended[lane]) prescribe(plan, day, cohort, lane);
}

}}  // namespace vt
