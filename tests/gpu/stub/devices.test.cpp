/// \file The host's side of the GPU back end over several devices, of which some fail. No GPU is needed: stub_cuda.cpp
/// is in the place of CUDA's runtime.

#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>
#include <thread>

#include "host/campaign/workers/devices.hpp"
#include "host/campaign/workers/isa.hpp"
#include "kernels/run.hpp"
#include "kernels/tally/layout.hpp"
#include "tests/gpu/stub/stub_cuda.hpp"
#include "tests/support/trial.hpp"

namespace vt { namespace {

using namespace test;

constexpr std::uint64_t kPatients = 300;

enum Slot { kOld, kBusy, kFirst, kSecond, kSmall, kFails, kUnused, kSlots };

class Devices : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    std::vector<stub::StubDevice>& all = stub::devices();
    all.assign(kSlots, {});
    all[kOld].name = "Tesla K80";
    all[kOld].major = 3;
    all[kBusy].is_busy = true;
    all[kSmall].memory = std::size_t{8} << 20;
    all[kFails].launches_left = 1;
  }

  void TearDown() override { EXPECT_EQ(stub::misuses(), 0); }

  struct Found {
    std::vector<std::uint64_t> words;
    std::vector<Record> records;
    bool operator==(const Found& other) const {
      return words == other.words &&
             std::memcmp(records.data(), other.records.data(), records.size() * sizeof(Record)) == 0;
    }
  };
  Found nothing() const { return {std::vector<std::uint64_t>(all_words(plan)), std::vector<Record>(kPatients)}; }

  /// `units` of them at a time.
  void simulate(Gpu& gpu, Found& found, std::uint64_t units = 1) const {
    std::vector<PlanUnit> list;
    for (std::uint64_t i = 0; i < units; ++i) {
      const std::uint64_t first = i * kPatients / units;
      list.push_back(
          {&plan, {first, (i + 1) * kPatients / units - first}, found.words.data(), found.records.data() + first});
    }
    gpu.run(list);
  }

  Found of_cpu() const {
    Found found = nothing();
    choose_cpu_build().run(plan, {0, kPatients}, found.words.data(), found.records.data());
    return found;
  }

  const BuiltPlan built = build(read(scenario_path("tops.toml")));
  const Plan& plan = built.buffer.plan();
};

std::string failure(const std::function<void()>& work) {
  try {
    work();
  } catch (const DeviceError& error) {
    return error.what();
  }
  return "";
}

TEST_F(Devices, are_all_looked_at_and_each_has_its_own_reason) {
  const CudaStatus status = cuda_status();
  ASSERT_EQ(status.devices.size(), std::size_t{kSlots});
  EXPECT_EQ(status.devices[kOld].reason.rfind("compute capability 3.0, this build has ", 0), 0u);
  EXPECT_EQ(status.devices[kBusy].reason.rfind("it is busy", 0), 0u);
  EXPECT_EQ(status.devices[kFirst].reason, "");
  EXPECT_EQ(status.devices[kFirst].uuid, "GPU-00000000-0000-0000-0000-000000000002");
  EXPECT_EQ(status.devices[kSmall].free_memory, std::size_t{8} << 20);
  std::vector<int> usable;
  for (const CudaDevice& device : choose_devices(status).devices) usable.push_back(device.index);
  EXPECT_EQ(usable, (std::vector<int>{kFirst, kSecond, kSmall, kFails, kUnused}));
}

TEST_F(Devices, that_are_busy_pass_untried_and_old_ones_do_not) {
  const CudaStatus status = cuda_status_untried();
  EXPECT_FALSE(status.devices[kOld].is_usable);
  EXPECT_TRUE(status.devices[kBusy].is_usable);
  EXPECT_EQ(failure([] { Gpu gpu(kBusy); }).rfind("GPU 1 (Stub): it is busy", 0), 0u);
}

TEST_F(Devices, that_are_looked_at_keep_no_context_unless_they_are_used) {
  const CudaStatus status = cuda_status();
  const int resets = stub::devices()[kUnused].resets;
  EXPECT_EQ(resets, 1);
  EXPECT_EQ(stub::devices()[kUnused].used, 0u);
}

