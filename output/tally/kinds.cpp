#include "output/tally/kinds.hpp"

#include <algorithm>

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

bool is_in_file_alone(const LastAxes& axes) {
  return std::ranges::any_of(
      axes, [](const LastAxis* axis) { return axis != nullptr && axis->layout == Layout::file_alone; });
}

std::vector<std::vector<double>> numbers_of(const DerivedTables& derived, const ResultTally& tally) {
  const std::size_t each = per_cell(derived.axes, tally);
  if (each == 0 || (derived.add_contrast != nullptr && !arm_axis(tally))) return {};
  const auto unnamed = std::ranges::find(derived.tables, nullptr, &DerivedTables::Table::name);
  std::vector<std::vector<double>> tables(static_cast<std::size_t>(unnamed - derived.tables.begin()));
  for (std::size_t cell = 0; cell < tally.cells(); ++cell) {
    const Pooled here = single_cell(tally, cell);
    if (derived.add_contrast == nullptr) {
      derived.add_cell(tally, here, tables);
    } else if (const std::size_t first = cell_of_first_arm(tally, cell); first != cell) {
      derived.add_contrast(tally, here, single_cell(tally, first), tables);
    } else {
      for (std::vector<double>& table : tables) table.insert(table.end(), each, kNaN);
    }
  }
  return tables;
}

void add_to(std::span<std::vector<double>> tables, std::initializer_list<double> numbers) {
  auto table = tables.begin();
  for (const double number : numbers) (table++)->push_back(number);
}

}  // namespace vt
