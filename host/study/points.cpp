#include "host/study/points.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "host/plan/notes.hpp"
#include "host/scenario/units/units.hpp"

namespace vt {

namespace {

std::string source_of(const FactorSpec& factor) {
  return fmt::format("study: factor '{}'{}", factor.name, factor.scales ? " multiplies what stood there" : "");
}

/// "10 mg" → "12 mg", "0.1*age" → "1.2*(0.1*age)".
bool multiply_value(Node& value, double by) {
  if (value.kind == Node::Kind::whole || value.kind == Node::Kind::number) {
    value.number = by * (value.kind == Node::Kind::whole ? static_cast<double>(value.whole) : value.number);
    value.kind = Node::Kind::number;
    return true;
  }
  if (!value.is_text()) return false;
  const std::size_t blank = std::min(value.text.find_first_of(" %"), value.text.size());
  if (const std::optional<double> number = parse_number(value.text.substr(0, blank)))
    value.text = fmt::format("{}{}", by * *number, value.text.substr(blank));
  else
    value.text = fmt::format("{}*({})", by, value.text);
  return true;
}

void multiply(Node& tree, const FactorSpec& factor, double by, Problems& problems) {
  Node* entry = find_entry(tree, factor.key);
  if (entry == nullptr)
    return problems.add(factor.where,
                        fmt::format("factor.{} multiplies '{}' (which is not there); name an entry that the "
                                    "scenario has",
                                    factor.name, factor.key));
  Node* value = entry;
  if (entry->is_table()) {
    value = entry->find("formula") != nullptr ? entry->find("formula") : entry->find("value");
    if (value != nullptr && entry->find("source") != nullptr) {
      const Node* before = entry->find("source");
      entry->set("source", make_text(fmt::format("{}: {}", source_of(factor), before->text), factor.where),
                 factor.where);
      entry->set("basis", make_text("assumed", factor.where), factor.where);
      entry->erase("to");
      value = entry->find("formula") != nullptr ? entry->find("formula") : entry->find("value");
    }
  }
  if (value == nullptr || !multiply_value(*value, by))
    problems.add(factor.where, fmt::format("factor.{} multiplies '{}' (which is neither a number nor a formula)",
                                           factor.name, factor.key));
}

/// A rule that is taken away is no rule of any arm.
void forget_rule(Node& tree, const std::string& name) {
  Node* arms = tree.find("arm");
  if (arms == nullptr) return;
  for (Node& arm : arms->items)
    if (Node* rules = arm.find("rules"); rules != nullptr)
      std::erase_if(rules->items, [&](const Node& rule) { return rule.text == name; });
}

bool removes(const EntrySetting& setting) {
  return setting.key.ends_with(".remove") && setting.value.kind == Node::Kind::boolean && setting.value.boolean;
}

void remove_element(Node& tree, const FactorSpec& factor, const std::string& key, Problems& problems) {
  const std::string list = key.substr(0, key.find('.'));
  Node* entry = find_entry(tree, key);
  Node* elements = tree.find(list);
  if (entry == nullptr || elements == nullptr || !elements->is_list() || naming_key(list).empty())
    return problems.add(factor.where, fmt::format("factor.{} removes '{}' (which is not there)", factor.name, key));
  const std::string name = name_of(list, *entry);
  std::erase_if(elements->items, [&](const Node& one) { return &one == entry || name_of(list, one) == name; });
  if (elements->items.empty()) tree.erase(list);
  if (list == "rule") forget_rule(tree, name);
}

void set(Node& tree, const FactorSpec& factor, const EntrySetting& setting, Problems& problems) {
  if (removes(setting)) return remove_element(tree, factor, setting.key.substr(0, setting.key.size() - 7), problems);
  apply_change(tree, {setting.key, source_of(factor), factor.where}, setting.value, problems);
}

Node with_unit(double value, const FactorSpec& factor) {
  Node node = make_table(factor.where);
  node.kind = factor.unit.empty() ? Node::Kind::number : Node::Kind::text;
  node.number = value;
  if (!factor.unit.empty()) node.text = fmt::format("{} {}", value, factor.unit);
  return node;
}

void apply(Node& tree, const FactorSpec& factor, double coordinate, Problems& problems) {
  if (factor.law) {
    if (factor.scales) return multiply(tree, factor, coordinate, problems);
    return set(tree, factor, {factor.key, with_unit(coordinate, factor)}, problems);
  }
  const FactorLevel& level = factor.levels.at(static_cast<std::size_t>(coordinate));
  if (factor.scales) return multiply(tree, factor, level.value.value_or(1.0), problems);
  for (const Node& base : level.bases) merge_tree(tree, base, problems);
  for (const EntrySetting& setting : level.settings) set(tree, factor, setting, problems);
}

}  // namespace

std::string point_text(const StudySpec& study, const std::vector<double>& point) {
  std::string text;
  for (std::size_t f = 0; f < study.factors.size(); ++f) {
    const FactorSpec& factor = study.factors[f];
    const std::string where = factor.law
                                  ? fmt::format("{:.6g}{}{}", point[f], factor.unit.empty() ? "" : " ", factor.unit)
                                  : factor.levels[static_cast<std::size_t>(point[f])].label;
    text += fmt::format("{}{} = {}", f > 0 ? ", " : "", factor.name, where);
  }
  return text;
}

std::optional<PointTrial> trial_of(const StudySpec& study, const std::vector<double>& point, const FileText& text_of,
                                   Problems& problems) {
  MergedScenario merged = study.trial;
  Problems here;
  // Files first: what a factor sets then stands in whatever they hold.
  for (const bool lays_files : {true, false})
    for (std::size_t f = 0; f < study.factors.size(); ++f) {
      const FactorSpec& factor = study.factors[f];
      const bool has_files =
          !factor.law && !factor.scales && !factor.levels[static_cast<std::size_t>(point[f])].bases.empty();
      if (has_files == lays_files) apply(merged.tree, factor, point[f], here);
    }
  Scenario scenario = read_merged(merged, text_of, here);
  std::optional<BuiltPlan> built = build_plan(scenario, here);
  for (const Problem& problem : here.sorted())
    problems.add(problem.where, fmt::format("{} [at {}]", problem.text, point_text(study, point)));
  if (!here.empty() || !built) return std::nullopt;
  note_oversights(scenario, built->buffer.plan(), here);
  for (const Problem& note : here.sorted_notes()) problems.note(note.where, note.text);
  return PointTrial{std::move(scenario), std::move(*built)};
}

std::optional<std::string> TextsOnce::operator()(const std::string& path, const Position& asked_at,
                                                 Problems& problems) {
  const std::lock_guard lock(mutex_);
  const auto known = texts_.find(path);
  if (known != texts_.end()) return known->second;
  std::optional<std::string> text = text_of_(path, asked_at, problems);
  if (text) texts_.emplace(path, *text);
  return text;
}

}  // namespace vt
