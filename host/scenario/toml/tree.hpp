#pragma once
/// \file A scenario as written: tables, lists and values, each with its place. Knows nothing of TOML's syntax or of
/// keys.

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "host/problems.hpp"

namespace vt {

struct Entry;

/// One table, list or value.
struct Node {
  enum class Kind { table, list, text, whole, number, boolean, date };
  Kind kind = Kind::table;
  Position where;    ///< of the value; the header of a [table]
  std::string text;  ///< text; a date as written
  std::int64_t whole = 0;
  double number = 0;
  bool boolean = false;
  std::vector<Entry> entries;                             ///< table, in the order written
  std::vector<Node> items;                                ///< list
  std::map<std::string, std::size_t, std::less<>> index;  ///< of entries, by key

  bool is_table() const { return kind == Kind::table; }
  bool is_list() const { return kind == Kind::list; }
  bool is_text() const { return kind == Kind::text; }
  /// A list with at least one element, all of them tables: [[name]].
  bool is_list_of_tables() const;

  const Node* find(std::string_view key) const;
  Node* find(std::string_view key);
  /// Adds the entry, or replaces the value of the one that is there.
  Node& set(std::string key, Node value, Position key_where);
  void erase(std::string_view key);
};

struct Entry {
  std::string key;
  Position key_where;
  Node value;
};

Node make_table(Position where);
Node make_text(std::string text, Position where);

/// The key that names the tables of a top-level list ("name", "perpetrator"), or "" if that list is not merged by name.
std::string_view naming_key(std::string_view list);

/// The name by which an element of a top-level list is known; "" when it has none. Several names are joined by ", ".
std::string name_of(std::string_view list, const Node& element);

/// True for the tables that describe models, in which every number needs a source: pk, parameter, …
bool needs_origin(std::string_view section);

/// True for the tables whose entries carry their own source: pk, response, assays, prediction, and those within
/// blood_counts.
bool has_entries_with_origin(std::string_view section);

/// True for source, basis and to.
bool is_origin_key(std::string_view key);

/// True for entries of models that choose between forms, and are no numbers with a source.
bool is_choice_key(std::string_view key);

/// "arm.'400 mg QD'.share": a path of --set and of messages. Segments that are not plain words are quoted.
std::string join_path(std::string_view path, std::string_view segment);

/// The tree as TOML that reads back to the same tree; top-level tables by header, deeper ones inline.
std::string print_toml(const Node& root);

}  // namespace vt
