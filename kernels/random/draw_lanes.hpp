#pragma once
#include "kernels/lanes.hpp"
#include "kernels/random/draws.hpp"

#if defined(__AVX2__) && !defined(__CUDACC__)
#include <immintrin.h>
#define VT_WIDE_WORDS
#endif

/// \file One draw for each lane: the same bits as `draw`, in a third of its instructions. Philox multiplies halves of
/// words; compilers make 64-bit products of that, which cost three of the 32-bit products that the processor has.

namespace vt { inline namespace VT_ISA {

/// The four words of a draw, two by two: w[0] and w[2] are the upper halves.
struct Drawn {
  std::uint64_t first, second;
};

VT_HD Drawn pair_up(const Words& w) {
  return {std::uint64_t{w.w[0]} << 32 | w.w[1], std::uint64_t{w.w[2]} << 32 | w.w[3]};
}

#if defined(VT_WIDE_WORDS)
namespace wide {

// high_half puts a word's upper half in the place of the lower one; the upper half is anything. As a shuffle, not a
// shift: multiplication wants the shift's execution unit.
#if defined(__AVX512F__)
inline constexpr int width = 8;
using Words = std::uint64_t __attribute__((vector_size(64)));
/// The products of the lower halves. (The form without a mask makes g++ 12 warn of its own header.)
VT_HD Words multiply(Words a, Words b) {
  return reinterpret_cast<Words>(
      _mm512_maskz_mul_epu32(0xff, reinterpret_cast<__m512i>(a), reinterpret_cast<__m512i>(b)));
}
VT_HD Words high_half(Words a) {
  return reinterpret_cast<Words>(_mm512_maskz_shuffle_epi32(0xffff, reinterpret_cast<__m512i>(a), _MM_PERM_DDBB));
}
#else
inline constexpr int width = 4;
using Words = std::uint64_t __attribute__((vector_size(32)));
VT_HD Words multiply(Words a, Words b) {
  return reinterpret_cast<Words>(_mm256_mul_epu32(reinterpret_cast<__m256i>(a), reinterpret_cast<__m256i>(b)));
}
VT_HD Words high_half(Words a) {
  return reinterpret_cast<Words>(_mm256_shuffle_epi32(reinterpret_cast<__m256i>(a), 0xf5));
}
#endif

VT_HD Words all(std::uint64_t x) { return Words{} + x; }

struct Pairs {
  Words first, second;
};

/// philox of `width` patients. The upper halves of x and z hold what is left of products: nobody reads them.
VT_HD Pairs philox(std::uint64_t seed, std::uint64_t block, Words patient) {
  const Words low_word = all(0xffffffffu), from_x_of = all(0xd2511f53u), from_z_of = all(0xcd9e8d57u);
  Words x = all(block), y = all(block >> 32), z = patient, w = patient >> 32;
  std::uint32_t key_x = static_cast<std::uint32_t>(seed), key_y = static_cast<std::uint32_t>(seed >> 32);
  VT_UNROLL
  for (int round = 0; round < 10; ++round) {
    const Words from_x = multiply(x, from_x_of), from_z = multiply(z, from_z_of);
    x = high_half(from_z) ^ y ^ all(key_x);
    z = high_half(from_x) ^ w ^ all(key_y);
    y = from_z;
    w = from_x;
    key_x += 0x9e3779b9u;
    key_y += 0xbb67ae85u;
  }
  return {(x << 32) | (y & low_word), (z << 32) | (w & low_word)};
}

}  // namespace wide
#endif

/// draw(seed, patient, stream, day, slot) of every lane.
template <int L>
VT_HD void draw_lanes(std::uint64_t seed, const Lanes<Id, L>& id, Stream stream, std::int64_t day, int slot,
                      Lanes<Drawn, L>& drawn) {
  const std::uint64_t block = static_cast<std::uint64_t>(stream) << 32 | draw_index(day, slot);
#if defined(VT_WIDE_WORDS)
  if constexpr (L % wide::width == 0) {
    for (int lane = 0; lane < L; lane += wide::width) {
      wide::Words patient;
      id.load(0, lane, patient);
      const wide::Pairs pairs = wide::philox(seed, block, patient);
      drawn.store(0, lane, pairs.first);
      drawn.store(1, lane, pairs.second);
    }
    return;
  }
#endif
  advance(
      drawn, [=](const Drawn&, const Id& who) VT_INLINE { return pair_up(philox(seed, block, who.patient)); }, id);
}

}}  // namespace vt
