#include <fmt/format.h>

#include <algorithm>
#include <tuple>

#include "host/plan/plan_parts.hpp"
#include "kernels/tally/layout.hpp"

namespace vt {

void build_rules(PlanParts& parts) {
  if (parts.scenario.rules.size() > kMaxRules) {
    parts.problems.add(parts.scenario.rules[kMaxRules].where,
                       fmt::format("{} rules (at most {}); merge some", parts.scenario.rules.size(), kMaxRules));
    return;
  }
  std::map<std::string, std::uint32_t> groups;
  std::vector<Rule> rules;
  for (const RuleSpec& spec : parts.scenario.rules) {
    Rule rule{};
    std::uint64_t reads = 0;
    const auto of_rule = [&](const char* part) { return fmt::format("the {} of rule '{}'", part, spec.name); };
    rule.action = spec.action.value_or(Action::hold);  // without one the scenario has been refused
    for (const Text& visit : spec.at) rule.visit_kinds |= 1u << visit_kind(parts.scenario, visit.value);
    for (std::size_t a = 0; a < parts.scenario.arms.size() && a < kMaxArms; ++a)
      for (const Text& name : parts.scenario.arms[a].rules)
        if (name.value == spec.name) rule.arms |= std::uint64_t{1} << a;
    if (spec.when.is_set())
      rule.when = parts.formulas.visit_formula(spec.when.value, spec.when.where, of_rule("condition"), &reads);
    if (spec.until.is_set())
      rule.until =
          parts.formulas.visit_formula(spec.until.value, spec.until.where, of_rule("condition 'until'"), &reads);
    const auto program = [&](const Expression& value, const char* part) {
      if (value.number) return parts.formulas.constant_program(*value.number, kVisitObservables);
      if (!value.is_set()) return Program{};
      return parts.formulas.visit_formula(value.formula, value.where, of_rule(part), &reads);
    };
    rule.probability = program(spec.probability, "probability");
    std::vector<std::uint32_t> resume;
    std::vector<double> resume_from;
    for (const RegimenSpec& after : spec.resume) {
      resume.push_back(parts.regimens.regimen(after));
      if (after.from_mg > 0) resume_from.push_back(after.from_mg);
    }
    rule.resume = parts.built.buffer.add(resume);
    rule.resume_from = parts.built.buffer.add(resume_from);
    const bool is_step = rule.action == Action::step_down || rule.action == Action::step_up;
    rule.steps = is_step ? std::max(spec.steps, 1u) : spec.steps;
    if (!spec.regimen.schedule.empty())
      std::tie(rule.schedule, rule.regimen) = parts.regimens.schedule(spec.regimen);
    else if (spec.regimen.is_set())
      rule.regimen = parts.regimens.regimen(spec.regimen);
    if (!spec.group.empty()) rule.group = groups.try_emplace(spec.group, groups.size() + 1).first->second;
    rule.stream = parts.formulas.stream("rule", spec.name, spec.where);
    rule.recheck_days = static_cast<std::int32_t>(spec.recheck_day);
    rule.most_times = spec.most_times;
    rule.confirm = spec.confirm;
    rule.rest_days = static_cast<std::int32_t>(spec.rest_day);
    rule.after_days = static_cast<std::int32_t>(spec.after_day);
    if (spec.sample.is_set()) rule.what = visit_kind(parts.scenario, spec.sample.value);
    for (std::uint32_t i = 0; i < parts.scenario.interactions.size() && i < kMaxInteractions; ++i)
      if (parts.scenario.interactions[i].perpetrator == spec.comedication.value) rule.what = i;
    if (rule.action == Action::sample) parts.plan.orders_samples = 1;
    rule.dose = program(spec.dose, "dose");
    rule.odds = program(spec.odds, (spec.adherence & kSetsTaken) != 0 ? "taken" : "miss_odds");
    rule.holidays = program(spec.holidays, (spec.adherence & kSetsHolidayRate) != 0 ? "holiday_rate" : "holiday_share");
    rule.adherence = spec.adherence;
    rule.lasts_days = static_cast<std::int32_t>(spec.lasts_day);
    if (rule.action == Action::set_adherence) parts.plan.sets_adherence = 1;
    rule.strength_mg = spec.strength_mg;
    rule.least_mg = spec.lowest_mg;
    rule.most_mg = spec.highest_mg;
    parts.formulas.note_reads(rule.visit_kinds, reads);
    std::int32_t first_day = parts.plan.last_day, last_day = parts.plan.first_day;
    for (const Text& name : spec.at) {
      if (parts.scenario.visits.empty()) break;  // reported by the reader
      const VisitSpec& visit = parts.scenario.visits[visit_kind(parts.scenario, name.value)];
      first_day = std::min(first_day, visit.days.empty() ? parts.plan.first_day : visit.days.front());
      last_day = std::max(last_day, visit.days.empty() ? parts.plan.last_day : visit.days.back());
    }
    parts.formulas.check_memories(rule.when, first_day, last_day, spec.when.where);
    parts.formulas.check_memories(rule.dose, first_day, last_day, spec.dose.where);
    parts.formulas.check_memories(rule.odds, first_day, last_day, spec.odds.where);
    parts.formulas.check_memories(rule.holidays, first_day, last_day, spec.holidays.where);
    const auto check = [&](const Program& formula, const Position& where, std::int32_t until) {
      parts.formulas.note_looked(formula,
                                 {.arms = rule.arms, .last_day = until, .at = &spec.at, .is_of_each_arm = true}, where);
    };
    if (rule.arms != 0) {
      check(rule.when, spec.when.where, last_day);
      check(rule.until, spec.until.where, parts.plan.last_day);
      check(rule.probability, spec.probability.where, last_day);
      check(rule.dose, spec.dose.where, last_day);
      check(rule.odds, spec.odds.where, last_day);
      check(rule.holidays, spec.holidays.where, last_day);
    }
    rules.push_back(rule);
    parts.built.rules.push_back({spec.name, std::string(name_of(rule.action))});
  }
  parts.plan.rules = parts.built.buffer.add(rules);
}

}  // namespace vt
