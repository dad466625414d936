#pragma once
#include "kernels/numerics/real.hpp"

/// \file Where a piece behind transit stages is looked at (kernels/drug/within_day/piece_course.hpp): at points twice as
/// far apart with every octave of time since its beginning.

namespace vt { inline namespace VT_ISA {

/// Octaves of time in which a piece is looked through at steps of their own, beside its first half-octaves; bit k is
/// set where the octave of number k from the piece's end is needed, kLooksThrough where the piece is looked
/// through at all.
struct Octaves {
  std::uint64_t needed;
  double share;  ///< of the piece that the first step is
};
inline constexpr int kMostOctaves = 12;  ///< the first step is then 1/16384 of the piece: 5 seconds of a day
inline constexpr std::uint64_t kLooksThrough = std::uint64_t{1} << 63;
VT_HD Octaves octaves_of(double length_h, double arrival_h, bool looks_through) {
  std::uint64_t needed = looks_through ? kLooksThrough : 0;
  double share = 0.25;
  VT_UNROLL
  for (int k = 0; k < kMostOctaves; ++k) {
    const bool is_needed = looks_through & (arrival_h * static_cast<double>(1 << k) < length_h);
    needed |= is_needed ? std::uint64_t{1} << k : 0;
    share *= select(is_needed, 0.5, 1.0);
  }
  return {needed, share};
}

/// A level of a course: its two points lie three quarters of 2^(−level) of the piece and 2^(−level) of it behind its
/// beginning. A patient comes to it from half of that.
struct Stride {
  double share;
  std::uint64_t needed;  ///< bit of Octaves, set for those who go through the level
  VT_HD explicit Stride(int level)
      : share(from_bits(static_cast<std::uint64_t>(1023 - level) << 52)),
        needed(level > 0 ? std::uint64_t{1} << (level - 1) : kLooksThrough) {}
  VT_HD bool is_gone_through(const Octaves& o) const { return (o.needed & needed) != 0; }
};

}}  // namespace vt
