#include "host/scenario/toml/tree.hpp"

#include <algorithm>
#include <utility>

#include "kernels/models/models.hpp"

namespace vt {
namespace {

bool is_plain_word(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
  });
}

template <class List>
bool contains(const List& list, std::string_view word) {
  return std::find(std::begin(list), std::end(list), word) != std::end(list);
}

}  // namespace

bool Node::is_list_of_tables() const {
  return is_list() && !items.empty() &&
         std::all_of(items.begin(), items.end(), [](const Node& n) { return n.is_table(); });
}

const Node* Node::find(std::string_view key) const {
  const auto at = index.find(key);
  return at == index.end() ? nullptr : &entries[at->second].value;
}

Node* Node::find(std::string_view key) { return const_cast<Node*>(std::as_const(*this).find(key)); }

Node& Node::set(std::string key, Node value, Position key_where) {
  const auto at = index.find(key);
  if (at != index.end()) {
    Entry& entry = entries[at->second];
    entry.value = std::move(value);
    entry.key_where = std::move(key_where);
    return entry.value;
  }
  index.emplace(key, entries.size());
  entries.push_back({std::move(key), std::move(key_where), std::move(value)});
  return entries.back().value;
}

void Node::erase(std::string_view key) {
  const auto at = index.find(key);
  if (at == index.end()) return;
  entries.erase(entries.begin() + static_cast<std::ptrdiff_t>(at->second));
  index.clear();
  for (std::size_t i = 0; i < entries.size(); ++i) index.emplace(entries[i].key, i);
}

Node make_table(Position where) {
  Node node;
  node.where = std::move(where);
  return node;
}

Node make_text(std::string text, Position where) {
  Node node;
  node.kind = Node::Kind::text;
  node.text = std::move(text);
  node.where = std::move(where);
  return node;
}

std::string_view naming_key(std::string_view list) {
  static constexpr std::string_view by_name[] = {
      "parameter", "covariate", "random_effect", "arm",    "visit",  "rule",     "tally",        "ladder",  "criterion",
      "event",     "test",      "profile",       "mutant", "factor", "endpoint", "trial_design", "observed"};
  if (list == "interaction") return "perpetrator";
  if (list == "column" || list == "analysis") return "name";
  return contains(by_name, list) ? "name" : "";
}

std::string name_of(std::string_view list, const Node& element) {
  const Node* name = element.find(naming_key(list));
  if (name != nullptr) return name->is_text() ? name->text : "";
  const Node* names = list == "random_effect" ? element.find("names") : nullptr;
  if (names == nullptr || !names->is_list()) return "";
  std::string joined;
  for (const Node& one : names->items)
    if (one.is_text()) joined += (joined.empty() ? "" : ", ") + one.text;
  return joined;
}

namespace {

bool is_disease_table(std::string_view name) {
  bool is_one = false;
  for_each_model(Models{}, [&]<class M>() { is_one = is_one || M::section.substr(0, M::section.find('.')) == name; });
  return is_one;
}

bool is_disease_model(std::string_view name) {
  bool is_one = false;
  for_each_model(Models{}, [&]<class M>() { is_one = is_one || M::section == name; });
  return is_one;
}

}  // namespace

bool needs_origin(std::string_view section) {
  static constexpr std::string_view models[] = {
      "pk",    "assays",     "adherence", "covariate",   "parameter", "random_effect", "interaction",
      "event", "prediction", "test",      "second_drug", "mutant",    "mutants"};
  return contains(models, section) || is_disease_table(section);
}

bool has_entries_with_origin(std::string_view section) {
  return section == "pk" || section == "second_drug" || section == "assays" || section == "prediction" ||
         is_disease_model(section);
}

bool is_choice_key(std::string_view key) {
  static constexpr std::string_view choices[] = {"model",           "absorption",  "input",
                                                 "response_driver", "below_limit", "immune_form"};
  return contains(choices, key);
}

bool is_origin_key(std::string_view key) { return key == "source" || key == "basis" || key == "to"; }

std::string join_path(std::string_view path, std::string_view segment) {
  std::string joined(path);
  if (!joined.empty()) joined += '.';
  if (is_plain_word(segment)) return joined.append(segment);
  const char quote = segment.find('\'') == std::string_view::npos ? '\'' : '"';
  return joined.append(1, quote).append(segment).append(1, quote);
}

}  // namespace vt
