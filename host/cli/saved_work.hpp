#pragma once
#include <optional>
#include <string>
#include <vector>

#include "host/campaign/campaign.hpp"
#include "host/cli/commands.hpp"

/// \file What runs leave beside their results so that others can go on with it.

namespace vt {

/// "3/16". \throws UsageError
RunPart part_of(const std::string& text);

/// Beside the results, or, of a part of the work, in a directory of all parts.
std::string saved_work_path(const RunCommand& command, const std::string& results);

/// The scenario and the options that make the same work, for join.
std::string origin_of(const RunCommand& command, const std::string& scenario);

/// What is said when a part is done.
std::string part_is_done(const RunCommand& command, const std::string& path);

/// The program that makes it: "version …".
std::string identity_of_program();

/// A checkpoint for the work at hand, looked at: notes say what it is about to do. \throws IoError
Checkpoint place_for_work(const RunCommand& command, const std::string& scenario, const std::string& results,
                          const std::string& identity, std::vector<std::string>& notes);

/// \throws IoError where what is joined is not of this work
void check_joined(const Joining& joining, const std::string& identity);

/// What a run has left, in words or as JSON; nothing where the file is none. \throws IoError where it is damaged
std::optional<ExitCode> inform_of_work(const std::string& path, bool json);

struct JoinCommand {
  std::string line;
  std::vector<std::string> paths;  ///< files, or directories of them
  std::string output, scenario;    ///< "": those of the runs
  bool partial = false, report = false, json = false, quiet = false;
  Printing printing;
};

/// Results from what runs have left.
ExitCode join_runs(const JoinCommand& command);

}  // namespace vt
