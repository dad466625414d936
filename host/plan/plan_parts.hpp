#pragma once
#include "host/plan/drugs/regimens.hpp"
#include "host/plan/names/formulas.hpp"

/// \file What the parts of build_plan share. Each reads its sections of the scenario into the Plan, in this order, and
/// reports what is wrong.

namespace vt {

struct PlanParts {
  PlanParts(const Scenario& the_scenario, Problems& the_problems) : scenario(the_scenario), problems(the_problems) {}
  PlanParts(const PlanParts&) = delete;
  PlanParts& operator=(const PlanParts&) = delete;

  const Scenario& scenario;
  Problems& problems;
  BuiltPlan built;
  Plan plan{};
  Formulas formulas{scenario, problems, plan, built.formulas};
  Regimens regimens{scenario, problems, plan, built.buffer, formulas};
  double latest_sample_h = 0;  ///< before a day's first dose, which waits for it
};

/// The number of a model's entry: as given, else what the table of keys says.
double number(const ModelSpec& model, std::string_view section, std::string_view key);
/// The trend of a model by its key; one that changes nothing where there is none.
Trend trend_of(const ModelSpec& model, const std::string& key);
/// KEY = { factor, from } of a model, as read_pharmacokinetics.cpp leaves it; factor 1 where it has none.
Step step_of(const ModelSpec& model, const std::string& key, std::int32_t last_day);
/// The place of a kind of visit; 0 for a name that does not exist, which the reader has reported.
std::uint32_t visit_kind(const Scenario&, const std::string& name);

void build_table(PlanParts&);
void build_population(PlanParts&);
void build_criteria(PlanParts&);
void build_traits(PlanParts&);
void build_pharmacokinetics(PlanParts&);
void build_adherence(PlanParts&);
void build_interactions(PlanParts&);
void build_models(PlanParts&);  ///< which of them there are, and the second drug
void build_leukaemia(PlanParts&);
void build_blood_counts(PlanParts&);
void build_assays(PlanParts&);
void build_prediction(PlanParts&);
void build_tests(PlanParts&);
void build_calendar(PlanParts&);
void build_rules(PlanParts&);
void build_events(PlanParts&);
void build_arms(PlanParts&);
void build_dose_records(PlanParts&);
/// What only all regimens together show.
void finish_prediction(PlanParts&);
/// How far into the next days the inputs of doses reach.
void limit_input(PlanParts&);
void build_tallies(PlanParts&);
void build_recording(PlanParts&);
/// What [record] asks for of each patient. \pre the names of the patient phase and the trial table are known
void build_patient_table(PlanParts&);
/// What is no mistake but has to be said of steps of 0 mg.
void note_pauses(const PlanParts&);
/// Where each number comes from, for the results.
void collect_sources(PlanParts&);

}  // namespace vt
