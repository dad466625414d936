#include <algorithm>
#include <map>
#include <optional>
#include <set>

#include <fmt/format.h>

#include "host/scenario/models/model_sections.hpp"
#include "host/scenario/sections.hpp"
#include "host/scenario/toml/csv.hpp"
#include "host/scenario/units/units.hpp"
#include "kernels/formula/program.hpp"
#include "output/sha256.hpp"

/// \file The user's own patients: columns of a CSV file become covariates, or take the place of covariates, parameters,
/// random effects and model entries.

namespace vt {
namespace {

constexpr std::size_t kMostValues = 100'000'000;
constexpr const char* kIsPerReplicate =
    "is drawn once for all patients of a replicate (a table has a value for each patient); leave the column out with "
    "columns = […]";

/// "_g_per_dL" for "g/dL": how the name of a covariate says its unit.
std::string as_suffix(std::string unit) {
  if (unit == "%") return "_percent";
  for (std::size_t at = 0; (at = unit.find('/', at)) != std::string::npos;) unit.replace(at, 1, "_per_");
  return "_" + unit;
}

/// A column on its way into the scenario.
struct PatientColumn {
  std::string name, unit;  ///< what it is, and the unit that its header gives
  std::size_t place;       ///< in the file
  Position where;          ///< of the header
};

class TableColumns {
 public:
  TableColumns(Scenario& scenario, const CsvTable& csv, std::string file, Problems& problems)
      : scenario_(scenario), csv_(csv), file_(std::move(file)), problems_(problems) {}

  void take(const PatientColumn& column) {
    if (column.name.starts_with("eta."))
      take_effect(column);
    else if (column.name.find('.') != std::string::npos)
      take_model_entry(column);
    else
      take_name(column);
  }

  /// Covariates that no [[covariate]] describes stand before all others, so that every formula can use them.
  void finish() {
    scenario_.covariates.insert(scenario_.covariates.begin(), new_covariates_.begin(), new_covariates_.end());
  }

 private:
  void complain(const PatientColumn& column, const std::string& text) {
    problems_.add(column.where, fmt::format("column '{}' {}", column.name, text));
  }

  int store(const PatientColumn& column, const Range& range, const std::optional<Unit>& from = {},
            const std::optional<Unit>& to = {}) {
    constexpr int most_complaints = 5;
    int complaints = 0;
    std::vector<double> values;
    values.reserve(csv_.rows());
    const Conversion converted = from && to ? Conversion(*from, *to) : Conversion();
    for (std::size_t row = 0; row < csv_.rows(); ++row) {
      const CsvField& cell = csv_.row(row)[column.place];
      const std::optional<double> number = parse_number(cell.text);
      const double value = number ? converted(*number) : 0;
      const bool is_good = number && value <= range.high && (range.above_low ? value > range.low : value >= range.low);
      if (!is_good && complaints++ < most_complaints) {
        const std::string why = number              ? fmt::format("allowed: {} to {}", range.low, range.high)
                                : cell.text.empty() ? std::string(
                                                          "every patient needs a value here; fill it in, or "
                                                          "leave the column out with columns = […]")
                                                    : std::string("a number is expected");
        const char* hint = number || cell.text.empty() ? ""
                           : cell.text.find(',') != std::string_view::npos
                               ? "; write numbers with a point"
                               : "; leave a column of texts out with columns = […]";
        problems_.add({file_, cell.line, cell.column},
                      fmt::format("column '{}' is '{}' ({}){}", column.name, cell.text, why, hint));
      }
      values.push_back(value);
    }
    scenario_.table.columns.push_back({column.name, std::move(values)});
    return static_cast<int>(scenario_.table.columns.size()) - 1;
  }

  void take_effect(const PatientColumn& column) {
    const std::string name = column.name.substr(4);
    std::vector<std::string> known;
    for (RandomEffectSpec& effect : scenario_.random_effects)
      for (std::size_t i = 0; i < effect.names.size(); ++i) {
        known.push_back("eta." + effect.names[i]);
        if (effect.names[i] != name) continue;
        if (effect.per_replicate) return complain(column, kIsPerReplicate);
        effect.columns.resize(effect.names.size(), -1);
        effect.columns[i] = store(column, {});
        return;
      }
    complain(column, fmt::format("names no random effect of the scenario{}", suggest(column.name, known)));
  }

