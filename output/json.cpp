#include "output/json.hpp"

#include <cmath>

#include "output/text.hpp"

namespace vt {

Json number_or_null(double x) { return std::isfinite(x) ? Json(x) : Json(nullptr); }

Json texts(const std::vector<std::string>& values) {
  Json list = Json::array();
  for (const std::string& value : values) list.push_back(valid_utf8(value));
  return list;
}

Json numbers(const std::vector<double>& values) {
  Json list = Json::array();
  for (const double value : values) list.push_back(number_or_null(value));
  return list;
}

Json over_cells(const ResultTally& tally, const Statistic& statistic) {
  Json list = Json::array();
  for (std::size_t cell = 0; cell < tally.cells(); ++cell)
    list.push_back(number_or_null(value_of(tally, single_cell(tally, cell), statistic)));
  return list;
}

}  // namespace vt
