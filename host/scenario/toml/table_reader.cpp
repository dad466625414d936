#include "host/scenario/toml/table_reader.hpp"

#include <algorithm>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "host/scenario/toml/shapes.hpp"
#include "output/bases.hpp"

namespace vt {

void Field::complain(std::string_view text) const { problems->add(node->where, fmt::format("{} {}", path, text)); }

TableReader::TableReader(const Node& table, std::string path, Problems& problems)
    : table_(table), path_(std::move(path)), problems_(problems) {
  known_.reserve(usual_keys);
  if (Shapes* shapes = problems_.shapes()) {
    Shape& place = shapes->at(path_);
    place.is_table = true;
    ++place.times;
  }
}

Field TableReader::get(std::string_view key) {
  known_.emplace_back(key);
  const Node* const node = table_.find(key);
  Shapes* const shapes = problems_.shapes();
  if (shapes != nullptr) (void)shapes->at(join_path(path_, key));
  // What is not there is in no message.
  return {node, node != nullptr || shapes != nullptr ? join_path(path_, key) : "", &problems_};
}

Field TableReader::need(std::string_view key, std::string_view why) {
  Field field = get(key);
  if (Shapes* shapes = problems_.shapes()) shapes->at(path_).need(key);
  if (!field) complain(fmt::format("has no {} ({})", key, why));
  return field;
}

void TableReader::finish() {
  for (const Entry& entry : table_.entries)
    if (std::find(known_.begin(), known_.end(), entry.key) == known_.end())
      problems_.add(entry.key_where,
                    fmt::format("unknown key '{}'{}", join_path(path_, entry.key), suggest(entry.key, known_)));
}

std::string_view words_for(Node::Kind kind) {
  switch (kind) {
    case Node::Kind::table:
      return "a table";
    case Node::Kind::list:
      return "a list";
    case Node::Kind::text:
      return "text";
    case Node::Kind::whole:
      return "a whole number";
    case Node::Kind::number:
      return "a number";
    case Node::Kind::boolean:
      return "true or false";
    case Node::Kind::date:
      return "a date";
  }
  return "";
}

std::string suggest(std::string_view name, const std::vector<std::string>& candidates) {
  constexpr std::size_t most = 200;
  return candidates.size() > most ? "" : did_you_mean(name, candidates);
}

namespace {

Text text_of(const Field& field) {
  if (!field) return {};
  if (!field.node->is_text())
    field.complain(fmt::format("is {} (text is expected); put it into quotes", words_for(field.node->kind)));
  else if (field.node->text.empty())
    field.complain("is empty (text is expected)");
  else if (field.node->text.find('\0') != std::string::npos)
    field.complain("has a NUL character (no text of the results can hold it); take it away");
  else
    return {field.node->text, field.node->where};
  return {};
}

}  // namespace

Text read_text(const Field& field) {
  note(field, {Form::Kind::text});
  return text_of(field);
}

std::string read_choice(const Field& field, const std::vector<std::string>& choices) {
  if (shapes_of(field) != nullptr) note(field, {.kind = Form::Kind::choice, .choices = choices});
  const Text text = text_of(field);
  if (!text.is_set() || std::find(choices.begin(), choices.end(), text.value) != choices.end()) return text.value;
  field.complain(
      fmt::format("is '{}' (not one of: {}){}", text.value, fmt::join(choices, ", "), suggest(text.value, choices)));
  return "";
}

std::vector<Field> items_of(const Field& field) {
  std::vector<Field> items;
  if (Shapes* shapes = shapes_of(field)) (void)shapes->at(field.path).items();
  if (!field) return items;
  for (std::size_t i = 0; i < field.node->items.size(); ++i)
    items.push_back({&field.node->items[i], fmt::format("{}[{}]", field.path, i + 1), field.problems});
  return items;
}

std::vector<Text> read_texts(const Field& field) {
  std::vector<Text> texts;
  note(field, {Form::Kind::text});
  note_items(field, {Form::Kind::text});
  if (!field) return texts;
  if (!field.node->is_list()) {
    Text one = read_text(field);
    if (one.is_set()) texts.push_back(std::move(one));
    return texts;
  }
  std::map<std::string, int> seen;
  for (const Field& item : items_of(field)) {
    Text one = read_text(item);
    if (!one.is_set()) continue;
    if (++seen[one.value] == 2)
      item.complain(fmt::format("names '{}' again (each stands once in the list)", one.value));
    else if (seen[one.value] == 1)
      texts.push_back(std::move(one));
  }
  return texts;
}

Origin read_origin(TableReader& reader, bool is_required) {
  std::vector<std::string> bases;
  for (const BasisEntry& entry : kBases) bases.emplace_back(entry.name);
  Origin origin;
  const Field source = reader.get("source");
  const Field basis = reader.get("basis");
  const Field to = reader.get("to");
  origin.source = read_text(source).value;
  origin.calibrated_to = read_text(to).value;
  const auto at = std::find(bases.begin(), bases.end(), read_choice(basis, bases));
  if (at != bases.end()) origin.basis = static_cast<Basis>(1 + (at - bases.begin()));
  if (origin.basis == Basis::calibrated && !to)
    basis.complain(
        "is 'calibrated' without saying to what (a fitted number is never a prediction of what it was fitted to); add "
        "to = \"…\"");
  if (to && origin.basis != Basis::calibrated && origin.basis != Basis::none)
    to.complain("stands beside another basis than 'calibrated'; write basis = \"calibrated\" or leave it out");
  if (is_required && (!source || !basis))
    reader.complain(
        fmt::format("has no {} (every number of a model says where it is from); write source = \"…\" and "
                    "basis = \"published\", \"derived\", \"calibrated\" or \"assumed\"",
                    source  ? "basis"
                    : basis ? "source"
                            : "source and basis"));
  return origin;
}

bool read_flag(const Field& field) {
  note(field, {Form::Kind::flag});
  if (!field) return false;
  if (field.node->kind != Node::Kind::boolean) field.complain("is not true or false");
  return field.node->boolean;
}

}  // namespace vt
