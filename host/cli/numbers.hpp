#pragma once
#include <cstdint>
#include <optional>
#include <string_view>

namespace vt {

/// A whole number from 0 to 2^53: 100000, 100_000, 1e5. Leading zeros, signs, hexadecimal and fractions are refused.
std::optional<std::uint64_t> parse_whole(std::string_view text);

template <class T>
T& number_of(T& target) {
  return target;
}
template <class T>
T& number_of(std::optional<T>& target) {
  return *target;
}

}  // namespace vt
