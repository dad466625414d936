#include <gtest/gtest.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <new>
#include <thread>

#include "host/campaign/campaign.hpp"
#include "host/campaign/intervals.hpp"
#include "output/files.hpp"
#include "output/io_error.hpp"
#include "tests/support/scenario_file.hpp"
#include "tests/support/trial.hpp"

namespace vt { namespace {

BuiltPlan some_trial(const std::string& more) {
  const test::ScenarioFile file("base = [\"" + test::scenario_path("tops.toml") + "\"]\n" + more);
  return test::build(test::read(file.path()));
}

class Resume : public testing::Test {
 protected:
  std::string path_ = (std::filesystem::temp_directory_path() /
                       ("vtrial_resume_" + std::to_string(testing::UnitTest::GetInstance()->random_seed()) +
                        testing::UnitTest::GetInstance()->current_test_info()->name()))
                          .string();
  void SetUp() override { std::filesystem::remove(path_); }
  void TearDown() override { std::filesystem::remove(path_); }

  /// Stops when so much is done; nothing where it ends before.
  std::optional<Results> run_until(BuiltPlan built, double share, int threads, std::uint64_t block, bool resumes) {
    Checkpoint checkpoint(path_, "plan x\n");
    RunOptions options;
    options.backend = Backend::cpu;
    options.threads = threads;
    options.block = block;
    options.checkpoint = &checkpoint;
    options.resumes = resumes;
    std::atomic<bool> stop = false;
    try {
      return run(
          std::move(built), options, [&](double done) { stop = done >= share && share < 1; }, stop);
    } catch (const Interrupted&) {
      return std::nullopt;
    }
  }

