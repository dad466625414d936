#pragma once
/// \file The datasets of a kind of tally. Writing, reading, adding up cells, checking sizes and the names that no axis
/// may have follow from these tables.

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <variant>
#include <vector>

#include "output/statistics/pool.hpp"

namespace vt {

/// Of a dataset's numbers; none: texts; score: the unit of the tally's score.
enum class DatasetUnit { none, one, day, score };

/// An attribute of the tally's group.
struct TallyAttribute {
  const char* name;
  std::variant<double ResultTally::*, bool ResultTally::*, double Binning::*, std::int32_t Binning::*,
               std::uint32_t Binning::*>
      member;
  bool (*is_there)(const ResultTally&) = nullptr;  ///< null: in every tally of the kind
};

/// What an attribute stands for.
template <class Tally, class T>
auto& value_at(Tally& tally, T ResultTally::*member) {
  return tally.*member;
}
template <class Tally, class T>
auto& value_at(Tally& tally, T Binning::*member) {
  return tally.binning.*member;
}

/// Where the tables along an axis stand outside the results file: an entry is a column of a row, or a row; or the
/// tables are in the file alone (exact sums and histograms, which are there to be added up).
enum class Layout { columns, rows, file_alone };

/// An axis behind those of the tally. One without entries is left out, and so are its tables.
struct LastAxis {
  const char* name;
  DatasetUnit unit;
  const char* long_name;
  std::size_t (*size)(const ResultTally&);
  /// Members are read back; what a function gives follows from the rest.
  std::variant<std::vector<double> ResultTally::*, std::vector<std::string> ResultTally::*,
               std::vector<double> (*)(const ResultTally&), std::vector<std::string> (*)(const ResultTally&)>
      entries;
  Layout layout = Layout::columns;
};
using LastAxes = std::array<const LastAxis*, 2>;  ///< slowest first; null: none

/// A number for each entry of an axis, the same in every cell.
struct AlongAxis {
  const char* name;
  DatasetUnit unit;
  const char* long_name;
  const LastAxis* axis;
  std::vector<double> (*numbers)(const ResultTally&);
};

/// Integers that are added up over patients: [axes…, last axes].
struct CountTable {
  const char* name;
  std::vector<std::int64_t> ResultTally::*member;
  const char* long_name;
  LastAxes axes = {};
  bool counts_patients = true;  ///< never below 0
};

/// Statistics, written and not read back: [axes…, last axes] each.
struct DerivedTables {
  struct Table {
    const char* name = nullptr;
    const char* long_name = nullptr;
  };
  DatasetUnit unit;
  std::array<Table, 4> tables;  ///< without a name: none
  LastAxes axes = {};
  /// Puts the numbers of a cell at the end of each table.
  void (*add_cell)(const ResultTally&, const Pooled&, std::span<std::vector<double>> tables) = nullptr;
  /// In its place: those of a cell against the same cell of the first arm. There are none without an axis of arms; the
  /// first arm itself has NaN.
  void (*add_contrast)(const ResultTally&, const Pooled&, const Pooled& first,
                       std::span<std::vector<double>> tables) = nullptr;
};

/// The scale of an axis stands before the tables that have it.
using TallyDataset = std::variant<const LastAxis*, AlongAxis, CountTable, DerivedTables>;

/// What every tally has.
inline constexpr CountTable kCommonTables[] = {
    {"randomised", &ResultTally::randomised, "patients allocated, whatever became of them"},
    {"evaluable", &ResultTally::evaluable, "patients measured, with the score defined"},
};

/// The count tables of a kind of tally, those of every tally first.
std::vector<CountTable> count_tables(ResultKind);

/// Entries of a table for each cell.
std::size_t per_cell(const LastAxes&, const ResultTally&);

/// Of a table with these axes, whether it is in the results file alone.
bool is_in_file_alone(const LastAxes&);

/// The numbers of tables of statistics, in their order: [axes…, last axes] each. Empty: there are none.
std::vector<std::vector<double>> numbers_of(const DerivedTables&, const ResultTally&);

/// One number at the end of each table, in their order.
void add_to(std::span<std::vector<double>> tables, std::initializer_list<double> numbers);

}  // namespace vt
