#include "host/explain/trial_needs.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "host/campaign/collect.hpp"
#include "host/campaign/trial_hand.hpp"
#include "host/campaign/workers/engine.hpp"
#include "host/campaign/workers/isa.hpp"
#include "host/explain/words.hpp"
#include "kernels/tally/layout.hpp"
#include "output/hdf5/results_file.hpp"
#include "output/statistics/quantile_groups.hpp"

namespace vt {

namespace {

/// The results of some patients, written. More patients fill more bins, which are compressed.
std::uint64_t file_bytes_of(const BuiltPlan& built) {
  constexpr std::uint64_t most = 4096;
  const Plan& plan = built.buffer.plan();
  const CpuBuild& cpu = choose_cpu_build();
  BuiltPlan copy = built;
  Ledger ledger(plan, 1);
  cpu.run(plan, {.count = std::min(plan.patients, most)}, ledger.words_of(plan, 0).data(), nullptr);
  Results results = collect(copy, ledger, plan.patients, cpu.run);
  results.tests = unanswered_tests(built);
  collapse_quantiles(results);
  return results_file_bytes(results).size() + built.recorded_bytes();
}

}  // namespace

TrialNeeds needs_of(const BuiltPlan& built, int threads) {
  const Plan& plan = built.buffer.plan();
  TrialNeeds needs;
  needs.cost = measure_cost(built);
  needs.threads = static_cast<std::uint64_t>(threads > 0 ? threads : usable_cores());
  needs.seconds = needs.cost.core_seconds / static_cast<double>(needs.threads) + scale_constant("file");
  needs.file_bytes = file_bytes_of(built);
  // Every thread's counts, those of all, and results made of them, which are written in memory before they go to disk.
  const std::uint64_t counts = sizeof(std::uint64_t) * all_words(plan);
  const std::uint64_t held = 2 * (counts + needs.file_bytes);
  needs.memory_bytes = kProgramBytes + needs.threads * counts + held;
  needs.gpu_work = gpu_work(built, needs.cost);
  needs.gpu_work.held_bytes = held;
  return needs;
}

std::string in_words(const TrialNeeds& needs) {
  return fmt::format("{} {:.2g} s on {}, {} of memory, {} of results", needs.cost.is_most ? "at most" : "about",
                     needs.seconds, words::count(needs.threads, "core"), size_words(needs.memory_bytes),
                     size_words(needs.file_bytes));
}

nlohmann::ordered_json json_of(const TrialNeeds& needs) {
  return {{"core_seconds", needs.cost.core_seconds},
          {"threads", needs.threads},
          {"seconds", needs.seconds},
          {"memory_bytes", needs.memory_bytes},
          {"file_bytes", needs.file_bytes}};
}

}  // namespace vt
