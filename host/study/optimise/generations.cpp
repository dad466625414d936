#include "host/study/optimise/generations.hpp"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <numeric>
#include <utility>

#include "host/study/endpoints.hpp"

namespace vt {

namespace {

constexpr double kOutside = 1e30;  ///< above every endpoint
constexpr double kNoValue = 1e300;

void append_points(Study& all, Study part) {
  if (all.points.empty()) {
    all = std::move(part);
    return;
  }
  std::ranges::move(part.points, std::back_inserter(all.points));
  for (std::size_t e = 0; e < all.endpoints.size(); ++e) {
    std::ranges::move(part.endpoints[e].estimates, std::back_inserter(all.endpoints[e].estimates));
    std::ranges::move(part.endpoints[e].reasons, std::back_inserter(all.endpoints[e].reasons));
  }
  for (std::string& note : part.notes)
    if (std::ranges::find(all.notes, note) == all.notes.end()) all.notes.push_back(std::move(note));
}

double merit_of(const StudyEndpoint& goal, std::size_t p, double outside) {
  if (outside > 0) return std::min(kOutside * (1 + outside), kNoValue);
  const double value = goal.estimates[p].value;
  return goal.goal == Goal::maximise ? -value : value;
}

/// Mean over the dimensions of the SD over the range.
double spread_of(const std::vector<std::vector<double>>& places, const std::vector<double>& high) {
  const auto n = static_cast<double>(places.size());
  double all = 0;
  for (std::size_t d = 0; d < high.size(); ++d) {
    double sum = 0, squares = 0;
    for (const std::vector<double>& place : places) sum += place[d] / high[d];
    for (const std::vector<double>& place : places)
      squares += (place[d] / high[d] - sum / n) * (place[d] / high[d] - sum / n);
    all += std::sqrt(squares / n);
  }
  return all / static_cast<double>(high.size());
}

}  // namespace

GenerationRuns::GenerationRuns(const StudySpec& study, const FileText& text_of, KeptPlans kept,
                               const RunOptions& options, const Progress& progress, const std::atomic<bool>& stop)
    : study_(study),
      text_of_(text_of),
      kept_(std::move(kept)),
      options_(options),
      progress_(progress),
      stop_(stop),
      order_(study.factors.size()) {
  std::iota(order_.begin(), order_.end(), std::size_t{0});
  std::stable_partition(order_.begin(), order_.end(), [&](std::size_t f) { return study.factors[f].law.has_value(); });
}

std::vector<double> GenerationRuns::low() const { return std::vector<double>(order_.size()); }

std::vector<double> GenerationRuns::high() const {
  std::vector<double> high;
  for (const std::size_t f : order_) {
    const FactorSpec& factor = study_.factors[f];
    high.push_back(factor.law ? 1.0 : static_cast<double>(factor.levels.size()) - 1.0);
  }
  return high;
}

std::size_t GenerationRuns::whole() const {
  return static_cast<std::size_t>(std::ranges::count_if(study_.factors, [](const FactorSpec& f) { return !f.law; }));
}

std::vector<double> GenerationRuns::place_of(const std::vector<double>& point) const {
  std::vector<double> place;
  for (const std::size_t f : order_) {
    const std::optional<FactorLaw>& law = study_.factors[f].law;
    place.push_back(law ? (point[f] - law->first) / (law->second - law->first) : point[f]);
  }
  return place;
}

std::vector<double> GenerationRuns::point_at(const double* place) const {
  std::vector<double> point(order_.size());
  for (std::size_t d = 0; d < order_.size(); ++d) {
    const std::optional<FactorLaw>& law = study_.factors[order_[d]].law;
    const double value = law ? law->first + (law->second - law->first) * place[d] : place[d];
    point[order_[d]] = law ? std::clamp(value, law->first, law->second) : value + 0.0;  // no -0
  }
  return point;
}

void GenerationRuns::simulate(Design design) {
  const auto done = static_cast<double>(found_.optimum ? found_.optimum->path.size() : 0);
  const auto all = static_cast<double>(study_.optimise->generations + 1);  // the best points once more
  KeptPlans kept = std::move(kept_);
  kept_.clear();
  if (done > 0) {
    Problems problems;
    check_points(study_, design, text_of_, options_.threads, stop_, &kept, problems);
    if (!problems.empty()) throw ScenarioError(problems.sorted());
  }
  const Progress of_all = [&](double share) {
    if (progress_) progress_((done + share) / all);
  };
  append_points(found_, run_study(study_, design, text_of_, std::move(kept), options_, of_all, stop_));
  Optimum& optimum = found_.optimum ? *found_.optimum : found_.optimum.emplace();
  optimum.generation.resize(found_.points.size(), optimum.path.size());
}

void GenerationRuns::note_generation(const std::vector<std::size_t>& asked, std::size_t simulated) {
  OptimumGeneration one;
  one.asked = asked.size(), one.simulated = simulated;
  std::vector<std::vector<double>> places;
  for (const std::size_t p : asked) {
    places.push_back(place_of(found_.points[p].coordinates));
    one.feasible += distance_outside(found_, p) == 0;
  }
  one.spread = spread_of(places, high());
  one.front = pareto_front(found_).size();
  std::vector<OptimumGeneration>& path = found_.optimum->path;
  const std::vector<std::size_t> goals = goals_of(found_);
  one.best = path.empty() ? std::vector<double>(goals.size(), kNaN) : path.back().best;
  for (std::size_t i = 0; i < goals.size(); ++i)
    for (const std::size_t p : asked) {
      const StudyEndpoint& goal = found_.endpoints[goals[i]];
      const double value = goal.estimates[p].value;
      const bool is_better = goal.goal == Goal::maximise ? !(value <= one.best[i]) : !(value >= one.best[i]);
      if (distance_outside(found_, p) == 0 && is_better) one.best[i] = value;
    }
  path.push_back(std::move(one));
}

bool GenerationRuns::evaluate(const double* places, std::size_t count, double* fitness) {
  try {
    Design design;
    std::vector<std::size_t> asked;
    for (std::size_t i = 0; i < count; ++i) {
      std::vector<double> point = point_at(places + i * order_.size());
      const auto [entry, is_new] = number_of_.try_emplace(point, number_of_.size());
      if (is_new) design.points.push_back(std::move(point));
      asked.push_back(entry->second);
    }
    const std::size_t simulated = design.points.size();
    if (simulated > 0) simulate(std::move(design));
    note_generation(asked, simulated);
    const std::vector<std::size_t> goals = goals_of(found_);
    for (std::size_t i = 0; i < count; ++i) {
      const double outside = distance_outside(found_, asked[i]);
      for (std::size_t goal = 0; goal < goals.size(); ++goal)
        fitness[i * goals.size() + goal] = merit_of(found_.endpoints[goals[goal]], asked[i], outside);
    }
    return true;
  } catch (...) {
    error_ = std::current_exception();
    return false;
  }
}

Study GenerationRuns::found() && {
  Design design;
  for (const StudyPoint& point : found_.points) design.points.push_back(point.coordinates);
  finish_endpoints(study_, design, found_);
  return std::move(found_);
}

}  // namespace vt
