#pragma once
#include <cstdint>
#include <string>

#include "host/campaign/campaign.hpp"
#include "host/cli/commands.hpp"
#include "host/cli/load.hpp"
#include "host/cli/run_support.hpp"

/// \file One trial of a command that simulates.

namespace vt {

/// What must be the same for a run to go on with what another one has left.
std::string identity_of(const LoadedScenario& loaded, const RunCommand& command);

/// Simulates one scenario with everything that belongs into its file; progress is called `what`.
Results simulate(LoadedScenario loaded, const RunCommand& command, const std::string& path, const std::string& what,
                 const Workplace& place, Checkpoint* checkpoint);

/// On standard error; `where` stands behind it.
void say_what_was_done(const Results& results, const std::string& where);
void say_who_failed(const Results& results);

/// What the results have at least; long tables of counts are compressed.
std::uint64_t least_bytes(const BuiltPlan& built);

}  // namespace vt
