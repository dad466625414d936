#pragma once
/// \file Random numbers as a pure function of identity: Philox4x32-10 (Salmon et al., SC11,
/// doi 10.1145/2063384.2063405) in cuRAND's layout. Every draw has a name, (seed, patient, stream, day, slot); adding
/// one never shifts another.

#include "kernels/numerics/real.hpp"

#if defined(__CUDACC__)
#include <curand_philox4x32_x.h>
#endif

namespace vt { inline namespace VT_ISA {

/// One block of random bits; word i is the output at position 4·block + i of cuRAND's sequence.
struct Words {
  std::uint32_t w[4];
};

/// The block of `patient` under `seed`: key = (seed_lo, seed_hi), counter = (block_lo, block_hi, patient_lo,
/// patient_hi).
///
/// The device pass takes its rounds from cuRAND. The host pass writes them out in 64-bit words: over lanes that is a
/// fifth to a third faster than Random123's philox4x32_R (g++ and clang, AVX-512; clang, AVX2; equal for g++, AVX2). A
/// unit test holds it equal to Random123.
VT_HD Words philox(std::uint64_t seed, std::uint64_t block, std::uint64_t patient) {
#if defined(__CUDA_ARCH__)
  const uint4 out =
      curand_Philox4x32_10(make_uint4(static_cast<unsigned>(block), static_cast<unsigned>(block >> 32),
                                      static_cast<unsigned>(patient), static_cast<unsigned>(patient >> 32)),
                           make_uint2(static_cast<unsigned>(seed), static_cast<unsigned>(seed >> 32)));
  return {{out.x, out.y, out.z, out.w}};
#else
  constexpr std::uint64_t low_word = 0xffffffffu;
  std::uint64_t x = block & low_word, y = block >> 32, z = patient & low_word, w = patient >> 32;
  std::uint64_t key_x = seed & low_word, key_y = seed >> 32;
  VT_UNROLL
  for (int round = 0; round < 10; ++round) {
    const std::uint64_t from_x = 0xd2511f53u * (x & low_word);
    const std::uint64_t from_z = 0xcd9e8d57u * (z & low_word);
    x = (from_z >> 32) ^ y ^ key_x;
    z = (from_x >> 32) ^ w ^ key_y;
    y = from_z & low_word;
    w = from_x & low_word;
    key_x = (key_x + 0x9e3779b9u) & low_word;
    key_y = (key_y + 0xbb67ae85u) & low_word;
  }
  return {{static_cast<std::uint32_t>(x), static_cast<std::uint32_t>(y), static_cast<std::uint32_t>(z),
           static_cast<std::uint32_t>(w)}};
#endif
}

/// A number strictly inside (0, 1): the upper 52 bits plus half a step, (2k + 1)·2^-53, exactly.
///
/// 53 bits and a half would round the largest input to 1. Built in the mantissa, so that no integer is converted.
VT_HD double uniform(std::uint64_t bits) { return from_bits(0x3ff0000000000000u | bits >> 12) - 0x1.fffffffffffffp-1; }
VT_HD double uniform(std::uint32_t high, std::uint32_t low) { return uniform(std::uint64_t{high} << 32 | low); }

/// As above from a word of 32 bits: (2k + 1)·2^-33, exactly.
VT_HD double uniform_of_word(std::uint64_t word) {
  return from_bits(0x3ff0000000000000u | word << 20) - 0x1.ffffffffp-1;
}

/// The index of a draw of one day: (day + 2^20)·8 + slot; −2^20 ≤ day < 2^28, 0 ≤ slot < 8.
VT_HD std::uint64_t draw_index(std::int64_t day, int slot) {
  return (static_cast<std::uint64_t>(day) + (std::uint64_t{1} << 20)) * 8 + static_cast<std::uint64_t>(slot);
}

/// The block of one draw; its four words belong to that (stream, day, slot) alone.
VT_HD Words draw(std::uint64_t seed, std::uint64_t patient, std::uint32_t stream, std::int64_t day, int slot) {
  return philox(seed, (static_cast<std::uint64_t>(stream) << 32) | draw_index(day, slot), patient);
}

/// An event of probability p happens when word < threshold, an integer comparison; p is taken into [0, 1] and rounded
/// to the nearest multiple of 2^-32, so 0 never happens and 1 (threshold 2^32) always does.
VT_HD std::uint64_t bernoulli_threshold(double p) {
  return bits_of(fma(clamp(p, 0.0, 1.0), 0x1p32, 0x1p52)) & 0x000fffffffffffffu;
}

}}  // namespace vt
