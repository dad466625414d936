#pragma once
#include <map>
#include <string>
#include <utility>

#include "host/formula/formula.hpp"
#include "host/plan/build_plan.hpp"
#include "host/plan/observables.hpp"
#include "host/plan/patient_order.hpp"

/// \file What the parts of build_plan share: names, slots, formula tables.

namespace vt {

/// An entry of a model by its key, or null.
inline const Expression* find_entry(const ModelSpec& model, std::string_view key) {
  const auto found = model.entries.find(std::string(key));
  return found == model.entries.end() ? nullptr : &found->second;
}

class PlanBuilder {
 public:
  PlanBuilder(const Scenario& scenario, Problems& problems) : scenario_(scenario), problems_(problems) {}
  std::optional<BuiltPlan> build();

 private:
  // builder.cpp: formulas and names
  Program add(const std::optional<CompiledFormula>& formula);
  /// `what` names it in messages: "the hazard of event 'progression'".
  Program add_site(const std::optional<CompiledFormula>& formula, const Lookup& look_up, const std::string& what,
                   const std::string& text, bool is_of_visits);
  Program patient_formula(const std::string& text, const Position& where, const std::string& what);
  /// Adds the slots that it names to `reads`.
  Program visit_formula(const std::string& text, const Position& where, const std::string& what,
                        std::uint64_t* reads = nullptr);
  Program constant_program(double value, int first_temporary = kPatientObservables);
  std::optional<Symbol> patient_symbol(std::string_view name) const;
  std::optional<Symbol> visit_symbol(std::string_view name, const Position& where);
  /// That of a name such as "day_of.progression"; nothing if it is none of an event's.
  std::optional<Observable> event_observable(std::string_view name, const Position& where);
  std::optional<Symbol> event_symbol(std::string_view name, const Position& where);
  /// Bits of the kinds of visit on a day at which an observable can be looked up, all of them known on the same day.
  std::uint32_t visits_of(const ObservableName& entry, std::string_view name, std::int32_t day, std::int32_t known_on,
                          const Position& where);
  std::optional<Symbol> past_value(std::string_view name, std::size_t at_sign, const Position& where);
  std::vector<std::string> patient_names() const;
  std::vector<std::string> visit_names() const;
  std::uint32_t new_patient_slot(const Position& where);
  Observable observable_of(const ObservableName& entry, std::string_view name);
  int observable_slot(const std::string& name, Observable observable, const Position& where);
  std::uint32_t stream(const std::string& kind, const std::string& name, const Position& where);
  std::uint32_t constant_slot(double value);

  // check_formulas.cpp
  std::optional<Symbol> arm_symbol(std::string_view name) const;
  void note_impossible(const CompiledFormula& formula, const Position& where);
  void note_pauses();
  void check_memories(const Program& program, std::int32_t first_day, std::int32_t last_day, const Position& where);

  /// Notes whether the last day's concentrations are needed.
  void looks_back(Source source);

  // build_population.cpp
  void build_population();
  void build_random_effects();
  void build_covariate(const CovariateSpec& spec, const std::vector<double>& factor);
  void build_parameter(const ParameterSpec& spec);
  void build_criteria();
  void build_table();
  void build_dose_records();
  std::map<std::string, std::vector<double>> copula_factors(const std::vector<PatientValue>& order) const;
  Derived from_table(int column, const Position& where);

  // build_models.cpp
  void build_traits();
  void build_pharmacokinetics();
  void build_adherence();
  void build_interactions();
  std::uint32_t formula_slot(const Expression& formula, const std::string& what);
  std::uint32_t steps_per_day(const ModelSpec& lineage);
  void follow_concentration(const ModelSpec& lineage, BloodPlan& blood);
  void build_disease();
  void build_assays();
  void build_prediction();
  void check_prediction();
  std::optional<Symbol> typical_symbol(std::string_view name);
  Program typical_formula(const Expression& value, const std::string& what);
  std::uint32_t typical_slot(std::string_view key, double otherwise);
  void build_tests();
  std::int32_t wait_days(const VisitSpec& visit, const ObservableName& entry) const;
  double number(const ModelSpec& model, std::string_view section, std::string_view key) const;

  // build_inputs.cpp
  bool may_carry_over() const;
  void limit_input();

  // build_trial.cpp
  std::uint32_t regimen(const RegimenSpec& spec, std::int32_t anchor_day = 0);
  /// 1 + its index, and the regimen of its first step.
  std::pair<std::uint32_t, std::uint32_t> schedule(const RegimenSpec& spec);
  std::uint32_t own_dose(const RegimenSpec& spec);
  void build_arms();
  bool arrives_later(std::string_view measure) const;
  void build_calendar();
  void build_rules();
  std::uint32_t visit_kind(const std::string& name) const;
  void note_reads(std::uint32_t visit_kinds, std::uint64_t reads);

  // build_events.cpp
  void build_events();
  Event build_event(const EventSpec& spec);

  // build_tallies.cpp
  void build_tallies();
  void build_recording();
  void build_tally(const TallySpec& spec);
  void check_unit(const TallySpec& spec);
  std::optional<Axis> build_axis(const AxisSpec& spec, const TallySpec& tally, ResultAxis& names, std::uint64_t& reads);
  void add_computed_doses(const RuleSpec& rule, const AxisSpec& axis, std::vector<double>& daily_mg);
  void set_number_range(const TallySpec& spec, TallyPlan& tally, ResultTally& names);

  // build_lives.cpp: what is tallied at the end of a life
  void check_axis(const AxisSpec& axis, const TallySpec& tally);
  void set_times(const TallySpec& spec, TallyPlan& tally, ResultTally& names);
  void set_pair(const TallySpec& spec, TallyPlan& tally, ResultTally& names);
  void set_stopping();

  // build_analyses.cpp
  void build_analyses();
  int column(const Column& column, const Position& where);

  void collect_sources();

  const Scenario& scenario_;
  Problems& problems_;
  BuiltPlan built_;
  Plan plan_{};

  std::vector<Instruction> instructions_;
  std::vector<double> constants_;
  std::map<std::string, Symbol, std::less<>> patient_names_;
  std::map<std::string, Symbol, std::less<>> typical_names_;  ///< parameters of the typical patient
  std::map<std::uint64_t, std::uint32_t> constant_slots_;     ///< by the bits of the value
  std::map<std::string, int, std::less<>> visit_slots_;
  std::map<std::uint32_t, std::string> streams_;
  std::vector<Observable> observables_;
  std::vector<Memory> memories_;
  std::vector<std::uint32_t> kept_slots_;
  std::vector<Covariate> covariates_;
  std::vector<RandomEffect> random_effects_;
  std::vector<Derived> derived_;
  std::vector<Regimen> regimens_;
  std::vector<Schedule> schedules_;
  std::vector<OwnDose> own_doses_;
  std::vector<std::vector<double>> own_dose_values_;  ///< what tablets make, by own dose
  std::map<std::string, std::uint32_t> own_dose_of_;  ///< by all that makes it
  std::vector<TallyPlan> tallies_;
  std::uint32_t pairs_ = 0;
  std::vector<Column> columns_;
  std::uint32_t patient_slots_ = 0;
  double latest_intake_h_ = 0;  ///< of any regimen, with its timing error
  double latest_sample_h_ = 0;  ///< before a day's first dose, which waits for it
};

}  // namespace vt
