#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "host/problems.hpp"

namespace vt {

/// One field of a CSV file, quotes taken off, and where it begins.
struct CsvField {
  std::string text;
  int line = 1, column = 1;
};

/// A CSV file with a header: every row as long as the header.
struct CsvTable {
  std::vector<CsvField> header;
  std::vector<std::vector<CsvField>> rows;
};

/// Reads RFC 4180: commas, double quotes, lines ended by LF or CRLF; UTF-8, a byte order mark and empty lines at the
/// end are passed over. Mistakes go to `problems`; nothing is returned then.
std::optional<CsvTable> read_csv(std::string_view text, const std::string& file, Problems& problems);

}  // namespace vt
