#pragma once
/// \file Numbers and tables for people.

#include <string>
#include <string_view>
#include <vector>

namespace vt {

/// `digits` significant digits at least, the whole part in full, no trailing zeros; "–" for NaN.
std::string short_number(double, int digits = 3);
/// An error: two digits, zeros at the end too ("1.0", "0.50").
std::string error_number(double);

/// 0.1234 → "12.3 %"; "–" for NaN.
std::string percent(double share);

/// Between the ends of an interval: a dash, but no dash before a sign.
inline const char* to_word(double low) { return low < 0 ? " to " : "–"; }

/// false for "" and "1"
bool has_unit(std::string_view unit);

/// The text with every byte that is not UTF-8 replaced by U+FFFD, and without NUL.
std::string valid_utf8(std::string_view);

/// Columns a terminal needs (one per code point).
std::size_t text_width(std::string_view);

/// The text in so many columns at most, "…" for what is left out.
std::string shortened(std::string_view, std::size_t columns);

/// The text in lines of so many columns at most, broken at blanks where there are any.
std::vector<std::string> wrapped(std::string_view, std::size_t columns);

/// Lines of cells in aligned columns, two blanks apart.
class TextTable {
 public:
  /// Columns whose heading starts with '>' are set flush right; the sign is not printed.
  explicit TextTable(std::vector<std::string> heading);
  void row(std::vector<std::string> cells) { rows_.push_back(std::move(cells)); }
  std::string str(std::string_view indent = "") const;

 private:
  std::vector<bool> right_;
  std::vector<std::vector<std::string>> rows_;
};

}  // namespace vt
