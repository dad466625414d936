#include "output/csv/tally_csv.hpp"

#include <fmt/format.h>

#include <functional>
#include <set>

#include "output/csv/cells.hpp"
#include "output/hdf5/schema.hpp"
#include "output/statistics/quantile_groups.hpp"
#include "output/tally/kinds.hpp"

namespace vt {
namespace {

constexpr std::string_view kFirstColumn = "tally,", kCounts = ",randomised,evaluable";

std::string cell_of(std::int64_t count) { return csv_count(count); }
std::string cell_of(double x) { return csv_number(x); }
std::string cell_of(const std::string& text) { return text; }

/// The entries of an axis, as they stand in cells and headings.
std::vector<std::string> entries_of(const LastAxis& axis, const ResultTally& tally) {
  return std::visit(
      [&](auto entries) {
        std::vector<std::string> texts;
        for (const auto& entry : std::invoke(entries, tally)) texts.push_back(cell_of(entry));
        return texts;
      },
      axis.entries);
}

/// Columns of a tally, all of them as long as the table.
class TallyTable {
 public:
  TallyTable(const ResultTally& tally, bool with_statistics) : tally_(tally), with_statistics_(with_statistics) {
    for (const TallyDataset& dataset : tally.kind->datasets)
      if (const auto* axis = std::get_if<const LastAxis*>(&dataset); axis != nullptr && (*axis)->layout == Layout::rows)
        rows_ = *axis;
    each_ = rows_ == nullptr ? 1 : rows_->size(tally);
    column("tally", [&](std::size_t, std::size_t) { return tally_.name; });
    std::size_t inner = tally.cells();
    for (const ResultAxis& axis : tally.axes) add(axis, inner /= axis.labels.size());
    for (const CountTable& table : kCommonTables) add(table);
    for (const TallyDataset& dataset : tally.kind->datasets) std::visit([this](const auto& one) { add(one); }, dataset);
  }

  std::string text() const {
    std::string out = csv_row(headings_);
    for (std::size_t cell = 0; cell < tally_.cells(); ++cell)
      for (std::size_t row = 0; row < each_; ++row) {
        std::vector<std::string> cells;
        for (const auto& column : columns_) cells.push_back(column(cell, row));
        out += csv_row(cells);
      }
    return out;
  }

 private:
  using Column = std::function<std::string(std::size_t cell, std::size_t row)>;

  void column(std::string heading, Column cells) {
    headings_.push_back(std::move(heading));
    columns_.push_back(std::move(cells));
  }

  std::string unit_of(DatasetUnit unit) const {
    return unit == DatasetUnit::day ? "day" : unit == DatasetUnit::score ? tally_.unit : "";
  }

  /// \param inner cells from one entry of the axis to the next
  void add(const ResultAxis& axis, std::size_t inner) {
    const auto along = [&](const std::string& heading, auto values) {
      column(heading, [values = std::move(values), inner, n = axis.labels.size()](std::size_t cell, std::size_t) {
        return cell_of(values[cell / inner % n]);
      });
    };
    along(axis.name, axis.labels);
    if (!axis.values.empty()) along(csv_heading(schema::coordinate_name(axis), axis.unit), coordinate(axis));
    if (axis.kind != ResultAxisKind::quantiles) return;
    const QuantileGroups groups = groups_of(axis);
    along(csv_heading(axis.name + "_low", axis.unit), groups.low);
    along(csv_heading(axis.name + "_high", axis.unit), groups.high);
    along(axis.name + "_patients", axis.group_patients);
    along(axis.name + "_share", groups.share);
  }

  void add(const LastAxis* axis) {
    if (axis != rows_) return;
    column(csv_heading(axis->name, unit_of(axis->unit)),
           [entries = entries_of(*axis, tally_)](std::size_t, std::size_t row) { return entries[row]; });
  }

  void add(const AlongAxis&) {}  // of exact sums

  void add(const CountTable& table) { add(table.name, "", tally_.*table.member, table.axes); }

  void add(const DerivedTables& derived) {
    const std::vector<std::vector<double>> tables = numbers_of(derived, tally_);
    for (std::size_t i = 0; i < tables.size(); ++i)
      add(derived.tables[i].name, unit_of(derived.unit),
          with_statistics_ ? tables[i] : std::vector<double>(tables[i].size(), kNaN), derived.axes);
  }

  /// A dataset: columns for each entry of the axes that are not that of the rows.
  template <class T>
  void add(const std::string& name, const std::string& unit, const std::vector<T>& values, const LastAxes& axes) {
    const std::size_t per = per_cell(axes, tally_);
    if (is_in_file_alone(axes) || per == 0) return;
    std::vector<std::string> names = {name};  // of the columns, and where in a cell their first row is
    std::vector<std::size_t> places = {0};
    std::size_t inner = per, row_step = 0;
    for (const LastAxis* axis : axes) {
      if (axis == nullptr) continue;
      inner /= axis->size(tally_);
      if (axis == rows_) {
        row_step = inner;
        continue;
      }
      const std::vector<std::string> entries = entries_of(*axis, tally_);
      std::vector<std::string> longer;
      std::vector<std::size_t> further;
      for (std::size_t c = 0; c < names.size(); ++c)
        for (std::size_t e = 0; e < entries.size(); ++e) {
          longer.push_back(names[c] + '_' + entries[e]);
          further.push_back(places[c] + e * inner);
        }
      names = std::move(longer), places = std::move(further);
    }
    for (std::size_t c = 0; c < names.size(); ++c)
      column(csv_heading(names[c], unit),
             [values, per, row_step, place = places[c]](std::size_t cell, std::size_t row) {
               return cell_of(values[cell * per + place + row * row_step]);
             });
  }

  const ResultTally& tally_;
  bool with_statistics_;
  const LastAxis* rows_ = nullptr;
  std::size_t each_ = 1;
  std::vector<std::string> headings_;
  std::vector<Column> columns_;
};

/// What some file system does not take in a name.
bool is_unfit(char c) {
  return static_cast<unsigned char>(c) < 0x20 || c == 0x7f ||
         std::string_view("/\\:*?\"<>|").find(c) != std::string_view::npos;
}

std::string fit_name(const std::string& name) {
  std::string fit;
  for (const char c : name) fit += is_unfit(c) ? '_' : c;
  while (!fit.empty() && (fit.back() == '.' || fit.back() == ' ')) fit.back() = '_';
  return fit.empty() || fit[0] == '.' ? '_' + fit : fit;
}

std::string small_letters(std::string text) {
  for (char& c : text) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  return text;
}

}  // namespace

std::string tally_csv(const ResultTally& tally, bool with_statistics) {
  return TallyTable(tally, with_statistics).text();
}

bool is_tally_table(std::string_view heading) {
  return heading.starts_with(kFirstColumn) && heading.find(kCounts) != std::string_view::npos;
}

std::vector<std::string> tally_files(const std::vector<ResultTally>& tallies) {
  std::vector<std::string> files;
  std::set<std::string> taken;
  for (const ResultTally& tally : tallies) {
    const std::string name = fit_name(tally.name);
    std::string file = name;
    for (int n = 2; !taken.insert(small_letters(file)).second; ++n) file = fmt::format("{}_{}", name, n);
    files.push_back(file + ".csv");
  }
  return files;
}

}  // namespace vt
