#pragma once
#include <cstdint>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include "host/cli/printing.hpp"

namespace vt {

/// What the program ends with (README: exit codes).
enum class ExitCode {
  ok = 0,
  comparison_failed = 1,
  usage = 2,
  patients_failed = 3,
  device = 4,
  internal = 5,
  io = 74,
  interrupted = 75,
  killed = 130
};

/// The command cannot be done as it was asked for (exit code 2).
class UsageError : public std::runtime_error {
  using std::runtime_error::runtime_error;
};

struct Joining;

struct RunCommand {
  std::string line;  ///< as typed
  std::vector<std::string> scenarios;
  std::string output;  ///< "" = output/runs/NAME.h5 beside the working directory
  std::optional<std::uint64_t> patients, seed;
  std::vector<std::string> set;
  std::string backend = "auto";
  int threads = 0;
  bool dry_run = false, report = false, json = false, quiet = false;
  std::string records;  ///< file for the raw rows; "" = none
  std::uint64_t block = 512, first = 0;
  bool resume = false;                ///< goes on with what an interrupted run has left beside its results
  std::string part;                   ///< "3/16": does a part of the work, and leaves it for join; "" = all
  std::string devices;                ///< "0,2": GPUs; "" = all that can be used
  std::optional<std::uint64_t> gpus;  ///< that a dry run speaks of, too
  Printing printing;
  const Joining* joining = nullptr;  ///< or null: puts together what runs have left
};

struct QualifyCommand {
  std::string line;                ///< as typed
  std::vector<std::string> names;  ///< of qualifications, or files; none: all that are shipped
  std::string directory;           ///< "" = output/qualification below the working directory
  std::string before;              ///< an earlier certificate; "" = none
  std::optional<std::uint64_t> patients;
  int threads = 0;
  bool resume = false, json = false, quiet = false;
  Printing printing;
};

ExitCode run_scenarios(const RunCommand&);
/// Simulates trials, holds them against published results, writes certificates.
ExitCode qualify(const QualifyCommand&);
/// What options of a command change in the scenarios that it reads.
struct Changes {
  std::vector<std::string> set;
  std::optional<std::uint64_t> patients, seed;
  bool any() const { return !set.empty() || patients || seed; }
};
ExitCode check_scenarios(const std::vector<std::string>& paths, const Changes& changes, bool json);
ExitCode explain_scenario(const std::string& path, const Changes& changes);
ExitCode trace_patient(const std::string& path, const std::vector<std::string>& set,
                       std::optional<std::uint64_t> patients, std::optional<std::uint64_t> seed, std::uint64_t patient,
                       std::uint64_t replicate, bool json);
ExitCode compare_file(const std::string& results, const std::string& targets, bool json, const Printing& printing);
ExitCode report_file(const std::string& results, const std::string& output, const std::string& targets);
/// \param tallies  names of what is printed in full; none: what there is
ExitCode inform(const std::string& results, bool json, const std::vector<std::string>& tallies);
/// What was changed since it was written; with `output` a copy under a new seal, where nothing but additions was.
ExitCode reseal_file(const std::string& results, const std::string& output, bool json);
ExitCode export_file(const std::string& results, const std::string& directory);
/// Doses and concentrations of recorded patients as a table of events.
ExitCode export_events(const std::string& results, const std::string& table);
ExitCode list_devices(bool json);

}  // namespace vt
