#pragma once
#include "host/problems.hpp"
#include "host/scenario/scenario.hpp"

namespace vt {

/// A covariate or a parameter: one of the two is set.
struct PatientValue {
  const CovariateSpec* covariate = nullptr;
  const ParameterSpec* parameter = nullptr;
  const std::string& name() const { return covariate ? covariate->name : parameter->name; }
};

/// Covariates, then parameters, as they stand in the scenario, but each behind all that its formulas name. Of values
/// that need each other in a circle, which is a problem, the first stands before what it needs. Another problem is what
/// is drawn per replicate and reads what is not.
std::vector<PatientValue> in_order_of_computation(const Scenario&, Problems&);

}  // namespace vt