TEST_F(Devices, give_what_the_cpu_gives_from_many_threads_at_a_time) {
  const Found cpu = of_cpu();
  {
    Gpu first(kFirst), second(kSecond);
    std::vector<Found> found(6, nothing());
    std::vector<std::thread> threads;
    for (std::size_t i = 0; i < found.size(); ++i)  // a thread takes turns with both
      threads.emplace_back([&, i] {
        for (int k = 0; k < 4; ++k) {
          found[i] = nothing();
          simulate((i + k) % 2 == 0 ? first : second, found[i], i % 3 == 0 ? 1 : 5);
        }
      });
    for (std::thread& thread : threads) thread.join();
    for (const Found& one : found) EXPECT_TRUE(one == cpu);
    EXPECT_GT(stub::devices()[kFirst].launches, 0);
    EXPECT_GT(stub::devices()[kSecond].launches, 0);
  }
  EXPECT_EQ(stub::devices()[kFirst].used, 0u);
  EXPECT_EQ(stub::devices()[kSecond].used, 0u);
}

TEST_F(Devices, without_memory_say_so_and_do_fewer) {
  const Found cpu = of_cpu();
  Gpu gpu(kSmall);
  for (int again = 0; again < 2; ++again) {
    Found many = nothing();
    Record row{};
    const PlanUnit too_many{&plan, {0, (std::size_t{8} << 20) / sizeof(Record) + 1}, many.words.data(), &row};
    EXPECT_THROW(gpu.run({&too_many, 1}), DeviceMemoryError);
    EXPECT_EQ(failure([&] { gpu.run({&too_many, 1}); }), "GPU 4 (Stub): no memory for 9 MB: out of memory");
    EXPECT_EQ(many.words, nothing().words);
    Found found = nothing();
    simulate(gpu, found);
    EXPECT_TRUE(found == cpu);
  }
}

/// Two threads' buffers fill the device; then one that needs both their room gets it.
TEST_F(Devices, give_back_what_they_keep_when_memory_is_wanted) {
  Gpu gpu(kSmall);
  const std::uint64_t rows = (std::size_t{5} << 20) / sizeof(Record);
  const auto run = [&](std::uint64_t patients, const Plan& of) {
    Found found{nothing().words, std::vector<Record>(patients)};
    const PlanUnit one{&of, {0, patients}, found.words.data(), found.records.data()};
    gpu.run({&one, 1});
  };
  std::thread one([&] { run(rows / 3, plan); }), other([&] { run(rows / 3, plan); });
  one.join();
  other.join();
  EXPECT_NO_THROW(run(rows, plan));
}

TEST_F(Devices, that_fail_say_which_add_nothing_and_leave_the_others_alone) {
  const Found cpu = of_cpu();
  Gpu fails(kFails), works(kFirst);
  Found found = nothing();
  simulate(fails, found);
  EXPECT_TRUE(found == cpu);
  for (int again = 0; again < 2; ++again) {  // the device is lost
    found = nothing();
    const std::string why = failure([&] { simulate(fails, found); });
    EXPECT_EQ(why.rfind("GPU 5 (Stub): ", 0), 0u) << why;
    EXPECT_EQ(found.words, nothing().words);
    if (again == 0) {
      EXPECT_EQ(why, "GPU 5 (Stub): the kernel failed: unspecified launch failure");
    }
    EXPECT_THROW(
        try { simulate(fails, found); } catch (const DeviceMemoryError&){}, DeviceError);
    found = nothing();
    simulate(works, found);
    EXPECT_TRUE(found == cpu);
  }
}

TEST_F(Devices, that_are_not_there_are_refused) {
  EXPECT_EQ(failure([] { Gpu gpu(kSlots); }), "there is no GPU 7");
  EXPECT_EQ(failure([] { Gpu gpu(-1); }), "there is no GPU -1");
}

}}  // namespace vt
