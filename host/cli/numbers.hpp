#pragma once
#include <cstdint>
#include <optional>
#include <string_view>

namespace vt {

constexpr std::uint64_t kLargestWhole = 1ULL << 53;
constexpr std::uint64_t kLargestSeed = INT64_MAX;  ///< a whole number of TOML
constexpr std::uint64_t kMostThreads = 65'536;

/// A whole number from 0 to `largest`: 100000, 100_000, 1e5. Leading zeros, signs, hexadecimal and fractions are
/// refused. Digits alone are read exactly; with a point or an exponent it is below 2^53, where no two numbers become
/// one.
std::optional<std::uint64_t> parse_whole(std::string_view text, std::uint64_t largest = kLargestWhole);

template <class T>
T& number_of(T& target) {
  return target;
}
template <class T>
T& number_of(std::optional<T>& target) {
  return *target;
}

}  // namespace vt
