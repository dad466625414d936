#pragma once
#include <optional>

#include "host/plan/plan_buffer.hpp"
#include "host/scenario/scenario.hpp"
#include "output/results.hpp"

namespace vt {

/// Name and action of a rule, as written.
struct RuleName {
  std::string name, action;
};

/// What is written down of single patients.
struct Recording {
  std::uint64_t patients = 0;
  bool decisions = false, doses = false;
  std::vector<std::string> names, units;  ///< of the daily values
  std::vector<std::int32_t> days;         ///< of the concentrations
  std::vector<double> hours;
};

/// A column of the table of patients, and where its values come from.
struct TableColumn {
  enum class From { patient_phase, end_of_trial, trial_table, leaving, leaving_day };
  From from;
  std::uint32_t place = 0;  ///< slot, place among TablePlan::observables, place in the trial table
  std::string kind, name, unit, words;
};

/// The table of patients that [record] asks for.
struct TablePlan {
  enum class Whose { nobody, recorded, all };
  Whose whose = Whose::nobody;
  std::vector<TableColumn> columns;
  std::vector<Observable> observables;  ///< that are looked at when the trial is over
};

/// Ends a run once no cell of a tally has a larger Monte-Carlo standard error.
struct Stopping {
  std::size_t tally;  ///< in the Plan's order
  double standard_error;
};

/// A test over the columns of the trial table.
struct AnalysisPlan {
  std::string name, what;
  std::string from;  ///< of times: the event at which they begin; "" = with the trial
  TestKind kind = TestKind::log_rank;
  int time = -1, outcome = -1, response = -1, strata = -1;  ///< columns; −1: none
  int among = -1;                                           ///< column: those who have a value in it are tested
  std::vector<int> covariates;                              ///< columns; −1: the arm, as a difference to the first
  std::vector<std::string> terms;
  bool breslow = false;
  std::uint32_t lives = 1;  ///< that it compares
  int next_life = 0;        ///< from a column to that of the next life
};

/// A column of the trial table that is kept in the results.
struct KeptColumn {
  std::string name, unit, formula;
  std::uint32_t place;  ///< in the trial table; those of further lives follow by as many columns as there are
};

/// A covariate, random effect or parameter that differs between patients, and where the patient phase leaves it.
struct PatientName {
  std::string name;
  std::uint32_t slot = 0;
};

/// A formula of the scenario, for messages.
struct FormulaSite {
  std::string what;  ///< "the hazard of event 'progression'"
  std::string text;
  bool is_of_visits = false;  ///< otherwise of the patient phase
  Program program;
  std::vector<PatientName> inputs;  ///< what it reads, with the slots of its phase
};

/// A Plan and what its indices mean in words.
struct BuiltPlan {
  PlanBuffer buffer;
  std::vector<ResultTally> tallies;  ///< names and axes, in the Plan's order, without counts
  std::vector<ArmResult> arms;
  std::vector<RuleName> rules;
  Recording recording;
  TablePlan table;
  std::vector<ScreeningCount> screening;
  std::vector<ModelSource> sources;
  std::optional<Stopping> stopping;
  std::vector<AnalysisPlan> analyses;
  std::vector<KeptColumn> kept;
  std::uint64_t kept_bytes() const {
    const Plan& plan = buffer.plan();
    return sizeof(double) * plan.patients * plan.replicates * plan.lives * kept.size();
  }
  /// Patients of all replicates who have a row in the table of patients.
  std::uint64_t rows_of_table() const;
  /// What is written down of single patients, the columns that are kept aside.
  std::uint64_t recorded_bytes() const;
  std::vector<PatientName> patient_names;  ///< in alphabetical order
  std::vector<std::string> covariates;     ///< names, in the Plan's order
  std::vector<FormulaSite> formulas;       ///< by Program::site; the first stands for numbers
  std::uint64_t hash = 0;                  ///< of the buffer, equal over compilers and instruction sets
};

/// Compiles every formula, gives every name an index and every tally its place. Mistakes go to `problems`; a plan is
/// returned only if there were none in it.
/// \param with_sources  BuiltPlan::sources, too, which no number depends on
std::optional<BuiltPlan> build_plan(const Scenario& scenario, Problems& problems, bool with_sources = true);

/// Most bytes of one tally and of all tallies (DESIGN: budget).
inline constexpr std::uint64_t kTallyBytes = 64u << 20;
inline constexpr std::uint64_t kAllTallyBytes = 256u << 20;
/// Of the columns that are kept.
inline constexpr std::uint64_t kKeptBytes = 256u << 20;

}  // namespace vt
