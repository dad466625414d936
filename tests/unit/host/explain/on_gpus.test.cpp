#include "host/explain/on_gpus.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <set>

#include "host/explain/trial_needs.hpp"
#include "output/hdf5/results_file.hpp"
#include "tests/support/trial.hpp"

namespace vt { namespace {

using namespace test;

double faster() { return scale_constant("gpu") / scale_constant("core"); }

/// A million patients with 1 MB of counts.
GpuWork some_work() {
  return {.lives_core_s = 12.5, .patients = 1e6, .host_core_s = 0.4, .takes = 4000, .delivered_bytes = 1e6};
}

constexpr std::uint64_t kMany[] = {1, 2, 3, 8, 64, 1000, 4000};

TEST(OnGpus, OneIsAsFastAsItsLivesAndItsStart) {
  GpuWork work = some_work();
  work.host_core_s = 0;
  const OnGpus one = on_gpus(work, 1);
  const double looked_at = scale_constant("looked_at") * 12.5e-6;
  EXPECT_DOUBLE_EQ(one.fixed_seconds, scale_constant("start") + looked_at);
  EXPECT_DOUBLE_EQ(one.seconds, one.fixed_seconds + 12.5 / faster());
  EXPECT_EQ(one.used, 1u);
}

TEST(OnGpus, MoreShortenWhatIsSharedAndNothingElse) {
  double shared = 1e300, fixed = 0;
  for (const std::uint64_t n : kMany) {
    const OnGpus needs = on_gpus(some_work(), n);
    EXPECT_LE(needs.seconds - needs.fixed_seconds, shared) << n;
    EXPECT_GE(needs.fixed_seconds, fixed) << n;
    shared = needs.seconds - needs.fixed_seconds, fixed = needs.fixed_seconds;
  }
}

TEST(OnGpus, MoreWorkIsNeverLess) {
  for (const std::uint64_t n : kMany) {
    const double before = on_gpus(some_work(), n).seconds;
    GpuWork more = some_work();
    more.lives_core_s *= 2, more.patients *= 2;
    EXPECT_GE(on_gpus(more, n).seconds, before) << n;
    for (double GpuWork::*part :
         {&GpuWork::host_core_s, &GpuWork::begin_s, &GpuWork::end_s, &GpuWork::delivered_bytes}) {
      more = some_work();
      more.*part = 2 * more.*part + 1e-3;
      EXPECT_GE(on_gpus(more, n).seconds, before) << n;
    }
  }
}

TEST(OnGpus, HaveNothingToDoBeyondTheTakes) {
  GpuWork work = some_work();
  work.takes = 7;  // of two threads each
  EXPECT_EQ(on_gpus(work, 3).used, 3u);
  EXPECT_EQ(on_gpus(work, 64).used, 4u);
  const OnGpus four = on_gpus(work, 4), many = on_gpus(work, 64);
  EXPECT_DOUBLE_EQ(four.seconds - four.fixed_seconds, many.seconds - many.fixed_seconds);
}

TEST(OnGpus, AFewPatientsTakeAsLongAsAGpuFull) {
  GpuWork work = some_work();
  work.host_core_s = 0;
  const OnGpus many = on_gpus(work, 2000);
  EXPECT_NEAR(many.seconds - many.fixed_seconds, scale_constant("wave") / 1e6 * 12.5 / faster(), 1e-12);
}

TEST(OnGpus, EveryConstantSaysWhereItIsFrom) {
  std::set<std::string> names;
  for (const ScaleConstant& constant : scale_constants()) {
    EXPECT_TRUE(names.insert(constant.name).second) << constant.name;
    EXPECT_GT(constant.value, 0) << constant.name;
    EXPECT_FALSE(std::string(constant.what).empty()) << constant.name;
  }
  EXPECT_THROW(scale_constant("none"), std::out_of_range);
}

TEST(OnGpus, SaysThatItIsAnEstimate) {
  EXPECT_EQ(in_words({.gpus = 64, .used = 60, .seconds = 12.34, .fixed_seconds = 1.26, .memory_bytes = 31'000'000}),
            "about 12 s on 64 GPUs, 1.3 s of it on any number; 4 of them have nothing to do, up to 31 MB of "
            "memory each (estimate: no GPU was measured)");
}

TEST(OnGpus, OfATrialAreItsLivesAndItsTests) {
  const BuiltPlan built = build(read(scenario_path("tops.toml"), {"trial.patients=100000"}));
  const GpuWork work = gpu_work(built, {.core_seconds = 3, .host_core_seconds = 1});
  EXPECT_EQ(work.lives_core_s, 2);
  EXPECT_EQ(work.host_core_s, 1);
  EXPECT_EQ(work.patients, 100'000);
  EXPECT_EQ(work.takes, 4u);
}

/// The file is made of 4,096 patients where there are more, whose bins are not all filled.
TEST(TrialNeeds, KnowsTheFile) {
  for (const char* patients : {"64", "2000", "20000"}) {
    const Scenario scenario = read(scenario_path("tops.toml"), {std::string("trial.patients=") + patients});
    const auto expected = static_cast<double>(needs_of(build(scenario), 1).file_bytes);
    const auto found = static_cast<double>(results_file_bytes(simulate(scenario)).size());
    EXPECT_GT(expected, 0.6 * found) << patients;
    EXPECT_LT(expected, 1.2 * found) << patients;
  }
}

TEST(TrialNeeds, ThreadsShareTheTimeAndAddCounts) {
  const BuiltPlan built = build(read(scenario_path("tops.toml"), {"trial.patients=100000"}));
  const TrialNeeds one = needs_of(built, 1), four = needs_of(built, 4);
  EXPECT_LT(four.seconds, one.seconds / 1.5);
  EXPECT_GT(four.memory_bytes, one.memory_bytes);
  EXPECT_GE(one.memory_bytes, kProgramBytes);
}

}}  // namespace vt
