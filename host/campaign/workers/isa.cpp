#include "host/campaign/workers/isa.hpp"

#include <fmt/format.h>

#include <cstdlib>

namespace vt {

namespace {

std::vector<CpuBuild> find_builds() {
#if defined(__x86_64__)
  __builtin_cpu_init();
  const bool v2 = __builtin_cpu_supports("sse4.2") && __builtin_cpu_supports("popcnt");
  const bool v3 = v2 && __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") &&
                  __builtin_cpu_supports("bmi") && __builtin_cpu_supports("bmi2");
  const bool v4 = v3 && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
                  __builtin_cpu_supports("avx512cd") && __builtin_cpu_supports("avx512dq") &&
                  __builtin_cpu_supports("avx512vl");
  return {{"v4", vt_run_v4, v4}, {"v3", vt_run_v3, v3}, {"v2", vt_run_v2, v2}};
#else
  return {{"generic", vt_run_generic, true}};
#endif
}

}  // namespace

const std::vector<CpuBuild>& cpu_builds() {
  static const std::vector<CpuBuild> builds = find_builds();
  return builds;
}

const CpuBuild& choose_cpu_build() {
  const char* wanted = std::getenv("VTRIAL_ISA");
  for (const CpuBuild& build : cpu_builds()) {
    if (wanted && *wanted && build.name != wanted) continue;
    if (build.runs_here) return build;
    if (wanted && *wanted) throw DeviceError(fmt::format("VTRIAL_ISA={}: this processor cannot run it", wanted));
  }
  throw DeviceError(
      wanted ? fmt::format("VTRIAL_ISA={}: this program has no such build (v2, v3, v4)", wanted)
             : std::string("this processor runs none of the builds in this program (x86-64-v2 is the least)"));
}

}  // namespace vt