  void take_model_entry(const PatientColumn& column) {
    std::vector<std::string> known;
    for (const ModelKey& key : kModelKeys) {
      const std::string full = fmt::format("{}.{}", key.section, key.key);
      if (key.trait >= 0) known.push_back(full);
      if (full != column.name) continue;
      if (key.trait < 0) return complain(column, "is one number for all patients; leave the column out");
      if (key.section == kHabits)
        return complain(column,
                        fmt::format("is a habit (which way of taking doses needs it is said under [adherence]); "
                                    "call the column by a name of your own and write {} = {{ formula = \"…\" }}",
                                    key.key));
      ModelSpec* model = find_model(scenario_, key.section);
      const bool is_given = model != nullptr && model->entries.contains(std::string(key.key));
      if (model == nullptr || model->model.empty() || (key.key.starts_with("absorption_") && !is_given))
        return complain(column, "belongs to a model that the scenario does not have; leave the column out");
      const std::optional<Unit> from = parse_unit(column.unit), to = parse_unit(key.unit);
      if (!key.unit.empty() && (!from || !(from->dimension == to->dimension)))
        return complain(column,
                        fmt::format("has {} unit (it is {}); write '{} [{}]' as its header",
                                    column.unit.empty() ? "no" : "another", describe(to->dimension), full, key.unit));
      if (key.unit.empty() && !column.unit.empty()) return complain(column, "has a unit, but is a plain number");
      fill(model->entries[std::string(key.key)], store(column, {key.low, key.high}, from, to), std::string(key.unit));
      return;
    }
    const std::string meant = suggest(column.name, known);
    complain(column, "names no entry of a model" +
                         (meant.empty() ? " (a point stands between a model and its entry); rename it, or leave it out "
                                          "with columns = […]"
                                        : meant));
  }

  void take_name(const PatientColumn& column) {
    for (ParameterSpec& parameter : scenario_.parameters) {
      if (parameter.name != column.name) continue;
      const std::string& unit = parameter.value.unit;
      const std::optional<Unit> from = parse_unit(column.unit), to = parse_unit(unit);
      if (column.unit != unit && !(from && to && from->dimension == to->dimension))
        return complain(column, unit.empty() ? "has a unit, but is a plain number"
                                             : fmt::format("needs a unit; write '{} [{}]'", column.name, unit));
      fill(parameter.value, store(column, {}, from, to), unit);
      return;
    }
    if (!is_identifier(column.name))
      return complain(column,
                      "is no name for formulas (a letter or _, then letters, digits and _); rename it, or leave "
                      "it out with columns = […]");
    if (!column.unit.empty() && !column.name.ends_with(as_suffix(column.unit)))
      return complain(column, fmt::format("has the unit '{}' in brackets (a covariate says its unit in its name and is "
                                          "not converted); take the brackets away",
                                          column.unit));
    const auto found = std::ranges::find(scenario_.covariates, column.name, &CovariateSpec::name);
    if (found != scenario_.covariates.end() && found->per_replicate) return complain(column, kIsPerReplicate);
    CovariateSpec covariate;
    covariate.name = column.name;
    covariate.distribution = Distribution::table;
    covariate.origin = scenario_.table.origin;
    covariate.where = column.where;
    covariate.column = store(column, {});
    if (found != scenario_.covariates.end())
      *found = std::move(covariate);
    else
      new_covariates_.push_back(std::move(covariate));
  }

  void fill(Expression& expression, int column, const std::string& unit) {
    expression.number.reset();
    expression.formula.clear();
    expression.text = "column of " + scenario_.table.file.value;
    expression.unit = unit;
    expression.column = column;
    expression.origin = scenario_.table.origin;
  }

