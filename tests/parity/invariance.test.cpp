/// \file The same scenario and seed give the same numbers, however the work is divided and whatever runs it.

#include <gtest/gtest.h>

#include <cstdlib>
#include <map>
#include <tuple>

#include "host/campaign/workers/isa.hpp"
#include "tests/support/trial.hpp"

namespace vt { namespace {

using namespace test;

Scenario small_tops() { return read(scenario_path("tops.toml"), {"trial.patients=2000"}); }

/// Content hash over tallies and raw rows.
std::string hash_of(int threads, std::uint64_t block, const Scenario& scenario = small_tops()) {
  RunOptions options;
  options.threads = threads;
  options.block = block;
  options.keep_records = true;
  return content_hash(simulate(scenario, options));
}

/// A scenario of this folder.
Scenario local(const std::string& name) { return read(source_dir() + "/tests/parity/" + name, {"trial.patients=500"}); }

Scenario everything() { return read(scenario_path("everything.toml"), {"trial.patients=300"}); }

class DividedWork : public testing::TestWithParam<std::tuple<int, std::uint64_t>> {};

TEST_P(DividedWork, has_the_content_hash_of_the_whole) {
  static const std::string whole = hash_of(1, 4096);
  EXPECT_EQ(hash_of(std::get<0>(GetParam()), std::get<1>(GetParam())), whole);
}

INSTANTIATE_TEST_SUITE_P(Tests, DividedWork, testing::Combine(testing::Values(1, 2, 7), testing::Values(1, 64, 1000)),
                         [](const auto& work) {
                           return std::to_string(std::get<0>(work.param)) + "_threads_blocks_of_" +
                                  std::to_string(std::get<1>(work.param));
                         });

TEST(ContentHash, does_not_depend_on_how_many_replicates_are_one_unit) {
  const Scenario scenario = read(scenario_path("tops.toml"), {"trial.patients=70", "trial.replicates=7"});
  const std::string one_by_one = hash_of(1, 70, scenario);
  EXPECT_EQ(hash_of(1, 69, scenario), one_by_one);   // two units each
  EXPECT_EQ(hash_of(2, 210, scenario), one_by_one);  // three replicates, three, one
  EXPECT_EQ(hash_of(2, 4096, scenario), one_by_one);
}

TEST(ContentHash, of_further_models_does_not_depend_on_block_size) {
  for (const char* name : {"transit.toml", "metabolite.toml", "gut.toml", "concentration.toml"})
    EXPECT_EQ(hash_of(2, 17, local(name)), hash_of(1, 4096, local(name))) << name;
}

TEST(ContentHash, of_everything_does_not_depend_on_the_division_of_work) {
  EXPECT_EQ(hash_of(2, 17, everything()), hash_of(1, 4096, everything()));
}

TEST(ContentHash, of_every_kind_of_population_does_not_depend_on_the_division_of_work) {
  const auto hash = [](int threads, std::uint64_t block) {
    RunOptions options;
    options.threads = threads;
    options.block = block;
    options.keep_records = true;
    const Results results = simulate(read(source_dir() + "/tests/parity/population.toml"), options);
    for (const ScreeningCount& count : results.screening) EXPECT_GT(count.rejected, 20) << count.criterion;
    EXPECT_LT(rejected(results), 1500);
    return content_hash(results);
  };
  const std::string reference = hash(1, 4096);
  EXPECT_EQ(hash(2, 64), reference);
  EXPECT_EQ(hash(3, 333), reference);
}

TEST(ContentHash, does_not_depend_on_the_instruction_set) {
  std::map<std::string, std::string> hashes;
  for (const CpuBuild& build : cpu_builds()) {
    if (!build.runs_here) {
      std::printf("skipped: %s does not run on this processor\n", build.name.c_str());
      continue;
    }
    setenv("VTRIAL_ISA", build.name.c_str(), 1);
    hashes[build.name] = hash_of(2, 256) + hash_of(1, 256, local("transit.toml")) +
                         hash_of(1, 256, local("metabolite.toml")) + hash_of(1, 256, local("gut.toml")) +
                         hash_of(1, 256, local("concentration.toml")) + hash_of(1, 256, everything());
  }
  unsetenv("VTRIAL_ISA");
  ASSERT_FALSE(hashes.empty());
  for (const auto& [name, hash] : hashes) EXPECT_EQ(hash, hashes.begin()->second) << name;
}

TEST(ContentHash, changes_with_the_seed_and_with_a_parameter) {
  const auto hash = [](const std::string& set) {
    return content_hash(simulate(read(scenario_path("tops.toml"), {"trial.patients=300", set})));
  };
  const std::string reference = hash("trial.seed=2010");
  EXPECT_NE(hash("trial.seed=2011"), reference);
  EXPECT_NE(hash("pk.exposure_scale.value=1.45"), reference);
}

TEST(Records, of_a_range_of_patients_are_the_same_in_a_larger_run) {
  RunOptions options;
  options.keep_records = true;
  const auto small = records(simulate(read(scenario_path("tops.toml"), {"trial.patients=100"}), options));
  const auto large = records(simulate(read(scenario_path("tops.toml"), {"trial.patients=1000"}), options));
  ASSERT_EQ(small.size(), 100u);
  EXPECT_EQ(std::memcmp(small.data(), large.data(), small.size() * sizeof(Record)), 0);
}

TEST(Records, of_any_range_of_patients_can_be_had_alone) {
  RunOptions all, part;
  all.keep_records = part.keep_records = true;
  part.first = 700;
  const auto large = records(simulate(read(scenario_path("tops.toml"), {"trial.patients=1000"}), all));
  const auto range = records(simulate(read(scenario_path("tops.toml"), {"trial.patients=100"}), part));
  ASSERT_EQ(range.size(), 100u);
  EXPECT_EQ(std::memcmp(range.data(), large.data() + 700, range.size() * sizeof(Record)), 0);
}

TEST(Records, with_and_without_agree_on_the_tallies) {
  RunOptions with;
  with.keep_records = true;
  const Results a = simulate(small_tops(), with), b = simulate(small_tops());
  ASSERT_EQ(a.tallies.size(), b.tallies.size());
  for (std::size_t i = 0; i < a.tallies.size(); ++i) {
    EXPECT_EQ(a.tallies[i].evaluable, b.tallies[i].evaluable);
    EXPECT_EQ(a.tallies[i].sum, b.tallies[i].sum);
  }
}

}  // namespace
}  // namespace vt
