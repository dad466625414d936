#include <algorithm>
#include <filesystem>

#include <fmt/format.h>

#include "host/scenario/people/read_correlation.hpp"
#include "host/scenario/sections.hpp"
#include "host/scenario/toml/shapes.hpp"

/// \file [population] and [[criterion]]: who qualifies, how covariates hang together, the user's own patients.

namespace vt {
namespace {

void read_criterion(TableReader& reader, const std::string& name, Scenario& scenario) {
  (void)reader.get("name");
  CriterionSpec criterion{name, read_text(reader.need("when", "patients for whom it holds qualify"))};
  (void)read_origin(reader, false);
  reader.finish();
  if (criterion.when.is_set()) scenario.criteria.push_back(std::move(criterion));
}

/// Correlated covariates must be sampled, each by a distribution of its own.
bool can_be_correlated(const ReadCorrelations& read, const Scenario& scenario) {
  const Field& written = read.written;
  const std::size_t before = written.problems->size();
  std::vector<std::string> known;
  for (const CovariateSpec& c : scenario.covariates) known.push_back(c.name);
  for (const Text& name : read.names) {
    const auto found = std::ranges::find(scenario.covariates, name.value, &CovariateSpec::name);
    if (found == scenario.covariates.end())
      written.problems->add(name.where, fmt::format("{} names the unknown covariate '{}' (only covariates can be "
                                                    "correlated here){}",
                                                    written.path, name.value, suggest(name.value, known)));
    else if (found->distribution == Distribution::fixed)
      written.problems->add(name.where, fmt::format("{} names '{}', which is fixed (it does not vary); leave it out",
                                                    written.path, name.value));
    else if (found->per_replicate)
      written.problems->add(
          name.where,
          fmt::format("{} names '{}', which is the same for all patients of a replicate (those here are drawn "
                      "for each patient); random effects with per = \"replicate\" may correlate",
                      written.path, name.value));
  }
  if (read.names.size() > kMaxCorrelated)
    written.complain(fmt::format("has {} covariates (at most {}); leave some out", read.names.size(), kMaxCorrelated));
  return written.problems->size() == before;
}

void read_correlation(const Field& field, Scenario& scenario) {
  if (!field) return;
  if (!field.node->is_table())
    return field.complain(
        fmt::format("is {} (a table with pairs, or names and matrix, is expected)", words_for(field.node->kind)));
  TableReader reader(*field.node, field.path, *field.problems);
  CorrelationSpec spec;
  spec.where = field.node->where;
  spec.origin = read_origin(reader, true);
  ReadCorrelations read = read_correlations(reader, "covariate");
  reader.finish();
  if (read.matrix.empty() || !can_be_correlated(read, scenario)) return;
  for (const Text& name : read.names) spec.names.push_back(name.value);
  spec.matrix = std::move(read.matrix);
  if (is_positive_definite(spec.matrix))
    scenario.correlation = std::move(spec);
  else
    read.written.complain(why_not_positive_definite(spec.matrix, spec.names, "patients"));
}

/// columns = ["a", "b"], or { a = "header of a" }.
void read_columns(const Field& field, PatientTableSpec& table) {
  if (!field) return;
  if (!field.node->is_table()) {
    for (const Text& name : read_texts(field)) table.wanted.push_back({name.value, name});
    return;
  }
  note_own_names(field);
  for (const Entry& entry : field.node->entries) {
    const Field header{&entry.value, join_path(field.path, entry.key), field.problems};
    const Text text = read_text(header);
    if (text.is_set()) table.wanted.push_back({entry.key, text});
  }
}

void read_table(const Field& field, Scenario& scenario) {
  if (!field) return;
  PatientTableSpec& table = scenario.table;
  if (field.node->is_table()) {
    TableReader reader(*field.node, field.path, *field.problems);
    table.file = read_text(reader.need("file", "the patients stand in a CSV file"));
    if (const Field draw = reader.get("draw"))
      table.with_replacement = read_choice(draw, {"in order", "with replacement"}) == "with replacement";
    read_columns(reader.get("columns"), table);
    table.origin = read_origin(reader, false);
    reader.finish();
  } else {
    table.file = read_text(field);
  }
}

/// "doses.csv", or { file, until, morning, source }.
void read_records(const Field& field, Scenario& scenario) {
  if (!field) return;
  DoseRecordsSpec& records = scenario.dose_records;
  if (!field.node->is_table()) {
    records.file = read_text(field);
    return;
  }
  TableReader reader(*field.node, field.path, *field.problems);
  records.file = read_text(reader.need("file", "dose records stand in a CSV file"));
  if (const Field until = reader.get("until")) records.until_day = read_trial_time(until);
  if (const Field morning = reader.get("morning")) {
    if (const auto hours = parse_clock_h(read_text(morning).value))
      records.morning_h = *hours;
    else
      morning.complain("is no time of day (when the nominal morning dose is); write morning = \"08:00\"");
  }
  records.origin = read_origin(reader, false);
  reader.finish();
}

}  // namespace

void read_cohort(TableReader& root, Scenario& scenario) {
  const Field field = root.get("population");
  if (field && !field.node->is_table()) {
    field.complain(fmt::format("is {} (a table is expected); write [population]", words_for(field.node->kind)));
  } else if (field) {
    TableReader reader(*field.node, field.path, root.problems());
    for (const Text& when : read_texts(reader.get("include"))) scenario.criteria.push_back({when.value, when});
    read_table(reader.get("table"), scenario);
    read_records(reader.get("dose_records"), scenario);
    read_correlation(reader.get("correlation"), scenario);
    reader.finish();
  }
  for_each_named(root, "criterion",
                 [&](TableReader& reader, const std::string& name) { read_criterion(reader, name, scenario); });
}

}  // namespace vt
