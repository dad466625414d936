#pragma once
/// \file Cells of a tally added together: the exact integers that every statistic is derived from.

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "output/results.hpp"

namespace vt {

__extension__ typedef __int128 Int128;

/// A cell of an axis, by its label ("400 mg QD", "Q1") or by its numeric coordinate (400).
using AxisValue = std::variant<std::string, double>;

/// Axis → cell. Axes that are not named are added up.
using Selection = std::map<std::string, AxisValue>;

struct Pooled {
  std::int64_t randomised = 0, evaluable = 0, events = 0, clamped = 0;
  std::vector<Int128> sum, squares;                    ///< of q, by octave
  std::vector<std::int64_t> histogram, above, counts;  ///< by bin, by threshold, by outcome and time
  std::int64_t repeats = 1;                            ///< visits added up: so often a patient may have been counted
  double independent() const { return static_cast<double>(evaluable) / static_cast<double>(repeats); }
};

std::string to_string(const AxisValue&);
std::string to_string(const Selection&);

std::optional<std::size_t> find_axis(const ResultTally&, std::string_view name);

/// A label in full, or a quantile group by what stands before its limits ("Q1" for "Q1 (< 905)"); a number is looked
/// for among the coordinates, to nine digits.
std::optional<std::size_t> find_cell(const ResultAxis&, const AxisValue&);

/// Why a selection cannot be made, with what there is to choose from; "" = it can.
std::string selection_flaw(const ResultTally&, const Selection&);

/// \throws std::invalid_argument with selection_flaw()
Pooled pool(const ResultTally&, const Selection&);

/// The cells with axis a at index fixed[a] where there is one.
Pooled pool_cells(const ResultTally&, const std::vector<std::optional<std::size_t>>& fixed);

/// One cell, by its place in the tally's tables.
Pooled single_cell(const ResultTally&, std::size_t cell);

}  // namespace vt
