#include "output/tally/kinds.hpp"

namespace vt {

std::string to_string(ResultKind kind) { return std::string(kind->name); }

ResultKind find_result_kind(std::string_view name) {
  for (const ResultKind kind : kResultKinds)
    if (kind->name == name) return kind;
  return nullptr;
}

std::vector<CountTable> count_tables(ResultKind kind) {
  std::vector<CountTable> tables(std::begin(kCommonTables), std::end(kCommonTables));
  for (const TallyDataset& dataset : kind->datasets)
    if (const auto* table = std::get_if<CountTable>(&dataset)) tables.push_back(*table);
  return tables;
}

std::size_t per_cell(const LastAxes& axes, const ResultTally& tally) {
  std::size_t entries = 1;
  for (const LastAxis* axis : axes)
    if (axis != nullptr) entries *= axis->size(tally);
  return entries;
}

void add_to(std::span<std::vector<double>> tables, std::initializer_list<double> numbers) {
  auto table = tables.begin();
  for (const double number : numbers) (table++)->push_back(number);
}

}  // namespace vt
