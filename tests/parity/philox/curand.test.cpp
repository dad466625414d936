/// \file cuRAND's own Philox, compiled for the host, against ours over the whole counter layout.

#include <gtest/gtest.h>

#if __has_include(<curand_philox4x32_x.h>)
#include <cuda_runtime_api.h>
#define QUALIFIERS static inline
#include <curand_philox4x32_x.h>
#define VT_HAS_CURAND 1
#else
#define VT_HAS_CURAND 0
#endif

#include "kernels/numerics/philox.hpp"

namespace vt { namespace {

#if VT_HAS_CURAND

/// cuRAND's four words of a block.
Words curand_words(std::uint64_t seed, std::uint64_t block, std::uint64_t patient) {
  const auto low = [](std::uint64_t x) { return static_cast<unsigned>(x); };
  const auto high = [](std::uint64_t x) { return static_cast<unsigned>(x >> 32); };
  const uint4 counter{low(block), high(block), low(patient), high(patient)};
  const uint4 out = curand_Philox4x32_10(counter, uint2{low(seed), high(seed)});
  return {{out.x, out.y, out.z, out.w}};
}

TEST(Philox, gives_the_integers_of_curand) {
  const std::uint64_t edges[] = {0,
                                 1,
                                 3,
                                 4,
                                 0x7fffffff,
                                 0x80000000,
                                 0xfffffffe,
                                 0xffffffff,
                                 0x100000000,
                                 0x3fffffff,
                                 0x40000000,
                                 0x3ffffffff,
                                 0x400000000,
                                 0x7fffffffffffffff,
                                 0x8000000000000000,
                                 0xffffffffffffffff};
  for (const std::uint64_t seed : edges)
    for (const std::uint64_t block : edges)
      for (const std::uint64_t patient : edges) {
        const Words ours = philox(seed, block, patient), theirs = curand_words(seed, block, patient);
        for (int i = 0; i < 4; ++i) ASSERT_EQ(ours.w[i], theirs.w[i]) << seed << ' ' << block << ' ' << patient;
      }
}

TEST(Philox, gives_the_integers_of_curand_for_the_draws_of_a_trial) {
  for (std::uint32_t stream = 1; stream < 11; ++stream)
    for (std::int64_t day = -400; day < 4000; day += 37)
      for (int slot = 0; slot < 8; ++slot) {
        const std::uint64_t patient = (std::uint64_t{7} << 32) | static_cast<std::uint64_t>(day + 400);
        const Words ours = draw(2010, patient, stream, day, slot);
        const Words theirs = curand_words(2010, std::uint64_t{stream} << 32 | draw_index(day, slot), patient);
        for (int i = 0; i < 4; ++i) ASSERT_EQ(ours.w[i], theirs.w[i]);
      }
}

#else

TEST(Philox, gives_the_integers_of_curand) { GTEST_SKIP() << "cuRAND's headers were not found"; }

#endif

}  // namespace
}  // namespace vt
