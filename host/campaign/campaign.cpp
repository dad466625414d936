#include "host/campaign/campaign.hpp"

#include <algorithm>
#include <deque>
#include <utility>

#include "host/campaign/trial.hpp"
#include "kernels/tally/layout.hpp"

namespace vt {

TrialFound run_trial(BuiltPlan built, const Engine& engine, const RunOptions& options, const Progress& progress,
                     const std::atomic<bool>& stop) {
  Trial trial(std::move(built), engine, options, progress, stop);
  trial.simulate();
  return std::move(trial).found();
}

Results run(BuiltPlan built, const RunOptions& options, const Progress& progress, const std::atomic<bool>& stop) {
  const Engine made = options.engine != nullptr ? Engine{} : make_engine(options.backend, options.threads);
  return run_trial(std::move(built), options.engine != nullptr ? *options.engine : made, options, progress, stop)
      .results;
}

void follow_trial(BuiltPlan built, const Engine& engine, const RunOptions& options, const std::atomic<bool>& stop) {
  const Progress silent;
  Trial(std::move(built), engine, options, silent, stop).follow();
}

std::vector<TrialFound> run_together(std::vector<BuiltPlan> trials, const Engine& engine, const RunOptions& options,
                                     const std::atomic<bool>& stop) {
  const Progress silent;
  const auto& together = engine.seats[0].together;
  std::deque<Trial> all;
  struct Part {
    Trial& trial;
    PlacedUnit unit;
    std::vector<std::uint64_t> words;
  };
  std::vector<Part> parts;
  for (BuiltPlan& built : trials) {
    Trial& trial = all.emplace_back(std::move(built), engine, options, silent, stop);
    const std::optional<std::vector<PlacedUnit>> placed = together ? trial.all_at_once() : std::nullopt;
    if (!placed) {
      trial.simulate();
      continue;
    }
    for (const PlacedUnit& unit : *placed)
      parts.push_back({trial, unit, std::vector<std::uint64_t>(all_words(trial.plan()))});
  }
  std::vector<PlanUnit> units;
  for (Part& part : parts) units.push_back({&part.trial.plan(), part.unit.work, part.words.data(), nullptr});
  if (!units.empty()) together(units);
  for (Part& part : parts) part.trial.add(part.unit, std::move(part.words));
  std::vector<TrialFound> found;
  for (Trial& trial : all) found.push_back(std::move(trial).found());
  return found;
}

}  // namespace vt
