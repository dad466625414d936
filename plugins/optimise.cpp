/// \file libvtrial_optimise.so: searches by pagmo (LGPL-3+ or GPL-3+, https://esa.github.io/pagmo2). The program knows
/// nothing of pagmo but host/study/optimise/optimiser_abi.hpp.

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <exception>
#include <map>
#include <stdexcept>
#include <vector>

#include <pagmo/algorithm.hpp>
#include <pagmo/algorithms/cmaes.hpp>
#include <pagmo/algorithms/nsga2.hpp>
#include <pagmo/algorithms/sade.hpp>
#include <pagmo/batch_evaluators/member_bfe.hpp>
#include <pagmo/bfe.hpp>
#include <pagmo/config.hpp>
#include <pagmo/population.hpp>
#include <pagmo/problem.hpp>

#include "host/study/optimise/optimiser_abi.hpp"

namespace {

using pagmo::vector_double;

struct Stopped : std::runtime_error {
  Stopped() : std::runtime_error("stopped") {}
};

/// Points go to the program a generation at a time, however the method asks.
class Generations {
 public:
  explicit Generations(const VtOptimiseTask& task) : task_(task) {}

  const VtOptimiseTask& task() const { return task_; }

  /// Of [point][dimension] the fitness [point][goal].
  vector_double evaluate(const vector_double& points) const {
    const std::size_t count = points.size() / task_.dimensions;
    vector_double asked = points, fitness(count * task_.goals);
    for (std::size_t i = 0; i < asked.size(); ++i)
      if (is_whole(i % task_.dimensions)) asked[i] = std::clamp(std::round(asked[i]), low(i), high(i));
    if (task_.evaluate(task_.context, asked.data(), count, fitness.data()) != 0) throw Stopped();
    return fitness;
  }

  /// Of one point, for methods that ask one by one: see `rehearse`.
  vector_double fitness(const vector_double& x) {
    if (rehearses_) {
      asked_.insert(asked_.end(), x.begin(), x.end());
      return vector_double(task_.goals, 0.0);
    }
    const auto known = known_.find(x);
    return known != known_.end() ? known->second : evaluate(x);
  }

  /// cmaes and de draw a generation's points before they look at any of its values. So a copy of the method, with its
  /// random numbers, makes one generation of values that mean nothing and leaves behind which points it asked for;
  /// these are evaluated together, and then the method itself makes the generation. A point that was not foreseen
  /// would be evaluated by itself. False: it asks for nothing more.
  bool rehearse(const pagmo::algorithm& method, const pagmo::population& population) {
    asked_.clear();
    known_.clear();
    rehearses_ = true;
    pagmo::algorithm(method).evolve(population);
    rehearses_ = false;
    if (asked_.empty()) return false;
    const vector_double fitness = evaluate(asked_);
    const auto n = static_cast<std::ptrdiff_t>(task_.dimensions), m = static_cast<std::ptrdiff_t>(task_.goals);
    for (std::ptrdiff_t p = 0; p * n < static_cast<std::ptrdiff_t>(asked_.size()); ++p)
      known_[vector_double(asked_.begin() + p * n, asked_.begin() + (p + 1) * n)] =
          vector_double(fitness.begin() + p * m, fitness.begin() + (p + 1) * m);
    return true;
  }

 private:
  bool is_whole(std::size_t d) const { return d + task_.whole >= task_.dimensions; }
  double low(std::size_t i) const { return task_.low[i % task_.dimensions]; }
  double high(std::size_t i) const { return task_.high[i % task_.dimensions]; }

  const VtOptimiseTask& task_;
  bool rehearses_ = false;
  vector_double asked_;
  std::map<vector_double, vector_double> known_;
};

/// What pagmo takes a problem to be. nsga2 has operators of its own for whole numbers; the other methods search between
/// half a number below the lowest and above the highest, and points are rounded.
struct Box {
  Generations* generations = nullptr;

  vector_double fitness(const vector_double& x) const { return generations->fitness(x); }
  vector_double batch_fitness(const vector_double& points) const { return generations->evaluate(points); }
  vector_double::size_type get_nobj() const { return generations->task().goals; }
  vector_double::size_type get_nix() const { return has_whole() ? generations->task().whole : 0; }
  std::pair<vector_double, vector_double> get_bounds() const {
    const VtOptimiseTask& task = generations->task();
    std::pair<vector_double, vector_double> bounds{{task.low, task.low + task.dimensions},
                                                   {task.high, task.high + task.dimensions}};
    for (std::size_t d = task.dimensions - task.whole; d < task.dimensions && !has_whole(); ++d)
      bounds.first[d] -= 0.5, bounds.second[d] += 0.5;
    return bounds;
  }

 private:
  bool has_whole() const { return generations->task().method == vt_nsga2; }
};

pagmo::algorithm method_of(const VtOptimiseTask& task) {
  constexpr double never = 0;  // the number of generations is the program's affair
  constexpr double least_step = 1e-9;
  const auto seed = static_cast<unsigned>(task.seed ^ (task.seed >> 32));
  switch (task.method) {
    case vt_cmaes:
      return pagmo::algorithm(pagmo::cmaes(1, -1, -1, -1, -1, 0.5, never, least_step, true, true, seed));
    case vt_de:  // jDE: rand/1/exp that adapts F and CR
      return pagmo::algorithm(pagmo::sade(1, 2, 1, never, never, true, seed));
    case vt_nsga2: {
      pagmo::nsga2 method(1, 0.95, 10., 1.0 / task.dimensions, 50., seed);
      method.set_bfe(pagmo::bfe(pagmo::member_bfe()));
      return pagmo::algorithm(method);
    }
    default:
      throw std::invalid_argument("there is no such method");
  }
}

std::int32_t search(const VtOptimiseTask& task) {
  Generations generations(task);
  pagmo::population population(pagmo::problem(Box{&generations}), 0u,
                               static_cast<unsigned>(task.seed ^ (task.seed >> 32)));
  const vector_double first(task.first, task.first + std::size_t{task.population} * task.dimensions);
  const vector_double fitness = generations.evaluate(first);
  for (std::size_t p = 0; p < task.population; ++p) {
    const auto x = first.begin() + static_cast<std::ptrdiff_t>(p * task.dimensions);
    const auto f = fitness.begin() + static_cast<std::ptrdiff_t>(p * task.goals);
    population.push_back(vector_double(x, x + task.dimensions), vector_double(f, f + task.goals));
  }
  const pagmo::algorithm method = method_of(task);
  for (std::uint32_t g = 1; g < task.generations; ++g) {
    if (task.method != vt_nsga2 && !generations.rehearse(method, population)) return vt_converged;
    population = method.evolve(population);
  }
  return vt_all_generations;
}

}  // namespace

#define VT_EXPORT extern "C" __attribute__((visibility("default")))

VT_EXPORT std::int32_t vtrial_optimise_version() { return kVtOptimiseVersion; }

VT_EXPORT const char* vtrial_optimise_software() { return "pagmo " PAGMO_VERSION; }

VT_EXPORT std::int32_t vtrial_optimise(const VtOptimiseTask* task, char* message, std::size_t room) {
  try {
    return search(*task);
  } catch (const Stopped&) {
    return vt_stopped;
  } catch (const std::exception& error) {
    std::snprintf(message, room, "%s", error.what());
  } catch (...) {
    std::snprintf(message, room, "an unknown error");
  }
  return vt_failed;
}
