#include "host/study/run_study.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <mutex>
#include <set>
#include <thread>
#include <utility>

#include "host/campaign/workers/worker.hpp"
#include "host/study/differences.hpp"
#include "host/study/endpoints.hpp"
#include "host/study/factor_correlation.hpp"
#include "host/study/find_sensitivity.hpp"
#include "output/statistics/quantile_groups.hpp"

namespace vt {

namespace {

constexpr std::size_t kMostFaultyPoints = 8;  ///< whose mistakes are told

/// do_one(i, maker) for all points' numbers, by several threads, each with a maker of its own.
void for_each_point(const StudySpec& study, std::size_t count, const FileText& text_of, int threads,
                    const std::atomic<bool>& stop, const std::function<void(std::size_t, TrialMaker&)>& do_one) {
  share_out(count, threads, stop, [&](const Next& next) {
    TrialMaker maker(study, text_of);
    while (const auto p = next()) do_one(*p, maker);
  });
}

int crew_size(int wanted, std::size_t points) {
  const int cores = static_cast<int>(std::max(1u, std::thread::hardware_concurrency()));
  const int most = wanted > 0 ? wanted : cores;
  return static_cast<int>(std::min(static_cast<std::size_t>(most), std::max<std::size_t>(points, 1)));
}

StudyFactor factor_of(const FactorSpec& spec) {
  StudyFactor factor{spec.name, spec.key, spec.unit.empty() ? "1" : spec.unit, spec.scales, {}, {}};
  for (const FactorLevel& level : spec.levels) {
    factor.labels.push_back(level.label);
    factor.values.push_back(level.value.value_or(kNaN));
  }
  factor.is_circumstance = spec.is_circumstance;
  return factor;
}

/// \throws ScenarioError: a file that the scenario reads was changed since the points were looked at
BuiltPlan plan_of(const std::vector<double>& point, TrialMaker& maker, std::uint64_t patients = 0) {
  Problems problems;
  std::optional<PointTrial> trial = maker.make(point, false, problems, patients);
  if (!trial) throw ScenarioError(problems.sorted());
  return std::move(trial->built);
}

/// Each mistake once, with the first point that has it; \param everywhere  every point that was looked at has some
void tell(const StudySpec& study, const Design& design, const std::vector<std::pair<std::size_t, Problems>>& faulty,
          bool everywhere, Problems& problems) {
  std::map<std::string, std::size_t> times;
  for (const auto& [p, here] : faulty)
    for (const Problem& problem : here.sorted()) ++times[to_string(problem)];
  std::set<std::string> said;
  for (const auto& [p, here] : faulty)
    for (const Problem& problem : here.sorted()) {
      if (!said.insert(to_string(problem)).second) continue;
      const std::size_t points = times[to_string(problem)];
      const bool is_of_all = everywhere && points == faulty.size();
      problems.add(problem.where, is_of_all
                                      ? problem.text
                                      : fmt::format("{} [at {}{}]", problem.text, point_text(study, design.points[p]),
                                                    points > 1 ? fmt::format(" and {} more points", points - 1) : ""));
    }
}

/// Whether a factor that moves to where it is at another point makes another trial of some point; of points that are
/// spread over the design.
bool changes_something(const Design& design, std::size_t factor, TrialMaker& maker) {
  constexpr std::size_t most = 64;
  const std::size_t points = design.points.size(), apart = (points + most - 1) / most;
  const auto plan_at = [&](const std::vector<double>& point) {
    Problems unused;
    const std::optional<PointTrial> trial = maker.make(point, false, unused);
    return trial ? trial->built.hash : 0;
  };
  bool can_move = false;
  for (std::size_t p = 0; p < points; p += apart) {
    std::vector<double> moved = design.points[p];
    for (std::size_t other = 1; other < points && moved[factor] == design.points[p][factor]; ++other)
      moved[factor] = design.points[(p + other) % points][factor];
    if (moved[factor] == design.points[p][factor]) continue;
    can_move = true;
    if (plan_at(moved) != plan_at(design.points[p])) return true;
  }
  return !can_move;
}

PointParts parts_of(const StudySpec& study, TrialFound& trial, const std::vector<Target>& questions) {
  PointParts parts{std::move(trial.shares), std::vector<std::vector<double>>(study.endpoints.size())};
  for (Results& results : trial.without) {
    collapse_quantiles(results);
    const std::vector<Answer> answers = answers_of(study, results, questions);
    for (std::size_t e = 0; e < answers.size(); ++e) parts.without[e].push_back(answers[e].simulated.value);
  }
  return parts;
}

}  // namespace

void check_points(const StudySpec& study, const Design& design, const FileText& text_of, int threads,
                  const std::atomic<bool>& stop, KeptPlans* keep, Problems& problems) {
  if (keep != nullptr) keep->resize(std::min(design.points.size(), kMostKeptPlans));
  std::mutex mutex;
  std::vector<std::pair<std::size_t, Problems>> faulty;
  std::set<std::string> said;
  std::atomic<bool> is_enough = false;
  std::atomic<std::size_t> looked_at = 0;
  constexpr std::size_t most_with_notes = 32;
  const std::size_t apart = (design.points.size() + most_with_notes - 1) / most_with_notes;
  const std::size_t points = design.points.size();
  for_each_point(study, points, text_of, crew_size(threads, points), stop, [&](std::size_t p, TrialMaker& maker) {
    if (is_enough) return;
    ++looked_at;
    Problems here;
    std::optional<PointTrial> trial = maker.make(design.points[p], p % apart == 0, here);
    if (trial && keep != nullptr && p < keep->size()) {
      (*keep)[p].emplace(trial->built).sources.clear();  // no result needs them
    }
    const std::lock_guard lock(mutex);
    for (const Problem& note : here.sorted_notes())
      if (said.insert(to_string(note)).second) problems.note(note.where, note.text);
    if (!here.empty()) faulty.emplace_back(p, std::move(here));
    is_enough = faulty.size() >= kMostFaultyPoints;
    if (trial && p == 0) check_endpoints(study, trial->built, problems);
    if (trial && p == 0 && study.most_patients != 0) {
      Problems of_most;
      if (!maker.make(design.points[p], false, of_most, study.most_patients))
        for (const Problem& problem : of_most.sorted())
          problems.add(problem.where, problem.text + " [with study.most_patients]");
    }
  });
  std::ranges::sort(faulty, {}, &std::pair<std::size_t, Problems>::first);
  tell(study, design, faulty, faulty.size() == looked_at, problems);
  if (!faulty.empty() || stop) return;
  TrialMaker maker(study, text_of);
  for (std::size_t f = 0; f < study.factors.size(); ++f)
    if (!changes_something(design, f, maker))
      problems.note(study.factors[f].where,
                    fmt::format("factor.{} changes nothing (points that differ in it alone are the same trial)",
                                study.factors[f].name));
}

Study run_study(const StudySpec& study, const Design& design, const FileText& text_of, KeptPlans kept,
                const RunOptions& options, const Progress& progress, const std::atomic<bool>& stop) {
  const std::size_t points = design.points.size();
  const std::vector<Target> questions = questions_of(study);
  Study found;
  found.title = study.title;
  found.shape = design.shape;
  for (const FactorSpec& factor : study.factors) found.factors.push_back(factor_of(factor));
  found.correlations = correlations_of(study, design);
  found.points.resize(points);
  found.endpoints.resize(study.endpoints.size());
  for (StudyEndpoint& endpoint : found.endpoints) {
    endpoint.estimates.assign(points, kNoEstimate);
    endpoint.reasons.assign(points, "");
  }
  const int threads = crew_size(options.threads, points);
  RunOptions alone = options;
  alone.keep_records = false;
  alone.in_parts = needs_parts(study);
  std::vector<PointParts> parts(points);
  const int all = crew_size(options.threads, std::size_t{1} << 20);
  alone.threads = std::max(1, all / threads);
  std::mutex mutex;
  std::size_t done = 0;
  for_each_point(study, points, text_of, threads, stop, [&](std::size_t p, TrialMaker& maker) {
    std::optional<BuiltPlan> built = p < kept.size() ? std::exchange(kept[p], {}) : plan_of(design.points[p], maker);
    std::vector<StudyEndpoint> empty;
    if (p == 0)
      for (const EndpointSpec& endpoint : study.endpoints) empty.push_back(endpoint_of(endpoint, *built));
    const auto simulate = [&](BuiltPlan plan) {
      TrialFound trial = run_trial(std::move(plan), alone, {}, stop);
      collapse_quantiles(trial.results);
      return trial;
    };
    TrialFound trial = simulate(std::move(*built));
    Results& results = trial.results;
    const std::uint64_t patients = results.patients;
    std::vector<Answer> answers = answers_of(study, results, questions);
    for (std::uint64_t more; !stop && (more = patients_for(study, answers, results.patients)) > results.patients;) {
      trial = simulate(plan_of(design.points[p], maker, more));
      answers = answers_of(study, results, questions);
    }
    StudyPoint point{design.points[p], results.plan_hash, content_hash(results), 0, results.patients};
    for (const FailureCount& failure : results.failures) point.failed += failure.patients;
    parts[p] = parts_of(study, trial, questions);
    const std::lock_guard lock(mutex);
    if (p == 0) {
      for (std::size_t e = 0; e < empty.size(); ++e) {
        empty[e].estimates = std::move(found.endpoints[e].estimates);
        empty[e].reasons = std::move(found.endpoints[e].reasons);
      }
      found.endpoints = std::move(empty);
      found.seed = results.seed, found.patients = patients, found.replicates = results.replicates;
      found.provenance.backend = results.provenance.backend;
      found.provenance.isa = results.provenance.isa;
      found.provenance.device_name = results.provenance.device_name;
      found.provenance.threads = threads * results.provenance.threads;
    }
    for (std::size_t e = 0; e < answers.size(); ++e) {
      found.endpoints[e].estimates[p] = answers[e].simulated;
      found.endpoints[e].reasons[p] = answers[e].reason;
    }
    found.points[p] = std::move(point);
    ++done;
    if (progress) progress(static_cast<double>(done) / static_cast<double>(points));
  });
  if (stop) throw Interrupted("stopped before the last design point; nothing was written");
  combine(study, design, std::move(parts), found);
  finish_endpoints(study, design, found);
  find_sensitivity(study, design, found);
  return found;
}

}  // namespace vt
