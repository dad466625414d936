#pragma once
/// \file Cells and rows of comma-separated values (RFC 4180; UTF-8, lines end with a line feed). Numbers have as many
/// digits as it takes to read the same number back; those that are not there are empty.

#include <concepts>
#include <string>
#include <vector>

namespace vt {

/// In quotes where it needs them.
std::string csv_text(const std::string& text);
template <std::integral T>
std::string csv_count(T count) {
  return std::to_string(count);
}
/// Empty where it is not finite.
std::string csv_number(double x);

/// "trough [ng/mL]"; without a unit the name alone.
std::string csv_heading(const std::string& name, const std::string& unit);

/// Texts or numbers, with the end of the line.
std::string csv_row(const std::vector<std::string>& cells);

}  // namespace vt
