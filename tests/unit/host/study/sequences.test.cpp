#include "host/study/sequences.hpp"

#include <gtest/gtest.h>

#include <boost/random/sobol.hpp>

#include <set>

namespace vt { namespace {

TEST(SobolSequence, IsThatOfBoostWithTheOriginBefore) {
  constexpr std::size_t dimensions = 64;
  const SobolSequence sequence(dimensions);
  boost::random::sobol_engine<std::uint32_t, 32> boost(dimensions);
  for (std::size_t d = 0; d < dimensions; ++d) ASSERT_EQ(sequence.at(0, d), 0.0);
  for (std::uint64_t point = 1; point < 4096; ++point)
    for (std::size_t d = 0; d < dimensions; ++d)
      ASSERT_EQ(sequence.at(point, d), static_cast<double>(boost()) * 0x1p-32) << point << " " << d;
}

/// Of 2^m points one lies in each of 2^m slices of every dimension, shifted or not: what the origin is kept for.
TEST(SobolSequence, FillsEverySlice) {
  const SobolSequence plain(20), shifted(20, 7);
  for (const SobolSequence* sequence : {&plain, &shifted})
    for (std::size_t d = 0; d < 20; ++d) {
      std::set<int> slices;
      for (std::uint64_t point = 0; point < 256; ++point)
        slices.insert(static_cast<int>(256.0 * sequence->at(point, d)));
      EXPECT_EQ(slices.size(), 256u) << d;
    }
}

TEST(SobolSequence, IsShiftedByItsSeed) {
  const SobolSequence one(3, 1), other(3, 2);
  EXPECT_NE(one.at(5, 2), other.at(5, 2));
  EXPECT_EQ(one.at(5, 2), SobolSequence(3, 1).at(5, 2));
}

TEST(SobolSequence, HasNoMoreDimensionsThanItsTable) {
  EXPECT_NO_THROW(SobolSequence{SobolSequence::kMostDimensions});
  EXPECT_THROW(SobolSequence{SobolSequence::kMostDimensions + 1}, std::out_of_range);
}

TEST(LatinHypercube, HasOnePointInEverySliceOfEveryDimension) {
  const auto points = latin_hypercube(100, 5, 3);
  for (std::size_t d = 0; d < 5; ++d) {
    std::set<int> slices;
    for (const auto& point : points) slices.insert(static_cast<int>(100.0 * point[d]));
    EXPECT_EQ(slices.size(), 100u);
  }
}

/// Dimensions are shuffled apart: of 2,000 points their correlation is below five standard errors.
TEST(LatinHypercube, DimensionsAreIndependent) {
  constexpr std::size_t n = 2000;
  const auto points = latin_hypercube(n, 4, 1);
  for (std::size_t a = 0; a < 4; ++a)
    for (std::size_t b = 0; b < a; ++b) {
      double sum = 0;
      for (const auto& point : points) sum += (point[a] - 0.5) * (point[b] - 0.5);
      EXPECT_LT(std::abs(12.0 * sum / n), 5.0 / std::sqrt(n));
    }
}

}  // namespace
}  // namespace vt
