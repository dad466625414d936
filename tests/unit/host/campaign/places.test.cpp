#include "host/campaign/places.hpp"

#include <gtest/gtest.h>

#include <map>
#include <set>

namespace vt { namespace {

struct Size {
  std::uint64_t first, patients, replicates;
};
constexpr Size kSizes[] = {{0, 1, 1}, {7, 1000, 1}, {0, 1000, 3}, {0, 10, 100}, {0, 5000, 8}, {64, 130, 9}};

/// Every patient's place and part, from units of at most `most` patients.
std::map<std::uint64_t, std::pair<std::uint64_t, std::size_t>> patients_of(const Places& places, std::vector<Take> open,
                                                                           std::uint64_t most) {
  OpenWork work(std::move(open), [&](auto begin, auto limit, auto wanted) { return places.cut(begin, limit, wanted); });
  std::map<std::uint64_t, std::pair<std::uint64_t, std::size_t>> all;
  while (const auto take = work.take(most)) {
    const WorkUnit unit = places.unit(*take);
    EXPECT_EQ(unit.count * unit.replicates, take->count());
    EXPECT_LE(take->count(), std::max<std::uint64_t>(most, 1));
    for (std::uint64_t k = 0; k < take->count(); ++k) {
      const std::uint64_t place = take->begin + k;
      EXPECT_EQ(places.part_of(place), places.part_of(take->begin)) << "a unit of two parts";
      EXPECT_TRUE(all.emplace(patient_of(unit, k).patient, std::pair(place, places.part_of(place))).second) << "twice";
    }
  }
  EXPECT_EQ(work.left(), 0u);
  return all;
}

TEST(Places, HaveEveryPatientOnceInTheirOrderHoweverTheyAreCut) {
  for (const Size& size : kSizes)
    for (const std::uint64_t most : {1, 64, 100, 512, 100000})
      for (const bool in_parts : {false, true}) {
        const Parts parts = in_parts ? parts_of(size.patients, size.replicates) : Parts{};
        const Places places(size.first, size.patients, size.replicates, parts);
        const auto patients = patients_of(places, {{0, places.count()}}, most);
        ASSERT_EQ(patients.size(), size.patients * size.replicates);
        std::uint64_t row = 0;
        std::set<std::size_t> seen;
        for (const auto& [id, where] : patients) {  // by replicate, then by number
          EXPECT_EQ(where.first, row++);
          EXPECT_EQ(id, size.first + where.first / size.patients * kNextReplicate + where.first % size.patients);
          seen.insert(where.second);
        }
        EXPECT_EQ(seen.size(), parts.count);
      }
}

TEST(Places, AreTheSameWhereSomeAreDone) {
  for (const Size& size : kSizes) {
    const Places places(size.first, size.patients, size.replicates, {});
    Intervals done;
    for (std::uint64_t begin = 5; begin < places.count(); begin += 97)
      done.add(begin, std::min(begin + begin % 31, places.count()));
    const auto patients = patients_of(places, without({{0, places.count()}}, done), 200);
    for (std::uint64_t place = 0; place < places.count(); ++place) {
      const std::uint64_t id = size.first + place / size.patients * kNextReplicate + place % size.patients;
      EXPECT_EQ(patients.contains(id), !done.missing(place, place + 1).empty());
    }
  }
}

TEST(Places, AreCutBetweenCohorts) {
  const Places places(10, 1000, 1, {});
  EXPECT_EQ(places.cut(0, 1000, 100), 54u);  // id 64
  EXPECT_EQ(places.cut(54, 1000, 64), 118u);
  EXPECT_EQ(places.cut(54, 1000, 40), 94u) << "less than a cohort";
  EXPECT_EQ(places.cut(54, 90, 64), 90u);
}

TEST(Places, OfEveryReplicate) {
  const Places places(0, 10, 3, {});
  const std::vector<Take> takes = places.of_every_replicate(2, 5);
  ASSERT_EQ(takes.size(), 3u);
  EXPECT_EQ(takes[2].begin, 22u);
  EXPECT_EQ(takes[2].end, 25u);
  EXPECT_EQ(places.of_every_replicate(0, 10).size(), 1u);
}

TEST(Parts, AreReplicatesWhereThereAreEnough) {
  EXPECT_EQ(parts_of(100, 8).count, 8u);
  EXPECT_TRUE(parts_of(100, 1000).by_replicate);
  EXPECT_EQ(parts_of(100, 1000).count, 32u);
  EXPECT_EQ(parts_of(512, 1).count, 8u);
  EXPECT_FALSE(parts_of(512, 1).by_replicate);
  EXPECT_EQ(parts_of(511, 7).count, 1u);
}

}}  // namespace vt
