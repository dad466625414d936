#include "output/csv/cells.hpp"

#include <fmt/format.h>

#include <cmath>

#include "output/text.hpp"

namespace vt {

std::string csv_text(const std::string& text) {
  if (text.find_first_of(",\"\r\n") == std::string::npos) return valid_utf8(text);
  std::string out = "\"";
  for (const char c : valid_utf8(text)) out += c == '"' ? "\"\"" : std::string(1, c);
  return out + '"';
}

std::string csv_number(double x) { return std::isfinite(x) ? fmt::format("{}", x) : ""; }

std::string csv_heading(const std::string& name, const std::string& unit) {
  return has_unit(unit) ? fmt::format("{} [{}]", name, unit) : name;
}

std::string csv_row(const std::vector<std::string>& cells) {
  std::string row;
  for (std::size_t i = 0; i < cells.size(); ++i) row.append(i == 0 ? "" : ",").append(csv_text(cells[i]));
  return row + '\n';
}

}  // namespace vt
