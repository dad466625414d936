#include <fmt/format.h>

#include <algorithm>
#include <tuple>

#include "host/plan/builder.hpp"
#include "host/scenario/units/units.hpp"
#include "kernels/course/course.hpp"
#include "kernels/numerics/elementary.hpp"
#include "kernels/numerics/normal.hpp"
#include "kernels/numerics/philox.hpp"
#include "kernels/tally/layout.hpp"

namespace vt {

namespace {

/// Nominal times after the day's start: 6 h; 6 and 18 h; 6, 14 and 22 h.
double nominal_h(int intake, double every_h) { return kMorning_h + intake * every_h; }

/// Largest timing error that stays inside the patient's day: ± 6 h once, ± 3 h twice, ± 2 h three times daily.
double most_jitter_h(int intakes) { return intakes == 1 ? 6.0 : (intakes == 2 ? 3.0 : 2.0); }

struct OfSchedule {
  double taken, miss_odds, jitter_sd_h;
};
OfSchedule of_schedule(const AdherenceSpec& spec, int intakes) {
  if (intakes == 1) return {spec.taken_once_daily, spec.miss_odds_once_daily, spec.jitter_sd_once_daily_h};
  if (intakes == 2) return {spec.taken_twice_daily, spec.miss_odds_twice_daily, spec.jitter_sd_twice_daily_h};
  return {spec.taken_three_times_daily, spec.miss_odds_three_times_daily, spec.jitter_sd_three_times_daily_h};
}

struct Truncation {
  double cdf_low, cdf_span;
};
/// Of a normal with this SD, the part within ± bound.
Truncation truncate(double sd_h, double bound_h) {
  if (!(sd_h > 0.0)) return {0.0, 1.0};
  const double low = normal_cdf(-bound_h / sd_h);
  return {low, normal_cdf(bound_h / sd_h) - low};
}

bool is_same(const Regimen& a, const Regimen& b) {
  return a.daily_dose_mg == b.daily_dose_mg && a.interval_h == b.interval_h && a.anchor_day == b.anchor_day &&
         a.every_days == b.every_days && a.on_days == b.on_days && a.cycle_days == b.cycle_days &&
         a.own_dose == b.own_dose;
}

}  // namespace

std::uint32_t PlanBuilder::regimen(const RegimenSpec& spec, std::int32_t anchor_day) {
  Regimen regimen{};
  const int n = intakes_a_day(spec);
  const auto [taken, miss_odds, jitter_sd_h] = of_schedule(scenario_.adherence, n);
  const auto [cdf_low, cdf_span] = truncate(jitter_sd_h, most_jitter_h(n));
  regimen.daily_dose_mg = spec.dose_mg * n;
  regimen.doses_a_day = n;
  regimen.interval_h = spec.every_h;
  regimen.every_days = static_cast<std::uint32_t>(days_apart(spec));
  regimen.on_days = spec.on_days > 0 ? static_cast<std::uint32_t>(spec.on_days) : 1;
  regimen.cycle_days = spec.on_days > 0 ? static_cast<std::uint32_t>(spec.on_days + spec.off_days) : 1;
  regimen.anchor_day = anchor_day;
  regimen.own_dose = spec.own_dose.is_set() ? own_dose(spec) : 0;
  if (regimen.every_days > 1 || regimen.cycle_days > 1) {
    regimen.daily_dose_mg *= share_of_days(spec);
    regimen.doses_a_day *= share_of_days(spec);
    plan_.regimens_vary = 1;
  }
  for (int i = 0; i < kIntakesPerDay; ++i) {
    const double time = i < n ? nominal_h(i, spec.every_h) : kMorning_h;
    regimen.intake[i] = {i < n ? spec.dose_mg : 0.0, time,     jitter_sd_h, cdf_low, cdf_span,
                         bernoulli_threshold(taken), miss_odds};
  }
  latest_intake_h_ =
      std::max(latest_intake_h_, nominal_h(n - 1, spec.every_h) + (jitter_sd_h > 0.0 ? most_jitter_h(n) : 0.0));
  plan_.intakes = std::max(plan_.intakes, static_cast<std::uint32_t>(n));
  for (std::uint32_t i = 0; i < regimens_.size(); ++i)
    if (is_same(regimens_[i], regimen)) return i;
  regimens_.push_back(regimen);
  return static_cast<std::uint32_t>(regimens_.size() - 1);
}

void PlanBuilder::build_arms() {
  std::vector<Arm> arms;
  if (scenario_.arms.size() > kMaxArms)
    problems_.add(scenario_.arms[kMaxArms].where,
                  fmt::format("{} arms (at most {}); remove some", scenario_.arms.size(), kMaxArms));
  std::uint32_t shares = 0;
  for (const ArmSpec& spec : scenario_.arms) {
    Arm arm{};
    if (spec.regimen.schedule.empty())
      arm.regimen = regimen(spec.regimen);
    else
      std::tie(arm.schedule, arm.regimen) = schedule(spec.regimen);
    if (arm.schedule != 0)
      plan_.first_dose_day = std::min(plan_.first_dose_day, spec.regimen.schedule.front().from_day);
    arm.share = spec.share;
    arm.leave_per_day = spec.leave_per_year / kDaysPerYear;
    shares += spec.share;
    std::vector<std::uint32_t> steps;
    for (const LadderSpec& ladder : scenario_.ladders)
      if (ladder.name == spec.ladder.value)
        for (const RegimenSpec& step : ladder.steps) steps.push_back(regimen(step));
    arm.ladder = built_.buffer.add(steps);
    arms.push_back(arm);
    built_.arms.push_back({spec.name, in_words(spec.regimen), 0});
  }
  plan_.block = scenario_.block ? scenario_.block : shares;
  if (scenario_.arms.empty() && problems_.empty())
    problems_.add({scenario_.path, 1, 1}, "the scenario has no arm (there is nobody to treat); add an [[arm]]");
  if (!problems_.empty()) return;
  if (plan_.block == 0 || plan_.block > kMaxBlock || (shares && plan_.block % shares != 0))
    problems_.add(
        scenario_.arms.empty() ? Position{scenario_.path, 1, 1} : scenario_.arms[0].where,
        fmt::format("a randomisation block of {} patients for shares that add up to {} (a block is a multiple of "
                    "the shares, at most {}); change the shares or trial.block",
                    plan_.block, shares, kMaxBlock));
  plan_.arms = built_.buffer.add(arms);
}

namespace {

std::uint32_t measures_of(const VisitSpec& spec) {
  std::uint32_t measures = 0;
  for (const Text& measure : spec.measure)
    if (const Measurement* found = find_measurement(measure.value))
      measures |= static_cast<std::uint32_t>(found->measure);
  return measures;
}

}  // namespace

/// Whether some result of a measurement is not known at once.
bool PlanBuilder::arrives_later(std::string_view measure) const {
  const Measurement* one = find_measurement(measure);
  if (one == nullptr) return true;  // which has been reported
  const bool is_late = std::ranges::any_of(scenario_.visits, [&](const VisitSpec& visit) {
    return visit.is_late && std::ranges::find(visit.measure, one->name, &Text::value) != visit.measure.end();
  });
  const bool has_delay = std::ranges::any_of(kReported, [&](const ReportedQuantity& result) {
    return result.measure == one->measure && plan_.assays.wait_days[static_cast<int>(result.result)] > 0;
  });
  return has_delay || (is_late && one->measure == Measure::trough);
}

void PlanBuilder::build_calendar() {
  if (scenario_.visits.size() > kMaxVisitKinds) {
    problems_.add(scenario_.visits[kMaxVisitKinds].where,
                  fmt::format("{} kinds of visit (at most {}); merge some", scenario_.visits.size(), kMaxVisitKinds));
    return;
  }
  const std::int32_t n_days = std::max(0, scenario_.duration_day - scenario_.first_day) + 1;
  std::vector<std::uint32_t> calendar(static_cast<std::size_t>(n_days));
  std::vector<VisitKind> kinds;
  for (std::size_t k = 0; k < scenario_.visits.size(); ++k) {
    const VisitSpec& spec = scenario_.visits[k];
    VisitKind kind{};
    kind.measures = measures_of(spec);
    for (const Measurement& one : kMeasurements)
      if (one.is_further && (kind.measures & static_cast<std::uint32_t>(one.measure))) plan_.measures_further = 1;
    kind.missed_stream = stream("missed", spec.name, spec.where);
    kind.missed_below = bernoulli_threshold(spec.missed);
    kind.days = built_.buffer.add(spec.days);
    kind.sample_sd_h = spec.sample_sd_h;
    kind.is_late = spec.is_late ? 1 : 0;
    kind.late_low_h = spec.late_low_h;
    kind.late_span_h = spec.late_high_h - spec.late_low_h;
    if (spec.is_late) plan_.waits = 1;
    if (const Measurement* one = find_measurement(spec.on_result)) kind.on_results = results_of(one->measure);
    for (const Text& measure : spec.measure)
      for (std::size_t t = 0; t < scenario_.tests.size(); ++t)
        if (scenario_.tests[t].name == measure.value) kind.tests |= 1u << t;
    const auto [low, span] = truncate(spec.sample_sd_h, spec.window_h);
    latest_sample_h_ = std::max(latest_sample_h_, kMorning_h + (spec.sample_sd_h > 0.0 ? spec.window_h : 0.0));
    if (spec.is_late)  // the next day's first dose waits for it, too
      latest_sample_h_ = std::max(latest_sample_h_, kMorning_h + most_jitter_h(1) + spec.late_high_h - kHoursPerDay);
    kind.sample_cdf_low = low;
    kind.sample_cdf_span = span;
    kinds.push_back(kind);
    for (const std::int32_t day : spec.days)
      if (day >= scenario_.first_day && day <= scenario_.duration_day)
        calendar[static_cast<std::size_t>(day - scenario_.first_day)] |= 1u << k;
  }
  for (const VisitSpec& spec : scenario_.visits)
    if (!spec.on_result.empty() && !arrives_later(spec.on_result))
      problems_.add(spec.where,
                    fmt::format("visit '{}' waits for results of {} (they are known at once: it would never "
                                "take place); give the assay a delay",
                                spec.name, spec.on_result));
  plan_.calendar = built_.buffer.add(calendar);
  plan_.visit_kinds = built_.buffer.add(kinds);
}

void PlanBuilder::note_reads(std::uint32_t visit_kinds, std::uint64_t reads) {
  for (std::size_t k = 0; k < kMaxVisitKinds; ++k)
    if (visit_kinds >> k & 1) plan_.reads[k] |= reads;
}

std::uint32_t PlanBuilder::visit_kind(const std::string& name) const {
  for (std::uint32_t k = 0; k < scenario_.visits.size(); ++k)
    if (scenario_.visits[k].name == name) return k;
  return 0;  // a name that does not exist has been reported by the reader
}

void PlanBuilder::build_rules() {
  if (scenario_.rules.size() > kMaxRules) {
    problems_.add(scenario_.rules[kMaxRules].where,
                  fmt::format("{} rules (at most {}); merge some", scenario_.rules.size(), kMaxRules));
    return;
  }
  std::map<std::string, std::uint32_t> groups;
  std::vector<Rule> rules;
  for (const RuleSpec& spec : scenario_.rules) {
    Rule rule{};
    std::uint64_t reads = 0;
    const auto of_rule = [&](const char* part) { return fmt::format("the {} of rule '{}'", part, spec.name); };
    rule.action = spec.action.value_or(Action::hold);  // without one the scenario has been refused
    for (const Text& visit : spec.at) rule.visit_kinds |= 1u << visit_kind(visit.value);
    for (std::size_t a = 0; a < scenario_.arms.size() && a < kMaxArms; ++a)
      for (const Text& name : scenario_.arms[a].rules)
        if (name.value == spec.name) rule.arms |= std::uint64_t{1} << a;
    if (spec.when.is_set()) rule.when = visit_formula(spec.when.value, spec.when.where, of_rule("condition"), &reads);
    if (spec.until.is_set())
      rule.until = visit_formula(spec.until.value, spec.until.where, of_rule("condition 'until'"), &reads);
    if (spec.probability.number)
      rule.probability = constant_program(*spec.probability.number, kVisitObservables);
    else if (spec.probability.is_set())
      rule.probability =
          visit_formula(spec.probability.formula, spec.probability.where, of_rule("probability"), &reads);
    std::vector<std::uint32_t> resume;
    for (const RegimenSpec& after : spec.resume) resume.push_back(regimen(after));
    rule.resume = built_.buffer.add(resume);
    if (!spec.regimen.schedule.empty())
      std::tie(rule.schedule, rule.regimen) = schedule(spec.regimen);
    else if (spec.regimen.is_set())
      rule.regimen = regimen(spec.regimen);
    if (!spec.group.empty()) rule.group = groups.try_emplace(spec.group, groups.size() + 1).first->second;
    rule.stream = stream("rule", spec.name, spec.where);
    rule.recheck_days = static_cast<std::int32_t>(spec.recheck_day);
    rule.most_times = spec.most_times;
    rule.confirm = spec.confirm;
    rule.rest_days = static_cast<std::int32_t>(spec.rest_day);
    rule.after_days = static_cast<std::int32_t>(spec.after_day);
    if (spec.sample.is_set()) rule.what = visit_kind(spec.sample.value);
    for (std::uint32_t i = 0; i < scenario_.interactions.size() && i < kMaxInteractions; ++i)
      if (scenario_.interactions[i].perpetrator == spec.comedication.value) rule.what = i;
    if (rule.action == Action::sample) plan_.orders_samples = 1;
    if (spec.dose.number)
      rule.dose = constant_program(*spec.dose.number, kVisitObservables);
    else if (spec.dose.is_set())
      rule.dose = visit_formula(spec.dose.formula, spec.dose.where, of_rule("dose"), &reads);
    rule.strength_mg = spec.strength_mg;
    rule.least_mg = spec.lowest_mg;
    rule.most_mg = spec.highest_mg;
    note_reads(rule.visit_kinds, reads);
    std::int32_t first_day = plan_.last_day, last_day = plan_.first_day;
    for (const Text& name : spec.at) {
      if (scenario_.visits.empty()) break;  // reported by the reader
      const VisitSpec& visit = scenario_.visits[visit_kind(name.value)];
      first_day = std::min(first_day, visit.days.empty() ? plan_.first_day : visit.days.front());
      last_day = std::max(last_day, visit.days.empty() ? plan_.last_day : visit.days.back());
    }
    check_memories(rule.when, first_day, last_day, spec.when.where);
    check_memories(rule.dose, first_day, last_day, spec.dose.where);
    rules.push_back(rule);
    built_.rules.push_back({spec.name, std::string(name_of(rule.action))});
  }
  plan_.rules = built_.buffer.add(rules);
}

}  // namespace vt
