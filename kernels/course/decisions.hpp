#pragma once
#include "kernels/course/actions.hpp"
#include "kernels/course/set_adherence.hpp"

/// \file Rules: at a visit, if a Formula holds, do an Action. All rules of a day read one snapshot; what they change
/// holds from the day's first dose on.

namespace vt { inline namespace VT_ISA {

template <int L>
struct Verdicts {
  double result[L];
  std::uint64_t status[L];
  VT_HD bool holds(int lane) const { return status[lane] == 0 && result[lane] != 0.0; }
  /// Those in whom it holds.
  VT_HD std::uint64_t who() const {
    return lanes_where<L>([this](int lane) VT_INLINE { return (status[lane] == 0) & (result[lane] != 0.0); });
  }
  VT_HD bool has_error(int lane) const {
    return status[lane] == static_cast<std::uint64_t>(FormulaStatus::domain_error);
  }
  /// Those in whom there is no value though all that is read has one.
  VT_HD std::uint64_t errors() const { return lanes_without_value(status); }
  /// Those in whom there is a value.
  VT_HD std::uint64_t known() const {
    return lanes_where<L>([this](int lane) VT_INLINE { return status[lane] == 0; });
  }
};

template <int L>
VT_COLD void judge(const Plan& plan, const Program& program, Visits<L>& visits, Verdicts<L>& verdicts) {
  execute(program, begin(plan, plan.instructions), begin(plan, plan.constants), visits.seen, verdicts.result,
          verdicts.status);
}

/// Whether a rule may fire at all today: not spent, not too soon after a change of dose, no order outstanding,
/// something to resume.
VT_COLD bool may_fire(const Rule& rule, const Course& course, std::uint32_t r, std::int32_t day) {
  const bool is_spent = rule.most_times != 0 && course.rule[r].times >= rule.most_times;
  const bool is_too_soon = course.dosing.changes > 0 && day - course.dosing.changed_on < rule.rest_days;
  const bool is_ordered =
      rule.action == Action::sample && course.rule[r].times != 0 && day < course.rule[r].day + rule.after_days;
  const bool is_idle = (rule.action == Action::resume && course.holds.by == 0) ||
                       (rule.action == Action::switch_drug && course.switched_on != kNever);
  return !is_spent && !is_too_soon && !is_ordered && !is_idle;
}

/// Counts the visits in a row at which the condition held, and whether they are enough.
VT_HD bool is_confirmed(const Rule& rule, std::uint8_t& streak, bool holds) {
  const std::uint32_t most = 255;
  const std::uint32_t now = holds ? streak + std::uint32_t{1} : 0;
  streak = static_cast<std::uint8_t>(now < most ? now : most);
  return now >= rule.confirm;
}

/// What a day's rules have done so far.
template <int L>
struct Decisions {
  std::uint64_t groups_done[L];  ///< bits: in each group the first rule that fires wins
  std::uint64_t acted;           ///< lanes: what is prescribed may be something else now
};

/// Of the patients in `among`, those in whom a formula of the rule has a value. Where it is not within 0 … `most`, the
/// patient fails.
template <int L>
VT_COLD std::uint64_t who_have(const Plan& plan, const Program& program, double most, Cohort<L>& cohort,
                               std::uint64_t among, Visits<L>& visits, Decisions<L>& decisions, Verdicts<L>& value) {
  judge(plan, program, visits, value);
  count_without_value(plan, cohort.words, program, among & value.errors());
  const std::uint64_t bad = among & value.known() & lanes_where<L>([&](int lane) VT_INLINE {
                              return (value.result[lane] < 0.0) | (value.result[lane] > most);
                            });
  for_each<L>(bad, [&](int lane) { fail(cohort, lane, failed(Failure::bad_value, program.site)); });
  decisions.acted |= bad;
  return among & ~bad & value.known();
}

/// Of the patients in `among`, those whose physicians act when the condition holds: with the rule's probability.
template <int L>
VT_COLD std::uint64_t who_follow(const Plan& plan, const Rule& rule, std::int32_t day, Cohort<L>& cohort,
                                 std::uint64_t among, Visits<L>& visits, Decisions<L>& decisions) {
  Verdicts<L> probability;
  const std::uint64_t known = who_have(plan, rule.probability, 1.0, cohort, among, visits, decisions, probability);
  Lanes<Drawn, L> drawn;
  draw_some(plan.seed, cohort.id, rule.stream, day, 0, known, drawn);
  return known &
         lanes_where<L>([&](int lane) VT_INLINE { return uniform(drawn[lane].first) < probability.result[lane]; });
}

/// What the formulas of one rule give.
template <int L>
struct RuleAmounts {
  Verdicts<L> dose;            ///< set_dose, multiply_dose
  Verdicts<L> odds, holidays;  ///< set_adherence
};

/// The patients whom a rule concerns today: they attend one of its visits, in one of its arms.
template <int L>
VT_COLD std::uint64_t who_are_judged(const Rule& rule, const Cohort<L>& cohort, const Visits<L>& visits) {
  const std::uint64_t arms = rule.arms, kinds = rule.visit_kinds;
  return cohort.standing.in_trial & lanes_where<L>([&](int lane) VT_INLINE {
           const std::uint64_t attends = (visits.attended[lane] & kinds) != 0 ? 1 : 0;
           return (arms >> cohort.arm[lane] & attends) != 0;
         });
}

/// Whether a rule has nothing to decide for a patient who takes the drug no more.
VT_HD bool is_beside_the_point(const Rule& rule, const Course& course) {
  const bool decides_dose = rule.action != Action::stop && rule.action != Action::switch_drug;
  const bool holds_second =
      course.switched_on != kNever && (rule.action == Action::hold || rule.action == Action::resume);
  return course.off_drug.on != kNever && decides_dose && !holds_second;
}

/// The rule's own hold ends for those of `lanes` in whom its `until` holds.
template <int L>
VT_COLD void end_holds(const Plan& plan, std::uint32_t r, std::int32_t day, std::uint64_t lanes, Cohort<L>& cohort,
                       Visits<L>& visits, Decisions<L>& decisions) {
  const Rule& rule = at(plan, plan.rules, r);
  if (!rule.until.is_set || lanes == 0) return;
  Verdicts<L> until;
  judge(plan, rule.until, visits, until);
  count_without_value(plan, cohort.words, rule.until, lanes & until.errors());
  for_each<L>(lanes & until.who(), [&](int lane) {
    Course& course = cohort.course[lane];
    if (is_beside_the_point(rule, course)) return;
    const double before = given_mg(plan, course);
    release(plan, course, r, day);
    update_standing(cohort, lane);
    decisions.acted |= std::uint64_t{1} << lane;
    note(plan, cohort, lane, day, r, Trigger::end_of_hold, before);
  });
}

/// Of the patients in `among`, those in whom all formulas of what the rule does have a value.
template <int L>
VT_COLD std::uint64_t find_amounts(const Plan& plan, const Rule& rule, Cohort<L>& cohort, std::uint64_t among,
                                   Visits<L>& visits, Decisions<L>& decisions, RuleAmounts<L>& amounts) {
  if (rule.dose.is_set && among != 0) {
    judge(plan, rule.dose, visits, amounts.dose);
    count_without_value(plan, cohort.words, rule.dose, among & amounts.dose.errors());
    among &= amounts.dose.known();
  }
  if (rule.odds.is_set && among != 0)
    among = who_have(plan, rule.odds, (rule.adherence & kSetsTaken) != 0 ? 1.0 : kMostMissOdds, cohort, among, visits,
                     decisions, amounts.odds);
  if (rule.holidays.is_set && among != 0)
    among = who_have(plan, rule.holidays, (rule.adherence & kSetsHolidayShare) != 0 ? 1.0 : kMostHolidaysPerDay, cohort,
                     among, visits, decisions, amounts.holidays);
  return among;
}

/// The rule fires for those of `lanes` for whom it may.
template <int L>
VT_COLD void fire(const Plan& plan, std::uint32_t r, std::int32_t day, std::uint64_t lanes,
                  const RuleAmounts<L>& amounts, Cohort<L>& cohort, Decisions<L>& decisions) {
  const Rule& rule = at(plan, plan.rules, r);
  const std::uint64_t group = std::uint64_t{1} << rule.group;
  for_each<L>(lanes, [&](int lane) {
    Course& course = cohort.course[lane];
    if (is_beside_the_point(rule, course) || !may_fire(rule, course, r, day)) return;
    if (rule.group != 0 && (decisions.groups_done[lane] & group)) return;
    const double before = given_mg(plan, course);
    act(plan, cohort.id[lane], course, r, day, rule.dose.is_set ? amounts.dose.result[lane] : 0.0);
    if (rule.action == Action::set_adherence)
      set_adherence(rule, rule.odds.is_set ? amounts.odds.result[lane] : 0.0,
                    rule.holidays.is_set ? amounts.holidays.result[lane] : 0.0, day, cohort, lane);
    if (rule.action == Action::start_comedication || rule.action == Action::stop_comedication)
      change_comedication(rule, cohort, lane, day);
    update_standing(cohort, lane);
    note(plan, cohort, lane, day, r, Trigger::rule, before);
    course.rule[r].streak = 0;
    decisions.groups_done[lane] |= group;
    decisions.acted |= std::uint64_t{1} << lane;
  });
}

/// Applies one rule to every patient who attends one of its visits.
template <int L>
VT_COLD void apply(const Plan& plan, std::uint32_t r, std::int32_t day, Cohort<L>& cohort, Visits<L>& visits,
                   Decisions<L>& decisions) {
  const Rule& rule = at(plan, plan.rules, r);
  const std::uint64_t judged = who_are_judged(rule, cohort, visits);
  std::uint64_t holding = 0;
  for_each<L>(judged & cohort.standing.holding,
              [&](int lane) { holding |= (cohort.course[lane].holds.by >> r & 1) << lane; });
  Verdicts<L> when;
  judge(plan, rule.when, visits, when);
  count_without_value(plan, cohort.words, rule.when, judged & ~holding & when.errors());
  std::uint64_t firing = judged & ~holding & when.who();
  if (rule.confirm > 1) {
    std::uint64_t confirmed = 0;
    for_each<L>(judged & ~holding, [&](int lane) {
      Course& course = cohort.course[lane];
      if (!is_beside_the_point(rule, course) && is_confirmed(rule, course.rule[r].streak, when.holds(lane)))
        confirmed |= std::uint64_t{1} << lane;
    });
    firing &= confirmed;
  }
  if (rule.probability.is_set && firing != 0) firing = who_follow(plan, rule, day, cohort, firing, visits, decisions);
  RuleAmounts<L> amounts;
  firing = find_amounts(plan, rule, cohort, firing, visits, decisions, amounts);
  end_holds(plan, r, day, holding, cohort, visits, decisions);
  fire(plan, r, day, firing, amounts, cohort, decisions);
}

/// All rules of the day, in the order of the scenario. Before day 0 they can act, but nothing is prescribed.
template <int L>
VT_COLD void decide(const Plan& plan, std::int32_t day, Cohort<L>& cohort, Visits<L>& visits) {
  if (plan.rules.count == 0) return;
  Decisions<L> decisions;
  decisions.acted = 0;
  for (int lane = 0; lane < L; ++lane) decisions.groups_done[lane] = 0;
  for (std::uint32_t r = 0; r < plan.rules.count; ++r)
    if (at(plan, plan.rules, r).visit_kinds & visits.any) apply(plan, r, day, cohort, visits, decisions);
  if (day >= plan.first_dose_day) for_each<L>(decisions.acted, [&](int lane) { prescribe(plan, day, cohort, lane); });
}

}}  // namespace vt
