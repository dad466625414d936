#include "host/schema/share_repeated.hpp"

#include <fmt/format.h>

#include <map>
#include <string>
#include <utility>

namespace vt {

namespace {

constexpr std::size_t kLeastBytes = 160;  ///< shorter ones are left where they are

struct Repeated {
  std::size_t times = 0;
  std::string name;
};
using Cores = std::map<std::string, Repeated>;

/// A schema without what is said of this place alone; "" where it is too short.
std::string core_of(const Json& schema) {
  Json core = schema;
  core.erase("description"), core.erase("default");
  std::string text = core.dump();
  return text.size() < kLeastBytes ? "" : text;
}

/// Calls `take` with every schema within this one.
void visit_inner(Json& schema, const auto& take) {
  for (const char* key : {"properties", "definitions"})
    if (schema.contains(key))
      for (auto& [name, inner] : schema[key].items()) take(inner);
  if (schema.contains("items")) take(schema["items"]);
  for (const char* key : {"anyOf", "allOf"})
    if (schema.contains(key))
      for (Json& inner : schema[key]) take(inner);
}

void count(Json& schema, Cores& cores) {
  visit_inner(schema, [&](Json& inner) {
    if (const std::string core = core_of(inner); !core.empty() && cores[core].times++ > 0) return;
    count(inner, cores);
  });
}

void replace(Json& schema, Cores& cores, Json& definitions) {
  visit_inner(schema, [&](Json& inner) {
    const auto found = cores.find(core_of(inner));
    if (found == cores.end() || found->second.times < 2) return replace(inner, cores, definitions);
    Repeated& repeated = found->second;
    if (repeated.name.empty()) {
      repeated.name = fmt::format("form_{}", definitions.size() + 1);
      definitions[repeated.name] = Json::object();  // its place
      Json whole = Json::parse(found->first);
      replace(whole, cores, definitions);
      definitions[repeated.name] = std::move(whole);
    }
    Json reference = {{"allOf", {{{"$ref", "#/definitions/" + repeated.name}}}}};
    for (const char* key : {"description", "default"})
      if (inner.contains(key)) reference[key] = inner[key];
    inner = std::move(reference);
  });
}

}  // namespace

void share_repeated(Json& schema) {
  Cores cores;
  count(schema, cores);
  Json definitions = Json::object();
  replace(schema, cores, definitions);
  if (!definitions.empty()) schema["definitions"] = std::move(definitions);
}

}  // namespace vt
