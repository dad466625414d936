#include "host/schema/schema.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "host/scenario/toml/language.hpp"
#include "host/scenario/toml/tree.hpp"
#include "host/scenario/units/units.hpp"
#include "host/schema/further_words.hpp"
#include "host/schema/share_repeated.hpp"

namespace vt {
namespace {

constexpr const char* kNumber = "-?([0-9]+\\.?[0-9]*|\\.[0-9]+)([eE][-+]?[0-9]+)?";

/// The units of the dimension of `unit` as a pattern; "": of any dimension.
std::string units_like(std::string_view unit) {
  const std::optional<Unit> wanted = unit.empty() ? std::nullopt : parse_unit(unit);
  std::string alternatives;
  for (const std::string& one : all_units())
    if (!wanted || parse_unit(one)->dimension == wanted->dimension) {
      if (!alternatives.empty()) alternatives += '|';
      for (const char c : one) alternatives += c == '*' ? "\\*" : std::string(1, c);
    }
  return "(" + alternatives + ")";
}

std::string quantity_pattern(std::string_view unit) { return fmt::format("^ *{} *{} *$", kNumber, units_like(unit)); }

void add_range(Json& json, const Range& range) {
  constexpr double all = 1e300;
  if (range.low > -all) json["minimum"] = range.low;
  if (range.high < all) json["maximum"] = range.high;
  if (range.above_low) json["not"] = {{"enum", {range.low}}};  // said so in every draft
}

/// A number in a unit: text such as "400 mg"; without a dimension a number, or percent.
Json number_json(const std::string& unit, const Range& range) {
  if (!unit.empty()) return {{"type", "string"}, {"pattern", quantity_pattern(unit)}};
  Json json = {{"type", {"number", "string"}}, {"pattern", quantity_pattern("%")}};
  add_range(json, range);
  return json;
}

/// The values of an expression, without the table that it may be.
Json expression_value(const Form& form) {
  Json json = number_json(form.unit, form.range);
  if (!form.is_text_formula) return json;
  json.erase("pattern");
  json["minLength"] = 1;
  return json;
}

Json expression_table(const Form& form) {
  Json keys = {{"value", expression_value(form)}};
  if (form.may_be_formula) {
    keys["formula"] = {{"type", "string"}, {"minLength", 1}};
    keys["unit"] = {{"type", "string"}};
  }
  return keys;
}

Json origin_keys() {
  const Json text = {{"type", "string"}, {"minLength", 1}};
  return {{"source", text},
          {"basis", {{"type", "string"}, {"enum", {"published", "derived", "calibrated", "assumed"}}}},
          {"to", text}};
}

Json form_json(const Form& form) {
  switch (form.kind) {
    case Form::Kind::text:
      return {{"type", "string"}, {"minLength", 1}};
    case Form::Kind::choice:
      return {{"type", "string"}, {"enum", form.choices}};
    case Form::Kind::number:
      return number_json(form.unit, form.range);
    case Form::Kind::any_number:
      return {{"type", {"number", "string"}}, {"pattern", quantity_pattern("")}};
    case Form::Kind::whole: {
      Json json = {{"type", "number"}, {"multipleOf", 1}};
      add_range(json, form.range);
      return json;
    }
    case Form::Kind::time:
      return {{"type", "string"}, {"pattern", fmt::format("^ *(day|week|month|year) +{} *$", kNumber)}};
    case Form::Kind::duration:
      return {{"type", "string"}, {"pattern", quantity_pattern("day")}};
    case Form::Kind::flag:
      return {{"type", "boolean"}};
    case Form::Kind::expression:
      return expression_value(form);
    case Form::Kind::anything:
    case Form::Kind::nothing:
      break;
  }
  return Json::object();
}

class Writer {
 public:
  Writer(SchemaOf what, std::string_view page) : what_(what), words_(words_of_reference(page)) {}

  /// \param given  keys whose forms are known already
  Json table(const Shape& shape, const std::string& path, bool is_told = false, const Json& given = Json::object()) {
    Json json = {{"type", "object"}};
    const auto is_refused = [](const Shape& place) {
      return std::ranges::any_of(place.forms, [](const Form& form) { return form.kind == Form::Kind::nothing; });
    };
    json["properties"] = given;
    for (const auto& [key, place] : shape.keys)
      if (!given.contains(key) && !is_refused(*place) && !shape.has_own_names)
        json["properties"][key] = entry(*place, path, key, shape, is_told);
    if (has_entries_with_origin(path)) json["properties"].update(origin_keys());  // for all of its entries
    if (shape.has_own_names) return json;
    json["additionalProperties"] = false;
    Json required = Json::array();
    for (const auto& [key, times] : shape.needed)
      if (times >= shape.times && is_required(path)) required.push_back(key);
    if (!required.empty()) json["required"] = required;
    return json;
  }

  SchemaGaps gaps;

 private:
  /// Files of scenarios may leave to others that they are merged with what they do not say.
  bool is_required(const std::string& path) const {
    return what_ == SchemaOf::qualification || what_ == SchemaOf::targets || path.empty();
  }

