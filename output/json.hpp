#pragma once
/// \file Parts of JSON. Numbers that are not finite are null, texts valid UTF-8.

#include <nlohmann/json.hpp>

#include <string>
#include <vector>

#include "output/statistics/estimate.hpp"

namespace vt {

using Json = nlohmann::ordered_json;

Json number_or_null(double);
Json texts(const std::vector<std::string>&);
Json numbers(const std::vector<double>&);

Json provenance_json(const Provenance&, const std::string& scenario_path);

/// One statistic of every cell, in the order of the cells.
Json over_cells(const ResultTally&, const Statistic&);

}  // namespace vt
