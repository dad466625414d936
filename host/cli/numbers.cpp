#include "host/cli/numbers.hpp"

#include <charconv>
#include <cmath>
#include <string>

namespace vt {

std::optional<std::uint64_t> parse_whole(std::string_view text, std::uint64_t largest) {
  std::string digits;
  for (const char c : text) {
    const bool allowed = (c >= '0' && c <= '9') || c == 'e' || c == 'E' || c == '_' || c == '.' || c == '+';
    if (!allowed) return std::nullopt;
    if (c != '_') digits += c;
  }
  if (digits.empty() || digits[0] == '+' || (digits.size() > 1 && digits[0] == '0')) return std::nullopt;
  const auto read = [&digits](auto& value) {
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
    return error == std::errc{} && end == digits.data() + digits.size();
  };
  std::uint64_t whole = 0;
  if (digits.find_first_not_of("0123456789") != std::string::npos) {
    double value = 0;
    if (!read(value) || !(value >= 0) || value >= 0x1p53 || value != std::floor(value)) return std::nullopt;
    whole = static_cast<std::uint64_t>(value);
  } else if (!read(whole)) {
    return std::nullopt;
  }
  return whole <= largest ? std::optional(whole) : std::nullopt;
}

}  // namespace vt
