#include "host/campaign/workers/seat.hpp"

#include <gtest/gtest.h>

#include <atomic>

#include "host/campaign/campaign.hpp"
#include "kernels/tally/layout.hpp"
#include "tests/support/trial.hpp"

namespace vt { namespace {

BuiltPlan some_trial(const std::string& patients, const std::string& replicates = "1") {
  return test::build(
      test::read(test::scenario_path("tops.toml"), {"trial.patients=" + patients, "trial.replicates=" + replicates}));
}

/// A GPU in name: does units on the CPU, but for what it is made to get wrong.
struct MadeUpGpu {
  RunUnit cpu = choose_cpu_build().run;
  std::uint64_t room = ~std::uint64_t{0};  ///< patients who fit
  std::uint64_t wrong_word = ~std::uint64_t{0};
  std::uint64_t calls_before_it_fails = ~std::uint64_t{0};
  std::atomic<std::uint64_t> calls = 0, patients = 0, refused = 0;

  RunTogether run() {
    return [this](std::span<const PlanUnit> units) {
      if (calls++ >= calls_before_it_fails) throw DeviceError("GPU 0 (made up): the kernel failed");
      std::uint64_t all = 0;
      for (const PlanUnit& one : units) all += one.unit.count * one.unit.replicates;
      if (all > room) {
        ++refused;
        throw DeviceMemoryError("GPU 0 (made up): the device's memory does not suffice");
      }
      patients += all;
      for (const PlanUnit& one : units) {
        cpu(*one.plan, one.unit, one.words, one.records);
        if (wrong_word < all_words(*one.plan)) ++one.words[wrong_word];
      }
    };
  }
  Seat seat() { return gpu_seat("GPU 0 (made up)", run(), cpu); }
};

const std::atomic<bool> kNever = false;

Results run_at(std::vector<Seat> seats, BuiltPlan built) {
  Engine engine = make_engine(Backend::cpu, 1);
  engine.seats = std::move(seats);
  RunOptions options;
  options.engine = &engine;
  return run(std::move(built), options, {}, kNever);
}

const std::string& whole(const std::string& patients, const std::string& replicates) {
  static std::map<std::string, std::string> known;
  std::string& hash = known[patients + " " + replicates];
  if (hash.empty()) hash = content_hash(run_at(make_engine(Backend::cpu, 2).seats, some_trial(patients, replicates)));
  return hash;
}

TEST(GpuSeat, GivesWhatTheCpuGivesBesideIt) {
  MadeUpGpu gpu;
  const Seat at_gpu = gpu.seat(), core{"", gpu.cpu};
  EXPECT_EQ(content_hash(run_at({at_gpu, at_gpu}, some_trial("9000"))), whole("9000", "1"));
  EXPECT_EQ(content_hash(run_at({at_gpu, at_gpu, core}, some_trial("90000"))), whole("90000", "1"));
}

/// A device that computes something else is found before any of its numbers counts.
TEST(GpuSeat, IsNotTrustedWhereOneCountDiffers) {
  for (const std::uint64_t word : {std::uint64_t{0}, std::uint64_t{17}}) {
    MadeUpGpu wrong, right;
    wrong.wrong_word = word;
    try {
      run_at({wrong.seat()}, some_trial("9000"));
      ADD_FAILURE() << "wrong counts were taken";
    } catch (const DeviceError& error) {
      EXPECT_NE(std::string(error.what()).find("are not those of the CPU"), std::string::npos) << error.what();
    }
    const Results found = run_at({wrong.seat(), Seat{"", right.cpu}}, some_trial("9000"));
    EXPECT_EQ(content_hash(found), whole("9000", "1"));
    ASSERT_EQ(found.provenance.notes.size(), 1u);
  }
}

TEST(GpuSeat, IsGivenLessWhereItsMemoryDoesNotSuffice) {
  MadeUpGpu gpu;
  gpu.room = 5000;
  EXPECT_EQ(content_hash(run_at({gpu.seat()}, some_trial("40000"))), whole("40000", "1"));
  EXPECT_GT(gpu.refused, 0u);
  MadeUpGpu other;
  other.room = 5000;
  EXPECT_EQ(content_hash(run_at({other.seat()}, some_trial("300", "100"))), whole("300", "100"));
  EXPECT_GT(other.refused, 0u);
}

/// Not even the smallest unit: the CPU does the work, and the run says so.
TEST(GpuSeat, LeavesWhereItHasNoMemory) {
  MadeUpGpu gpu;
  gpu.room = 10;
  const Results found = run_at({gpu.seat(), Seat{"", gpu.cpu}}, some_trial("9000"));
  EXPECT_EQ(content_hash(found), whole("9000", "1"));
  ASSERT_EQ(found.provenance.notes.size(), 1u);
  EXPECT_NE(found.provenance.notes[0].find("memory does not suffice"), std::string::npos);
  EXPECT_THROW(run_at({gpu.seat()}, some_trial("9000")), DeviceError);
}

TEST(GpuSeat, ThatFailsCostsWhatItHasInHand) {
  MadeUpGpu good, bad;
  bad.calls_before_it_fails = 3;
  const Results found = run_at({good.seat(), bad.seat()}, some_trial("400000"));
  EXPECT_EQ(content_hash(found), content_hash(run_at(make_engine(Backend::cpu, 2).seats, some_trial("400000"))));
  ASSERT_EQ(found.provenance.notes.size(), 1u);
  EXPECT_NE(found.provenance.notes[0].find("the kernel failed"), std::string::npos);
}

/// A device that fails after the first half of a unit that it was given in two: nobody counts twice.
TEST(GpuSeat, ThatFailsHalfwayAddsNothing) {
  for (std::uint64_t calls = 2; calls < 9; ++calls) {
    MadeUpGpu gpu;
    gpu.room = 9000;
    gpu.calls_before_it_fails = calls;
    EXPECT_EQ(content_hash(run_at({gpu.seat(), Seat{"", gpu.cpu}}, some_trial("40000"))), whole("40000", "1")) << calls;
  }
}

/// Nor where patients failed whom the device would have to simulate once more, or the first of whom is looked for.
TEST(GpuSeat, ThatFailsLeavesFailedPatientsToTheCpu) {
  const auto trial = [] {
    return test::build(
        test::read(test::scenario_path("tops.toml"), {"trial.patients=20000",
                                                      "pk.clearance={ formula = \"14 * sqrt(weight_kg - 60)\", unit = "
                                                      "\"L/h\", source = \"test\", basis = \"assumed\" }"}));
  };
  const Results alone = run_at(make_engine(Backend::cpu, 2).seats, trial());
  ASSERT_FALSE(alone.failures.empty());
  for (std::uint64_t calls = 1; calls < 4; ++calls) {
    MadeUpGpu gpu;
    gpu.calls_before_it_fails = calls;
    const Results found = run_at({gpu.seat(), Seat{"", gpu.cpu}}, trial());
    EXPECT_EQ(content_hash(found), content_hash(alone)) << calls;
    ASSERT_EQ(found.failures.size(), alone.failures.size());
    EXPECT_EQ(found.failures[0].patients, alone.failures[0].patients);
    EXPECT_EQ(found.failures[0].smallest_id, alone.failures[0].smallest_id);
  }
}

/// Rows, too, where a unit is taken apart.
TEST(GpuSeat, HasRowsInTheirOrder) {
  MadeUpGpu gpu;
  gpu.room = 5000;
  Engine engine = make_engine(Backend::cpu, 1);
  const auto rows_of = [&](const Seat& seat) {
    engine.seats = {seat};
    RunOptions options;
    options.engine = &engine;
    options.keep_records = true;
    return run(some_trial("7000", "2"), options, {}, kNever).records;
  };
  EXPECT_EQ(rows_of(gpu.seat()), rows_of(Seat{"", gpu.cpu}));
}

}}  // namespace vt