  /// Stopped several times, resumed by other threads with other units: what it finds without.
  void expect_same(const std::string& set) {
    const Results first = *run_until(some_trial(set), 1, 2, 512, false);
    const std::string whole = content_hash(first);
    std::filesystem::remove(path_);
    const double stops[] = {0.1, 0.3, 0.35, 0.8};
    int times = 0;
    std::optional<Results> found;
    for (const double share : stops) {
      found = run_until(some_trial(set), share, 1 + times % 3, 64 + 100 * static_cast<std::uint64_t>(times), times > 0);
      ++times;
      if (found) break;
    }
    if (!found) found = run_until(some_trial(set), 1, 2, 300, true);
    EXPECT_EQ(content_hash(*found), whole);
    ASSERT_EQ(found->daily.values.size(), first.daily.values.size());
    EXPECT_EQ(
        std::memcmp(found->daily.values.data(), first.daily.values.data(), first.daily.values.size() * sizeof(double)),
        0);
    ASSERT_EQ(found->decisions.size(), first.decisions.size());
    for (std::size_t i = 0; i < first.decisions.size(); ++i)
      EXPECT_EQ(found->decisions[i].patient, first.decisions[i].patient);
    EXPECT_GT(times, 2) << "it ended too early to be stopped";
    ASSERT_FALSE(found->provenance.notes.empty());
    EXPECT_NE(found->provenance.notes[0].find("were done when the run was resumed"), std::string::npos);
  }
};

TEST_F(Resume, GivesTheSameTrial) { expect_same("[trial]\npatients = 6000\n"); }
TEST_F(Resume, GivesTheSameReplicates) { expect_same("[trial]\npatients = 300\nreplicates = 20\n"); }
/// All of them, so that some are done before the last stop and others after it.
TEST_F(Resume, GivesTheSamePatientsWrittenDown) {
  expect_same("[trial]\npatients = 6000\n[record]\npatients = 6000\ndaily = [\"trough_true\"]\ndecisions = true\n");
}
TEST_F(Resume, GivesTheSameTests) {
  expect_same(
      "[trial]\npatients = 6000\nreplicates = 30\n[[column]]\nname = \"mmr_12\"\nvalue = \"bcr_abl_is @ 'month 12' <= "
      "0.1\"\n[[analysis]]\nname = \"odds\"\nkind = \"logistic\"\nresponse = \"mmr_12\"\n");
}
TEST_F(Resume, GivesTheSameTrialThatEndsEarly) {
  expect_same("[trial]\npatients = 60000\nstop_when = { tally = \"mmr\", standard_error = 0.004 }\n");
}

/// What was saved at the end, because results might not be written, is the end.
TEST_F(Resume, EndsWhereATrialThatEndsEarlyHasEnded) {
  const auto trial = [] {
    return some_trial("[trial]\npatients = 100000\nstop_when = { tally = \"mmr\", standard_error = 0.006 }\n");
  };
  Checkpoint checkpoint(path_, "plan x\n");
  const Engine engine = make_engine(Backend::cpu, 2);
  RunOptions options;
  options.engine = &engine;
  options.checkpoint = &checkpoint;
  options.part = RunPart{};  // which saves at its end
  const std::atomic<bool> never = false;
  const Results first = run(trial(), options, {}, never);
  EXPECT_LT(first.patients, 100000u);
  options.part.reset();
  options.resumes = true;
  const Results again = run(trial(), options, {}, never);
  EXPECT_EQ(again.patients, first.patients);
  EXPECT_EQ(content_hash(again), content_hash(first));
}

TEST_F(Resume, RefusesWhatIsOfAnotherRunAndDoesDamagedWorkAgain) {
  Checkpoint mine(path_, "plan a\nseed 1\n"), other(path_, "plan a\nseed 2\n");
  mine.save("content");
  std::string note;
  EXPECT_EQ(mine.load(note), "content");
  EXPECT_EQ(note, "");
  try {
    (void)other.load(note);
    ADD_FAILURE() << "of another run";
  } catch (const IoError& error) {
    EXPECT_NE(std::string(error.what()).find("seed 1 there, 2 here"), std::string::npos) << error.what();
  }
  std::string bytes = read_whole_file(path_);
  for (std::size_t i = std::string("vtrial-checkpoint-2\n").size(); i < bytes.size(); i += 7) {
    std::string flipped = bytes;
    flipped[i] = static_cast<char>(flipped[i] ^ 1);
    std::ofstream(path_, std::ios::binary) << flipped;
    note.clear();
    EXPECT_FALSE(mine.load(note)) << i;
    EXPECT_NE(note.find("is damaged"), std::string::npos);
  }
  std::ofstream(path_) << "notes of somebody";
  EXPECT_THROW((void)mine.load(note), IoError);
  EXPECT_THROW(mine.check_place(), IoError);
  std::filesystem::remove(path_);
  EXPECT_FALSE(mine.load(note));
}

/// The smaller of 30 s and 5 % of the work is lost to a kill, and what saving takes is less than 2 % of the time: of
/// runs that last so long that this is more than a save and its 0.2 s. Here a patient takes 10 µs, and nothing is
/// computed.
TEST_F(Resume, LosesLittleToAKill) {
  const std::uint64_t patients = 800'000;
  auto* simulated = static_cast<std::atomic<std::uint64_t>*>(
      mmap(nullptr, sizeof(std::atomic<std::uint64_t>), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0));
  ASSERT_NE(simulated, MAP_FAILED);
  new (simulated) std::atomic<std::uint64_t>(0);
  Engine engine = make_engine(Backend::cpu, 2);
  for (Seat& seat : engine.seats)
    seat.run = [simulated](const Plan&, WorkUnit unit, std::uint64_t*, Record*) {
      std::this_thread::sleep_for(std::chrono::microseconds(10) * (unit.count * unit.replicates));
      *simulated += unit.count * unit.replicates;
    };
  const BuiltPlan built = some_trial("[trial]\npatients = " + std::to_string(patients) + "\n");
  Checkpoint checkpoint(path_, "plan x\n");
  RunOptions options;
  options.engine = &engine;
  options.checkpoint = &checkpoint;
  const auto begin = std::chrono::steady_clock::now();
  checkpoint.save("");
  const double save_s = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
  const std::atomic<bool> never = false;
  const pid_t child = fork();
  if (child == 0) {
    run(built, options, {}, never);
    std::_Exit(0);
  }
  std::this_thread::sleep_for(std::chrono::milliseconds(3000));
  kill(child, SIGKILL);
  int status = 0;
  waitpid(child, &status, 0);
  ASSERT_TRUE(WIFSIGNALED(status)) << "it came to its end";
  const std::uint64_t before = *simulated;
  EXPECT_GT(before, patients / 10);
  options.resumes = true;
  run(built, options, {}, never);
  const std::uint64_t twice = *simulated - patients;
  // At least 0.2 s lie between two saves, and 50 times what one takes; a thread keeps for 0.1 s what it has found, and
  // a take lasts 0.05 s.
  const double per_second = 2 / 10e-6;
  EXPECT_LE(static_cast<double>(twice),
            std::max(0.05 * static_cast<double>(patients), (0.35 + 50 * save_s) * per_second))
      << before << " before the kill";
  EXPECT_LT(twice, before) << "nothing was kept";
  munmap(simulated, sizeof(std::atomic<std::uint64_t>));
}

TEST(Intervals, AreJoinedAndMissed) {
  Intervals set;
  EXPECT_EQ(set.missing(3, 7), (std::vector<std::pair<std::uint64_t, std::uint64_t>>{{3, 7}}));
  EXPECT_TRUE(set.missing(5, 5).empty());
  std::vector<bool> truth(100);
  std::uint64_t random = 1;
  for (int i = 0; i < 300; ++i) {
    random = random * 6364136223846793005u + 1442695040888963407u;
    const std::uint64_t begin = (random >> 33) % 100, end = std::min<std::uint64_t>(100, begin + (random >> 50) % 9);
    if (i % 30 == 0) set = Intervals(), truth.assign(100, false);
    set.add(begin, end);
    for (std::uint64_t k = begin; k < end; ++k) truth[k] = true;
    const std::uint64_t first = i % 3 ? (random >> 40) % 100 : 0,
                        last = i % 3 ? first + (random >> 20) % (101 - first) : 100;
    std::vector<bool> found(truth);
    for (std::uint64_t k = first; k < last; ++k) found[k] = true;
    for (const auto& [from, to] : set.missing(first, last)) {
      ASSERT_LT(from, to);
      for (std::uint64_t k = from; k < to; ++k) found[k] = false;
    }
    ASSERT_EQ(found, truth) << i;
  }
}

}}  // namespace vt
