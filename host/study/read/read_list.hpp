#pragma once
#include <optional>
#include <string>
#include <vector>

#include "host/scenario/sections.hpp"
#include "host/scenario/toml/csv.hpp"
#include "host/scenario/toml/merge.hpp"
#include "host/scenario/toml/table_reader.hpp"
#include "host/study/study_spec.hpp"

namespace vt {

/// Points that a CSV file lists: a row each, a column for every factor, "dose [mg]" or "dose" in its header.
class ListedPoints {
 public:
  /// Mistakes go to the field's problems; then there is no column.
  ListedPoints(const Field& file, const FileText& text_of);
  /// Of the factor's column; null where there is none.
  const ColumnHeader* header(const std::string& factor) const;
  /// The value of a cell as a scenario would have it: "400 mg", 0.8, "no TDM".
  std::vector<Node> cells(const std::string& factor) const;
  std::size_t rows() const { return table_ ? table_->rows() : 0; }
  const std::string& path() const { return path_; }
  /// A column that is no factor's is a mistake.
  void finish(const std::vector<FactorSpec>& factors, Problems& problems) const;

 private:
  std::string path_, text_;
  std::optional<CsvTable> table_;
  std::vector<ColumnHeader> headers_;
};

}  // namespace vt
