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
  return run_trial(std::move(built), make_engine(options.backend), options, progress, stop).results;
}

std::vector<TrialFound> run_together(std::vector<BuiltPlan> trials, const Engine& engine, const RunOptions& options,
                                     const std::atomic<bool>& stop) {
  const Progress silent;
  std::deque<Trial> all;
  struct Part {
    Trial& trial;
    WorkSchedule::Unit unit;
    std::vector<std::uint64_t> words;
  };
  std::vector<Part> parts;
  for (BuiltPlan& built : trials) {
    Trial& trial = all.emplace_back(std::move(built), engine, options, silent, stop);
    const std::optional<WorkSchedule> schedule = engine.together ? trial.all_at_once() : std::nullopt;
    if (!schedule) trial.simulate();
    for (std::uint64_t i = 0; schedule && i < schedule->count(); ++i)
      parts.push_back({trial, schedule->at(i), std::vector<std::uint64_t>(all_words(trial.plan()))});
  }
  std::vector<PlanUnit> units;
  for (Part& part : parts) units.push_back({&part.trial.plan(), part.unit.work, part.words.data(), nullptr});
  if (!units.empty()) engine.together(units);
  for (Part& part : parts) part.trial.add(part.unit, std::move(part.words));
  std::vector<TrialFound> found;
  for (Trial& trial : all) found.push_back(std::move(trial).found());
  return found;
}

}  // namespace vt
