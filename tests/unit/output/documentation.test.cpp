/// \file Datasets of tallies in output/README.md and statistics in scenarios/reference.md are those of the program.
/// VTRIAL_UPDATE=1 writes them anew.

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <iterator>

#include "output/tally/kinds.hpp"
#include "tests/support/generated_table.hpp"

namespace vt { namespace {

using test::expect_table;

std::string shape_text(const LastAxes& axes) {
  std::string text = "axes…";
  for (const LastAxis* axis : axes)
    if (axis != nullptr) text += fmt::format(", {}", axis->name);
  return text;
}

std::string row(std::string_view kind, const char* name, const char* type, const std::string& shape,
                const char* words) {
  return fmt::format("| {} | `{}` | {} | [{}] | {} |\n", kind, name, type, shape, words);
}

/// Tables of integers and what they need; tables of statistics.
struct Rows {
  std::string kept, derived;

  void add(std::string_view kind, const LastAxis* axis) {
    using Texts = std::vector<std::string>;
    const bool is_text = std::holds_alternative<Texts ResultTally::*>(axis->entries) ||
                         std::holds_alternative<Texts (*)(const ResultTally&)>(axis->entries);
    kept += row(kind, axis->name, is_text ? "text" : "float64", axis->name, axis->long_name);
  }
  void add(std::string_view kind, const AlongAxis& along) {
    kept += row(kind, along.name, "float64", along.axis->name, along.long_name);
  }
  void add(std::string_view kind, const CountTable& table) {
    kept += row(kind, table.name, "int64", shape_text(table.axes), table.long_name);
  }
  void add(std::string_view kind, const DerivedTables& derived_tables) {
    for (const auto& table : derived_tables.tables)
      if (table.name != nullptr)
        derived += row(kind, table.name, "float64", shape_text(derived_tables.axes), table.long_name);
  }
};

TEST(Documentation, has_every_dataset_of_tallies) {
  Rows rows;
  for (const CountTable& table : kCommonTables) rows.add("all", table);
  for (const ResultKindEntry* entry : kResultKinds)
    for (const TallyDataset& dataset : entry->datasets)
      std::visit([&](const auto& one) { rows.add(entry->name, one); }, dataset);
  const std::string heading = "| kind | dataset | type | shape | is |\n|---|---|---|---|---|\n";
  expect_table("output/README.md", "counts of tallies", heading + rows.kept);
  expect_table("output/README.md", "statistics of tallies", heading + rows.derived);
}

TEST(Documentation, has_every_statistic) {
  std::string table = "| `statistic` | kind of tally | is |\n|---|---|---|\n";
  for (const StatisticEntry& one : kStatistics) {
    std::string kinds, examples(one.examples);
    std::size_t n = 0;
    for (const ResultKindEntry* entry : kResultKinds)
      if (applies(Statistic{one.kind}, entry)) ++n, kinds.append(kinds.empty() ? "" : ", ").append(entry->name);
    for (std::size_t at = 0; (at = examples.find(", ", at)) != std::string::npos; at += 4)
      examples.replace(at, 2, "`, `");
    table += fmt::format("| `{}` | {} | {} |\n", examples, n == std::size(kResultKinds) ? "all" : kinds, one.meaning);
  }
  expect_table("scenarios/reference.md", "statistics", table);
}

}}  // namespace vt
