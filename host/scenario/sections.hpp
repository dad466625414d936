#pragma once
/// \file The readers of a scenario's sections; each fills its part of the Scenario and reports what is wrong.

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "host/scenario/scenario.hpp"
#include "host/scenario/toml/keys.hpp"
#include "host/scenario/toml/merge.hpp"
#include "host/scenario/toml/table_reader.hpp"

namespace vt {

/// Calls `read` with each table of the list [[list]] and its name. A table without a name is reported and left out.
void for_each_named(TableReader& root, std::string_view list,
                    const std::function<void(TableReader&, const std::string& name)>& read);

/// Without spaces and tabs at both ends.
std::string_view trimmed(std::string_view text);

/// A letter or _, then letters, digits and _: what formulas take as a name.
bool is_identifier(std::string_view text);

/// Reports a name that formulas could not use.
void check_identifier(const Field& name);

/// Reports a name under which the results file could have no group.
void check_group_name(const Field& name);

/// per = "patient" (the default) or "replicate": whether what is drawn is the same for all patients of a replicate.
bool is_per_replicate(TableReader& reader);

/// What a number of a model or a rule may look like.
struct ExpressionRule {
  std::string_view unit;
  Range range;
  bool may_be_formula = true;
  bool is_text_formula = false;  ///< text that is no quantity is a formula; else { formula = "…" } is required
};

/// number | "quantity" | { value = … } | { formula = "…", unit = "…" }. Reads source, basis and to of a table, too.
Expression read_expression(const Field& field, const ExpressionRule& rule);

void read_trial(TableReader& root, Scenario& scenario);
void read_population(TableReader& root, Scenario& scenario);
void read_random_effect(TableReader& reader, Scenario& scenario);

/// Named mutants become a covariate and the parameters that hold their folds.
void read_mutants(TableReader& root, Scenario& scenario);
void read_cohort(TableReader& root, Scenario& scenario);
void read_models(TableReader& root, Scenario& scenario);
void read_adherence(TableReader& root, Scenario& scenario);
void read_interactions(TableReader& root, Scenario& scenario);
void read_arms(TableReader& root, Scenario& scenario);
void read_tests(TableReader& root, Scenario& scenario);
void read_visits(TableReader& root, Scenario& scenario);
void read_rules(TableReader& root, Scenario& scenario);
void read_events(TableReader& root, Scenario& scenario);
void read_tallies(TableReader& root, Scenario& scenario);
void read_record(TableReader& root, Scenario& scenario);
void read_analyses(TableReader& root, Scenario& scenario);

/// Profiles become a visit on the next morning and a tally.
void read_profiles(TableReader& root, Scenario& scenario);

/// The entries `range` and `by` of a tally.
void read_range(const Field& range, TallySpec& tally);
void read_axes(const Field& by, TallySpec& tally);

/// Days that are listed or repeated (at, every, from, until) within the trial.
/// Ascending times within a day; `since`: what they are counted from, for complaints.
std::vector<double> read_hours(const Field& field, std::string_view since);
void read_calendar(TableReader& reader, const Scenario& scenario, VisitSpec& visit);

/// Reads the file of scenario.table and puts its columns where they belong.
void read_patient_table(const FileText& text_of, Scenario& scenario, Problems& problems);

/// What changes an entry that a column of the table of patients gives would change nothing.
void refuse_hidden_change(const PatientTableSpec& table, const std::string& key, const Position& where,
                          Problems& problems);

/// Reads the files of scenario.prior.
void read_prior(const FileText& text_of, Scenario& scenario, Problems& problems);

/// Reads the file of scenario.dose_records; after the patient table, whose ids it names.
void read_dose_records(const FileText& text_of, Scenario& scenario, Problems& problems);

/// "08:30" as hours; nothing if it is no time of day.
std::optional<double> parse_clock_h(std::string_view text);

/// "dose [mg]" taken apart: name and unit of a column.
struct ColumnHeader {
  std::string name, unit;
};
ColumnHeader split_header(std::string_view text);

/// The path of a file that stands beside the one that names it.
std::string path_beside(const Text& file);

/// Every name that refers to something must exist: rules and ladders of arms, visits of rules, events and tallies.
void check_references(const Scenario& scenario, Problems& problems);

}  // namespace vt