  Scenario& scenario_;
  const CsvTable& csv_;
  std::string file_;
  Problems& problems_;
  std::vector<CovariateSpec> new_covariates_;
};

/// All columns but the patients' own numbers, or those asked for.
std::vector<PatientColumn> choose(const PatientTableSpec& table, const CsvTable& csv, const std::string& file,
                                  Problems& problems) {
  std::vector<PatientColumn> columns;
  std::set<std::string> names;
  std::vector<std::string> headers;
  for (const CsvField& field : csv.header) headers.push_back(split_header(field.text).name);
  const auto add = [&](const std::string& name, std::size_t place) {
    const CsvField& field = csv.header[place];
    const Position where{file, field.line, field.column};
    if (!names.insert(name).second)
      problems.add(where, fmt::format("column '{}' stands twice; rename one of them", name));
    else
      columns.push_back({name, split_header(field.text).unit, place, where});
  };
  if (table.wanted.empty())
    for (std::size_t i = 0; i < headers.size(); ++i)
      if (headers[i] != "id" && headers[i] != "ID") add(headers[i], i);
  for (const PatientTableSpec::Wanted& wanted : table.wanted) {
    const auto found = std::ranges::find(headers, wanted.header.value);
    if (found == headers.end())
      problems.add(wanted.header.where, fmt::format("population.table.columns names '{}' (there is no such column in "
                                                    "'{}'){}",
                                                    wanted.header.value, file, suggest(wanted.header.value, headers)));
    else
      add(wanted.name, static_cast<std::size_t>(found - headers.begin()));
  }
  return columns;
}

/// The patients' own names of the rows; none without a column id.
void keep_ids(const CsvTable& csv, PatientTableSpec& table) {
  for (std::size_t c = 0; c < csv.header.size(); ++c) {
    if (csv.header[c].text != "id" && csv.header[c].text != "ID") continue;
    for (std::size_t row = 0; row < csv.rows(); ++row) table.ids.emplace_back(csv.row(row)[c].text);
    return;
  }
}

/// A row is a patient: one that comes twice is most often a table of times.
void check_ids(const CsvTable& csv, const std::string& file, Problems& problems) {
  for (std::size_t c = 0; c < csv.header.size(); ++c) {
    if (csv.header[c].text != "id" && csv.header[c].text != "ID") continue;
    std::map<std::string, std::size_t, std::less<>> lines;
    for (std::size_t row = 0; row < csv.rows(); ++row) {
      const CsvField& cell = csv.row(row)[c];
      const auto [first, is_new] = lines.try_emplace(std::string(cell.text), cell.line);
      if (is_new) continue;
      return problems.add({file, cell.line, cell.column},
                          fmt::format("patient '{}' stands here for the second time, first in line {} (a row is a "
                                      "patient; a table of times, as of NONMEM, has many rows of each); keep one row "
                                      "of each patient, or leave the column out with columns = […]",
                                      cell.text, first->second));
    }
    return;
  }
}

void check_use(const Scenario& scenario, Problems& problems) {
  const PatientTableSpec& table = scenario.table;
  if (!table.with_replacement && scenario.patients > table.rows)
    problems.add(
        table.file.where,
        fmt::format("population.table: '{}' has {} rows, the trial {} patients (row i is patient i); add draw = "
                    "\"with replacement\", or set trial.patients to {} at most",
                    table.file.value, table.rows, scenario.patients, table.rows));
  for (const std::string& name : scenario.correlation.names) {
    const auto found = std::ranges::find(scenario.covariates, name, &CovariateSpec::name);
    if (found != scenario.covariates.end() && found->column >= 0)
      problems.add(scenario.correlation.where,
                   fmt::format("population.correlation names '{}', which is a column of '{}' (its values are given); "
                               "leave it out",
                               name, table.file.value));
  }
}

}  // namespace

void read_patient_table(const FileText& text_of, Scenario& scenario, Problems& problems) {
  PatientTableSpec& table = scenario.table;
  if (!table.file.is_set()) return;
  if (!table.file.value.ends_with(".csv"))
    return problems.add(table.file.where,
                        fmt::format("population.table is '{}' (the name of a CSV file ends in .csv); rename the file",
                                    table.file.value));
  const std::string path = path_beside(table.file);
  const std::optional<std::string> text = text_of(path, table.file.where, problems);
  if (!text) return;
  const std::optional<CsvTable> csv = read_csv(*text, path, problems);
  if (!csv) return;
  table.rows = csv->rows();
  table.sha256 = sha256_hex(*text);
  if (table.origin.source.empty()) table.origin.source = "the user's table " + table.file.value;
  if (csv->header.size() > kPatientObservables + 1 && table.wanted.empty())  // one may be the patients' own numbers
    return problems.add(table.file.where,
                        fmt::format("'{}' has {} columns (at most {} can be values of a patient); name those that the "
                                    "trial needs with columns = […]",
                                    table.file.value, csv->header.size(), kPatientObservables));
  const std::vector<PatientColumn> columns = choose(table, *csv, path, problems);
  if (columns.size() * table.rows > kMostValues)
    return problems.add(table.file.where, fmt::format("'{}' has {} values (at most {}); leave columns out",
                                                      table.file.value, columns.size() * table.rows, kMostValues));
  const std::size_t before = problems.size();
  TableColumns taken(scenario, *csv, path, problems);
  for (const PatientColumn& column : columns) taken.take(column);
  taken.finish();
  if (table.wanted.empty()) check_ids(*csv, path, problems);
  if (scenario.dose_records.file.is_set()) keep_ids(*csv, table);
  if (scenario.patients == 0) scenario.patients = table.rows;
  if (problems.size() == before)
    check_use(scenario, problems);  // rows of a table that is not the right one are no matter
}

void refuse_hidden_change(const PatientTableSpec& table, const std::string& key, const Position& where,
                          Problems& problems) {
  std::string plain;  // names of columns have neither quotes nor blanks
  for (const char c : key)
    if (std::string_view("'\" \t").find(c) == std::string_view::npos) plain += c;
  for (const PatientTableSpec::Column& column : table.columns)
    for (const std::string_view list : {"", "parameter.", "covariate."}) {
      const std::string entry = fmt::format("{}{}", list, column.name);
      if (plain != entry && !plain.starts_with(entry + ".")) continue;
      problems.add(where,
                   fmt::format("{} has no effect (a column of '{}' gives it for every patient); leave the column "
                               "out by population.table.columns, or change the file",
                               key, table.file.value));
    }
}

}  // namespace vt
