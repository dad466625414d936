#include <fmt/format.h>

#include <filesystem>
#include <nlohmann/json.hpp>
#include <optional>
#include <utility>

#include "host/cli/commands.hpp"
#include "host/cli/destinations.hpp"
#include "host/cli/load.hpp"
#include "host/cli/saved_work.hpp"
#include "host/cli/streams.hpp"
#include "output/files.hpp"
#include "output/hdf5/results_file.hpp"
#include "output/io_error.hpp"
#include "output/nonmem.hpp"
#include "output/patients_csv.hpp"
#include "output/print.hpp"
#include "output/report/report.hpp"
#include "output/study/study_csv.hpp"
#include "output/study/study_file.hpp"
#include "output/study/study_report.hpp"

/// \file Commands that read results.

namespace vt {

namespace fs = std::filesystem;

ExitCode compare_file(const std::string& results, const std::string& targets, bool json) {
  const auto [comparisons, doubt] = compare_with(targets, read_results(results));
  if (!doubt.empty()) say_notes({doubt});
  if (json) {
    nlohmann::ordered_json found = comparison_json(comparisons);
    found["notes"] = doubt.empty() ? std::vector<std::string>{} : std::vector{doubt};
    print_json(found, 1);
  } else {
    print(print_comparison(comparisons));
  }
  return any_required_miss(comparisons) ? ExitCode::comparison_failed : ExitCode::ok;
}

ExitCode report_file(const std::string& results, const std::string& output, const std::string& targets) {
  const std::string page = output.empty() ? fs::path(results).replace_extension(".html").string() : output;
  if (const std::optional<Study> study = read_study_file(results)) {
    if (!targets.empty()) {
      say("vtrial: --targets are of one trial, but {} holds a study; leave them out\n", results);
      return ExitCode::usage;
    }
    check_destinations({{Destination::Kind::report, page, 0}}, {results});
    write_study_report(page, *study);
    print("{}\n", page);
    return ExitCode::ok;
  }
  const Results found = read_results(results);
  const std::string published = targets.empty() ? targets_beside(found.scenario_path) : targets;
  check_destinations({{Destination::Kind::report, page, 0}}, {results, published});
  const auto [comparisons, doubt] =
      targets.empty() ? compare_with_neighbour(found, found.scenario_path) : compare_with(targets, found);
  if (!doubt.empty()) say_notes({doubt});
  write_report(page, found, comparisons);
  print("{}\n", page);
  return ExitCode::ok;
}

ExitCode inform(const std::string& results, bool json) {
  if (const std::optional<ExitCode> told = inform_of_work(results, json)) return *told;
  if (const std::optional<Study> study = read_study_file(results)) {
    if (json)
      print_json(study_json(*study), 1);
    else
      print(print_study_info(*study));
    return ExitCode::ok;
  }
  const Results found = read_results(results);
  if (json)
    print_json(results_json(found), 1);
  else
    print(print_info(found));
  return ExitCode::ok;
}

namespace {

struct NamedTable {
  std::string_view file;
  std::string text;  ///< "": there is none
};

/// \throws IoError where there is nothing to export
std::vector<NamedTable> tables_of(const std::string& results) {
  std::vector<NamedTable> tables;
  if (const std::optional<Study> study = read_study_file(results)) {
    for (const StudyTable& table : kStudyTables) tables.push_back({table.file, table.text_of(*study)});
    return tables;
  }
  const Results found = read_results(results);
  if (!found.columns.is_there())
    throw IoError(results, "is not exported",
                  "it holds a trial without columns of patients; xarray, R and MATLAB open its tables as they are");
  tables.push_back({"patients.csv", patients_csv(found)});
  return tables;
}

}  // namespace

ExitCode export_file(const std::string& results, const std::string& directory) {
  std::vector<NamedTable> found = tables_of(results);
  std::error_code error;
  fs::create_directory(directory, error);
  if (error) throw IoError(directory, "the directory cannot be made", error.message());
  std::vector<std::pair<std::string, std::string>> tables;  // path, text
  std::vector<Destination> destinations;
  for (NamedTable& table : found) {
    const std::string path = (fs::path(directory) / table.file).string();
    if (table.text.empty() && fs::exists(path))
      throw IoError(path, "is of another study", "this one has no such table; name another directory, or remove it");
    if (table.text.empty()) continue;
    destinations.push_back({Destination::Kind::table, path, 0});
    tables.emplace_back(path, std::move(table.text));
  }
  check_destinations(destinations, {results});
  for (const auto& [path, text] : tables) {
    write_whole_file(path, text);
    print("{}\n", path);
  }
  return ExitCode::ok;
}

ExitCode export_events(const std::string& results, const std::string& table) {
  if (read_study_file(results))
    throw IoError(results, "is not exported", "it holds a study; doses are recorded in a trial alone");
  const Results found = read_results(results);
  if (!found.has_doses)
    throw IoError(results, "is not exported",
                  "no doses are recorded in it; write doses = true into [record], with patients and, for observations, "
                  "concentrations");
  check_destinations({{Destination::Kind::table, table, 0}}, {results});
  write_whole_file(table, nonmem_table(found));
  print("{}\n", table);
  return ExitCode::ok;
}

}  // namespace vt
