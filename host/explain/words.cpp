#include "host/explain/words.hpp"

#include <fmt/format.h>

namespace vt::words {

std::string number(double x) { return fmt::format("{:.6g}", x); }

std::string list(const std::vector<std::string>& items) {
  std::string out;
  for (std::size_t i = 0; i < items.size(); ++i)
    out += (i == 0 ? "" : (i + 1 == items.size() ? " and " : ", ")) + items[i];
  return out;
}

std::string names(const std::vector<Text>& texts) {
  std::vector<std::string> out;
  for (const Text& text : texts) out.push_back(text.value);
  return list(out);
}

std::string count(std::uint64_t n, std::string_view what) { return fmt::format("{} {}{}", n, what, n == 1 ? "" : "s"); }

std::string regimen(const RegimenSpec& spec) { return in_words(spec); }

std::string expression(const Expression& expression) {
  const std::string text = expression.column >= 0 ? "a column of the table"
                           : expression.number    ? number(*expression.number)
                                                  : expression.formula;
  return expression.unit.empty() ? text : text + " " + expression.unit;
}

std::string origin(const Origin& origin) {
  if (origin.source.empty()) return "no source given";
  std::string out =
      origin.basis == Basis::none ? origin.source : fmt::format("{}: {}", to_text(origin.basis), origin.source);
  if (!origin.calibrated_to.empty()) out += "; calibrated to " + origin.calibrated_to;
  return out;
}

std::string paragraph(std::string_view first, std::string_view indent, std::string_view text) {
  constexpr std::size_t width = 120;
  std::string out, line(first);
  std::size_t at = 0;
  bool is_fresh = true;  // nothing but the indent on the line
  while (at < text.size()) {
    const std::size_t end = std::min(text.find(' ', at), text.size());
    const std::string_view word = text.substr(at, end - at);
    if (!is_fresh && line.size() + 1 + word.size() > width) {
      out += line + '\n';
      line = indent;
      is_fresh = true;
    }
    if (!is_fresh) line += ' ';
    line += word;
    is_fresh = false;
    at = end + 1;
  }
  return out + line + '\n';
}

}  // namespace vt::words
