#include "host/scenario/tallies/read_targets.hpp"

#include <fmt/format.h>

#include <set>

#include "host/scenario/toml/language.hpp"
#include "host/scenario/toml/table_reader.hpp"
#include "host/scenario/toml/toml_reader.hpp"

namespace vt {

namespace {

/// { arm = "400 mg QD", daily_dose_mg = 400 }: axis to label or number.
Selection read_selection(const Field& field) {
  Selection selection;
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

Target read_question(TableReader& reader) {
  Target target;
  target.tally = read_text(reader.need("tally", "the simulated number is taken from it")).value;
  target.where = read_selection(reader.get("where"));
  target.over = read_selection(reader.get("over"));
  target.minus = read_selection(reader.get("minus"));
  const Field statistic = reader.need("statistic", "it says what is computed from the tally");
  target.statistic = read_text(statistic).value;
  if (statistic && !parse_statistic(target.statistic))
    statistic.complain(
        fmt::format("'{}' is no statistic (known are {}); choose one", target.statistic, statistics_known()));
  if (const auto day = read_trial_time(reader.get("at"))) target.day = *day;
  if (const Field cause = reader.get("cause")) target.cause = read_text(cause).value;
  if (const Field spread = reader.get("spread")) target.spread = read_text(spread).value;
  return target;
}

namespace {

Target read_target(TableReader& reader) {
  const std::string name = read_text(reader.need("name", "rows are known by it")).value;
  Target target = read_question(reader);
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
  reader.finish();
  return target;
}

}  // namespace

TargetFile read_targets(const std::string& path, Problems& problems) {
  TargetFile file;
  const auto text = read_text_file(path, {path, 0, 0}, problems);
  if (!text) return file;
  auto tree = read_toml(*text, path, problems);
  if (!tree || !check_language(*tree, path, problems)) return file;
  TableReader reader(*tree, "", problems);
  if (const Field title = reader.get("title")) file.title = read_text(title).value;
  if (const Field scenario = reader.get("scenario")) file.scenario = read_text(scenario).value;
  const Field rows = reader.need("target", "there is nothing to compare with");
  reader.finish();
  if (!rows) return file;
  if (!rows.node->is_list_of_tables()) {
    rows.complain("is not a list of tables; write [[target]] before each row");
    return file;
  }
  std::set<std::string> names;
  for (const Field& row : items_of(rows)) {
    TableReader target(*row.node, row.path, problems);
    file.targets.push_back(read_target(target));
    if (!names.insert(file.targets.back().name).second)
      row.complain(
          fmt::format("has the name '{}' of another row (rows are known by it); rename one", file.targets.back().name));
  }
  return file;
}

}  // namespace vt
