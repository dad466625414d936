#include "host/scenario/toml/shapes.hpp"

#include <algorithm>

namespace vt {
namespace {

/// Takes the next part of a path away: "arm", "'400 mg QD'" without its quotes, or "[2]".
std::string next_part(std::string_view& path) {
  if (path.starts_with('.')) path.remove_prefix(1);
  const char first = path.front();
  const bool is_quoted = first == '\'' || first == '"';
  std::size_t end = is_quoted      ? path.find(first, 1) + 1
                    : first == '[' ? path.find(']') + 1
                                   : std::min(path.find_first_of(".["), path.size());
  const std::string part(is_quoted ? path.substr(1, end - 2) : path.substr(0, end));
  path.remove_prefix(end);
  return part;
}

bool is_same(const Form& a, const Form& b) {
  return a.kind == b.kind && a.unit == b.unit && a.range.low == b.range.low && a.range.high == b.range.high &&
         a.range.above_low == b.range.above_low && a.may_be_formula == b.may_be_formula &&
         a.is_text_formula == b.is_text_formula;
}

/// Choices of one key are one list.
void add_form(Shape& shape, Form form) {
  const auto twin = std::ranges::find_if(shape.forms, [&](const Form& one) { return is_same(one, form); });
  if (twin == shape.forms.end()) return shape.forms.push_back(std::move(form));
  for (std::string& choice : form.choices)
    if (std::ranges::find(twin->choices, choice) == twin->choices.end()) twin->choices.push_back(std::move(choice));
}

}  // namespace

Shape& Shape::key(std::string_view name) {
  for (auto& [known, shape] : keys)
    if (known == name) return *shape;
  return *keys.emplace_back(name, std::make_unique<Shape>()).second;
}

Shape& Shape::items() {
  if (!item) item = std::make_unique<Shape>();
  return *item;
}

Shape& Shapes::at(std::string_view path) {
  Shape* place = &root_;
  bool is_first = true, is_name = false;  // the part after that of a list of named tables is a name
  while (!path.empty()) {
    const std::string part = next_part(path);
    if (is_name || part.front() == '[')
      place = &place->items();
    else
      place = &place->key(part);
    is_name = is_first && !naming_key(part).empty() && path.starts_with('.');
    is_first = false;
  }
  return *place;
}

void note(const Field& field, Form form) {
  if (Shapes* shapes = shapes_of(field)) add_form(shapes->at(field.path), std::move(form));
}

void note_items(const Field& field, Form form) {
  if (Shapes* shapes = shapes_of(field)) add_form(shapes->at(field.path).items(), std::move(form));
}

void note_own_names(const Field& field) {
  if (Shapes* shapes = shapes_of(field)) {
    Shape& place = shapes->at(field.path);
    place.is_table = place.has_own_names = true;
  }
}

}  // namespace vt
