#include "output/hdf5/names.hpp"

#include "output/hdf5/schema.hpp"
#include "output/tally/kinds.hpp"

namespace vt::schema {

std::vector<std::string> tally_datasets(ResultKind kind) {
  std::vector<std::string> names;
  for (const CountTable& table : kCommonTables) names.emplace_back(table.name);
  for (const TallyDataset& dataset : kind->datasets) {
    if (const auto* tables = std::get_if<DerivedTables>(&dataset)) {
      for (const auto& table : tables->tables)
        if (table.name != nullptr) names.emplace_back(table.name);
    } else if (const auto* axis = std::get_if<const LastAxis*>(&dataset)) {
      names.emplace_back((*axis)->name);
    } else if (const auto* along = std::get_if<AlongAxis>(&dataset)) {
      names.emplace_back(along->name);
    } else {
      names.emplace_back(std::get<CountTable>(dataset).name);
    }
  }
  return names;
}

std::vector<std::string> axis_datasets(const ResultAxis& axis) {
  std::vector<std::string> names = {axis.name};
  if (!axis.values.empty()) names.push_back(coordinate_name(axis));
  if (axis.groups > 0)
    for (const char* suffix : {"_low", "_high", "_patients", "_share"}) names.push_back(axis.name + suffix);
  return names;
}

}  // namespace vt::schema
