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
#include "host/study/keep.hpp"
#include "host/study/power/run_power.hpp"
#include "kernels/tally/layout.hpp"
#include "output/statistics/quantile_groups.hpp"
#include "output/study/keep_tallies.hpp"

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

/// \throws ScenarioError: a file that the scenario reads was changed since the points were looked at
BuiltPlan plan_of(const std::vector<double>& point, TrialMaker& maker, std::uint64_t patients = 0) {
  Problems problems;
  std::optional<PointTrial> trial = maker.make(point, false, problems, {.patients = patients, .arm = {}});
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

/// So many points that their patients fill a GPU, with as many words as it can be given at a time.
std::size_t points_together(const Plan& first) {
  constexpr std::uint64_t patients = std::uint64_t{1} << 18, words = std::uint64_t{1} << 24, most = 256;
  const std::uint64_t here = std::max<std::uint64_t>(1, first.patients * first.replicates);
  return std::clamp<std::uint64_t>(std::min(patients / here, words / all_words(first)), 1, most);
}

/// The points' answers, as they come.
class StudyRun {
 public:
  StudyRun(const StudySpec& study, const Design& design, const Engine& engine, const Progress& progress)
      : study_(study),
        design_(design),
        engine_(engine),
        progress_(progress),
        questions_(questions_of(study)),
        parts_(design.points.size()),
        answers_(design.points.size()) {
    found_.title = study.title;
    found_.shape = design.shape;
    for (const FactorSpec& factor : study.factors) found_.factors.push_back(factor_of(factor));
    found_.correlations = correlations_of(study, design);
    found_.points.resize(design.points.size());
  }

  /// \param first  the Plan of the first point
  void begin(const BuiltPlan& first) {
    for (const EndpointSpec& endpoint : study_.endpoints) found_.endpoints.push_back(endpoint_of(endpoint, first));
  }

  /// With more patients, where the errors are larger than was wanted.
  void answer(std::size_t p, TrialFound trial, TrialMaker& maker, const RunOptions& options,
              const std::atomic<bool>& stop) {
    if (p == 0) found_.patients = trial.results.patients;
    collapse_quantiles(trial.results);
    std::vector<Answer> answers = answers_of(study_, trial.results, questions_);
    for (std::uint64_t more;
         !stop && (more = patients_for(study_, answers, trial.results.patients)) > trial.results.patients;) {
      trial = run_trial(plan_of(design_.points[p], maker, more), engine_, options, {}, stop);
      collapse_quantiles(trial.results);
      answers = answers_of(study_, trial.results, questions_);
    }
    const Results& results = trial.results;
    StudyPoint point{design_.points[p], results.plan_hash, content_hash(results), 0, results.patients};
    for (const FailureCount& failure : results.failures) point.failed += failure.patients;
    parts_[p] = parts_of(study_, trial, questions_);
    answers_[p] = std::move(answers);
    found_.points[p] = std::move(point);
    const std::lock_guard lock(mutex_);
    keep_tallies(results, study_.kept_tallies, p, design_.points.size(), found_.tallies);
    if (p == 0) {
      found_.seed = results.seed, found_.replicates = results.replicates;
      found_.provenance = results.provenance;
    }
    ++done_;
    if (progress_) progress_(static_cast<double>(done_) / static_cast<double>(design_.points.size()));
  }

  /// Once all points are answered, by so many threads.
  Study found(int threads) && {
    for (std::size_t e = 0; e < found_.endpoints.size(); ++e)
      for (std::vector<Answer>& answers : answers_) {
        found_.endpoints[e].estimates.push_back(answers[e].simulated);
        found_.endpoints[e].reasons.push_back(std::move(answers[e].reason));
      }
    found_.provenance.threads *= threads;
    combine(study_, design_, std::move(parts_), found_);
    if (!study_.optimise) finish_endpoints(study_, design_, found_);  // else once all generations are there
    find_sensitivity(study_, design_, found_);
    return std::move(found_);
  }

 private:
  const StudySpec& study_;
  const Design& design_;
  const Engine& engine_;
  const Progress& progress_;
  const std::vector<Target> questions_;
  Study found_;
  std::vector<PointParts> parts_;
  std::vector<std::vector<Answer>> answers_;  ///< [point][endpoint]
  std::mutex mutex_;
  std::size_t done_ = 0;
};

}  // namespace

