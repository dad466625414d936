#pragma once
#include <cstddef>
#include <deque>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "host/problems.hpp"

namespace vt {

/// One field of a CSV file, quotes taken off, and where it begins.
struct CsvField {
  std::string_view text;  ///< within the file's text or, where a quote was doubled, within `unquoted`
  int line = 1, column = 1;
};

/// A CSV file with a header: every row as long as the header. The text that it was read from must outlive it.
struct CsvTable {
  std::vector<CsvField> header;
  std::vector<CsvField> cells;       ///< row after row
  std::deque<std::string> unquoted;  ///< texts that do not stand in the file as they are

  std::size_t rows() const { return cells.size() / header.size(); }
  std::span<const CsvField> row(std::size_t i) const {
    return std::span(cells).subspan(i * header.size(), header.size());
  }
};

/// Reads RFC 4180: commas, double quotes, lines ended by LF or CRLF; UTF-8, a byte order mark and empty lines at the
/// end are passed over. Mistakes go to `problems`; nothing is returned then.
std::optional<CsvTable> read_csv(std::string_view text, const std::string& file, Problems& problems);

/// The same line by line, for long files: `take` gets the header, then row after row, and returns whether to go on; the
/// texts of fields last as long as the call. False after a mistake, also one that `take` has found.
bool read_csv_lines(std::string_view text, const std::string& file, Problems& problems,
                    const std::function<bool(std::span<const CsvField>)>& take);

}  // namespace vt
