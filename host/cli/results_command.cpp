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
#include "output/csv/tally_csv.hpp"
#include "output/csv/trial_tables.hpp"
#include "output/files.hpp"
#include "output/hdf5/results_file.hpp"
#include "output/io_error.hpp"
#include "output/nonmem.hpp"
#include "output/notes.hpp"
#include "output/print.hpp"
#include "output/report/report.hpp"
#include "output/study/study_csv.hpp"
#include "output/study/study_file.hpp"
#include "output/study/study_report.hpp"

/// \file Commands that read results.

namespace vt {

namespace fs = std::filesystem;

ExitCode compare_file(const std::string& results, const std::string& targets, bool json, const Printing& printing) {
  const auto [comparisons, doubt] = compare_with(targets, read_results(results));
  if (!doubt.empty()) say_notes({doubt});
  if (json) {
    nlohmann::ordered_json found = comparison_json(comparisons);
    found["notes"] = doubt.empty() ? std::vector<std::string>{} : std::vector{doubt};
    print_json(found, 1);
  } else if (printing.amount != Print::none) {
    print((printing.is_all() ? print_comparison : print_comparison_summary)(comparisons));
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

ExitCode inform(const std::string& results, bool json, const std::vector<std::string>& tallies) {
  const Printing named = choose_printing({.amount = "", .tallies = tallies, .json = json});
  if (const std::optional<ExitCode> told = inform_of_work(results, json)) return *told;
  if (const std::optional<Study> study = read_study_file(results)) {
    check_printed(named, printable(*study), results);
    if (json)
      print_json(study_json(*study), 1);
    else
      print(tallies.empty() ? print_study_info(*study) : printed(named, *study, {}));
    return ExitCode::ok;
  }
  const Results found = read_results(results);
  check_printed(named, printable(found), results);
  if (json)
    print_json(results_json(found), 1);
  else
    print(tallies.empty() ? print_info(found) : printed(named, found, {}));
  return ExitCode::ok;
}

namespace {

using Tables = std::vector<std::pair<std::string, std::string>>;  // name within the directory, text

/// \param found what has to be said of them
Tables tables_in(const std::string& results, std::vector<std::string>& found) {
  if (const std::optional<Study> study = read_study_file(results)) {
    Tables tables;
    for (const StudyTable& table : kStudyTables)
      if (std::string text = table.text_of(*study); !text.empty()) tables.emplace_back(table.file, std::move(text));
    return tables;
  }
  const Results trial = read_results(results);
  if (const std::string reason = withheld(trial); !reason.empty()) found.push_back(reason);
  return tables_of(trial);
}

/// Tables of other results would be taken for some of these. \throws IoError
void check_for_others(const fs::path& directory, const Tables& tables) {
  std::vector<fs::path> others;
  for (const StudyTable& table : kStudyTables) others.push_back(directory / table.file);
  for (const TrialTable& table : trial_tables()) others.push_back(directory / table.file);
  std::error_code none;
  for (const fs::directory_entry& entry : fs::directory_iterator(directory / kTallyTables, none))
    if (entry.path().extension() == ".csv") others.push_back(entry.path());
  for (const auto& [file, text] : tables) std::erase(others, directory / file);
  for (const fs::path& other : others)
    if (fs::exists(other))
      throw IoError(other.string(), "is of other results",
                    "these have no such table; name another directory, or remove it");
}

/// Removes what it was told of, unless all is well: the last first.
class Undo {
 public:
  Undo() = default;
  Undo(const Undo&) = delete;
  Undo& operator=(const Undo&) = delete;
  ~Undo() {
    std::error_code none;
    while (!made_.empty()) fs::remove(made_.back(), none), made_.pop_back();
  }
  void add(const fs::path& path) { made_.push_back(path); }
  void keep() { made_.clear(); }

 private:
  std::vector<fs::path> made_;
};

}  // namespace

ExitCode export_file(const std::string& results, const std::string& directory) {
  std::vector<std::string> notes;
  const Tables tables = tables_in(results, notes);
  say_notes(notes);
  Undo undo;
  std::vector<Destination> destinations;
  for (const auto& [file, text] : tables) {
    const fs::path path = fs::path(directory) / file;
    for (const fs::path& folder : {fs::path(directory), path.parent_path()}) {
      std::error_code error;
      if (fs::create_directory(folder, error)) undo.add(folder);
      if (error) throw IoError(folder.string(), "the directory cannot be made", error.message());
    }
    destinations.push_back({Destination::Kind::table, path.string(), text.size()});
  }
  check_for_others(directory, tables);
  check_destinations(destinations, {results});
  for (std::size_t i = 0; i < tables.size(); ++i) {
    write_whole_file(destinations[i].path, tables[i].second);
    undo.add(destinations[i].path);
  }
  undo.keep();
  for (const Destination& table : destinations) print("{}\n", table.path);
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
  if (found.concentrations.days.empty())
    say_notes(
        {"the table has no observations: no concentrations are recorded; write into [record] concentrations = { at = "
         "[\"day 1\", \"day 28\"], hours = [\"0 h\", \"2 h\", \"24 h\"] }"});
  check_destinations({{Destination::Kind::table, table, 0}}, {results});
  write_whole_file(table, nonmem_table(found));
  print("{}\n", table);
  return ExitCode::ok;
}

}  // namespace vt
