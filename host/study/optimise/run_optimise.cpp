#include "host/study/optimise/run_optimise.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

#include "host/scenario/toml/merge.hpp"
#include "host/study/optimise/generations.hpp"
#include "host/study/optimise/load_optimiser.hpp"

namespace vt {

namespace {

Optimiser need_optimiser(const StudySpec& study) {
  FoundOptimiser found = find_optimiser();
  if (!found.optimiser)
    throw DeviceError(to_string(Problem{study.optimise->where, "study.kind is 'optimise' " + found.flaw}));
  return *std::move(found.optimiser);
}

/// By the first goal, those of the same goals once, `most` of them evenly apart.
std::vector<std::size_t> best_of_front(const Study& study, std::vector<std::size_t> front, std::size_t most) {
  const std::vector<std::size_t> goals = goals_of(study);
  const auto values = [&](std::size_t p) {
    std::vector<double> all;
    for (const std::size_t e : goals) all.push_back(study.endpoints[e].estimates[p].value);
    return all;
  };
  std::ranges::stable_sort(front, {}, values);
  front.erase(std::unique(front.begin(), front.end(), [&](auto a, auto b) { return values(a) == values(b); }),
              front.end());
  if (front.size() <= most) return front;
  std::vector<std::size_t> some;
  for (std::size_t i = 0; i < most; ++i) some.push_back(front[i * (front.size() - 1) / (most - 1)]);
  return some;
}

/// One, or those of several goals that no other beats; the one nearest to the limits where none is within.
std::vector<std::size_t> best_points(const StudySpec& spec, Study& study) {
  const std::vector<std::size_t> front = pareto_front(study);
  study.optimum->is_feasible = !front.empty();
  if (front.empty()) {
    std::size_t nearest = 0;
    for (std::size_t p = 1; p < study.points.size(); ++p)
      if (distance_outside(study, p) < distance_outside(study, nearest)) nearest = p;
    study.notes.emplace_back("no point that was asked for meets all limits; the one nearest to them is shown");
    return {nearest};
  }
  if (!spec.optimise->method->has_goals) return {front[0]};
  std::vector<std::size_t> best = best_of_front(study, front, spec.optimise->population);
  if (best.size() < front.size())
    study.notes.push_back(fmt::format(
        "{} of the {} points that no other beats are simulated with fresh random numbers: as many as a generation has, "
        "and of those with the same goals one",
        best.size(), front.size()));
  return best;
}

/// What has to be said of the best points.
void note_best(const StudySpec& spec, Study& study) {
  const Optimum& optimum = *study.optimum;
  const auto missed =
      std::ranges::count_if(optimum.best, [&](const BestPoint& best) { return !missed_limits(study, best).empty(); });
  if (optimum.is_feasible && optimum.best.size() == 1 && missed > 0)
    study.notes.push_back(
        fmt::format("with fresh random numbers {}: the optimiser went to the limit's edge by the "
                    "luck of its patients; take more patients, or a limit with a reserve",
                    missed_limits(study, optimum.best[0])));
  if (optimum.is_feasible && optimum.best.size() > 1 && missed > 0)
    study.notes.push_back(
        fmt::format("with fresh random numbers {} of {} best points miss a limit; take more "
                    "patients, or limits with a reserve",
                    missed, optimum.best.size()));
  constexpr double nearly = 1e-3;  // of the range
  if (optimum.best.size() > 1) return;
  const StudyPoint& best = study.points[optimum.best[0].point];
  for (std::size_t f = 0; f < spec.factors.size(); ++f) {
    if (!spec.factors[f].law) continue;
    const FactorLaw& law = *spec.factors[f].law;
    const double at = (best.coordinates[f] - law.first) / (law.second - law.first);
    if (at < nearly || at > 1 - nearly)
      study.notes.push_back(
          fmt::format("factor.{} is at its {} end at the best point ({}): there may be a better one "
                      "beyond",
                      spec.factors[f].name, at < nearly ? "lower" : "upper", level_text(study, best, f)));
  }
}

void simulate_afresh(const StudySpec& spec, const FileText& text_of, const RunOptions& options,
                     const Progress& progress, const std::atomic<bool>& stop, Study& study) {
  Optimum& optimum = *study.optimum;
  optimum.fresh_seed = spec.optimise->fresh_seed.value_or(study.seed + 1);
  Design design;
  const std::vector<std::size_t> points = best_points(spec, study);
  for (const std::size_t p : points) design.points.push_back(study.points[p].coordinates);
  const auto generations = static_cast<double>(spec.optimise->generations);
  const Study fresh = run_study(
      with_fresh_numbers(spec, optimum.fresh_seed), design, text_of, {}, options,
      [&](double done) {
        if (progress) progress((generations + done) / (generations + 1));
      },
      stop);
  for (std::size_t i = 0; i < points.size(); ++i) {
    const StudyPoint& at = fresh.points[i];
    BestPoint best{points[i], {}, {}, at.plan_hash, at.failed, at.patients, at.content_hash};
    for (const StudyEndpoint& endpoint : fresh.endpoints) {
      best.fresh.push_back(endpoint.estimates[i]);
      best.reasons.push_back(endpoint.reasons[i]);
    }
    optimum.best.push_back(std::move(best));
  }
  note_best(spec, study);
}

}  // namespace

StudySpec with_fresh_numbers(const StudySpec& study, std::uint64_t seed) {
  StudySpec fresh = study;
  fresh.afresh = seed;
  const auto set = [&](const char* key, std::uint64_t value) {
    Node node = make_table(study.optimise->where);
    node.kind = Node::Kind::whole;
    node.whole = static_cast<std::int64_t>(value);
    Problems problems;
    apply_change(fresh.trial.tree, {key, "[study]", study.optimise->where}, node, problems);
    if (!problems.empty()) throw ScenarioError(problems.sorted());
  };
  set("trial.seed", seed);
  if (study.optimise->fresh_patients) set("trial.patients", *study.optimise->fresh_patients);
  return fresh;
}

void check_ends_of_factors(const StudySpec& study, const FileText& text_of, int threads, Problems& problems) {
  const std::size_t n = study.factors.size();
  const auto place = [&](std::size_t f, double share) {
    const FactorSpec& factor = study.factors[f];
    if (factor.law) return factor.law->first + (factor.law->second - factor.law->first) * share;
    return std::floor((static_cast<double>(factor.levels.size()) - 1) * share);
  };
  Design design;
  for (const double share : {0.0, 1.0}) {
    std::vector<double>& all = design.points.emplace_back();
    for (std::size_t f = 0; f < n; ++f) all.push_back(place(f, share));
    for (std::size_t one = 0; one < n; ++one) {
      std::vector<double>& point = design.points.emplace_back();
      for (std::size_t f = 0; f < n; ++f) point.push_back(place(f, f == one ? share : 0.5));
    }
  }
  const std::atomic<bool> never = false;
  Problems here;  // what else is to be said is said of the first generation
  check_points(study, design, text_of, threads, never, nullptr, here);
  for (const Problem& problem : here.sorted()) problems.add(problem.where, problem.text);
}

Study run_optimise(const StudySpec& study, const Design& first, const FileText& text_of, KeptPlans kept,
                   const RunOptions& options, const Progress& progress, const std::atomic<bool>& stop) {
  const Optimiser optimiser = need_optimiser(study);
  const OptimiseSpec& spec = *study.optimise;
  GenerationRuns runs(study, text_of, std::move(kept), options, progress, stop);
  const std::vector<double> low = runs.low(), high = runs.high();
  std::vector<double> places;
  for (const std::vector<double>& point : first.points)
    for (const double at : runs.place_of(point)) places.push_back(at);
  VtOptimiseTask task{};
  task.method = spec.method->method;
  task.dimensions = static_cast<std::uint32_t>(study.factors.size());
  task.whole = static_cast<std::uint32_t>(runs.whole());
  task.goals = static_cast<std::uint32_t>(
      std::ranges::count_if(study.endpoints, [](const EndpointSpec& e) { return e.goal != Goal::none; }));
  task.population = static_cast<std::uint32_t>(spec.population);
  task.generations = static_cast<std::uint32_t>(spec.generations);
  task.seed = study.seed;
  task.low = low.data(), task.high = high.data(), task.first = places.data();
  task.context = &runs;
  task.evaluate = [](void* context, const double* points, std::size_t count, double* fitness) {
    return static_cast<GenerationRuns*>(context)->evaluate(points, count, fitness) ? 0 : 1;
  };
  std::array<char, 512> message{};
  const std::int32_t outcome = optimiser.run(&task, message.data(), message.size());
  if (runs.error()) std::rethrow_exception(runs.error());
  if (outcome == vt_failed)
    throw DeviceError(to_string(Problem{spec.where, fmt::format("{} failed: {}", optimiser.software, message.data())}));
  Study found = std::move(runs).found();
  Optimum& optimum = *found.optimum;
  optimum.method = spec.method->name, optimum.words = spec.method->words, optimum.software = optimiser.software;
  optimum.population = spec.population, optimum.generations = spec.generations, optimum.seed = study.seed;
  if (outcome == vt_converged)
    found.notes.push_back(fmt::format("the search was over after {} of {} generations: its steps had become too small",
                                      optimum.path.size(), spec.generations));
  simulate_afresh(study, text_of, options, progress, stop, found);
  return found;
}

}  // namespace vt
