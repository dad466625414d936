#include "output/tally/kinds.hpp"

#include <algorithm>

namespace vt {

const ResultKindEntry& entry_of(ResultKind kind) {
  return **std::ranges::find_if(kResultKinds, [&](const auto* entry) { return entry->kind == kind; });
}

std::string to_string(ResultKind kind) { return std::string(entry_of(kind).name); }

std::optional<ResultKind> parse_result_kind(std::string_view text) {
  for (const ResultKindEntry* entry : kResultKinds)
    if (entry->name == text) return entry->kind;
  return std::nullopt;
}

std::vector<CountTable> count_tables(ResultKind kind) {
  std::vector<CountTable> tables(std::begin(kCommonTables), std::end(kCommonTables));
  for (const TallyDataset& dataset : entry_of(kind).datasets)
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
