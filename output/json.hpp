#pragma once
/// \file Parts of JSON. Numbers that are not finite are null, texts valid UTF-8.

#include <nlohmann/json.hpp>

#include <string>
#include <string_view>
#include <vector>

#include "output/results.hpp"

namespace vt {

using Json = nlohmann::ordered_json;

Json number_or_null(double);
Json texts(const std::vector<std::string>&);
Json numbers(const std::vector<double>&);

/// Names of the keys and their meaning: output/json.md. Programs that read version 1.0 can read every 1.x.
inline constexpr const char* kJsonSchema = "vtrial-json";
inline constexpr const char* kJsonVersion = "1.0";

/// {"schema": …, "schema_version": …, "kind": kind, members…}: every object that is printed.
Json json_object(std::string_view kind, const Json& members = Json::object());

Json provenance_json(const Provenance&, const std::string& scenario_path);

}  // namespace vt
