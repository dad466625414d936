#include <algorithm>
#include <filesystem>

#include <fmt/format.h>

#include "host/scenario/people/correlation.hpp"
#include "host/scenario/sections.hpp"

/// \file [population] and [[criterion]]: who qualifies, how covariates hang together, the user's own patients.

namespace vt {
namespace {

constexpr Range kCorrelation{-1, 1};

void read_criterion(TableReader& reader, const std::string& name, Scenario& scenario) {
  (void)reader.get("name");
  CriterionSpec criterion{name, read_text(reader.need("when", "patients for whom it holds qualify"))};
  (void)read_origin(reader, false);
  reader.finish();
  if (criterion.when.is_set()) scenario.criteria.push_back(std::move(criterion));
}

/// Where `name` stands among the covariates correlated; added if it is new.
std::size_t place_of(const std::string& name, std::vector<std::string>& names) {
  const auto found = std::ranges::find(names, name);
  if (found != names.end()) return static_cast<std::size_t>(found - names.begin());
  names.push_back(name);
  return names.size() - 1;
}

struct Pair {
  std::size_t i, j;
  double value;
};

std::optional<Pair> read_pair(const Field& field, std::vector<std::string>& names) {
  const bool is_pair = field.node->is_list() && field.node->items.size() == 3 && field.node->items[0].is_text() &&
                       field.node->items[1].is_text();
  if (!is_pair) {
    field.complain("is no pair (two covariates and their correlation are expected); write [\"a\", \"b\", 0.5]");
    return std::nullopt;
  }
  const std::vector<Field> items = items_of(field);
  const std::optional<double> value = read_number(items[2], "", kCorrelation);
  if (!value) return std::nullopt;
  const std::string &first = items[0].node->text, &second = items[1].node->text;
  if (first == second) {
    items[1].complain(fmt::format("is '{}' again (a pair has two covariates)", second));
    return std::nullopt;
  }
  const std::size_t i = place_of(first, names);
  return Pair{i, place_of(second, names), *value};
}

void read_pairs(const Field& field, CorrelationSpec& spec) {
  if (!field.node->is_list())
    return field.complain(
        fmt::format("is {} (a list of pairs is expected); write [[\"a\", \"b\", 0.5]]", words_for(field.node->kind)));
  std::vector<Pair> pairs;
  for (const Field& item : items_of(field)) {
    const std::optional<Pair> pair = read_pair(item, spec.names);
    if (!pair) continue;
    const auto is_same = [&](const Pair& p) {
      return (p.i == pair->i && p.j == pair->j) || (p.i == pair->j && p.j == pair->i);
    };
    if (std::ranges::any_of(pairs, is_same))
      item.complain(
          fmt::format("repeats the pair of {} and {}; take one away", spec.names[pair->i], spec.names[pair->j]));
    else
      pairs.push_back(*pair);
  }
  const std::size_t n = spec.names.size();
  spec.matrix.assign(n, std::vector<double>(n, 0.0));
  for (std::size_t i = 0; i < n; ++i) spec.matrix[i][i] = 1;
  for (const Pair& pair : pairs) spec.matrix[pair.i][pair.j] = spec.matrix[pair.j][pair.i] = pair.value;
}

void read_names_and_matrix(TableReader& reader, const Field& matrix, CorrelationSpec& spec) {
  const Field names = reader.need("names", "the rows of the matrix belong to covariates");
  for (const Text& name : read_texts(names)) spec.names.push_back(name.value);
  const std::size_t n = spec.names.size();
  if (!names || n == 0) return;
  if (matrix.node->is_list() && matrix.node->items.size() != n && !matrix.node->items.empty())
    return matrix.complain(
        fmt::format("has {} rows ({} covariates have {} rows of {} numbers)", matrix.node->items.size(), n, n, n));
  spec.matrix = read_rows(matrix, n, kCorrelation);
  for (std::size_t i = 0; i < spec.matrix.size(); ++i)
    for (std::size_t j = 0; j <= i; ++j) {
      if (i == j && spec.matrix[i][i] != 1)
        return matrix.complain(
            fmt::format("has {} in row {} of its diagonal (correlations have 1 there)", spec.matrix[i][i], i + 1));
      if (spec.matrix[i][j] != spec.matrix[j][i])
        return matrix.complain(fmt::format("is not symmetric ({} with {} is {}, {} with {} is {})", spec.names[i],
                                           spec.names[j], spec.matrix[i][j], spec.names[j], spec.names[i],
                                           spec.matrix[j][i]));
    }
}

/// Correlated covariates must be sampled, each by a distribution of its own.
void check_correlated(const CorrelationSpec& spec, const Scenario& scenario, const Field& where) {
  std::vector<std::string> known;
  for (const CovariateSpec& c : scenario.covariates) known.push_back(c.name);
  for (const std::string& name : spec.names) {
    const auto found = std::ranges::find(scenario.covariates, name, &CovariateSpec::name);
    if (found == scenario.covariates.end())
      where.complain(fmt::format("names the unknown covariate '{}' (only covariates can be correlated here){}", name,
                                 suggest(name, known)));
    else if (found->distribution == Distribution::fixed)
      where.complain(fmt::format("names '{}', which is fixed (it does not vary); leave it out", name));
  }
  if (spec.names.size() > kMaxCorrelated)
    where.complain(fmt::format("has {} covariates (at most {}); leave some out", spec.names.size(), kMaxCorrelated));
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
  const Field pairs = reader.get("pairs");
  const Field matrix = reader.get("matrix");
  if (pairs && matrix)
    matrix.complain("stands beside pairs (one of the two ways is enough); take one away");
  else if (pairs)
    read_pairs(pairs, spec);
  else if (matrix)
    read_names_and_matrix(reader, matrix, spec);
  else
    reader.complain("has neither pairs nor a matrix");
  reader.finish();
  if (spec.names.empty() || spec.matrix.size() != spec.names.size()) return;
  const Field& given = pairs ? pairs : matrix;
  const std::size_t before = field.problems->size();
  check_correlated(spec, scenario, given);
  if (field.problems->size() != before) return;
  if (is_positive_definite(spec.matrix))
    scenario.correlation = std::move(spec);
  else
    given.complain(why_not_positive_definite(spec.matrix, spec.names));
}

/// columns = ["a", "b"], or { a = "header of a" }.
void read_columns(const Field& field, PatientTableSpec& table) {
  if (!field) return;
  if (!field.node->is_table()) {
    for (const Text& name : read_texts(field)) table.wanted.push_back({name.value, name});
    return;
  }
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
