#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <system_error>
#include <utility>

#include "host/campaign/ranks/start_ranks.hpp"
#include "host/cli/commands.hpp"
#include "host/cli/destinations.hpp"
#include "host/cli/load_qualification.hpp"
#include "host/cli/run_support.hpp"
#include "host/cli/saved_work.hpp"
#include "host/cli/streams.hpp"
#include "host/cli/trial_run.hpp"
#include "host/qualification/qualification.hpp"
#include "output/hdf5/results_file.hpp"
#include "output/io_error.hpp"
#include "output/json.hpp"
#include "output/notes.hpp"
#include "output/qualification/certificate.hpp"

namespace vt {

namespace {

namespace fs = std::filesystem;

/// A trial, and the options by which `run` would simulate it.
struct TrialToDo {
  QualificationRun run;
  LoadedScenario loaded;
  RunCommand command;
};

/// A qualification with all that it simulates, and where its certificate goes.
struct Task {
  Qualification qualification;
  std::vector<TrialToDo> trials;
  std::vector<std::string> notes;
  std::string page, json;
};

std::string change_text(const Override& change) { return fmt::format("{} = {}", change.key, change.value); }

RunCommand command_of(const QualifyCommand& command, const QualificationRun& run, const std::string& folder) {
  RunCommand one;
  one.line = command.line;
  one.scenarios = {run.scenario};
  one.output = (fs::path(folder) / (run.name + ".h5")).string();
  one.patients = command.patients ? command.patients : run.patients;
  for (const Override& change : run.changes) one.set.push_back(change.key + "=" + change.value);
  one.threads = command.threads, one.resume = command.resume, one.quiet = command.quiet;
  return one;
}

std::vector<Task> load_tasks(const QualifyCommand& command, const std::string& folder) {
  Problems unread;
  const std::vector<std::string> folders = scenario_folders();
  std::vector<std::string> paths;
  if (command.names.empty()) paths = all_qualifications(folders, unread);
  for (const std::string& name : command.names) paths.push_back(find_qualification(name, folders, unread));
  if (!unread.empty()) throw ScenarioError(unread.sorted());
  std::vector<Task> tasks;
  for (LoadedQualification& loaded : load_qualifications(paths, command.patients)) {
    Task& task = tasks.emplace_back();
    task.qualification = std::move(loaded.qualification);
    task.notes = std::move(loaded.notes);
    const fs::path file = fs::path(folder) / task.qualification.name;
    task.page = file.string() + ".certificate.html", task.json = file.string() + ".certificate.json";
    for (std::size_t r = 0; r < loaded.trials.size(); ++r) {
      const QualificationRun& run = task.qualification.runs[r];
      task.trials.push_back({run, std::move(loaded.trials[r]), command_of(command, run, folder)});
    }
  }
  return tasks;
}

/// \throws ScenarioError, IoError
void check_task_files(const QualifyCommand& command, const std::vector<Task>& tasks) {
  using Kind = Destination::Kind;
  std::vector<Destination> destinations;
  std::vector<std::string> inputs;
  if (!command.before.empty()) inputs.push_back(command.before);
  for (const Task& task : tasks) {
    inputs.push_back(task.qualification.path);
    for (const TrialToDo& trial : task.trials) {
      destinations.push_back({Kind::results, trial.command.output, least_bytes(trial.loaded.built)});
      const std::vector<std::string> read = files_read(trial.loaded.scenario);
      inputs.insert(inputs.end(), read.begin(), read.end());
    }
    destinations.push_back({Kind::report, task.page, 0});
    destinations.push_back({Kind::certificate, task.json, 0});
  }
  check_destinations(destinations, inputs);
}

CertifiedRun facts_of(const QualificationRun& run, const std::string& file, const Results& results) {
  CertifiedRun facts;
  facts.name = run.name, facts.scenario = run.scenario, facts.results_file = file;
  for (const Override& change : run.changes) facts.changes.push_back(change_text(change));
  facts.seed = results.seed, facts.patients = results.patients, facts.replicates = results.replicates;
  for (const FailureCount& failure : results.failures) facts.failed += failure.patients;
  facts.plan_hash = results.plan_hash, facts.content_hash = content_hash(results);
  facts.notes = results.notes;
  return facts;
}

/// Simulates the trial and writes its file; what could not be written is put to `flaws`.
Results do_trial(TrialToDo& trial, const Workplace& workplace, bool is_chosen, std::vector<std::string>& flaws) {
  const RunCommand& command = trial.command;
  const std::string about = trial.run.name + ": ";
  const std::vector<std::string> notes = std::move(trial.loaded.notes);
  say_notes(notes, about);
  const ResultsPlace place(command.output);
  std::vector<std::string> said;
  Checkpoint checkpoint =
      place_for_work(command, trial.run.scenario, command.output, identity_of(trial.loaded, command), said);
  say_notes(said, about);
  Results results =
      simulate(std::move(trial.loaded), command, trial.run.scenario, trial.run.name, workplace, &checkpoint);
  const std::vector<std::string> found = notes_on(results);
  results.notes.insert(results.notes.end(), found.begin(), found.end());
  say_notes(results.notes, about);
  results.notes.insert(results.notes.begin(), notes.begin(), notes.end());
  say_notes(results.provenance.notes, about);
  try {
    if (const std::string lost = place.replaces(results, is_chosen); !lost.empty()) say_notes({lost}, about);
    write_results(command.output, results);
  } catch (const IoError& error) {
    flaws.emplace_back(error.what());
  }
  if (!command.quiet) say_what_was_done(results, "; results: " + command.output);
  say_who_failed(results);
  return results;
}

/// What has to be said of the rows: sentences that are missing, or of misses that are none.
std::vector<std::string> notes_of_rows(const std::vector<CertifiedRow>& rows) {
  std::vector<std::string> notes;
  for (const CertifiedRow& row : rows) {
    const Target& t = row.found.target;
    const bool is_inside = row.found.verdict == Verdict::inside;
    if (!is_inside && t.explanation.empty())
      notes.push_back(fmt::format("'{}' is not inside, and nothing is said of it (miss)", t.name));
    if (is_inside && !t.explanation.empty())
      notes.push_back(fmt::format("'{}' is inside, but has a sentence about its miss", t.name));
  }
  return notes;
}

struct Done {
  Certificate certificate;
  std::vector<std::string> flaws;
  bool has_failed_patients = false;
};

Done do_task(const QualifyCommand& command, Task& task, const Workplace& workplace,
             const std::optional<EarlierCertificate>& earlier) {
  Done done;
  Certificate& certificate = done.certificate;
  const Qualification& asked = task.qualification;
  certificate.name = asked.name, certificate.title = asked.title, certificate.file = asked.path;
  certificate.required_share = asked.required_share, certificate.fewest_patients = asked.fewest_patients;
  certificate.earlier = earlier;
  if (command.patients)
    certificate.notes.push_back(
        fmt::format("every trial has {} patients, by --patients, whatever the file says", *command.patients));
  say_notes(task.notes, asked.name + ": ");
  const std::string started = utc_now();
  const auto begin = std::chrono::steady_clock::now();
  std::map<std::string, Results> simulated;
  double seconds = 0;
  for (TrialToDo& trial : task.trials) {
    Results results = do_trial(trial, workplace, !command.directory.empty(), done.flaws);
    done.has_failed_patients = done.has_failed_patients || !results.failures.empty();
    certificate.runs.push_back(facts_of(trial.run, trial.command.output, results));
    certificate.provenance = results.provenance;
    seconds += results.provenance.simulate_seconds;
    simulated.emplace(trial.run.name, std::move(results));
  }
  Runs runs;
  for (const auto& [name, results] : simulated) runs.emplace(name, &results);
  certificate.rows = certify(runs, asked.rows, asked.fewest_patients);
  for (const std::string& note : notes_of_rows(certificate.rows)) certificate.notes.push_back(note);
  Provenance& provenance = certificate.provenance;
  provenance.started_utc = started, provenance.finished_utc = utc_now();
  provenance.simulate_seconds = seconds;
  provenance.wall_seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
  const auto write = [&](const std::string& path, void (*work)(const std::string&, const Certificate&)) {
    try {
      work(path, certificate);
    } catch (const IoError& error) {
      done.flaws.emplace_back(error.what());
    }
  };
  write(task.page, write_certificate_page);
  write(task.json, write_certificate_json);
  if (!done.flaws.empty()) return done;
  for (const TrialToDo& trial : task.trials) {
    std::error_code none;
    fs::remove(saved_work_path(trial.command, trial.command.output), none);
  }
  return done;
}

/// A failed write is worse than a missed row, and that than patients who failed.
ExitCode code_of(const Done& done) {
  if (!done.flaws.empty()) return ExitCode::io;
  if (!standing_of(done.certificate).is_passed()) return ExitCode::comparison_failed;
  return done.has_failed_patients ? ExitCode::patients_failed : ExitCode::ok;
}

/// Of several: the first of these that any has.
ExitCode worst_of(const std::vector<ExitCode>& codes) {
  for (const ExitCode code : {ExitCode::io, ExitCode::comparison_failed, ExitCode::patients_failed})
    if (std::ranges::find(codes, code) != codes.end()) return code;
  return ExitCode::ok;
}

void make_folder(const QualifyCommand& command, const std::string& folder) {
  if (command.directory.empty()) return make_directory_for((fs::path(folder) / "x").string());
  std::error_code error;
  fs::create_directory(folder, error);
  if (error) throw IoError(folder, "the directory cannot be made", error.message());
}

}  // namespace

ExitCode qualify(const QualifyCommand& command) {
  if (launched_rank() > 0) return ExitCode::ok;  // another process does it
  stop_on_signals();
  const Launched launched = launched_by([](const char* name) { return std::getenv(name); });
  if (launched.processes > 1)
    say("note: qualify works in one process; the other {} of {} have nothing to do (use threads)\n",
        launched.processes - 1, launched.by);
  const std::string folder =
      command.directory.empty() ? (fs::path("output") / "qualification").string() : command.directory;
  std::vector<Task> tasks = load_tasks(command, folder);
  std::optional<EarlierCertificate> earlier;
  if (!command.before.empty()) {
    earlier = read_certificate(command.before);
    if (tasks.size() != 1 || tasks[0].qualification.name != earlier->name)
      throw UsageError(fmt::format("--before {} is the certificate of '{}'; name that qualification alone",
                                   command.before, earlier->name));
  }
  make_folder(command, folder);
  check_task_files(command, tasks);
  RunCommand options;
  options.threads = command.threads, options.quiet = command.quiet;
  const Workplace workplace = make_workplace(options, nullptr);
  std::vector<ExitCode> codes;
  nlohmann::ordered_json told = nlohmann::ordered_json::array();
  for (Task& task : tasks) {
    const Done done = do_task(command, task, workplace, earlier);
    codes.push_back(code_of(done));
    for (const std::string& flaw : done.flaws) say("vtrial: {}\n", flaw);
    if (!command.json) {
      if (command.printing.amount == Print::none) continue;
      print((command.printing.is_all() ? print_certificate : print_certificate_summary)(done.certificate));
      if (done.flaws.empty()) print("  certificate: {}, {}\n", task.page, task.json);
      continue;
    }
    nlohmann::ordered_json& one = told.emplace_back(certificate_json(done.certificate));
    one["page"] = task.page, one["certificate"] = task.json;
    if (!done.flaws.empty()) one["errors"] = done.flaws;
  }
  const ExitCode code = worst_of(codes);
  if (command.json)
    print_json(json_object("certificates", {{"certificates", told}, {"exit", static_cast<int>(code)}}), 1);
  return code;
}

}  // namespace vt
