#include "kernels/subset.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace vt { namespace {

TEST(Subset, has_a_bit_for_every_lane_in_which_a_condition_holds) {
  EXPECT_EQ(lanes_where<64>([](int lane) { return lane % 3 == 0; }), 0x9249249249249249u);
  EXPECT_EQ(lanes_where<8>([](int lane) { return lane > 5; }), 0xc0u);
  EXPECT_EQ(lanes_where<1>([](int) { return true; }), 1u);
  EXPECT_EQ(lanes_where<64>([](int) { return false; }), 0u);
}

TEST(Subset, is_counted_and_asked_for_its_members) {
  const std::uint64_t lanes = 1u << 3 | 1u << 7 | std::uint64_t{1} << 63;
  EXPECT_EQ(how_many(lanes), 3u);
  EXPECT_EQ(first_lane(lanes), 3);
  EXPECT_EQ(has_lane(lanes, 63), 1u);
  EXPECT_EQ(has_lane(lanes, 62), 0u);
}

TEST(Subset, is_gone_through_in_order) {
  std::vector<int> seen;
  for_each<64>(std::uint64_t{1} << 63 | 1u << 20 | 1u, [&](int lane) { seen.push_back(lane); });
  EXPECT_EQ(seen, (std::vector<int>{0, 20, 63}));
  for_each<1>(0, [&](int lane) { seen.push_back(lane); });
  EXPECT_EQ(seen.size(), 3u);
}

TEST(Subset, is_computed_one_by_one_where_it_is_small_and_with_all_lanes_where_it_is_large) {
  for (const std::uint64_t lanes : {std::uint64_t{0}, std::uint64_t{0x8000000000000001}, std::uint64_t{0x55555555}}) {
    int computed[64] = {};
    for_these<64>(lanes, [&](int lane) { computed[lane] += 1; });
    for (int lane = 0; lane < 64; ++lane)
      EXPECT_EQ(computed[lane], are_many<64>(lanes) ? 1 : static_cast<int>(has_lane(lanes, lane)));
  }
  EXPECT_FALSE(are_many<64>(0x8000000000000001));
  EXPECT_TRUE(are_many<64>(0x55555555));
  EXPECT_FALSE(are_many<1>(1));  // there is nothing to compute together
}

}  // namespace
}  // namespace vt
