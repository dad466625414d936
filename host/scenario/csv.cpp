#include "host/scenario/csv.hpp"

#include <utility>

#include <fmt/format.h>

#include "host/scenario/toml_reader.hpp"

namespace vt {
namespace {

/// Takes a text apart, field by field.
class CsvReader {
 public:
  CsvReader(std::string_view text, std::string file, Problems& problems)
      : text_(text), file_(std::move(file)), problems_(problems) {
    constexpr std::string_view byte_order_mark = "\xef\xbb\xbf";
    if (text_.starts_with(byte_order_mark)) at_ = line_start_ = byte_order_mark.size();
  }

  bool is_at_end() const { return at_ >= text_.size(); }

  /// The fields of one line; nothing after a mistake.
  std::optional<std::vector<CsvField>> line() {
    std::vector<CsvField> fields;
    for (;;) {
      std::optional<CsvField> field = this->field();
      if (!field) return std::nullopt;
      fields.push_back(std::move(*field));
      if (at_ < text_.size() && text_[at_] == ',') {
        ++at_;
        continue;
      }
      return end_line() ? std::optional(std::move(fields)) : std::nullopt;
    }
  }

 private:
  int column() const { return static_cast<int>(at_ - line_start_) + 1; }
  Position here() const { return {file_, line_, column()}; }

  std::optional<CsvField> field() {
    CsvField field{{}, line_, column()};
    if (is_at_end() || text_[at_] != '"') {
      const std::size_t end = std::min(text_.find_first_of(",\r\n\"", at_), text_.size());
      field.text = trimmed(text_.substr(at_, end - at_));
      at_ = end;
      if (!is_at_end() && text_[at_] == '"') {
        problems_.add(here(), "a quote stands inside a field (RFC 4180); put the whole field in quotes, and double it");
        return std::nullopt;
      }
      return field;
    }
    for (++at_;;) {
      const std::size_t quote = text_.find('"', at_);
      if (quote == std::string_view::npos) {
        problems_.add({file_, field.line, field.column}, "this quote is never closed");
        return std::nullopt;
      }
      append(field.text, text_.substr(at_, quote - at_));
      at_ = quote + 1;
      if (is_at_end() || text_[at_] != '"') return field;
      field.text += '"';
      ++at_;
    }
  }

  void append(std::string& to, std::string_view part) {
    for (std::size_t i = 0; i < part.size(); ++i)
      if (part[i] == '\n') {
        ++line_;
        line_start_ = at_ + i + 1;
      }
    to += part;
  }

  static std::string trimmed(std::string_view text) {
    const std::size_t first = text.find_first_not_of(" \t");
    return first == std::string_view::npos ? ""
                                           : std::string(text.substr(first, text.find_last_not_of(" \t") - first + 1));
  }

  bool end_line() {
    if (is_at_end()) return true;
    if (text_.substr(at_, 2) == "\r\n") ++at_;
    if (text_[at_] != '\n') {
      problems_.add(here(), "a comma or the end of the line is expected");
      return false;
    }
    ++at_;
    ++line_;
    line_start_ = at_;
    return true;
  }

  std::string_view text_;
  std::string file_;
  Problems& problems_;
  std::size_t at_ = 0, line_start_ = 0;
  int line_ = 1;
};

bool is_empty(const std::vector<CsvField>& line) { return line.size() == 1 && line[0].text.empty(); }

}  // namespace

bool read_csv_lines(std::string_view text, const std::string& file, Problems& problems,
                    const std::function<bool(std::vector<CsvField>&&)>& take) {
  const Position start{file, 1, 1};
  if (!is_utf8(text)) {
    problems.add(start, "the file is not UTF-8");
    return false;
  }
  CsvReader reader(text, file, problems);
  std::size_t fields = 0, rows = 0;
  int gap = 0;  ///< line that was empty
  for (bool is_header = true; !reader.is_at_end(); is_header = false) {
    std::optional<std::vector<CsvField>> line = reader.line();
    if (!line) return false;
    if (is_empty(*line) && (is_header || fields > 1)) {
      if (gap == 0) gap = (*line)[0].line;
      continue;
    }
    if (gap > 0) {
      problems.add({file, gap, 1}, "this line is empty; take it out");
      return false;
    }
    if (is_header) {
      fields = line->size();
    } else if (line->size() != fields) {
      const CsvField& last = line->back();
      problems.add({file, last.line, last.column},
                   fmt::format("the row has {} fields (the header has {})", line->size(), fields));
      return false;
    } else {
      ++rows;
    }
    if (!take(std::move(*line))) return false;
  }
  if (rows == 0) problems.add(start, "the file has no rows (a header and at least one row are expected)");
  return rows > 0;
}

std::optional<CsvTable> read_csv(std::string_view text, const std::string& file, Problems& problems) {
  CsvTable table;
  const bool is_whole = read_csv_lines(text, file, problems, [&](std::vector<CsvField>&& line) {
    if (table.header.empty())
      table.header = std::move(line);
    else
      table.rows.push_back(std::move(line));
    return true;
  });
  return is_whole ? std::optional(std::move(table)) : std::nullopt;
}

}  // namespace vt
