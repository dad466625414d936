#pragma once
#include <algorithm>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "kernels/numerics/real.hpp"
#include "output/results.hpp"

/// \file Where the bins of numbers and of axes lie.

namespace vt {

/// Exponent e with 2^e ≤ x < 2^(e+1); x > 0 and normal.
inline std::int32_t octave_of(double x) { return static_cast<std::int32_t>(bits_of(x) >> 52 & 0x7ff) - 1023; }

inline double power_of_two(std::int32_t exponent) {
  return from_bits(static_cast<std::uint64_t>(exponent + 1023) << 52);
}

/// Exponent of the lowest octave that lies above `high`, or begins there.
inline std::int32_t octave_above(double high) {
  const std::int32_t last = octave_of(high);
  return high == power_of_two(last) ? last : last + 1;
}

/// First octave and number of octaves that cover [low, high], 0 < low < high.
inline std::pair<std::int32_t, std::uint32_t> octaves(double low, double high) {
  const std::int32_t first = octave_of(low);
  return {first, static_cast<std::uint32_t>(std::max(1, octave_above(high) - first))};
}

/// That of the observable that a formula begins with; "1": none.
std::string unit_of(std::string_view formula);

/// Hours after the day's first intake.
ResultAxis time_axis(const std::vector<double>& hours);

}  // namespace vt
