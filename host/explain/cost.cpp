#include "host/explain/cost.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <ctime>
#include <functional>
#include <span>
#include <vector>

#include "host/campaign/campaign.hpp"
#include "host/campaign/patient_table.hpp"
#include "host/campaign/record_patients.hpp"
#include "host/campaign/trial_table.hpp"
#include "host/campaign/workers/isa.hpp"
#include "kernels/tally/layout.hpp"

namespace vt {

namespace {

constexpr double kEnoughSeconds = 0.15;

double core_seconds() {
  timespec now{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + 1e-9 * static_cast<double>(now.tv_nsec);
}

double seconds_of(const std::function<void()>& work) {
  const double begin = core_seconds();
  work();
  return core_seconds() - begin;
}

std::uint64_t cohorts_of(std::uint64_t patients) { return (patients + kCohort - 1) / kCohort; }

/// Cohorts of a whole run, each of which takes its time however many patients it lacks.
std::uint64_t cohorts_of(const Plan& plan) {
  const std::uint64_t block = RunOptions{}.block;
  if (plan.patients >= block)
    return plan.replicates * (plan.patients / block * cohorts_of(block) + cohorts_of(plan.patients % block));
  const std::uint64_t together = std::min(plan.replicates, block / plan.patients);
  return (plan.replicates + together - 1) / together * cohorts_of(together * plan.patients);
}

/// One cohort after another, over and over the trial's patients.
WorkUnit cohort(const Plan& plan, std::uint64_t i) {
  if (plan.patients < kCohort)
    return {.count = plan.patients, .replicates = std::min<std::uint64_t>(plan.replicates, kCohort / plan.patients)};
  return {.first = i % (plan.patients / kCohort) * kCohort, .count = kCohort};
}

/// What the tests of all replicates take, from those of the first patients.
double seconds_of_tests(const BuiltPlan& built, const CpuBuild& cpu, std::vector<std::uint64_t>& words) {
  if (built.analyses.empty()) return 0;
  const Plan& plan = built.buffer.plan();
  const std::uint64_t some = std::min<std::uint64_t>(plan.patients, 8 * kCohort);
  std::vector<Record> rows(some);
  cpu.run(plan, {.count = some}, words.data(), rows.data());
  std::vector<ResultTest> tests = empty_tests(built);
  const double seconds = seconds_of([&] { add_replicate(built, rows, tests); });
  return seconds * static_cast<double>(plan.replicates * plan.patients) / static_cast<double>(some);
}

/// What writing down of patients adds to their simulation.
double seconds_of_recording(const BuiltPlan& built, const CpuBuild& cpu, std::vector<std::uint64_t>& words) {
  const Plan& plan = built.buffer.plan();
  const std::uint64_t recorded = std::min(built.recording.patients, plan.patients);
  if (recorded == 0) return 0;
  BuiltPlan few = built;
  few.recording.patients = std::min<std::uint64_t>(recorded, kCohort);
  const WorkUnit unit{.count = few.recording.patients};
  const double without = seconds_of([&] { cpu.run(plan, unit, words.data(), nullptr); });
  PatientRecording recording(few, 0);
  const double with = seconds_of([&] { recording.run_unit(cpu.run, unit, words.data(), nullptr); });
  return std::max(0.0, with - without) * static_cast<double>(cohorts_of(recorded));
}

/// What the table of patients and the doses take: their lives once more, one by one.
double seconds_of_table(const BuiltPlan& built) {
  const Plan& plan = built.buffer.plan();
  const std::uint64_t lives = lives_again(built);
  if (lives == 0) return 0;
  constexpr std::uint64_t some = 8;
  BuiltPlan few = built;
  few.recording.patients = std::min<std::uint64_t>(some, plan.patients);
  few.recording.doses = false;
  few.table.whose = TablePlan::Whose::recorded;
  Intervals done;
  done.add(0, plan.patients);
  Results results;
  results.arms = built.arms;
  const double seconds = seconds_of([&] { fill_patient_table(few, 0, plan.patients, done, 1, results); });
  return seconds / static_cast<double>(few.recording.patients * plan.lives) * static_cast<double>(lives);
}

}  // namespace

Cost measure_cost(const BuiltPlan& built) {
  const Plan& plan = built.buffer.plan();
  const CpuBuild& cpu = choose_cpu_build();
  std::vector<std::uint64_t> words(all_words(plan));
  std::vector<Record> rows(kCohort);
  const auto one = [&](std::uint64_t i) {
    return seconds_of([&] { cpu.run(plan, cohort(plan, i), words.data(), rows.data()); });
  };
  double seconds = one(0);  // of a machine that is not yet warm
  std::uint64_t cohorts = 1, measured = 1;
  if (seconds < kEnoughSeconds / 2)
    for (seconds = 0, cohorts = 0; seconds < kEnoughSeconds && cohorts < 256; ++cohorts, ++measured)
      seconds += one(cohorts);
  const WorkUnit unit = cohort(plan, 0);
  const double host =
      seconds_of_tests(built, cpu, words) + seconds_of_recording(built, cpu, words) + seconds_of_table(built);
  return {.core_seconds = seconds / static_cast<double>(cohorts) * static_cast<double>(cohorts_of(plan)) + host,
          .host_core_seconds = host,
          .measured = std::min(measured * unit.count * unit.replicates, plan.patients * plan.replicates),
          .is_most = built.stopping.has_value()};
}

std::string in_words(const Cost& cost) {
  return fmt::format("{} {:.2g} core-seconds (measured on {} patients here)", cost.is_most ? "at most" : "about",
                     cost.core_seconds, cost.measured);
}

}  // namespace vt
