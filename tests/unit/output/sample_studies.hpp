#pragma once
#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include "output/study/study.hpp"
#include "output/text.hpp"

namespace vt::test {

inline StudyFactor levels(const std::string& name, std::size_t n) {
  StudyFactor factor{name, "some." + name, "1", false, {}, {}};
  for (std::size_t i = 0; i < n; ++i) {
    factor.values.push_back(static_cast<double>(i));
    factor.labels.push_back(short_number(factor.values.back()));
  }
  return factor;
}

inline StudyEndpoint endpoint(const std::string& name, bool is_share, Goal goal) {
  StudyEndpoint e;
  e.name = name, e.title = "title of " + name, e.unit = is_share ? "1" : "mg", e.is_share = is_share, e.goal = goal;
  return e;
}

inline void answer_all(Study& study) {
  for (std::size_t p = 0; p < study.points.size(); ++p) {
    const double x = static_cast<double>(p) / static_cast<double>(study.points.size());
    for (std::size_t e = 0; e < study.endpoints.size(); ++e) {
      study.endpoints[e].estimates.push_back(with_error(e == 0 ? x : x * x, 0.01, 100));
      study.endpoints[e].reasons.emplace_back();
    }
  }
}

/// A grid of factors "f0", "f1", … with so many levels each, and two goals.
inline Study grid(const std::vector<std::size_t>& shape) {
  Study study;
  study.title = "A sweep", study.design = "grid", study.patients = 100, study.shape = shape;
  std::size_t points = 1;
  for (const std::size_t n : shape) {
    study.factors.push_back(levels("f" + short_number(static_cast<double>(study.factors.size())), n));
    points *= n;
  }
  for (std::size_t p = 0; p < points; ++p) {
    StudyPoint point{std::vector<double>(shape.size()), p, "", 0};
    for (std::size_t f = shape.size(), rest = p; f-- > 0; rest /= shape[f])
      point.coordinates[f] = static_cast<double>(rest % shape[f]);
    study.points.push_back(point);
  }
  study.endpoints = {endpoint("gain", true, Goal::maximise), endpoint("harm", false, Goal::minimise)};
  answer_all(study);
  return study;
}

/// 40 points that were drawn, of three factors, with indices of the two endpoints.
inline Study drawn(const std::string& design, const StudySensitivity& indices) {
  Study study;
  study.title = "Drawn", study.design = design, study.patients = 100;
  for (const char* name : {"slope", "shift", "noise"}) study.factors.push_back({name, "a.b", "mg", true, {}, {}});
  for (std::size_t p = 0; p < 40; ++p) {
    const double x = static_cast<double>(p) / 40;
    study.points.push_back({{x, 1 - x, x * x}, p, "", 0});
  }
  study.endpoints = {endpoint("gain", true, Goal::none), endpoint("harm", false, Goal::none)};
  answer_all(study);
  if (std::isnan(indices.noise)) return study;
  study.sensitivity = {indices, indices};
  for (StudySensitivity& one : study.sensitivity) one.names = {"slope", "shift", "noise"};
  return study;
}

/// A search of 40 points for two goals, with three best points, or for one.
inline Study searched(std::size_t goals = 2) {
  Study study = drawn("optimise", {});
  study.endpoints[0].goal = Goal::maximise, study.endpoints[0].at_least = 0.1;
  if (goals > 1) study.endpoints[1].goal = Goal::minimise;
  Optimum optimum;
  optimum.method = "nsga2", optimum.words = "non-dominated sorting", optimum.software = "sorter 1.0";
  optimum.population = 10, optimum.generations = 5, optimum.seed = 3, optimum.fresh_seed = 4;
  optimum.is_feasible = true;
  for (std::size_t p = 0; p < 40; ++p) optimum.generation.push_back(p / 10);
  for (std::size_t g = 0; g < 4; ++g) {
    const auto x = static_cast<double>(g);
    optimum.path.push_back({10, 10 - g, g, g + 1, 0.3 - 0.05 * x, {}});
    optimum.path.back().best = goals > 1 ? std::vector{0.5 + 0.1 * x, g == 0 ? kNaN : 1 / x} : std::vector{0.5};
  }
  for (std::size_t i = 0; i < (goals > 1 ? 3 : 1); ++i) {
    const double x = 0.4 + 0.2 * static_cast<double>(i);
    BestPoint& best = optimum.best.emplace_back();
    best.point = 10 + 9 * i, best.plan_hash = i, best.patients = 200, best.content_hash = "fresh";
    best.fresh = {with_error(x, 0.02, 200), with_error(x * x, 0.02, 200)}, best.reasons = {"", ""};
  }
  optimum.best[0].fresh[1] = kNoEstimate, optimum.best[0].reasons[1] = "nobody was measured";
  study.optimum = optimum;
  return study;
}

/// Trials of one design that end at the looks in turn.
inline PowerResult played(const std::string& design, std::uint64_t planned, std::vector<double> looks, bool is_null,
                          std::size_t better_of_20) {
  PowerResult result{design, "", 0, is_null, planned, 0, kNaN, std::move(looks), {}, {}};
  result.bounds.assign(result.looks.size(), 2);
  result.bounds.front() = result.looks.size() > 1 ? std::numeric_limits<double>::infinity() : 1.96;
  for (std::size_t r = 0; r < 20; ++r) {
    PlayedTrial trial;
    trial.ending = r < better_of_20 ? TrialEnding::better : r % 2 == 0 ? TrialEnding::futile : TrialEnding::undecided;
    trial.look = static_cast<std::uint32_t>(r % result.looks.size());
    trial.better = r < better_of_20 ? 2 + 4 * (r % 2) : 0;
    trial.days = 100 + static_cast<double>(r), trial.z = 0.1 * static_cast<double>(r), trial.estimate = 0.25;
    const auto third = static_cast<std::int64_t>(planned / 3), more = static_cast<std::int64_t>(r);
    trial.patients = {third, third + more, third}, trial.events = {third / 2, third / 2 + more, 0};
    trial.is_short = r == 19;
    result.trials.push_back(std::move(trial));
  }
  return result;
}

/// A design with one look, one with three, and three sizes of one, at two points.
inline Study power() {
  Study study;
  study.title = "Designs", study.design = "power", study.seed = 5, study.patients = 300, study.replicates = 20;
  study.factors = {levels("adherence", 2), {"clearance", "pk.clearance", "L/h", false, {}, {}}};
  study.arms = {"control", "low", "high"};
  for (std::size_t p = 0; p < 2; ++p) {
    std::vector<PowerResult> here;
    for (const bool is_null : {false, true}) here.push_back(played("one look", 300, {1}, is_null, is_null ? 1 : 15));
    for (const bool is_null : {false, true})
      here.push_back(played("three looks", 240, {0.25, 0.5, 1}, is_null, is_null ? 2 : 12 + p));
    for (const std::uint64_t size : {60u, 150u, 300u})
      for (const bool is_null : {false, true}) {
        here.push_back(
            played("sizes, " + std::to_string(size) + " patients", size, {1}, is_null, is_null ? 1 : 4 + size / 25));
        here.back().curve = "sizes", here.back().wanted_power = 0.8;
      }
    for (PowerResult& one : here) one.point = p;
    study.points.push_back({{static_cast<double>(p), 5}, p, content_hash(here), 0, 300});
    study.power.insert(study.power.end(), here.begin(), here.end());
  }
  return study;
}

}  // namespace vt::test
