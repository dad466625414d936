#include "kernels/numerics/philox.hpp"

#include <Random123/philox.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <set>
#include <vector>

namespace {

std::vector<std::uint32_t> words_of(const vt::Words& w) { return {w.w[0], w.w[1], w.w[2], w.w[3]}; }

// Known answers: Random123's kat_vectors, philox4x32 with 10 rounds.
TEST(Philox, GivesTheKnownAnswers) {
  EXPECT_EQ(words_of(vt::philox(0x299f31d0a4093822u, 0x85a308d3243f6a88u, 0x0370734413198a2eu)),
            (std::vector<std::uint32_t>{0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1}));
  EXPECT_EQ(words_of(vt::philox(0, 0, 0)),
            (std::vector<std::uint32_t>{0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8}));
  const std::uint64_t ones = ~std::uint64_t{0};
  EXPECT_EQ(words_of(vt::philox(ones, ones, ones)),
            (std::vector<std::uint32_t>{0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd}));
}

std::vector<std::uint32_t> random123(std::uint64_t seed, std::uint64_t block, std::uint64_t patient) {
  const auto low = [](std::uint64_t x) { return static_cast<std::uint32_t>(x); };
  const auto high = [](std::uint64_t x) { return static_cast<std::uint32_t>(x >> 32); };
  const philox4x32_ctr_t counter = {{low(block), high(block), low(patient), high(patient)}};
  const philox4x32_key_t key = {{low(seed), high(seed)}};
  const philox4x32_ctr_t out = philox4x32_R(10, counter, key);
  return {out.v[0], out.v[1], out.v[2], out.v[3]};
}

TEST(Philox, EqualsRandom123) {
  const std::uint64_t edges[] = {
      0,           1,           0x7fffffff,         0x80000000,         0xffffffff,         0x100000000,
      0x3ffffffff, 0x400000000, 0x7fffffffffffffff, 0x8000000000000000, 0xfffffffffffffffe, 0xffffffffffffffff};
  for (const std::uint64_t seed : edges)
    for (const std::uint64_t block : edges)
      for (const std::uint64_t patient : edges)
        ASSERT_EQ(words_of(vt::philox(seed, block, patient)), random123(seed, block, patient));
  for (std::uint64_t i = 0; i < 5000; ++i) {
    const std::uint64_t mixed = i * 0x9e3779b97f4a7c15u;
    ASSERT_EQ(words_of(vt::philox(mixed, ~mixed, mixed * mixed)), random123(mixed, ~mixed, mixed * mixed));
  }
}

TEST(Uniform, LiesStrictlyInsideTheUnitInterval) {
  EXPECT_EQ(vt::uniform(0, 0), 0x1p-53);
  EXPECT_EQ(vt::uniform(0xffffffff, 0xffffffff), 1.0 - 0x1p-53);
  EXPECT_EQ(vt::uniform(0x80000000, 0), 0.5 + 0x1p-53);
}

TEST(Uniform, IsTheUpper52BitsPlusHalfAStepExactly) {
  for (std::uint64_t i = 0; i < 10000; ++i) {
    const vt::Words w = vt::philox(1, i, 2);
    const std::uint64_t k = ((std::uint64_t{w.w[0]} << 32) | w.w[1]) >> 12;
    ASSERT_EQ(vt::uniform(w.w[0], w.w[1]), std::ldexp(static_cast<double>(2 * k + 1), -53));
    ASSERT_EQ(vt::uniform(w.w[0], w.w[1]), vt::uniform(w.w[0], w.w[1] & 0xfffff000));
  }
}

// Kolmogorov: sup |F_n − F|·√n exceeds 2.69 with probability 2·exp(−2·2.69²) = 1e-6.
TEST(Uniform, OfAWordHasAll32BitsPlusHalfAStepExactly) {
  EXPECT_EQ(vt::uniform_of_word(0), 0x1p-33);
  EXPECT_EQ(vt::uniform_of_word(0xffffffff), 1.0 - 0x1p-33);
  for (std::uint64_t i = 0; i < 1000; ++i) {
    const std::uint64_t word = vt::philox(7, i, 1).w[0];
    ASSERT_EQ(vt::uniform_of_word(word), std::ldexp(static_cast<double>(2 * word + 1), -33));
  }
}

TEST(Uniform, IsUniform) {
  constexpr int n = 200000;
  std::vector<double> u;
  for (int i = 0; i < n; ++i) {
    const vt::Words w = vt::draw(20240229, static_cast<std::uint64_t>(i), 5, i % 400 - 30, i % 8);
    u.push_back(vt::uniform(w.w[2], w.w[3]));
  }
  std::sort(u.begin(), u.end());
  double distance = 0.0;
  double below = 0.0;  // the share of draws before this one
  for (const double x : u) {
    distance = std::max({distance, x - below, below + 1.0 / n - x});
    below += 1.0 / n;
  }
  EXPECT_LT(distance * std::sqrt(n), 2.69);
  EXPECT_GT(distance, 0.0);
}

TEST(Draw, NamesItsBlockByStreamAndIndex) {
  EXPECT_EQ(vt::draw_index(0, 0), std::uint64_t{1} << 23);
  EXPECT_EQ(vt::draw_index(-(1 << 20), 0), 0u);
  EXPECT_EQ(vt::draw_index(3, 5), (std::uint64_t{1} << 23) + 29);
  EXPECT_EQ(words_of(vt::draw(9, 11, 2, -4, 7)),
            words_of(vt::philox(9, (std::uint64_t{2} << 32) | ((std::uint64_t{1} << 23) - 25), 11)));
}

TEST(Draw, GivesEveryNameItsOwnBlock) {
  std::set<std::vector<std::uint32_t>> seen;
  for (std::uint64_t patient : {std::uint64_t{0}, std::uint64_t{1}, std::uint64_t{1} << 32})
    for (std::uint32_t stream = 0; stream < 4; ++stream)
      for (std::int64_t day = -10; day < 10; ++day)
        for (int slot = 0; slot < 8; ++slot) seen.insert(words_of(vt::draw(1, patient, stream, day, slot)));
  EXPECT_EQ(seen.size(), 3u * 4u * 20u * 8u);
}

TEST(BernoulliThreshold, IsTheNearestMultipleOf2ToTheMinus32) {
  EXPECT_EQ(vt::bernoulli_threshold(0.5), std::uint64_t{1} << 31);
  EXPECT_EQ(vt::bernoulli_threshold(0x1p-32), 1u);
  EXPECT_EQ(vt::bernoulli_threshold(0x1.8p-33), 1u);
  EXPECT_EQ(vt::bernoulli_threshold(0x1p-34), 0u);
  EXPECT_EQ(vt::bernoulli_threshold(0.85), 3650722202u);  // 0.85·2^32 = 3650722201.6
}

TEST(BernoulliThreshold, MakesTheCertainHappenAndTheImpossibleNot) {
  EXPECT_GT(vt::bernoulli_threshold(1.0), 0xffffffffu);
  EXPECT_EQ(vt::bernoulli_threshold(0.0), 0u);
  EXPECT_EQ(vt::bernoulli_threshold(-3.0), 0u);
  EXPECT_EQ(vt::bernoulli_threshold(7.0), vt::bernoulli_threshold(1.0));
}

// n = 200,000 trials at p = 0.03: sd of the count 76.3; 4.9 sd is passed with probability 1e-6.
TEST(BernoulliThreshold, GivesEventsTheirProbability) {
  int n_events = 0;
  for (std::uint64_t i = 0; i < 200000; ++i) n_events += vt::draw(77, i, 1, 12, 0).w[0] < vt::bernoulli_threshold(0.03);
  EXPECT_NEAR(n_events, 6000, 4.9 * 76.3);
}

}  // namespace
