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
  const int most = wanted > 0 ? wanted : usable_cores();
  return static_cast<int>(std::min(static_cast<std::size_t>(most), std::max<std::size_t>(points, 1)));
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

}  // namespace vt
