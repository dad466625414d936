#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <set>
#include <utility>

#include "host/scenario/sections.hpp"
#include "host/scenario/tallies/read_targets.hpp"
#include "host/scenario/toml/table_reader.hpp"
#include "host/scenario/units/units.hpp"
#include "host/study/study_spec.hpp"
#include "output/study/study_file.hpp"

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
  for (const Text& file : read_texts(field)) {
    auto files = load_files(path_beside(file), text_of, *field.problems);
    if (!files) return;
    for (SourceFile& one : *files) {
      push_origins_down(one.tree);
      level.bases.push_back(std::move(one.tree));
    }
  }
}

FactorLevel read_choice_of(const Field& field, const std::string& key, const FileText& text_of) {
  FactorLevel level;
  TableReader reader(*field.node, field.path, *field.problems);
  level.label = read_text(reader.need("label", "results show it")).value;
  if (const Field base = reader.get("base")) read_bases(base, text_of, level);
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
    if (const auto amount = amount_of(*value.node)) level.value = amount->number;
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

/// Levels with one unit are a numeric coordinate in it.
void find_unit(FactorSpec& factor, const Field& values) {
  std::set<std::string> units;
  for (const Field& item : items_of(values))
    if (const auto amount = amount_of(*item.node)) units.insert(amount->unit);
  if (units.size() == 1) factor.unit = *units.begin();
}

FactorSpec read_factor(TableReader& reader, const std::string& name, const FileText& text_of) {
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
  if (!!choices + !!values + !!law != 1)
    reader.complain("needs one of values, choices and distribution, which say what it can be");
  if (choices && !scale)
    for (const Field& item : items_of(choices)) {
      if (!item.node->is_table())
        item.complain("is not a table; write { label = \"…\", set = { \"KEY\" = VALUE } }");
      else
        factor.levels.push_back(read_choice_of(item, factor.key, text_of));
    }
  if (choices && scale) choices.complain("stands beside scale (choices are not multiplied); use key");
  if (values) {
    for (const Field& item : items_of(values)) {
      const auto amount = amount_of(*item.node);
      if (factor.scales && (!amount || !amount->unit.empty() || !(amount->number > 0)))
        item.complain("is no number above 0 (it multiplies what stands there)");
      FactorLevel level{label_of(*item.node), {}, {}, {}};
      if (amount) level.value = amount->number;
      level.settings.push_back({factor.key, *item.node});
      factor.levels.push_back(std::move(level));
    }
    find_unit(factor, values);
  }
  if (law) factor.law = read_law(reader, law, factor);
  if (law && factor.scales && !factor.unit.empty())
    law.complain("has a unit (it multiplies what stands there); write plain numbers");
  if (!law && (choices || values) && factor.levels.empty()) reader.complain("has no value; give at least one");
  std::set<std::string> labels;
  for (const FactorLevel& level : factor.levels)
    if (!labels.insert(level.label).second)
      reader.complain(
          fmt::format("has the value '{}' twice (results tell values apart by it); take one away", level.label));
  reader.finish();
  return factor;
}

std::optional<std::size_t> level_named(const FactorSpec& factor, const AxisValue& wanted) {
  for (std::size_t i = 0; i < factor.levels.size(); ++i) {
    const FactorLevel& level = factor.levels[i];
    if (const auto* label = std::get_if<std::string>(&wanted); label && *label == level.label) return i;
    if (const auto* number = std::get_if<double>(&wanted); number && level.value == *number) return i;
  }
  return std::nullopt;
}

EndpointSpec read_endpoint(TableReader& reader, const std::string& name, const std::vector<FactorSpec>& factors) {
  EndpointSpec endpoint;
  endpoint.where = reader.table().where;
  endpoint.question = read_question(reader);
  endpoint.question.name = name;
  if (const Field goal = reader.get("goal"))
    for (const std::string word = read_choice(goal, names_of(kGoals)); const GoalEntry& one : kGoals)
      if (one.name == word) endpoint.goal = one.goal;
  const auto limit = [&](const char* key, std::optional<double>& into) {
    std::string unit;
    if (const Field field = reader.get(key)) into = read_any_number(field, unit);
  };
  limit("at_most", endpoint.at_most);
  limit("at_least", endpoint.at_least);
  for (std::size_t f = 0; f < factors.size(); ++f) {
    const auto versus = endpoint.question.minus.find(factors[f].name);
    if (versus == endpoint.question.minus.end()) continue;
    if (const auto level = level_named(factors[f], versus->second))
      endpoint.against[f] = *level;
    else
      reader.complain(fmt::format("has a minus of factor '{}' (which has no such value)", factors[f].name));
    endpoint.question.minus.erase(versus);
  }
  if (!endpoint.against.empty() && !endpoint.question.minus.empty())
    reader.complain("has a minus of factors and of axes (a difference has two sides); name factors or axes");
  reader.finish();
  return endpoint;
}

/// Only what endpoints ask for is counted.
void drop_unasked(Node& tree, const std::set<std::string>& asked) {
  const auto drop = [&](const char* list) {
    Node* found = tree.find(list);
    if (found == nullptr || !found->is_list_of_tables()) return;
    std::erase_if(found->items, [&](const Node& one) { return !asked.contains(name_of(list, one)); });
    if (found->items.empty()) tree.erase(list);
  };
  drop("tally");
  drop("profile");
  tree.erase("record");
}

bool is_set_by_user(const MergedScenario& merged, const std::string& key) {
  return std::ranges::any_of(merged.overrides, [&](const Override& one) { return one.key == key; });
}

struct DesignName {
  DesignKind design;
  std::string_view name;
};
constexpr DesignName kSweeps[] = {
    {DesignKind::grid, "grid"}, {DesignKind::latin_hypercube, "latin_hypercube"}, {DesignKind::sobol, "sobol"}};
constexpr DesignName kMethods[] = {{DesignKind::saltelli, "sobol"}, {DesignKind::morris, "morris"}};

template <std::size_t n>
DesignKind read_name(const Field& field, const DesignName (&table)[n]) {
  const DesignName* found = field ? find_named(table, read_choice(field, names_of(table))) : nullptr;
  return found ? found->design : table[0].design;
}

void read_design(TableReader& reader, StudySpec& study) {
  const bool is_sweep =
      read_choice(reader.need("kind", "it says what is asked"), {"sweep", "sensitivity"}) != "sensitivity";
  const Field design = is_sweep ? reader.get("design") : Field{}, method = is_sweep ? Field{} : reader.get("method");
  study.design = is_sweep ? read_name(design, kSweeps) : read_name(method, kMethods);
  const auto whole = [&](const Field& field, std::int64_t low, std::int64_t high, std::uint64_t& into) {
    if (const auto number = field ? read_whole(field, low, high) : std::nullopt)
      into = static_cast<std::uint64_t>(*number);
  };
  whole(reader.get("seed"), 0, std::int64_t{1} << 62, study.seed);
  const Field points = reader.get("points");
  whole(points, 1, 1 << 24, study.points);
  if (study.design == DesignKind::grid && points)
    points.complain("goes with a design that is drawn (a grid has every combination); set design");
  if (study.design != DesignKind::grid && !points)
    reader.complain("has no points (how many are drawn); write points = 256");
  if (study.design == DesignKind::morris && study.points == 1)
    points.complain("is 1 (a spread needs two trajectories or more)");
  if (study.design != DesignKind::saltelli) return;
  whole(reader.get("randomisations"), 1, 1024, study.randomisations);
  if (const Field second = reader.get("second_order")) study.second_order = read_flag(second);
  if (points && (study.points & (study.points - 1)) != 0)
    points.complain(fmt::format("is {} (Sobol's sequence is balanced at powers of 2 only); write {} or {}",
                                study.points, std::bit_floor(study.points), std::bit_ceil(study.points)));
}

}  // namespace

