#pragma once
/// \file A trial so small that thousands of them are run in a minute.

#include <atomic>
#include <optional>

#include "host/campaign/campaign.hpp"
#include "host/campaign/workers/worker.hpp"
#include "host/plan/build_plan.hpp"
#include "kernels/tally/layout.hpp"
#include "output/statistics/quantile_groups.hpp"

namespace vt::fuzz {

/// One core's.
inline const Engine& engine() {
  static const Engine one = make_engine(Backend::cpu, 1);
  return one;
}

/// Nothing where it would take long: most patient-days, times arms that a patient lives, and most words of counts.
inline std::optional<Results> small_run(BuiltPlan built, std::uint64_t most_days = 30'000,
                                        std::uint64_t most_words = 1u << 21) {
  const Plan& plan = built.buffer.plan();
  const auto days = static_cast<std::uint64_t>(plan.last_day - plan.first_day + 1);
  if (plan.patients > 256 || plan.replicates > 8 || plan.patients * plan.replicates * plan.lives * days > most_days ||
      all_words(plan) > most_words)
    return std::nullopt;
  RunOptions options;
  options.backend = Backend::cpu;
  options.threads = 1;
  std::optional<Results> results;
  with_large_stack([&] {
    const std::atomic<bool> never = false;
    results = run_trial(std::move(built), engine(), options, {}, never).results;
  });
  collapse_quantiles(*results);
  return results;
}

}  // namespace vt::fuzz
