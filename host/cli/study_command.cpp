#include "host/cli/study_command.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <numeric>
#include <optional>
#include <stdexcept>

#include "host/campaign/bytes.hpp"
#include "host/campaign/describe.hpp"
#include "host/cli/destinations.hpp"
#include "host/cli/printing.hpp"
#include "host/cli/progress.hpp"
#include "host/cli/run_support.hpp"
#include "host/cli/saved_work.hpp"
#include "host/cli/streams.hpp"
#include "host/cli/study_identity.hpp"
#include "host/cli/study_words.hpp"
#include "host/explain/explain.hpp"
#include "host/explain/study_needs.hpp"
#include "host/explain/words.hpp"
#include "host/study/endpoints.hpp"
#include "host/study/factor_correlation.hpp"
#include "host/study/optimise/run_optimise.hpp"
#include "host/study/run_study.hpp"
#include "host/study/share/answered.hpp"
#include "kernels/calendar.hpp"
#include "output/io_error.hpp"
#include "output/json.hpp"
#include "output/study/study_file.hpp"
#include "output/study/study_report.hpp"

namespace vt {

namespace {

double seconds_here(const StudyNeeds& needs) { return needs.cost.core_seconds / static_cast<double>(needs.threads); }

std::string dry_run_text(const LoadedStudy& loaded, const StudyNeeds& needs, std::optional<std::uint64_t> gpus,
                         const std::string& file) {
  const auto size = size_words;
  const std::uint64_t most = loaded.study.most_patients;
  return fmt::format(
      "{}\n  points     {}\n  patients   {}{}{} at every point\n  work       {}\n"
      "  here       about {:.2g} s on {}\n{}  memory     about {}: {} threads with {} of {}, {} for all points\n  file "
      "      about {}\n  results    {}\n",
      loaded.study.title, points_words(loaded.study, needs), needs.patients,
      most > 0 ? fmt::format(" to {}", most) : "", times_words(needs),
      in_words(needs.cost) + (most > 0 ? ", more where patients are added" : ""), seconds_here(needs),
      words::count(needs.threads, "core"),
      gpus ? fmt::format("  elsewhere  {}\n", in_words(on_gpus(needs.gpu_work, *gpus))) : "", size(needs.memory_bytes),
      needs.threads, size(needs.thread_bytes), loaded.study.trial_designs.empty() ? "counts" : "patients",
      size(needs.point_bytes), size(needs.file_bytes), file);
}

nlohmann::ordered_json dry_run_json(const LoadedStudy& loaded, const StudyNeeds& needs,
                                    std::optional<std::uint64_t> gpus, const std::string& path,
                                    const std::string& file) {
  nlohmann::ordered_json json = json_object("study_dry_run", {{"study", path},
                                                              {"title", loaded.study.title},
                                                              {"points", needs.points},
                                                              {"patients", needs.patients},
                                                              {"replicates", needs.replicates},
                                                              {"core_seconds", needs.cost.core_seconds},
                                                              {"threads", needs.threads},
                                                              {"seconds", seconds_here(needs)},
                                                              {"memory_bytes", needs.memory_bytes},
                                                              {"file_bytes", needs.file_bytes},
                                                              {"results", file},
                                                              {"notes", loaded.notes},
                                                              {"exit", 0}});
  if (!loaded.study.trial_designs.empty())
    json["arms"] = needs.arms, json["trial_designs"] = loaded.study.trial_designs.size();
  if (gpus) json["on_gpus"] = json_of(on_gpus(needs.gpu_work, *gpus));
  if (loaded.study.optimise) json["fresh_points"] = needs.fresh_points, json["fresh_patients"] = needs.fresh_patients;
  return json;
}

/// Writes results and page, and returns what could not be: what was found is printed all the same.
std::vector<std::string> write_files(const Study& study, const std::string& file, const std::string& page) {
  std::vector<std::string> flaws;
  const auto write = [&](const std::string& path, void (*work)(const std::string&, const Study&)) {
    try {
      if (!path.empty()) work(path, study);
    } catch (const IoError& error) {
      flaws.emplace_back(error.what());
    }
  };
  write(file, write_study);
  write(page, write_study_report);
  return flaws;
}

/// What another run has left of it. \throws IoError
void go_on_with(const std::string& content, const std::string& path, Answered& answered) {
  try {
    answered.add_saved(content);
  } catch (const BadBytes& flaw) {
    throw IoError(path, "cannot be resumed", flaw.what());
  }
}

/// Names that --tally knows.
std::vector<std::string> printable(const StudySpec& study) {
  std::vector<std::string> names;
  for (const TrialDesign& design : study.trial_designs)
    for (const std::string& name : {design.name, design.curve})
      if (!name.empty() && std::ranges::find(names, name) == names.end()) names.push_back(name);
  for (const EndpointSpec& endpoint : study.endpoints) names.push_back(endpoint.question.name);
  return names;
}

/// Why this study's work cannot be divided into parts that know nothing of each other; "" if it can.
std::string why_no_parts(const RunCommand& command, const StudySpec& study) {
  if (!study.optimise) return "";
  if (command.joining != nullptr) return "a search can be looked at when it has come to its end";
  return "each generation of a search follows from the one before; use --resume, or several ranks";
}

}  // namespace

ExitCode run_study_command(const RunCommand& command, LoadedStudy loaded, Workplace& place) {
  const std::string& path = command.scenarios[0];
  if (!command.records.empty() || command.first != 0)
    throw UsageError(fmt::format("--records and --first are of one trial, but {} is a study; leave them out", path));
  check_printed(command.printing, printable(loaded.study), path);
  RunOptions options = place.options(command);
  if (!command.dry_run) options.identity = identity_of(loaded);
  if (place.follows()) {
    follow_study(loaded.study, loaded.design, loaded.text_of(), options, stop_requested());
    return ExitCode::ok;
  }
  const std::string file = output_path(command, path), page = command.report ? page_beside(file) : "";
  const bool is_part = !command.part.empty(), is_apart = is_part || command.joining != nullptr;
  if (const std::string flaw = why_no_parts(command, loaded.study); is_apart && !flaw.empty())
    throw UsageError(fmt::format("{} cannot be done in parts: {}", path, flaw));
  say_notes(loaded.notes);
  if (command.output.empty() && !is_part)
    if (const std::string lost = ResultsPlace(file).replaces(path, 0); !lost.empty()) say_notes({lost});
  if (command.dry_run) {
    const StudyNeeds needs =
        needs_of(loaded.study, loaded.design, first_trial(loaded).built, loaded.text_of(), command.threads);
    if (command.json)
      print_json(dry_run_json(loaded, needs, command.gpus, path, file), 1);
    else
      print(dry_run_text(loaded, needs, command.gpus, file));
    return ExitCode::ok;
  }
  if (command.output.empty()) make_directory_for(file);
  std::vector<Destination> destinations;
  if (!is_part) destinations.push_back({Destination::Kind::results, file, 0});
  if (command.report) destinations.push_back({Destination::Kind::report, page, 0});
  check_destinations(destinations, inputs_of(loaded.study));
  Answered answered;
  options.answered = &answered;
  std::optional<Checkpoint> checkpoint;
  std::size_t resumed = 0;
  std::vector<std::string> said;
  if (command.joining != nullptr) {
    check_joined(*command.joining, options.identity);
    for (const SavedWork& work : command.joining->works)
      go_on_with(read_checkpoint(work.path).content, work.path, answered);
  } else {
    checkpoint = place_for_work(command, path, file, options.identity, said);
    options.checkpoint = &*checkpoint;
    std::string damage;
    if (command.resume)
      if (const std::optional<std::string> content = checkpoint->load(damage))
        go_on_with(*content, checkpoint->path(), answered);
    if (!damage.empty()) said.push_back(damage);
    resumed = answered.size();
  }
  say_notes(said);
  const std::string started = utc_now();
  const auto begin = std::chrono::steady_clock::now();
  ProgressBar bar(std::filesystem::path(path).stem().string(), command.quiet);
  auto* const work = loaded.study.optimise ? run_optimise : run_study;
  Study study = work(
      loaded.study, loaded.design, loaded.text_of(), std::move(loaded.plans), options,
      [&](double done) { bar.show(done); }, stop_requested());
  if (is_part) {
    if (!command.quiet) say("{}", part_is_done(command, checkpoint->path()));
    return ExitCode::ok;
  }
  const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
  say_notes(study.notes);
  if (resumed > 0)
    study.provenance.notes.push_back(
        fmt::format("{} of {} pieces of its work were done when the run was resumed", resumed, answered.size()));
  if (checkpoint && !checkpoint->flaw().empty()) study.provenance.notes.push_back(unsaved_note(*checkpoint));
  say_notes(study.provenance.notes);
  study.scenario_path = path;
  study.resolved_scenario = loaded.study.resolved;
  study.design = words_for(loaded.study.design);
  study.notes.insert(study.notes.begin(), loaded.notes.begin(), loaded.notes.end());
  describe_build(study.provenance, command.line);
  study.provenance.started_utc = started;
  study.provenance.finished_utc = utc_now();
  study.provenance.simulate_seconds = study.provenance.wall_seconds = seconds;
  const std::vector<std::string> flaws = write_files(study, file, page);
  place.end_work();
  if (flaws.empty() && checkpoint) checkpoint->remove();
  std::uint64_t failed = std::accumulate(study.points.begin(), study.points.end(), std::uint64_t{0},
                                         [](std::uint64_t sum, const StudyPoint& p) { return sum + p.failed; });
  if (study.optimum)
    for (const BestPoint& best : study.optimum->best) failed += best.failed;
  if (failed > 0)
    say("{} patients of all points could not be computed; /points/failed{} says where\n", failed,
        study.optimum ? " or /optimum/points/failed" : "");
  const std::string where = flaws.empty() ? "; results: " + file + (command.report ? ", report: " + page : "") : "";
  if (!command.quiet)
    say("{} points in {:.2f} s ({:.3g} per second){}\n", study.points.size(), seconds,
        static_cast<double>(study.points.size()) / seconds, where);
  for (const std::string& flaw : flaws) say("vtrial: {}\n", flaw);
  const ExitCode code = !flaws.empty() ? ExitCode::io : failed > 0 ? ExitCode::patients_failed : ExitCode::ok;
  if (command.json) {
    nlohmann::ordered_json json = study_json(study);
    json["results"] = file;
    if (command.report) json["report"] = page;
    if (!flaws.empty()) json["errors"] = flaws;
    json["exit"] = static_cast<int>(code);
    print_json(json, 1);
  } else {
    print(printed(command.printing, study, flaws.empty() ? whereabouts(file, page) : Whereabouts{}));
  }
  return code;
}

}  // namespace vt
