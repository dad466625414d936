#include <algorithm>
#include <sstream>

#include "host/schema/schema.hpp"

namespace vt {
namespace {

/// The cells of a row; a | within `…` is none of their borders.
std::vector<std::string> cells_of(const std::string& row) {
  std::vector<std::string> cells;
  std::string cell;
  bool is_quoted = false;
  for (const char c : row.substr(1)) {
    if (c == '`') is_quoted = !is_quoted;
    if (c != '|' || is_quoted) {
      cell += c;
      continue;
    }
    const std::size_t first = cell.find_first_not_of(' ');
    cells.push_back(first == cell.npos ? "" : cell.substr(first, cell.find_last_not_of(' ') - first + 1));
    cell.clear();
  }
  return cells;
}

/// What stands between `…`, one after another.
std::vector<std::string> quoted_in(const std::string& text) {
  std::vector<std::string> names;
  for (std::size_t at = 0; (at = text.find('`', at)) != std::string::npos;) {
    const std::size_t end = text.find('`', at + 1);
    if (end == std::string::npos) break;
    names.push_back(text.substr(at + 1, end - at - 1));
    at = end + 1;
  }
  return names;
}

/// Without `…`, and with the words of a [link](address) alone.
std::string plain(const std::string& text) {
  std::string words;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const std::size_t end = text[i] == '[' ? text.find("](", i) : std::string::npos;
    const std::size_t close = end == std::string::npos ? end : text.find(')', end);
    const bool is_link = close != std::string::npos && text.find('[', i + 1) > end && text.find(']', i + 1) == end;
    if (is_link) {
      words += plain(text.substr(i + 1, end - i - 1));
      i = close;
    } else if (text[i] != '`' && text[i] != '*') {
      words += text[i];
    }
  }
  return words;
}

/// "key of `[[arm]]`": arm. "key of a regimen": regimen.
std::string table_of(const std::string& head) {
  const std::vector<std::string> quoted = quoted_in(head);
  std::string name = quoted.empty() ? head.substr(head.rfind(' ') + 1) : quoted.front();
  std::erase_if(name, [](char c) { return c == '[' || c == ']'; });
  return name;
}

}  // namespace

std::map<std::string, KeyWords, std::less<>> words_of_reference(std::string_view page) {
  std::map<std::string, KeyWords, std::less<>> words;
  std::vector<std::string> tables;  // whose keys the rows are
  std::vector<std::string> head;    // of the table of the page
  std::string heading;
  std::istringstream lines{std::string(page)};
  for (std::string line; std::getline(lines, line);) {
    const std::string mark = "<!-- keys: ";
    if (line.starts_with("## ")) heading = line.substr(3);
    if (line.starts_with(mark)) {
      std::istringstream names(line.substr(mark.size(), line.find(" -->") - mark.size()));
      tables.clear();
      for (std::string name; names >> name;) tables.push_back(name);
    }
    if (!line.starts_with("|")) {
      if (!head.empty()) tables.clear();
      head.clear();
      continue;
    }
    const std::vector<std::string> cells = cells_of(line);
    if (head.empty()) {
      head = cells;
      if (cells.empty() || !cells[0].starts_with("key"))
        tables.clear();
      else if (cells[0].starts_with("key of "))
        tables = {table_of(cells[0])};
      else if (tables.empty() && heading.starts_with("["))
        tables = {table_of("`" + heading + "`")};
      continue;
    }
    if (line.starts_with("|-") || cells.size() != head.size() || tables.empty()) continue;
    const auto fallback = std::ranges::find(head, "default") - head.begin();
    KeyWords said{plain(cells.back()), fallback < std::ssize(cells) ? cells[static_cast<std::size_t>(fallback)] : ""};
    if (said.fallback == "required" || said.fallback == "–") said.fallback.clear();
    for (const std::string& table : tables)
      for (const std::string& key : quoted_in(cells[0])) words.emplace(table + "." + key, said);
  }
  return words;
}

}  // namespace vt
