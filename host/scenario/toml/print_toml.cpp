#include <fmt/format.h>

#include "host/scenario/toml/tree.hpp"

namespace vt {
namespace {

std::string in_quotes(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\')
      out.append(1, '\\').append(1, c);
    else if (c == '\n')
      out += "\\n";
    else if (c == '\t')
      out += "\\t";
    else if (byte < 0x20 || byte == 0x7f)
      out += fmt::format("\\u{:04X}", byte);
    else
      out += c;
  }
  return out + "\"";
}

std::string key_text(std::string_view key) {
  const std::string path = join_path("", key);
  return path == key ? path : in_quotes(key);
}

/// Shortest text that reads back to the same double, and reads back as a floating-point number.
std::string number_text(double number) {
  std::string text = fmt::format("{}", number);
  return text.find_first_of(".enai") == std::string::npos ? text + ".0" : text;
}

std::string inline_text(const Node& node);

std::string inline_table(const Node& node) {
  std::string out;
  for (const Entry& entry : node.entries)
    out += fmt::format("{}{} = {}", out.empty() ? "" : ", ", key_text(entry.key), inline_text(entry.value));
  return out.empty() ? "{}" : "{ " + out + " }";
}

std::string inline_list(const Node& node) {
  std::string out;
  for (const Node& item : node.items) out += (out.empty() ? "" : ", ") + inline_text(item);
  return "[" + out + "]";
}

std::string inline_text(const Node& node) {
  switch (node.kind) {
    case Node::Kind::table:
      return inline_table(node);
    case Node::Kind::list:
      return inline_list(node);
    case Node::Kind::text:
      return in_quotes(node.text);
    case Node::Kind::whole:
      return fmt::format("{}", node.whole);
    case Node::Kind::number:
      return number_text(node.number);
    case Node::Kind::boolean:
      return node.boolean ? "true" : "false";
    case Node::Kind::date:
      return node.text;
  }
  return "";
}

void print_entries(const Node& table, std::string& out) {
  for (const Entry& entry : table.entries)
    out += fmt::format("{} = {}\n", key_text(entry.key), inline_text(entry.value));
}

void print_section(const std::string& name, const Node& node, std::string& out) {
  if (node.is_list_of_tables()) {
    for (const Node& element : node.items) {
      out += fmt::format("\n[[{}]]\n", name);
      print_entries(element, out);
    }
    return;
  }
  bool has_tables_only = !node.entries.empty();
  for (const Entry& entry : node.entries) has_tables_only = has_tables_only && entry.value.is_table();
  if (has_tables_only && name == "blood_counts") {
    for (const Entry& entry : node.entries) print_section(name + "." + key_text(entry.key), entry.value, out);
    return;
  }
  out += fmt::format("\n[{}]\n", name);
  print_entries(node, out);
}

bool is_section(const Node& node) { return node.is_table() || node.is_list_of_tables(); }

}  // namespace

std::string print_toml(const Node& root) {
  std::string out;
  for (const Entry& entry : root.entries)
    if (!is_section(entry.value)) out += fmt::format("{} = {}\n", key_text(entry.key), inline_text(entry.value));
  for (const Entry& entry : root.entries)
    if (is_section(entry.value)) print_section(key_text(entry.key), entry.value, out);
  return out;
}

}  // namespace vt
