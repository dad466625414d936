#include "host/campaign/workers/machine.hpp"

#include <sched.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <fstream>
#include <functional>
#include <string>
#include <thread>

namespace vt {

namespace {

/// Calls `look` with every folder of the control groups that this process is in, from its own up to the root: those of
/// version 2, and of version 1 those of the controller. In a container the root is its own.
void look_at_groups(const std::string& controller, const std::function<void(const std::string& folder)>& look) {
  std::ifstream groups("/proc/self/cgroup");
  for (std::string line; std::getline(groups, line);) {  // "0::/a/b", "4:cpu,cpuacct:/a/b"
    const std::size_t names = line.find(':'), path_at = line.find(':', names + 1);
    if (names == std::string::npos || path_at == std::string::npos) continue;
    const std::string controllers = line.substr(names + 1, path_at - names - 1);
    if (!controllers.empty() && ("," + controllers + ",").find("," + controller + ",") == std::string::npos) continue;
    const std::string root = "/sys/fs/cgroup" + (controllers.empty() ? "" : "/" + controllers);
    for (std::string path = line.substr(path_at + 1); !path.empty(); path = path.substr(0, path.rfind('/')))
      look(root + path);
    look(root);
  }
}

int cores_of_control_groups() {
  double fewest = 0;  // not known
  look_at_groups("cpu", [&](const std::string& folder) {
    double quota = 0, period = 0;
    std::ifstream both(folder + "/cpu.max");  // "max 100000": no limit
    if (!(both >> quota >> period)) {
      std::ifstream one(folder + "/cpu.cfs_quota_us"), other(folder + "/cpu.cfs_period_us");
      if (!(one >> quota && other >> period)) return;
    }
    if (quota > 0 && period > 0) fewest = fewest > 0 ? std::min(fewest, quota / period) : quota / period;
  });
  return static_cast<int>(std::ceil(std::min(fewest, 1e6)));
}

}  // namespace

int usable_cores() {
  cpu_set_t set;
  CPU_ZERO(&set);
  const int allowed = sched_getaffinity(0, sizeof set, &set) == 0 ? CPU_COUNT(&set) : 0;
  const int cores = std::max(1, allowed > 0 ? allowed : static_cast<int>(std::thread::hardware_concurrency()));
  const char* slurm = std::getenv("SLURM_CPUS_PER_TASK");
  int fewest = cores;
  for (const int limit : {cores_of_control_groups(), slurm != nullptr ? std::atoi(slurm) : 0})
    if (limit > 0) fewest = std::min(fewest, limit);
  return fewest;
}

std::uint64_t usable_memory() {
  std::uint64_t least = static_cast<std::uint64_t>(std::max(1L, ::sysconf(_SC_PHYS_PAGES))) *
                        static_cast<std::uint64_t>(std::max(1L, ::sysconf(_SC_PAGESIZE)));
  look_at_groups("memory", [&](const std::string& folder) {
    for (const char* file : {"/memory.max", "/memory.limit_in_bytes"}) {
      std::uint64_t bytes = 0;
      if (std::ifstream limit(folder + file); limit >> bytes && bytes > 0) least = std::min(least, bytes);
    }
  });
  rlimit address_space{};
  if (::getrlimit(RLIMIT_AS, &address_space) == 0 && address_space.rlim_cur != RLIM_INFINITY)
    least = std::min<std::uint64_t>(least, address_space.rlim_cur);
  return least;
}

}  // namespace vt
