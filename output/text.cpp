#include "output/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace vt {
namespace {

/// Bytes of the UTF-8 sequence that starts at s[i], or 0 if there is none (overlong forms and surrogates are none).
std::size_t sequence_length(std::string_view s, std::size_t i) {
  const auto byte = [&](std::size_t k) { return k < s.size() ? static_cast<unsigned char>(s[k]) : 0u; };
  const auto tail = [&](std::size_t n) {
    for (std::size_t k = 1; k <= n; ++k) {
      if ((byte(i + k) & 0xc0u) != 0x80u) return false;
    }
    return true;
  };
  const unsigned lead = byte(i), next = byte(i + 1);
  if (lead == 0) return 0;
  if (lead < 0x80) return 1;
  if (lead >= 0xc2 && lead <= 0xdf && tail(1)) return 2;
  if ((lead & 0xf0u) == 0xe0u && tail(2) && !(lead == 0xe0 && next < 0xa0) && !(lead == 0xed && next > 0x9f)) return 3;
  if (lead >= 0xf0 && lead <= 0xf4 && tail(3) && !(lead == 0xf0 && next < 0x90) && !(lead == 0xf4 && next > 0x8f))
    return 4;
  return 0;
}

}  // namespace

std::string short_number(double x, int digits) {
  if (std::isnan(x)) return "–";
  if (std::isinf(x)) return x < 0 ? "−∞" : "∞";
  if (x == 0) return "0";
  const double magnitude = std::fabs(x);
  if (magnitude < 1e-4 || magnitude >= 1e9) return fmt::format("{:.{}g}", x, digits);
  const int decimals = std::max(0, digits - 1 - static_cast<int>(std::floor(std::log10(magnitude))));
  std::string text = fmt::format("{:.{}f}", x, decimals);
  if (text.find('.') != std::string::npos) {
    text.erase(text.find_last_not_of('0') + 1);
    if (text.back() == '.') text.pop_back();
  }
  return text;
}

std::string error_number(double x) {
  if (!std::isfinite(x) || x == 0 || std::fabs(x) < 1e-4 || std::fabs(x) >= 1e9) return short_number(x, 2);
  return fmt::format("{:.{}f}", x, std::max(0, 1 - static_cast<int>(std::floor(std::log10(std::fabs(x))))));
}

std::string percent(double share) { return std::isnan(share) ? "–" : fmt::format("{:.1f} %", 100 * share); }

bool has_unit(std::string_view unit) { return !unit.empty() && unit != "1"; }

std::string valid_utf8(std::string_view text) {
  std::string good;
  for (std::size_t i = 0; i < text.size();) {
    const std::size_t n = sequence_length(text, i);
    n > 0 ? good.append(text.substr(i, n)) : good.append("\xEF\xBF\xBD");
    i += std::max<std::size_t>(n, 1);
  }
  return good;
}

std::size_t text_width(std::string_view text) {
  return static_cast<std::size_t>(
      std::count_if(text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xc0u) != 0x80u; }));
}

std::string shortened(std::string_view text, std::size_t columns) {
  if (text_width(text) <= columns) return std::string(text);
  std::size_t end = 0, width = 0;
  for (; end < text.size(); ++end)
    if ((static_cast<unsigned char>(text[end]) & 0xc0u) != 0x80u && ++width > columns - 1) break;
  while (end > 0 && text[end - 1] == ' ') --end;
  return std::string(text.substr(0, end)) + "…";
}

std::vector<std::string> wrapped(std::string_view text, std::size_t columns) {
  std::vector<std::string> lines(1);
  while (!text.empty()) {
    const std::size_t blank = text.find(' ');
    const std::string_view word = text.substr(0, blank);
    if (!lines.back().empty() && text_width(lines.back()) + 1 + text_width(word) > columns) lines.emplace_back();
    lines.back() += (lines.back().empty() ? "" : " ") + std::string(word);
    text.remove_prefix(blank == std::string_view::npos ? text.size() : blank + 1);
  }
  return lines;
}

TextTable::TextTable(std::vector<std::string> heading) {
  for (std::string& cell : heading) {
    right_.push_back(!cell.empty() && cell[0] == '>');
    if (right_.back()) cell.erase(0, 1);
  }
  rows_.push_back(std::move(heading));
}

std::string TextTable::str(std::string_view indent) const {
  std::vector<std::size_t> width(right_.size(), 0);
  for (const auto& row : rows_) {
    for (std::size_t c = 0; c < row.size() && c < width.size(); ++c) width[c] = std::max(width[c], text_width(row[c]));
  }
  std::string out;
  for (const auto& row : rows_) {
    std::string line(indent);
    for (std::size_t c = 0; c < row.size() && c < width.size(); ++c) {
      const std::string blanks(width[c] - text_width(row[c]), ' ');
      line += right_[c] ? blanks + row[c] : row[c] + blanks;
      line += "  ";
    }
    line.erase(line.find_last_not_of(' ') + 1);
    out += line + '\n';
  }
  return out;
}

}  // namespace vt
