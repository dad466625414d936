#include "host/study/read/read_factor.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <utility>

#include "host/scenario/sections.hpp"
#include "host/scenario/toml/find_base.hpp"
#include "host/scenario/toml/shapes.hpp"

namespace vt {

namespace {

/// As results and messages show it.
std::string label_of(const Node& value) {
  switch (value.kind) {
    case Node::Kind::whole:
      return fmt::format("{}", value.whole);
    case Node::Kind::number:
      return fmt::format("{}", value.number);
    case Node::Kind::boolean:
      return value.boolean ? "true" : "false";
    case Node::Kind::text:
    case Node::Kind::date:
      return value.text;
    case Node::Kind::table:
    case Node::Kind::list:
      break;
  }
  Node holder = make_table(value.where);
  holder.set("value", value, value.where);
  const std::string text = print_toml(holder);
  return std::string(trimmed(text.substr(text.find('=') + 1)));
}

std::optional<WrittenNumber> amount_of(const Node& value) {
  if (value.kind == Node::Kind::whole) return WrittenNumber{static_cast<double>(value.whole), ""};
  if (value.kind == Node::Kind::number) return WrittenNumber{value.number, ""};
  return value.is_text() ? written_number(value.text) : std::nullopt;
}

/// Files that a level lays on the scenario.
void read_bases(const Field& field, const FileText& text_of, FactorLevel& level) {
  std::vector<std::string> shipped;
  for (const Text& file : read_texts(field)) {
    const std::string path = find_base(make_text(file.value, file.where), text_of, *field.problems, shipped);
    auto files = path.empty() ? std::nullopt : load_files(path, text_of, *field.problems);
    if (!files) return;
    for (SourceFile& one : *files) {
      push_origins_down(one.tree);
      level.bases.push_back(std::move(one.tree));
    }
  }
  note_shipped(field.node->where, shipped, *field.problems);
}

FactorLevel read_choice_of(const Field& field, const std::string& key, const FileText& text_of) {
  FactorLevel level;
  TableReader reader(*field.node, field.path, *field.problems);
  level.label = read_text(reader.need("label", "results show it")).value;
  if (const Field base = reader.get("base")) read_bases(base, text_of, level);
  note_own_names(reader.get("set"));
  note(reader.get("value"), {Form::Kind::anything});
  if (const Field set = reader.get("set")) {
    if (!set.node->is_table())
      set.complain(
          "is not a table (it says which entries get which values); write { \"trial.duration\" = \"6 month\" }");
    for (const Entry& entry : set.node->entries) level.settings.push_back({entry.key, entry.value});
  }
  if (const Field value = reader.get("value")) {
    if (key.empty())
      value.complain("has no key to stand in (the factor names none); give the factor a key, or use set");
    level.settings.push_back({key, *value.node});
    if (const auto amount = amount_of(*value.node)) level.value = amount->number, level.unit = amount->unit;
  }
  reader.finish();
  return level;
}

/// uniform | normal | …: the parameters that kDistributions names, all in one unit.
FactorLaw read_law(TableReader& reader, const Field& name, FactorSpec& factor) {
  FactorLaw law;
  std::vector<std::string> known;
  for (const DistributionEntry& one : kDistributions)
    if (!one.second.key.empty() && one.distribution != Distribution::beta && one.distribution != Distribution::gamma)
      known.emplace_back(one.name);
  const DistributionEntry* entry = find_distribution(read_choice(name, known));
  if (entry == nullptr) return law;
  law.distribution = entry->distribution;
  std::vector<std::string> units;
  const auto read = [&](const DistributionParameter& parameter, double& into) {
    const Field field = reader.need(parameter.key, "the distribution has it");
    note(field, {Form::Kind::any_number});
    if (!field) return;
    const std::optional<WrittenNumber> amount = amount_of(*field.node);
    if (!amount) return field.complain("is no number; write 0.8 or \"400 mg\"");
    into = amount->number;
    if (parameter.key != "sd_log") units.push_back(amount->unit);
    const bool is_outside = into < parameter.domain.low || into > parameter.domain.high ||
                            (parameter.lies_above && into == parameter.domain.low);
    if (is_outside) field.complain(fmt::format("is {} (above {} is needed)", into, parameter.domain.low));
  };
  read(entry->first, law.first);
  read(entry->second, law.second);
  if (!units.empty()) factor.unit = units[0];
  if (units.size() == 2 && units[0] != units[1])
    name.complain(fmt::format("has parameters in '{}' and in '{}'; write both in one unit", units[0], units[1]));
  if (law.distribution == Distribution::uniform && !(law.first < law.second))
    name.complain(
        fmt::format("reaches from {} to {} (an empty range); make low less than high", law.first, law.second));
  return law;
}

/// A number above 0 that multiplies, or a value that is set.
void add_level(FactorSpec& factor, const Node& value, const std::string& path, Problems& problems) {
  const auto amount = amount_of(value);
  if (factor.scales && (!amount || !amount->unit.empty() || !(amount->number > 0)))
    problems.add(value.where, path + " is no number above 0 (it multiplies what stands there)");
  FactorLevel level{label_of(value), {}, {}, {}, {}};
  if (amount) level.value = amount->number, level.unit = amount->unit;
  level.settings.push_back({factor.key, value});
  factor.levels.push_back(std::move(level));
}

std::optional<std::size_t> level_called(const FactorSpec& factor, const std::string& label) {
  const auto found = std::ranges::find(factor.levels, label, &FactorLevel::label);
  if (found == factor.levels.end()) return std::nullopt;
  return static_cast<std::size_t>(found - factor.levels.begin());
}

/// The factor's level in every row: one of its choices, or a value of the file.
void read_listed(const ListedPoints& listed, bool has_choices, FactorSpec& factor, Problems& problems) {
  for (const Node& cell : listed.cells(factor.name)) {
    const std::string label = label_of(cell);
    const std::string path = fmt::format("factor.{} '{}'", factor.name, label);
    std::optional<std::size_t> level = level_called(factor, label);
    if (!level && has_choices) {
      problems.add(cell.where, path + " is none of its choices; write one of their labels");
      level = 0;
    } else if (!level) {
      level = factor.levels.size();
      add_level(factor, cell, path, problems);
    }
    factor.listed.push_back(*level);
  }
}

/// Levels are a numeric coordinate where all are in one unit.
void find_unit(FactorSpec& factor) {
  std::set<std::string> units;
  for (const FactorLevel& level : factor.levels)
    if (level.value) units.insert(level.unit);
  if (units.size() == 1) factor.unit = *units.begin();
  if (units.size() > 1)
    for (FactorLevel& level : factor.levels) level.value.reset();
}

}  // namespace

FactorSpec read_factor(TableReader& reader, const std::string& name, const FileText& text_of,
                       const ListedPoints* listed) {
  FactorSpec factor;
  factor.name = name;
  factor.where = reader.table().where;
  const Field key = reader.get("key"), scale = reader.get("scale"), choices = reader.get("choices"),
              values = reader.get("values"), law = reader.get("distribution");
  if (key && scale) scale.complain("stands beside key (an entry is set or multiplied); take one away");
  if (key || scale) factor.key = read_text(key ? key : scale).value;
  factor.scales = !!scale;
  if (factor.key.empty() && !choices)
    reader.complain("changes nothing; give key = \"pk.clearance\", scale = \"pk.clearance\", or choices");
  if (listed != nullptr) {
    for (const Field& field : {values, law})
      if (field) field.complain("stands beside a list of points (which has the values); take it away");
    if (listed->header(name) == nullptr && listed->rows() > 0)
      reader.complain(fmt::format("has no column in {}; add one of its name", listed->path()));
  } else if (!!choices + !!values + !!law != 1) {
    reader.complain("needs one of values, choices and distribution, which say what it can be");
  }
  if (const Field role = reader.get("role"))
    factor.is_circumstance = read_choice(role, {"decision", "circumstance"}) == "circumstance";
  if (const Field group = reader.get("group")) {
    check_group_name(group);
    factor.group = read_text(group).value;
  }
  if (choices && !scale)
    for (const Field& item : items_of(choices)) {
      if (!item.node->is_table())
        item.complain("is not a table; write { label = \"…\", set = { \"KEY\" = VALUE } }");
      else
        factor.levels.push_back(read_choice_of(item, factor.key, text_of));
    }
  if (choices && scale) choices.complain("stands beside scale (choices are not multiplied); use key");
  if (values && listed == nullptr)
    for (const Field& item : items_of(values)) {
      note(item, {Form::Kind::anything});
      add_level(factor, *item.node, item.path, *item.problems);
    }
  if (listed != nullptr) read_listed(*listed, !!choices, factor, reader.problems());
  find_unit(factor);
  if (law && listed == nullptr) factor.law = read_law(reader, law, factor);
  if (factor.law && factor.scales && !factor.unit.empty())
    law.complain("has a unit (it multiplies what stands there); write plain numbers");
  if (!law && (choices || values) && factor.levels.empty()) reader.complain("has no value; give at least one");
  if (const Field drawn = reader.get("drawn")) {
    factor.draws_level = read_flag(drawn);
    if (factor.draws_level && law) drawn.complain("stands beside a distribution (which is drawn anyway); take it away");
  }
  std::set<std::string> labels;
  for (const FactorLevel& level : factor.levels)
    if (!labels.insert(level.label).second)
      reader.complain(
          fmt::format("has the value '{}' twice (results tell values apart by it); take one away", level.label));
  reader.finish();
  return factor;
}

}  // namespace vt
