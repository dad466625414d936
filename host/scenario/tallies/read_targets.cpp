#include "host/scenario/tallies/read_targets.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <string_view>

#include "host/scenario/toml/language.hpp"
#include "host/scenario/toml/shapes.hpp"
#include "host/scenario/toml/table_reader.hpp"
#include "host/scenario/toml/toml_reader.hpp"
#include "output/statistics/over_replicates.hpp"

namespace vt {

namespace {

/// { arm = "400 mg QD", daily_dose_mg = 400 }: axis to label or number.
Selection read_selection(const Field& field) {
  Selection selection;
  note_own_names(field);
  if (!field) return selection;
  if (!field.node->is_table()) {
    field.complain("is not a table (it says which cells of a tally are meant); write { arm = \"400 mg QD\" }");
    return selection;
  }
  for (const Entry& entry : field.node->entries) {
    if (entry.value.is_text())
      selection[entry.key] = entry.value.text;
    else if (entry.value.kind == Node::Kind::whole)
      selection[entry.key] = static_cast<double>(entry.value.whole);
    else if (entry.value.kind == Node::Kind::number)
      selection[entry.key] = entry.value.number;
    else
      Field{&entry.value, field.path + "." + entry.key, field.problems}.complain(
          "is neither a label nor a number (it names a cell of an axis); write \"400 mg QD\" or 400");
  }
  return selection;
}

std::string read_statistic(const Field& field) {
  const std::string name = read_text(field).value;
  if (field && !parse_statistic(name))
    field.complain(fmt::format("'{}' is no statistic (known are {}); choose one", name, statistics_known()));
  return name;
}

/// Where the other side of a ratio or difference is taken from: cells of the same tally, { visit = "day 29" }, or, with
/// any of the keys below, what differs. \param target  read so far
OtherSide read_other_side(const Field& field, const Target& target, RunsOfTargets runs) {
  OtherSide other;
  static constexpr std::string_view keys[] = {"run", "tally", "statistic", "where"};
  const bool is_long = field && field.node->is_table() && std::ranges::any_of(keys, [&](std::string_view key) {
                         return field.node->find(key) != nullptr;
                       });
  if (!is_long) {
    other.where = read_selection(field);
    if (field && field.node->is_table() && other.empty())
      field.complain("is empty (it has two sides); name cells, as { arm = \"400 mg QD\" }");
    return other;
  }
  TableReader reader(*field.node, field.path, *field.problems);
  if (const Field run = reader.get("run")) {
    other.run = read_text(run).value;
    if (runs == RunsOfTargets::one) run.complain("names a run (here there is one trial); take it away");
  }
  if (const Field tally = reader.get("tally")) other.tally = read_text(tally).value;
  if (const Field statistic = reader.get("statistic")) other.statistic = read_statistic(statistic);
  const Field where = reader.get("where");
  other.where = where ? read_selection(where) : target.where;
  if (other.empty()) field.complain("names nothing (it has two sides); name cells, a tally or a statistic");
  reader.finish();
  return other;
}

/// "5 %" of the value, or a plain half-width.
void read_within(const Field& field, Target& target) {
  if (!field) return;
  const bool relative = field.node->is_text() && field.node->text.find('%') != std::string::npos;
  std::string unit;
  const auto half = relative ? read_number(field, "", {0, 1e300}) : read_any_number(field, unit);
  if (!half) return;
  const double width = relative ? *half * (target.value < 0 ? -target.value : target.value) : *half;
  target.low = target.value - width;
  target.high = target.value + width;
}

}  // namespace

Target read_question(TableReader& reader, RunsOfTargets runs) {
  Target target;
  target.tally = read_text(reader.need("tally", "the simulated number is taken from it")).value;
  target.where = read_selection(reader.get("where"));
  const Field over = reader.get("over"), minus = reader.get("minus");
  target.over = read_other_side(over, target, runs);
  target.minus = read_other_side(minus, target, runs);
  if (over && minus) minus.complain("stands beside over (a row is a ratio or a difference); take one away");
  target.statistic = read_statistic(reader.need("statistic", "it says what is computed from the tally"));
  if (const auto day = read_trial_time(reader.get("at"))) target.day = *day;
  if (const Field cause = reader.get("cause")) target.cause = read_text(cause).value;
  if (const Field spread = reader.get("spread")) {
    target.spread = read_text(spread).value;
    if (over || minus) spread.complain("stands beside over or minus (it is a change by itself); take one away");
  }
  if (const Field replicates = reader.get("over_replicates")) {
    target.over_replicates = read_text(replicates).value;
    const auto between = parse_statistic(target.over_replicates);
    if (!between || !is_of_samples(*between))
      replicates.complain(
          fmt::format("'{}' is no statistic of numbers (of replicates there are median, p2.5, quantile=0.975, mean and "
                      "sd); choose one",
                      target.over_replicates));
    if (target.statistic == "number_needed")
      replicates.complain(
          "stands beside number_needed (which has no mean where a trial finds no difference); use minus");
  }
  if (!target.spread.empty() && !target.over_replicates.empty())
    reader.complain("has over_replicates and spread (a target asks for one number); take one away");
  return target;
}

Target read_target(TableReader& reader, RunsOfTargets runs) {
  const std::string name = read_text(reader.need("name", "rows are known by it")).value;
  Target target = read_question(reader, runs);
  target.name = name;
  if (const Field value = reader.get("value"))
    if (const auto number = read_any_number(value, target.unit)) target.value = *number;
  const Field within = reader.get("within");
  if (within && target.value != target.value) within.complain("has no value to be about; give value, or low and high");
  read_within(within, target);
  std::string unit;
  if (const Field low = reader.get("low"))
    if (const auto number = read_any_number(low, unit)) target.low = *number;
  if (const Field high = reader.get("high"))
    if (const auto number = read_any_number(high, unit)) target.high = *number;
  if (!(target.low > -1e308) && !(target.high < 1e308))
    reader.complain("has no tolerance (nothing could be outside); give within, low or high");
  target.kind =
      read_choice(reader.need("kind", "a fitted number is no validation"), {"fitted", "predicted"}) == "fitted"
          ? TargetKind::fitted
          : TargetKind::predicted;
  if (const Field required = reader.get("required")) target.required = read_flag(required);
  target.source = read_text(reader.need("source", "a published number has one")).value;
  if (const Field tag = reader.get("tag")) target.tag = read_text(tag).value;
  if (const Field explanation = reader.get("explanation")) target.explanation = read_text(explanation).value;
  return target;
}

void read_target_rows(const Field& rows, const std::function<Target(TableReader&)>& read) {
  if (!rows.node->is_list_of_tables()) {
    rows.complain("is not a list of tables; write [[target]] before each row");
    return;
  }
  std::set<std::string> names;
  for (const Field& row : items_of(rows)) {
    TableReader reader(*row.node, row.path, *row.problems);
    const std::string name = read(reader).name;
    reader.finish();
    if (!names.insert(name).second)
      row.complain(fmt::format("has the name '{}' of another row (rows are known by it); rename one", name));
  }
}

TargetFile read_targets(const std::string& path, Problems& problems, const FileText& text_of) {
  TargetFile file;
  const auto text = text_of(path, {path, 0, 0}, problems);
  if (!text) return file;
  auto tree = read_toml(*text, path, problems);
  if (!tree || !check_language(*tree, path, problems)) return file;
  TableReader reader(*tree, "", problems);
  if (const Field title = reader.get("title")) file.title = read_text(title).value;
  if (const Field scenario = reader.get("scenario")) file.scenario = read_text(scenario).value;
  const Field rows = reader.need("target", "there is nothing to compare with");
  reader.finish();
  if (rows) read_target_rows(rows, [&](TableReader& row) { return file.targets.emplace_back(read_target(row)); });
  return file;
}

}  // namespace vt
