#pragma once
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "host/campaign/ranks/team.hpp"
#include "host/campaign/workers/devices.hpp"

namespace vt {

/// How many processes a launcher says that it has started of this program, from the variables that it sets.
struct Launched {
  int processes = 1;
  std::string by;  ///< "mpirun", "srun"; "" where there is no launcher
};
Launched launched_by(const std::function<const char*(const char*)>& variable);

/// The processes of this run, if a launcher has started several; else null. By MPI, in libvtrial_mpi.so.
/// \throws DeviceError where they cannot be told of each other: every one would do all of the work
std::unique_ptr<Team> start_ranks();

/// Number of this process, from 0, by what the launcher says; 0 where there is none.
int launched_rank();

/// Ends MPI, after all have done their work. Nothing where there was none, or some are lost.
void end_ranks();
/// Some ranks do not answer: there is no end but abort_ranks().
void lose_ranks();
/// Ends all processes at once, with this exit code. Nothing where there are no others.
void abort_ranks(int code);

/// The ranks of this machine, and what each says of its devices (device_ids). Called by all ranks.
LocalRanks local_ranks(Team& team, const std::vector<std::string>& device_ids);

/// Threads of this rank: ranks of one machine share its cores where they are not bound to some.
int threads_for(int usable, int of_machine, int local_size);

}  // namespace vt
