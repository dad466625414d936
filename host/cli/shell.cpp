#include "host/cli/shell.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "output/text.hpp"

namespace vt {

namespace {

bool is_control(char c) { return (c >= 0 && c < ' ') || c == '\x7f'; }

bool is_plain(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
         std::string_view("_-./:,+=@%").find(c) != std::string_view::npos;
}

}  // namespace

std::string shell_quoted(std::string_view text) {
  if (!text.empty() && text[0] != '=' && std::ranges::all_of(text, is_plain)) return std::string(text);
  const bool is_text = valid_utf8(text) == text;
  const bool needs_escapes = !is_text || std::ranges::any_of(text, is_control);
  std::string out = needs_escapes ? "$'" : "'";
  for (const char c : text) {
    const bool is_quote = c == '\'';
    if (!needs_escapes)
      out += is_quote ? "'\\''" : std::string(1, c);
    else if (is_control(c) || (!is_text && (c & 0x80) != 0))
      out += fmt::format("\\{:03o}", static_cast<unsigned char>(c));
    else
      out += is_quote || c == '\\' ? std::string("\\") + c : std::string(1, c);
  }
  return out + "'";
}

}  // namespace vt
