#pragma once
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "host/problems.hpp"
#include "host/scenario/scenario.hpp"
#include "host/scenario/toml/tree.hpp"

namespace vt {

inline constexpr int kMaxBaseDepth = 8;

/// Text of a file, or a Problem at the place that asks for it.
using FileText =
    std::function<std::optional<std::string>(const std::string& path, const Position& asked_at, Problems&)>;

/// One file of a scenario as a tree, `base` taken out.
struct SourceFile {
  std::string path;
  Node tree;
};

/// The file and all it is based on, in the order of merging; a file that is named twice stands where it comes first.
/// Nothing after a syntax error, a missing file or a cycle.
std::optional<std::vector<SourceFile>> load_files(const std::string& path, const FileText& text_of, Problems& problems);

/// Gives each entry of a model table the source, basis and to of its table, where it has none of its own. Done file by
/// file, so that nobody's number gets the source of another file's.
void push_origins_down(Node& tree);

/// Lays `over` on `base`: tables merge, lists of named tables merge by name, everything else is replaced. A number in a
/// model table never keeps the source of the number it replaces.
void merge_tree(Node& base, Node over, Problems& problems);

/// A key that says something in another form than a table does takes the place of all of the old form: schedule that of
/// dose and every, hazard that of when. `list`: the list of named tables, or the section, that the table belongs to.
void forget_other_forms(Node& table, std::string_view list, std::string_view key, const Node& value);

/// An entry that gets another value.
struct EntryChange {
  std::string key;     ///< dotted path, as of --set
  std::string source;  ///< what a number of a model then names as its source
  Position where;      ///< for messages
};
/// Puts it into the tree. Unknown keys are left for the reader to find.
void apply_change(Node& tree, const EntryChange& change, Node value, Problems& problems);

/// Multiplies the number or formula that stands there. \param who  begins what is said of a mistake: "factor.clearance"
void multiply_entry(Node& tree, const EntryChange& change, double by, const std::string& who, Problems& problems);

/// A number and its unit as written: "400 mg", "0.8", "10 %"; nothing if it is not that alone.
struct WrittenNumber {
  double number = 0;
  std::string unit;
};
std::optional<WrittenNumber> written_number(std::string_view text);

/// The table or list at the top that a path leads through; "" if it is no path.
std::string section_of(const std::string& key);

/// The entry of that path, or null.
Node* find_entry(Node& tree, const std::string& key);

/// Puts one --set into the tree. Unknown keys are left for the reader to find.
void apply_override(Node& tree, const Override& override_, Problems& problems);

/// "key=value" and "key*=factor" texts of the command line.
std::vector<Override> parse_overrides(const std::vector<std::string>& texts, Problems& problems);

}  // namespace vt
