#pragma once
/// \file What an optimiser found: its best points, and the way to them.

#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "output/statistics/estimate.hpp"

namespace vt {

struct Study;
struct StudyEndpoint;

/// What was known after a generation.
struct OptimumGeneration {
  std::uint64_t asked = 0;      ///< points
  std::uint64_t simulated = 0;  ///< of them, that had not been asked for before
  std::uint64_t feasible = 0;   ///< of those asked for, that meet all limits
  std::uint64_t front = 0;      ///< points so far that no other beats
  double spread = kNaN;         ///< SD of its points over the factor's range, mean over the factors
  std::vector<double> best;     ///< of every goal by itself the best value so far within the limits; NaN: none
};

/// A best point and its trial with fresh random numbers.
struct BestPoint {
  std::size_t point = 0;
  std::vector<Estimate> fresh;       ///< of every endpoint
  std::vector<std::string> reasons;  ///< why there is none, or ""
  std::uint64_t plan_hash = 0, failed = 0, patients = 0;
  std::string content_hash;
};

struct Optimum {
  std::string method, words, software;  ///< "cmaes", what it is, "pagmo 2.18.0"
  std::uint64_t population = 0, generations = 0, seed = 0;
  std::uint64_t fresh_seed = 0;
  bool is_feasible = false;               ///< else the best point is the one that is nearest to the limits
  std::vector<std::uint64_t> generation;  ///< of every point of the study, from 0
  std::vector<OptimumGeneration> path;
  std::vector<BestPoint> best;  ///< one; of several goals those that no other point beats, by the first goal
};

/// Whether a value is within the endpoint's limits; nothing is, where there is no value.
bool is_within(const StudyEndpoint& endpoint, double value);

/// How far a point is outside of all limits, each distance over the limit's size, or over 1 where this is 0; infinite
/// where an endpoint has no value.
double distance_outside(const Study& study, std::size_t point);

/// Which endpoints have a goal.
std::vector<std::size_t> goals_of(const Study& study);

/// "mmr is 24.1 %, above 22 %" of every limit that the fresh trial of a best point does not meet; "" if it meets all.
std::string missed_limits(const Study& study, const BestPoint& best);

// \pre study.optimum

/// For a terminal: the path, the best point with both of its values, or the front.
std::string print_optimum(const Study& study);

nlohmann::ordered_json optimum_json(const Study& study);

}  // namespace vt
