#include "host/scenario/read_scenario.hpp"

#include <algorithm>
#include <filesystem>
#include <utility>

#include <fmt/format.h>

#include "host/formula/lexer.hpp"
#include "host/scenario/sections.hpp"
#include "host/scenario/toml/language.hpp"
#include "host/scenario/toml/shapes.hpp"
#include "host/scenario/toml/toml_reader.hpp"
#include "output/hdf5/names.hpp"

namespace vt {
namespace {

Scenario read_tree(const Node& tree, Problems& problems) {
  Scenario scenario;
  TableReader root(tree, "", problems);
  scenario.title = read_text(root.get("title")).value;
  read_trial(root, scenario);
  read_population(root, scenario);
  read_cohort(root, scenario);
  read_models(root, scenario);
  read_adherence(root, scenario);
  read_interactions(root, scenario);
  read_arms(root, scenario);
  read_tests(root, scenario);
  read_visits(root, scenario);
  read_rules(root, scenario);
  read_events(root, scenario);
  read_tallies(root, scenario);
  read_profiles(root, scenario);
  read_record(root, scenario);
  read_analyses(root, scenario);
  root.finish();
  check_references(scenario, problems);
  return scenario;
}

}  // namespace

namespace {

/// Names are labels of the results, and --set has to be able to quote them.
void check_name(const Node& element, std::string_view path, std::string_view name, Problems& problems) {
  const auto is_control = [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; };
  const char* flaw = std::ranges::any_of(name, is_control) ? "has a line break, a tab or another control character"
                     : trimmed(name) != name               ? "begins or ends with a blank"
                     : name.size() > schema::kLongestName  ? "is longer than 200 bytes"
                     : name.find('\'') != name.npos && name.find('"') != name.npos ? "has both kinds of quotes"
                                                                                   : nullptr;
  if (flaw != nullptr)
    problems.add(element.where, fmt::format("the name of {} {} (results have labels of these names, and --set quotes "
                                            "them); rename it",
                                            path, flaw));
}

}  // namespace

void for_each_named(TableReader& root, std::string_view list,
                    const std::function<void(TableReader&, const std::string&)>& read) {
  const Field field = root.get(list);
  if (!field) return;
  if (!field.node->is_list())
    return field.complain(
        fmt::format("is {} (a list of named tables is expected); write [[{}]]", words_for(field.node->kind), list));
  for (const Field& item : items_of(field)) {
    if (!item.node->is_table()) {
      item.complain(fmt::format("is {} (a named table is expected); write [[{}]]", words_for(item.node->kind), list));
      continue;
    }
    const std::string name = name_of(list, *item.node);
    if (name.empty()) {
      const std::string_view key = naming_key(list);
      item.complain(fmt::format("has no {} (each [[{}]] is known by it); write {} = \"…\"", key, list, key));
      continue;
    }
    check_name(*item.node, item.path, name, root.problems());
    TableReader reader(*item.node, join_path(field.path, name), root.problems());
    note(reader.get(naming_key(list)), {Form::Kind::text});
    const Field remove = reader.get("remove");
    note(remove, {Form::Kind::flag});
    if (remove) remove.complain("is not true; write remove = true or take it away");
    read(reader, name);
  }
}

bool is_identifier(std::string_view text) {
  const auto is_letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; };
  const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
  return !text.empty() && !is_digit(text[0]) &&
         std::all_of(text.begin(), text.end(), [&](char c) { return is_letter(c) || is_digit(c); });
}

void check_identifier(const Field& name) {
  const std::string& text = name.node->text;
  const bool is_operator = formula_text::is_operator_word(text);
  if (is_operator || (name.node->is_text() && !is_identifier(text)))
    name.complain(fmt::format("is '{}' (formulas use this name: {}); rename it", text,
                              is_operator ? "there it is an operator" : "a letter or _, then letters, digits and _"));
}

void check_group_name(const Field& name) {
  const std::string& text = name.node->text;
  if (text.find('/') != std::string::npos || text.starts_with('.'))
    name.complain(
        fmt::format("is '{}' (results are stored under this name); take away '/' and a '.' that begins it", text));
}

std::optional<MergedScenario> merge_scenario(const std::string& path, const std::vector<Override>& overrides,
                                             const FileText& text_of, Problems& problems) {
  std::optional<std::vector<SourceFile>> files = load_files(path, text_of, problems);
  if (!files) return std::nullopt;
  MergedScenario merged{path, {}, overrides, make_table({path, 1, 1})};
  for (SourceFile& file : *files) {
    merged.files.push_back(file.path);
    push_origins_down(file.tree);
    merge_tree(merged.tree, std::move(file.tree), problems);
  }
  for (const Override& one : overrides) apply_override(merged.tree, one, problems);
  return merged;
}

bool is_study(const MergedScenario& merged) { return merged.tree.find("study") != nullptr; }

void forget_study(Node& tree) {
  for (const char* table : {"study", "factor", "endpoint", "trial_design", "observed"}) tree.erase(table);
}

Scenario read_merged(const MergedScenario& merged, const FileText& text_of, Problems& problems) {
  Scenario scenario = read_tree(merged.tree, problems);
  read_prior(text_of, scenario, problems);
  read_patient_table(text_of, scenario, problems);
  for (const Override& one : merged.overrides) refuse_hidden_change(scenario.table, one.key, place_of(one), problems);
  read_dose_records(text_of, scenario, problems);
  scenario.path = merged.path;
  scenario.files = merged.files;
  scenario.overrides = merged.overrides;
  return scenario;
}

namespace {

/// A file that is named in the file of the node, as it is named in `folder`.
void name_from(const std::filesystem::path& folder, Node& named) {
  for (Node& one : named.items) name_from(folder, one);
  const std::filesystem::path here = std::filesystem::path(named.where.file).parent_path();
  if (!named.is_text() || std::filesystem::path(named.text).is_absolute() || here == folder) return;
  const std::filesystem::path path = (here / named.text).lexically_normal().lexically_relative(folder);
  if (!path.empty()) named.text = path.generic_string();
}

}  // namespace

std::string resolved_toml(const MergedScenario& merged) {
  Node tree = merged.tree;
  const std::filesystem::path folder = std::filesystem::path(merged.path).parent_path();
  const auto name_in = [&](std::string_view section, std::string_view key) {
    Node* table = tree.find(section);
    Node* named = table != nullptr && table->is_table() ? table->find(key) : nullptr;
    if (named != nullptr && named->is_table()) named = named->find("file");
    if (named != nullptr) name_from(folder, *named);
  };
  name_in("prediction", "model");
  name_in("population", "table");
  name_in("population", "dose_records");
  return fmt::format("language = {}\n{}", kLanguage, print_toml(tree));
}

std::optional<Scenario> read_scenario(const std::string& path, const std::vector<Override>& overrides,
                                      const FileText& text_of, Problems& problems) {
  std::optional<MergedScenario> merged = merge_scenario(path, overrides, text_of, problems);
  if (!merged) return std::nullopt;
  if (is_study(*merged)) forget_study(merged->tree);
  Scenario scenario = read_merged(*merged, text_of, problems);
  scenario.resolved_toml = resolved_toml(*merged);
  return scenario;
}

std::optional<Scenario> read_scenario(const std::string& path, const std::vector<Override>& overrides,
                                      Problems& problems) {
  return read_scenario(path, overrides, read_text_file, problems);
}

}  // namespace vt
