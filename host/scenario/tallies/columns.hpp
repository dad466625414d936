#pragma once
#include <algorithm>

#include "host/scenario/scenario.hpp"

/// \file What becomes of a column.

namespace vt {

inline bool is_tested_column(const Scenario& scenario, const ColumnSpec& column) {
  return std::ranges::any_of(scenario.analyses, [&](const AnalysisSpec& test) {
    return test.response.value == column.name || test.strata.value == column.name ||
           std::ranges::any_of(test.covariates, [&](const Text& name) { return name.value == column.name; });
  });
}

/// Kept of all patients while they are simulated.
inline bool is_kept_column(const Scenario& scenario, const ColumnSpec& column) {
  const bool is_in_table = scenario.record.table.value == "all";  // which has it without
  return column.keep.value_or(!is_tested_column(scenario, column) && !is_in_table);
}

}  // namespace vt
