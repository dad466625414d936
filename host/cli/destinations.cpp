#include "host/cli/destinations.hpp"

#include <fmt/format.h>

#include <cstring>
#include <deque>
#include <filesystem>
#include <optional>
#include <string_view>
#include <utility>

#include "host/problems.hpp"
#include "kernels/course/course.hpp"
#include "kernels/run.hpp"
#include "output/csv/trial_tables.hpp"
#include "output/files.hpp"
#include "output/hdf5/results_file.hpp"
#include "output/io_error.hpp"
#include "output/nonmem.hpp"
#include "output/qualification/earlier.hpp"
#include "output/report/report.hpp"
#include "output/study/study_csv.hpp"
#include "output/study/study_file.hpp"

namespace vt {

namespace {

namespace fs = std::filesystem;

/// Rows of all patients of some replicates, as --records writes them.
bool is_rows_file(const std::string& path) {
  const Ends ends = read_ends(path, sizeof(Record));
  if (ends.size % sizeof(Record) != 0 || ends.first.size() != sizeof(Record)) return false;
  const auto patient = [](const std::string& row) {
    Record record;
    std::memcpy(&record, row.data(), sizeof record);
    return record.patient;
  };
  const std::uint64_t first = patient(ends.first), last = patient(ends.last);
  const std::uint64_t replicates = last / kNextReplicate - first / kNextReplicate + 1;
  const std::uint64_t patients = last % kNextReplicate - first % kNextReplicate + 1;
  return patients <= kNextReplicate && patients * replicates == ends.size / sizeof(Record);
}

bool is_table_file(const std::string& path) {
  constexpr std::size_t longest = std::size_t{1} << 16;
  const std::string start = read_ends(path, longest).first;
  const std::string heading = start.substr(0, start.find('\n'));
  return is_study_table(heading) || is_trial_table(heading) || is_nonmem_table(heading);
}

struct KindOfFile {
  std::string_view name;
  bool (*is_ours)(const std::string& path);
};
KindOfFile kind_of(const Destination& destination) {
  switch (destination.kind) {
    case Destination::Kind::rows:
      return {"raw rows", is_rows_file};
    case Destination::Kind::report:
      return {"report", is_report_file};
    case Destination::Kind::table:
      return {"table", is_table_file};
    case Destination::Kind::certificate:
      return {"certificate", is_certificate_file};
    case Destination::Kind::results:
      break;
  }
  return {"results", is_results_file};
}

/// An empty file is nobody's loss.
bool holds_something(const std::string& path) {
  std::error_code error;
  return fs::is_regular_file(path, error) && fs::file_size(path, error) > 0;
}

void check_owner(const Destination& destination) {
  const KindOfFile kind = kind_of(destination);
  if (holds_something(destination.path) && !kind.is_ours(destination.path))
    throw IoError(destination.path, "is not replaced",
                  fmt::format("it holds something else than {} of vtrial; name another file, or remove it", kind.name));
}

std::optional<Results> results_at(const std::string& path) {
  try {
    if (holds_something(path) && is_results_file(path)) return read_results(path);
  } catch (const IoError&) {  // nothing in it that anybody could read
  }
  return std::nullopt;
}

std::string says_what_is_lost(const std::string& path, const Results& earlier) {
  return fmt::format("{}: the results of {} (plan {:016x}) are replaced; they came from {}", path,
                     earlier.scenario_path, earlier.plan_hash, earlier.provenance.command_line);
}

/// The same of a study.
std::string says_which_study_is_lost(const std::string& path, const std::string& scenario) {
  try {
    if (!holds_something(path) || !is_results_file(path)) return "";
    const std::optional<StudyOrigin> earlier = study_origin(path);
    if (!earlier || earlier->scenario_path == scenario) return "";
    return fmt::format("{}: the results of the study {} are replaced; they came from {}", path, earlier->scenario_path,
                       earlier->command_line);
  } catch (const IoError&) {
    return "";
  }
}

std::string stamp_of(const std::string& path) {
  std::error_code error;
  const auto time = fs::last_write_time(path, error);
  return error ? "" : fmt::format("{} {}", time.time_since_epoch().count(), fs::file_size(path, error));
}

}  // namespace

void check_destinations(const std::vector<Destination>& destinations, const std::vector<std::string>& inputs) {
  Problems problems;
  for (const Destination& destination : destinations) {
    const std::string_view name = kind_of(destination).name;
    if (destination.path == "-")
      problems.add(
          {"-", 0, 0},
          fmt::format("{} cannot go to standard output (they are a file); write ./- if it has this name", name));
    for (const std::string& input : inputs)
      if (is_same_file(destination.path, input))
        problems.add({destination.path, 0, 0},
                     fmt::format("{} cannot be written there (the command reads this file{}); name another file", name,
                                 input == destination.path ? "" : " as " + input));
  }
  if (!problems.empty()) throw ScenarioError(problems.sorted());
  std::deque<WriteTrial> trials;
  for (std::size_t i = 0; i < destinations.size(); ++i) {
    const Destination& one = destinations[i];
    check_owner(one);
    remove_leftovers(one.path);
    for (std::size_t j = 0; j < i; ++j)
      if (trials[j].is_also(one.path))
        problems.add({one.path, 0, 0},
                     fmt::format("{} and {} would have the same file{} (one of them would be lost); "
                                 "name another with -o",
                                 kind_of(destinations[j]).name, kind_of(one).name,
                                 one.path == destinations[j].path ? "" : " as " + destinations[j].path));
    trials.emplace_back(one.path, one.bytes);
  }
  if (!problems.empty()) throw ScenarioError(problems.sorted());
}

ResultsPlace::ResultsPlace(std::string path) : path_(std::move(path)), stamp_(stamp_of(path_)) {}

std::string ResultsPlace::replaces(const std::string& scenario, std::uint64_t plan_hash) const {
  if (std::string study = says_which_study_is_lost(path_, scenario); !study.empty()) return study;
  const std::optional<Results> earlier = results_at(path_);
  if (!earlier || (earlier->scenario_path == scenario && earlier->plan_hash == plan_hash)) return "";
  return says_what_is_lost(path_, *earlier);
}

std::string ResultsPlace::replaces(const Results& results, bool is_chosen) const {
  const bool is_new = stamp_of(path_) != stamp_;
  if (is_new) check_owner({Destination::Kind::results, path_, 0});
  if (is_chosen && !is_new) return "";
  const std::optional<Results> earlier = results_at(path_);
  return earlier && content_hash(*earlier) != content_hash(results) ? says_what_is_lost(path_, *earlier) : "";
}

}  // namespace vt
