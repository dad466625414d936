#pragma once
#include <optional>
#include <string>
#include <string_view>

#include "host/problems.hpp"

/// \file Numbers, formulas and texts as written, with where they stand and where they come from.

namespace vt {

/// How a number came to be. `none`: of the trial's design.
enum class Basis { none, published, derived, calibrated, assumed };

/// "published", "derived", …, or "".
std::string_view to_text(Basis basis);

/// Where a number comes from.
struct Origin {
  std::string source;
  Basis basis = Basis::none;
  std::string calibrated_to;
};

/// A number in kernel units, or a Formula over covariates, random effects and parameters.
struct Expression {
  std::optional<double> number;
  std::string formula;  ///< used when there is no number
  std::string text;     ///< as written, for `explain` and reports
  std::string unit;     ///< kernel unit; "" = dimensionless
  Position where;
  Origin origin;
  int column = -1;  ///< of the user's table, instead of number and formula; -1 = none
  bool is_set() const { return number.has_value() || !formula.empty() || column >= 0; }
};

/// A piece of text with its place.
struct Text {
  std::string value;
  Position where;
  bool is_set() const { return !value.empty(); }
};

}  // namespace vt
