#include "host/campaign/schedule.hpp"

#include <gtest/gtest.h>

#include <map>
#include <set>

namespace vt { namespace {

/// Where every patient's row is, and in which part.
std::map<std::uint64_t, std::pair<std::uint64_t, std::size_t>> patients_of(const WorkSchedule& schedule) {
  std::map<std::uint64_t, std::pair<std::uint64_t, std::size_t>> all;
  for (std::uint64_t i = 0; i < schedule.count(); ++i) {
    const WorkSchedule::Unit unit = schedule.at(i);
    for (std::uint64_t k = 0; k < unit.work.count * unit.work.replicates; ++k) {
      const bool is_new =
          all.emplace(patient_of(unit.work, k).patient, std::pair(unit.rows_before + k, unit.part)).second;
      EXPECT_TRUE(is_new) << "twice";
    }
  }
  return all;
}

TEST(WorkSchedule, HasEveryPatientOnceInTheOrderOfRows) {
  for (const std::uint64_t block : {1, 100, 512, 100000})
    for (const Units trial : {Units{0, 1, 1, block}, Units{7, 1000, 1, block}, Units{0, 1000, 3, block},
                              Units{0, 10, 100, block}, Units{0, 5000, 8, block}}) {
      const Parts parts = parts_of(trial.patients, trial.replicates);
      const auto patients = patients_of(WorkSchedule(trial, trial, parts));
      ASSERT_EQ(patients.size(), trial.patients * trial.replicates);
      std::uint64_t row = 0;
      std::set<std::size_t> seen;
      for (const auto& [id, where] : patients) {  // by replicate, then by number
        EXPECT_EQ(where.first, row++);
        seen.insert(where.second);
      }
      EXPECT_EQ(seen.size(), parts.count);
    }
}

TEST(WorkSchedule, HasTheSamePartsHoweverMuchIsDoneAtATime) {
  const Units trial{0, 1000, 40, 512};
  const Parts parts = parts_of(trial.patients, trial.replicates);
  const auto all = patients_of(WorkSchedule(trial, trial, parts));
  for (std::uint64_t begin = 0; begin < 40; begin += 7) {
    Units some = trial;
    some.first_replicate = begin;
    some.replicates = std::min<std::uint64_t>(7, 40 - begin);
    for (const auto& [id, where] : patients_of(WorkSchedule(some, trial, parts)))
      EXPECT_EQ(where.second, all.at(id).second) << id;
  }
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
