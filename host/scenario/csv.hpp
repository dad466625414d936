#pragma once
#include <functional>
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

/// The same line by line, for long files: `take` gets the header, then row after row, and returns whether to go on.
/// False after a mistake, also one that `take` has found.
bool read_csv_lines(std::string_view text, const std::string& file, Problems& problems,
                    const std::function<bool(std::vector<CsvField>&&)>& take);

}  // namespace vt
