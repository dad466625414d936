#include <cmath>
#include <map>

#include <fmt/format.h>

#include "host/scenario/models/model_sections.hpp"
#include "host/scenario/models/model_tables.hpp"
#include "host/scenario/toml/keys.hpp"
#include "host/scenario/units/units.hpp"

namespace vt {

void note_origin(const Field& field, Unsourced& unsourced) {
  if (!field) return;
  const bool has_source = field.node->is_table() && field.node->find("source") != nullptr;
  const bool has_basis = field.node->is_table() && field.node->find("basis") != nullptr;
  if (has_source && has_basis) return;
  if (has_source || has_basis)
    return field.complain(fmt::format(
        "has no {} (every number of a model says where it is from); add {}", has_source ? "basis" : "source",
        has_source ? "basis = \"published\", \"derived\", \"calibrated\" or \"assumed\"" : "source = \"…\""));
  auto [at, is_new] = unsourced.emplace(field.node->where.file, std::pair(field.node->where, ""));
  auto& [first, names] = at->second;
  if (field.node->where.line < first.line) first = field.node->where;
  names += (names.empty() ? "" : ", ") + field.path;
}

void report(const Unsourced& unsourced, Problems& problems) {
  for (const auto& [file, what] : unsourced)
    problems.add(
        what.first,
        fmt::format("no source and basis for {} (every number of a model says where it is from); write source = \"…\" "
                    "and basis = \"published\", \"derived\", \"calibrated\" or \"assumed\" in the entry, or once in "
                    "its table",
                    what.second));
}

namespace {

void check_whole(const ModelKey& key, const Field& field, Expression& entry) {
  if (!entry.number || !key.is_whole || std::floor(*entry.number) == *entry.number) return;
  if (key.unit == "day") {
    entry.number = round_half_up(*entry.number);
    return;
  }
  field.complain(fmt::format("is {} (a whole number is expected)", *entry.number));
}

/// pairs of level (% IS) and SD, by ascending level
void read_pcr_curve(const Field& field, ModelSpec& model) {
  Field rows_field = field;
  Origin origin;
  if (field.node->is_table()) {
    TableReader reader(*field.node, field.path, *field.problems);
    rows_field = reader.need("value", "pairs of level in % IS and SD of log10");
    origin = read_origin(reader, false);
    reader.finish();
  }
  const std::vector<std::vector<double>> rows = read_rows(rows_field, 2, {0, 1e9});
  for (std::size_t i = 0; i < rows.size(); ++i) {
    if (rows[i][0] <= 0) rows_field.complain(fmt::format("has the level {} (levels lie above 0 %)", rows[i][0]));
    if (i > 0 && rows[i][0] <= rows[i - 1][0])
      rows_field.complain(fmt::format("has the level {} after {} (levels ascend)", rows[i][0], rows[i - 1][0]));
    if (rows[i][1] > 3) rows_field.complain(fmt::format("has an SD of {} (allowed: 0 to 3)", rows[i][1]));
    for (const auto& [what, number, unit] : {std::tuple("level", rows[i][0], "%"), std::tuple("sd", rows[i][1], "")}) {
      Expression entry;
      entry.number = number;
      entry.unit = unit;
      entry.text = fmt::format("{}", number);
      entry.where = rows_field.node->where;
      entry.origin = origin;
      model.entries[fmt::format("pcr_sd_log10.{}.{}", what, i)] = std::move(entry);
    }
  }
}

}  // namespace

void read_keys(TableReader& reader, std::string_view section, ModelSpec& model, Unsourced& unsourced) {
  for (const ModelKey& key : kModelKeys) {
    if (key.section != section) continue;
    const Field field = key.required ? reader.need(key.key, "the model needs it") : reader.get(key.key);
    Expression entry = read_expression(field, {key.unit, {key.low, key.high}, key.may_be_formula, false});
    if (!field) continue;
    check_whole(key, field, entry);
    note_origin(field, unsourced);
    if (entry.is_set()) model.entries[std::string(key.key)] = std::move(entry);
  }
}

bool begin_model(const Field& field, ModelSpec& model) {
  if (!field) return false;
  model.where = field.node->where;
  if (field.node->is_table()) return true;
  field.complain(fmt::format("is {} (a table is expected); write [{}]", words_for(field.node->kind), field.path));
  return false;
}

namespace {

/// A table that has nothing but its model's name and keys.
void read_plain_model(TableReader& parent, const ModelSection& section, ModelSpec& model) {
  const Field field = parent.get(section.name.substr(section.name.rfind('.') + 1));
  if (!begin_model(field, model)) return;
  TableReader reader(*field.node, field.path, parent.problems());
  const std::string only(section.model);
  const Field name = reader.need("model", fmt::format("the structural model; there is \"{}\"", only));
  if (read_choice(name, {only}) == only)
    model.model = only;
  else if (name && parent.problems().shapes() == nullptr)
    return;  // which keys it takes is not known
  if (const Field input = section.may_follow_concentration ? reader.get("input") : Field{})
    model.follows_concentration = read_choice(input, {"daily", "concentration"}) == "concentration";
  if (const Field form = section.has_immune_form ? reader.get("immune_form") : Field{})
    model.has_brake_window = read_choice(form, {"falling", "window"}) == "window";
  Unsourced unsourced;
  read_keys(reader, section.name, model, unsourced);
  report(unsourced, parent.problems());
  reader.finish();
}

/// The models of one table, those of "blood_counts.…" for example.
void read_models_within(TableReader& root, std::string_view table, Scenario& scenario) {
  ModelSpec all;
  const Field field = root.get(table);
  if (!begin_model(field, all)) return;
  TableReader reader(*field.node, field.path, root.problems());
  for (const ModelSection& one : kDiseaseSections)
    if (one.name.substr(0, one.name.find('.')) == table) read_plain_model(reader, one, one.of(scenario));
  reader.finish();
}

void read_disease_models(TableReader& root, Scenario& scenario) {
  std::string_view within;
  for (const ModelSection& one : kDiseaseSections) {
    const std::size_t dot = one.name.find('.');
    if (dot == std::string_view::npos)
      read_plain_model(root, one, one.of(scenario));
    else if (const std::string_view table = one.name.substr(0, dot); table != within)
      read_models_within(root, within = table, scenario);
  }
}

}  // namespace

void read_assays(TableReader& root, Scenario& scenario) {
  const Field field = root.get("assays");
  if (!begin_model(field, scenario.assays)) return;
  TableReader reader(*field.node, field.path, root.problems());
  Unsourced unsourced;
  read_keys(reader, "assays", scenario.assays, unsourced);
  if (const Field curve = reader.get("pcr_sd_log10")) {
    read_pcr_curve(curve, scenario.assays);
    note_origin(curve, unsourced);
  }
  report(unsourced, root.problems());
  reader.finish();
}

namespace {

void read_prediction(TableReader& root, Scenario& scenario) {
  const Field field = root.get("prediction");
  if (!begin_model(field, scenario.prediction)) return;
  TableReader reader(*field.node, field.path, root.problems());
  Unsourced unsourced;
  read_keys(reader, "prediction", scenario.prediction, unsourced);
  const bool has_error = reader.get("residual_cv") || reader.get("residual_sd") || reader.get("residual_sd_log");
  if (!has_error && !reader.get("model"))
    reader.complain(
        "has no residual_cv (a prior without an error of its levels has no prediction); write residual_cv = "
        "0.3, residual_sd or residual_sd_log");
  if (const Field below = reader.get("below_limit")) {
    std::vector<std::string> names;
    for (const BelowLimitName& one : kBelowLimits) names.emplace_back(one.name);
    const std::string chosen = read_choice(below, names);
    for (const BelowLimitName& one : kBelowLimits)
      if (one.name == chosen) scenario.prediction.below_limit = one.meaning;
  }
  if (const Field model = reader.get("model")) {
    scenario.prior.named = read_texts(model);
    scenario.prediction.model = names_of(scenario.prior);
    if (model.node->is_list() && model.node->items.empty())
      model.complain("names no file (then no prior and no residual error stand there); name one, or take the key away");
  }
  read_trends(reader, scenario.prediction, unsourced);
  const Field rate = reader.get("absorption_rate"), duration = reader.get("absorption_duration");
  if (rate && duration) rate.complain("stands beside absorption_duration (a prior has one of the two); take one away");
  report(unsourced, root.problems());
  reader.finish();
}

}  // namespace

void read_models(TableReader& root, Scenario& scenario) {
  read_pk(root, scenario);
  read_disease_models(root, scenario);
  read_plain_model(root, *find_section("second_drug"), scenario.second_drug);
  read_assays(root, scenario);
  read_prediction(root, scenario);
}

}  // namespace vt
