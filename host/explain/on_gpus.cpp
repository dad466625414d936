#include "host/explain/on_gpus.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>
#include <stdexcept>
#include <string_view>

#include "host/campaign/workers/engine.hpp"
#include "kernels/tally/layout.hpp"

namespace vt {

namespace {

// Measured: tests/bench/scale.json, by tests/bench/scale_costs.cpp, on one core of an AMD EPYC with AVX-512.
using enum ScaleConstant::Basis;
constexpr ScaleConstant kConstants[] = {
    {"gpu", 1e6 / 55e-3, "patient-years/s", estimate, "TOPS on an H200, the upper end of 28 to 55 ms for a million"},
    {"core", 80'000, "patient-years/s", measured, "TOPS, one core"},
    {"wave", 132 * 4 * 128, "patients", estimate, "whom an H200 takes at once: fewer take as long"},
    {"take", 1 << 15, "patients", program, "least that a GPU is given (host/campaign/trial.cpp)"},
    {"looked_at", 4096, "patients", program, "of each GPU who are simulated on its CPU, too (workers/seat.cpp)"},
    {"start", 0.5, "s", estimate, "of a rank: program, MPI, driver"},
    {"build", 0.008, "s", measured, "reading TOPS and making its Plan"},
    {"file", 0.022, "s", measured, "writing the results of TOPS"},
    {"rank", 0.25e-3, "s", estimate, "the leader, for what each rank says before the work; of 1,000 ranks"},
    {"hand_over", 0.47e-9, "s/byte", measured, "the leader, for what a thread has found"},
    {"check", 0.55e-3, "core-s", measured, "a point of a study, before the work, by the leader"},
    {"leader_cores", 8, "cores", estimate, "of the process that leads"},
    {"point", 0.55e-3, "core-s", measured, "a point's Plan and answers, by a thread at a GPU"},
    {"analysis", 12e-6, "s", measured, "a point of a study of 22,528: indices, bootstrap and file"},
    {"conducted", 1.9e-6, "s", measured, "a trial of a study of power: its place and file"},
};

}  // namespace

std::span<const ScaleConstant> scale_constants() { return kConstants; }

double scale_constant(const char* name) {
  const auto* const found = std::ranges::find(kConstants, std::string_view(name),
                                              [](const ScaleConstant& c) { return std::string_view(c.name); });
  if (found == std::end(kConstants)) throw std::out_of_range(name);
  return found->value;
}

OnGpus on_gpus(const GpuWork& work, std::uint64_t gpus) {
  const auto seats =
      static_cast<double>(std::min<std::uint64_t>(std::max<std::uint64_t>(1, work.takes), gpus * kSeatsAtGpu));
  OnGpus needs{.gpus = gpus};
  needs.used = std::min(gpus, (static_cast<std::uint64_t>(seats) + kSeatsAtGpu - 1) / kSeatsAtGpu);
  const double of_life = work.lives_core_s / std::max(1.0, work.patients);  // on a core
  const double faster = scale_constant("gpu") / scale_constant("core");
  const double lives = work.lives_core_s / faster / static_cast<double>(needs.used);
  const double looked_at = of_life * std::min(work.patients, scale_constant("looked_at"));
  const double wave = of_life * std::min(work.patients, scale_constant("wave")) / faster;
  const double waves = wave * static_cast<double>(work.launches);  // of one take, however small
  const double host = work.host_core_s / seats;
  const double elsewhere = std::max(0.0, seats - kSeatsAtGpu);
  const double handing = elsewhere * scale_constant("hand_over") * work.delivered_bytes;
  const double telling = gpus > 1 ? static_cast<double>(gpus) * scale_constant("rank") : 0;
  needs.fixed_seconds = scale_constant("start") + work.begin_s + telling + looked_at + handing + work.end_s;
  const double working = std::max({lives, host + lives / kSeatsAtGpu, host + waves});
  needs.seconds = needs.fixed_seconds + working;
  needs.memory_bytes = kProgramBytes + std::uint64_t{kSeatsAtGpu} * work.thread_bytes + work.held_bytes;
  return needs;
}

GpuWork gpu_work(const BuiltPlan& built, const Cost& cost) {
  const Plan& plan = built.buffer.plan();
  GpuWork work;
  work.lives_core_s = cost.core_seconds - cost.host_core_seconds;
  work.host_core_s = cost.host_core_seconds;
  work.patients = static_cast<double>(plan.patients) * static_cast<double>(plan.replicates);
  work.takes = static_cast<std::uint64_t>(std::ceil(work.patients / scale_constant("take")));
  work.begin_s = scale_constant("build");
  work.end_s = scale_constant("file");
  work.thread_bytes = 2 * sizeof(std::uint64_t) * all_words(plan);  // of a take, and of all that it has done
  work.delivered_bytes = static_cast<double>(sizeof(std::uint64_t) * all_words(plan));
  return work;
}

std::string in_words(const OnGpus& needs) {
  const std::string idle =
      needs.used < needs.gpus ? fmt::format("; {} of them have nothing to do", needs.gpus - needs.used) : "";
  return fmt::format(
      "about {:.2g} s on {} GPU{}, {:.2g} s of it on any number{}, up to {} of memory each (estimate: no GPU was "
      "measured)",
      needs.seconds, needs.gpus, needs.gpus == 1 ? "" : "s", needs.fixed_seconds, idle, size_words(needs.memory_bytes));
}

std::string size_words(std::uint64_t bytes) {
  const auto n = static_cast<double>(bytes);
  return n < 1e9 ? fmt::format("{:.3g} MB", n * 1e-6) : fmt::format("{:.3g} GB", n * 1e-9);
}

nlohmann::ordered_json json_of(const OnGpus& needs) {
  return {{"gpus", needs.gpus},
          {"used", needs.used},
          {"seconds", needs.seconds},
          {"fixed_seconds", needs.fixed_seconds},
          {"memory_bytes", needs.memory_bytes},
          {"is_estimate", true}};
}

}  // namespace vt
