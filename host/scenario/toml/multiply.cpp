#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "host/scenario/sections.hpp"
#include "host/scenario/toml/merge.hpp"
#include "host/scenario/units/units.hpp"

namespace vt {

namespace {

/// "10 mg" → "12 mg", "0.1*age" → "1.2*(0.1*age)". False: it is neither number nor text.
bool multiply_value(Node& value, double by) {
  if (value.kind == Node::Kind::whole || value.kind == Node::Kind::number) {
    value.number = by * (value.kind == Node::Kind::whole ? static_cast<double>(value.whole) : value.number);
    value.kind = Node::Kind::number;
    return true;
  }
  if (!value.is_text()) return false;
  if (const std::optional<WrittenNumber> number = written_number(value.text))
    value.text = fmt::format("{}{}{}", by * number->number, number->unit.empty() ? "" : " ", number->unit);
  else
    value.text = fmt::format("{}*({})", by, value.text);
  return true;
}

}  // namespace

std::optional<WrittenNumber> written_number(std::string_view text) {
  text = trimmed(text);
  const std::size_t end = std::min(text.find_first_of(" %"), text.size());
  const std::optional<double> number = parse_number(text.substr(0, end));
  const std::string_view unit = trimmed(text.substr(end));
  if (!number || (!unit.empty() && !parse_unit(unit))) return std::nullopt;
  return WrittenNumber{*number, std::string(unit)};
}

void multiply_entry(Node& tree, const EntryChange& change, double by, const std::string& who, Problems& problems) {
  const Node* entry = find_entry(tree, change.key);
  if (entry == nullptr)
    return problems.add(
        change.where,
        fmt::format("{} multiplies '{}' (which is not there); name an entry that the scenario has", who, change.key));
  EntryChange multiplied = change;
  const Node* value = entry;
  if (entry->is_table()) {
    const std::string form = entry->find("formula") != nullptr ? "formula" : "value";
    value = entry->find(form);
    multiplied.key += "." + form;
    if (const Node* before = entry->find("source")) multiplied.source += ": " + before->text;
  }
  Node multiple = value != nullptr ? *value : make_table(change.where);
  if (!multiply_value(multiple, by))
    return problems.add(change.where,
                        fmt::format("{} multiplies '{}' (which is neither a number nor a formula)", who, change.key));
  apply_change(tree, multiplied, std::move(multiple), problems);
}

}  // namespace vt
