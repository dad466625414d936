#pragma once
#include "kernels/tables.hpp"

/// \file Words that nearly every patient-day adds to. On a GPU each block of threads adds them up in its shared memory
/// first: all threads at a few words of global memory would wait for each other.

namespace vt { inline namespace VT_ISA {

/// A stretch of the words of the tallies; count = 0: none.
struct BusyWords {
  std::uint64_t first, count;
};
inline constexpr std::uint64_t kMostBusyWords = 2048;  ///< 16 KB of a block's shared memory
inline constexpr std::int32_t kBusyDays = 4;           ///< a tally with a visit on one of so many days is busy

VT_HD bool is_busy(const Plan& plan, const TallyPlan& tally) {
  if (tally.visit_kind >= plan.visit_kinds.count) return false;  // at the end of a life
  const auto visits = static_cast<std::int64_t>(at(plan, plan.visit_kinds, tally.visit_kind).days.count);
  return visits * kBusyDays >= plan.last_day - plan.first_day;
}

/// The longest stretch of busy tallies, one after another, that fits.
VT_HD BusyWords busy_words(const Plan& plan) {
  BusyWords longest{0, 0};
  for (std::uint32_t t = 0; t < plan.tallies.count; ++t) {
    BusyWords found{at(plan, plan.tallies, t).first_word, 0};
    for (std::uint32_t u = t; u < plan.tallies.count; ++u) {
      const TallyPlan& tally = at(plan, plan.tallies, u);
      const std::uint64_t words = tally.cells * tally.words_per_cell;
      const bool follows = tally.first_word == found.first + found.count;
      if (!follows || !is_busy(plan, tally) || found.count + words > kMostBusyWords) break;
      found.count += words;
    }
    if (found.count > longest.count) longest = found;
  }
  return longest;
}

#if defined(__CUDACC__)
extern __shared__ std::uint64_t block_words[];  ///< of the block of threads, for each busy word one

/// Two additions of 32 bits, which shared memory does by itself, stand for one of 64: who makes the lower half overflow
/// carries into the upper one. The number is whole when every thread has added.
__device__ inline void add_in_block(std::uint64_t word, std::uint64_t amount) {
  auto* half = reinterpret_cast<std::uint32_t*>(block_words + word);
  const auto low = static_cast<std::uint32_t>(amount);
  const std::uint32_t carry = atomicAdd(half, low) + low < low ? 1 : 0;
  const std::uint32_t high = static_cast<std::uint32_t>(amount >> 32) + carry;
  if (high != 0) atomicAdd(half + 1, high);
}
#endif

}}  // namespace vt
