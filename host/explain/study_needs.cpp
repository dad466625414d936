#include "host/explain/study_needs.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <thread>

#include "host/campaign/collect.hpp"
#include "host/campaign/workers/isa.hpp"
#include "host/explain/power_needs.hpp"
#include "host/study/endpoints.hpp"
#include "host/study/keep.hpp"
#include "host/study/power/run_power.hpp"
#include "host/study/run_study.hpp"
#include "host/study/share/point_hand.hpp"
#include "kernels/tables.hpp"
#include "kernels/tally/layout.hpp"
#include "output/statistics/quantile_groups.hpp"
#include "output/study/study_file.hpp"
#include "output/tally/kinds.hpp"

namespace vt {

namespace {

/// Indices of every endpoint, without numbers.
StudySensitivity blank_indices(const StudySpec& study, const std::string& endpoint) {
  StudySensitivity one;
  one.endpoint = endpoint;
  for (const FactorGroup& group : groups_of(study)) one.names.push_back(group.name);
  const std::size_t k = one.names.size();
  const std::vector<double> each(k), pairs(study.second_order ? k * k : 0);
  constexpr std::size_t steps = 6;  // of convergence
  if (study.design == DesignKind::saltelli) {
    one.sobol = {each, each, each, each, pairs, pairs};
    one.convergence = {std::vector<std::uint64_t>(steps), {steps, each}, {steps, each}, {}};
  } else if (study.design == DesignKind::morris) {
    one.morris = {each, each, each, each};
    one.convergence = {std::vector<std::uint64_t>(steps), {}, {}, {steps, each}};
  } else if (study.of_sample == OfSample::pawn) {
    one.pawn = {each, each, each, each, 0};
  } else {
    one.ranks = {each, each, each};
  }
  return one;
}

bool is_power(const StudySpec& study) { return study.design == DesignKind::replicates; }

std::uint64_t goals_of(const StudySpec& study) {
  return static_cast<std::uint64_t>(
      std::ranges::count_if(study.endpoints, [](const EndpointSpec& endpoint) { return endpoint.goal != Goal::none; }));
}

/// Best points of a search: one, of several goals as many as a generation has.
std::uint64_t best_points_of(const StudySpec& study) {
  if (!study.optimise) return 0;
  return goals_of(study) > 1 ? study.optimise->population : 1;
}

/// A search as it would be written, without numbers.
Optimum blank_optimum(const StudySpec& study, std::size_t points) {
  Optimum optimum;
  optimum.generation.resize(points);
  optimum.path.assign(study.optimise->generations, {.best = std::vector<double>(goals_of(study))});
  optimum.best.resize(std::min<std::uint64_t>(best_points_of(study), points));
  for (BestPoint& best : optimum.best) {
    best.fresh.assign(study.endpoints.size(), kNoEstimate);
    best.reasons.resize(study.endpoints.size());
    best.content_hash = std::string(64, '0');
  }
  return optimum;
}

/// The study with its first points, as it would be written, without numbers.
std::uint64_t bytes_without_tallies(const StudySpec& study, const Design& design, const BuiltPlan& first,
                                    std::size_t points) {
  Study blank;
  blank.title = study.title;
  blank.resolved_scenario = study.resolved;
  if (points == design.points.size()) blank.shape = design.shape;
  for (const FactorSpec& factor : study.factors) blank.factors.push_back(factor_of(factor));
  for (std::size_t p = 0; p < points; ++p)
    blank.points.push_back({design.points[p % design.points.size()], 0, std::string(64, '0')});
  if (study.optimise) blank.optimum = blank_optimum(study, points);
  const bool has_indices = study.design == DesignKind::saltelli || study.design == DesignKind::morris ||
                           study.of_sample != OfSample::nothing;
  for (const EndpointSpec& endpoint : study.endpoints) {
    blank.endpoints.push_back(endpoint_of(endpoint, first));
    blank.endpoints.back().estimates.assign(points, kNoEstimate);
    blank.endpoints.back().reasons.resize(points);
    if (has_indices) blank.sensitivity.push_back(blank_indices(study, blank.endpoints.back().name));
  }
  return study_file_bytes(blank).size();
}

/// What deflate makes of counts behind a shuffle of bytes: about 0.9 bytes for each byte of a number that is not 0, and
/// 1 for 40 of the others (measured on tallies of TOPS).
double packed(const std::vector<std::int64_t>& counts) {
  double bytes = 0;
  for (const std::int64_t n : counts)
    bytes += 0.9 * ((std::bit_width(static_cast<std::uint64_t>(std::abs(n))) + 7) / 8);
  return bytes + static_cast<double>(counts.size() * sizeof(std::int64_t)) / 40;
}

/// Of all points' counts, from those of some patients of the first. Long tables are compressed.
double bytes_of_tallies(const StudySpec& study, const BuiltPlan& first, std::size_t points) {
  if (study.kept_tallies.empty()) return 0;
  constexpr std::uint64_t most_patients = 4096;
  constexpr std::size_t longest_plain = std::size_t{1} << 16;
  constexpr double bytes_of_table = 4096;  // what HDF5 needs beside the numbers
  const Plan& plan = first.buffer.plan();
  std::vector<std::uint64_t> words(all_words(plan));
  choose_cpu_build().run(plan, {.count = std::min(plan.patients, most_patients)}, words.data(), nullptr);
  double bytes = 0;
  for (std::size_t t = 0; t < first.tallies.size(); ++t) {
    if (std::ranges::count(study.kept_tallies, first.tallies[t].name) == 0) continue;
    ResultTally tally = first.tallies[t];
    fill(tally, at(plan, plan.tallies, static_cast<std::uint32_t>(t)), words.data());
    tally = collapse_quantiles(tally);
    for (const CountTable& table : count_tables(tally.kind)) {
      const std::vector<std::int64_t>& counts = tally.*table.member;
      const bool is_long = counts.size() * points > longest_plain;
      const double of_point = is_long ? packed(counts) : static_cast<double>(counts.size() * sizeof(std::int64_t));
      bytes += bytes_of_table + of_point * static_cast<double>(points);
    }
  }
  return bytes;
}

std::uint64_t file_bytes_of(const StudySpec& study, const Design& design, const BuiltPlan& first, std::size_t points) {
  constexpr std::size_t most = 4096;  // points that are written to know it; more take as much again each
  const std::size_t some = std::min(points, most);
  const auto bytes_of = [&](std::size_t n) {
    return static_cast<double>(bytes_without_tallies(study, design, first, n));
  };
  double bytes = bytes_of(some);
  if (points > some) bytes += (bytes - bytes_of(some / 2)) / (some / 2.0) * static_cast<double>(points - some);
  if (is_power(study)) bytes += bytes_of_trials(study, design, first);
  return static_cast<std::uint64_t>(bytes + bytes_of_tallies(study, first, points));
}

/// What every point leaves in memory, and the plans that are kept.
std::uint64_t held_bytes(const StudySpec& study, const BuiltPlan& first, std::uint64_t points) {
  constexpr std::uint64_t names_of_plan = 2;  // a plan with its names is so many times as large (measured)
  const std::uint64_t k = study.factors.size();
  const std::uint64_t point = sizeof(StudyPoint) + 2 * (sizeof(std::vector<double>) + k * sizeof(double)) + 80;
  const std::uint64_t endpoint = sizeof(Estimate) + sizeof(std::string);
  return points * (point + study.endpoints.size() * endpoint) + kept_bytes(study, first.tallies, points) +
         std::min<std::uint64_t>(points, kMostKeptPlans) * names_of_plan * first.buffer.plan().bytes;
}

/// A point's Plan and answers are made by the threads at the GPUs; all Plans are looked at before.
GpuWork gpu_work_of(const StudySpec& study, const BuiltPlan& first, const StudyNeeds& needs) {
  GpuWork work = gpu_work(first, needs.cost);
  const auto points = static_cast<double>(needs.points);
  const double lives = static_cast<double>(needs.patients) * static_cast<double>(needs.replicates);
  work.patients = points * lives * static_cast<double>(needs.arms) +
                  static_cast<double>(needs.fresh_points) * static_cast<double>(needs.fresh_patients);
  work.begin_s += points * scale_constant("check") / scale_constant("leader_cores");
  work.delivered_bytes = 0;  // a record is small
  work.thread_bytes = needs.thread_bytes, work.held_bytes = needs.point_bytes;
  if (is_power(study)) {
    const std::uint64_t chunk =
        std::max<std::uint64_t>(1, kMostRows / std::max<std::uint64_t>(1, needs.patients * needs.arms));
    work.takes = needs.points * ((needs.replicates + chunk - 1) / chunk);
    work.launches = needs.arms;
    const auto trials = static_cast<double>(2 * study.trial_designs.size());  // as simulated, equal arms
    work.end_s = points * static_cast<double>(needs.replicates) * trials * scale_constant("conducted");
    return work;
  }
  work.takes = (needs.points + points_together(first.buffer.plan()) - 1) / points_together(first.buffer.plan());
  if (study.optimise) work.takes = std::max<std::uint64_t>(1, work.takes / study.optimise->generations);  // one by one
  work.host_core_s += points * scale_constant("point");
  work.end_s = points * scale_constant("analysis");
  return work;
}

}  // namespace

StudyNeeds needs_of(const StudySpec& study, const Design& design, const BuiltPlan& first, const FileText& text_of,
                    int threads) {
  const Plan& plan = first.buffer.plan();
  StudyNeeds needs;
  needs.points = study.optimise ? points_of(study) : design.points.size();
  needs.patients = plan.patients, needs.replicates = plan.replicates;
  needs.threads = threads > 0 ? static_cast<std::uint64_t>(threads) : static_cast<std::uint64_t>(usable_cores());
  needs.file_bytes = file_bytes_of(study, design, first, needs.points);
  if (is_power(study)) {
    needs.arms = first.arms.size();
    needs.cost = power_cost(study, design, first, text_of);
    needs.thread_bytes = power_thread_bytes(first);
    needs.point_bytes = power_held_bytes(study, design, first) + needs.file_bytes;
  } else {
    needs.cost = measure_cost(first);
    double trials = static_cast<double>(needs.points);
    if (study.optimise) {
      needs.fresh_points = best_points_of(study);
      needs.fresh_patients = study.optimise->fresh_patients.value_or(plan.patients);
      trials += static_cast<double>(needs.fresh_points * needs.fresh_patients) / static_cast<double>(plan.patients);
      needs.cost.is_most = true;
    }
    needs.cost.core_seconds *= trials, needs.cost.host_core_seconds *= trials;
    needs.thread_bytes = 2 * sizeof(std::uint64_t) * all_words(plan);
    needs.point_bytes = held_bytes(study, first, needs.points) + needs.file_bytes;
  }
  needs.gpu_work = gpu_work_of(study, first, needs);
  needs.memory_bytes = kProgramBytes + needs.threads * needs.thread_bytes + needs.point_bytes;
  return needs;
}

}  // namespace vt
