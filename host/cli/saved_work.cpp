#include "host/cli/saved_work.hpp"

#include <fmt/format.h>
#include <sys/vfs.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <iterator>
#include <map>
#include <nlohmann/json.hpp>
#include <stdexcept>
#include <thread>
#include <utility>

#include "host/cli/numbers.hpp"
#include "host/cli/run_support.hpp"
#include "host/cli/streams.hpp"
#include "output/io_error.hpp"
#include "output/json.hpp"

namespace vt {

namespace {

namespace fs = std::filesystem;
using nlohmann::json;

constexpr std::string_view kFolderEnding = ".parts";

/// Files of a directory in the order of their names, but for those that are being written.
std::vector<std::string> files_in(const std::string& path) {
  std::vector<std::string> files;
  std::error_code error;
  for (const fs::directory_entry& entry : fs::directory_iterator(path, error))
    if (entry.path().extension() != ".part") files.push_back(entry.path().string());
  if (error) throw IoError(path, "cannot be read", error.message());
  std::ranges::sort(files);
  return files;
}

std::vector<SavedWork> read_all(const std::vector<std::string>& paths) {
  std::vector<SavedWork> works;
  for (const std::string& path : paths) {
    std::error_code unknown;
    for (const std::string& file : fs::is_directory(path, unknown) ? files_in(path) : std::vector{path})
      works.push_back(read_checkpoint(file)), works.back().content.clear();  // which is read once more, one by one
  }
  if (works.empty()) throw IoError(paths[0], "cannot be joined", "no run has left anything there");
  std::uint64_t of = 0;
  for (const SavedWork& work : works) {
    const json origin = json::parse(work.origin);
    if (!origin.contains("part")) continue;
    const RunPart part = part_of(origin["part"]);
    if (of != 0 && part.of != of)
      throw IoError(work.path, "cannot be joined",
                    fmt::format("it is one of {} parts, others are of {}; take those of one division", part.of, of));
    of = part.of;
  }
  for (const SavedWork& work : works)
    if (work.identity != works[0].identity)
      throw IoError(work.path, "cannot be joined",
                    fmt::format("it is of another run than {}: {}", works[0].path,
                                difference_of(work.identity, works[0].identity)));
  return works;
}

/// On file systems of several machines one sees the others' new files late.
bool is_shared(const std::string& path) {
  constexpr long kinds[] = {0x6969,     0x0BD00BD0, 0x47504653,
                            0x19830326, 0xFF534D42, 0x00C36400};  // NFS, Lustre, GPFS, BeeGFS, CIFS, Ceph
  struct statfs status {};
  return ::statfs(path.c_str(), &status) == 0 && std::ranges::find(kinds, long{status.f_type}) != std::end(kinds);
}

/// "; parts 3 and 7 of 16 are not there; part 5 is not whole"
std::string which_are_missing(const std::vector<SavedWork>& works) {
  std::map<std::uint64_t, bool> is_whole;
  std::uint64_t of = 0;
  for (const SavedWork& work : works) {
    const json origin = json::parse(work.origin);
    if (!origin.contains("part")) continue;
    const RunPart part = part_of(origin["part"]);
    is_whole[part.number] = work.is_whole;
    of = part.of;
  }
  std::string absent, cut;
  const auto add = [](std::string& list, std::uint64_t number) {
    list += (list.empty() ? "" : ", ") + std::to_string(number);
  };
  for (std::uint64_t number = 1; number <= of; ++number)
    if (!is_whole.contains(number))
      add(absent, number);
    else if (!is_whole[number])
      add(cut, number);
  return (absent.empty() ? "" : fmt::format("; of {} parts these are not there: {}", of, absent)) +
         (cut.empty() ? "" : fmt::format("; these are not whole: {}", cut));
}

std::string results_for(const JoinCommand& command) {
  if (!command.output.empty()) return command.output;
  std::string path = command.paths[0];
  while (path.size() > 1 && path.back() == '/') path.pop_back();
  if (command.paths.size() == 1 && path.ends_with(kFolderEnding))
    return path.substr(0, path.size() - kFolderEnding.size());
  throw UsageError("name the results with -o FILE.h5");
}

RunCommand run_of(const JoinCommand& command, const json& origin) {
  RunCommand run;
  run.line = command.line;
  run.scenarios = {command.scenario.empty() ? origin.at("scenario").get<std::string>() : command.scenario};
  run.set = origin.at("changes").get<std::vector<std::string>>();
  if (origin.contains("patients")) run.patients = origin["patients"].get<std::uint64_t>();
  if (origin.contains("seed")) run.seed = origin["seed"].get<std::uint64_t>();
  run.first = origin.at("first").get<std::uint64_t>();
  run.backend = "cpu";
  run.output = results_for(command);
  run.report = command.report, run.json = command.json, run.quiet = command.quiet;
  run.printing = command.printing;
  return run;
}

}  // namespace

RunPart part_of(const std::string& text) {
  const std::size_t slash = text.find('/');
  const std::uint64_t number = parse_whole(text.substr(0, slash)).value_or(0);
  const std::uint64_t of = slash == std::string::npos ? 0 : parse_whole(text.substr(slash + 1)).value_or(0);
  if (number < 1 || number > of)
    throw UsageError(
        fmt::format("--part '{}' is no part of the work; write for example 3/16, from 1/16 to 16/16", text));
  return {number, of};
}

std::string saved_work_path(const RunCommand& command, const std::string& results) {
  if (command.part.empty()) return results + ".checkpoint";
  const auto [number, of] = part_of(command.part);
  return fmt::format("{}{}/{}-of-{}", results, kFolderEnding, number, of);
}

std::string origin_of(const RunCommand& command, const std::string& scenario) {
  std::error_code unknown;
  json origin = {
      {"scenario", fs::absolute(scenario, unknown).string()}, {"changes", command.set}, {"first", command.first}};
  if (command.patients) origin["patients"] = *command.patients;
  if (command.seed) origin["seed"] = *command.seed;
  if (!command.part.empty()) origin["part"] = command.part;
  return origin.dump(-1, ' ', false, json::error_handler_t::replace);
}

std::string part_is_done(const RunCommand& command, const std::string& path) {
  return fmt::format("part {} is done: {}; vtrial join {} puts all parts together\n", command.part, path,
                     fs::path(path).parent_path().string());
}

std::string identity_of_program() {
  Provenance build;
  describe_build(build, "");
  return fmt::format("version {}, {}\n", build.software_version, build.git_commit);
}

Checkpoint place_for_work(const RunCommand& command, const std::string& scenario, const std::string& results,
                          const std::string& identity, std::vector<std::string>& notes) {
  const std::string path = saved_work_path(command, results);
  if (!command.part.empty()) {
    std::error_code error;
    fs::create_directory(fs::path(path).parent_path(), error);
    if (error) throw IoError(fs::path(path).parent_path().string(), "the directory cannot be made", error.message());
  }
  Checkpoint checkpoint(path, identity, origin_of(command, scenario));
  checkpoint.check_place();
  const bool is_there = fs::exists(path);
  if (command.resume && !is_there && command.part.empty())
    notes.push_back(fmt::format("there is no {}; the run begins anew", path));
  if (!command.resume && is_there)
    notes.push_back(fmt::format("{} is of a run that was stopped; it is replaced (--resume goes on with it)", path));
  return checkpoint;
}

void check_joined(const Joining& joining, const std::string& identity) {
  const SavedWork& work = joining.works[0];
  if (work.identity != identity)
    throw IoError(work.path, "cannot be joined",
                  fmt::format("the scenario or the program has changed since: {}; use those of the run",
                              difference_of(work.identity, identity)));
}

std::optional<ExitCode> inform_of_work(const std::string& path, bool json) {
  if (!is_checkpoint(path)) return std::nullopt;
  const SavedWork work = read_checkpoint(path);
  const nlohmann::json origin = nlohmann::json::parse(work.origin);
  const std::string what = origin.contains("part") ? "part " + origin["part"].get<std::string>() : "what is done";
  if (json) {
    nlohmann::ordered_json told =
        json_object("saved_work", {{"work", path}, {"is_whole", work.is_whole}, {"origin", origin}});
    for (const auto& [name, value] : identity_values(work.identity)) told[name] = value;
    print_json(told, 1);
    return ExitCode::ok;
  }
  print("{} of {}, {}\n", what, origin.at("scenario").get<std::string>(), work.is_whole ? "whole" : "not whole yet");
  for (const auto& [name, value] : identity_values(work.identity)) print("  {:<11}{}\n", name, value);
  print("vtrial join puts it together with others; with --partial by itself\n");
  return ExitCode::ok;
}

ExitCode join_runs(const JoinCommand& command) {
  constexpr int looks = 5;
  constexpr std::chrono::seconds apart{2};
  std::vector<SavedWork> works = read_all(command.paths);
  for (int look = 1;
       look < looks && !which_are_missing(works).empty() && !command.partial && is_shared(command.paths[0]); ++look) {
    std::this_thread::sleep_for(apart);
    works = read_all(command.paths);
  }
  RunCommand run = run_of(command, json::parse(works[0].origin));
  const Joining joining{std::move(works), command.partial};
  run.joining = &joining;
  try {
    return run_scenarios(run);
  } catch (const Incomplete& error) {
    throw UsageError(
        fmt::format("{}{}; finish them (--part K/N --resume), or look at what is there with "
                    "--partial",
                    error.what(), which_are_missing(joining.works)));
  }
}

}  // namespace vt