std::vector<std::string> check_points(const StudySpec& study, const Design& design, const FileText& text_of,
                                      int threads, const std::atomic<bool>& stop, KeptPlans* keep, Problems& problems) {
  if (keep != nullptr) keep->resize(std::min(design.points.size(), kMostKeptPlans));
  std::mutex mutex;
  std::vector<std::pair<std::size_t, Problems>> faulty;
  std::set<std::string> said;
  std::atomic<bool> is_enough = false;
  std::atomic<std::size_t> looked_at = 0;
  constexpr std::size_t most_with_notes = 32;
  const std::size_t apart = (design.points.size() + most_with_notes - 1) / most_with_notes;
  const std::size_t points = design.points.size();
  KeptTables kept(study, design, text_of);
  for_each_point(study, points, text_of, crew_size(threads, points), stop, [&](std::size_t p, TrialMaker& maker) {
    if (is_enough) return;
    ++looked_at;
    Problems here;
    std::optional<PointTrial> trial = maker.make(design.points[p], p % apart == 0, here);
    if (trial && keep != nullptr && p < keep->size()) {
      (*keep)[p].emplace(trial->built).sources.clear();  // no result needs them
    }
    if (trial) kept.look_at(p, trial->built.tallies);
    const std::lock_guard lock(mutex);
    for (const Problem& note : here.sorted_notes())
      if (said.insert(to_string(note)).second) problems.note(note.where, note.text);
    if (!here.empty()) faulty.emplace_back(p, std::move(here));
    is_enough = faulty.size() >= kMostFaultyPoints;
    if (trial && p == 0) check_endpoints(study, trial->built, problems);
    if (trial && p == 0 && study.most_patients != 0) {
      Problems of_most;
      if (!maker.make(design.points[p], false, of_most, {.patients = study.most_patients, .arm = {}}))
        for (const Problem& problem : of_most.sorted())
          problems.add(problem.where, problem.text + " [with study.most_patients]");
    }
  });
  std::ranges::sort(faulty, {}, &std::pair<std::size_t, Problems>::first);
  tell(study, design, faulty, faulty.size() == looked_at, problems);
  if (!faulty.empty() || stop) return {};
  check_trial_designs(study, design, text_of, problems);
  TrialMaker maker(study, text_of);
  for (std::size_t f = 0; f < study.factors.size(); ++f)
    if (!changes_something(design, f, maker))
      problems.note(study.factors[f].where,
                    fmt::format("factor.{} changes nothing (points that differ in it alone are the same trial)",
                                study.factors[f].name));
  return kept.names(problems);
}

Study run_study(const StudySpec& study, const Design& design, const FileText& text_of, KeptPlans kept,
                const RunOptions& options, const Progress& progress, const std::atomic<bool>& stop) {
  if (study.design == DesignKind::replicates) return run_power(study, design, text_of, options, progress, stop);
  const std::size_t points = design.points.size();
  const Engine engine = make_engine(options.backend);
  StudyRun run(study, design, engine, progress);
  const auto plan_at = [&](std::size_t p, TrialMaker& maker) {
    std::optional<BuiltPlan> built = p < kept.size() ? std::exchange(kept[p], {}) : plan_of(design.points[p], maker);
    return std::move(*built);
  };
  std::size_t together = 1;
  if (engine.together) {
    TrialMaker maker(study, text_of);
    const BuiltPlan first = plan_of(design.points[0], maker);
    together = points_together(first.buffer.plan());
  }
  const std::size_t batches = (points + together - 1) / together;
  const int threads = crew_size(options.threads, batches);
  RunOptions alone = options;
  alone.keep_records = false;
  alone.in_parts = needs_parts(study);
  alone.threads = std::max(1, crew_size(options.threads, std::size_t{1} << 20) / threads);
  for_each_point(study, batches, text_of, threads, stop, [&](std::size_t batch, TrialMaker& maker) {
    const std::size_t begin = batch * together, end = std::min(points, begin + together);
    std::vector<BuiltPlan> plans;
    for (std::size_t p = begin; p < end; ++p) {
      plans.push_back(plan_at(p, maker));
      if (p == 0) run.begin(plans.back());
    }
    std::vector<TrialFound> trials = run_together(std::move(plans), engine, alone, stop);
    for (std::size_t p = begin; p < end && !stop; ++p) run.answer(p, std::move(trials[p - begin]), maker, alone, stop);
  });
  if (stop) throw Interrupted("stopped before the last design point; nothing was written");
  return std::move(run).found(threads);
}

}  // namespace vt
