#include "kernels/random/draw_lanes.hpp"

#include <gtest/gtest.h>

namespace vt { namespace {

/// Patients at the edges of index and replicate, and others.
std::uint64_t patient_of(int lane) {
  const std::uint64_t edges[] = {0, 1, 0xffffffffu, 0x100000000u, ~std::uint64_t{0}};
  return lane < 5 ? edges[lane] : static_cast<std::uint64_t>(lane) * 0x9e3779b97f4a7c15u;
}

template <int L>
void expect_the_draws(std::uint64_t seed, Stream stream, std::int64_t day, int slot) {
  Lanes<Id, L> id;
  for (int lane = 0; lane < L; ++lane) id.put(lane, {patient_of(lane)});
  Lanes<Drawn, L> drawn;
  draw_lanes(seed, id, stream, day, slot, drawn);
  for (int lane = 0; lane < L; ++lane) {
    const Words w = draw(seed, patient_of(lane), static_cast<std::uint32_t>(stream), day, slot);
    EXPECT_EQ(drawn[lane].first, std::uint64_t{w.w[0]} << 32 | w.w[1]) << lane;
    EXPECT_EQ(drawn[lane].second, std::uint64_t{w.w[2]} << 32 | w.w[3]) << lane;
    EXPECT_EQ(uniform(drawn[lane].first), uniform(w.w[0], w.w[1]));
  }
}

// The wide form of instruction sets that have one is compared with this one by parity/lanes.test.cpp.
TEST(DrawLanes, are_the_draws_of_each_patient) {
  for (const std::uint64_t seed : {std::uint64_t{0}, std::uint64_t{2010}, ~std::uint64_t{0}})
    for (const std::int64_t day : {-1000, 0, 365}) {
      expect_the_draws<1>(seed, Stream::intake, day, 3);
      expect_the_draws<6>(seed, Stream::mutation, day, 0);
      expect_the_draws<64>(seed, Stream::late_sample, day, 7);
    }
}

}  // namespace
}  // namespace vt
