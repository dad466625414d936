#include <algorithm>
#include <cstdint>
#include <utility>

#include <fmt/format.h>

#include "host/scenario/sections.hpp"
#include "host/scenario/toml/merge.hpp"
#include "host/scenario/toml/table_reader.hpp"
#include "host/scenario/toml/toml_reader.hpp"

namespace vt {
namespace {

/// The first `what` outside quotes, or npos.
std::size_t find_unquoted(std::string_view text, char what, std::size_t from) {
  char quote = 0;
  for (std::size_t i = from; i < text.size(); ++i) {
    if (quote == 0 && text[i] == what) return i;
    if (quote == 0 && (text[i] == '\'' || text[i] == '"'))
      quote = text[i];
    else if (text[i] == quote)
      quote = 0;
  }
  return std::string_view::npos;
}

/// Segments of "arm.'400 mg QD'.share", or nothing if it is not such a path.
std::vector<std::string> segments_of(std::string_view key) {
  std::vector<std::string> segments;
  for (std::size_t from = 0; from <= key.size();) {
    const std::size_t end = std::min(find_unquoted(key, '.', from), key.size());
    std::string_view segment = trimmed(key.substr(from, end - from));
    const char first = segment.empty() ? '\0' : segment.front();
    if (first == '\'' || first == '"') {
      if (segment.size() < 2 || segment.back() != first) return {};
      segment = segment.substr(1, segment.size() - 2);
    } else if (segment.find_first_of("'\" \t[]{}#") != std::string_view::npos) {
      return {};
    }
    if (segment.empty()) return {};
    segments.emplace_back(segment);
    from = end + 1;
  }
  return segments;
}

void place_everywhere(Node& node, const Position& where) {
  node.where = where;
  for (Node& item : node.items) place_everywhere(item, where);
  for (Entry& entry : node.entries) {
    entry.key_where = where;
    place_everywhere(entry.value, where);
  }
}

/// A whole number that is none of TOML since it has too many digits.
bool is_large_number(std::string_view text) {
  constexpr std::size_t fewest = 19;  // of what lies beyond 2^63
  if (text.starts_with('+') || text.starts_with('-')) text.remove_prefix(1);
  return text.size() >= fewest && text[0] != '0' && text.find_first_not_of("0123456789") == std::string_view::npos;
}

/// The value as TOML; what is not TOML is text, unless it starts like a list, a table or quoted text.
std::optional<Node> value_of(const std::string& text, const Position& where, Problems& problems) {
  const std::string_view bare = trimmed(text);
  if (!is_utf8(bare)) {
    problems.add(where, "the value is not UTF-8 text");
    return std::nullopt;
  }
  Problems unread;
  std::optional<Node> table = read_toml(fmt::format("value = {}\n", bare), where.file, unread);
  if (table && table->entries.size() == 1 && table->entries[0].key == "value") {
    Node value = std::move(table->entries[0].value);
    place_everywhere(value, where);
    return value;
  }
  if (is_large_number(bare)) {
    problems.add(where, fmt::format("{} is too large (whole numbers go from {} to {})", bare, INT64_MIN, INT64_MAX));
    return std::nullopt;
  }
  if (!bare.empty() && std::string_view("[{\"'").find(bare.front()) != std::string_view::npos) {
    problems.add(where, fmt::format("the value {} is not TOML ({})", bare,
                                    unread.empty() ? "more than one" : unread.sorted()[0].text));
    return std::nullopt;
  }
  return make_text(std::string(bare), where);
}

/// The element of that name, or nullptr with a Problem.
Node* find_named(Node& list, std::string_view list_name, const std::string& name, const Position& where,
                 Problems& problems) {
  std::vector<std::string> names;
  for (Node& element : list.items) {
    names.push_back(name_of(list_name, element));
    if (names.back() == name) return &element;
  }
  problems.add(where, fmt::format("there is no {} '{}'{}", list_name, name, there_are(name, names)));
  return nullptr;
}

/// rule.'low level'.remove = true
bool is_removal(const std::vector<std::string>& segments, const Node& value) {
  return segments.size() == 3 && segments[2] == "remove" && !naming_key(segments[0]).empty() &&
         value.kind == Node::Kind::boolean;
}

/// Arms follow it no longer.
void leave_out_rule(Node& tree, const std::string& rule) {
  Node* arms = tree.find("arm");
  if (arms == nullptr || !arms->is_list()) return;
  for (Node& arm : arms->items)
    if (Node* rules = arm.is_table() ? arm.find("rules") : nullptr; rules != nullptr && rules->is_list())
      std::erase_if(rules->items, [&](const Node& name) { return name.is_text() && name.text == rule; });
}

void remove_named(Node& tree, const std::vector<std::string>& segments, bool is_removed, const Position& where,
                  Problems& problems) {
  Node none;
  none.kind = Node::Kind::list;
  Node* list = tree.find(segments[0]);
  Node& found_in = list != nullptr && list->is_list() ? *list : none;
  const Node* element = find_named(found_in, segments[0], segments[1], where, problems);
  if (element == nullptr || !is_removed) return;
  if (segments[0] == "rule") leave_out_rule(tree, segments[1]);
  found_in.items.erase(found_in.items.begin() + (element - found_in.items.data()));
}

/// A path as it should have been written: "arm.'400 mg QD'.share".
std::string with_quotes(const std::string& key) {
  constexpr const char* example = "arm.'400 mg'.share";
  if (!is_utf8(key) || key.find_first_of("'\"[]{}#") != std::string::npos) return example;
  std::string path;
  for (std::size_t from = 0; from <= key.size();) {
    const std::size_t end = std::min(key.find('.', from), key.size());
    const std::string_view word = trimmed(std::string_view(key).substr(from, end - from));
    if (word.empty()) return example;
    const char* quote = word.find_first_of(" \t") != std::string_view::npos ? "'" : "";
    path += fmt::format("{}{}{}{}", path.empty() ? "" : ".", quote, word, quote);
    from = end + 1;
  }
  return path;
}

void say_who_changed_it(Node& table, const EntryChange& change) {
  table.set("source", make_text(change.source, change.where), change.where);
  table.set("basis", make_text("assumed", change.where), change.where);
  table.erase("to");
}

/// How many segments lead to the table that holds the source of what is set; 0 in tables of the design.
std::size_t segments_to_origin(const std::vector<std::string>& segments) {
  if (!needs_origin(segments[0])) return 0;
  if (segments[0] == "adherence") return 1;
  return segments[0] == "blood_counts" ? 3 : 2;
}

/// Follows the path, makes the tables that are missing, and returns the place of the last segment's parent.
class Walker {
 public:
  Walker(Node& tree, const EntryChange& change, Problems& problems)
      : tree_(tree), change_(change), where_(change.where), problems_(problems) {}

