#include "host/scenario/toml/toml_guard.hpp"  // before everything: it sets toml++ up
//
#include "host/scenario/toml/toml_reader.hpp"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <utility>

#include <fmt/format.h>

#include "host/scenario/toml/find_base.hpp"

namespace vt {
namespace {

Position position_of(const toml::source_region& region, const Position& otherwise) {
  if (!region.begin) return otherwise;
  return {otherwise.file, static_cast<int>(region.begin.line), static_cast<int>(region.begin.column)};
}

Node converted(const toml::node& from, const Position& key_where);

Node converted_table(const toml::table& from, Node node) {
  struct Child {
    const toml::key* key;
    const toml::node* value;
  };
  std::vector<Child> children;
  for (auto&& [key, value] : from) children.push_back({&key, &value});
  const auto place = [](const Child& c) { return std::pair(c.key->source().begin.line, c.key->source().begin.column); };
  std::stable_sort(children.begin(), children.end(),
                   [&](const Child& a, const Child& b) { return place(a) < place(b); });
  for (const Child& child : children) {
    const Position where = position_of(child.key->source(), node.where);
    node.set(std::string(child.key->str()), converted(*child.value, where), where);
  }
  return node;
}

/// A node without a place of its own, as a table made by a dotted key, has that of its key.
Node converted(const toml::node& from, const Position& key_where) {
  Node node;
  node.where = position_of(from.source(), key_where);
  if (const toml::table* table = from.as_table()) return converted_table(*table, std::move(node));
  if (const toml::array* list = from.as_array()) {
    node.kind = Node::Kind::list;
    for (const toml::node& item : *list) node.items.push_back(converted(item, node.where));
  } else if (const auto* text = from.as_string()) {
    node.kind = Node::Kind::text;
    node.text = text->get();
  } else if (const auto* whole = from.as_integer()) {
    node.kind = Node::Kind::whole;
    node.whole = whole->get();
  } else if (const auto* number = from.as_floating_point()) {
    node.kind = Node::Kind::number;
    node.number = number->get();
  } else if (const auto* boolean = from.as_boolean()) {
    node.kind = Node::Kind::boolean;
    node.boolean = boolean->get();
  } else {
    node.kind = Node::Kind::date;
    std::ostringstream out;
    if (const auto* date = from.as_date()) out << date->get();
    if (const auto* time = from.as_time()) out << time->get();
    if (const auto* both = from.as_date_time()) out << both->get();
    node.text = out.str();
  }
  return node;
}

/// The last line of the shortest beginning of `text` that breaks the parser.
int breaking_line(std::string_view text) {
  std::vector<std::size_t> line_ends;
  for (std::size_t i = 0; i < text.size(); ++i)
    if (text[i] == '\n' || i + 1 == text.size()) line_ends.push_back(i + 1);
  const auto breaks = [&](std::size_t end) {
    try {
      (void)toml::parse(text.substr(0, end));
    } catch (const TomlParserBroken&) {
      return true;
    } catch (const toml::parse_error&) {
    }
    return false;
  };
  const auto first =
      std::partition_point(line_ends.begin(), line_ends.end(), [&](std::size_t end) { return !breaks(end); });
  return static_cast<int>(first - line_ends.begin()) + 1;
}

}  // namespace

std::optional<Node> read_toml(std::string_view text, const std::string& file, Problems& problems) {
  if (!check_toml_text(text, file, problems)) return std::nullopt;
  const Position start{file, 1, 1};
  try {
    return converted(toml::parse(text), start);
  } catch (const toml::parse_error& error) {
    const std::string_view why = error.description();
    const bool is_large = why.find("not representable in 64 bits") != std::string_view::npos;
    problems.add(position_of(error.source(), start),
                 is_large ? fmt::format("a whole number is too large (they go from {} to {})", INT64_MIN, INT64_MAX)
                          : fmt::format("syntax error ({})", why));
  } catch (const TomlParserBroken&) {
    problems.add({file, breaking_line(text), 1}, "syntax error (this line is not TOML); see https://toml.io");
  }
  return std::nullopt;
}

namespace {

/// "; did you mean …": files of the same kind in the folder, and scenarios that come with the program.
std::string near_file(const std::string& path) {
  namespace fs = std::filesystem;
  const fs::path wanted(path);
  const std::string kind = wanted.extension() == ".csv" ? ".csv" : ".toml";
  std::vector<std::string> names;
  const auto look_into = [&](const fs::path& folder, const fs::path& shown, bool with_ending) {
    constexpr std::size_t most = 2000;
    std::error_code none;
    for (const fs::directory_entry& file : fs::directory_iterator(folder, none))
      if (file.path().extension() == kind && names.size() < most)
        names.push_back((shown / (with_ending ? file.path().filename() : file.path().stem())).string());
  };
  const fs::path beside = wanted.parent_path();
  look_into(beside.empty() ? "." : beside, beside, true);
  if (kind == ".toml")
    for (const std::string& folder : scenario_folders())
      for (const char* const below : {"", "studies"})
        look_into(fs::path(folder) / below, below, wanted.has_extension());
  return did_you_mean(path, names);
}

}  // namespace

std::optional<std::string> read_text_file(const std::string& path, const Position& asked_at, Problems& problems) {
  std::error_code error;
  const std::filesystem::file_status status = std::filesystem::status(path, error);
  if (!std::filesystem::exists(status)) {
    problems.add(asked_at, fmt::format("there is no file '{}'{}", path, near_file(path)));
    return std::nullopt;
  }
  if (!std::filesystem::is_regular_file(status)) {
    problems.add(asked_at, fmt::format("'{}' cannot be read (it is not a regular file)", path));
    return std::nullopt;
  }
  const std::uintmax_t size = std::filesystem::file_size(path, error);
  const std::size_t most = path.ends_with(".csv") ? kMaxTableBytes : kMaxScenarioBytes;
  if (error || size > most) {
    problems.add(asked_at, fmt::format("'{}' cannot be read (such a file has at most {} bytes)", path, most));
    return std::nullopt;
  }
  std::ifstream in(path, std::ios::binary);
  std::string text(static_cast<std::size_t>(size), '\0');
  in.read(text.data(), static_cast<std::streamsize>(text.size()));
  if (!in.is_open() || in.bad()) {
    problems.add(asked_at, fmt::format("'{}' cannot be read", path));
    return std::nullopt;
  }
  text.resize(static_cast<std::size_t>(in.gcount()));
  return text;
}

}  // namespace vt
