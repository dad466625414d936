#include "host/scenario/toml/csv.hpp"

#include <array>
#include <utility>

#include <fmt/format.h>

#include "host/scenario/sections.hpp"
#include "host/scenario/toml/toml_reader.hpp"

namespace vt {
namespace {

/// Does a field without quotes end here?
constexpr std::array<bool, 256> kEnds = [] {
  std::array<bool, 256> ends{};
  for (const char c : {',', '\r', '\n', '"'}) ends[static_cast<unsigned char>(c)] = true;
  return ends;
}();

/// Takes a text apart, field by field.
class CsvReader {
 public:
  CsvReader(std::string_view text, std::string file, std::deque<std::string>& unquoted, Problems& problems)
      : text_(text), file_(std::move(file)), unquoted_(unquoted), problems_(problems) {
    constexpr std::string_view byte_order_mark = "\xef\xbb\xbf";
    if (text_.starts_with(byte_order_mark)) at_ = line_start_ = byte_order_mark.size();
  }

  bool is_at_end() const { return at_ >= text_.size(); }

  /// The fields of one line; false after a mistake.
  bool line(std::vector<CsvField>& fields) {
    fields.clear();
    for (;;) {
      fields.push_back({std::string_view(), line_, column()});
      if (!field(fields.back())) return false;
      if (is_at_end() || text_[at_] != ',') return end_line();
      ++at_;
    }
  }

 private:
  int column() const { return static_cast<int>(at_ - line_start_) + 1; }
  Position here() const { return {file_, line_, column()}; }

  bool field(CsvField& field) {
    if (!is_at_end() && text_[at_] == '"') return quoted(field);
    const std::size_t begin = at_;
    while (!is_at_end() && !kEnds[static_cast<unsigned char>(text_[at_])]) ++at_;
    field.text = trimmed(text_.substr(begin, at_ - begin));
    if (is_at_end() || text_[at_] != '"') return true;
    problems_.add(here(), "a quote stands inside a field (RFC 4180); put the whole field in quotes, and double it");
    return false;
  }

  bool quoted(CsvField& field) {
    std::string* joined = nullptr;  // of several parts, where quotes are doubled
    for (++at_;;) {
      const std::size_t quote = text_.find('"', at_);
      if (quote == std::string_view::npos) {
        problems_.add({file_, field.line, field.column}, "this quote is never closed");
        return false;
      }
      const std::string_view part = text_.substr(at_, quote - at_);
      count_lines(part);
      at_ = quote + 1;
      const bool is_doubled = !is_at_end() && text_[at_] == '"';
      if (is_doubled && joined == nullptr) joined = &unquoted_.emplace_back();
      if (joined != nullptr) joined->append(part);
      if (!is_doubled) {
        field.text = joined != nullptr ? std::string_view(*joined) : part;
        return true;
      }
      *joined += '"';
      ++at_;
    }
  }

  void count_lines(std::string_view part) {
    for (std::size_t i = 0; i < part.size(); ++i)
      if (part[i] == '\n') {
        ++line_;
        line_start_ = at_ + i + 1;
      }
  }

  bool end_line() {
    if (is_at_end()) return true;
    if (text_.substr(at_, 2) == "\r\n") ++at_;
    if (text_[at_] != '\n') {
      problems_.add(here(), text_[at_] == '\r'
                                ? "the lines end with a carriage return alone (LF or CR LF is expected); save the file "
                                  "with line ends of Unix or Windows"
                                : "a comma or the end of the line is expected");
      return false;
    }
    ++at_;
    ++line_;
    line_start_ = at_;
    return true;
  }

  std::string_view text_;
  std::string file_;
  std::deque<std::string>& unquoted_;
  Problems& problems_;
  std::size_t at_ = 0, line_start_ = 0;
  int line_ = 1;
};

bool is_empty(const std::vector<CsvField>& line) { return line.size() == 1 && line[0].text.empty(); }

/// "" if it is text as it should be.
std::string why_unreadable(std::string_view text) {
  if (text.starts_with("\xff\xfe") || text.starts_with("\xfe\xff"))
    return "the file is UTF-16 (UTF-8 is expected); save it as \"CSV UTF-8\"";
  if (!is_utf8(text)) return "the file is not UTF-8; save it as \"CSV UTF-8\"";
  if (text.find('\0') != std::string_view::npos) return "the file has bytes that are 0 (it is no text); save it as CSV";
  return "";
}

/// What stands between the columns of a header in which commas do not; null if nothing does.
const char* other_separator(std::string_view header) {
  if (header.find(';') != std::string_view::npos) return "semicolons";
  if (header.find('\t') != std::string_view::npos) return "tabs";
  return header.find('|') != std::string_view::npos ? "bars" : nullptr;
}

template <class Take>
bool read_lines(std::string_view text, const std::string& file, std::deque<std::string>& unquoted, Problems& problems,
                const Take& take) {
  const Position start{file, 1, 1};
  if (const std::string flaw = why_unreadable(text); !flaw.empty()) {
    problems.add(start, flaw);
    return false;
  }
  CsvReader reader(text, file, unquoted, problems);
  std::vector<CsvField> line;
  std::size_t fields = 0, rows = 0;
  int gap = 0;  ///< line that was empty
  for (bool is_header = true; !reader.is_at_end(); is_header = false) {
    if (!reader.line(line)) return false;
    if (is_empty(line) && (is_header || fields > 1)) {
      if (gap == 0) gap = line[0].line;
      continue;
    }
    if (gap > 0) {
      problems.add({file, gap, 1}, "this line is empty; take it out");
      return false;
    }
    if (is_header) {
      fields = line.size();
      if (const char* separator = fields == 1 ? other_separator(line[0].text) : nullptr; separator != nullptr) {
        problems.add(start, fmt::format("the columns are separated by {} (commas are expected, and points in numbers); "
                                        "save the file as CSV with commas",
                                        separator));
        return false;
      }
    } else if (line.size() != fields) {
      const CsvField& last = line.back();
      problems.add({file, last.line, last.column},
                   fmt::format("the row has {} fields (the header has {})", line.size(), fields));
      return false;
    } else {
      ++rows;
    }
    if (!take(std::span<const CsvField>(line))) return false;
  }
  if (rows == 0) problems.add(start, "the file has no rows (a header and at least one row are expected)");
  return rows > 0;
}

}  // namespace

bool read_csv_lines(std::string_view text, const std::string& file, Problems& problems,
                    const std::function<bool(std::span<const CsvField>)>& take) {
  std::deque<std::string> unquoted;
  return read_lines(text, file, unquoted, problems, take);
}

std::optional<CsvTable> read_csv(std::string_view text, const std::string& file, Problems& problems) {
  CsvTable table;
  const bool is_whole = read_lines(text, file, table.unquoted, problems, [&](std::span<const CsvField> line) {
    std::vector<CsvField>& to = table.header.empty() ? table.header : table.cells;
    to.insert(to.end(), line.begin(), line.end());
    return true;
  });
  return is_whole ? std::optional(std::move(table)) : std::nullopt;
}

}  // namespace vt
