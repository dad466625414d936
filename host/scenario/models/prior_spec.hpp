#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "host/scenario/drugs/spec.hpp"
#include "host/scenario/people/spec.hpp"

/// \file The model that a prediction takes for its prior, where it is another one than the scenario's own.

namespace vt {

/// prediction.model: the files that it names, laid on each other, and what counts of them.
struct PriorSpec {
  std::vector<Text> named;
  std::vector<std::string> files;   ///< that were read, their bases among them
  std::vector<std::string> sha256;  ///< of each
  ModelSpec pk, assays;
  std::vector<RandomEffectSpec> random_effects;
  std::vector<ParameterSpec> parameters;
  bool is_set() const { return !named.empty(); }
};

/// Variances and covariance of the random effects that a prediction estimates.
struct PriorSpread {
  double clearance = 0, volume = 0, both = 0, absorption = 0;
  std::vector<std::string> at_zero;  ///< further random effects, which stay 0
};

struct Scenario;

/// Of the prior's own random effects: CL and V with what they share, and ka or D1, whichever its input has, where it
/// stands alone in its group.
PriorSpread spread_of_prior(const Scenario& scenario);

/// "demetri2009.toml", or several with " + " between them.
std::string names_of(const PriorSpec& prior);

}  // namespace vt