  void set(const std::vector<std::string>& segments, Node value) {
    Node* at = &tree_;
    const std::size_t origin = segments_to_origin(segments);
    const bool sets_origin = is_origin_key(segments.back());
    const bool sets_choice = is_choice_key(segments.back());
    for (std::size_t i = 0; i + 1 < segments.size(); ++i) {
      at = step(*at, segments, i);
      if (at == nullptr) return;
      if (i + 1 == origin && !sets_origin && !sets_choice) say_who_changed_it(*at, change_);
    }
    if (at->is_list() && !segments.empty())
      return problems_.add(
          where_,
          fmt::format("'{}' stands for a whole table (which cannot be set); name one of its entries", change_.key));
    const bool is_new_entry = origin == segments.size() && !sets_origin && !sets_choice;
    if (is_new_entry && !value.is_table()) {
      Node entry = make_table(where_);
      entry.set("value", std::move(value), where_);
      say_who_changed_it(entry, change_);
      value = std::move(entry);
    }
    const bool is_whole_table = segments.size() == 2 || (segments.size() == 3 && !naming_key(segments[0]).empty());
    forget_other_forms(*at, is_whole_table ? segments[0] : "", segments.back(), value);
    at->set(segments.back(), std::move(value), where_);
  }

 private:
  Node* step(Node& from, const std::vector<std::string>& segments, std::size_t i) {
    if (from.is_list()) return find_named(from, segments[i - 1], segments[i], where_, problems_);
    Node* next = from.find(segments[i]);
    if (next == nullptr) return &from.set(segments[i], make_table(where_), where_);
    if (next->is_table() || (i == 0 && !naming_key(segments[0]).empty() && next->is_list_of_tables())) return next;
    problems_.add(where_, fmt::format("'{}' has no entries (it is not a table)", segments[i]));
    return nullptr;
  }

