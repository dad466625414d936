#pragma once
/// \file Trials for tests: scenarios from text or file, simulated in this process.

#include <filesystem>
#include <functional>
#include <stdexcept>
#include <string>
#include <vector>

#include "host/campaign/campaign.hpp"
#include "host/plan/build_plan.hpp"
#include "host/scenario/scenario.hpp"
#include "host/scenario/toml/merge.hpp"
#include "kernels/course/course.hpp"
#include "output/compare.hpp"
#include "output/statistics/quantile_groups.hpp"

namespace vt::test {

inline std::string source_dir() { return VTRIAL_SOURCE_DIR; }
inline std::string scenario_path(const std::string& name) { return source_dir() + "/scenarios/" + name; }

/// Reads a scenario of the repository. Mistakes end the test.
inline Scenario read(const std::string& path, const std::vector<std::string>& set = {}) {
  Problems problems;
  const auto overrides = parse_overrides(set, problems);
  const auto scenario = read_scenario(path, overrides, problems);
  if (!problems.empty() || !scenario) throw ScenarioError(problems.sorted());
  return *scenario;
}

inline BuiltPlan build(const Scenario& scenario) {
  Problems problems;
  auto built = build_plan(scenario, problems);
  if (!problems.empty() || !built) throw ScenarioError(problems.sorted());
  return std::move(*built);
}

inline Results simulate(const Scenario& scenario, RunOptions options = {}) {
  options.backend = Backend::cpu;
  const std::atomic<bool> stop = false;
  Results results = run(build(scenario), options, {}, stop);
  collapse_quantiles(results);
  return results;
}

inline const ResultTally& tally(const Results& results, const std::string& name) {
  for (const ResultTally& t : results.tallies)
    if (t.name == name) return t;
  throw std::out_of_range("no tally " + name);
}

/// A statistic of some cells of a tally.
inline double value(const Results& results, const std::string& name, const std::string& statistic,
                    const Selection& where = {}) {
  const ResultTally& t = tally(results, name);
  return estimate(t, pool(t, where), parse_statistic(statistic).value()).value;
}

/// The raw rows of a run that kept them.
inline std::vector<Record> records(const Results& results) {
  std::vector<Record> rows(results.records.size() / sizeof(Record));
  std::memcpy(rows.data(), results.records.data(), results.records.size());
  return rows;
}

/// Everybody is the typical patient on a typical occasion.
inline void remove_variability(Scenario& scenario) {
  scenario.pk.entries.erase("bioavailability_occasion_sd");
  for (RandomEffectSpec& effect : scenario.random_effects)
    for (auto& row : effect.covariance)
      for (double& x : row) x = 0;
}

}  // namespace vt::test
