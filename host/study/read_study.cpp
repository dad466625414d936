#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <set>
#include <utility>

#include "host/scenario/sections.hpp"
#include "host/scenario/tallies/read_targets.hpp"
#include "host/scenario/toml/table_reader.hpp"
#include "host/study/points.hpp"
#include "host/study/read_factor.hpp"
#include "host/study/sequences.hpp"
#include "output/study/study_file.hpp"

namespace vt {

namespace {

std::optional<std::size_t> level_named(const FactorSpec& factor, const AxisValue& wanted) {
  for (std::size_t i = 0; i < factor.levels.size(); ++i) {
    const FactorLevel& level = factor.levels[i];
    if (const auto* label = std::get_if<std::string>(&wanted); label && *label == level.label) return i;
    if (const auto* number = std::get_if<double>(&wanted); number && level.value == *number) return i;
  }
  return std::nullopt;
}

bool is_share_of(const Target& question) {
  const auto statistic = parse_statistic(question.statistic);
  return statistic && is_share(*statistic) && question.over.empty();
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
    const Field field = reader.get(key);
    if (field) into = read_any_number(field, unit);
    if (into && unit == "%" && is_share_of(endpoint.question)) *into /= 100, unit.clear();
    if (!unit.empty()) endpoint.limit_unit = unit;
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

/// Rank correlations are of numbers, and of enough of them.
void check_ranks(const StudySpec& study, const Position& where, Problems& problems) {
  for (const FactorSpec& factor : study.factors)
    if (std::ranges::any_of(factor.levels, [](const FactorLevel& one) { return !one.value; }))
      problems.add(factor.where, fmt::format("factor.{} has values that are no numbers (they have no ranks); take "
                                             "study.method = \"sobol\" or \"morris\"",
                                             factor.name));
  const std::size_t least = study.factors.size() + 4;
  if (study.points != 0 && study.points < least)
    problems.add(where, fmt::format("study.points is {} (that tells nothing of {} correlations); take {} or more",
                                    study.points, study.factors.size(), least));
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
  for (const char* unasked : {"record", "analysis", "column"}) tree.erase(unasked);
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
constexpr DesignName kMethods[] = {
    {DesignKind::saltelli, "sobol"}, {DesignKind::morris, "morris"}, {DesignKind::latin_hypercube, "prcc"}};

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
  study.by_ranks = !is_sweep && study.design == DesignKind::latin_hypercube;
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
  const Field randomisations = reader.get("randomisations"), second = reader.get("second_order");
  if (study.design != DesignKind::saltelli) {
    for (const Field& field : {randomisations, second})
      if (field) field.complain("belongs to Sobol's indices; take it away, or set method = \"sobol\"");
    return;
  }
  whole(randomisations, 1, 1024, study.randomisations);
  if (second) study.second_order = read_flag(second);
  if (points && (study.points & (study.points - 1)) != 0)
    points.complain(fmt::format("is {} (Sobol's sequence is balanced at powers of 2 only); write {} or {}",
                                study.points, std::bit_floor(study.points), std::bit_ceil(study.points)));
}

}  // namespace

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
  if (points_of(study) > kMostPoints)
    problems.add(parts.where,
                 fmt::format("the study has more than {} points; take fewer values, factors or points", kMostPoints));
  if (study.design == DesignKind::saltelli && 2 * study.factors.size() > SobolSequence::kMostDimensions)
    problems.add(parts.where,
                 fmt::format("the study has {} factors (Sobol's indices are found of {} at most); take fewer",
                             study.factors.size(), SobolSequence::kMostDimensions / 2));
  if (study.by_ranks) check_ranks(study, parts.where, problems);
  std::set<std::string> asked;
  for (const EndpointSpec& endpoint : study.endpoints) asked.insert(endpoint.question.tally);
  if (const Node* stop = find_entry(merged.tree, "trial.stop_when.tally"); stop != nullptr) asked.insert(stop->text);
  drop_unasked(merged.tree, asked);
  study.trial = std::move(merged);
  return study;
}

}  // namespace vt
