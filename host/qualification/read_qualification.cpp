#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <set>

#include "host/qualification/qualification.hpp"
#include "host/scenario/sections.hpp"
#include "host/scenario/tallies/read_targets.hpp"
#include "host/scenario/toml/language.hpp"
#include "host/scenario/toml/shapes.hpp"
#include "host/scenario/toml/toml_reader.hpp"

namespace vt {

namespace {

constexpr std::int64_t kMostOfRun = 4'000'000'000;
constexpr std::int64_t kLargestStudy = 1'000'000;

/// The value as TOML.
std::string value_text(const Node& value) {
  Node holder = make_table(value.where);
  holder.set("value", value, value.where);
  const std::string line = print_toml(holder);
  return std::string(trimmed(line.substr(line.find('=') + 1, line.find('\n') - line.find('=') - 1)));
}

void read_changes(const Field& set, QualificationRun& run) {
  note_own_names(set);
  if (!set) return;
  if (!set.node->is_table())
    return set.complain(
        "is not a table (it says which entries get which values); write { \"trial.duration\" = \"6 month\" }");
  for (const Entry& entry : set.node->entries) {
    if (entry.value.is_table() || entry.value.is_list_of_tables())
      Field{&entry.value, set.path + "." + entry.key, set.problems}.complain(
          "is a table (entries are named by their whole path); write \"trial.duration\" = \"6 month\"");
    else
      run.changes.push_back({entry.key, value_text(entry.value), "", entry.value.where});
  }
}

QualificationRun read_run(const Field& item) {
  TableReader reader(*item.node, item.path, *item.problems);
  QualificationRun run;
  run.where = item.node->where;
  const Field name = reader.need("name", "rows and files of results are known by it");
  run.name = read_text(name).value;
  if (name) check_group_name(name);
  const Text scenario = read_text(reader.need("scenario", "it is simulated"));
  if (scenario.is_set()) run.scenario = path_beside(scenario);
  if (const auto patients = read_whole(reader.get("patients"), 1, kMostOfRun))
    run.patients = static_cast<std::uint64_t>(*patients);
  read_changes(reader.get("set"), run);
  reader.finish();
  return run;
}

/// 157, or [319, 157] where a row has two sides.
std::vector<std::uint64_t> read_study_size(const Field& field, const Target& target) {
  if (!field) return {};
  const bool has_two = !target.over.empty() || !target.minus.empty();
  std::vector<std::uint64_t> sizes;
  std::vector<Field> items = field.node->is_list() ? items_of(field) : std::vector<Field>{field};
  for (const Field& item : items)
    if (const auto n = read_whole(item, 1, kLargestStudy)) sizes.push_back(static_cast<std::uint64_t>(*n));
  if (sizes.size() != items.size()) return {};
  if (has_two && sizes.size() != 2)
    field.complain("is not of two groups (the row compares two); write both, as [319, 157]");
  if (!has_two && sizes.size() != 1) field.complain("is of several groups (the row has one); write one number");
  return sizes.size() == (has_two ? 2u : 1u) ? sizes : std::vector<std::uint64_t>{};
}

/// A run that is named must be there.
void check_run(const std::string& name, const Field& field, const std::vector<std::string>& known) {
  if (name.empty() || std::ranges::find(known, name) != known.end()) return;
  field.complain(fmt::format("names '{}' (no [[run]] has this name){}", name, suggest(name, known)));
}

QualificationRow read_row(TableReader& reader, const std::vector<std::string>& runs) {
  QualificationRow row;
  row.target = read_target(reader, RunsOfTargets::several);
  const Field run = reader.need("run", "the simulated number is taken from it");
  row.target.run = read_text(run).value;
  check_run(row.target.run, run, runs);
  for (const auto& [key, other] : {std::pair("over", &row.target.over), std::pair("minus", &row.target.minus)}) {
    check_run(other->run, reader.get(key), runs);
    if (!other->empty() && other->run.empty()) other->run = row.target.run;
  }
  row.id = read_text(reader.need("id", "the row has it where its value comes from")).value;
  row.study_size = read_study_size(reader.get("study_size"), row.target);
  if (const Field miss = reader.get("miss")) {
    if (!row.target.explanation.empty()) miss.complain("says the same as explanation; take one away");
    row.target.explanation = read_text(miss).value;
  }
  if (row.target.required && is_soft(row.target))
    reader.complain(
        fmt::format("is required and has the tag {} (such rows never count); take one away", row.target.tag));
  return row;
}

std::vector<QualificationRun> read_runs(const Field& runs) {
  if (!runs) return {};
  if (!runs.node->is_list_of_tables()) {
    runs.complain("is not a list of tables; write [[run]] before each trial");
    return {};
  }
  std::vector<QualificationRun> found;
  std::set<std::string> names;
  for (const Field& item : items_of(runs)) {
    found.push_back(read_run(item));
    if (const std::string& name = found.back().name; !name.empty() && !names.insert(name).second)
      item.complain(fmt::format("has the name '{}' of another run; rename one", name));
  }
  return found;
}

/// What is simulated for nothing, or certifies nothing.
void check_worth(const Qualification& found, const Position& where, Problems& problems) {
  for (const QualificationRun& run : found.runs) {
    const auto is_of = [&](const QualificationRow& row) {
      const Target& t = row.target;
      return t.run == run.name || t.over.run == run.name || t.minus.run == run.name;
    };
    if (!run.name.empty() && std::ranges::none_of(found.rows, is_of))
      problems.add(run.where,
                   fmt::format("run '{}' has no row (it would be simulated for nothing); take it away", run.name));
  }
  if (!found.rows.empty() &&
      std::ranges::all_of(found.rows, [](const QualificationRow& row) { return is_soft(row.target); }))
    problems.add(where, "no row counts (all have soft tags, so that nothing could be missed); add one");
}

}  // namespace

Qualification read_qualification(const std::string& path, Problems& problems, const FileText& text_of) {
  Qualification found;
  found.path = path;
  found.name = std::filesystem::path(path).stem().string();
  const auto text = text_of(path, {path, 0, 0}, problems);
  if (!text) return found;
  auto tree = read_toml(*text, path, problems);
  if (!tree || !check_language(*tree, path, problems)) return found;
  TableReader reader(*tree, "", problems);
  if (const auto share = read_number(reader.get("required_share"), "", {0, 1, true})) found.required_share = *share;
  if (const auto fewest = read_whole(reader.get("fewest_patients"), 1, kMostOfRun)) found.fewest_patients = *fewest;
  const auto need = [&](const char* key, const char* why) {
    const Field field = reader.get(key);
    if (!field) problems.add(tree->where, fmt::format("the qualification has no {} ({})", key, why));
    return field;
  };
  found.title = read_text(need("title", "the certificate has it")).value;
  const Field runs = need("run", "something has to be simulated");
  const Field rows = need("target", "there is nothing to compare with");
  reader.finish();
  found.runs = read_runs(runs);
  std::vector<std::string> names;
  for (const QualificationRun& run : found.runs) names.push_back(run.name);
  if (rows)
    read_target_rows(rows, [&](TableReader& row) { return found.rows.emplace_back(read_row(row, names)).target; });
  check_worth(found, tree->where, problems);
  return found;
}

}  // namespace vt
