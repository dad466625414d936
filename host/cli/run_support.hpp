#pragma once
#include <atomic>
#include <string>

#include "host/campaign/campaign.hpp"
#include "host/campaign/ranks/team.hpp"
#include "host/cli/commands.hpp"

/// \file What runs of trials and of studies have in common.

namespace vt {

/// SIGINT, SIGTERM, SIGUSR1: stop_requested(). The second SIGINT: the end, at once.
void stop_on_signals();
const std::atomic<bool>& stop_requested();

std::string utc_now();

/// Program, compiler, host and command.
void describe_build(Provenance& provenance, const std::string& command_line);

/// Where the results of a scenario go.
std::string output_path(const RunCommand& command, const std::string& scenario);

/// Where the report of these results goes.
std::string page_beside(const std::string& results);

/// For the default place of results; a directory that was named must exist. \throws IoError
void make_directory_for(const std::string& path);

Backend backend_of(const std::string& name);

/// The processes of this run, and what it works with.
struct Workplace {
  Team* team = nullptr;  ///< or null
  Engine engine;
  bool follows() const { return team != nullptr && !team->leads(); }
  /// What of the options is the same for all work.
  RunOptions options(const RunCommand& command) const;
  /// In the process that leads: the others are told that its work is over.
  void end_work();
};
/// Says where it works, if nobody has chosen. \throws DeviceError
Workplace make_workplace(const RunCommand& command, Team* team);

}  // namespace vt
