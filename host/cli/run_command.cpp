#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <functional>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <stdexcept>

#include "host/campaign/campaign.hpp"
#include "host/campaign/ranks/start_ranks.hpp"
#include "host/cli/commands.hpp"
#include "host/cli/destinations.hpp"
#include "host/cli/load.hpp"
#include "host/cli/printing.hpp"
#include "host/cli/run_limits.hpp"
#include "host/cli/run_support.hpp"
#include "host/cli/saved_work.hpp"
#include "host/cli/streams.hpp"
#include "host/cli/study_command.hpp"
#include "host/cli/trial_run.hpp"
#include "host/explain/trial_needs.hpp"
#include "kernels/tally/layout.hpp"
#include "output/files.hpp"
#include "output/hdf5/results_file.hpp"
#include "output/io_error.hpp"
#include "output/json.hpp"
#include "output/notes.hpp"
#include "output/report/report.hpp"

namespace vt {

namespace {

namespace fs = std::filesystem;

std::string dry_run_text(const LoadedScenario& loaded, const TrialNeeds& needs, std::optional<std::uint64_t> gpus,
                         const std::string& path) {
  const Plan& plan = loaded.built.buffer.plan();
  const double days = static_cast<double>(plan.patients * plan.replicates) * (plan.last_day - plan.first_day);
  return fmt::format(
      "{}\n  patients   {} × {} replicates, {} arms, days {} to {}\n  work       {:.3g} patient-days, {}\n"
      "  here       {}\n{}  tallies    {} with {:.1f} MB of counts per thread\n"
      "  plan       {:.1f} kB, hash {:016x}\n  results    {}\n",
      loaded.scenario.title, plan.patients, plan.replicates, plan.arms.count, plan.first_day, plan.last_day, days,
      in_words(needs.cost), in_words(needs),
      gpus ? fmt::format("  elsewhere  {}\n", in_words(on_gpus(needs.gpu_work, *gpus))) : "", plan.tallies.count,
      static_cast<double>(all_words(plan)) * 8e-6, static_cast<double>(plan.bytes) * 1e-3, loaded.built.hash, path);
}

/// One scenario of the command, and where it goes.
struct Job {
  std::string path;
  LoadedScenario loaded;
  std::string file, page;  ///< of results and of the report; no page: ""
};

/// Names that --tally knows.
std::vector<std::string> printable(const BuiltPlan& built) {
  std::vector<std::string> names;
  for (const ResultTally& tally : built.tallies) names.push_back(tally.name);
  for (const AnalysisPlan& analysis : built.analyses) names.push_back(analysis.name);
  return names;
}

std::vector<Job> load_all(const RunCommand& command) {
  std::vector<Job> jobs;
  std::vector<Problem> problems;
  for (const std::string& path : command.scenarios) {
    try {
      const std::string file = output_path(command, path);
      jobs.push_back({path, load(path, command.set, command.patients, command.seed), file,
                      command.report ? page_beside(file) : ""});
      if (command.report) check_targets_beside(path);
    } catch (const ScenarioError& error) {
      problems.insert(problems.end(), error.problems().begin(), error.problems().end());
    }
  }
  if (!problems.empty()) throw ScenarioError(std::move(problems));
  for (const Job& job : jobs) check_printed(command.printing, printable(job.loaded.built), job.path);
  return jobs;
}

std::uint64_t row_bytes(const BuiltPlan& built) {
  const Plan& plan = built.buffer.plan();
  return built.stopping ? 0 : plan.patients * plan.replicates * sizeof(Record);
}

/// \throws ScenarioError, IoError
void check_files(const RunCommand& command, const std::vector<Job>& jobs) {
  using Kind = Destination::Kind;
  std::vector<Destination> destinations;
  std::vector<std::string> inputs;
  for (const Job& job : jobs) {
    if (command.output.empty() && !command.dry_run) make_directory_for(job.file);
    const bool is_made_later = command.output.empty() && !fs::exists(fs::path(job.file).parent_path());
    const bool is_written = command.part.empty() && !is_made_later;
    if (is_written) destinations.push_back({Kind::results, job.file, least_bytes(job.loaded.built)});
    if (is_written && command.report) destinations.push_back({Kind::report, job.page, 0});
    if (!command.records.empty()) destinations.push_back({Kind::rows, command.records, row_bytes(job.loaded.built)});
    const std::vector<std::string> read = files_read(job.loaded.scenario);
    inputs.insert(inputs.end(), read.begin(), read.end());
    inputs.push_back(targets_beside(job.path));
  }
  check_destinations(destinations, inputs);
}

using Note = std::function<void(const std::string&)>;

/// Writes what was asked for, and returns what could not be: the rest is written and printed all the same.
std::vector<std::string> write_files(const RunCommand& command, const Job& job, const ResultsPlace& place,
                                     const Results& results, const Note& note) {
  std::vector<std::string> flaws;
  const auto write = [&](const std::function<void()>& work) {
    try {
      work();
    } catch (const IoError& error) {
      flaws.emplace_back(error.what());
    }
  };
  write([&] {
    note(place.replaces(results, !command.output.empty()));
    write_results(job.file, results);
  });
  if (!command.records.empty())
    write([&] {
      write_whole_file(command.records,
                       std::string_view(reinterpret_cast<const char*>(results.records.data()), results.records.size()));
    });
  if (command.report)
    write([&] {
      const auto [comparisons, doubt] = compare_with_neighbour(results, job.path);
      note(doubt);
      write_report(job.page, results, comparisons);
    });
  return flaws;
}

/// Why this scenario's work cannot be divided into parts that know nothing of each other; "" if it can.
std::string why_no_parts(const BuiltPlan& built, const RunPart& part) {
  const Plan& plan = built.buffer.plan();
  if (built.stopping) return "it ends when a tally is known (trial.stop_when), which takes all of its patients";
  if (!built.analyses.empty() && plan.replicates < part.of)
    return fmt::format("its tests need whole replicates, and it has {}", plan.replicates);
  return "";
}

/// A part of the work, which join puts together with the others.
ExitCode run_part(const RunCommand& command, Job& job, const Workplace& place, Checkpoint& checkpoint) {
  if (const std::string flaw = why_no_parts(job.loaded.built, part_of(command.part)); !flaw.empty())
    throw UsageError(fmt::format("{} cannot be done in parts: {}; leave --part out", job.path, flaw));
  const Results results =
      simulate(std::move(job.loaded), command, job.path, fs::path(job.path).stem().string(), place, &checkpoint);
  say_notes(results.notes);
  say_notes(results.provenance.notes);
  if (!command.quiet) say(part_is_done(command, checkpoint.path()));
  return ExitCode::ok;
}

ExitCode run_one(const RunCommand& command, Job& job, Workplace& workplace, nlohmann::ordered_json& summary) {
  if (workplace.follows()) {
    RunOptions options = workplace.options(command);
    options.identity = identity_of(job.loaded, command);
    options.keep_records = !command.records.empty();
    follow_trial(std::move(job.loaded.built), workplace.engine, options, stop_requested());
    return ExitCode::ok;
  }
  const std::string about = command.scenarios.size() > 1 ? job.path + ": " : "";
  std::vector<std::string> notes = std::move(job.loaded.notes), here;  // here: of this run alone
  say_notes(notes, about);
  const Note note = [&](const std::string& text) {
    if (text.empty() || std::ranges::find(here, text) != here.end()) return;
    here.push_back(text);
    say_notes({text}, about);
  };
  const ResultsPlace place(job.file);
  if (command.output.empty() && command.part.empty()) note(place.replaces(job.path, job.loaded.built.hash));
  if (command.dry_run) {
    const TrialNeeds needs = needs_of(job.loaded.built, command.threads);
    if (!command.json) print(dry_run_text(job.loaded, needs, command.gpus, job.file));
    notes.insert(notes.end(), here.begin(), here.end());
    nlohmann::ordered_json& told = summary.emplace_back();
    told = json_object("trial_dry_run", {{"scenario", job.path},
                                         {"title", job.loaded.scenario.title},
                                         {"plan_hash", fmt::format("{:016x}", job.loaded.built.hash)}});
    told.update(json_of(needs));
    if (command.gpus) told["on_gpus"] = json_of(on_gpus(needs.gpu_work, *command.gpus));
    told["results"] = job.file, told["notes"] = notes;
    return ExitCode::ok;
  }
  const std::string identity = identity_of(job.loaded, command);
  std::optional<Checkpoint> checkpoint;
  if (command.joining != nullptr) {
    check_joined(*command.joining, identity);
  } else if (command.records.empty()) {
    std::vector<std::string> said;
    checkpoint = place_for_work(command, job.path, job.file, identity, said);
    for (const std::string& text : said) note(text);
  }
  if (!command.part.empty()) return run_part(command, job, workplace, *checkpoint);
  Results results = simulate(std::move(job.loaded), command, job.path, fs::path(job.path).stem().string(), workplace,
                             checkpoint ? &*checkpoint : nullptr);
  const std::vector<std::string> found = notes_on(results);
  results.notes.insert(results.notes.end(), found.begin(), found.end());
  say_notes(results.notes, about);
  results.notes.insert(results.notes.begin(), notes.begin(), notes.end());
  for (const std::string& text : results.provenance.notes) note(text);
  const std::vector<std::string> flaws = write_files(command, job, place, results, note);
  workplace.end_work();
  if (flaws.empty() && checkpoint) checkpoint->remove();
  const std::string where =
      flaws.empty() ? "; results: " + job.file + (command.report ? ", report: " + job.page : "") : "";
  if (!command.quiet) say_what_was_done(results, where);
  say_who_failed(results);
  for (const std::string& flaw : flaws) say("vtrial: {}\n", flaw);
  if (!command.json)
    print(printed(command.printing, results, flaws.empty() ? whereabouts(job.file, job.page) : Whereabouts{}));
  if (command.json) {
    results.notes.insert(results.notes.end(), here.begin(), here.end());
    nlohmann::ordered_json entry = results_json(results);
    entry["results"] = job.file;
    if (command.report) entry["report"] = job.page;
    if (!flaws.empty()) entry["errors"] = flaws;
    summary.push_back(std::move(entry));
  }
  if (!flaws.empty()) return ExitCode::io;
  return results.failures.empty() ? ExitCode::ok : ExitCode::patients_failed;
}

/// Options that do not go together; "" if all is well.
std::string conflict_of(const RunCommand& command) {
  if (command.gpus == 0u) return "--gpus is how many a run would have; write 1 or more";
  if (command.gpus && !command.dry_run)
    return "--gpus is what a dry run plans for; add --dry-run, or choose GPUs of this machine with --devices";
  if (command.resume && !command.records.empty())
    return "--records has a row of every patient (which are not kept of a run that was stopped); leave --resume out";
  if (!command.part.empty() && !command.records.empty())
    return "--records has a row of every patient (which are not kept of a part); leave --part out";
  if (!command.part.empty() && command.report) return "--report is of whole results; join the parts with --report";
  if (command.scenarios.size() > 1 && (!command.output.empty() || !command.records.empty()))
    return fmt::format("--output and --records name one file, but there are {} scenarios; run them one by one",
                       command.scenarios.size());
  for (const std::string& path : command.scenarios)
    if (command.scenarios.size() > 1 && is_study_file(path)) return path + " is a study; run it by itself";
  return "";
}

/// What is done, and what is not begun, when scenario number `stopped` was stopped; "" where it is the only one.
std::string what_of_others(const std::vector<Job>& jobs, std::size_t stopped) {
  if (jobs.size() == 1) return "";
  std::string text = fmt::format(" (this was {}", jobs[stopped].path);
  for (std::size_t i = 0; i < stopped; ++i)
    text += fmt::format("{}{}: {}", i == 0 ? "; done before: " : ", ", jobs[i].path, jobs[i].file);
  for (std::size_t i = stopped + 1; i < jobs.size(); ++i)
    text += fmt::format("{}{}", i == stopped + 1 ? "; not begun: " : ", ", jobs[i].path);
  return text + ")";
}

ExitCode run_all(const RunCommand& command, Team* team) {
  const bool follows = team != nullptr && !team->leads();
  if (command.scenarios.size() == 1)
    if (auto study = load_study(command.scenarios[0], command.set, command.patients, command.seed, command.threads,
                                !command.dry_run && !follows)) {
      Workplace place = make_workplace(command, team);
      return run_study_command(command, std::move(*study), place);
    }
  std::vector<Job> jobs = load_all(command);
  for (const Job& job : jobs) check_limits(command, job.path, job.loaded.built);
  if (!follows) check_files(command, jobs);
  Workplace place = make_workplace(command, team);
  ExitCode code = ExitCode::ok;
  nlohmann::ordered_json summary = nlohmann::ordered_json::array();
  for (std::size_t i = 0; i < jobs.size(); ++i) try {
      code = std::max(code, run_one(command, jobs[i], place, summary));
    } catch (const Interrupted& error) {
      const std::string text = error.what() + what_of_others(jobs, i);
      if (command.json && i > 0)
        print_json(json_object("runs",
                               {{"runs", summary}, {"error", text}, {"exit", static_cast<int>(ExitCode::interrupted)}}),
                   1);
      throw Interrupted(text);
    }
  if (command.json) print_json(json_object("runs", {{"runs", summary}, {"exit", static_cast<int>(code)}}), 1);
  return code;
}

/// In a process that does not lead. What is wrong here is told by the one that does.
ExitCode follow(const RunCommand& command, Team& team) {
  keep_quiet();
  try {
    return run_all(command, &team);
  } catch (const Interrupted&) {
    return ExitCode::interrupted;
  } catch (const std::exception& error) {
    team.decline(error.what());
    return ExitCode::ok;
  }
}

}  // namespace

ExitCode run_scenarios(const RunCommand& command) {
  if (!command.part.empty()) (void)part_of(command.part);
  if (const std::string conflict = conflict_of(command); !conflict.empty()) throw UsageError(conflict);
  stop_on_signals();
  if (command.dry_run && launched_rank() > 0) return ExitCode::ok;  // another process tells it
  const bool is_alone = !command.part.empty() || command.joining != nullptr || command.dry_run;
  const std::unique_ptr<Team> team = is_alone ? nullptr : start_ranks();
  const bool follows = team != nullptr && !team->leads();
  try {
    const ExitCode code = follows ? follow(command, *team) : run_all(command, team.get());
    end_ranks();
    return code;
  } catch (const Interrupted&) {
    constexpr std::chrono::seconds long_enough{10};
    if (team != nullptr && team->end(long_enough, true)) end_ranks();
    throw;
  }
}

}  // namespace vt
