#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <set>
#include <utility>

#include "host/scenario/sections.hpp"
#include "host/scenario/toml/shapes.hpp"
#include "host/scenario/toml/table_reader.hpp"
#include "host/study/factor_correlation.hpp"
#include "host/study/optimise/read_optimise.hpp"
#include "host/study/points.hpp"
#include "host/study/read/read_endpoint.hpp"
#include "host/study/read/read_factor.hpp"
#include "host/study/read/read_trial_design.hpp"
#include "host/study/sequences.hpp"
#include "output/study/study_file.hpp"

namespace vt {

namespace {

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

void check_groups(const StudySpec& study, Problems& problems) {
  std::set<std::string> names;
  for (const FactorSpec& factor : study.factors) names.insert(factor.name);
  for (const FactorSpec& factor : study.factors) {
    if (factor.group.empty()) continue;
    if (study.design != DesignKind::saltelli)
      problems.add(factor.where,
                   fmt::format("factor.{} has a group (only Sobol's indices are found of groups); take it "
                               "away, or set study.method = \"sobol\"",
                               factor.name));
    else if (names.contains(factor.group))
      problems.add(factor.where,
                   fmt::format("factor.{} is in a group with the name of a factor; rename the group", factor.name));
  }
}

/// What a study of its kind consists of.
void check_parts(const StudySpec& study, const Position& where, Problems& problems) {
  const bool is_power = study.design == DesignKind::replicates;
  if (study.factors.empty() && !is_power)
    problems.add(where, "the study has no [[factor]] (nothing would differ between its points)");
  if (study.endpoints.empty() && !is_power)
    problems.add(where, "the study has no [[endpoint]] (nothing would be found)");
  if (study.trial_designs.empty() && is_power)
    problems.add(where, "the study has no [[trial_design]] (which says how a trial is conducted)");
  if (!study.endpoints.empty() && is_power)
    problems.add(study.endpoints[0].where,
                 "an [[endpoint]] stands in a study of power (whose results are those of its trial designs); take it "
                 "away, or set study.kind = \"sweep\"");
  if (!study.trial_designs.empty() && !is_power)
    problems.add(study.trial_designs[0].where,
                 "a [[trial_design]] stands in a study that is not about power; set study.kind = \"power\"");
}

/// Only what endpoints ask for is counted, or what is to be kept.
void drop_unasked(const StudySpec& study, Node& tree, Problems& problems) {
  std::set<std::string> asked, tests;
  for (const EndpointSpec& endpoint : study.endpoints) {
    asked.insert(endpoint.question.tally);
    for (const Target& row : endpoint.rows) asked.insert(row.tally);
    if (!endpoint.test) continue;
    tests.insert(endpoint.test->analysis);
    const Node* analysis = find_entry(tree, join_path("analysis", endpoint.test->analysis));
    if (analysis == nullptr)
      problems.add(endpoint.where, fmt::format("endpoint.{} asks for the test '{}' (which the scenario does not have)",
                                               endpoint.question.name, endpoint.test->analysis));
    else if (const Node* time = analysis->find("time"); time != nullptr)
      asked.insert(time->text);
  }
  for (const TrialDesign& design : study.trial_designs) {
    tests.insert(design.analysis);
    const Node* analysis = find_entry(tree, join_path("analysis", design.analysis));
    if (const Node* time = analysis != nullptr ? analysis->find("time") : nullptr; time != nullptr)
      asked.insert(time->text);
  }
  if (const Node* stop = find_entry(tree, "trial.stop_when.tally"); stop != nullptr) asked.insert(stop->text);
  const auto keep = [&](const char* list, const std::set<std::string>& names) {
    Node* found = tree.find(list);
    if (found == nullptr || !found->is_list_of_tables()) return;
    std::erase_if(found->items, [&](const Node& one) { return !names.contains(name_of(list, one)); });
    if (found->items.empty()) tree.erase(list);
  };
  if (!study.keeps_tallies) keep("tally", asked), keep("profile", asked);
  keep("analysis", tests);
  if (tests.empty()) tree.erase("column");
  tree.erase("record");
}

/// Statistics that need no histogram.
std::set<std::string> asked_for_means(const StudySpec& study) {
  std::set<std::string> all, others;
  const auto add = [&](const Target& question) {
    const auto statistic = parse_statistic(question.statistic);
    const bool needs_bins = !statistic || statistic->kind == Statistic::Kind::quantile ||
                            statistic->kind == Statistic::Kind::sd;  // its error does
    (needs_bins ? others : all).insert(question.tally);
  };
  for (const EndpointSpec& endpoint : study.endpoints) {
    add(endpoint.question);
    for (const Target& row : endpoint.rows) add(row);
  }
  for (const std::string& name : others) all.erase(name);
  return all;
}

bool is_set_by_user(const MergedScenario& merged, const std::string& key) {
  return std::ranges::any_of(merged.overrides, [&](const Override& one) { return one.key == key; });
}

struct DesignName {
  DesignKind design;
  std::string_view name;
  OfSample of_sample = OfSample::nothing;
};
constexpr DesignName kSweeps[] = {{DesignKind::grid, "grid"},
                                  {DesignKind::one_at_a_time, "one_at_a_time"},
                                  {DesignKind::list, "list"},
                                  {DesignKind::latin_hypercube, "latin_hypercube"},
                                  {DesignKind::sobol, "sobol"}};
constexpr DesignName kMethods[] = {{DesignKind::saltelli, "sobol"},
                                   {DesignKind::morris, "morris"},
                                   {DesignKind::latin_hypercube, "prcc", OfSample::rank_correlations},
                                   {DesignKind::latin_hypercube, "pawn", OfSample::pawn}};

template <std::size_t n>
const DesignName& read_name(const Field& field, const DesignName (&table)[n]) {
  const DesignName* found = field ? find_named(table, read_choice(field, names_of(table))) : nullptr;
  return found ? *found : table[0];
}

void read_design(TableReader& reader, const FileText& text_of, StudySpec& study, std::optional<ListedPoints>& listed) {
  const Field kind = reader.need("kind", "it says what is asked");
  const std::string asked = read_choice(kind, {"sweep", "sensitivity", "power", "optimise"});
  if (kind && asked == "optimise") return read_optimise(reader, study);
  if (asked == "power") {
    study.design = DesignKind::replicates;
    if (const auto seed = read_whole(reader.get("seed"), 0, std::int64_t{1} << 62))
      study.seed = static_cast<std::uint64_t>(*seed);
    return;
  }
  const bool is_sweep = asked != "sensitivity";
  const Field design = is_sweep ? reader.get("design") : Field{}, method = is_sweep ? Field{} : reader.get("method");
  const DesignName& name = is_sweep ? read_name(design, kSweeps) : read_name(method, kMethods);
  study.design = name.design;
  study.of_sample = name.of_sample;
  const auto whole = [&](const Field& field, std::int64_t low, std::int64_t high, std::uint64_t& into) {
    if (const auto number = field ? read_whole(field, low, high) : std::nullopt)
      into = static_cast<std::uint64_t>(*number);
  };
  whole(reader.get("seed"), 0, std::int64_t{1} << 62, study.seed);
  const Field points = reader.get("points");
  whole(points, 1, 1 << 24, study.points);
  whole(reader.get("most_patients"), 1, std::int64_t{1} << 40, study.most_patients);
  if (const Field keep = reader.get("keep")) {
    study.keeps_tallies = read_choice(keep, {"endpoints", "tallies"}) == "tallies";
    study.where_kept = keep.node->where;
  }
  const bool is_drawn = study.design > DesignKind::list;
  if (!is_drawn && points)
    points.complain("goes with a design that is drawn (this one follows from the factors' values); set design");
  if (is_drawn && !points) reader.complain("has no points (how many are drawn); write points = 256");
  if (study.design == DesignKind::morris && study.points == 1)
    points.complain("is 1 (a spread needs two trajectories or more)");
  const Field file = reader.get("file");
  if (study.design == DesignKind::list && !file)
    reader.complain("has no file (which lists points); write file = \"points.csv\"");
  if (file && study.design != DesignKind::list)
    file.complain("lists points (which this design draws); set design = \"list\"");
  if (file && study.design == DesignKind::list) {
    listed.emplace(file, text_of);
    study.points = listed->rows();
    study.files.push_back(listed->path());
  }
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

std::vector<FactorGroup> groups_of(const StudySpec& study) {
  std::vector<FactorGroup> groups;
  for (std::size_t f = 0; f < study.factors.size(); ++f) {
    const FactorSpec& factor = study.factors[f];
    const std::string& name = factor.group.empty() ? factor.name : factor.group;
    auto found = std::ranges::find(groups, name, &FactorGroup::name);
    if (found == groups.end()) found = groups.insert(groups.end(), {name, {}});
    found->factors.push_back(f);
  }
  return groups;
}

StudySpec read_study(MergedScenario merged, const FileText& text_of, Problems& problems) {
  StudySpec study;
  if (const Node* title = merged.tree.find("title"); title != nullptr && title->is_text()) study.title = title->text;
  study.resolved = resolved_toml(merged);
  Node parts = make_table(merged.tree.where);
  for (const char* table : {"study", "factor", "endpoint", "trial_design", "observed"})
    if (const Node* node = merged.tree.find(table)) parts.set(table, *node, node->where);
  forget_study(merged.tree);
  TableReader root(parts, "", problems);
  std::optional<ListedPoints> listed;
  Field correlation;
  if (const Field field = root.get("study")) {
    if (!field.node->is_table()) {
      field.complain("is not a table; write [study]");
    } else {
      TableReader reader(*field.node, "study", problems);
      for (const char* key : {"patients", "replicates"}) {
        const Field count = reader.get(key);  // judged where the trial is read
        note(count, {.kind = Form::Kind::whole, .range = {1, 1e12}});
        if (count && !is_set_by_user(merged, fmt::format("trial.{}", key)))
          apply_change(merged.tree, {fmt::format("trial.{}", key), "[study]", count.node->where}, *count.node,
                       problems);
      }
      read_design(reader, text_of, study, listed);
      correlation = reader.get("correlation");
      reader.finish();
    }
  }
  for_each_named(root, "factor", [&](TableReader& reader, const std::string& name) {
    const Field written = reader.get("name");
    check_group_name(written);
    if (std::ranges::find(kEndpointDatasets, name) != std::end(kEndpointDatasets))
      written.complain(fmt::format("is '{}' (results have something else under this name); rename it", name));
    study.factors.push_back(read_factor(reader, name, text_of, listed ? &*listed : nullptr));
  });
  for_each_named(root, "endpoint", [&](TableReader& reader, const std::string& name) {
    check_group_name(reader.get("name"));
    study.endpoints.push_back(read_endpoint(reader, name, study.factors));
    if (const std::string& file = study.endpoints.back().targets_file; !file.empty()) study.files.push_back(file);
  });
  for_each_named(root, "trial_design", [&](TableReader& reader, const std::string& name) {
    for (TrialDesign& one : read_trial_design(reader, name, merged.tree)) study.trial_designs.push_back(std::move(one));
  });
  for_each_named(root, "observed", [&](TableReader& reader, const std::string& name) {
    check_group_name(reader.get("name"));
    study.observed.push_back(read_observed(reader, name, study.trial_designs));
  });
  root.finish();
  if (listed) listed->finish(study.factors, problems);
  for (const FactorSpec& factor : study.factors)
    if (std::ranges::find(study.factors, factor.name + kLevelValues, &FactorSpec::name) != study.factors.end())
      problems.add(factor.where,
                   fmt::format("factor.{0} and factor.{0}{1} are two factors (results have the numbers of "
                               "{0} under the other's name); rename one",
                               factor.name, kLevelValues));
  check_parts(study, parts.where, problems);
  for (const FactorSpec& factor : study.factors)
    if (factor.law && study.design < DesignKind::replicates)
      problems.add(factor.where,
                   fmt::format("factor.{} has a distribution (this design has values); set study.design to "
                               "latin_hypercube or sobol, or give values",
                               factor.name));
  for (const FactorSpec& factor : study.factors)
    if (factor.draws_level && study.design != DesignKind::replicates)
      problems.add(factor.where,
                   fmt::format("factor.{} is drawn for each replicate (only studies of power do that); take "
                               "drawn away",
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
  if (study.of_sample == OfSample::rank_correlations) check_ranks(study, parts.where, problems);
  study.correlation = read_factor_correlation(correlation, study);
  check_together(study, merged.tree, parts.where, problems);
  if (const Node* stop = find_entry(merged.tree, "trial.stop_when"); stop != nullptr && !study.trial_designs.empty())
    problems.add(stop->where,
                 "trial.stop_when stands in a study of power (whose replicates have the size of the trial); "
                 "take it away");
  if (study.optimise) check_optimise(study, merged.tree, problems);
  check_groups(study, problems);
  drop_unasked(study, merged.tree, problems);
  if (!study.keeps_tallies) study.for_means = asked_for_means(study);
  study.trial = std::move(merged);
  return study;
}

}  // namespace vt