  Json value(const Shape& shape, const std::string& path, bool is_told) {
    std::vector<Json> forms;
    const auto add = [&](Json json) {
      if (std::ranges::find(forms, json) == forms.end()) forms.push_back(std::move(json));
    };
    const auto has = [&](Form::Kind kind) {
      return std::ranges::any_of(shape.forms, [&](const Form& one) { return one.kind == kind; });
    };
    Json keys = Json::object();
    for (const Form& form : shape.forms) {
      if (form.kind == Form::Kind::number && (has(Form::Kind::expression) || has(Form::Kind::any_number))) continue;
      if (form.kind == Form::Kind::choice && has(Form::Kind::text)) continue;
      add(form_json(form));
      if (form.kind == Form::Kind::expression) keys = expression_table(form);
    }
    if (shape.item) {
      const bool is_empty = shape.item->forms.empty() && !shape.item->item && !shape.item->is_table;
      const bool says_so = !is_empty || shape.forms.empty();
      if (says_so) add({{"type", "array"}, {"items", value(*shape.item, path + "[]", is_told)}});
    }
    if (!keys.empty()) keys.update(origin_keys());
    if (shape.is_table || !keys.empty()) forms.push_back(table(shape, path, is_told, keys));
    if (forms.empty() || (forms.size() == 1 && forms[0].empty())) return Json::object();
    return forms.size() == 1 ? forms[0] : Json{{"anyOf", forms}};
  }

  /// The place as the page knows it: of a question of a study that is a target's, of a dose that of a regimen.
  std::vector<std::string> tables_of(const std::string& path, const Shape& table) const {
    std::string plain = path;
    for (std::size_t at; (at = plain.find("[]")) != std::string::npos;) plain.erase(at, 2);
    if (plain.empty() && what_ == SchemaOf::qualification) return {"qualification"};
    std::vector<std::string> names = {plain};
    const auto has = [&](std::string_view key) {
      return std::ranges::any_of(table.keys, [&](const auto& one) { return one.first == key; });
    };
    if (has("dose") && has("every")) names.emplace_back("regimen");
    if (plain == "endpoint") names.emplace_back("target");
    names.push_back(plain.substr(plain.rfind('.') + 1));
    return names;
  }

  std::optional<KeyWords> words_for(const std::vector<std::string>& tables, const std::string& key) const {
    for (const std::string& table : tables)
      if (const auto found = words_.find(table + "." + key); found != words_.end() && !found->second.meaning.empty())
        return found->second;
    const auto further = [&](const std::string& name) {
      const auto* found = std::ranges::find(kFurtherWords, name, &KeyWord::key);
      return found == std::end(kFurtherWords) ? std::nullopt : std::optional(KeyWords{std::string(found->words), ""});
    };
    for (const std::string& table : tables)
      if (auto found = further(table + "." + key)) return found;
    return further(key);
  }

  /// \param is_told  the words of the entry that the table is in tell of its keys, too
  Json entry(const Shape& shape, const std::string& path, const std::string& key, const Shape& table, bool is_told) {
    const std::string own = path.empty() ? key : path + "." + key;
    const std::optional<KeyWords> words = words_for(tables_of(path, table), key);
    Json json = value(shape, own, is_told || words.has_value());
    if (json.empty() && std::ranges::none_of(shape.forms, [](const Form& f) { return f.kind == Form::Kind::anything; }))
      gaps.formless.push_back(own);
    if (!words) {
      if (!is_told && !shape.is_table && !(shape.item && shape.item->is_table)) gaps.wordless.push_back(own);
      return json;
    }
    json["description"] = words->meaning;
    if (!words->fallback.empty()) {
      json["description"] = fmt::format("{}. Default: {}", words->meaning, unquoted(words->fallback));
      const Json fallback = Json::parse(unquoted(words->fallback), nullptr, false);
      if (fallback.is_number() || fallback.is_string() || fallback.is_boolean()) json["default"] = fallback;
    }
    return json;
  }

  static std::string unquoted(std::string text) {
    std::erase(text, '`');
    return text;
  }

  SchemaOf what_;
  std::map<std::string, KeyWords, std::less<>> words_;
};

constexpr const char* kTitles[] = {"a scenario of vtrial", "a study of vtrial", "a qualification of vtrial",
                                   "published results for vtrial compare"};

Json written(SchemaOf what, std::string_view page, SchemaGaps& gaps) {
  Shapes shapes;
  ask_readers(what == SchemaOf::study ? SchemaOf::scenario : what, shapes);
  Writer writer(what, page);
  Json table = writer.table(shapes.root(), "");
  gaps = std::move(writer.gaps);
  Json json = {{"$schema", "http://json-schema.org/draft-07/schema#"},
               {"title", kTitles[static_cast<std::size_t>(what)]}};
  json.update(table);
  json["properties"]["language"] = {
      {"type", "number"}, {"enum", {kLanguage}}, {"description", "The language that the file is written in."}};
  const Json file = {{"type", "string"}, {"minLength", 1}};
  if (what == SchemaOf::scenario || what == SchemaOf::study)
    json["properties"]["base"] = {
        {"anyOf", {file, {{"type", "array"}, {"items", file}}}},
        {"description", "Files that are merged from left to right, then this one; their paths are relative to it."}};
  if (what == SchemaOf::study) json["required"] = {"study"};
  share_repeated(json);
  return json;
}

}  // namespace

Json schema_of(SchemaOf what, std::string_view page) {
  SchemaGaps unused;
  return written(what, page, unused);
}

SchemaGaps gaps_of_schema(SchemaOf what, std::string_view page) {
  SchemaGaps gaps;
  (void)written(what, page, gaps);
  return gaps;
}

}  // namespace vt
