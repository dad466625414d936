#include "host/study/points.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <set>
#include <utility>

#include "host/plan/notes.hpp"
#include "host/scenario/sections.hpp"
#include "output/sha256.hpp"

namespace vt {

namespace {

std::string source_of(const FactorSpec& factor) {
  return fmt::format("study: factor '{}'{}", factor.name, factor.scales ? " multiplies what stood there" : "");
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
  const std::string list = section_of(key);
  Node* entry = find_entry(tree, key);
  Node* elements = tree.find(list);
  if (entry == nullptr || elements == nullptr || !elements->is_list() || naming_key(list).empty())
    return problems.add(factor.where, fmt::format("factor.{} removes '{}' (which is not there)", factor.name, key));
  const std::string name = name_of(list, *entry);
  std::erase_if(elements->items, [&](const Node& one) { return &one == entry || name_of(list, one) == name; });
  if (elements->items.empty()) tree.erase(list);
  if (list == "rule") forget_rule(tree, name);
}

Node with_unit(double value, const FactorSpec& factor) {
  Node node = make_table(factor.where);
  node.kind = factor.unit.empty() ? Node::Kind::number : Node::Kind::text;
  node.number = value;
  if (!factor.unit.empty()) node.text = fmt::format("{} {}", value, factor.unit);
  return node;
}

/// Files first, then what is set in whatever they hold, then what is taken away of it.
enum class Pass { files, values, removals };

void apply(Node& tree, const FactorSpec& factor, double coordinate, Pass pass, Problems& problems) {
  const auto set = [&](const std::string& key, const Node& value) {
    apply_change(tree, {key, source_of(factor), factor.where}, value, problems);
  };
  const FactorLevel* level = factor.law ? nullptr : &factor.levels.at(static_cast<std::size_t>(coordinate));
  switch (pass) {
    case Pass::files:
      if (level == nullptr) return;
      for (const Node& base : level->bases) merge_tree(tree, base, problems);
      return;
    case Pass::values:
      if (factor.scales)
        return multiply_entry(tree, {factor.key, source_of(factor), factor.where},
                              level ? level->value.value_or(1.0) : coordinate, "factor." + factor.name, problems);
      if (level == nullptr) return set(factor.key, with_unit(coordinate, factor));
      for (const EntrySetting& setting : level->settings)
        if (!removes(setting)) set(setting.key, setting.value);
      return;
    case Pass::removals:
      if (level == nullptr) return;
      for (const EntrySetting& setting : level->settings)
        if (removes(setting)) remove_element(tree, factor, setting.key.substr(0, setting.key.rfind('.')), problems);
  }
}

}  // namespace

StudyFactor factor_of(const FactorSpec& spec) {
  StudyFactor factor{spec.name, spec.key, spec.unit.empty() ? "1" : spec.unit, spec.scales, {}, {}};
  for (const FactorLevel& level : spec.levels) {
    factor.labels.push_back(level.label);
    factor.values.push_back(level.value.value_or(kNaN));
  }
  factor.is_circumstance = spec.is_circumstance;
  if (spec.draws_level) {  // points are not told apart by it
    factor.labels = {fmt::format("drawn: {}", fmt::join(factor.labels, ", "))};
    factor.values = {kNaN};
  }
  return factor;
}

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

TrialMaker::TrialMaker(const StudySpec& study, FileText text_of)
    : study_(study), text_of_(std::move(text_of)), merged_(study.trial) {
  std::set<std::string> sections;
  const auto touch = [&](const std::string& key) { sections.insert(section_of(key)); };
  for (const FactorSpec& factor : study.factors) {
    if (!factor.key.empty()) touch(factor.key);
    for (const FactorLevel& level : factor.levels) {
      changes_all_ = changes_all_ || !level.bases.empty();
      for (const EntrySetting& setting : level.settings) {
        touch(setting.key);
        if (removes(setting)) sections.insert("arm");
      }
    }
  }
  if (study.most_patients != 0) touch("trial.patients");
  sections_.assign(sections.begin(), sections.end());
}

void TrialMaker::start_anew() {
  if (changes_all_) {
    merged_.tree = study_.trial.tree;
    return;
  }
  for (const std::string& section : sections_)
    if (const Node* before = study_.trial.tree.find(section); before != nullptr)
      merged_.tree.set(section, *before, before->where);
    else
      merged_.tree.erase(section);
}

std::optional<PointTrial> TrialMaker::make(const std::vector<double>& point, bool with_notes, Problems& problems,
                                           const TrialChange& change) {
  start_anew();
  Problems here;
  for (const Pass pass : {Pass::files, Pass::values, Pass::removals})
    for (std::size_t f = 0; f < study_.factors.size(); ++f)
      apply(merged_.tree, study_.factors[f], point[f], pass, here);
  if (change.patients != 0) {
    Node count = make_table({});
    count.kind = Node::Kind::whole;
    count.whole = static_cast<std::int64_t>(change.patients);
    apply_change(merged_.tree, {"trial.patients", "study.most_patients", {}}, count, here);
  }
  Scenario scenario = read_merged(merged_, text_of_, here);
  for (const FactorSpec& factor : study_.factors) {
    if (!factor.key.empty()) refuse_hidden_change(scenario.table, factor.key, factor.where, here);
    for (const FactorLevel& level : factor.levels)
      for (const EntrySetting& setting : level.settings)
        if (setting.key != factor.key) refuse_hidden_change(scenario.table, setting.key, factor.where, here);
  }
  for (ColumnSpec& column : scenario.columns) column.keep = false;  // points have no results files
  for (TallySpec& tally : scenario.tallies) tally.for_means = study_.for_means.contains(tally.name);
  for (std::size_t a = 0; change.arm && a < scenario.arms.size(); ++a)
    scenario.arms[a].share = a == *change.arm ? 1 : 0;
  if (change.arm) scenario.block = 0;
  std::optional<BuiltPlan> built = build_plan(scenario, here, with_notes);
  for (const Problem& problem : here.sorted()) problems.add(problem.where, problem.text);
  if (!here.empty() || !built) return std::nullopt;
  if (with_notes) note_oversights(scenario, *built, here);
  for (const Problem& note : here.sorted_notes()) problems.note(note.where, note.text);
  return PointTrial{std::move(scenario), std::move(*built)};
}

void TextsOnce::add_to(Sha256& hash) {
  const std::lock_guard lock(mutex_);
  for (const auto& [path, text] : texts_) hash.text(text);
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