  Node& tree_;
  const EntryChange& change_;
  const Position& where_;
  Problems& problems_;
};

}  // namespace

std::vector<Override> parse_overrides(const std::vector<std::string>& texts, Problems& problems) {
  std::vector<Override> overrides;
  for (const std::string& text : texts) {
    const std::size_t equals = find_unquoted(text, '=', 0);
    if (equals == std::string_view::npos || trimmed(std::string_view(text).substr(0, equals)).empty()) {
      problems.add({"--set " + text, 0, 0},
                   "this sets nothing (it is not key=value); write for instance --set trial.patients=1e4");
      continue;
    }
    const std::string_view view(text), value = trimmed(view.substr(equals + 1));
    std::string_view key = trimmed(view.substr(0, equals));
    const bool multiplies = key.ends_with('*');
    if (multiplies) key = trimmed(key.substr(0, key.size() - 1));
    overrides.push_back({std::string(key), std::string(value), "", {}, multiplies});
  }
  return overrides;
}

std::string as_typed(const Override& override_) {
  return override_.option.empty()
             ? fmt::format("--set {}{}={}", override_.key, override_.multiplies ? "*" : "", override_.value)
             : fmt::format("{} {}", override_.option, override_.value);
}

std::string source_of(const Override& override_) {
  return (override_.where.file.empty() ? "command line" : override_.where.file) + ": " + as_typed(override_);
}

void apply_change(Node& tree, const EntryChange& change, Node value, Problems& problems) {
  const std::vector<std::string> segments = segments_of(change.key);
  if (is_removal(segments, value)) return remove_named(tree, segments, value.boolean, change.where, problems);
  if (!is_utf8(change.key) || segments.empty() || segments.size() > static_cast<std::size_t>(kMaxTomlDepth))
    return problems.add(change.where,
                        fmt::format("this is not the path of an entry (words with dots between them, names in "
                                    "quotes); write for instance {}",
                                    with_quotes(change.key)));
  if (segments[0] == "base")
    return problems.add(change.where, "base cannot be set (files are merged before); name another scenario file");
  Walker(tree, change, problems).set(segments, std::move(value));
}

std::string section_of(const std::string& key) {
  const std::vector<std::string> segments = segments_of(key);
  return segments.empty() ? "" : segments[0];
}

Node* find_entry(Node& tree, const std::string& key) {
  Node* at = &tree;
  std::string list;
  for (const std::string& segment : segments_of(key)) {
    if (at->is_list()) {
      const auto named =
          std::ranges::find_if(at->items, [&](const Node& element) { return name_of(list, element) == segment; });
      at = named == at->items.end() ? nullptr : &*named;
    } else {
      list = segment;
      at = at->find(segment);
    }
    if (at == nullptr) return nullptr;
  }
  return at == &tree ? nullptr : at;
}

namespace {

/// A number above 0 that multiplies what stands there.
void apply_factor(Node& tree, const EntryChange& change, const std::string& text, Problems& problems) {
  const std::optional<WrittenNumber> factor = written_number(text);
  if (!factor || !factor->unit.empty() || !(factor->number > 0))
    return problems.add(change.where, fmt::format("{} is no number above 0 (it multiplies what stands there)", text));
  multiply_entry(tree, change, factor->number, "this", problems);
}

}  // namespace

Position place_of(const Override& override_) {
  if (!override_.where.file.empty()) return override_.where;
  return {override_.option.empty() ? "--set " + override_.key : override_.option, 0, 0};
}

void apply_override(Node& tree, const Override& override_, Problems& problems) {
  const EntryChange change{override_.key, source_of(override_), place_of(override_)};
  if (override_.multiplies) return apply_factor(tree, change, override_.value, problems);
  std::optional<Node> value = value_of(override_.value, change.where, problems);
  if (value) apply_change(tree, change, std::move(*value), problems);
}

}  // namespace vt
