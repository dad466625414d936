#pragma once
#include <cstdint>
#include <optional>
#include <string_view>

#include "host/problems.hpp"
#include "host/study/optimise/optimiser_abi.hpp"

namespace vt {

/// What searches for the best point.
struct OptimiseMethod {
  std::string_view name, words;
  VtOptimiseMethod method;
  bool has_goals;                ///< two or more; else one
  std::uint64_t least, divisor;  ///< of the points of a generation
};
inline constexpr OptimiseMethod kOptimiseMethods[] = {
    {"cmaes", "covariance matrix adaptation (CMA-ES)", vt_cmaes, false, 5, 1},
    {"de", "differential evolution that adapts itself (jDE)", vt_de, false, 7, 1},
    {"nsga2", "non-dominated sorting (NSGA-II)", vt_nsga2, true, 8, 4}};

/// A study that chooses its points: generation after generation, by the endpoints of those before.
struct OptimiseSpec {
  const OptimiseMethod* method = &kOptimiseMethods[0];
  std::uint64_t population = 0;             ///< points of a generation
  std::uint64_t generations = 0;            ///< at most, with the first one, which is drawn
  std::optional<std::uint64_t> fresh_seed;  ///< of the trial, when the best points are simulated once more
  std::optional<std::uint64_t> fresh_patients;
  Position where, of_method, of_population, of_fresh_seed;  ///< the first one: of study.kind
  bool has_method = false;                                  ///< written, else it follows from the goals
};

}  // namespace vt
