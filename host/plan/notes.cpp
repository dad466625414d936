#include "host/plan/notes.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "host/formula/formula.hpp"
#include "host/plan/models/transit_stages.hpp"
#include "host/plan/names/observables.hpp"
#include "host/plan/names/visit_days.hpp"
#include "host/scenario/toml/table_reader.hpp"

namespace vt {
namespace {

/// A rule that no arm lists does nothing; most often that is an oversight.
void note_unused_rules(const Scenario& scenario, Problems& problems) {
  for (const RuleSpec& rule : scenario.rules) {
    const bool is_used = std::any_of(scenario.arms.begin(), scenario.arms.end(), [&](const ArmSpec& arm) {
      return std::any_of(arm.rules.begin(), arm.rules.end(), [&](const Text& name) { return name.value == rule.name; });
    });
    if (!is_used)
      problems.note(rule.when.where,
                    fmt::format("rule '{0}' is in no arm (an arm lists its rules: rules = [\"{0}\"])", rule.name));
  }
}

std::string why_never(const Scenario& scenario, const VisitSpec& visit) {
  if (visit.missed >= 1) return "everybody misses it";
  if (visit.is_on_order) return "no rule of an arm orders it: do = \"sample\"";
  if (!visit.on_result.empty()) return fmt::format("no visit gives results of {}", visit.on_result);
  return fmt::format("it has no day up to day {}, the trial's last", scenario.duration_day);
}

/// A visit that no patient comes to.
void note_visits_never(const Scenario& scenario, const Plan& plan, Problems& problems) {
  std::vector<VisitDays> days;
  for (const ArmSpec& arm : scenario.arms) days.push_back(visit_days_in(scenario, plan.assays, arm));
  for (std::size_t k = 0; k < scenario.visits.size(); ++k) {
    const VisitSpec& visit = scenario.visits[k];
    if (std::ranges::any_of(days, [&](const VisitDays& one) { return one.first[k] != kNever; })) continue;
    problems.note(visit.where,
                  fmt::format("visit '{}' never takes place ({})", visit.name, why_never(scenario, visit)));
  }
}

/// Patients whose cells pass on faster than the steps of the blood counts resolve. A transit time that is a number has
/// been looked at with the scenario.
void note_coarse_steps(const Plan& plan, Problems& problems) {
  constexpr double most_stages = 1.5;  // errors: scenarios/methods/blood_counts.md
  for (int lineage = 0; lineage < 2; ++lineage) {
    const std::vector<double> stages = transit_stages_day(plan, lineage);
    if (stages.empty()) continue;
    const std::size_t few = stages.size() / 100;  // 1 %, at least one patient
    const double short_day = stages[few], steps = plan.blood[lineage].steps_per_day;
    if (short_day * steps * most_stages < 1.0)
      problems.note(
          {},
          fmt::format(
              "the {0} have {1} step{2} a day, but a stage of their transit lasts {3:.2g} day or less in {5:.2g} % "
              "of the patients (scenarios/methods/blood_counts.md says what that costs); write "
              "blood_counts.{0}.steps_per_day = "
              "{4:.0f}",
              lineage == 0 ? "neutrophils" : "platelets", steps, steps == 1 ? "" : "s", short_day,
              std::ceil(1.0 / short_day), 100.0 * static_cast<double>(few + 1) / static_cast<double>(stages.size())));
  }
}

/// What is drawn per replicate makes patients of one replicate alike: intervals that take all for independent are then
/// those of further patients of the same replicates.
void note_shared_draws(const Scenario& scenario, const Plan& plan, Problems& problems) {
  std::vector<std::string> names;
  Position where;
  const auto add = [&](const std::string& name, const Position& at) {
    if (names.empty()) where = at;
    names.push_back(name);
  };
  for (const CovariateSpec& one : scenario.covariates)
    if (one.per_replicate) add(one.name, one.where);
  for (const RandomEffectSpec& one : scenario.random_effects)
    for (const std::string& name : one.names)
      if (one.per_replicate) add("eta." + name, one.where);
  if (names.empty()) return;
  const std::string all =
      fmt::format("{} {} drawn once for each replicate", fmt::join(names, ", "), names.size() == 1 ? "is" : "are");
  if (plan.replicates == 1)
    problems.note(where,
                  fmt::format("{}, of which there is 1: the results are those of one draw; set trial.replicates", all));
  else if (plan.tallies.count > 0)
    problems.note(where,
                  fmt::format("{}: intervals of cells that pool replicates are those of more patients of these {} "
                              "draws; how much trials differ is in tallies by replicate",
                              all, plan.replicates));
}

/// What a condition reads of the laboratory and a visit neither measures nor waits for. Values of a past visit are
/// always the same.
std::vector<std::string> not_measured(const VisitSpec& visit, const std::vector<std::string>& names) {
  std::vector<std::string> missing;
  for (const std::string& name : names) {
    const ObservableName* entry = name.find('@') == std::string::npos ? find_observable(name) : nullptr;
    if (entry == nullptr || entry->measured == nullptr || visit.on_result == entry->measured->name) continue;
    const bool is_measured =
        std::ranges::any_of(visit.measure, [&](const Text& measure) { return measure.value == entry->measured->name; });
    if (!is_measured) missing.push_back(name);
  }
  return missing;
}

/// A condition that is confirmed at visits of which some do not measure what it reads: the last result confirms itself.
void note_old_results(const Scenario& scenario, const std::string& what, const Text& when, const std::vector<Text>& at,
                      Problems& problems) {
  const std::vector<std::string> names = names_in_formula(when.value);
  for (const Text& name : at) {
    const auto visit = std::ranges::find(scenario.visits, name.value, &VisitSpec::name);
    if (visit == scenario.visits.end()) continue;
    if (const std::vector<std::string> missing = not_measured(*visit, names); !missing.empty())
      problems.note(name.where,
                    fmt::format("{} is confirmed at visits '{}', which do not measure {}: there the last result counts "
                                "once more, and confirms itself; leave them out of at, or let them measure it",
                                what, visit->name, fmt::join(missing, ", ")));
  }
}

void note_old_results(const Scenario& scenario, Problems& problems) {
  for (const EventSpec& event : scenario.events)
    if (event.confirm > 1 && event.when.is_set())
      note_old_results(scenario, fmt::format("event '{}'", event.name), event.when, event.at, problems);
  for (const RuleSpec& rule : scenario.rules)
    if (rule.confirm > 1)
      note_old_results(scenario, fmt::format("the condition of rule '{}'", rule.name), rule.when, rule.at, problems);
}

/// Columns of the user's table that no formula reads: most often a name that is written otherwise.
void note_unread_columns(const Scenario& scenario, const std::vector<FormulaSite>& sites, Problems& problems) {
  std::set<std::string> read;
  for (const FormulaSite& site : sites)
    for (const PatientName& input : site.inputs) read.insert(input.name);
  std::vector<std::string> drawn;
  for (const CovariateSpec& covariate : scenario.covariates)
    if (covariate.column < 0) drawn.push_back(covariate.name);
  std::vector<std::string> unread;
  for (const CovariateSpec& covariate : scenario.covariates)
    if (covariate.column >= 0 && !read.contains(covariate.name))
      unread.push_back(fmt::format("'{}'{}", covariate.name, suggest(covariate.name, drawn)));
  if (unread.empty()) return;
  problems.note(
      scenario.table.file.where,
      fmt::format("'{}' has columns that nothing reads: {}. What models read under other names is drawn as the "
                  "scenario says; rename the columns, or leave them out with columns = […]",
                  scenario.table.file.value, fmt::join(unread, ", ")));
}

}  // namespace

void note_oversights(const Scenario& scenario, const BuiltPlan& built, Problems& problems) {
  const Plan& plan = built.buffer.plan();
  note_unread_columns(scenario, built.formulas, problems);
  note_shared_draws(scenario, plan, problems);
  note_unused_rules(scenario, problems);
  note_visits_never(scenario, plan, problems);
  note_coarse_steps(plan, problems);
  note_old_results(scenario, problems);
}

}  // namespace vt
