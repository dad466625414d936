#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "host/plan/names/observables.hpp"
#include "host/plan/plan_parts.hpp"
#include "host/plan/tallies/whose_table.hpp"
#include "host/scenario/models/model_sections.hpp"
#include "host/scenario/toml/keys.hpp"
#include "output/hdf5/names.hpp"

/// \file The table of patients: a row for each, with what they brought, what became of them, and the columns.

namespace vt {

TablePlan::Whose whose_table(const Scenario& scenario) {
  const RecordSpec& record = scenario.record;
  if (record.table.value == "all") return TablePlan::Whose::all;
  if (record.patients == 0) return TablePlan::Whose::nobody;
  const bool keeps_columns =
      std::ranges::any_of(scenario.columns, [&](const ColumnSpec& column) { return is_kept_column(scenario, column); });
  return keeps_columns ? TablePlan::Whose::nobody : TablePlan::Whose::recorded;
}

namespace {

/// How patients stand when the trial is over, beside their events.
constexpr Source kCourse[] = {
    Source::daily_dose_mg, Source::dose_changes,        Source::times_held,        Source::days_on_hold,
    Source::second_drug,   Source::doses_taken_percent, Source::dose_intensity_mg, Source::relative_dose_intensity};

class TableBuilder {
 public:
  explicit TableBuilder(PlanParts& parts) : parts_(parts), table_(parts.built.table) {}

  void build() {
    std::vector<TableColumn> columns = std::move(table_.columns);  // the scenario's own, with the names that they have
    table_.columns.clear();
    for (const std::string_view name : schema::kPatientScales) taken_.emplace(name);
    for (const TableColumn& column : columns) taken_.insert(column.name);
    const Scenario& s = parts_.scenario;
    for (const CovariateSpec& covariate : s.covariates) add_trait("covariate", covariate.name, "", "covariate");
    for (const RandomEffectSpec& effect : s.random_effects)
      for (const std::string& name : effect.names) add_trait("eta", "eta." + name, "", "random effect");
    for (const ParameterSpec& parameter : s.parameters)
      add_trait("parameter", parameter.name, parameter.value.unit, parameter.value.text);
    add_models();
    add({TableColumn::From::leaving, 0, "course", "left", "", "how the patient ended the trial"});
    add({TableColumn::From::leaving_day, 0, "course", "left_day", "day", "day on which the patient left"});
    for (const Source source : kCourse)
      add_observable("course", std::ranges::find(observable_names(), source, &ObservableName::source)->name, {});
    for (const EventSpec& event : s.events) {
      add_observable("event", "day_of." + event.name, event.where);
      if (event.recurrence.is_set()) add_observable("event", "times." + event.name, event.where);
      if (event.grades != GradeShares{}) add_observable("event", "worst_grade." + event.name, event.where);
    }
    table_.columns.insert(table_.columns.end(), columns.begin(), columns.end());
  }

 private:
  void add(TableColumn column) {
    if (!taken_.insert(column.name).second) {
      column.name = column.kind + '.' + column.name;
      taken_.insert(column.name);
    }
    table_.columns.push_back(std::move(column));
  }

  void add_trait(const char* kind, const std::string& name, const std::string& unit, const std::string& words) {
    const auto found = std::ranges::find(parts_.built.patient_names, name, &PatientName::name);
    if (found == parts_.built.patient_names.end()) return;  // one number for all
    add({TableColumn::From::patient_phase, found->slot, kind, name, unit, words});
  }

  /// Entries of models that differ between patients.
  void add_models() {
    for (const ModelKey& key : kModelKeys) {
      if (key.trait < 0) continue;
      const Expression* given = find_entry(*find_model(parts_.scenario, key.section), key.key);
      if (given == nullptr || !given->is_set() || given->number) continue;
      add({TableColumn::From::patient_phase, parts_.plan.trait_slot[key.trait], "parameter",
           fmt::format("{}.{}", key.section, key.key), std::string(key.unit),
           given->column >= 0 ? "of the table of patients" : given->text});
    }
  }

  void add_observable(const char* kind, const std::string& name, const Position& where) {
    const ObservableName* entry = find_observable(name);
    const auto member = parts_.formulas.member_observable(name, where);
    const Observable observable = member ? *member : Observable{entry->source, entry->index};
    add({TableColumn::From::end_of_trial, static_cast<std::uint32_t>(table_.observables.size()), kind, name,
         entry->unit == "1" ? "" : std::string(entry->unit), entry->meaning});
    table_.observables.push_back(observable);
  }

  PlanParts& parts_;
  TablePlan& table_;
  std::set<std::string, std::less<>> taken_;
};

}  // namespace

void build_patient_table(PlanParts& parts) {
  const RecordSpec& record = parts.scenario.record;
  TablePlan& table = parts.built.table;
  table.whose = whose_table(parts.scenario);
  if (table.whose == TablePlan::Whose::nobody && record.table.is_set())
    parts.problems.add(record.table.where,
                       "record.table is \"recorded\", but columns of all patients are kept (there is one table); write "
                       "table = \"all\", or keep = false at the columns");
  else if (table.whose == TablePlan::Whose::nobody && record.patients > 0)
    parts.problems.note(record.where,
                        "columns of all patients are kept, so that /patients has them alone; write record.table = "
                        "\"all\" for covariates, parameters, random effects and events of every patient, too");
  if (table.whose == TablePlan::Whose::nobody) return;
  TableBuilder(parts).build();
  const Plan& plan = parts.plan;
  const std::uint64_t bytes =
      sizeof(double) * plan.patients * plan.replicates * (1 + table.columns.size() * plan.lives);
  if (table.whose == TablePlan::Whose::all && bytes > kKeptBytes)
    parts.problems.add(
        record.table.where,
        fmt::format("the table of {} patients in {} replicates with {} columns needs {} MB (at most {} "
                    "MB); run fewer patients, or write patients = 1000 instead of table = \"all\"",
                    plan.patients, plan.replicates, table.columns.size(), bytes >> 20, kKeptBytes >> 20));
}

}  // namespace vt
