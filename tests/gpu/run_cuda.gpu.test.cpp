/// \file The device's records and sums against the CPU's, byte for byte.

#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>
#include <memory>
#include <thread>

#include "host/campaign/failures.hpp"
#include "host/campaign/workers/devices.hpp"
#include "host/campaign/workers/isa.hpp"
#include "kernels/run.hpp"
#include "kernels/tally/layout.hpp"
#include "tests/support/trial.hpp"

namespace vt { namespace {

using namespace test;

constexpr std::uint64_t kPatients = 2000;

struct Found {
  std::vector<std::uint64_t> words;
  std::vector<Record> records;
};

/// Patients 0 to kPatients − 1 of a replicate in units of at most `unit` patients.
Found simulate_in_units(const Plan& plan, const Runner& run_unit, std::uint64_t unit, std::uint64_t replicate = 0) {
  Found found{std::vector<std::uint64_t>(all_words(plan)), std::vector<Record>(kPatients)};
  for (std::uint64_t first = 0; first < kPatients; first += unit)
    run_unit(plan, {replicate << 32 | first, std::min(unit, kPatients - first)}, found.words.data(),
             found.records.data() + first);
  return found;
}

std::size_t different_records(const Found& a, const Found& b) {
  std::size_t different = 0;
  for (std::size_t i = 0; i < a.records.size(); ++i)
    different += std::memcmp(&a.records[i], &b.records[i], sizeof(Record)) != 0;
  return different;
}

std::size_t different_words(const Found& a, const Found& b) {
  std::size_t different = 0;
  for (std::size_t i = 0; i < a.words.size(); ++i) different += a.words[i] != b.words[i];
  return different;
}

std::vector<CudaDevice> usable_devices() { return choose_devices(cuda_status()).devices; }

/// The first that can be used.
Gpu& gpu() {
  static Gpu one(usable_devices().front().index);
  return one;
}

void on_gpu(const Plan& plan, WorkUnit unit, std::uint64_t* words, Record* records) {
  const PlanUnit one{&plan, unit, words, records};
  gpu().run({&one, 1});
}

class Device : public testing::TestWithParam<std::string> {
 protected:
  void SetUp() override {
    if (usable_devices().empty()) GTEST_SKIP() << "no GPU can be used: " << choose_devices(cuda_status()).why_none;
  }
  const BuiltPlan built = build(read(source_dir() + "/" + GetParam()));
  const Plan& plan = built.buffer.plan();
};

TEST_P(Device, gives_the_records_and_sums_of_the_cpu) {
  for (const std::uint64_t replicate : {0, 1}) {
    const Found cpu = simulate_in_units(plan, choose_cpu_build().run, kPatients, replicate);
    const Found gpu = simulate_in_units(plan, on_gpu, kPatients, replicate);
    EXPECT_EQ(different_records(cpu, gpu), 0u) << "replicate " << replicate;
    EXPECT_EQ(different_words(cpu, gpu), 0u) << "replicate " << replicate;
    EXPECT_NE(cpu.words, std::vector<std::uint64_t>(cpu.words.size()));
  }
}

TEST_P(Device, gives_the_same_however_the_patients_are_divided) {
  const Found whole = simulate_in_units(plan, on_gpu, kPatients);
  for (const std::uint64_t unit : {1999, 777, 129}) {
    const Found parts = simulate_in_units(plan, on_gpu, unit);
    EXPECT_EQ(different_records(whole, parts), 0u) << "units of " << unit;
    EXPECT_EQ(different_words(whole, parts), 0u) << "units of " << unit;
  }
}

TEST_P(Device, gives_the_same_for_replicates_in_one_unit) {
  Found apart{std::vector<std::uint64_t>(all_words(plan)), std::vector<Record>(kPatients)};
  Found together = apart;
  const std::uint64_t half = kPatients / 2;
  on_gpu(plan, {0, half, 2}, together.words.data(), together.records.data());
  for (const std::uint64_t replicate : {0, 1})
    on_gpu(plan, {replicate * kNextReplicate, half}, apart.words.data(), apart.records.data() + replicate * half);
  EXPECT_EQ(different_records(apart, together), 0u);
  EXPECT_EQ(different_words(apart, together), 0u);
}

TEST_P(Device, gives_the_same_when_two_threads_give_it_work) {
  const Found whole = simulate_in_units(plan, on_gpu, kPatients);
  Found parts[2] = {whole, whole};
  const auto work = [&](Found& found, std::uint64_t begin) {
    std::ranges::fill(found.words, 0);
    for (std::uint64_t first = begin; first < kPatients; first += 500)
      on_gpu(plan, {first, 250}, found.words.data(), parts[0].records.data() + first);
  };
  std::ranges::fill(parts[0].records, Record{});
  std::thread other(work, std::ref(parts[1]), 250);
  work(parts[0], 0);
  other.join();
  for (std::size_t i = 0; i < whole.words.size(); ++i) parts[0].words[i] += parts[1].words[i];
  EXPECT_EQ(different_records(whole, parts[0]), 0u);
  EXPECT_EQ(different_words(whole, parts[0]), 0u);
}

TEST_P(Device, gives_the_same_sums_without_records) {
  const Found with = simulate_in_units(plan, on_gpu, kPatients);
  std::vector<std::uint64_t> words(all_words(plan));
  on_gpu(plan, {0, kPatients}, words.data(), nullptr);
  EXPECT_EQ(words, with.words);
}

/// Units of different sizes, of Plans of all variants, with rows and without.
TEST(Units, of_many_plans_give_together_what_each_gives_alone) {
  if (usable_devices().empty()) GTEST_SKIP() << "no GPU can be used: " << choose_devices(cuda_status()).why_none;
  const char* const names[] = {"scenarios/tops.toml", "tests/gpu/tops_first_order.toml", "tests/parity/transit.toml",
                               "tests/parity/daily_tallies.toml"};
  std::vector<BuiltPlan> plans;
  for (const char* name : names) plans.push_back(build(read(source_dir() + "/" + name)));
  std::vector<Found> found;
  std::vector<PlanUnit> units;
  for (std::uint64_t i = 0; i < 40; ++i) {
    const Plan& plan = plans[i % std::size(names)].buffer.plan();
    found.push_back({std::vector<std::uint64_t>(all_words(plan)), std::vector<Record>(1 + 37 * i)});
    units.push_back(
        {&plan, {100 * i, 1 + 37 * i}, found.back().words.data(), i % 3 == 0 ? nullptr : found.back().records.data()});
  }
  gpu().run(units);
  for (std::size_t i = 0; i < units.size(); ++i) {
    Found cpu{std::vector<std::uint64_t>(found[i].words.size()), std::vector<Record>(found[i].records.size())};
    choose_cpu_build().run(*units[i].plan, units[i].unit, cpu.words.data(), cpu.records.data());
    EXPECT_EQ(different_words(cpu, found[i]), 0u) << i;
    if (units[i].records != nullptr) {
      EXPECT_EQ(different_records(cpu, found[i]), 0u) << i;
    }
  }
}

/// All at the same time, two threads each. Of one device it is that one: a skipped test would fail `gpu-check`.
TEST(Devices, each_give_the_records_and_sums_of_the_cpu) {
  const std::vector<CudaDevice> devices = usable_devices();
  if (devices.empty()) GTEST_SKIP() << "no GPU can be used: " << choose_devices(cuda_status()).why_none;
  const BuiltPlan built = build(read(source_dir() + "/scenarios/tops.toml"));
  const Plan& plan = built.buffer.plan();
  const Found cpu = simulate_in_units(plan, choose_cpu_build().run, kPatients);
  std::vector<std::unique_ptr<Gpu>> gpus;
  for (const CudaDevice& device : devices) gpus.push_back(std::make_unique<Gpu>(device.index));
  const Found none{std::vector<std::uint64_t>(all_words(plan)), std::vector<Record>(kPatients)};
  std::vector<Found> found(2 * gpus.size(), none);
  std::vector<std::thread> threads;
  for (std::size_t i = 0; i < found.size(); ++i)
    threads.emplace_back([&, i] {
      for (std::uint64_t first = 0; first < kPatients; first += 500) {
        const PlanUnit one{&plan, {first, 500}, found[i].words.data(), found[i].records.data() + first};
        gpus[i / 2]->run({&one, 1});
      }
    });
  for (std::thread& thread : threads) thread.join();
  for (std::size_t i = 0; i < found.size(); ++i) {
    EXPECT_EQ(different_records(cpu, found[i]), 0u) << describe(devices[i / 2]);
    EXPECT_EQ(different_words(cpu, found[i]), 0u) << describe(devices[i / 2]);
  }
}

TEST(Devices, can_be_used_after_their_memory_did_not_suffice) {
  const std::vector<CudaDevice> devices = usable_devices();
  if (devices.empty()) GTEST_SKIP() << "no GPU can be used: " << choose_devices(cuda_status()).why_none;
  const BuiltPlan built = build(read(source_dir() + "/scenarios/tops.toml"));
  const Plan& plan = built.buffer.plan();
  const Found cpu = simulate_in_units(plan, choose_cpu_build().run, kPatients);
  for (const CudaDevice& device : devices) {
    Gpu gpu(device.index);
    const auto on_this = [&](const Plan& of, WorkUnit unit, std::uint64_t* words, Record* records) {
      const PlanUnit one{&of, unit, words, records};
      gpu.run({&one, 1});
    };
    for (int again = 0; again < 2; ++again) {
      std::vector<std::uint64_t> words(all_words(plan));
      Record row{};  // none is written: there is no room for them on the device
      try {
        on_this(plan, {0, device.memory / sizeof(Record) + 1}, words.data(), &row);
        ADD_FAILURE() << "more rows than memory on " << describe(device);
      } catch (const DeviceMemoryError& error) {
        EXPECT_EQ(
            std::string(error.what()).rfind("GPU " + std::to_string(device.index) + " (" + device.name + "): ", 0), 0u)
            << error.what();
      }
      EXPECT_EQ(words, std::vector<std::uint64_t>(words.size()));
      const Found found = simulate_in_units(plan, on_this, kPatients);
      EXPECT_EQ(different_records(cpu, found), 0u) << describe(device);
      EXPECT_EQ(different_words(cpu, found), 0u) << describe(device);
    }
  }
}

TEST(Devices, that_are_not_there_are_refused) {
  if (usable_devices().empty()) GTEST_SKIP() << "no GPU can be used: " << choose_devices(cuda_status()).why_none;
  EXPECT_THROW(Gpu(static_cast<int>(cuda_status().devices.size())), DeviceError);
  EXPECT_THROW(Gpu(-1), DeviceError);
}

INSTANTIATE_TEST_SUITE_P(Scenarios, Device,
                         testing::Values("scenarios/tops.toml", "scenarios/tops_rifampicin.toml",
                                         "tests/gpu/tops_first_order.toml", "tests/parity/population.toml",
                                         "tests/parity/transit.toml", "tests/parity/metabolite.toml",
                                         "tests/parity/gut.toml", "tests/parity/daily_tallies.toml"),
                         [](const auto& scenario) { return std::filesystem::path(scenario.param).stem().string(); });

}  // namespace
}  // namespace vt
