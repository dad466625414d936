#include "host/cli/trial_run.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <utility>

#include "host/cli/progress.hpp"
#include "host/cli/saved_work.hpp"
#include "host/cli/streams.hpp"
#include "kernels/calendar.hpp"
#include "kernels/tally/layout.hpp"
#include "output/sha256.hpp"
#include "output/statistics/quantile_groups.hpp"

namespace vt {

std::string identity_of(const LoadedScenario& loaded, const RunCommand& command) {
  const Plan& plan = loaded.built.buffer.plan();
  return identity_of_program() +
         fmt::format("scenario {}\nplan {:016x}\nseed {}\npatients {}\nreplicates {}\nfirst {}\n",
                     sha256_hex(loaded.scenario.resolved_toml).substr(0, 16), loaded.built.hash, plan.seed,
                     plan.patients, plan.replicates, command.first);
}

Results simulate(LoadedScenario loaded, const RunCommand& command, const std::string& path, const std::string& what,
                 const Workplace& place, Checkpoint* checkpoint) {
  RunOptions options = place.options(command);
  options.identity = identity_of(loaded, command);
  options.checkpoint = checkpoint;
  options.keep_records = !command.records.empty();
  const std::string started = utc_now();
  const auto begin = std::chrono::steady_clock::now();
  ProgressBar bar(what, command.quiet);
  Results results = run(
      std::move(loaded.built), options, [&](double done) { bar.show(done); }, stop_requested());
  const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();

  results.title += loaded.scenario.title;  // behind what it may say of partial results
  results.scenario_path = path;
  results.resolved_scenario = loaded.scenario.resolved_toml;
  describe_build(results.provenance, command.line);
  results.provenance.started_utc = started;
  results.provenance.finished_utc = utc_now();
  results.provenance.simulate_seconds = results.provenance.wall_seconds = seconds;
  collapse_quantiles(results);
  return results;
}

void say_what_was_done(const Results& results, const std::string& where) {
  const double years = static_cast<double>(results.patients * results.replicates) *
                       (results.last_day - results.first_day) / kDaysPerYear;
  say("{:.0f} patient-years in {:.2f} s ({:.0f} per second){}\n", years, results.provenance.simulate_seconds,
      years / results.provenance.simulate_seconds, where);
}

void say_who_failed(const Results& results) {
  for (const FailureCount& failure : results.failures)
    say("{} patients could not be computed: {}; the first is {}{}\n", failure.patients, failure.reason,
        patient_text(failure.smallest_id, results.replicates), failure.example.empty() ? "" : ": " + failure.example);
}

std::uint64_t least_bytes(const BuiltPlan& built) {
  constexpr std::uint64_t most_words = std::uint64_t{1} << 16;
  const Plan& plan = built.buffer.plan();
  return sizeof(double) * std::min(all_words(plan), most_words) + built.recorded_bytes() + built.kept_bytes();
}

}  // namespace vt
