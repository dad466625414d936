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

inline bool is_kept_column(const Scenario& scenario, const ColumnSpec& column) {
  return column.keep.value_or(!is_tested_column(scenario, column));
}

}  // namespace vt
