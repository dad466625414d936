#include "host/campaign/ranks/start_ranks.hpp"

#include <gtest/gtest.h>

#include <map>
#include <string>

namespace vt { namespace {

Launched launched(const std::map<std::string, std::string>& variables) {
  return launched_by([&](const char* name) -> const char* {
    const auto found = variables.find(name);
    return found == variables.end() ? nullptr : found->second.c_str();
  });
}

TEST(Launched, KnowsTheLaunchers) {
  EXPECT_EQ(launched({}).processes, 1);
  EXPECT_EQ(launched({}).by, "");
  EXPECT_EQ(launched({{"OMPI_COMM_WORLD_SIZE", "4"}}).processes, 4);  // Open MPI
  EXPECT_EQ(launched({{"PMI_SIZE", "3"}}).by, "mpirun");              // MPICH, Intel MPI
  EXPECT_EQ(launched({{"SLURM_STEP_NUM_TASKS", "8"}}).by, "srun");
}

/// Below mpirun in a job the variables of srun are those of its own helper.
TEST(Launched, BelievesTheOneThatIsNearer) {
  const Launched both = launched({{"SLURM_STEP_NUM_TASKS", "1"}, {"OMPI_COMM_WORLD_SIZE", "4"}});
  EXPECT_EQ(both.processes, 4);
  EXPECT_EQ(both.by, "mpirun");
}

/// An allocation starts nothing.
TEST(Launched, DoesNotTakeAnAllocationForALauncher) {
  EXPECT_EQ(launched({{"SLURM_NTASKS", "32"}, {"SLURM_PROCID", "0"}}).processes, 1);
}

TEST(Threads, OfRanksShareAMachine) {
  EXPECT_EQ(threads_for(64, 64, 4), 16);  // not bound
  EXPECT_EQ(threads_for(1, 64, 4), 1);    // bound to a core each
  EXPECT_EQ(threads_for(16, 64, 2), 16);  // bound to 16 each
  EXPECT_EQ(threads_for(2, 2, 4), 1);     // more ranks than cores
}

}}  // namespace vt
