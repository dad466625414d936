#include "host/cli/numbers.hpp"

#include <charconv>
#include <cmath>
#include <string>

namespace vt {

std::optional<std::uint64_t> parse_whole(std::string_view text) {
  std::string digits;
  for (const char c : text) {
    const bool allowed = (c >= '0' && c <= '9') || c == 'e' || c == 'E' || c == '_' || c == '.' || c == '+';
    if (!allowed) return std::nullopt;
    if (c != '_') digits += c;
  }
  if (digits.empty() || digits[0] == '+' || (digits.size() > 1 && digits[0] == '0')) return std::nullopt;
  double value = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  if (error != std::errc{} || end != digits.data() + digits.size()) return std::nullopt;
  constexpr double most = 0x1p53;
  if (!(value >= 0) || value > most || value != std::floor(value)) return std::nullopt;
  return static_cast<std::uint64_t>(value);
}

}  // namespace vt