std::optional<WrittenNumber> written_number(std::string_view text) {
  text = trimmed(text);
  const std::size_t end = std::min(text.find_first_of(" %"), text.size());
  const std::optional<double> number = parse_number(text.substr(0, end));
  const std::string_view unit = trimmed(text.substr(end));
  if (!number || (!unit.empty() && !parse_unit(unit))) return std::nullopt;
  return WrittenNumber{*number, std::string(unit)};
}

StudySpec read_study(MergedScenario merged, const FileText& text_of, Problems& problems) {
  StudySpec study;
  if (const Node* title = merged.tree.find("title"); title != nullptr && title->is_text()) study.title = title->text;
  study.resolved = resolved_toml(merged);
  Node parts = make_table(merged.tree.where);
  for (const char* table : {"study", "factor", "endpoint"})
    if (const Node* node = merged.tree.find(table)) parts.set(table, *node, node->where);
  forget_study(merged.tree);
  TableReader root(parts, "", problems);
  if (const Field field = root.get("study")) {
    if (!field.node->is_table()) {
      field.complain("is not a table; write [study]");
    } else {
      TableReader reader(*field.node, "study", problems);
      for (const char* key : {"patients", "replicates"})
        if (const Field count = reader.get(key); count && !is_set_by_user(merged, fmt::format("trial.{}", key)))
          apply_change(merged.tree, {fmt::format("trial.{}", key), "[study]", count.node->where}, *count.node,
                       problems);
      read_design(reader, study);
      reader.finish();
    }
  }
  for_each_named(root, "factor", [&](TableReader& reader, const std::string& name) {
    const Field written = reader.get("name");
    check_group_name(written);
    if (std::ranges::find(kEndpointDatasets, name) != std::end(kEndpointDatasets))
      written.complain(fmt::format("is '{}' (results have something else under this name); rename it", name));
    study.factors.push_back(read_factor(reader, name, text_of));
  });
  for_each_named(root, "endpoint", [&](TableReader& reader, const std::string& name) {
    check_group_name(reader.get("name"));
    study.endpoints.push_back(read_endpoint(reader, name, study.factors));
  });
  root.finish();
  if (study.factors.empty())
    problems.add(parts.where, "the study has no [[factor]] (nothing would differ between its points)");
  if (study.endpoints.empty()) problems.add(parts.where, "the study has no [[endpoint]] (nothing would be found)");
  for (const FactorSpec& factor : study.factors)
    if (factor.law && study.design == DesignKind::grid)
      problems.add(factor.where, fmt::format("factor.{} has a distribution (a grid has values); set study.design to "
                                             "latin_hypercube or sobol, or give values",
                                             factor.name));
  for (const EndpointSpec& endpoint : study.endpoints)
    if (!endpoint.against.empty() && study.design != DesignKind::grid)
      problems.add(endpoint.where,
                   fmt::format("endpoint.{} is a difference between points (only a grid has both); take minus away",
                               endpoint.question.name));
  std::set<std::string> asked;
  for (const EndpointSpec& endpoint : study.endpoints) asked.insert(endpoint.question.tally);
  if (const Node* stop = find_entry(merged.tree, "trial.stop_when.tally"); stop != nullptr) asked.insert(stop->text);
  drop_unasked(merged.tree, asked);
  study.trial = std::move(merged);
  return study;
}

}  // namespace vt
