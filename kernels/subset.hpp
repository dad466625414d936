#pragma once
#include "kernels/lanes.hpp"

/// \file Some of the patients who live side by side, as bits of a word: lane k is bit k.

namespace vt { inline namespace VT_ISA {

/// 1 if a lane is among them, else 0.
VT_HD std::uint64_t has_lane(std::uint64_t lanes, int lane) { return lanes >> static_cast<std::uint64_t>(lane) & 1; }

/// The lanes in which a condition holds.
template <int L, class Condition>
VT_HD std::uint64_t lanes_where(Condition holds) {
  static_assert(L <= 64, "a lane is a bit");
  std::uint64_t lanes = 0;
  VT_LANES
  for (int lane = 0; lane < L; ++lane) {
    const std::uint64_t one = holds(lane) ? 1 : 0;  // shifted by a word: by an int no compiler vectorises it
    lanes |= one << static_cast<std::uint64_t>(lane);
  }
  return lanes;
}

VT_HD std::uint64_t how_many(std::uint64_t lanes) {
#if defined(__CUDA_ARCH__)
  return static_cast<std::uint64_t>(__popcll(lanes));
#else
  return static_cast<std::uint64_t>(__builtin_popcountll(lanes));
#endif
}

/// The first of them; there must be one.
VT_HD int first_lane(std::uint64_t lanes) {
#if defined(__CUDA_ARCH__)
  return __ffsll(static_cast<long long>(lanes)) - 1;
#else
  return __builtin_ctzll(lanes);
#endif
}

/// Whether they are so many that computing all lanes together costs less than computing these one by one.
template <int L>
VT_HD bool are_many(std::uint64_t lanes) {
  return L > 1 && lanes != 0 && how_many(lanes) >= L / 8;
}

/// act(lane) for each of them, in order.
template <int L, class Act>
VT_HD void for_each(std::uint64_t lanes, Act act) {
  if constexpr (L == 1) {
    if (lanes != 0) act(0);
  } else {
    for (; lanes != 0; lanes &= lanes - 1) act(first_lane(lanes));
  }
}

/// compute(lane) for each of them and, where they are many, for all other lanes too: a loop that becomes vector
/// instructions. It writes columns of the lane alone, in lanes not asked for without effect. Must carry VT_INLINE.
template <int L, class Compute>
VT_HD void for_these(std::uint64_t lanes, Compute compute) {
  if constexpr (L > 1) {
    if (are_many<L>(lanes)) {
      VT_LANES
      for (int lane = 0; lane < L; ++lane) compute(lane);
      return;
    }
  }
  for_each<L>(lanes, compute);
}

}}  // namespace vt
