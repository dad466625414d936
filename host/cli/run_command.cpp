#include <fmt/format.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <ctime>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "host/campaign/campaign.hpp"
#include "host/cli/commands.hpp"
#include "host/cli/load.hpp"
#include "host/cli/progress.hpp"
#include "kernels/tally/layout.hpp"
#include "output/files.hpp"
#include "output/hdf5/results_file.hpp"
#include "output/io_error.hpp"
#include "output/notes.hpp"
#include "output/print.hpp"
#include "output/report/report.hpp"
#include "output/statistics/quantile_groups.hpp"
#include "vtrial_version.hpp"

namespace vt {

namespace {

namespace fs = std::filesystem;

std::atomic<bool> stop_requested = false;

/// First signal: finish the work unit and stop. Second: at once.
extern "C" void on_signal(int) {
  if (stop_requested.exchange(true)) std::_Exit(static_cast<int>(ExitCode::killed));
}

std::string utc_now() {
  const std::time_t now = std::time(nullptr);
  std::tm parts{};
  gmtime_r(&now, &parts);
  char text[32];
  std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &parts);
  return text;
}

std::string host_name() {
  char name[256] = {};
  return gethostname(name, sizeof name - 1) == 0 ? name : "unknown";
}

std::string output_path(const RunCommand& command, const std::string& scenario) {
  if (!command.output.empty()) return command.output;
  return (fs::path("output") / "runs" / fs::path(scenario).stem()).string() + ".h5";
}

/// For the default place of results; a directory that was named must exist.
void make_directory_for(const std::string& path) {
  const fs::path directory = fs::path(path).parent_path();
  std::error_code error;
  if (!directory.empty()) fs::create_directories(directory, error);
  if (error) throw IoError(directory.string(), "the directory cannot be made", error.message());
}

Backend backend_of(const std::string& name) {
  return name == "cpu" ? Backend::cpu : (name == "cuda" ? Backend::cuda : Backend::automatic);
}

std::string compiler() {
#if defined(__clang__)
  return fmt::format("clang {}.{}.{}", __clang_major__, __clang_minor__, __clang_patchlevel__);
#else
  return fmt::format("g++ {}.{}.{}", __GNUC__, __GNUC_MINOR__, __GNUC_PATCHLEVEL__);
#endif
}

void describe_build(Provenance& provenance, const std::string& command_line) {
  provenance.software_version = VTRIAL_VERSION;
  provenance.git_commit = VTRIAL_GIT_COMMIT;
  provenance.build_flags = VTRIAL_BUILD_FLAGS;
  provenance.compiler = compiler();
  provenance.host = host_name();
  provenance.command_line = command_line;
}

std::string dry_run_text(const LoadedScenario& loaded, const std::string& path) {
  const Plan& plan = loaded.built.buffer.plan();
  const double days = static_cast<double>(plan.patients * plan.replicates) * (plan.last_day - plan.first_day);
  return fmt::format(
      "{}\n  patients   {} × {} replicates, {} arms, days {} to {}\n  work       {:.3g} patient-days\n"
      "  tallies    {} with {:.1f} MB of counts per thread\n  plan       {:.1f} kB, hash {:016x}\n  results    {}\n",
      loaded.scenario.title, plan.patients, plan.replicates, plan.arms.count, plan.first_day, plan.last_day, days,
      plan.tallies.count, static_cast<double>(all_words(plan)) * 8e-6, static_cast<double>(plan.bytes) * 1e-3,
      loaded.built.hash, path);
}

/// Simulates one scenario with everything that belongs into its file.
Results simulate(LoadedScenario loaded, const RunCommand& command, const std::string& path) {
  RunOptions options;
  options.backend = backend_of(command.backend);
  options.threads = command.threads;
  options.block = command.block;
  options.first = command.first;
  options.keep_records = !command.records.empty();
  const ChosenBackend chosen = choose_backend(options.backend);
  if (!chosen.cuda && options.backend == Backend::automatic && !command.quiet)
    fmt::print(stderr, "running on the CPU: {}\n", chosen.why_not_cuda);
  const std::string started = utc_now();
  const auto begin = std::chrono::steady_clock::now();
  ProgressBar bar(fs::path(path).stem().string(), command.quiet);
  Results results = run(
      std::move(loaded.built), options, [&](double done) { bar.show(done); }, stop_requested);
  const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();

  results.title = loaded.scenario.title;
  results.scenario_path = path;
  results.resolved_scenario = loaded.scenario.resolved_toml;
  describe_build(results.provenance, command.line);
  results.provenance.started_utc = started;
  results.provenance.finished_utc = utc_now();
  results.provenance.simulate_seconds = results.provenance.wall_seconds = seconds;
  collapse_quantiles(results);
  return results;
}

void say_what_was_done(const Results& results, const std::string& path, const std::string& page) {
  const double years =
      static_cast<double>(results.patients * results.replicates) * (results.last_day - results.first_day) / 365.25;
  fmt::print(stderr, "{:.0f} patient-years in {:.2f} s ({:.0f} per second); results: {}{}\n", years,
             results.provenance.simulate_seconds, years / results.provenance.simulate_seconds, path,
             page.empty() ? "" : ", report: " + page);
  for (const FailureCount& failure : results.failures)
    fmt::print(stderr, "{} patients could not be computed: {}; the first is patient {}\n", failure.patients,
               failure.reason, failure.smallest_id);
}

std::string page_beside(const std::string& results) { return fs::path(results).replace_extension(".html").string(); }

ExitCode run_one(const RunCommand& command, const std::string& path, nlohmann::ordered_json& summary) {
  LoadedScenario loaded = load(path, command.set, command.patients, command.seed);
  const std::vector<std::string> notes = loaded.notes;
  say_notes(notes);
  const std::string file = output_path(command, path);
  if (command.dry_run) {
    choose_backend(backend_of(command.backend));
    if (!command.json) fmt::print("{}", dry_run_text(loaded, file));
    summary.push_back({{"scenario", path},
                       {"plan_hash", fmt::format("{:016x}", loaded.built.hash)},
                       {"results", file},
                       {"notes", notes}});
    return ExitCode::ok;
  }
  if (command.output.empty()) make_directory_for(file);
  Results results = simulate(std::move(loaded), command, path);
  results.notes = notes;
  const std::vector<std::string> found = notes_on(results);
  say_notes(found);
  results.notes.insert(results.notes.end(), found.begin(), found.end());
  write_results(file, results);
  if (!command.records.empty())
    write_whole_file(command.records,
                     std::string_view(reinterpret_cast<const char*>(results.records.data()), results.records.size()));
  const std::string page = command.report ? page_beside(file) : "";
  if (command.report) write_report(page, results, compare_with_neighbour(results, path));
  if (!command.quiet) say_what_was_done(results, file, page);
  if (!command.json) fmt::print("{}", print_results(results));
  if (command.json) {
    nlohmann::ordered_json entry = results_json(results);
    entry["results"] = file;
    if (command.report) entry["report"] = page;
    summary.push_back(std::move(entry));
  }
  return results.failures.empty() ? ExitCode::ok : ExitCode::patients_failed;
}

}  // namespace

ExitCode run_scenarios(const RunCommand& command) {
  if (command.scenarios.size() > 1 && (!command.output.empty() || !command.records.empty())) {
    fmt::print(stderr,
               "vtrial: --output and --records name one file, but there are {} scenarios; run them one by one\n",
               command.scenarios.size());
    return ExitCode::usage;
  }
  std::signal(SIGINT, on_signal);
  std::signal(SIGTERM, on_signal);
  std::signal(SIGUSR1, on_signal);
  ExitCode code = ExitCode::ok;
  nlohmann::ordered_json summary = nlohmann::ordered_json::array();
  for (const std::string& path : command.scenarios)
    if (const ExitCode one = run_one(command, path, summary); one != ExitCode::ok) code = one;
  if (command.json)
    fmt::print("{}\n", nlohmann::ordered_json{{"runs", summary}, {"exit", static_cast<int>(code)}}.dump(1));
  return code;
}

}  // namespace vt
